"""The one byte form of a request, so that what was shown, approved and sent can be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(request: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of `request` as JSON with sorted keys, without spaces, in UTF-8."""
    return hashlib.sha256(_encode(request).encode()).hexdigest()

"""An entry of the audit trail, and the bytes that its hash stands for; knows no database.

What is here must never change: old entries are checked by it for as long as they are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

# The chain of what concerns no one channel.
COMMON = ""

# Before the first entry of a chain there is none.
NOTHING = ""

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Entry(NamedTuple):
    """One entry, as it stands in the ledger and in an export of it."""

    chain: str  # a channel's name, or COMMON
    number: int  # in its chain, from 1
    at: str  # ISO text in UTC
    event: str
    by: str  # the person who ordered it; "" = banditore
    about: str  # the row that it tells of: `attempt 0f3c…`; "" = none
    detail: str  # JSON in canonical form
    hash: str

    @property
    def place(self) -> str:
        """How people find it: `entry 12 of telegram-it`."""
        return f"entry {self.number} of {self.chain or 'what is common'}"


def canonical(values: Mapping[str, Any]) -> str:
    """JSON with sorted keys and without spaces: what says the same has the same bytes."""
    return _encode(values)


def hash_of(previous: str, *told: str | int) -> str:
    """SHA-256, in hexadecimal, of the hash before (NOTHING at the beginning) and of all else in an entry."""
    return digest_of(_encode([previous, *told]))


def follows(previous: str, entry: Entry) -> bool:
    """Is this very entry the one that was written after the one with the hash `previous`?"""
    return hash_of(previous, *entry[:-1]) == entry.hash


def digest_of(text: str) -> str:
    """SHA-256 of a text in UTF-8. Bytes that are no UTF-8, which only tampering leaves, count as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()

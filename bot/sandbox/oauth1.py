"""Checks the OAuth 1.0a signature of a request (RFC 5849, HMAC-SHA1); it never signs one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

_PAIR = re.compile(r'([a-z_]+)="([^"]*)"')


def read_header(header: str) -> dict[str, str] | None:
    """The parameters of an `Authorization: OAuth …` header, decoded; None where it is another kind."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return None
    return {name: unquote(value) for name, value in _PAIR.findall(rest)}


def is_signed(
    oauth: Mapping[str, str],
    *,
    method: str,
    url: str,
    parameters: Iterable[tuple[str, str]],
    consumer_secret: str,
    token_secret: str,
) -> bool:
    """Did the holder of both secrets sign this very request?

    `url` comes without its query; `parameters` are the query's and, for a form, the body's
    (RFC 5849, section 3.4.1.3): a JSON or multipart body is not signed.
    """
    if oauth.get("oauth_signature_method") != "HMAC-SHA1":
        return False
    signed = [
        (name, value) for name, value in oauth.items() if name not in ("oauth_signature", "realm")
    ]
    pairs = sorted((_encode(name), _encode(value)) for name, value in (*signed, *parameters))
    normalized = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(map(_encode, (method.upper(), url, normalized)))
    key = f"{_encode(consumer_secret)}&{_encode(token_secret)}"
    wanted = base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest())
    return hmac.compare_digest(wanted, oauth.get("oauth_signature", "").encode())


def _encode(text: str) -> str:
    return quote(text, safe="-._~")

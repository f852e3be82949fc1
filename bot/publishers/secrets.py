"""Keeps credentials out of what people read: every form a secret can take, and text with them masked.

It is the publishers' own care; the log's last filter asks it too. It stores and reads no credentials.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

MASK = "***"
LONGEST = 200  # characters of a foreign sentence that are worth an admin's time

# Below WARNING these say what they sign with (tokens, signed headers, base strings) and what came back.
_TALKERS = (
    "tweepy.client",
    "oauthlib",
    "oauthlib.oauth1.rfc5849",
    "oauthlib.oauth1.rfc5849.signature",
    "requests_oauthlib.oauth1_auth",
)


def forms(secrets: Iterable[SecretStr]) -> frozenset[str]:
    """Every spelling in which a secret may turn up: as it is and percent-encoded in each usual way."""
    values = [secret.get_secret_value() for secret in secrets]
    return frozenset(
        form
        for value in values
        if value
        for form in (
            value,
            quote(value),
            quote(value, safe=""),
            quote_plus(value),
            quote(quote(value, safe=""), safe=""),  # inside the base string of an OAuth signature
        )
    )


def masked(text: str, secret_forms: frozenset[str]) -> str:
    """`text` with every one of `secret_forms` masked, the longest first."""
    for form in sorted(secret_forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def told(text: object, secret_forms: frozenset[str]) -> str:
    """What a platform said, fit for a reason: masked, on one line, printable, not too long."""
    words = " ".join(masked(str(text), secret_forms).split())
    line = "".join(character for character in words if character.isprintable())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def mute_talkers() -> None:
    """Drop the DEBUG and INFO lines of the libraries that log credentials, whatever their level is."""
    for name in _TALKERS:
        logger = logging.getLogger(name)
        if _is_worth_reading not in logger.filters:
            logger.addFilter(_is_worth_reading)


def _is_worth_reading(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING

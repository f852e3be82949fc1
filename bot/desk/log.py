"""The log: one line a fact, as JSON for programs or readable on a terminal, with every secret redacted.

Redaction works on the finished line, at the root: whatever a library writes, a secret never gets out.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from bot.publishers.secrets import masked

# Their INFO lines say that a request was made, and where; what is worth knowing we say ourselves.
NOISY = ("alembic", "httpx", "httpcore", "apscheduler", "telegram", "tweepy", "urllib3", "oauthlib")

# It writes a trace of each answer that is not JSON; what such an answer means is told by our own lines.
_ALARMIST = "telegram.request"

# What only programs read: ids, what the other fields say too, and what the line itself shows.
UNREADABLE = frozenset({"at", "level", "event", "logger", "key", "attempt", "id"})

_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31m"}
_PLAIN = "\x1b[0m"


class Redacted(logging.Formatter):
    """Formats with another formatter and masks every form of a secret in what it made."""

    def __init__(self, inner: logging.Formatter, secrets: frozenset[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return masked(self._inner.format(record), self._secrets)


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, event, then the fields of the fact."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fact(record) | _trace(self, record), ensure_ascii=False, default=str)


class Readable(logging.Formatter):
    """One line a fact for people: local time, event, then the fields as `name=value`."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        fact = _fact(record)
        at = datetime.fromtimestamp(record.created).astimezone()
        shown = " ".join(
            f"{name}={_short(value)}" for name, value in fact.items() if name not in UNREADABLE
        )
        line = f"{at:%H:%M:%S} {fact['event']:<18} {shown}".rstrip()
        if trace := _trace(self, record):
            line += "\n" + trace["trace"]
        colour = _COLOURS.get(record.levelno)
        return f"{colour}{line}{_PLAIN}" if colour and self._colour else line


def set_up(
    secrets: frozenset[str],
    *,
    stream: TextIO | None = None,
    readable: bool = False,
    colour: bool = False,
    level: int = logging.INFO,
) -> None:
    """Make the root logger write redacted lines to `stream` (stdout), and nothing else anywhere.

    `secrets` holds every form in which one may turn up: see `Credentials.secrets`.
    """
    inner: logging.Formatter = Readable(colour=colour) if readable else JsonLines()
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(Redacted(inner, secrets))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(
            max(level, logging.WARNING) if level > logging.DEBUG else level
        )
    if level > logging.DEBUG:
        logging.getLogger(_ALARMIST).setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a reader that left (`| head`) is no reason to print a trace


def mute() -> None:
    """For a command that tells all by itself: nothing that a library logs is printed."""
    logging.getLogger().addHandler(logging.NullHandler())


def _fact(record: logging.LogRecord) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": record.getMessage(),
    }
    if record.name != "banditore":
        fact["logger"] = record.name
    return fact | getattr(record, "fields", {})


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> dict[str, str]:
    if not record.exc_info:
        return {}
    return {"trace": formatter.formatException(record.exc_info)}


def _short(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text

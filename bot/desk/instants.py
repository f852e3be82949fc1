"""Instants as people write them, on the command line and in the admin chat. It tells nobody what is wrong with them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, auto

from bot.core.calendar import instant

_LENGTH = re.compile(r"(\d{1,4}) ?(m|min|h|d|g|w)")
_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "g": timedelta(days=1),  # giorni
    "w": timedelta(weeks=1),
}
_HOUR = re.compile(r"\d{1,2}:\d{2}")


class Amiss(Enum):
    """What is wrong with what was written."""

    UNREADABLE = auto()
    NO_SUCH_HOUR = auto()
    PAST = auto()


def is_length(text: str) -> bool:
    """Is it a stretch of time, such as `2h`, which means the same in every zone?"""
    return _LENGTH.fullmatch(text.strip().lower()) is not None


def end_of(text: str, now: datetime, zone: tzinfo | None) -> datetime | Amiss:
    """The coming instant (UTC) that is meant by `2h`, `3d`, `18:00` (today, or tomorrow), `2026-05-03`
    (when that day begins) or `2026-05-03 18:00`, on the clocks of `zone` (None: this machine's)."""
    text = text.strip().lower()
    if match := _LENGTH.fullmatch(text):
        return now + int(match[1]) * _UNITS[match[2]] if int(match[1]) else Amiss.PAST
    if _HOUR.fullmatch(text):
        try:
            at = time.fromisoformat(text.zfill(5))
        except ValueError:
            return Amiss.NO_SUCH_HOUR
        today = now.astimezone(zone).date()
        found = _instant(today, at, zone)
        return found if found > now else _instant(today + timedelta(days=1), at, zone)
    coming = instant_of(text, zone)
    return Amiss.PAST if isinstance(coming, datetime) and coming <= now else coming


def instant_of(text: str, zone: tzinfo | None) -> datetime | Amiss:
    """The instant (UTC) that is meant by `2026-05-03` (when that day begins) or `2026-05-03 18:00`, on the
    clocks of `zone` (None: this machine's) unless it names an offset of its own."""
    try:
        found = datetime.fromisoformat(text.strip().upper())
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        return _instant(found.date(), found.time(), zone)
    except (ValueError, OverflowError):
        return Amiss.UNREADABLE


def _instant(day: date, at: time, zone: tzinfo | None) -> datetime:
    if zone is not None:
        return instant(day, at, zone)
    return datetime.combine(day, at).astimezone(UTC)

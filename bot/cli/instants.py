"""Instants as people write them on the command line, and as they are shown there."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.cli.options import fail
from bot.core.calendar import instant

_LENGTH = re.compile(r"(\d{1,4}) ?(m|min|h|d|w)")
_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_HOUR = re.compile(r"\d{1,2}:\d{2}")


def is_length(text: str) -> bool:
    """Is it a stretch of time, such as `2h`, which means the same in every zone?"""
    return _LENGTH.fullmatch(text.strip().lower()) is not None


def read_until(text: str, option: str, now: datetime, zone: tzinfo | None) -> datetime:
    """The coming instant (UTC) that is meant by `2h`, `3d`, `18:00` (today, or tomorrow), `2026-05-03`
    (when that day begins) or `2026-05-03 18:00`, on the clocks of `zone` (None: this machine's)."""
    text = text.strip().lower()
    if match := _LENGTH.fullmatch(text):
        return now + int(match[1]) * _UNITS[match[2]]
    if _HOUR.fullmatch(text):
        try:
            at = time.fromisoformat(text.zfill(5))
        except ValueError:
            fail(f"{option}: a day has no {text}; write an hour such as 18:00")
        today = now.astimezone(zone).date()
        found = _instant(today, at, zone)
        return found if found > now else _instant(today + timedelta(days=1), at, zone)
    found = read_instant(text, option, zone, others=", `18:00`, `2h` or `3d`")
    if found <= now:
        fail(f"{option} {text} is past: nothing was changed")
    return found


def read_instant(text: str, option: str, zone: tzinfo | None, *, others: str = "") -> datetime:
    """The instant (UTC) that is meant by `2026-05-03` (when that day begins) or `2026-05-03 18:00`, on the
    clocks of `zone` (None: this machine's) unless it names an offset of its own."""
    try:
        found = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        fail(f"{option} takes `2026-05-03` or `2026-05-03 18:00`{others}, not {text!r}")
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    return _instant(found.date(), found.time(), zone)


def moment(at: datetime, zone: tzinfo | None) -> str:
    """`Sun 2026-05-03 18:00`, on the clocks of `zone` (None: this machine's)."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"


def zone_name(zone: tzinfo | None, at: datetime) -> str:
    """`Europe/Rome`, or `CEST, this machine's time`."""
    return str(zone) if zone is not None else f"{at.astimezone():%Z}, this machine's time"


def _instant(day: date, at: time, zone: tzinfo | None) -> datetime:
    if zone is not None:
        return instant(day, at, zone)
    return datetime.combine(day, at).astimezone(UTC)

"""Instants as the command line takes and shows them; what can't be read ends the command."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NoReturn

from bot.cli.options import fail
from bot.desk.instants import Amiss, end_of, instant_of, is_length

__all__ = ["is_length", "moment", "read_instant", "read_until", "zone_name"]


def read_until(text: str, option: str, now: datetime, zone: tzinfo | None) -> datetime:
    """The coming instant (UTC) that is meant by `text`: see `end_of`."""
    text = text.strip().lower()
    found = end_of(text, now, zone)
    if found is Amiss.NO_SUCH_HOUR:
        fail(f"{option}: a day has no {text}; write an hour such as 18:00")
    if found is Amiss.PAST:
        fail(f"{option} {text} is past: nothing was changed")
    if found is Amiss.UNREADABLE:
        _fail(text, option, others=", `18:00`, `2h` or `3d`")
    return found


def read_instant(text: str, option: str, zone: tzinfo | None) -> datetime:
    """The instant (UTC) that is meant by `text`: see `instant_of`."""
    found = instant_of(text, zone)
    return found if isinstance(found, datetime) else _fail(text, option)


def moment(at: datetime, zone: tzinfo | None) -> str:
    """`Sun 2026-05-03 18:00`, on the clocks of `zone` (None: this machine's)."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"


def zone_name(zone: tzinfo | None, at: datetime) -> str:
    """`Europe/Rome`, or `CEST, this machine's time`."""
    return str(zone) if zone is not None else f"{at.astimezone():%Z}, this machine's time"


def _fail(text: str, option: str, *, others: str = "") -> NoReturn:
    fail(f"{option} takes `2026-05-03` or `2026-05-03 18:00`{others}, not {text!r}")

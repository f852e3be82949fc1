"""Is this instant open, and what is the last open one before it? Hours, holidays, blackouts and DST.

A wall-clock time that a change of clocks skips or doubles maps to one instant: the skipped 02:30 is
the instant that the clock shows as 03:30, the doubled one is the first of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from bot.core.model import Move, Schedule

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

# No schedule is closed for longer than this; a search that finds nothing within it gives up.
HORIZON_DAYS = 400


class Window(NamedTuple):
    """The open instants of one day, in UTC, both ends included."""

    opens: datetime
    closes: datetime


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which the clocks of `zone` show `at` on `day`."""
    first = at.replace(fold=0) if at.fold else at
    return datetime.combine(day, first, zone).astimezone(UTC)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The midnight that ends `day` in `zone`, in UTC."""
    return instant(day + DAY, time(), zone)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day that people in `zone` call today at `moment`."""
    return moment.astimezone(zone).date()


def windows(schedule: Schedule, day: date, *, essential: bool = False) -> tuple[Window, ...] | Move:
    """The open stretches of `day`, in order, or why there is none."""
    for blackout in schedule.blackouts:
        if blackout.start <= day <= blackout.end and not (essential and blackout.except_essential):
            return Move("blackout", f"{blackout.reason}, until {blackout.end.isoformat()}")
    if day in schedule.holidays:
        return Move("holiday", day.isoformat())
    if day.weekday() not in schedule.hours.weekdays:
        return Move("closed day", f"{day:%A} {day.isoformat()}")
    whole = Window(
        instant(day, schedule.hours.opens, schedule.zone),
        instant(day, schedule.hours.closes, schedule.zone),
    )
    silent = [each for each in schedule.silences if each.falls_on(day)]
    if not silent:
        return (whole,)
    open_parts = [whole]
    for silence in silent:
        begins = instant(day, silence.begins, schedule.zone)
        ends = instant(day, silence.ends, schedule.zone)
        open_parts = [part for each in open_parts for part in _without(each, begins, ends)]
    return tuple(open_parts) or Move("silence", silent[0].reason)


def _without(part: Window, begins: datetime, ends: datetime) -> Iterator[Window]:
    """What is left of an open stretch when nothing may go out from `begins` up to `ends`."""
    if ends <= part.opens or part.closes < begins:
        yield part
        return
    # Both ends of a stretch are open, so the one before a silence closes a minute early.
    if part.opens <= begins - MINUTE:
        yield Window(part.opens, begins - MINUTE)
    if ends <= part.closes:
        yield Window(ends, part.closes)


def why_closed(schedule: Schedule, moment: datetime, *, essential: bool = False) -> Move | None:
    """Why `moment` is not open, or None if it is."""
    day = local_day(moment, schedule.zone)
    found = windows(schedule, day, essential=essential)
    if isinstance(found, Move):
        return found
    if any(part.opens <= moment <= part.closes for part in found):
        return None
    opens = instant(day, schedule.hours.opens, schedule.zone)
    closes = instant(day, schedule.hours.closes, schedule.zone)
    if opens <= moment <= closes:
        return Move(
            "silence", next(each.reason for each in schedule.silences if each.falls_on(day))
        )
    return Move("hours", f"{schedule.hours.opens:%H:%M}–{schedule.hours.closes:%H:%M}")


def next_open(schedule: Schedule, moment: datetime, *, essential: bool = False) -> datetime | None:
    """The first open instant at or after `moment`; None if there is none within `HORIZON_DAYS`."""
    day = local_day(moment, schedule.zone)
    for _ in range(HORIZON_DAYS):
        found = windows(schedule, day, essential=essential)
        if not isinstance(found, Move):
            for part in found:
                if moment <= part.closes:
                    return max(moment, part.opens)
        day += DAY
    return None

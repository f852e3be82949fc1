"""Is this instant open, and what is the last open one before it? Hours, holidays, blackouts and DST.

A wall-clock time that a change of clocks skips or doubles maps to one instant: the skipped 02:30 is
the instant that the clock shows as 03:30, the doubled one is the first of the two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from bot.core.model import Move, Schedule

DAY = timedelta(days=1)

# No schedule is closed for longer than this; a search that finds nothing within it gives up.
HORIZON_DAYS = 400


class Window(NamedTuple):
    """The open instants of one day, in UTC, both ends included."""

    opens: datetime
    closes: datetime


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which the clocks of `zone` show `at` on `day`."""
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The midnight that ends `day` in `zone`, in UTC."""
    return instant(day + DAY, time(), zone)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day that people in `zone` call today at `moment`."""
    return moment.astimezone(zone).date()


def window(schedule: Schedule, day: date, *, essential: bool = False) -> Window | Move:
    """The open instants of `day`, or why there are none."""
    for blackout in schedule.blackouts:
        if blackout.start <= day <= blackout.end and not (essential and blackout.except_essential):
            return Move("blackout", f"{blackout.reason}, until {blackout.end.isoformat()}")
    if day in schedule.holidays:
        return Move("holiday", day.isoformat())
    if day.weekday() not in schedule.hours.weekdays:
        return Move("closed day", f"{day:%A} {day.isoformat()}")
    return Window(
        instant(day, schedule.hours.opens, schedule.zone),
        instant(day, schedule.hours.closes, schedule.zone),
    )


def why_closed(schedule: Schedule, moment: datetime, *, essential: bool = False) -> Move | None:
    """Why `moment` is not open, or None if it is."""
    match window(schedule, local_day(moment, schedule.zone), essential=essential):
        case Move() as reason:
            return reason
        case Window(opens, closes):
            if opens <= moment <= closes:
                return None
            return Move("hours", f"{schedule.hours.opens:%H:%M}–{schedule.hours.closes:%H:%M}")


def next_open(schedule: Schedule, moment: datetime, *, essential: bool = False) -> datetime | None:
    """The first open instant at or after `moment`; None if there is none within `HORIZON_DAYS`."""
    day = local_day(moment, schedule.zone)
    for _ in range(HORIZON_DAYS):
        match window(schedule, day, essential=essential):
            case Window(opens, closes) if moment <= closes:
                return max(moment, opens)
        day += DAY
    return None

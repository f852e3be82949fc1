"""Which days admins work, as the channels' own hours have it. Pure: the instant is handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo

from bot.core.calendar import HORIZON_DAYS
from bot.core.model import Schedule

_DAY = timedelta(days=1)


def is_working(day: date, schedules: Iterable[Schedule]) -> bool:
    """Is any channel open on that day? A blackout closes channels, and leaves the office at work."""
    return any(
        day.weekday() in each.hours.weekdays and day not in each.holidays for each in schedules
    )


def next_working(day: date, schedules: Iterable[Schedule]) -> date | None:
    """The first working day after `day`; None if there is none for more than a year."""
    known = tuple(schedules)
    for ahead in range(1, HORIZON_DAYS):
        if is_working(day + ahead * _DAY, known):
            return day + ahead * _DAY
    return None


def is_first_of_week(day: date, schedules: Iterable[Schedule]) -> bool:
    """Is it the first working day of its week?"""
    known = tuple(schedules)
    earlier = (day - back * _DAY for back in range(1, day.weekday() + 1))
    return is_working(day, known) and not any(is_working(each, known) for each in earlier)


def is_past(at: time, now: datetime, zone: tzinfo) -> bool:
    """Do the clocks of `zone` show `at`, or later, on the day that people there call today?"""
    return now.astimezone(zone).time() >= at

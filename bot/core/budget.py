"""The calendar months in which budgets are counted, on the clocks of a channel's schedule. It counts no money."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo

from bot.core.calendar import instant, local_day


def month_name(moment: datetime, zone: tzinfo) -> str:
    """`2021-05`: the month that people in `zone` have at `moment`."""
    return f"{local_day(moment, zone):%Y-%m}"


def month_began(moment: datetime, zone: tzinfo) -> datetime:
    """The first instant, in UTC, of the month that people in `zone` have at `moment`."""
    return _begins(local_day(moment, zone), zone)


def month_ends(moment: datetime, zone: tzinfo) -> datetime:
    """The first instant, in UTC, of the month after it: from here on the next budget counts."""
    day = local_day(moment, zone)
    is_december = day.month == 12
    return _begins(date(day.year + is_december, 1 if is_december else day.month + 1, 1), zone)


def _begins(day: date, zone: tzinfo) -> datetime:
    return instant(day.replace(day=1), time(), zone)

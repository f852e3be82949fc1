"""A week's round-up: one delivery that lists the events of a channel's week, asked for by its schedule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from bot.core.calendar import DAY, end_of_day, instant
from bot.core.model import SEVERAL, WEEK, Channel, Delivery, Item, Key, Schedule, Span, Weekly, When

# A list of one is no list: its event has posts of its own.
FEWEST = 2

# "This week" is still worth saying on the day after.
LATE_BY = DAY


def mondays(item: Item) -> frozenset[date]:
    """The weeks, by their Mondays, in which something of `item` begins, ends or takes place."""
    return frozenset(
        _monday(day) for when in _dates(item) for span in when.spans for day in _marks(span)
    )


def falls_in(span: Span, monday: date) -> bool:
    """Does a week's round-up list this span?"""
    return any(_monday(day) == monday for day in _marks(span))


def of_week(
    channel: Channel, monday: date, items: Iterable[str], calendar: Schedule
) -> Delivery | None:
    """The round-up of the week from `monday` on, at its nominal instant; None where it lists too little."""
    listed = tuple(sorted(items))
    if calendar.round_up is None or len(listed) < FEWEST:
        return None
    day = asked_on(calendar.round_up, monday)
    nominal = instant(day, calendar.round_up.at, calendar.zone)
    return Delivery(
        key=Key(SEVERAL, 1, monday.isoformat(), WEEK, channel.name),
        platform=channel.platform,
        when=None,
        rung=0,
        nominal=nominal,
        placed=nominal,
        deadline=end_of_day(max(day, monday) + LATE_BY, calendar.zone),
        listed=listed,
    )


def asked_on(weekly: Weekly, monday: date) -> date:
    """The day on which the week from `monday` on is listed: that Monday, or a day of the week before."""
    return monday - timedelta(days=(7 - weekly.weekday) % 7)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _dates(item: Item) -> Iterator[When]:
    if item.when is not None:
        yield item.when
    yield from (entry.when for entry in item.entries)


def _marks(span: Span) -> Iterator[date]:
    """The days of a span that make news in their week: its first, and its last."""
    if span.precision.is_exact:
        yield span.first
        yield span.last

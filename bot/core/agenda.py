"""Ladder x dates -> deliveries, each placed at an open instant at or before the one its ladder asks for.

A function of staff's files alone: no clock, no history. What can only be decided at the moment of
sending (is it late? was it said already?) belongs to `plan`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.calendar import DAY, Window, local_day, why_closed, window
from bot.core.ladder import deliveries_of
from bot.core.model import Catalog, Channel, Delivery, Item, Key, Move, Schedule, Status

# How far before its own day a delivery may be placed when its day has no room.
SPILL_DAYS = 7


@dataclass(frozen=True, slots=True)
class Agenda:
    """Every delivery of a catalog. A bucket holds those placed on one day of one channel, in time order."""

    deliveries: Mapping[Key, Delivery]
    buckets: Mapping[tuple[str, date], tuple[Delivery, ...]]
    channels: Mapping[str, Channel]
    calendars: Mapping[str, Schedule]  # by channel: its hours, gap and cap
    items: Mapping[str, Item]


def agenda(catalog: Catalog) -> Agenda:
    """Every delivery that the files ask for, placed. Channels without a valid schedule have none."""
    calendars = {
        name: catalog.schedules[channel.schedule]
        for name, channel in catalog.channels.items()
        if channel.schedule in catalog.schedules
    }
    wanted: dict[str, list[Delivery]] = defaultdict(list)
    for item in catalog.items.values():
        if item.status is not Status.READY:
            continue
        held = catalog.halted
        if item.mark.file in catalog.broken:
            held = f"{item.mark.file} has a fault"
        for channel in channels_of(item, catalog.channels.values()):
            calendar = calendars.get(channel.name)
            ladder = catalog.schedules.get(item.schedule) if item.schedule else calendar
            if calendar is None or ladder is None:
                continue
            for delivery in deliveries_of(item, channel, ladder):
                wanted[channel.name].append(replace(delivery, held=held) if held else delivery)
    placed = [
        delivery
        for name, deliveries in wanted.items()
        for delivery in place(deliveries, calendars[name])
    ]
    buckets: dict[tuple[str, date], list[Delivery]] = defaultdict(list)
    for delivery in placed:
        zone = calendars[delivery.key.channel].zone
        buckets[delivery.key.channel, local_day(delivery.placed, zone)].append(delivery)
    return Agenda(
        deliveries={delivery.key: delivery for delivery in placed},
        buckets={
            bucket: tuple(sorted(held, key=lambda each: (each.placed, each.key)))
            for bucket, held in buckets.items()
        },
        channels=catalog.channels,
        calendars=calendars,
        items=catalog.items,
    )


def channels_of(item: Item, channels: Iterable[Channel]) -> Iterator[Channel]:
    """The channels that carry `item`: those it names, or all that speak a language it has words in."""
    for channel in channels:
        if channel.language not in item.words:
            continue
        if channel.name in item.channels or not (item.channels or channel.is_test):
            yield channel


def place(deliveries: Iterable[Delivery], calendar: Schedule) -> Iterator[Delivery]:
    """Place the deliveries of one channel, days from last to first.

    On a day, its own deliveries come before those that spilled from a later one, and the later nominal
    instant comes first, so that an eve keeps its hour and what is announced a week ahead gives way.
    Each takes the last open instant at or before its nominal one that keeps the gap and the day's cap;
    what finds no room spills to the day before, at most `SPILL_DAYS`; what still finds none is held.
    In this order an added delivery can move others to an earlier instant only.
    """
    own: dict[date, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        own[local_day(delivery.nominal, calendar.zone)].append(delivery)
    spilled: list[Delivery] = []
    ceiling: datetime | None = None  # the gap reaches over midnight
    day = max(own, default=None)
    while day is not None:
        queue = sorted(own.pop(day, ()), key=lambda each: each.key)
        queue.sort(key=lambda each: each.nominal, reverse=True)
        taken: list[datetime] = []
        left_over: list[Delivery] = []
        for delivery in queue + spilled:
            found = _slot(delivery, day, calendar, taken, ceiling)
            if isinstance(found, datetime):
                taken.append(found)
                yield _settled(delivery, found, calendar)
                continue
            crowded_out = replace(delivery, moves=(*delivery.moves, found))
            if local_day(delivery.nominal, calendar.zone) - day < timedelta(days=SPILL_DAYS):
                left_over.append(crowded_out)
            else:
                why = crowded_out.moves[0]
                yield replace(crowded_out, held=f"no room in the {SPILL_DAYS} days before ({why})")
        spilled = left_over
        if taken:
            ceiling = min(taken) - calendar.gap
        day = max([*own, day - DAY] if spilled else own, default=None)


def _slot(
    delivery: Delivery,
    day: date,
    calendar: Schedule,
    taken: list[datetime],
    ceiling: datetime | None,
) -> datetime | Move:
    """The last free open instant of `day` at or before the nominal one, or why there is none."""
    opening = window(calendar, day, essential=delivery.essential)
    if isinstance(opening, Move):
        return opening
    if len(taken) >= calendar.per_day:
        return Move("full day", f"{calendar.per_day} posts on {day.isoformat()}")
    latest = min(delivery.nominal, opening.closes)
    if ceiling is not None:
        latest = min(latest, ceiling)
    for other in sorted(taken, reverse=True):
        if abs(latest - other) < calendar.gap:
            latest = other - calendar.gap
    if latest >= opening.opens:
        return latest
    return _why_not(delivery, opening, calendar)


def _why_not(delivery: Delivery, opening: Window, calendar: Schedule) -> Move:
    if delivery.nominal < opening.opens:
        return Move("hours", f"{calendar.hours.opens:%H:%M}–{calendar.hours.closes:%H:%M}")
    return Move("gap", f"{calendar.gap} between two posts")


def _settled(delivery: Delivery, found: datetime, calendar: Schedule) -> Delivery:
    if found == delivery.nominal:
        return delivery
    closed = why_closed(calendar, delivery.nominal, essential=delivery.essential)
    reason = closed or Move("gap", f"{calendar.gap} between two posts")
    return replace(delivery, placed=found, moves=delivery.moves or (reason,))

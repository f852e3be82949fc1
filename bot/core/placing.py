"""Places the deliveries of one channel: each at an open instant at or before the one its ladder asks for.

Days go from last to first, and what a day handed on to the day before it is kept: a change is placed
anew from its own day down to where it makes no difference any more, and no further.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush

from bot.core.calendar import DAY, Window, instant, local_day, why_closed, windows
from bot.core.model import Delivery, Move, Schedule

# How far before its own day a delivery may be placed when its day has no room.
SPILL_DAYS = 7

# At least so much between two posts of one item, but for eves and for days that staff chose.
SPACING = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Handed:
    """What a day hands on to the day before it."""

    spilled: tuple[Delivery, ...] = ()  # what found no room, in the order in which it asked
    ceiling: datetime | None = None  # the gap reaches over midnight
    spaced: tuple[tuple[str, datetime], ...] = ()  # items, and until when they may be said


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a channel's timetable."""

    own: tuple[Delivery, ...]  # whose ladder asks for this day
    received: Handed
    placed: tuple[Delivery, ...]  # in order of time; what is held for want of room stands here, too
    handed_on: Handed


@dataclass(frozen=True, slots=True)
class Timetable:
    """The deliveries of one channel by the local day on which they stand; a day with none is not there."""

    calendar: Schedule
    days: Mapping[date, Day] = field(default_factory=dict)


def rearranged(before: Timetable, asked: Mapping[date, Iterable[Delivery]]) -> Timetable:
    """`before`, with `asked` in place of what was asked of each day that it names.

    On a day, its own deliveries come before those that spilled from a later one, and the later nominal
    instant comes first, so that an eve keeps its hour and what is announced a week ahead gives way.
    Each takes the last open instant at or before its nominal one that keeps the gap and the day's cap,
    and on an earlier day at or before its own hour; what finds no room spills to the day before, at most `SPILL_DAYS`; what still finds none is held.
    In this order an added delivery can move others to an earlier instant only.
    """
    days = dict(before.days)
    known = sorted(days)
    to_do = {day: _in_turn(deliveries) for day, deliveries in asked.items()}
    last_first = [-day.toordinal() for day in to_do]
    heapify(last_first)
    while last_first:
        day = date.fromordinal(-heappop(last_first))
        own = to_do.pop(day)
        later = bisect_right(known, day)
        received = days[known[later]].handed_on if later < len(known) else Handed()
        handed_on = received
        if own or received.spilled:
            if day not in days:
                insort(known, day)
            days[day] = _arranged(day, own, received, before.calendar)
            handed_on = days[day].handed_on
        elif day in days:
            del days[day]
            known.remove(day)
        earlier = bisect_left(known, day) - 1
        below = day - DAY if handed_on.spilled else known[earlier] if earlier >= 0 else None
        if below is None or below in to_do:
            continue
        there = days.get(below)
        if there is None or there.received != handed_on:
            to_do[below] = there.own if there else ()
            heappush(last_first, -below.toordinal())
    return Timetable(before.calendar, days)


def _in_turn(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """The later nominal instant first; of two that ask for the same one, the lesser key."""
    by_key = sorted(deliveries, key=lambda each: each.key)
    return tuple(sorted(by_key, key=lambda each: each.nominal, reverse=True))


def _arranged(day: date, own: tuple[Delivery, ...], received: Handed, calendar: Schedule) -> Day:
    taken: list[datetime] = []
    placed: list[Delivery] = []
    held: list[Delivery] = []
    spilled: list[Delivery] = []
    spaced = dict(received.spaced)
    open_parts = {kind: windows(calendar, day, essential=kind) for kind in (False, True)}
    for delivery in (*own, *received.spilled):
        ceiling = _least(
            received.ceiling, spaced.get(delivery.key.item) if delivery.is_spaced else None
        )
        found = _slot(delivery, day, open_parts[delivery.essential], calendar, taken, ceiling)
        if isinstance(found, datetime):
            taken.append(found)
            placed.append(_standing(delivery, found, calendar))
            if delivery.is_spaced:
                spaced[delivery.key.item] = found - SPACING
            continue
        crowded_out = replace(delivery, moves=(*delivery.moves, found))
        if local_day(delivery.nominal, calendar.zone) - day < timedelta(days=SPILL_DAYS):
            spilled.append(crowded_out)
        else:
            why = crowded_out.moves[-1]
            no_room = f"no room in the {SPILL_DAYS} days before ({why})"
            held.append(replace(crowded_out, held=delivery.held or no_room))
    placed.sort(key=lambda each: (each.placed, each.key))
    midnight = instant(day, time(), calendar.zone)
    gap_from = _least(received.ceiling, min(taken) - calendar.gap if taken else None)
    # What lies at or after midnight binds no earlier day.
    handed_on = Handed(
        tuple(spilled),
        gap_from if gap_from is not None and gap_from < midnight else None,
        tuple(sorted((item, until) for item, until in spaced.items() if until < midnight)),
    )
    return Day(own, received, (*placed, *held), handed_on)


def _least(first: datetime | None, second: datetime | None) -> datetime | None:
    if first is None or second is None:
        return first or second
    return min(first, second)


def _slot(
    delivery: Delivery,
    day: date,
    parts: tuple[Window, ...] | Move,
    calendar: Schedule,
    taken: list[datetime],
    ceiling: datetime | None,
) -> datetime | Move:
    """The last free open instant of `day` at or before the nominal one, or why there is none."""
    if isinstance(parts, Move):
        return parts
    if len(taken) >= calendar.per_day:
        return Move("full day", f"{calendar.per_day} posts on {day.isoformat()}")
    latest = min(delivery.nominal, ceiling or delivery.nominal)
    its_hour = delivery.nominal.astimezone(calendar.zone).time()
    if its_hour >= calendar.hours.opens:
        # On a day before its own it keeps its hour: a closing hour is no time to be read.
        latest = min(latest, instant(day, its_hour, calendar.zone))
    for part in reversed(parts):
        free = min(latest, part.closes)
        for other in sorted(taken, reverse=True):
            if abs(free - other) < calendar.gap:
                free = other - calendar.gap
        if free >= part.opens:
            return free
    return _why_none(delivery, parts, calendar, ceiling)


def _why_none(
    delivery: Delivery, parts: tuple[Window, ...], calendar: Schedule, ceiling: datetime | None
) -> Move:
    if delivery.nominal < parts[0].opens:
        return why_closed(calendar, delivery.nominal, essential=delivery.essential) or _gap(
            calendar
        )
    if delivery.is_spaced and ceiling is not None and ceiling < parts[0].opens:
        return Move("spacing", "48 hours to the next post of the same item")
    return _gap(calendar)


def _standing(delivery: Delivery, found: datetime, calendar: Schedule) -> Delivery:
    if found == delivery.nominal:
        return delivery
    closed = why_closed(calendar, delivery.nominal, essential=delivery.essential)
    moves = delivery.moves or (closed or _gap(calendar),)
    return replace(delivery, placed=found, moves=moves)


def _gap(calendar: Schedule) -> Move:
    minutes = int(calendar.gap.total_seconds() // 60)
    return Move("gap", f"{minutes} minutes between two posts")

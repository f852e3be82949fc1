"""Places the deliveries of one channel: each at an open instant at or before the one its ladder asks for.

Days go from last to first, and what a day handed on to the day before it is kept: a change is placed
anew from its own day down to where it makes no difference any more, and no further.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from operator import attrgetter

from bot.core.calendar import DAY, Window, instant, why_closed, windows
from bot.core.layered import changed
from bot.core.model import Delivery, Move, Schedule

# How far before its own day a delivery may be placed when its day has no room.
SPILL_DAYS = 7

# At least so much between two posts of one item, but for eves and for days that staff chose.
SPACING = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Handed:
    """What a day hands on to the day before it."""

    # What found no room, in the order in which it asked, and why on each day that was tried
    spilled: tuple[tuple[Delivery, tuple[Move, ...]], ...] = ()
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
    order: tuple[date, ...] = ()  # the days, the first of them first


def rearranged(
    before: Timetable, asked: Mapping[date, Iterable[Delivery]]
) -> tuple[Timetable, tuple[Day, ...]]:
    """`before`, with `asked` in place of what was asked of each day that it names; and its new days.

    On a day, its own deliveries come before those that spilled from a later one, and the later nominal
    instant comes first, so that an eve keeps its hour and what is announced a week ahead gives way.
    Each takes the last open instant at or before its nominal one that keeps the gap and the day's cap,
    and on an earlier day at or before its own hour; what finds no room spills to the day before, at most
    `SPILL_DAYS`; what still finds none is held. In this order an added delivery can move others to an
    earlier instant only.
    """
    known = before.order
    new: dict[date, Day] = {}
    gone: list[date] = []
    to_do = sorted(asked)
    # What the day that was looked at last handed on, or passed on where nothing stands there any more.
    last, handed_on = date.max, Handed()
    while to_do:
        day = to_do.pop()
        was = before.days.get(day)
        own = _in_turn(asked[day]) if day in asked else was.own if was else ()
        later = bisect_right(known, day)
        if later < len(known) and known[later] < last:
            handed_on = before.days[known[later]].handed_on
        received = handed_on
        if own or received.spilled:
            new[day] = _arranged(day, own, received, before.calendar)
            handed_on = new[day].handed_on
        elif was:
            gone.append(day)
        last = day
        earlier = bisect_left(known, day) - 1
        below = day - DAY if handed_on.spilled else known[earlier] if earlier >= 0 else None
        if below is None:
            continue
        if below in before.days and before.days[below].received == handed_on:
            continue
        place = bisect_left(to_do, below)
        if below not in to_do[place : place + 1]:
            to_do.insert(place, below)
    days = changed(before.days, new, gone)
    is_longer = any(day not in before.days for day in new)
    order = tuple(sorted(days)) if gone or is_longer else before.order
    return Timetable(before.calendar, days, order), tuple(new.values())


def _in_turn(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """The later nominal instant first; of two that ask for the same one, the lesser key."""
    by_key = sorted(deliveries, key=attrgetter("key"))
    return tuple(sorted(by_key, key=attrgetter("nominal"), reverse=True))


def _arranged(day: date, own: tuple[Delivery, ...], received: Handed, calendar: Schedule) -> Day:
    room = _Room(day, calendar)
    placed: list[Delivery] = []
    held: list[Delivery] = []
    spilled: list[tuple[Delivery, tuple[Move, ...]]] = []
    spaced = dict(received.spaced)
    for delivery, in_its_way in (*((each, ()) for each in own), *received.spilled):
        item, is_spaced = delivery.key.item, delivery.is_spaced
        ceiling = received.ceiling
        if is_spaced and (until := spaced.get(item)):
            ceiling = _least(ceiling, until)
        found = room.slot(delivery, ceiling)
        if isinstance(found, Move):
            moves = (*in_its_way, found)
            if len(moves) <= SPILL_DAYS:  # one for each day that was tried
                spilled.append((delivery, moves))
            else:
                no_room = f"no room in the {SPILL_DAYS} days before ({found})"
                held.append(replace(delivery, moves=moves, held=delivery.held or no_room))
            continue
        room.take(found)
        if is_spaced:
            spaced[item] = found - SPACING
        if found == delivery.nominal:
            placed.append(delivery)
        else:
            moves = in_its_way or (room.why_not_when_asked(delivery),)
            placed.append(replace(delivery, placed=found, moves=moves))
    placed.sort(key=attrgetter("placed", "key"))
    midnight = instant(day, time(), calendar.zone)
    gap_from = _least(received.ceiling, placed[0].placed - calendar.gap if placed else None)
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


class _Room:
    """What one day still has to give. What all its deliveries have in common is found out once."""

    __slots__ = ("_busy", "_calendar", "_day", "_full", "_latest", "_open", "_taken")

    def __init__(self, day: date, calendar: Schedule) -> None:
        self._day = day
        self._calendar = calendar
        self._taken = 0
        self._full: Move | None = None
        self._busy = _Busy(calendar.gap)
        self._open: dict[bool, tuple[Window, ...] | Move] = {}  # to what is essential, or is not
        self._latest: dict[datetime, datetime] = {}  # by nominal instant

    def slot(self, delivery: Delivery, ceiling: datetime | None) -> datetime | Move:
        """The last free open instant at or before the nominal one, or why there is none."""
        calendar, kind = self._calendar, delivery.essential
        if kind not in self._open:
            self._open[kind] = windows(calendar, self._day, essential=kind)
        parts = self._open[kind]
        if isinstance(parts, Move):
            return parts
        if self._taken >= calendar.per_day:
            self._full = self._full or Move(
                "full day", f"{calendar.per_day} posts on {self._day.isoformat()}"
            )
            return self._full
        latest = self._latest.get(delivery.nominal)
        if latest is None:
            latest = self._latest[delivery.nominal] = self._latest_of(delivery.nominal)
        if ceiling is not None:
            latest = min(latest, ceiling)
        for part in reversed(parts):
            free = self._busy.last_free(min(latest, part.closes))
            if free >= part.opens:
                return free
        if delivery.nominal < parts[0].opens:
            return self.why_not_when_asked(delivery)
        if delivery.is_spaced and ceiling is not None and ceiling < parts[0].opens:
            return Move("spacing", "48 hours to the next post of the same item")
        return _gap(calendar.gap)

    def take(self, moment: datetime) -> None:
        self._taken += 1
        self._busy.add(moment)

    def why_not_when_asked(self, delivery: Delivery) -> Move:
        """Why `delivery`, whose ladder asks for this very day, does not stand at its nominal instant."""
        parts, nominal = self._open[delivery.essential], delivery.nominal
        if isinstance(parts, tuple) and any(part.opens <= nominal <= part.closes for part in parts):
            return _gap(self._calendar.gap)
        closed = why_closed(self._calendar, nominal, essential=delivery.essential)
        return closed or _gap(self._calendar.gap)

    def _latest_of(self, nominal: datetime) -> datetime:
        """On a day before its own a delivery keeps its hour: a closing hour is no time to be read."""
        asked = nominal.astimezone(self._calendar.zone)
        if asked.time() < self._calendar.hours.opens:
            return nominal
        return min(nominal, instant(self._day, asked.time(), self._calendar.zone))


class _Busy:
    """Where nothing more may stand: less than a gap from something that does, in stretches that don't overlap.

    Neither end of a stretch belongs to it.
    """

    __slots__ = ("_begins", "_ends", "_gap")

    def __init__(self, gap: timedelta) -> None:
        self._gap = gap
        self._begins: list[datetime] = []
        self._ends: list[datetime] = []

    def last_free(self, moment: datetime) -> datetime:
        """The last instant at or before `moment` that keeps the gap."""
        nearest = bisect_left(self._begins, moment) - 1
        if nearest >= 0 and moment < self._ends[nearest]:
            return self._begins[nearest]
        return moment

    def add(self, moment: datetime) -> None:
        """Something stands at `moment`."""
        if not self._gap:
            return
        begins, ends = moment - self._gap, moment + self._gap
        # The stretches that overlap the new one become one with it.
        first, after = bisect_right(self._ends, begins), bisect_left(self._begins, ends)
        if first < after:
            begins, ends = min(begins, self._begins[first]), max(ends, self._ends[after - 1])
        self._begins[first:after] = [begins]
        self._ends[first:after] = [ends]


@cache
def _gap(gap: timedelta) -> Move:
    minutes = int(gap.total_seconds() // 60)
    return Move("gap", f"{minutes} minutes between two posts")

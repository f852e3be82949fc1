"""Every delivery that staff's files ask for, placed, in (channel, day) buckets.

A function of the files alone: no clock, no history. What can only be decided at the moment of sending
(is it late? was it said already?) belongs to `plan`. A changed catalog gives a changed agenda at the
cost of the days that changed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.core.calendar import local_day
from bot.core.collector import without_collector
from bot.core.ladder import deliveries_of
from bot.core.layered import changed
from bot.core.model import Catalog, Channel, Delivery, Item, Key, Schedule, Status
from bot.core.placing import Timetable, rearranged
from bot.core.week import asked_on, mondays, of_week

Week = tuple[str, date]  # a channel, and the Monday


@dataclass(frozen=True, slots=True)
class Agenda:
    """What `agenda` makes; nothing in it may be changed."""

    catalog: Catalog
    timetables: Mapping[str, Timetable]  # by channel
    asked: Mapping[str, tuple[Delivery, ...]]  # by item, as its ladders ask, before any placing
    deliveries: Mapping[Key, Delivery]  # placed
    weeks: Mapping[Week, frozenset[str]]  # the items that a round-up lists, where one is asked for

    @property
    def items(self) -> Mapping[str, Item]:
        return self.catalog.items

    @property
    def channels(self) -> Mapping[str, Channel]:
        return self.catalog.channels

    @property
    def calendars(self) -> Mapping[str, Schedule]:
        """By channel: its hours, gap and cap. A channel without a valid schedule has none."""
        return {name: each.calendar for name, each in self.timetables.items()}


@without_collector()
def agenda(
    catalog: Catalog, before: Agenda | None = None, *, among: Iterable[str] | None = None
) -> Agenda:
    """The agenda of `catalog`; the same with or without `before`, the agenda of an earlier one, but sooner.

    Sooner still for whoever knows `among` which items those are that came, went, changed, or whose file
    broke or was mended.
    """
    if before is None or not _same_frame(catalog, before.catalog):
        before, among = _empty(catalog), None
    asked: dict[str, tuple[Delivery, ...]] = {}
    not_asked: list[str] = []
    lost: set[Key] = set()
    # The days of each channel of which something else is asked, and what that is
    own: dict[str, dict[date, list[Delivery]]] = {name: {} for name in before.timetables}

    def lose(delivery: Delivery) -> None:
        lost.add(delivery.key)
        own[delivery.key.channel].setdefault(_day_of(delivery, before), [])

    def gain(delivery: Delivery) -> None:
        own[delivery.key.channel].setdefault(_day_of(delivery, before), []).append(delivery)

    touched = _changed(catalog, before, among)
    weeks = _weeks(catalog, before, touched)
    for week in [
        each for each in {**before.weeks, **weeks} if weeks.get(each) != before.weeks.get(each)
    ]:
        if listed := _round_up(week, before.weeks, before.catalog):
            lose(listed)
        if listed := _round_up(week, weeks, catalog):
            gain(listed)
    for item_id in touched:
        for delivery in before.asked.get(item_id, ()):
            lose(delivery)
        item = catalog.items.get(item_id)
        if item is not None and (wanted := tuple(_asked_for(item, catalog))):
            asked[item_id] = wanted
            for delivery in wanted:
                gain(delivery)
        else:
            not_asked.append(item_id)

    timetables = dict(before.timetables)
    deliveries: dict[Key, Delivery] = {}
    for channel, days in own.items():
        if not days:
            continue
        for day, new in days.items():
            if old := before.timetables[channel].days.get(day):
                new.extend(each for each in old.own if each.key not in lost)
        timetables[channel], new_days = rearranged(before.timetables[channel], days)
        deliveries.update({each.key: each for made in new_days for each in made.placed})
    if lost:
        lost -= {each.key for days in own.values() for new in days.values() for each in new}
    return Agenda(
        catalog,
        timetables,
        changed(before.asked, asked, not_asked),
        changed(before.deliveries, deliveries, lost),
        weeks,
    )


def channels_of(item: Item, channels: Iterable[Channel]) -> Iterator[Channel]:
    """The channels that carry `item`: those it names, or all that speak a language it has words in."""
    for channel in channels:
        if channel.language not in item.words:
            continue
        if channel.name in item.channels or not (item.channels or channel.is_test):
            yield channel


def _weeks(
    catalog: Catalog, before: Agenda, changed: Iterable[str]
) -> Mapping[Week, frozenset[str]]:
    """What the round-ups of weeks list after `changed` has changed."""
    asking = {
        name
        for name, channel in catalog.channels.items()
        if (calendar := catalog.schedules.get(channel.schedule)) and calendar.round_up
    }
    if not asking:
        return before.weeks
    listed: dict[Week, set[str]] = {}
    for item_id in changed:
        for source, is_there in ((before.catalog, False), (catalog, True)):
            for week in _weeks_of(source.items.get(item_id), source, asking):
                ids = listed.setdefault(week, set(before.weeks.get(week, ())))
                (ids.add if is_there else ids.discard)(item_id)
    weeks = {**before.weeks, **{week: frozenset(ids) for week, ids in listed.items()}}
    return {week: ids for week, ids in weeks.items() if ids}


def _weeks_of(item: Item | None, catalog: Catalog, asking: Container[str]) -> Iterator[Week]:
    if item is None or item.status is not Status.READY or item.mark.file in catalog.broken:
        return
    for channel in channels_of(item, catalog.channels.values()):
        calendar = catalog.schedules.get(channel.schedule)
        if channel.name not in asking or calendar is None or calendar.round_up is None:
            continue
        for monday in mondays(item):
            # What staff keep for a day of their own is not given away before it.
            day = asked_on(calendar.round_up, monday)
            if item.reserved_until is None or item.reserved_until <= day:
                yield channel.name, monday


def _round_up(
    week: Week, weeks: Mapping[Week, frozenset[str]], catalog: Catalog
) -> Delivery | None:
    name, monday = week
    channel = catalog.channels[name]
    calendar = catalog.schedules[channel.schedule]
    made = of_week(channel, monday, weeks.get(week, ()), calendar)
    return made and replace(made, held=catalog.halted)


def _asked_for(item: Item, catalog: Catalog) -> Iterator[Delivery]:
    if item.status is not Status.READY:
        return
    held = catalog.halted
    if item.mark.file in catalog.broken:
        held = f"{item.mark.file} has a fault"
    for channel in channels_of(item, catalog.channels.values()):
        calendar = catalog.schedules.get(channel.schedule)
        ladder = catalog.schedules.get(item.schedule) if item.schedule else calendar
        if calendar is None or ladder is None:
            continue
        for delivery in deliveries_of(item, channel, ladder):
            yield replace(delivery, held=held) if held else delivery


def _empty(catalog: Catalog) -> Agenda:
    timetables = {
        name: Timetable(catalog.schedules[channel.schedule])
        for name, channel in catalog.channels.items()
        if channel.schedule in catalog.schedules
    }
    return Agenda(replace(catalog, items={}, broken=frozenset()), timetables, {}, {}, {})


def _same_frame(new: Catalog, old: Catalog) -> bool:
    """Do both have the same channels and schedules, so that only items can differ?"""
    return (
        new.channels == old.channels and new.schedules == old.schedules and new.halted == old.halted
    )


def _changed(catalog: Catalog, before: Agenda, among: Iterable[str] | None) -> list[str]:
    """The items that came, went, or are not what they were, or whose file broke or was mended."""
    old, new = before.catalog.items, catalog.items
    flipped = catalog.broken ^ before.catalog.broken
    among = old.keys() | new.keys() if among is None else among
    return [
        item_id
        for item_id in among
        if (item := new.get(item_id)) is not old.get(item_id)
        or (flipped and item is not None and item.mark.file in flipped)
    ]


def _day_of(delivery: Delivery, made: Agenda) -> date:
    """The local day that the ladder asks for."""
    return local_day(delivery.nominal, made.timetables[delivery.key.channel].calendar.zone)

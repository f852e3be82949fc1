"""Small offices: a few items in a few files, a calendar that has sharp edges, and what staff edit meanwhile.

An office is made from its number alone and kept, since many seeds share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from bot.core.agenda import Agenda, agenda
from bot.core.model import (
    AnnounceOn,
    Budget,
    Catalog,
    Channel,
    Hours,
    Item,
    Lookup,
    Mark,
    OnLimit,
    Platform,
    Precision,
    Schedule,
    Span,
    Status,
    Weekly,
    When,
    Words,
)
from bot.core.rates import RATES, Rate
from tests.core.build import ROME, at, step

MONDAY = date(2021, 5, 3)
BEGIN = at("2021-05-03 06:00")
_DAYS = "3, 4, 5, 6 maggio"
FILES = ("content/maggio.yaml", "content/altro.yaml")
CHANNELS = "schedules/channels.yaml"
_SLOW_RATES = dict.fromkeys(
    Platform, (Rate(1, timedelta(seconds=45)), Rate(3, timedelta(minutes=30)))
)
HOW_MANY = 200  # offices


@dataclass(frozen=True, slots=True)
class Edition:
    """What the files say from one edit to the next."""

    number: int  # the later, the higher
    what: str  # the edit that made it
    agenda: Agenda
    versions: Mapping[str, int]  # of each file; raised by each edit of it

    @property
    def catalog(self) -> Catalog:
        return self.agenda.catalog


@dataclass(frozen=True, slots=True)
class Office:
    calendar: Schedule
    editions: tuple[Edition, ...]
    days: int  # how long things go wrong
    rates: Mapping[Platform, tuple[Rate, ...]]  # what the platforms let pass
    settling: timedelta

    @property
    def channels(self) -> Mapping[str, Channel]:
        return self.editions[0].catalog.channels


@lru_cache(maxsize=HOW_MANY)
def office(number: int) -> Office:
    """The office of that number, always the same."""
    chance = Random(f"office {number}")
    calendar = _calendar(chance)
    channels = [_channel(chance, calendar, n) for n in range(chance.choice((1, 2, 2)))]
    days = chance.choice((1, 1, 2))
    many = chance.randint(2, 5) if chance.random() < 0.95 else 9
    items = {
        each.id: each for each in (_item(chance, calendar, number, days) for number in range(many))
    }
    if chance.random() < 0.25:
        items = {key: _twin(each) for key, each in items.items()}
    catalog = Catalog(
        items=items,
        channels={each.name: each for each in channels},
        schedules={calendar.name: calendar},
    )
    editions = [Edition(0, "begin", agenda(catalog), dict.fromkeys((*FILES, CHANNELS), 1))]
    for n in range(chance.choice((0, 1, 2, 3))):
        editions.append(_edited(chance, editions[-1], calendar, n, days))
    settling = timedelta(minutes=chance.choice((0, 0, 10)))
    rates = chance.choice((RATES, RATES, _SLOW_RATES))
    return Office(calendar, tuple(editions), days, rates, settling)


def _channel(chance: Random, calendar: Schedule, number: int) -> Channel:
    platform = chance.choice(list(Platform))
    looks = (Lookup.TIMELINE,) if platform is Platform.X else (Lookup.FORWARDS, Lookup.PAGE)
    budget = None
    if platform is Platform.X and chance.random() < 0.3:
        # With links that is one post or two, without them some more.
        dollars = chance.choice(("0.03", "0.2", "0.23", "0.41", "0.45"))
        budget = Budget(Decimal(dollars), chance.choice(list(OnLimit)))
    return Channel(
        f"voce-{number}",
        platform,
        f"@voce{number}",
        "it",
        calendar.name,
        lookup=chance.choice((Lookup.NONE, *looks, looks[0])),
        is_assisted=chance.random() < 0.15,
        budget=budget,
    )


def _calendar(chance: Random) -> Schedule:
    rung = chance.choice((9, 11, 12, 15))
    ladder = chance.choice(
        (
            (f"1 day before at {rung}:00",),
            (f"on the day at {rung}:00",),
            (f"1 day before at {rung}:00", "on the day at 08:45"),
            (f"2 days before at {rung}:00", f"1 day before at {rung}:30"),
        )
    )
    # Some close a minute after the rung: whatever is slow then stands before a closed door.
    closes = chance.choice((time(19, 30), time(19, 30), time(rung, 31)))
    opens = time(8, 30)
    gap, per_day = chance.choice((0, 0, 5, 30)), chance.choice((1, 1, 2, 50, 50, 50))
    if chance.random() < 0.15:  # one that speaks by night, where "tomorrow" turns into "today"
        ladder, opens, closes = ("1 day before at 23:59",), time(), time(23, 59, 59)
        gap, per_day = 0, 50
    return Schedule(
        name="standard",
        zone=ROME,
        zone_name="Europe/Rome",
        announce=tuple(step(each) for each in ladder),
        each_date=(step(ladder[0]),),
        hours=Hours(frozenset(range(7)), opens, closes),
        holidays=frozenset(),
        gap=timedelta(minutes=gap),
        per_day=per_day,
        round_up=Weekly(0, time(9, 15)) if chance.random() < 0.2 else None,
    )


def _item(chance: Random, calendar: Schedule, number: int, days: int) -> Item:
    first = MONDAY + timedelta(days=chance.choice((0, 1, 1, 1, 2, days)))
    # Staff's own text may be the same for several items: a course that is held twice a day.
    own = {}
    if chance.random() < 0.2:
        own = dict.fromkeys(Platform, f"Vi aspettiamo, {_DAYS}")
    values: dict[str, Any] = {
        "id": f"evento-{number}",
        "status": Status.READY if chance.random() < 0.9 else Status.DRAFT,
        "words": {"it": Words(f"Evento {number}", link="https://example.org/", text=own)},
        "mark": Mark(chance.choice(FILES), number + 1, 1),
        "revision": "1",
    }
    kind = chance.choice(("day", "day", "hour", "news", "asked"))
    if kind == "news":
        return Item(**values, when=None, queued_from=MONDAY, expires=first)
    if kind == "asked":
        asked = (AnnounceOn(MONDAY, time(chance.choice((9, 11, 14)))),)
        return Item(**values, when=_day(first), announce_on=asked)
    if kind == "hour":
        # Its deadline comes seconds or minutes after its rung: half an hour before it begins.
        rung = datetime.combine(first, calendar.announce[-1].at)
        begins = (rung + timedelta(minutes=30, seconds=chance.choice((10, 40, 90, 600)))).time()
        return Item(**values, when=When((Span(first, first, Precision.TIME, begins),), "", "it"))
    return Item(**values, when=_day(first))


def _twin(item: Item) -> Item:
    """One that a follower can't tell from the others."""
    words = Words("Corso", link="none", text=dict.fromkeys(Platform, f"Vi aspettiamo, {_DAYS}"))
    first = MONDAY + timedelta(days=1)
    return replace(item, words={"it": words}, when=_day(first), announce_on=(), expires=None)


def _day(first: date) -> When:
    return When((Span(first, first, Precision.DAY),), "", "it")


def _edited(chance: Random, before: Edition, calendar: Schedule, number: int, days: int) -> Edition:
    items, broken = dict(before.catalog.items), before.catalog.broken
    channels = dict(before.catalog.channels)
    one = chance.choice(sorted(items)) if items else ""
    what = chance.choice(
        (
            "cancelled",
            "cancelled",
            "moved",
            "moved",
            "reworded",
            "ready",
            "added",
            "batch",
            "broken",
            "gone",
            "readdressed",
        )
    )
    touched: set[str] = {items[one].mark.file} if one else set()
    match what:
        case "cancelled" if one:
            items[one] = replace(items[one], status=Status.CANCELLED)
        case "moved" if one:
            items[one] = replace(
                items[one], when=_day(MONDAY + timedelta(days=chance.randint(0, 3)))
            )
        case "reworded" if one:
            items[one] = replace(items[one], words={"it": Words("Altro titolo", link="none")})
        case "ready":
            items |= {k: replace(v, status=Status.READY) for k, v in items.items()}
            touched = set(FILES)
        case "broken" if one:
            broken = broken ^ {items[one].mark.file}
        case "gone" if one:
            del items[one]
        case "readdressed":
            name = chance.choice(sorted(channels))
            channels[name] = replace(channels[name], address=f"@altra{number}")
            touched = {CHANNELS}
        case _:
            many = 1 if what == "added" else chance.randint(4, 5)
            file = chance.choice(FILES)
            for n in range(many):
                made = _item(chance, calendar, 10 * (number + 1) + n, days)
                items[made.id] = replace(made, mark=Mark(file, n, 1), status=Status.READY)
            touched = {file}
    versions = {f: v + (f in touched) for f, v in before.versions.items()}
    items = {
        k: replace(v, revision=str(versions[v.mark.file])) if v.mark.file in touched else v
        for k, v in items.items()
    }
    catalog = replace(before.catalog, items=items, broken=broken, channels=channels)
    return Edition(number + 1, what, agenda(catalog, before.agenda), versions)

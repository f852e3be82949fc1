"""A year of an office, in virtual time: 400 items, an election, three outages. Nothing is read or sent.

`python -m tests.core.test_year` prints how late posts were, what was held, what was judged and why.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from bot.core.agenda import Agenda, agenda
from bot.core.calendar import why_closed
from bot.core.model import (
    Blackout,
    Catalog,
    Channel,
    Delivery,
    Entry,
    Hours,
    Item,
    Mark,
    Platform,
    Precision,
    Schedule,
    Span,
    Status,
    When,
    Words,
)
from bot.core.plan import Plan
from bot.load.days_off import days_off
from tests.core.book import Book, Played, play
from tests.core.build import step

ROME = ZoneInfo("Europe/Rome")
ITEMS = 400
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
CHANNELS = {
    "telegram-it": Channel("telegram-it", Platform.TELEGRAM, "@torino", "it", "standard"),
    "x-it": Channel("x-it", Platform.X, "torino", "it", "standard"),
}
PAR_CONDICIO = Blackout(date(2026, 1, 20), date(2026, 3, 23), "par condicio", except_essential=True)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME).astimezone(UTC)


OUTAGES = (
    (local("2026-04-15 16:00"), local("2026-04-15 19:00")),  # over an hour of eves
    (local("2026-06-09 09:00"), local("2026-06-10 09:00")),
    (local("2026-10-12 08:00"), local("2026-10-16 08:00")),
)


def ladder(name: str, *rungs: str) -> Schedule:
    return Schedule(
        name=name,
        zone=ROME,
        zone_name="Europe/Rome",
        announce=tuple(map(step, rungs)),
        each_date=(step("1 day before at 17:30"),),
        hours=Hours(frozenset(range(5)), time(8, 30), time(19, 30)),
        holidays=days_off("IT-TO", [2025, 2026, 2027]),
        gap=timedelta(minutes=30),
        per_day=3,
        blackouts=(PAR_CONDICIO,),
    )


LADDERS = (
    ladder("standard", "7 days before at 10:00", "1 day before at 17:30"),
    ladder("notice", "3 days before at 10:00"),
    ladder("call", "14 days before at 10:00", "3 days before at 10:00"),
    ladder("long", "7 days before at 10:00", "1 day before at 17:30", "3 days before end at 10:00"),
)

# How often an office like the one of the newsletters writes each kind.
KINDS = Counter(
    {
        "day": 24,
        "hour": 22,
        "range": 16,
        "notice": 12,
        "list": 7,
        "entries": 3,
        "long": 6,
        "call": 6,
        "month": 4,
    }
)


@dataclass(frozen=True)
class Queued:
    """An item, and the instant at which staff's file with it is there."""

    item: Item
    at: datetime


def year(seed: int = 2026) -> list[Queued]:
    """400 items, most of them with their month's issue, some one by one and some too late."""
    chance = Random(seed)
    kinds = chance.choices(list(KINDS), list(KINDS.values()), k=ITEMS)
    return sorted(
        (queued(number, kind, chance) for number, kind in enumerate(kinds)),
        key=lambda each: (each.at, each.item.id),
    )


def queued(number: int, kind: str, chance: Random) -> Queued:
    start = FIRST + timedelta(days=chance.randrange(365))
    when, entries = dates(kind, start, chance)
    item = Item(
        id=f"{kind}-{number}",
        status=Status.READY,
        when=when,
        words={"it": Words(f"{kind.title()} {number}", link="https://example.org/")},
        mark=Mark(f"content/{start:%Y-%m}.yaml", number + 1, 1),
        revision="1",
        entries=entries,
        schedule=kind if kind in ("notice", "long", "call") else "",
        essential=chance.random() < 0.1,
    )
    first = start if kind != "call" else start - timedelta(days=20)
    match chance.choices(["issue", "alone", "late"], [70, 20, 10])[0]:
        case "issue":  # on a working day near the end of the month before
            day = first.replace(day=1) - timedelta(days=chance.randint(2, 6))
        case "alone":
            day = first - timedelta(days=chance.randint(5, 30))
        case _:
            day = first - timedelta(days=chance.randint(-1, 3))
    at = time(chance.randint(9, 17), chance.choice([0, 10, 25, 40, 55]))
    return Queued(item, datetime.combine(day, at, ROME).astimezone(UTC))


def dates(kind: str, start: date, chance: Random) -> tuple[When | None, tuple[Entry, ...]]:
    def when(*spans: Span, is_deadline: bool = False) -> When:
        return When(spans, "", "it", is_deadline)

    def one(day: date) -> Span:
        return Span(day, day, Precision.DAY)

    match kind:
        case "hour":
            at = time(chance.randint(8, 21), chance.choice([0, 30]))
            return when(Span(start, start, Precision.TIME, at)), ()
        case "range":
            return when(Span(start, start + chance.randint(1, 4) * DAY, Precision.DAY)), ()
        case "list":
            later = sorted(chance.sample(range(1, 25), chance.randint(1, 3)))
            return when(one(start), *(one(start + n * DAY) for n in later)), ()
        case "entries":
            several = (one(start + n * DAY) for n in (0, 5, 12))
            return None, tuple(Entry(f"e{n}", when(day), {}) for n, day in enumerate(several))
        case "long":
            return when(Span(start, start + chance.randint(14, 120) * DAY, Precision.DAY)), ()
        case "call":
            return when(Span(None, start, Precision.DAY), is_deadline=True), ()
        case "month":
            first = start.replace(day=1)
            last = (first + 31 * DAY).replace(day=1) - DAY
            return when(Span(first, last, Precision.MONTH)), ()
        case _:
            return when(one(start)), ()


@dataclass(frozen=True)
class Year:
    """What became of it."""

    agenda: Agenda
    played: Played
    late: list[tuple[timedelta, Delivery]]  # after its ladder's instant, or after it was queued
    queued: dict[str, datetime]  # when each item was there
    held: Counter[str]  # deliveries that were held at some time, by reason
    ticks: int


@cache
def played_year() -> Year:
    items = year()
    empty = Catalog({}, CHANNELS, {each.name: each for each in LADDERS})
    scenes = [(local("2025-11-01 09:00"), agenda(empty))]
    for each in items:
        catalog = scenes[-1][1].catalog
        more = replace(catalog, items={**catalog.items, each.item.id: each.item})
        scenes.append((each.at, agenda(more, scenes[-1][1])))
    reasons: dict[tuple[object, str], None] = {}
    ticks = 0

    def look(planned: Plan, *_: object) -> None:
        nonlocal ticks
        ticks += 1
        for each in planned.held:
            reasons[each.delivery.key, general(each.reason)] = None

    end = local("2027-07-01 00:00")
    book = Book(since=scenes[0][0])
    played = play(scenes, end, book=book, down=OUTAGES, look=look)
    at = {each.item.id: each.at for each in items}
    late = [
        (max(sent - max(delivery.nominal, at[delivery.key.item]), timedelta()), delivery)
        for delivery, sent in played.published
    ]
    held = Counter(reason for _, reason in reasons)
    return Year(scenes[-1][1], played, late, at, held, ticks)


def general(reason: str) -> str:
    """A reason without its dates, so that like ones can be counted."""
    return re.sub(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?", "…", reason)


def local_day(moment: datetime) -> date:
    return moment.astimezone(ROME).date()


def over(delivery: Delivery) -> date:
    """The last day on which what a delivery announces is still to come or going on."""
    assert delivery.when is not None
    return delivery.when.spans[-1].last


def test_no_event_that_is_over_is_announced_and_none_twice() -> None:
    published = played_year().played.published
    assert len({delivery.key for delivery, _ in published}) == len(published) > ITEMS
    for delivery, at in published:
        assert delivery.placed <= at < delivery.deadline
        assert local_day(at) <= over(delivery)
        span = delivery.when.spans[-1] if delivery.when else None
        if span and span.start_time and span.end == local_day(at):
            assert at.astimezone(ROME).time() < span.start_time


def test_what_was_not_announced_has_a_verdict_and_a_reason() -> None:
    made = played_year()
    published = {delivery.key for delivery, _ in made.played.published}
    judged = {each.delivery.key: each for each, _ in made.played.judged}
    assert not published & judged.keys()
    assert published | judged.keys() == made.agenda.deliveries.keys()
    assert all(each.reason for each in judged.values())


def test_nothing_goes_out_in_the_election_but_what_is_essential() -> None:
    items = played_year().agenda.items
    in_silence = [
        delivery
        for delivery, at in played_year().played.published
        if PAR_CONDICIO.start <= local_day(at) <= PAR_CONDICIO.end
    ]
    assert in_silence
    assert all(items[delivery.key.item].essential for delivery in in_silence)


def test_no_day_of_the_year_has_a_flood_and_none_is_a_holiday() -> None:
    calendar = LADDERS[0]
    for channel in CHANNELS:
        sent = [at for each, at in played_year().played.published if each.key.channel == channel]
        assert max(Counter(map(local_day, sent)).values()) <= calendar.per_day
        assert all(later - earlier >= calendar.gap for earlier, later in pairwise(sent))
        for at in sent:
            assert local_day(at) not in calendar.holidays
            assert local_day(at).weekday() < 5
            assert time(8, 30) <= at.astimezone(ROME).time() <= time(19, 30)


def test_nothing_is_said_in_an_outage_and_nothing_is_a_day_late_without_a_cause() -> None:
    made, calendar = played_year(), LADDERS[0]
    for begins, ends in OUTAGES:
        assert not [at for _, at in made.played.published if begins <= at < ends]
    for delivery, at in made.played.published:
        # What is added moves others to before now: they are late only after their ladder's own instant.
        asked = delivery.nominal
        if at < asked + DAY or made.queued[delivery.key.item] > asked:
            continue
        others = [
            (other, then)
            for other, then in made.played.published
            if other.key.channel == delivery.key.channel and other.key != delivery.key
        ]
        assert (
            any(begins <= asked < ends for begins, ends in OUTAGES)
            or why_closed(calendar, asked, essential=delivery.essential)
            or any(abs(then - asked) < calendar.gap for _, then in others)
            or sum(local_day(then) == local_day(asked) for _, then in others) >= calendar.per_day
            or any(
                other.key.item == delivery.key.item and timedelta() < asked - then < 2 * DAY
                for other, then in others
            )
        ), delivery.key


def spread(late: list[timedelta]) -> str:
    late = sorted(late)
    return (
        f"median {late[len(late) // 2]}, p99 {late[len(late) * 99 // 100]}, max {late[-1]}, "
        f"none at all {late.count(timedelta())} of {len(late)}"
    )


def report(made: Year) -> str:
    all_late = [each for each, _ in made.late]
    in_time = [
        each for each, delivery in made.late if made.queued[delivery.key.item] <= delivery.nominal
    ]
    slowest = sorted(made.late, key=lambda each: each[0], reverse=True)[:5]
    verdicts = Counter((str(each.verdict), general(each.reason)) for each, _ in made.played.judged)
    silent = made.agenda.items.keys() - {each.key.item for each, _ in made.played.published}
    lines = [
        f"{len(made.agenda.items)} items, {len(made.agenda.deliveries)} deliveries, {made.ticks} ticks",
        f"published {len(made.played.published)}, judged {len(made.played.judged)}, "
        f"items never announced {len(silent)}",
        f"lateness after its ladder's instant, of what was queued before it: {spread(in_time)}",
        f"lateness of all, after its ladder's instant or after it was queued: {spread(all_late)}",
        *(f"  {each}  {delivery.key}" for each, delivery in slowest),
        "held at some time:",
        *(f"  {count:4}  {reason}" for reason, count in made.held.most_common()),
        "judged:",
        *(
            f"  {count:4}  {verdict}: {reason}"
            for (verdict, reason), count in verdicts.most_common()
        ),
        "items never announced:",
    ]
    for item in sorted(silent):
        why = {
            f"{each.verdict}, {general(each.reason)}"
            for each, _ in made.played.judged
            if each.delivery.key.item == item
        }
        lines.append(f"  {item}: {'; '.join(sorted(why))}")
    return "\n".join(lines)


def test_the_year_is_told() -> None:
    told = report(played_year())
    print("\n" + told)
    assert told.startswith("400 items")


if __name__ == "__main__":
    print(report(played_year()))

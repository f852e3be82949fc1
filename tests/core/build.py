"""Short ways to say an item, a channel or a schedule in a test; what a test is about stands in the test."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.ladder import read_step
from bot.core.model import (
    Catalog,
    Channel,
    Hours,
    Item,
    Mark,
    Platform,
    Precision,
    Schedule,
    Span,
    Status,
    Step,
    When,
    Words,
)

ROME = ZoneInfo("Europe/Rome")
TELEGRAM = Channel("telegram-it", Platform.TELEGRAM, "@torino", "it", "standard")


def at(text: str, zone: ZoneInfo = ROME) -> datetime:
    """`2021-05-03 10:00` on the clocks of `zone`, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def local(moment: datetime, zone: ZoneInfo = ROME) -> str:
    """The other way round."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def day(text: str) -> date:
    return date.fromisoformat(text)


def days(*spans: str) -> When:
    """`2021-05-07`, `2021-05-05/2021-05-06`, `2021-05-15/` (no end), `/2021-05-28` (only an end)."""
    read: list[Span] = []
    for text in spans:
        first, slash, last = text.partition("/")
        start = day(first) if first else None
        end = day(last) if last else (None if slash else start)
        read.append(Span(start, end, Precision.DAY))
    return When(tuple(read), " ".join(spans), "it")


def hour(text: str) -> When:
    """`2021-05-07 11:00`: one day, at an hour."""
    moment = datetime.fromisoformat(text)
    span = Span(moment.date(), moment.date(), Precision.TIME, moment.time())
    return When((span,), text, "it")


def coarse(first: str, last: str, precision: Precision) -> When:
    return When((Span(day(first), day(last), precision),), "maggio", "it")


def step(text: str) -> Step:
    read = read_step(text)
    assert read is not None
    return read


def schedule(
    *rungs: str, name: str = "standard", each_date: tuple[str, ...] = (), **more: Any
) -> Schedule:
    values: dict[str, Any] = {
        "hours": Hours(frozenset(range(5)), time(8, 30), time(19, 30)),
        "holidays": frozenset({day("2021-05-01"), day("2021-06-02")}),
        "gap": timedelta(minutes=30),
        "per_day": 3,
    }
    return Schedule(
        name=name,
        zone=ROME,
        zone_name="Europe/Rome",
        announce=tuple(
            step(rung) for rung in rungs or ("7 days before at 10:00", "1 day before at 17:30")
        ),
        each_date=tuple(step(rung) for rung in each_date or ("1 day before at 17:30",)),
        **(values | more),
    )


def item(name: str, when: When | None = None, **more: Any) -> Item:
    values: dict[str, Any] = {
        "status": Status.READY,
        "words": {"it": Words(name.title(), link="https://example.org/")},
        "mark": Mark("content/2021-05.yaml", 1, 1),
        "revision": "1",
    }
    return Item(id=name, when=when, **(values | more))


def catalog(
    *items: Item, schedules: tuple[Schedule, ...] = (), channels: tuple[Channel, ...] = (TELEGRAM,)
) -> Catalog:
    return Catalog(
        items={each.id: each for each in items},
        channels={each.name: each for each in channels},
        schedules={each.name: each for each in schedules or (schedule(),)},
    )

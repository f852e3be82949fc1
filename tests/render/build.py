"""Items, deliveries and channels for the tests of `render`, with what each test leaves unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.model import (
    WHOLE,
    Act,
    Channel,
    Delivery,
    Entry,
    Item,
    Key,
    Mark,
    Platform,
    Post,
    Precision,
    Span,
    Status,
    When,
    Words,
)
from bot.render import Unfit, render

ROME = ZoneInfo("Europe/Rome")
TELEGRAM_IT = Channel("telegram-it", Platform.TELEGRAM, "@torino_nel_mondo", "it", "standard")
TELEGRAM_EN = Channel("telegram-en", Platform.TELEGRAM, "@turin_in_the_world", "en", "standard")
X_IT = Channel("x-it", Platform.X, "torinonelmondo", "it", "standard")
X_EN = Channel("x-en", Platform.X, "turinintheworld", "en", "standard")


def rome(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of 2021 on the clocks of Turin, in UTC."""
    return datetime(2021, month, day, hour, minute, tzinfo=ROME).astimezone(UTC)


def day(month: int, number: int, start: time | None = None, end: time | None = None) -> Span:
    on = date(2021, month, number)
    return Span(on, on, Precision.TIME if start or end else Precision.DAY, start, end)


def days(first: tuple[int, int] | None, last: tuple[int, int] | None) -> Span:
    return Span(first and date(2021, *first), last and date(2021, *last), Precision.DAY)


def dates(wording: str, *spans: Span, deadline: bool = False) -> When:
    return When(spans, wording, "it", deadline)


def item(
    when: When | None,
    words: Words,
    english: Words | None = None,
    *,
    tags: tuple[str, ...] = (),
    entries: tuple[Entry, ...] = (),
    contact: str = "",
) -> Item:
    spoken: Mapping[str, Words] = {"it": words} | ({"en": english} if english else {})
    return Item(
        id="prova",
        status=Status.READY,
        when=when,
        words=spoken,
        mark=Mark("content/2021-05.yaml", 1, 1),
        revision="1",
        tags=tags,
        entries=entries,
        contact=contact,
    )


def delivery(
    what: Item, channel: Channel, at: datetime, occurrence: str = WHOLE, act: Act = Act.ANNOUNCE
) -> Delivery:
    key = Key(what.id, what.edition, occurrence, "start-1d", channel.name, act)
    return Delivery(key, channel.platform, what.when, 0, at, at, at + timedelta(days=1))


def attempt(
    what: Item, channel: Channel, at: datetime, occurrence: str = WHOLE, act: Act = Act.ANNOUNCE
) -> Post | Unfit:
    return render(
        {what.id: what}, delivery(what, channel, at, occurrence, act), channel, at=at, zone=ROME
    )


def post(
    what: Item, channel: Channel, at: datetime, occurrence: str = WHOLE, act: Act = Act.ANNOUNCE
) -> Post:
    made = attempt(what, channel, at, occurrence, act)
    assert isinstance(made, Post), made
    return made

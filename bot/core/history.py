"""The ledger as far as a plan needs it: what was tried, what was said, and what followers were told.

Values only; `bot.ledger` reads them, nothing here decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from bot.core.model import WHOLE, Delivery, Family, Item, Key, Verdict, When
from bot.core.states import SETTLES_DELIVERY, State


@dataclass(frozen=True, slots=True)
class Past:
    """The last that is known of a delivery's attempts."""

    state: State
    at: datetime
    not_before: datetime | None = None  # of a deferred one: not again before this
    tries: int = 0  # how often it was deferred


@dataclass(frozen=True, slots=True)
class ChannelPast:
    """What a channel remembers."""

    since: datetime  # it speaks since; what was due before is not announced
    spoken: tuple[
        datetime, ...
    ] = ()  # when something became, or may have become, public; ascending
    # The platform asked us to wait until then, or an earlier post has to be looked for first
    not_before: datetime | None = None
    stopped: str = ""  # why nothing goes out until a person says so; "" = it speaks
    seq: int | None = None  # raised by each change of what is known of it; None = nobody counts


@dataclass(frozen=True, slots=True)
class Pause:
    """A person asked for silence: everywhere, on a channel, about an item, about an item on a channel, or
    stopped one delivery."""

    id: int
    channel: str  # "" = every one
    item: str  # "" = every one
    since: datetime
    until: datetime | None  # None = until somebody resumes
    reason: str
    by: str
    key: str = ""  # of the one delivery that was stopped; "" = every one

    def covers(
        self, channel: str, items: Iterable[str], at: datetime, *, keys: Iterable[str] = ()
    ) -> bool:
        """May nothing of `items` be said on `channel` at `at`, or not by the deliveries `keys`?"""
        return (
            self.channel in ("", channel)
            and (self.item == "" or self.item in items)
            and (self.key == "" or self.key in keys)
            and (self.until is None or at < self.until)
        )

    def __str__(self) -> str:
        until = f" until {self.until:%Y-%m-%d %H:%M} UTC" if self.until else ""
        return f"{'stopped' if self.key else 'paused'}{until} by {self.by}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict in the ledger."""

    verdict: Verdict
    reason: str
    at: datetime | None = None  # when it was given; None = nobody knows


class Announced(NamedTuple):
    """What a channel was told of an item: which of its editions, and which of its entries or the whole."""

    item: str
    edition: int
    part: str  # the id of an entry of `dates:`, or WHOLE
    channel: str


class Told(NamedTuple):
    """What a week's round-up told of one of its items, or of one of its entries."""

    item: str
    edition: int
    part: str
    title: str
    dates: str  # as `dates_of` writes them
    shown: str  # as followers read them


@dataclass(frozen=True, slots=True)
class Facts:
    """What was true when it was announced."""

    title: str
    dates: str  # as `dates_of` writes them; "" = none
    shown: str  # as followers read them
    # All that any post ever told of it: (dates, where, link), "" where it did not say
    ever: frozenset[tuple[str, str, str]] = field(default=frozenset(), compare=False)

    @property
    def last(self) -> date | None:
        """The last day that it spoke of."""
        days = re.findall(r"\d{4}-\d{2}-\d{2}", self.dates)
        return date.fromisoformat(max(days)) if days else None


@dataclass(frozen=True, slots=True)
class History:
    """The ledger as far as a plan needs it."""

    past: Mapping[Key, Past] = field(default_factory=dict)
    verdicts: Mapping[Key, Given] = field(default_factory=dict)
    channels: Mapping[str, ChannelPast] = field(default_factory=dict)
    seen: Mapping[str, datetime] = field(default_factory=dict)  # when each item was first read
    announced: Mapping[Announced, Facts] = field(default_factory=dict)  # the latest of each
    # When an item was last said on a channel, but for eves: (item, channel)
    said: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    climbed: Mapping[Family, datetime] = field(default_factory=dict)  # the last post of each ladder
    pauses: tuple[Pause, ...] = ()  # those that nobody has ended
    # Which item a channel knows by a title, or by its dates: (channel, title or dates) -> announced
    known_as: Mapping[tuple[str, str], Announced] = field(default_factory=dict)


def is_over(delivery: Delivery, history: History, now: datetime) -> bool:
    """Is it out, refused for good, or judged? A delivery can't be missed before its deadline: such a verdict
    was given by a wrong clock, or for a date that has been mended since, and it may be missed again."""
    past = history.past.get(delivery.key)
    if past is not None and past.state in SETTLES_DELIVERY:
        return True
    given = history.verdicts.get(delivery.key)
    if given is None or given.verdict is not Verdict.MISSED:
        return given is not None
    return delivery.deadline <= min(now, given.at or now)


def dates_of(item: Item, part: str) -> str:
    """The dates of an item, or of one of its entries, in a form that changes only if they do."""
    when = when_of(item, part)
    if when is None:
        return ""
    return " ".join(
        f"{span.start or ''}/{span.end or ''}"
        + (
            f"T{span.start_time or ''}-{span.end_time or ''}"
            if span.start_time or span.end_time
            else ""
        )
        for span in when.spans
    )


def when_of(item: Item, part: str) -> When | None:
    return next((entry.when for entry in item.entries if entry.id == part), item.when)


def part_of(item: Item, occurrence: str) -> str:
    """Which part of an item a delivery speaks of: an entry, or the whole, of which a listed day is one."""
    return occurrence if any(entry.id == occurrence for entry in item.entries) else WHOLE

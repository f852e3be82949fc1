"""Sets a round-up: a heading, then a line for each of its items, as many as the platform holds.

A month's round-up settles only what it names: what finds no room in it is said in the next one. A
week's settles nothing, since its events have posts of their own, and counts those it leaves out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, assert_never

from bot.core.history import Told, dates_of, part_of
from bot.core.model import (
    WEEK,
    WHOLE,
    Channel,
    Delivery,
    Item,
    Key,
    Platform,
    Post,
    Precision,
    Span,
    When,
)
from bot.core.week import FEWEST, falls_in
from bot.render import telegram, x
from bot.render.campaign import tagged
from bot.render.copy import Copy, ahead, compose, copy_of, entry_of, speaks, unlinked
from bot.render.dates import shown
from bot.render.markup import Anchor, Block, Bold, Plain
from bot.render.words import Vocabulary

# What has no day comes last.
_NO_DAY = date.max


class Line(NamedTuple):
    """What is said of one item, or of one of its entries."""

    item: Item
    part: str  # the id of the entry, or WHOLE
    first: date  # by which lines are ordered
    copy: Copy
    true_until: datetime | None  # in UTC; from then on it is over or under way
    settles: Mapping[Key, Mapping[str, str]]  # what followers are told of each delivery

    def unlinked(self) -> Line:
        """The same without its link, of which followers are then told nothing."""
        settles = {key: {**facts, "link": ""} for key, facts in self.settles.items()}
        return self._replace(copy=unlinked(self.copy), settles=settles)

    @property
    def told(self) -> Told:
        """What followers know of it from now on."""
        dates = dates_of(self.item, self.part)
        return Told(
            self.item.id, self.item.edition, self.part, self.copy.title, dates, self.copy.dates
        )


class Listed(NamedTuple):
    """A round-up before any platform."""

    heading: str
    lines: tuple[Line, ...]
    others: str  # how many more there are; "" = none
    page: str  # lists them all; "" = there is no such page


def round_up(
    items: Mapping[str, Item],
    delivery: Delivery,
    channel: Channel,
    vocabulary: Vocabulary,
    at: datetime,
    zone: tzinfo,
    *,
    without_link: bool = False,
) -> Post | None:
    """The post of a round-up as of `at` (UTC); None where fewer than `FEWEST` lines fit or are left.
    `without_link` it has neither the page nor the links of its items."""
    local = at.astimezone(zone)
    of_week = delivery.key.step == WEEK
    lines = list(_lines(items, delivery, channel, vocabulary, local, zone))
    page = tagged(_page(items, delivery), channel.campaign, delivery.key.step)
    if without_link:
        lines, page = [each.unlinked() for each in lines], ""

    def naming(count: int) -> Listed:
        left_out = len(lines) - count if of_week else 0
        return Listed(
            heading=_heading(delivery, local, channel.language, vocabulary)
            if of_week
            else vocabulary.month,
            lines=tuple(sorted(lines[:count], key=_in_order)),
            others=(vocabulary.others.get(left_out) or vocabulary.others[0]).format(n=left_out)
            if left_out
            else "",
            page=page,
        )

    def set_as_post(listed: Listed) -> Post:
        until = [_midnight(local, zone), *(e.true_until for e in listed.lines if e.true_until)]
        settles = {k: v for e in listed.lines for k, v in e.settles.items()}
        facts = {"listed": json.dumps([e.told for e in listed.lines])} if of_week else {}
        match channel.platform:
            case Platform.TELEGRAM:
                return telegram.post_of(
                    telegram.laid(_blocks(listed, vocabulary)),
                    delivery.key,
                    channel,
                    link=listed.page,
                    is_quiet=channel.is_quiet(local),
                    facts=facts,
                    true_until=min(until),
                    settles=settles,
                )
            case Platform.X:
                return x.post_of(
                    _text(listed),
                    delivery.key,
                    channel.prices,
                    facts=facts,
                    true_until=min(until),
                    settles=settles,
                )
            case _ as never:
                assert_never(never)

    return _fullest(lambda count: set_as_post(naming(count)), len(lines))


def _fullest(attempt: Callable[[int], Post], most: int) -> Post | None:
    """The post that names as many lines as fit; the length grows with each."""
    low, high, best = FEWEST, most, None
    while low <= high:
        middle = (low + high + 1) // 2
        made = attempt(middle)
        if made.length <= made.limit:
            best, low = made, middle + 1
        else:
            high = middle - 1
    return best


def _heading(delivery: Delivery, local: datetime, language: str, words: Vocabulary) -> str:
    monday = date.fromisoformat(delivery.key.occurrence)
    weeks_ahead = (monday - local.date() + timedelta(days=local.weekday())).days // 7
    if weeks_ahead in (0, 1):
        return words.next_week if weeks_ahead else words.this_week
    # It was moved earlier by more than the days of its week.
    span = Span(monday, monday, Precision.DAY)
    day = shown(When((span,), "", language), language, today=local.date())
    return words.week_of.format(day=day)


def _in_order(line: Line) -> tuple[date, str, str]:
    return line.first, line.item.id, line.part


def _page(items: Mapping[str, Item], delivery: Delivery) -> str:
    """The page of the issue, or the only link that there is; "" where they are several."""
    pages = {item.page for item in map(items.__getitem__, delivery.items)}
    return pages.pop() if len(pages) == 1 else ""


# --- its lines ------------------------------------------------------------------------------------


def _lines(
    items: Mapping[str, Item],
    delivery: Delivery,
    channel: Channel,
    vocabulary: Vocabulary,
    local: datetime,
    zone: tzinfo,
) -> Iterator[Line]:
    spoken = [each for each in delivery.items if speaks(items[each], channel)]
    if delivery.key.step == WEEK:
        monday = date.fromisoformat(delivery.key.occurrence)
        found = [
            line
            for item_id in spoken
            for line in _of_week(items[item_id], monday, channel, local, zone)
        ]
        yield from sorted(found, key=_in_order)
        return
    for item_id in spoken:
        settled = [each for each in delivery.settles if each.key.item == item_id]
        yield from _of_month(items[item_id], settled, channel, vocabulary, local, zone)


def _of_week(
    item: Item, monday: date, channel: Channel, local: datetime, zone: tzinfo
) -> Iterator[Line]:
    """A line for each entry that the week has, or else one for the item."""
    found = False
    for entry in (*item.entries, None):
        when = entry.when if entry else item.when
        if when is None or (entry is None and found):
            continue
        spans = [
            each for each in when.spans if falls_in(each, monday) and not _is_over(each, local)
        ]
        if spans:
            found = True
            if len(spans) < len(when.spans):
                when = replace(when, spans=tuple(spans), wording="")
            copy = copy_of(item, entry, when, channel, local.date())
            part = entry.id if entry else WHOLE
            yield Line(item, part, spans[0].first, copy, _begins(spans[0], local, zone), {})


def _of_month(
    item: Item,
    settled: list[Delivery],
    channel: Channel,
    vocabulary: Vocabulary,
    local: datetime,
    zone: tzinfo,
) -> Iterator[Line]:
    """A line for the item, if it is late as a whole, and one for each of its entries that is; each
    settles what it names."""
    told: dict[str, dict[Key, Mapping[str, str]]] = {}
    for each in settled:
        copy, _ = compose(item, each, channel, vocabulary, local.astimezone(UTC), zone)
        told.setdefault(part_of(item, each.key.occurrence), {})[each.key] = copy.facts
    for part, covered in told.items():
        entry = entry_of(item, part)
        when = ahead(entry.when if entry else item.when, local.date())
        copy = copy_of(item, entry, when, channel, local.date())
        first = when.first if when and when.spans and when.is_exact else None
        until = _begins(first, local, zone) if first else None
        yield Line(item, part, first.first if first else _NO_DAY, copy, until, covered)


def _is_over(span: Span, local: datetime) -> bool:
    """Is its last day over, or its hour, if it has one?"""
    today, hour = local.date(), span.end_time or span.start_time
    if span.last != today or hour is None:
        return span.last < today
    return hour <= local.time()


def _begins(span: Span, local: datetime, zone: tzinfo) -> datetime | None:
    """The instant at which it begins, if that is later today."""
    if span.start != local.date() or span.start_time is None or span.start_time <= local.time():
        return None
    return datetime.combine(span.start, span.start_time, zone).astimezone(UTC)


def _midnight(local: datetime, zone: tzinfo) -> datetime:
    return datetime.combine(local.date() + timedelta(days=1), time(), zone).astimezone(UTC)


# --- as platforms show it -------------------------------------------------------------------------


def _blocks(listed: Listed, words: Vocabulary) -> tuple[Block, ...]:
    """Dates and place, and under them the title, which leads to the item's page."""
    blocks: list[Block] = [(Bold(listed.heading),)]
    for line in listed.lines:
        copy = line.copy
        place = ", ".join(filter(None, (copy.dates, copy.where)))
        title = Anchor(copy.title, copy.link) if copy.link else Plain(copy.title)
        blocks.append((Plain(place), title) if place else (title,))
    if listed.others:
        blocks.append((Plain(listed.others),))
    if listed.page:
        blocks.append((Anchor(words.whole_list, listed.page),))
    return tuple(blocks)


def _text(listed: Listed) -> list[str]:
    """A line each; its own link at its end only where no page lists them all."""
    lines = [listed.heading, ""]
    for line in listed.lines:
        copy = line.copy
        # beside the dash of `15 May – 21 October` another one would look like a third date's
        joint = ", " if " – " in copy.dates else " – "
        text = f"{copy.dates}{joint}{copy.title}" if copy.dates else copy.title
        lines.append(text if listed.page or not copy.link else f"{text} {copy.link}")
    if listed.others:
        lines.append(listed.others)
    return [*lines, "", listed.page] if listed.page else lines

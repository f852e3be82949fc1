"""What was announced and is no longer true: a date, a place or a link that changed, an item cancelled or gone.

A bot can't mend what followers have read; a person can, and gets the address of each post and its right text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.core.agenda import Agenda
from bot.core.calendar import local_day
from bot.core.history import Announced, Facts, part_of
from bot.core.model import Act, Delivery, Key, Post, Status
from bot.core.states import State
from bot.desk.matter import Kind, Matter
from bot.engine.lanes import as_announced
from bot.ledger import Store
from bot.ledger import tables as t
from bot.render import Unfit, render

# What followers were told longer ago they do not go by any more.
RECENT = timedelta(days=60)

# What a person can't do without; a title that is put better is no change.
_ESSENTIAL = ("dates", "where", "link")


@dataclass(frozen=True, slots=True)
class Live:
    """A post that followers can read, as far as it told of one item."""

    key: Key
    url: str
    facts: Mapping[str, str]


class Suspects:
    """Which items may have been announced otherwise than the files have them now: what has not changed since
    it was found to be right is not looked at again."""

    def __init__(self) -> None:
        self._agenda: Agenda | None = None
        self._right: dict[Announced, Facts] = {}

    def of(
        self, announced: Iterable[tuple[Announced, Facts]], agenda: Agenda, now: datetime
    ) -> frozenset[str]:
        """Their ids, of all that was announced. It costs what is new, not what is known."""
        if agenda is not self._agenda:
            self._agenda = agenda
            self._right.clear()
        found: set[str] = set()
        for told, facts in announced:
            if self._right.get(told) is facts:
                continue
            if _may_be_wrong(told, facts, agenda, now):
                found.add(told.item)
            else:
                self._right[told] = facts
        return frozenset(found)


def _may_be_wrong(told: Announced, facts: Facts, agenda: Agenda, now: datetime) -> bool:
    if told.channel not in agenda.timetables:
        return False
    if facts.last is not None and facts.last < local_day(now, agenda.calendars[told.channel].zone):
        return False
    item = agenda.items.get(told.item)
    if item is None or item.status is Status.CANCELLED:
        return True
    if item.status is not Status.READY or item.edition != told.edition:
        return False
    of = Key(told.item, told.edition, told.part, "", told.channel)
    fresh = _facts_now(Live(of, "", {"part": told.part}), agenda, now)
    if fresh is None:
        return False
    is_now = tuple(fresh.get(name, "") for name in _ESSENTIAL)
    return any(
        each and each != new for one in facts.ever for each, new in zip(one, is_now, strict=True)
    )


def read_live(store: Store, items: Collection[str], now: datetime) -> list[Live]:
    """What is public of `items`, of the last weeks. Blocks; raises LedgerError."""
    if not items:
        return []
    a = t.attempt.c
    query = select(
        *(a.item, a.edition, a.occurrence, a.step, a.channel, a.act, a.facts, a.url, a.within, a.id)
    ).where(a.state == State.PUBLISHED, a.item.in_(sorted(items)), a.reserved_at >= now - RECENT)
    with store.reading() as db:
        rows = db.execute(query.order_by(a.reserved_at, a.id)).all()
        within = {row.within for row in rows if row.within}
        whole = select(a.id, a.url).where(a.id.in_(sorted(within)))
        urls = {row.id: row.url or "" for row in db.execute(whole)}
    return [
        Live(
            Key(row.item, row.edition, row.occurrence, row.step, row.channel, Act(row.act)),
            urls.get(row.within, "") if row.within else row.url or "",
            json.loads(row.facts),
        )
        for row in rows
    ]


def changed(live: Iterable[Live], agenda: Agenda, now: datetime) -> Iterator[Matter]:
    """The items of which followers know something wrong that they could still act upon."""
    by_item: dict[str, list[Live]] = {}
    for each in live:
        if "part" in each.facts and each.key.channel in agenda.timetables:
            by_item.setdefault(each.key.item, []).append(each)
    for item_id, posts in by_item.items():
        found = [(each, why) for each in posts if (why := _why_wrong(each, agenda, now))]
        if not found:
            continue
        facts: dict[str, Any] = {
            "item": item_id,
            "name": posts[-1].facts.get("title", item_id),
            "changes": sorted({change for _, why in found for change in why}),
            "posts": [
                {
                    "channel": each.key.channel,
                    "url": each.url,
                    "text": _right_text(each, agenda, now),
                }
                for each, _ in found
            ],
        }
        yield Matter(Kind.CHANGED, item_id, facts)


def _why_wrong(post: Live, agenda: Agenda, now: datetime) -> list[str]:
    """What of a post is wrong now, such as `dates: 5 maggio -> 6 maggio`; nothing where it is all over."""
    facts = post.facts
    zone = agenda.calendars[post.key.channel].zone
    last = _last_day(facts.get("dates", ""))
    if last is not None and last < local_day(now, zone):
        return []
    item = agenda.items.get(post.key.item)
    if item is None:
        # Of a file with a fault nothing is known: it is told by itself.
        return [] if agenda.catalog.broken or agenda.catalog.halted else ["gone"]
    if item.status is Status.CANCELLED:
        return ["cancelled"]
    if item.status is not Status.READY or item.edition != post.key.edition:
        return []
    fresh = _facts_now(post, agenda, now)
    if fresh is None:
        return []
    return [
        f"{name}: {_shown(name, facts)} -> {_shown(name, fresh)}"
        for name in _ESSENTIAL
        if facts.get(name, "") and facts[name] != fresh.get(name, "")
    ]


def _shown(name: str, facts: Mapping[str, str]) -> str:
    return (facts.get("when") if name == "dates" else facts.get(name)) or "-"


def _last_day(dates: str) -> date | None:
    days = re.findall(r"\d{4}-\d{2}-\d{2}", dates)
    return date.fromisoformat(max(days)) if days else None


def _facts_now(post: Live, agenda: Agenda, now: datetime) -> Mapping[str, str] | None:
    """What the post would tell today; None where the files ask for it no more."""
    made = _post_now(post, agenda, now)
    return None if made is None else as_announced(made, agenda).facts


def _right_text(post: Live, agenda: Agenda, now: datetime) -> str:
    """The post as it would read today, ready to be pasted; "" where there is none."""
    made = _post_now(post, agenda, now)
    return "" if made is None else made.text


def _post_now(post: Live, agenda: Agenda, now: datetime) -> Post | None:
    delivery = agenda.deliveries.get(post.key) or _of_the_same_part(post, agenda)
    if delivery is None or delivery.is_round_up:
        return None
    channel = agenda.channels[post.key.channel]
    zone = agenda.calendars[channel.name].zone
    made = render(agenda.items, delivery, channel, at=now, zone=zone)
    return None if isinstance(made, Unfit) else made


def _of_the_same_part(post: Live, agenda: Agenda) -> Delivery | None:
    """Another step of the ladder: the one that was announced is asked for no more."""
    for each in agenda.asked.get(post.key.item, ()):
        same = each.key.channel == post.key.channel
        if same and part_of(agenda.items[each.key.item], each.key.occurrence) == post.facts["part"]:
            return agenda.deliveries.get(each.key)
    return None

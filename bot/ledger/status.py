"""What a person asks of the ledger: what is open, what was stopped, what it knows. Reads only.

No question here costs more as the ledger grows: each is answered by an index, or by a table that stays small.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select

from bot.ledger import rules
from bot.ledger import tables as t
from bot.ledger.rows import Attempt, attempt_of
from bot.ledger.store import Store

# A post that a person points to was made about when its attempt was: its id is looked for so far around.
_AROUND = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A channel that says nothing until a person resumes it."""

    channel: str
    since: datetime | None  # UTC; None where its address has changed
    reason: str  # what happened, and what to do
    why: str = ""  # what happened


@dataclass(frozen=True, slots=True)
class Known:
    """A channel as the ledger knows it."""

    name: str
    platform: str
    address: str


def open_attempts(store: Store) -> list[Attempt]:
    """The attempts that are not over, the oldest first; of a round-up its own alone."""
    query = (
        select(t.attempt, t.channel.c.platform)
        .join(t.channel, t.channel.c.name == t.attempt.c.channel)
        .where(t.IS_OPEN)
    )
    with store.reading() as db:
        found = [attempt_of(row) for row in db.execute(query) if row.within is None]
    # Sorted here: asked for an order, SQLite takes an index that has it, and looks at every attempt there is.
    return sorted(found, key=lambda each: (each.reserved_at, each.id))


def facts_of(store: Store, attempt_id: str) -> Mapping[str, Any]:
    """What followers are told by an attempt: title, when, where, link."""
    with store.reading() as db:
        found = db.scalar(select(t.attempt.c.facts).where(t.attempt.c.id == attempt_id))
    facts: Mapping[str, Any] = json.loads(found or "{}")
    return facts


def stopped_channels(store: Store) -> list[Stopped]:
    """The channels that wait for a person, in order of their names; not those that no file names."""
    query = select(t.channel).where(t.channel.c.left_at.is_(None)).order_by(t.channel.c.name)
    with store.reading() as db:
        return [
            Stopped(row.name, row.stopped_at, reason, rules.what_stopped(row))
            for row in db.execute(query)
            if (reason := rules.why_stopped(row))
        ]


def channels(store: Store) -> dict[str, Known]:
    """Every channel that the ledger has met, by name."""
    with store.reading() as db:
        return {
            row.name: Known(row.name, row.platform, row.address)
            for row in db.execute(select(t.channel))
        }


def knows_item(store: Store, item: str) -> bool:
    """Was an item of this id ever ready, or said?"""
    seen = exists().where(t.seen.c.item == item)
    said = exists().where(t.attempt.c.item == item)
    with store.reading() as db:
        return bool(db.scalar(select(or_(seen, said))))


def was_paused(store: Store, channel: str, item: str, reason: str) -> bool:
    """Was this very pause ordered before, whether or not it has ended?"""
    pause = t.pause.c
    same = exists().where(pause.channel == channel, pause.item == item, pause.reason == reason)
    with store.reading() as db:
        return bool(db.scalar(select(same)))


def other_with(store: Store, attempt: Attempt, external_id: str) -> Attempt | None:
    """Another attempt of the same channel, made about then, that is known to be this very post."""
    a = t.attempt.c
    since = (attempt.committed_at or attempt.reserved_at) - _AROUND
    query = (
        select(t.attempt, t.channel.c.platform)
        .join(t.channel, t.channel.c.name == a.channel)
        .where(a.channel == attempt.channel, a.committed_at >= since)
        .where(a.external_id == external_id, a.id != attempt.id)
    )
    with store.reading() as db:
        found = [attempt_of(row) for row in db.execute(query)]
    return next((each for each in found if each.within is None), None)

"""Attempts of which nobody knows whether they are public: who looks for them, how often, and what was found.

Only what is found settles an attempt. That nothing was found proves nothing: a person decides then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.core.model import Published, Unknown
from bot.core.states import State
from bot.ledger import tables as t
from bot.ledger.audit import fact
from bot.ledger.book import Book, Locked, change, find, lock_of, move
from bot.ledger.kept import ATTEMPT
from bot.ledger.rows import whole_of

# A platform that answered nothing may still be at work, and a timeline shows a post after a while.
FIRST_LOOK = timedelta(seconds=5)
# Between a look that found nothing and the next; after the last of them a person is asked. Meanwhile the
# channel waits, so that only one of its posts is in doubt.
PAUSES = (timedelta(seconds=10), timedelta(seconds=30))

# How long a look may take before another node may begin one.
_LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt that is looked for."""

    attempt_id: str
    channel: str
    request: Mapping[str, Any]
    text: str
    committed_at: datetime
    above: str  # the channel's highest id known when the call was made; "" = none
    taken: frozenset[str]  # ids of the channel's other attempts since


@dataclass(frozen=True, slots=True)
class Settled:
    """What a look left."""

    state: State
    is_over: bool  # was it the last one?
    outcome: Published | Unknown  # what counts of what was found: another attempt's post does not


class Looks:
    """The look-ups of unknown attempts."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def due(self) -> list[tuple[str, str]]:
        """The attempts to look for now, the oldest first, each with its channel."""
        a = t.attempt.c
        query = (
            select(a.id, a.channel)
            .where(t.IS_OPEN, a.state == State.UNKNOWN, a.look_at <= self._book.clock.now())
            .where(a.within.is_(None))
            .order_by(a.committed_at)
        )
        with self._book.store.reading() as db:
            return [(row.id, row.channel) for row in db.execute(query)]

    def next(self) -> datetime | None:
        """When the next look is due, or was; None if nothing is looked for."""
        query = select(func.min(t.attempt.c.look_at)).where(
            t.IS_OPEN, t.attempt.c.state == State.UNKNOWN
        )
        with self._book.store.reading() as db:
            at: datetime | None = db.scalar(query)
            return at

    def begin(self, attempt_id: str) -> Doubt | None:
        """Take a look upon oneself. None if somebody else has, or it is no longer in doubt."""
        with self._book.writing() as (db, now):
            channel = lock_of(db, attempt_id)
            found = find(db, attempt_id)
            if found.state != State.UNKNOWN or found.look_at is None or found.look_at > now:
                return None
            db.execute(
                update(t.attempt)
                .where(t.attempt.c.id == attempt_id)
                .values(look_at=now + _LEASE, looks=found.looks + 1, seq=channel.seq)
            )
            return Doubt(
                attempt_id,
                found.channel,
                json.loads(found.request),
                found.text,
                found.committed_at,
                found.above,
                frozenset(_taken(db, channel, found)),
            )

    def end(
        self, attempt_id: str, outcome: Published | Unknown, cost: Decimal = Decimal(0)
    ) -> Settled:
        """Write down what a look found, and what it cost in US dollars."""
        with self._book.writing() as (db, now):
            channel = lock_of(db, attempt_id)
            found = find(db, attempt_id)
            paid = found.look_cost + cost
            if cost:
                own = update(t.attempt).where(t.attempt.c.id == attempt_id)
                db.execute(own.values(look_cost=paid))
                looked = fact("looked", ATTEMPT, attempt_id, {"look_cost": paid})
                channel.chain.write(db, now, looked)
            if isinstance(outcome, Published) and outcome.external_id in _taken(db, channel, found):
                outcome = Unknown(f"{outcome.url or outcome.external_id} is another attempt's post")
            if isinstance(outcome, Published):
                known = {"external_id": outcome.external_id, "url": outcome.url, "reason": ""}
                state = move(db, channel, attempt_id, State.PUBLISHED, now, event="found", **known)
                calm = update(t.channel).where(t.channel.c.name == channel.name)
                db.execute(calm.values(failures=0))
                return Settled(state, is_over=True, outcome=outcome)
            again = PAUSES[found.looks - 1] if found.looks <= len(PAUSES) else None
            reason = _with_what_was_seen(found.reason, outcome.reason)
            look_at = now + again if again else None
            whole = change(
                db, attempt_id, State.UNKNOWN, look_at=look_at, seq=channel.seq, reason=reason
            )
            seen = [
                fact("looked", ATTEMPT, row.id, {"key": row.key, "reason": reason}) for row in whole
            ]
            channel.chain.write(db, now, *seen)
            return Settled(State(found.state), is_over=again is None, outcome=outcome)

    def give_up(self, attempt_id: str) -> None:
        """Nobody can look but a person."""
        with self._book.writing() as (db, _):
            channel = lock_of(db, attempt_id)
            db.execute(
                update(t.attempt)
                .where(whole_of(attempt_id), t.attempt.c.state == State.UNKNOWN)
                .values(look_at=None, seq=channel.seq)
            )


def _taken(db: Connection, channel: Locked, attempt: Row[Any]) -> list[str]:
    """The external ids of the channel's other attempts that may lie above this one's lower bound."""
    query = select(t.attempt.c.external_id).where(
        t.attempt.c.channel == channel.name,
        t.attempt.c.id != attempt.id,
        t.attempt.c.external_id.is_not(None),
        t.attempt.c.committed_at >= channel.since,
        t.attempt.c.within.is_(None),
    )
    lowest = int(attempt.above) if attempt.above.isdecimal() else 0
    return [each for each in db.scalars(query) if not each.isdecimal() or int(each) > lowest]


_SEEN = "; looked: "


def _with_what_was_seen(reason: str, seen: str) -> str:
    """Why it is unknown, and what the latest look said."""
    return f"{reason.partition(_SEEN)[0]}{_SEEN}{seen}"

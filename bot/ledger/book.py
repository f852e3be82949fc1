"""What all who write in the ledger share: a transaction with its instant, a channel's lock, a change of state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.states import State, may_become
from bot.ledger import tables as t
from bot.ledger.clock import Clock
from bot.ledger.rows import whole_of
from bot.ledger.store import Store

# Statements that every transaction needs are built once: to build one costs more than to run it.
_LOCK = (
    update(t.channel)
    .where(t.channel.c.name == bindparam("locked"))
    .values(seq=t.channel.c.seq + 1)
    .returning(*t.channel.c)
)
_FIND = select(t.attempt).where(t.attempt.c.id == bindparam("found"))


@dataclass(frozen=True, slots=True)
class Book:
    """The ledger's database as one process writes in it."""

    store: Store
    clock: Clock
    node: str

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, datetime]]:
        """A transaction that may write, and its instant in UTC."""
        with self.store.writing() as db:
            yield db, self.clock.read(db)


def lock(db: Connection, channel: str) -> Row[Any] | None:
    """Lock the channel's row until the transaction ends, and raise its `seq`. None if there is no such row."""
    return db.execute(_LOCK, {"locked": channel}).one_or_none()


def insert_new(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert what is not there yet; another node may be writing the same at this moment."""
    new = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    db.execute(new(table).on_conflict_do_nothing(), rows)


def find(db: Connection, attempt_id: str) -> Row[Any]:
    return db.execute(_FIND, {"found": attempt_id}).one()


def lock_of(db: Connection, attempt_id: str) -> Row[Any]:
    """Lock the channel of an attempt."""
    row = lock(db, find(db, attempt_id).channel)
    assert row is not None, "an attempt's channel is in the ledger"
    return row


def move(
    db: Connection, channel: Row[Any], attempt_id: str, new: State, now: datetime, **values: Any
) -> State:
    """Take an attempt, and all that its round-up settles, to `new`; returns the state it is in then.

    Its channel is locked. What the table of states does not allow is kept as evidence.
    """
    old = State(find(db, attempt_id).state)
    if not may_become(old, new):
        _keep_evidence(db, attempt_id, new, values, now)
        return old
    ended = {"seq": channel.seq, "ended_at": now, "look_at": None}
    if new is State.REJECTED:
        # What was refused is the round-up: each that it would have settled is said by itself.
        parts = t.attempt.c.within == attempt_id
        free = State.FREED if old is State.RESERVED else State.ABSENT
        why = {"reason": "it stood in a round-up that was refused"}
        db.execute(
            update(t.attempt)
            .where(parts, t.attempt.c.state == old)
            .values(state=free, **ended, **why)
        )
    db.execute(
        update(t.attempt)
        .where(whole_of(attempt_id), t.attempt.c.state == old)
        .values(state=new, **(ended | values))
    )
    return new


def _keep_evidence(
    db: Connection, attempt_id: str, state: State, values: Mapping[str, Any], now: datetime
) -> None:
    detail = json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)
    db.execute(insert(t.evidence).values(attempt=attempt_id, at=now, state=state, detail=detail))

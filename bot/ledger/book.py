"""What all who write in the ledger share: a transaction with its instant, a channel's lock, a change of state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.core.states import RELEASES_KEY, State, may_become
from bot.ledger import tables as t
from bot.ledger.clock import Clock
from bot.ledger.group import Group
from bot.ledger.rows import whole_of
from bot.ledger.store import Store


@dataclass(frozen=True, slots=True)
class Book:
    """The ledger's database as one process writes in it."""

    store: Store
    clock: Clock
    node: str
    group: Group

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, datetime]]:
        """A transaction that may write, and its instant in UTC."""
        with self.group.writing() as db:
            yield db, self.clock.read(db)


# What every post goes through is made once: SQLAlchemy takes longer to build a statement than a database
# to answer it. `this` is the attempt that is meant.
THIS = bindparam("this", type_=t.attempt.c.id.type)
_RAISED = update(t.channel).values(seq=t.channel.c.seq + 1).returning(*t.channel.c)
_LOCK = _RAISED.where(t.channel.c.name == bindparam("this"))
_CHANNEL_OF = select(t.attempt.c.channel).where(t.attempt.c.id == THIS)
_LOCK_OF = _RAISED.where(t.channel.c.name == _CHANNEL_OF.scalar_subquery())
_FIND = select(t.attempt).where(t.attempt.c.id == THIS)
_STATE = select(t.attempt.c.state).where(t.attempt.c.id == THIS)
_MOVE = update(t.attempt).where(whole_of(THIS), t.attempt.c.state == bindparam("old"))


def lock(db: Connection, channel: str) -> Row[Any] | None:
    """Lock the channel's row until the transaction ends, and raise its `seq`. None if there is no such row."""
    return db.execute(_LOCK, {"this": channel}).one_or_none()


def insert_new(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert what is not there yet; another node may be writing the same at this moment."""
    new = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    db.execute(new(table).on_conflict_do_nothing(), rows)


def find(db: Connection, attempt_id: str) -> Row[Any]:
    return db.execute(_FIND, {"this": attempt_id}).one()


def lock_of(db: Connection, attempt_id: str) -> Row[Any]:
    """Lock the channel of an attempt."""
    return db.execute(_LOCK_OF, {"this": attempt_id}).one()


def move(
    db: Connection, channel: Row[Any], attempt_id: str, new: State, now: datetime, **values: Any
) -> State:
    """Take an attempt, and all that its round-up settles, to `new`; returns the state it is in then.

    Its channel is locked. What the table of states does not allow is kept as evidence.
    """
    old = State(db.execute(_STATE, {"this": attempt_id}).scalar_one())
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
    try:
        with db.begin_nested() if old in RELEASES_KEY else nullcontext():
            change(db, attempt_id, old, state=new, **(ended | values))
    except IntegrityError:  # another attempt has taken the key meanwhile
        if old not in RELEASES_KEY:
            raise
        _keep_evidence(db, attempt_id, new, values, now)
        return old
    return new


def change(db: Connection, attempt_id: str, old: State, **values: Any) -> None:
    """Set columns of an attempt that is in `old`, and of all that its round-up settles."""
    db.execute(_MOVE, {"this": attempt_id, "old": old, **values})


def _keep_evidence(
    db: Connection, attempt_id: str, state: State, values: Mapping[str, Any], now: datetime
) -> None:
    detail = json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)
    db.execute(insert(t.evidence).values(attempt=attempt_id, at=now, state=state, detail=detail))

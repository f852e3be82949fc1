"""What all who write in the ledger share: a transaction with its instant, a channel's lock, a change of state
and its entry in the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.core.states import RELEASES_KEY, State, may_become
from bot.ledger import tables as t
from bot.ledger.audit import Chain, fact
from bot.ledger.clock import Clock
from bot.ledger.group import Group
from bot.ledger.kept import ATTEMPT, EVIDENCE
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


@dataclass(slots=True)
class Locked:
    """A channel's row, which is ours until the transaction ends, and its chain of the audit trail."""

    chain: Chain
    name: str
    platform: str
    address: str
    since: datetime
    seq: int
    not_before: datetime | None
    left_at: datetime | None
    asked_address: str | None
    failures: int
    stopped_at: datetime | None
    stopped_for: str


# What every post goes through is made once: SQLAlchemy takes longer to build a statement than a database
# to answer it. `this` is the attempt that is meant.
THIS = bindparam("this", type_=t.attempt.c.id.type)
_COLUMNS = tuple(each.name for each in fields(Locked) if each.name != "chain")
_RAISED = (
    update(t.channel)
    .values(seq=t.channel.c.seq + 1)
    .returning(*(t.channel.c[name] for name in (*_COLUMNS, "entries", "seal")))
)
_LOCK = _RAISED.where(t.channel.c.name == bindparam("this"))
_CHANNEL_OF = select(t.attempt.c.channel).where(t.attempt.c.id == THIS)
_LOCK_OF = _RAISED.where(t.channel.c.name == _CHANNEL_OF.scalar_subquery())
_FIND = select(t.attempt).where(t.attempt.c.id == THIS)
_STATE = select(t.attempt.c.state).where(t.attempt.c.id == THIS)
_MOVE = (
    update(t.attempt)
    .where(whole_of(THIS), t.attempt.c.state == bindparam("old"))
    .returning(t.attempt.c.id, t.attempt.c.key)
)
_WHOLE = select(t.attempt).where(whole_of(THIS))


def lock(db: Connection, channel: str) -> Locked | None:
    """Lock the channel's row until the transaction ends, and raise its `seq`. None if there is no such row."""
    found = db.execute(_LOCK, {"this": channel}).one_or_none()
    return None if found is None else _locked(found)


def _locked(row: Row[Any]) -> Locked:
    values: tuple[Any, ...] = row[:-2]
    return Locked(Chain(row.name, row.entries, row.seal), *values)


def insert_new(db: Connection, table: Table, row: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """Insert what is not there yet, and return it; nothing where another node was faster."""
    new = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    return db.execute(new(table).values(row).on_conflict_do_nothing().returning(*table.c)).all()


def find(db: Connection, attempt_id: str) -> Row[Any]:
    return db.execute(_FIND, {"this": attempt_id}).one()


def lock_of(db: Connection, attempt_id: str) -> Locked:
    """Lock the channel of an attempt."""
    return _locked(db.execute(_LOCK_OF, {"this": attempt_id}).one())


def move(
    db: Connection,
    channel: Locked,
    attempt_id: str,
    new: State,
    now: datetime,
    *,
    event: str = "",
    by: str = "",
    **values: Any,
) -> State:
    """Take an attempt, and all that its round-up settles, to `new`; returns the state it is in then.

    Its channel is locked. What the table of states does not allow is kept as evidence. The audit trail
    names it `event` (the new state's name where none is given), ordered `by` a person, if it was.
    """
    old = State(db.execute(_STATE, {"this": attempt_id}).scalar_one())
    if not may_become(old, new):
        _keep_evidence(db, channel, attempt_id, new, values, now, by)
        return old
    ended = {"seq": channel.seq, "ended_at": now, "look_at": None}
    if new is State.REJECTED:
        _release_parts(db, channel, attempt_id, old, now, ended)
    settled = ended | values | {"state": new}
    try:
        with db.begin_nested() if old in RELEASES_KEY else nullcontext():
            moved = change(db, attempt_id, old, **settled)
    except IntegrityError:  # another attempt has taken the key meanwhile
        if old not in RELEASES_KEY:
            raise
        _keep_evidence(db, channel, attempt_id, new, values, now, by)
        return old
    if old is not State.RESERVED:
        told = [
            fact(event or new, ATTEMPT, row.id, settled | {"key": row.key}, by) for row in moved
        ]
        channel.chain.write(db, now, *told)
    elif new is not State.FREED:  # the trail has not heard of it before
        whole = db.execute(_WHOLE, {"this": attempt_id}).all()
        first = [row for row in whole if row.state == new]
        told = [fact(event or new, ATTEMPT, row.id, row._asdict(), by) for row in first]
        channel.chain.write(db, now, *told)
    return new


def change(db: Connection, attempt_id: str, old: State, **values: Any) -> Sequence[Row[Any]]:
    """Set columns of an attempt that is in `old`, and of all that its round-up settles; returns the id and
    the key of each."""
    return db.execute(_MOVE, {"this": attempt_id, "old": old, **values}).all()


def _release_parts(
    db: Connection,
    channel: Locked,
    attempt_id: str,
    old: State,
    now: datetime,
    ended: Mapping[str, Any],
) -> None:
    """What was refused is the round-up: each that it would have settled is said by itself."""
    free = State.FREED if old is State.RESERVED else State.ABSENT
    settled = {**ended, "state": free, "reason": "it stood in a round-up that was refused"}
    parts = db.execute(
        update(t.attempt)
        .where(t.attempt.c.within == attempt_id, t.attempt.c.state == old)
        .values(settled)
        .returning(t.attempt.c.id, t.attempt.c.key)
    ).all()
    if free is State.ABSENT:
        told = [fact(free, ATTEMPT, row.id, settled | {"key": row.key}) for row in parts]
        channel.chain.write(db, now, *told)


def _keep_evidence(
    db: Connection,
    channel: Locked,
    attempt_id: str,
    state: State,
    values: Mapping[str, Any],
    now: datetime,
    by: str,
) -> None:
    detail = json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)
    late = {"attempt": attempt_id, "at": now, "state": state, "detail": detail}
    number = db.execute(insert(t.evidence).values(late).returning(t.evidence.c.id)).scalar_one()
    late["id"] = number
    channel.chain.write(db, now, fact("evidence", EVIDENCE, number, late, by))

"""Reserve, commit, record: the claim before the call, the truth after it.

Each of the three is one transaction that locks the channel's row and changes a state only from the one
it expects. The unique index `at_most_once` stands behind them: were all this code wrong, the database
would still refuse a second attempt of a delivery that may be public.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.history import History
from bot.core.judging import Judged
from bot.core.model import Channel, Deferred, Delivery, Outcome, Post, Published, Verdict
from bot.core.states import MAY_BE_PUBLIC, RELEASES_KEY, State, may_become, state_of
from bot.ledger import tables as t
from bot.ledger.projection import Projection
from bot.ledger.rows import (
    Attempt,
    Pace,
    Refused,
    Reserved,
    Sending,
    attempt_of,
    part_of,
    row_of,
    whole_of,
)
from bot.ledger.store import Store

# How long a reservation holds without being committed: uploads fit in, a dead process does not stay long.
RESERVATION = timedelta(seconds=60)

# How long after its commit a call is surely over and recorded: a publisher's deadline is 8 s, and at
# most 60 where it is set otherwise; the rest is margin.
CALL = timedelta(seconds=120)

_PUBLIC = sorted(MAY_BE_PUBLIC)
_RELEASED = sorted(RELEASES_KEY)


class Ledger:
    """The one authority over what may be sent. Safe to share between processes, not between threads."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime], node: str) -> None:
        self._store = store
        self._clock = clock
        self._node = node
        self._projection = Projection()

    def now(self) -> datetime:
        """The one clock of everything that is decided, in UTC."""
        return self._clock()

    # --- before anything is sent ------------------------------------------------------------------

    def meet(self, channels: Iterable[Channel], items: Iterable[str]) -> None:
        """Remember channels, and items that are ready for the first time.

        A channel speaks from when it is first met, and anew from when it comes back or has another
        address: what was due before is not announced there.
        """
        now = self.now()
        given = {channel.name: channel for channel in channels}
        with self._store.writing() as db:
            known = {row.name: row for row in db.execute(select(t.channel))}
            for name, channel in given.items():
                row = known.get(name)
                begins = {"address": channel.address, "since": now, "left_at": None}
                if row is None:
                    fresh = {"name": name, "platform": channel.platform, "seq": 0, **begins}
                    db.execute(insert(t.channel).values(fresh))
                elif row.left_at is not None or row.address != channel.address:
                    again = update(t.channel).where(t.channel.c.name == name)
                    db.execute(again.values(seq=t.channel.c.seq + 1, **begins))
            gone = [name for name, row in known.items() if name not in given and not row.left_at]
            if gone:
                left = update(t.channel).where(t.channel.c.name.in_(gone))
                db.execute(left.values(left_at=now))
            seen = set(db.scalars(select(t.seen.c.item)))
            new = [{"item": item, "at": now} for item in items if item not in seen]
            if new:
                db.execute(insert(t.seen), new)

    def reserve(
        self, delivery: Delivery, post: Post, *, pace: Pace, revision: str
    ) -> Reserved | Refused:
        """Take the delivery's key for a while, and those of what a round-up settles. Nothing may be sent yet."""
        now = self.now()
        taken = [delivery, *(each for each in delivery.settles if each.key in post.settles)]
        with self._store.writing() as db:
            row = self._lock(db, delivery.key.channel)
            if row is None:
                return Refused("the ledger does not know the channel")
            for each in taken:
                self._free_expired(db, str(each.key), now, row.seq)
                if refusal := self._why_not(db, each, now):
                    return refusal
            if refusal := self._pacing(db, row, pace, now):
                return refusal
            attempt_id = str(uuid4())
            common = {
                "seq": row.seq,
                "state": State.RESERVED,
                "node": self._node,
                "reserved_at": now,
                "lease_until": now + RESERVATION,
                "revision": revision,
            }
            whole = common | row_of(delivery, post, attempt_id)
            parts = [common | part_of(each, post, str(uuid4()), attempt_id) for each in taken[1:]]
            try:
                with db.begin_nested():
                    db.execute(insert(t.attempt), whole)
                    if parts:
                        db.execute(insert(t.attempt), parts)
            except IntegrityError:
                return Refused("another attempt holds it")
            return Reserved(attempt_id)

    def commit(self, attempt_id: str, *, pace: Pace) -> Sending | Refused:
        """Write down that the call is about to be made; from here on the post may be public.

        Everything that can have changed since `reserve` is looked at again.
        """
        now = self.now()
        with self._store.writing() as db:
            found = self._find(db, attempt_id)
            row = self._lock(db, found.channel)
            found = self._find(db, attempt_id)  # again, now that nobody else can change it
            assert row is not None, "an attempt's channel is in the ledger"
            if found.state != State.RESERVED or found.lease_until <= now:
                return Refused("its reservation ran out")
            if found.deadline <= now:
                return Refused("its deadline passed")
            refusal = self._pacing(db, row, pace, now)
            if refusal is not None:
                return refusal
            db.execute(
                update(t.attempt)
                .where(whole_of(attempt_id), t.attempt.c.state == State.RESERVED)
                .values(state=State.SENDING, seq=row.seq, committed_at=now, lease_until=now + CALL)
            )
            return Sending(attempt_id, now)

    def free(self, attempt_id: str, reason: str) -> None:
        """Give a reservation back; nothing was sent."""
        self._change(attempt_id, State.FREED, reason=reason)

    # --- after the call ---------------------------------------------------------------------------

    def record(self, attempt_id: str, outcome: Outcome) -> State:
        """Write down how an attempt ended and return its state.

        Never refuses a late truth: what no longer fits the attempt's state is kept as evidence.
        """
        new = state_of(outcome)
        match outcome:
            case Published(external_id, url):
                return self._change(attempt_id, new, external_id=external_id, url=url, reason="")
            case Deferred(reason, until):
                return self._change(attempt_id, new, reason=reason, not_before=until)
            case _:
                return self._change(attempt_id, new, reason=outcome.reason)

    def sweep(self, *, alone: bool) -> list[Attempt]:
        """Settle what dead processes left: reservations are freed, calls become Unknown.

        With `alone` this process is the only one (see `Store.alone`), so whatever is not its own is
        dead; otherwise only what outlived its lease is. Returns the attempts that may be public.
        """
        now = self.now()
        with self._store.reading() as db:
            stuck = db.execute(
                select(
                    t.attempt.c.id, t.attempt.c.state, t.attempt.c.lease_until, t.attempt.c.node
                ).where(
                    t.attempt.c.state.in_([State.RESERVED, State.SENDING]),
                    t.attempt.c.within.is_(None),
                )
            ).all()
        orphans = [
            row for row in stuck if row.lease_until <= now or (alone and row.node != self._node)
        ]
        for row in orphans:
            if row.state == State.RESERVED:
                self.free(row.id, "the process that reserved it ended")
            else:
                reason = "the process ended, or was cut off, during the call"
                self._change(row.id, State.UNKNOWN, reason=reason)
        unknown = {row.id for row in orphans if row.state == State.SENDING}
        return [
            attempt for attempt in self.attempts(states=[State.UNKNOWN]) if attempt.id in unknown
        ]

    def judge(self, judged: Iterable[Judged]) -> list[Judged]:
        """Write verdicts, each once; return those that were new."""
        written: list[Judged] = []
        now = self.now()
        with self._store.writing() as db:
            for each in judged:
                key = str(each.delivery.key)
                if db.scalar(select(t.verdict.c.key).where(t.verdict.c.key == key)) is not None:
                    continue
                row = self._lock(db, each.delivery.key.channel)
                if row is None:
                    continue
                db.execute(
                    insert(t.verdict).values(
                        key=key,
                        channel=each.delivery.key.channel,
                        item=each.delivery.key.item,
                        seq=row.seq,
                        verdict=each.verdict,
                        reason=each.reason,
                        due=each.delivery.placed,
                        at=now,
                    )
                )
                written.append(each)
        return written

    def wait(self, channel: str, until: datetime) -> None:
        """The platform asked this channel to wait until then; remembered over restarts."""
        with self._store.writing() as db:
            row = self._lock(db, channel)
            if row is not None and (row.not_before is None or row.not_before < until):
                db.execute(
                    update(t.channel).where(t.channel.c.name == channel).values(not_before=until)
                )

    # --- what was ---------------------------------------------------------------------------------

    def history(self) -> History:
        """The ledger as far as a plan needs it; only what changed since the last call is read."""
        with self._store.reading() as db:
            return self._projection.refresh(db)

    def attempts(
        self,
        *,
        item: str = "",
        channel: str = "",
        since: datetime | None = None,
        states: Iterable[State] = (),
    ) -> list[Attempt]:
        """The attempts, oldest first, narrowed as asked."""
        query = (
            select(t.attempt, t.channel.c.platform)
            .join(t.channel, t.channel.c.name == t.attempt.c.channel)
            .order_by(t.attempt.c.reserved_at, t.attempt.c.id)
        )
        if item:
            query = query.where(t.attempt.c.item == item)
        if channel:
            query = query.where(t.attempt.c.channel == channel)
        if since is not None:
            query = query.where(t.attempt.c.reserved_at >= since)
        if wanted := list(states):
            query = query.where(t.attempt.c.state.in_(wanted))
        with self._store.reading() as db:
            return [attempt_of(row) for row in db.execute(query)]

    # --- the rules ----------------------------------------------------------------------------------

    def _lock(self, db: Connection, channel: str) -> Row[Any] | None:
        """Lock the channel's row until the transaction ends, and raise its `seq`."""
        return db.execute(
            update(t.channel)
            .where(t.channel.c.name == channel)
            .values(seq=t.channel.c.seq + 1)
            .returning(t.channel.c.name, t.channel.c.seq, t.channel.c.not_before)
        ).one_or_none()

    def _find(self, db: Connection, attempt_id: str) -> Row[Any]:
        return db.execute(select(t.attempt).where(t.attempt.c.id == attempt_id)).one()

    def _free_expired(self, db: Connection, key: str, now: datetime, seq: int) -> None:
        expired = db.execute(
            select(t.attempt.c.id, t.attempt.c.within).where(
                t.attempt.c.key == key,
                t.attempt.c.state == State.RESERVED,
                t.attempt.c.lease_until <= now,
            )
        ).all()
        for row in expired:
            db.execute(
                update(t.attempt)
                .where(whole_of(row.within or row.id), t.attempt.c.state == State.RESERVED)
                .values(state=State.FREED, ended_at=now, seq=seq, reason="its reservation ran out")
            )

    def _why_not(self, db: Connection, delivery: Delivery, now: datetime) -> Refused | None:
        """Why this delivery may not go, by its verdict and its earlier attempts."""
        key = str(delivery.key)
        verdict = db.scalar(select(t.verdict.c.verdict).where(t.verdict.c.key == key))
        # What is still to come can't have been missed: see `is_over`.
        if verdict is not None and (verdict != Verdict.MISSED or delivery.deadline <= now):
            return Refused("a verdict says that it will not be sent")
        earlier = db.execute(
            select(t.attempt.c.state, t.attempt.c.not_before).where(t.attempt.c.key == key)
        ).all()
        for state, not_before in earlier:
            if state not in _RELEASED:
                return Refused(f"an earlier attempt is {state}")
            if state == State.REJECTED:
                return Refused("the platform refused it")
            if not_before is not None and not_before > now:
                return Refused(f"not before {t.as_text(not_before)}")
        return None

    def _pacing(self, db: Connection, row: Row[Any], pace: Pace, now: datetime) -> Refused | None:
        if row.not_before is not None and row.not_before > now:
            return Refused(f"the platform asked to wait until {t.as_text(row.not_before)}")
        public = (
            (t.attempt.c.channel == row.name)
            & t.attempt.c.state.in_(_PUBLIC)
            & t.attempt.c.within.is_(None)
        )
        latest = db.scalar(select(func.max(t.attempt.c.committed_at)).where(public))
        if latest is not None and now < latest + pace.gap:
            return Refused(f"the gap to the last post, until {t.as_text(latest + pace.gap)}")
        today = db.scalar(
            select(func.count()).where(public, t.attempt.c.committed_at >= pace.day_began)
        )
        if (today or 0) >= pace.per_day:
            return Refused(f"{pace.per_day} posts today already")
        return None

    def _change(self, attempt_id: str, new: State, **values: Any) -> State:
        now = self.now()
        with self._store.writing() as db:
            row = self._lock(db, self._find(db, attempt_id).channel)
            assert row is not None, "an attempt's channel is in the ledger"
            old = State(self._find(db, attempt_id).state)
            if not may_become(old, new):
                self._keep_evidence(db, attempt_id, new, values, now)
                return old
            ended = {"seq": row.seq, "ended_at": now}
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
                .values(state=new, **ended, **values)
            )
            return new

    def _keep_evidence(
        self,
        db: Connection,
        attempt_id: str,
        state: State,
        values: Mapping[str, Any],
        now: datetime,
    ) -> None:
        detail = json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)
        db.execute(
            insert(t.evidence).values(attempt=attempt_id, at=now, state=state, detail=detail)
        )

"""Reserve, commit, record: the claim before the call, the truth after it.

Each of the three is one transaction that locks the channel's row and changes a state only from the one
it expects. The unique index `at_most_once` stands behind them: were all this code wrong, the database
would still refuse a second attempt of a delivery that may be public.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.history import History
from bot.core.judging import Judged
from bot.core.model import (
    NOBODY,
    Authors,
    Channel,
    Deferred,
    Delivery,
    Outcome,
    Post,
    Published,
    Rejected,
    Unknown,
    Verdict,
)
from bot.core.states import State, state_of
from bot.ledger import rules
from bot.ledger import tables as t
from bot.ledger.alerts import Alerts
from bot.ledger.audit import Chain, fact, lock_common
from bot.ledger.book import Book, Locked, change, find, insert_new, lock, lock_of, move
from bot.ledger.clock import Clock, this_machine
from bot.ledger.group import Group
from bot.ledger.kept import ATTEMPT, CHANNEL, ITEM, VERDICT
from bot.ledger.looks import FIRST_LOOK, Looks
from bot.ledger.nodes import Nodes
from bot.ledger.notices import Judgement, Notices, untold_verdicts
from bot.ledger.orders import Orders
from bot.ledger.projection import Projection
from bot.ledger.rows import (
    Attempt,
    Pace,
    Recorded,
    Refused,
    Reserved,
    Sending,
    Via,
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

# After so many posts in a row that failed, or may have, a channel is stopped: a sixth would be no better.
FAILURES = 5

# How long the external ids of a channel are looked back for the highest: they grow with time.
_LATEST_IDS = 20

# Asked at every tick or post, so built once.
_EXPIRED = select(t.attempt.c.id, t.attempt.c.within).where(
    t.attempt.c.key == bindparam("wanted"),
    t.attempt.c.state == State.RESERVED,
    t.attempt.c.lease_until <= bindparam("now"),
)
_UNDER_WAY = select(
    t.attempt.c.id, t.attempt.c.state, t.attempt.c.lease_until, t.attempt.c.node
).where(
    t.IS_OPEN,
    t.attempt.c.state.in_([State.RESERVED, State.SENDING, State.HANDED]),
    t.attempt.c.within.is_(None),
)

_IN_QUESTION = (
    select(t.attempt, t.channel.c.platform)
    .join(t.channel, t.channel.c.name == t.attempt.c.channel)
    .where(t.IS_OPEN, t.attempt.c.state.in_([State.UNKNOWN, State.HANDED]))
    .where(t.attempt.c.within.is_(None))
    .order_by(t.attempt.c.committed_at, t.attempt.c.id)
)

# How many keys a query names at once.
_AT_ONCE = 500

_NEVER = datetime.min.replace(tzinfo=UTC)

_INSERT = insert(t.attempt)
_LATEST_OF = (
    select(t.attempt.c.external_id)
    .where(
        t.attempt.c.channel == bindparam("on"),
        t.attempt.c.committed_at >= bindparam("since"),
        t.attempt.c.external_id.is_not(None),
    )
    .order_by(t.attempt.c.committed_at.desc())
    .limit(_LATEST_IDS)
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a tick has to know of the ledger, as it was at one instant."""

    history: History
    doubts: Sequence[Attempt]  # to look for now, the oldest first
    verdicts: Sequence[Judgement]  # told to nobody yet
    unknown: Sequence[Attempt]  # that a person has to look for, told to nobody yet
    handed: Sequence[Attempt]  # that a person has to send, told to nobody yet
    has_orphans: bool  # has anything outlived its lease, so that it has to be swept?


class Ledger:
    """The one authority over what may be sent. Safe to share between processes, not between threads."""

    def __init__(
        self, store: Store, *, node: str, clock: Callable[[], datetime] | None = None
    ) -> None:
        """`node` names this process. Without a `clock` (UTC) it is the database server's, or, of a file,
        this machine's."""
        self._store = store
        self._clock = Clock(clock) if clock else Clock(this_machine, store.time)
        self._group = Group(store)
        self._book = Book(store, self._clock, node, self._group)
        self._projection = Projection()
        self.looks = Looks(self._book)
        self.nodes = Nodes(self._book)
        self.notices = Notices(self._book)
        self.orders = Orders(self._book)
        self.alerts = Alerts(self._book)

    def now(self) -> datetime:
        """The one clock of everything that is decided, in UTC."""
        return self._clock.now()

    @property
    def most_together(self) -> int:
        """How many calls `together` may take; 1 where it would gain nothing."""
        return self._group.most

    def together(self) -> AbstractContextManager[None]:
        """What is called meanwhile is kept when this ends, not before: nobody may act on an answer earlier.

        Raises TornError where one of the calls failed in its transaction; then nothing of any is kept, and
        each has to be made anew by itself.
        """
        return self._group.together()

    # --- before anything is sent ------------------------------------------------------------------

    def meet(self, channels: Iterable[Channel], items: Iterable[str]) -> None:
        """Remember channels, and items that are ready for the first time.

        A channel speaks from when it is first met, and anew from when it comes back: what was due before
        is not announced there. One that has another address says nothing until a person confirms it.
        """
        given = {channel.name: channel for channel in channels}
        with self._book.writing() as (db, now):
            seen = set(db.scalars(select(t.seen.c.item)))
            if new := sorted({*items} - seen):
                _see(db, new, now)
            known = {row.name: row for row in db.execute(select(t.channel))}
            # In one order on every node, so that two of them never wait for each other.
            for name in sorted(known.keys() | given.keys()):
                row, channel = known.get(name), given.get(name)
                if channel is None:
                    if row is not None and row.left_at is None:
                        _leave(db, name, now)
                elif row is None:
                    _begin(db, channel, now)
                elif (row.left_at, row.address, row.asked_address) != (None, channel.address, None):
                    _meet_again(db, channel, now)

    def reserve(
        self, delivery: Delivery, post: Post, *, pace: Pace, revision: str, via: Via = Via.BOT
    ) -> Reserved | Refused:
        """Take the delivery's key for a while, and those of what a round-up settles. Nothing may be sent yet."""
        try:
            return self._reserve(delivery, post, pace, revision, via)
        except IntegrityError:  # `at_most_once` had the last word
            return Refused("another attempt holds it")

    def _reserve(
        self, delivery: Delivery, post: Post, pace: Pace, revision: str, via: Via
    ) -> Reserved | Refused:
        """Raises IntegrityError where the schema refuses it."""
        taken = [delivery, *(each for each in delivery.settles if each.key in post.settles)]
        with self._book.writing() as (db, now):
            row = lock(db, delivery.key.channel)
            if row is None:
                return Refused("the ledger does not know the channel")
            for each in taken:
                refusal = rules.of_key(db, each, now)
                if refusal and _free_expired(db, str(each.key), now, row.seq):
                    refusal = rules.of_key(db, each, now)
                if refusal:
                    return refusal
            whole = row_of(delivery, post, str(uuid4()), via)
            items = {*delivery.items, *(each.key.item for each in taken)}
            keys = {str(each.key) for each in taken}
            refusal = rules.of_channel(
                db, row, pace, now, items=items, keys=keys, cost=whole["cost"]
            )
            if refusal is not None:
                return refusal
            attempt_id = whole["id"]
            common = {
                "seq": row.seq,
                "state": State.RESERVED,
                "node": self._book.node,
                "reserved_at": now,
                "lease_until": now + RESERVATION,
                "revision": revision,
            }
            parts = [part_of(each, post, str(uuid4()), attempt_id, via) for each in taken[1:]]
            db.execute(_INSERT, common | whole)
            if parts:
                db.execute(_INSERT, [common | part for part in parts])
            return Reserved(attempt_id)

    def commit(
        self, attempt_id: str, *, pace: Pace, authors: Authors = NOBODY
    ) -> Sending | Refused:
        """Write down that the call is about to be made, and whose words they are; from here on the post may
        be public.

        Everything that can have changed since `reserve` is looked at again. What a person sends is handed
        to them by this, and may be public until they say more, or its deadline is past.
        """
        with self._book.writing() as (db, now):
            row = lock_of(db, attempt_id)
            found = find(db, attempt_id)
            if found.state != State.RESERVED or found.lease_until <= now:
                return Refused("its reservation ran out")
            if found.deadline <= now:
                return Refused("its deadline passed")
            if refusal := self.nodes.refusal(db):
                return refusal
            parts = rules.parts_of(db, found)
            items, keys = rules.told_by(found, parts)
            refusal = rules.of_channel(
                db, row, pace, now, items=items, keys=keys, cost=found.cost, own=attempt_id
            )
            if refusal is not None:
                return refusal
            is_handed = found.via == Via.PERSON
            lease_until = found.deadline if is_handed else now + CALL
            state = State.HANDED if is_handed else State.SENDING
            made = {"state": state, "committed_at": now, "above": _highest_id(db, row)}
            change(db, attempt_id, State.RESERVED, seq=row.seq, lease_until=lease_until, **made)
            told = {"queued_by": authors.queued, "approved_by": authors.approved}
            row.chain.write(
                db,
                now,
                *(
                    fact(state, ATTEMPT, each.id, each._asdict() | made, **told)
                    for each in (found, *parts)
                ),
            )
            return Sending(attempt_id, now, lease_until)

    def free(self, attempt_id: str, reason: str) -> None:
        """Give a reservation back; nothing was sent."""
        with self._book.writing() as (db, now):
            move(db, lock_of(db, attempt_id), attempt_id, State.FREED, now, reason=reason)

    # --- after the call ---------------------------------------------------------------------------

    def record(self, attempt_id: str, outcome: Outcome, *, look: bool = False) -> Recorded:
        """Write down how an attempt ended.

        Never refuses a late truth: what no longer fits the attempt's state is kept as evidence. With
        `look` what is unknown will be looked for. A channel is stopped where no post can succeed, or too
        many in a row did not.
        """
        with self._book.writing() as (db, now):
            row = lock_of(db, attempt_id)
            new = state_of(outcome)
            values: dict[str, Any]
            match outcome:
                case Published(external_id, url):
                    values = {"external_id": external_id, "url": url, "reason": ""}
                case Deferred(reason, until):
                    values = {"reason": reason, "not_before": until}
                case Unknown(reason):
                    look_at = now + FIRST_LOOK if look else None
                    values = {"reason": reason, "look_at": look_at}
                case _:
                    values = {"reason": outcome.reason}
            was = State(find(db, attempt_id).state)
            state = move(db, row, attempt_id, new, now, **values)
            is_news = state is new and was is not new  # one refusal told twice is one
            return Recorded(state, _judge_channel(db, row, outcome, now) if is_news else "")

    def sweep(self, *, alone: bool) -> list[Attempt]:
        """Settle what dead processes left: reservations are freed, calls become Unknown and are looked for.

        With `alone` this process is the only one (see `Store.alone`), so whatever is not its own is
        dead; otherwise only what outlived its lease is. What a person was handed and did not settle by
        its deadline is Unknown, too. Returns the attempts that may be public.
        """
        with self._store.reading() as db:
            stuck = db.execute(_UNDER_WAY).all()
        now = self.now()
        unknown: set[str] = set()
        for each in stuck:
            is_dead = alone and each.node != self._book.node and each.state != State.HANDED
            if each.lease_until <= now or is_dead:
                unknown |= self._settle_orphan(each.id, is_dead=is_dead)
        return self._attempts_of(unknown) if unknown else []

    def _settle_orphan(self, attempt_id: str, *, is_dead: bool) -> set[str]:
        """Settle what outlived its lease, or its process. The attempt, if it may be public."""
        with self._book.writing() as (db, now):
            row = lock_of(db, attempt_id)
            found = find(db, attempt_id)
            if found.lease_until > now and not is_dead:
                return set()  # somebody was quicker
            match found.state:
                case State.RESERVED:
                    reason = "the process that reserved it ended"
                    move(db, row, attempt_id, State.FREED, now, reason=reason)
                    return set()
                case State.SENDING:
                    reason = "the process ended, or was cut off, during the call"
                    look_at: datetime | None = now
                case State.HANDED:
                    reason = "it was handed to a person, and nobody said whether it is out"
                    look_at = None
                case _:
                    return set()
            # What was told before, if anything, was not that it is in doubt.
            known: dict[str, Any] = {"reason": reason, "look_at": look_at, "told_at": None}
            move(db, row, attempt_id, State.UNKNOWN, now, **known)
            # That we died is no fault of the channel: it does not count among its failures.
            return {attempt_id}

    def judge(self, judged: Iterable[Judged]) -> list[Judged]:
        """Write verdicts, each once; return those that were new. What was missed before the deadline that it
        has now had another date then, and is judged anew."""
        given = list(judged)
        with self._book.writing() as (db, now):
            # In one order on every node, so that two of them never wait for each other.
            channels = sorted({each.delivery.key.channel for each in given})
            locked = {name: row for name in channels if (row := lock(db, name)) is not None}
            known = _judged(db, [str(each.delivery.key) for each in given])
            written: dict[str, Judged] = {}
            for each in given:
                key = str(each.delivery.key)
                if each.delivery.key.channel not in locked:
                    continue
                if (missed_at := known.get(key, _NEVER)) and missed_at < each.delivery.deadline:
                    written.setdefault(key, each)
            rows = [
                {
                    "key": key,
                    "channel": each.delivery.key.channel,
                    "item": each.delivery.key.item,
                    "seq": locked[each.delivery.key.channel].seq,
                    "verdict": each.verdict,
                    "reason": each.reason,
                    "due": each.delivery.placed,
                    "at": now,
                }
                for key, each in written.items()
            ]
            for key in written.keys() & known.keys():
                db.execute(delete(t.verdict).where(t.verdict.c.key == key))
            if rows:
                db.execute(insert(t.verdict), rows)
            for name, channel in locked.items():
                of_channel = [each for each in rows if each["channel"] == name]
                told = [fact("judged", VERDICT, each["key"], each) for each in of_channel]
                channel.chain.write(db, now, *told)
        return list(written.values())

    def wait(self, channel: str, until: datetime) -> None:
        """The platform asked this channel to wait until then; remembered over restarts."""
        with self._book.writing() as (db, _):
            row = lock(db, channel)
            if row is not None and (row.not_before is None or row.not_before < until):
                db.execute(
                    update(t.channel).where(t.channel.c.name == channel).values(not_before=until)
                )

    # --- what was ---------------------------------------------------------------------------------

    def history(self, items: Collection[str] | None = None) -> History:
        """The ledger as far as a plan of `items` needs it (None: of whatever there is); only what changed
        since the last call is read."""
        with self._store.reading() as db:
            return self._projection.refresh(db, items, self.now())

    def survey(self, items: Collection[str]) -> Survey:
        """All that a tick has to know, in one consistent view; of the history as `history` gives it."""
        with self._store.reading() as db:
            now = self.now()
            found = [(row.told_at, attempt_of(row)) for row in db.execute(_IN_QUESTION)]
            unknown = [each for each in found if each[1].state is State.UNKNOWN]
            return Survey(
                history=self._projection.refresh(db, items, now),
                doubts=[each for _, each in unknown if each.look_at and each.look_at <= now],
                verdicts=untold_verdicts(db),
                unknown=[each for told, each in unknown if told is None and each.look_at is None],
                handed=[
                    each for told, each in found if told is None and each.state is State.HANDED
                ],
                has_orphans=any(row.lease_until <= now for row in db.execute(_UNDER_WAY)),
            )

    def spent(self, channel: str, since: datetime, until: datetime | None = None) -> Decimal:
        """What a channel's posts cost, in US dollars: what is, may be or may become public, and look-ups."""
        with self._store.reading() as db:
            return rules.spent(db, channel, since, until)

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

    def _attempts_of(self, ids: Collection[str]) -> list[Attempt]:
        query = (
            select(t.attempt, t.channel.c.platform)
            .join(t.channel, t.channel.c.name == t.attempt.c.channel)
            .where(t.attempt.c.id.in_(ids))
            .order_by(t.attempt.c.reserved_at, t.attempt.c.id)
        )
        with self._store.reading() as db:
            return [attempt_of(row) for row in db.execute(query)]


def _judged(db: Connection, keys: list[str]) -> dict[str, datetime | None]:
    """Those of `keys` that have a verdict, with when they were missed; None where it is another verdict."""
    v = t.verdict.c
    found: dict[str, datetime | None] = {}
    for begin in range(0, len(keys), _AT_ONCE):
        some = keys[begin : begin + _AT_ONCE]
        for key, verdict, at in db.execute(select(v.key, v.verdict, v.at).where(v.key.in_(some))):
            found[key] = at if verdict == Verdict.MISSED else None
    return found


def _see(db: Connection, items: Sequence[str], now: datetime) -> None:
    """Remember items; another node may be doing the same."""
    common = lock_common(db)
    seen = set(db.scalars(select(t.seen.c.item)))
    if new := [{"item": item, "at": now} for item in items if item not in seen]:
        db.execute(insert(t.seen), new)
        common.write(db, now, *(fact("ready", ITEM, each["item"], each) for each in new))


def _begin(db: Connection, channel: Channel, now: datetime) -> None:
    fresh = {"name": channel.name, "platform": channel.platform, "address": channel.address}
    # Another node may be meeting it at this moment; whoever inserts it has its lock.
    for row in insert_new(db, t.channel, {**fresh, "since": now, "seq": 0}):
        chain = Chain(row.name, row.entries, row.seal)
        chain.write(db, now, fact("met", CHANNEL, row.name, row._asdict()))


def _leave(db: Connection, name: str, now: datetime) -> None:
    """No file names the channel any more."""
    row = lock(db, name)
    if row is not None and row.left_at is None:
        _set(db, row, now, "left", left_at=now)


def _meet_again(db: Connection, channel: Channel, now: datetime) -> None:
    """A channel that was away begins anew. One with another address waits for a person: it may be a slip,
    and followers of a wrong chat would read everything."""
    row = lock(db, channel.name)
    assert row is not None, "a channel is never deleted"
    if row.left_at is not None:
        _set(db, row, now, "returned", left_at=None, since=now)
    asked = None if row.address == channel.address else channel.address
    if row.asked_address != asked:
        _set(db, row, now, "readdressed", asked_address=asked)


def _set(db: Connection, channel: Locked, now: datetime, event: str, **values: Any) -> None:
    db.execute(update(t.channel).where(t.channel.c.name == channel.name).values(**values))
    channel.chain.write(db, now, fact(event, CHANNEL, channel.name, values))


def _judge_channel(db: Connection, row: Locked, outcome: Outcome, now: datetime) -> str:
    """Count failures in a row. Why the channel was stopped by this outcome, or ""."""
    failures, stopped = row.failures, ""
    match outcome:
        case Published():
            failures = 0
        case Rejected(reason) | Unknown(reason):
            failures += 1
            if failures >= FAILURES:
                stopped = f"{failures} posts in a row failed, or may have; the last: {reason}"
        case Deferred(reason, stops_channel=True):
            stopped = reason
        case _:
            return ""
    if failures == row.failures and not stopped:
        return ""
    counted = update(t.channel).where(t.channel.c.name == row.name)
    db.execute(counted.values(failures=failures))
    if not stopped or row.stopped_at is not None:
        return ""
    _set(db, row, now, "stopped", stopped_at=now, stopped_for=stopped)
    return stopped


def _highest_id(db: Connection, channel: Locked) -> str:
    """The highest external id known of a channel's present address, or ""."""
    latest = db.scalars(_LATEST_OF, {"on": channel.name, "since": channel.since})
    numbers = [int(each) for each in latest if each.isdecimal()]
    return str(max(numbers)) if numbers else ""


def _free_expired(db: Connection, key: str, now: datetime, seq: int) -> bool:
    """Give back what outlived its reservation. Was there any?"""
    expired = db.execute(_EXPIRED, {"wanted": key, "now": now}).all()
    for row in expired:
        db.execute(
            update(t.attempt)
            .where(whole_of(row.within or row.id), t.attempt.c.state == State.RESERVED)
            .values(state=State.FREED, ended_at=now, seq=seq, reason="its reservation ran out")
        )
    return bool(expired)

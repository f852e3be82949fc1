"""What people order: silence and its end, what became of a doubtful post, what was announced without us.

Each is one transaction, says who ordered it, and holds on every node from its commit on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.history import Pause
from bot.core.model import Delivery, Post, Verdict
from bot.core.states import State
from bot.ledger import rules
from bot.ledger import tables as t
from bot.ledger.audit import Fact, fact, lock_common
from bot.ledger.book import Book, find, lock, lock_of, move
from bot.ledger.kept import ATTEMPT, CHANNEL, PAUSE, VERDICT
from bot.ledger.rows import Via, row_of

# A pause that nobody ended is told again this often: it may have been forgotten.
REMIND = timedelta(days=1)


class OrderError(Exception):
    """The ledger can't do that:"""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)


class Silence(StrEnum):
    """What of it is ended."""

    ALL = "all"
    PAUSES = "pauses"  # that people ordered; a channel that was stopped stays so
    STOPS = "stops"  # what stopped channels; a pause of theirs stays


@dataclass(frozen=True, slots=True)
class Resumed:
    """What goes on."""

    pauses: tuple[Pause, ...]
    channels: tuple[str, ...]  # that had been stopped


class Orders:
    """Orders of people, written by `by`: a name that the book keeps."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def pause(
        self,
        *,
        channel: str = "",
        item: str = "",
        key: str = "",
        until: datetime | None = None,
        reason: str,
        by: str,
    ) -> Pause:
        """Nothing of `item` ("" = nothing at all) goes out on `channel` ("" = on every one) until then; with
        a `key`, that of one of their deliveries, only this one does not."""
        with self._book.writing() as (db, now):
            if until is not None and until <= now:
                raise OrderError("a pause has to end later than now")
            given = {"channel": channel, "item": item, "until": until, "reason": reason, "by": by}
            common = lock_common(db)
            row = db.execute(
                insert(t.pause)
                .values(**given, key=key, since=now, told_at=now)
                .returning(*t.pause.c)
            ).one()
            common.write(db, now, fact("paused", PAUSE, row.id, row._asdict(), by))
            return Pause(row.id, channel, item, now, until, reason, by, key)

    def resume(
        self,
        *,
        channel: str = "",
        item: str = "",
        key: str = "",
        everything: bool = False,
        silence: Silence = Silence.ALL,
        by: str,
    ) -> Resumed:
        """End the pauses of exactly this channel and item, and of exactly this delivery where it has a `key`;
        with a channel alone, or `everything`, also what stopped the channel. What became due meanwhile is
        judged afresh by the plan."""
        with self._book.writing() as (db, now):
            common = lock_common(db)
            which = list(rules.pauses(db)) if silence is not Silence.STOPS else []
            if not everything:
                exactly = (channel, item, key)
                which = [each for each in which if (each.channel, each.item, each.key) == exactly]
            for each in which:
                ended = {"ended_at": now, "ended_by": by}
                db.execute(update(t.pause).where(t.pause.c.id == each.id).values(ended))
                common.write(db, now, fact("resumed", PAUSE, each.id, ended, by))
            stopped: list[str] = []
            is_whole = everything or (channel and not item and not key)
            if is_whole and silence is not Silence.PAUSES:
                is_stopped = t.channel.c.stopped_at.is_not(None) | t.channel.c.asked_address.is_not(
                    None
                )
                query = select(t.channel.c.name).where(is_stopped).order_by(t.channel.c.name)
                if not everything:
                    query = query.where(t.channel.c.name == channel)
                for name in db.scalars(query).all():
                    row = lock(
                        db, name
                    )  # what another node has changed meanwhile must not be undone
                    assert row is not None, "a channel is never deleted"
                    stopped.append(name)
                    values: dict[str, object] = {"stopped_at": None, "stopped_for": ""}
                    values["asked_address"] = None
                    if row.asked_address is not None:  # it speaks there from now on
                        values |= {"address": row.asked_address, "since": now}
                    db.execute(
                        update(t.channel)
                        .where(t.channel.c.name == name)
                        .values(failures=0, **values)
                    )
                    row.chain.write(db, now, fact("resumed", CHANNEL, name, values, by))
            return Resumed(tuple(which), tuple(stopped))

    def pauses(self) -> tuple[Pause, ...]:
        """Those that nobody has ended, the first first; one whose time is over is among them until it is swept."""
        with self._book.store.reading() as db:
            return rules.pauses(db)

    def remind(self) -> list[Pause]:
        """The pauses of which admins have to be reminded now; each is returned to one node only."""
        now = self._book.clock.now()
        is_over_or_old = (t.pause.c.until <= now) | (t.pause.c.told_at <= now - REMIND)
        with self._book.store.reading() as db:
            known = rules.pauses(db)
            query = select(t.pause.c.id).where(t.pause.c.ended_at.is_(None), is_over_or_old)
            if not known or db.execute(query.limit(1)).first() is None:
                return []
        due: list[Pause] = []
        with self._book.writing() as (db, now):
            common = lock_common(db)
            for each in known:
                row = t.pause.c.id == each.id
                if each.until is not None and each.until <= now:
                    over = update(t.pause).where(row, t.pause.c.ended_at.is_(None))
                    ended = {"ended_at": now, "ended_by": ""}
                    if db.execute(over.values(ended)).rowcount:
                        common.write(db, now, fact("resumed", PAUSE, each.id, ended))
                    continue
                told = update(t.pause).where(row, t.pause.c.told_at <= now - REMIND)
                if db.execute(told.values(told_at=now)).rowcount:
                    due.append(each)
        return due

    def resolve(
        self, attempt_id: str, *, is_public: bool, url: str = "", external_id: str = "", by: str
    ) -> State:
        """A person looked at an unknown post: it is out, or it surely is not. Returns its state now.

        What is not out may be sent again by the plan. Raises OrderError where there is nothing to settle.
        """
        with self._book.writing() as (db, now):
            known = _known(db, attempt_id)
            channel = lock_of(db, known)
            found = find(db, known)
            if found.state not in (State.UNKNOWN, State.HANDED):
                raise OrderError(f"the attempt is {found.state}: there is nothing to settle")
            if not is_public and found.look_at is not None:
                raise OrderError("it is being looked for: wait a minute, and see what is found")
            if is_public:
                values = {"url": url, "external_id": external_id or None}
                said = f"{by} says that it is out"
                out = State.PUBLISHED
                return move(
                    db, channel, known, out, now, event="resolved", by=by, reason=said, **values
                )
            said = f"{by} says that it is not out"
            return move(db, channel, known, State.ABSENT, now, event="resolved", by=by, reason=said)

    def adopt(self, delivery: Delivery, post: Post, *, by: str) -> bool:
        """`delivery` was announced by other means: it counts as published, with the facts of `post`.

        False where it is settled already. What the bot would only try again later is adopted, too. Raises
        OrderError where an attempt is under way or in doubt, or the ledger does not know the channel.
        """
        with self._book.writing() as (db, now):
            row = lock(db, delivery.key.channel)
            if row is None:
                raise OrderError(f"the ledger does not know the channel {delivery.key.channel}")
            key = str(delivery.key)
            is_open = t.IS_OPEN & (t.attempt.c.key == key)
            if (state := db.scalar(select(t.attempt.c.state).where(is_open))) is not None:
                raise OrderError(f"an attempt of {key} is {state}, see `banditore status`")
            if rules.of_key(db, delivery, now, rests=False) is not None:
                return False
            adopted = row_of(delivery, post, str(uuid4()), Via.ADOPTED) | {
                "seq": row.seq,
                "state": State.PUBLISHED,
                "node": "",
                "reserved_at": now,
                "lease_until": now,
                "ended_at": now,
                "revision": "",
                "reason": f"announced by other means, says {by}",
            }
            try:
                with db.begin_nested():
                    db.execute(insert(t.attempt).values(**adopted))
            except IntegrityError:
                return False
            row.chain.write(db, now, fact("adopted", ATTEMPT, adopted["id"], _NEW | adopted, by))
            return True

    def skip(self, attempt_id: str, *, reason: str, by: str) -> None:
        """What a person was handed will not be sent: its deliveries get the verdict withdrawn."""
        with self._book.writing() as (db, now):
            known = _known(db, attempt_id)
            channel = lock_of(db, known)
            found = find(db, known)
            if found.state != State.HANDED:
                raise OrderError(f"the attempt is {found.state}: nobody has it to send")
            why = f"{by} decided not to send it: {reason}"
            move(db, channel, known, State.ABSENT, now, event="skipped", by=by, reason=why)
            whole = (t.attempt.c.id == known) | (t.attempt.c.within == known)
            for row in db.execute(select(t.attempt).where(whole)).all():
                # It may have been missed on an earlier date.
                db.execute(delete(t.verdict).where(t.verdict.c.key == row.key))
                given = {
                    "key": row.key,
                    "channel": row.channel,
                    "item": row.item,
                    "seq": channel.seq,
                    "verdict": Verdict.WITHDRAWN,
                    "reason": why,
                    "due": row.due,
                    "at": now,
                }
                db.execute(insert(t.verdict).values(given))
                channel.chain.write(db, now, fact("skipped", VERDICT, row.key, given, by))

    def restored(self, since: datetime, *, by: str) -> None:
        """The ledger is a copy of `since` (UTC): what was announced after that, it does not know."""
        with self._book.writing() as (db, now):
            told = {"since": t.as_text(since)}
            lock_common(db).write(db, now, Fact("restored", "", told, by))


# What an attempt has that was never made: columns that `row_of` does not name.
_NEW = {
    "committed_at": None,
    "not_before": None,
    "external_id": None,
    "url": None,
    "above": "",
    "look_cost": Decimal(0),
}


def _known(db: Connection, attempt_id: str) -> str:
    """The one attempt that is meant by its id, or by the beginning of it. Raises OrderError."""
    query = (
        select(t.attempt.c.id)
        .where(t.attempt.c.id.startswith(attempt_id, autoescape=True))
        .where(t.attempt.c.within.is_(None))
        .limit(2)
    )
    found = db.scalars(query).all()
    if not found:
        raise OrderError(f"the ledger has no attempt {attempt_id!r}")
    if len(found) > 1:
        raise OrderError(f"more than one attempt begins with {attempt_id!r}: write more of it")
    return str(found[0])

"""The processes that share a ledger: who lives, and which of them may not speak, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.ledger import tables as t
from bot.ledger.book import Book
from bot.ledger.clock import LARGEST_DRIFT
from bot.ledger.rows import Refused

# Who has not been seen for so long is forgotten; it comes back by itself.
_FORGOTTEN = timedelta(days=1)

OLDER_FILES = (
    "its files are older than what another node has read: bring them up to date, "
    "or, if they are meant, save one of them anew"
)

# Asked at every tick, so built once. Locked: of two nodes that have read something new, one is the later.
_NEWEST = select(t.files).with_for_update()
_SEEN = update(t.node).where(t.node.c.name == bindparam("me"))


@dataclass(frozen=True, slots=True)
class Node:
    """A process as it last showed itself. Instants are UTC."""

    name: str
    started_at: datetime
    seen_at: datetime
    revision: str
    fault: str  # why it does not speak; "" = it does


class Nodes:
    """This process among the others."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._revision = ""

    def beat(self, revision: str, modified: datetime, *, alone: bool) -> str:
        """Say that this process lives and which revision of all files it has read.

        Returns why it may not speak, or "". `modified` (UTC) tells which of two revisions is the newer;
        `alone`, nobody else can speak, and whatever it read is what counts.
        """
        self._revision = revision
        with self._book.writing() as (db, now):
            fault = self._drift() or self._older(db, revision, min(modified, now), alone=alone)
            known = {"seen_at": now, "revision": revision, "fault": fault}
            if not db.execute(_SEEN, {"me": self._book.node, **known}).rowcount:
                db.execute(delete(t.node).where(t.node.c.seen_at < now - _FORGOTTEN))
                fresh = {"name": self._book.node, "started_at": now, "seen_at": now}
                db.execute(insert(t.node).values(**fresh, revision=revision, fault=fault))
            return fault

    def refusal(self, db: Connection) -> Refused | None:
        """Asked at commit: has a node read newer files since the last beat?"""
        newest = db.scalar(select(t.files.c.revision))
        if not self._revision or newest in ("", self._revision):
            return None
        return Refused(OLDER_FILES)

    def leave(self) -> None:
        """This process ends."""
        with self._book.writing() as (db, _):
            db.execute(delete(t.node).where(t.node.c.name == self._book.node))

    def all(self) -> list[Node]:
        """Every process that was seen within a day, the latest first."""
        query = select(t.node).order_by(t.node.c.seen_at.desc())
        with self._book.store.reading() as db:
            return [
                Node(row.name, row.started_at, row.seen_at, row.revision, row.fault)
                for row in db.execute(query)
            ]

    def _drift(self) -> str:
        drift = self._book.clock.drift
        if abs(drift) <= LARGEST_DRIFT:
            return ""
        seconds = round(abs(drift.total_seconds()))
        way = "ahead of" if drift > timedelta(0) else "behind"
        return f"its clock is {seconds} s {way} the database's: set this machine's clock"

    def _older(self, db: Connection, revision: str, modified: datetime, *, alone: bool) -> str:
        """Make this the newest revision if it is; why it may not speak, if it is not."""
        newest = db.execute(_NEWEST).one()
        if newest.revision == revision:
            return ""
        if newest.revision and not alone and modified <= newest.modified:
            return OLDER_FILES
        db.execute(update(t.files).values(revision=revision, modified=modified))
        return ""

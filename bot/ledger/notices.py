"""What admins have to be told, until they were: what was judged, and what only a person can settle.

A process may die between writing and telling, or be cut off from what it has written; so whoever
ticks next tells what nobody has.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.core.model import Verdict
from bot.core.states import State
from bot.ledger import tables as t
from bot.ledger.book import Book
from bot.ledger.rows import Attempt, attempt_of

# Asked at every tick, so built once.
_VERDICTS = (
    select(t.verdict)
    .where(t.verdict.c.told_at.is_(None))
    .order_by(t.verdict.c.at, t.verdict.c.due, t.verdict.c.key)
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict as it stands in the ledger. Instants are UTC."""

    key: str
    item: str
    channel: str
    verdict: Verdict
    reason: str
    due: datetime

    @property
    def step(self) -> str:
        return self.key.split("/")[3]


class Notices:
    """What is still to be told."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def verdicts(self) -> list[Judgement]:
        """Those that were told to nobody yet, the first first."""
        with self._book.store.reading() as db:
            return untold_verdicts(db)

    def unknown(self) -> list[Attempt]:
        """The attempts that a person has to look for, and that were told to nobody yet."""
        a = t.attempt.c
        query = (
            select(t.attempt, t.channel.c.platform)
            .join(t.channel, t.channel.c.name == a.channel)
            .where(t.IS_OPEN, a.state == State.UNKNOWN, a.look_at.is_(None), a.told_at.is_(None))
            .where(a.within.is_(None))
        )
        with self._book.store.reading() as db:
            found = [attempt_of(row) for row in db.execute(query)]
        return sorted(found, key=lambda each: (each.reserved_at, each.id))

    def told(self, *, attempts: Collection[str] = (), verdicts: Collection[str] = ()) -> None:
        """These were told: attempts by their ids, verdicts by their keys."""
        if not attempts and not verdicts:
            return
        with self._book.writing() as (db, now):
            for table, column, names in (
                (t.attempt, t.attempt.c.id, attempts),
                (t.verdict, t.verdict.c.key, verdicts),
            ):
                for name in names:
                    db.execute(update(table).where(column == name).values(told_at=now))


def untold_verdicts(db: Connection) -> list[Judgement]:
    """See `Notices.verdicts`."""
    return [
        Judgement(row.key, row.item, row.channel, Verdict(row.verdict), row.reason, row.due)
        for row in db.execute(_VERDICTS)
    ]

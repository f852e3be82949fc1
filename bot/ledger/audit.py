"""Writes the audit trail: an entry in the same transaction as the change that it tells, and never later.

Each channel has a chain of its own, which whoever holds the channel's lock writes; what concerns no one
channel has another. A trigger of the database keeps each chain's end beside it, and refuses to let an
entry be changed or taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from bot.ledger import tables as t
from bot.ledger.entries import COMMON, Entry, canonical, hash_of
from bot.ledger.kept import Kind


@dataclass(frozen=True, slots=True)
class Fact:
    """What an entry tells."""

    event: str
    about: str  # see Kind.about; "" = no row
    detail: Mapping[str, Any]
    by: str = ""  # the person who ordered it; "" = banditore


def fact(
    event: str, kind: Kind, key: object, values: Mapping[str, Any], by: str = "", **more: Any
) -> Fact:
    """From now on the row has these `values`; those that the trail does not keep are left out."""
    return Fact(event, kind.about(key), {"set": kind.image(values), **more}, by)


# Every post goes through these. The insert is in the driver's own words, since SQLAlchemy takes longer to
# look up what it has built than a database to carry it out; its columns are those of an Entry, in their order.
_INSERT = {
    "sqlite": "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "postgresql": "INSERT INTO audit VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
}
_LOCK_COMMON = (
    update(t.common)
    .values(entries=t.common.c.entries)
    .returning(t.common.c.entries, t.common.c.seal)
)


@dataclass(slots=True)
class Chain:
    """A chain whose lock we hold: its last number and hash."""

    name: str
    entries: int
    seal: str

    def write(self, db: Connection, now: datetime, *facts: Fact) -> None:
        """Write entries, the first first, at `now` in UTC."""
        entries = [self._sealed(t.as_text(now), each) for each in facts]
        match entries:
            case []:
                return
            case [entry]:
                db.exec_driver_sql(_INSERT[db.dialect.name], entry)
            case _:
                db.exec_driver_sql(_INSERT[db.dialect.name], [tuple(each) for each in entries])

    def _sealed(self, at: str, told: Fact) -> Entry:
        said = (self.name, self.entries + 1, at, str(told.event), told.by, told.about)
        detail = canonical(told.detail)
        self.seal = hash_of(self.seal, *said, detail)
        self.entries += 1
        return Entry(*said, detail, self.seal)


def lock_common(db: Connection) -> Chain:
    """Lock the chain of what concerns no one channel; who needs a channel's too takes this one first."""
    found = db.execute(_LOCK_COMMON).one()
    return Chain(COMMON, found.entries, found.seal)

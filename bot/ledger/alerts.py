"""What admins are told, each matter once until it is settled, and which node tells it. Knows no words and no chat.

Telling is no post: where a process dies between a message and the note that it went out, it is told twice,
never not at all.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.ledger import tables as t
from bot.ledger.audit import fact, lock_common
from bot.ledger.book import Book, insert_new
from bot.ledger.entries import digest_of
from bot.ledger.kept import PRESS

# Who holds a role and says nothing for so long has lost it: a few ticks, and what a slow disk takes.
HOLD = timedelta(seconds=90)

# A role is held on to by a write, and no tick needs one.
_RENEW = HOLD / 3

_LIVE = (
    select(t.alert)
    .where(t.alert.c.settled_at.is_(None) | t.alert.c.closed_at.is_(None))
    .order_by(t.alert.c.id)
)


@dataclass(frozen=True, slots=True)
class Alert:
    """A matter as the ledger keeps it. Instants are UTC."""

    id: int
    subject: str  # what it is about: of two open alerts no two have the same
    kind: str
    detail: Mapping[str, Any]  # what its words need
    raised_at: datetime
    told_at: datetime | None
    told_as: Mapping[str, Any]  # the detail that the message shows
    chat: str  # where it was told; "" = in no chat
    message: str
    settled_at: datetime | None
    settled_by: str
    closed_at: datetime | None  # it still stands where only this is set: a person has seen to it

    @property
    def mark(self) -> str:
        """Short, and of no other alert: a ledger that was put back gives the numbers of lost ones to others."""
        return mark_of(self.subject, self.raised_at)


@dataclass(frozen=True, slots=True)
class Raised:
    """A matter that stands now."""

    subject: str
    kind: str
    detail: Mapping[str, Any]


class Alerts:
    """The matters of a ledger."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._renewed: dict[str, datetime] = {}

    def hold(self, role: str, *, alone: bool = False) -> bool:
        """Does this node have `role` from now on, or still? Of all nodes one has it; with `alone` nobody else
        can speak, and whoever had it is dead."""
        now = self._book.clock.now()
        renewed = self._renewed.get(role)
        if renewed is not None and timedelta(0) <= now - renewed < _RENEW:
            return True
        with self._book.writing() as (db, now):
            nobody = {"name": role, "node": "", "until": now}
            insert_new(db, t.role, nobody)
            mine = update(t.role).where(t.role.c.name == role)
            if not alone:
                mine = mine.where((t.role.c.node == self._book.node) | (t.role.c.until <= now))
            has_it = db.execute(mine.values(node=self._book.node, until=now + HOLD)).rowcount == 1
        if has_it:
            self._renewed[role] = now
        else:
            self._renewed.pop(role, None)
        return has_it

    def let_go(self, role: str) -> None:
        """Another node may have it."""
        if self._renewed.pop(role, None) is None:
            return
        with self._book.writing() as (db, now):
            mine = (t.role.c.name == role) & (t.role.c.node == self._book.node)
            db.execute(update(t.role).where(mine).values(until=now))

    def live(self) -> list[Alert]:
        """Those that stand, and those whose end was not told yet, the first first."""
        with self._book.store.reading() as db:
            return [_alert(row) for row in db.execute(_LIVE)]

    def find(self, alert_id: int) -> Alert | None:
        with self._book.store.reading() as db:
            row = db.execute(select(t.alert).where(t.alert.c.id == alert_id)).one_or_none()
            return None if row is None else _alert(row)

    def was_raised(self, subjects: Collection[str]) -> set[str]:
        """Those of `subjects` that ever stood, settled or not."""
        if not subjects:
            return set()
        with self._book.store.reading() as db:
            query = select(t.alert.c.subject).where(t.alert.c.subject.in_(sorted(subjects)))
            return set(db.scalars(query))

    def keep(self, raised: Collection[Raised], over: Mapping[int, str]) -> None:
        """Write what stands newly or otherwise than before, and what is `over`: by id, what became of it."""
        if not raised and not over:
            return
        with self._book.writing() as (db, now):
            standing = {
                row.subject: row.id
                for row in db.execute(_LIVE)
                if row.settled_at is None and row.id not in over
            }
            for alert_id, why in over.items():
                settled = update(t.alert).where(
                    t.alert.c.id == alert_id, t.alert.c.settled_at.is_(None)
                )
                db.execute(settled.values(settled_at=now, **({"settled_by": why} if why else {})))
            for each in raised:
                detail = _as_text(each.detail)
                if (known := standing.get(each.subject)) is not None:
                    changed = update(t.alert).where(t.alert.c.id == known)
                    # What a person has seen to is something else now.
                    db.execute(changed.values(detail=detail, closed_at=None, settled_by=""))
                    continue
                fresh = {"subject": each.subject, "kind": each.kind, "detail": detail}
                never_told = {"told_as": "{}", "chat": "", "message": "", "settled_by": ""}
                db.execute(insert(t.alert).values(**fresh, **never_told, raised_at=now))

    def told(
        self, alert_id: int, detail: Mapping[str, Any], *, chat: str = "", message: str = ""
    ) -> None:
        """It was told, or told anew, with these words' detail; in a chat, by this message."""
        with self._book.writing() as (db, now):
            this = update(t.alert).where(t.alert.c.id == alert_id)
            db.execute(
                this.values(told_at=now, told_as=_as_text(detail), chat=chat, message=message)
            )

    def seen_to(self, alert_id: int, by: str) -> None:
        """A person says that nothing is left to do, though it still stands: it is told no more, unless it
        changes."""
        with self._book.writing() as (db, now):
            this = update(t.alert).where(t.alert.c.id == alert_id)
            db.execute(this.values(settled_by=by, closed_at=now))

    def was_pressed(self, press: str) -> bool:
        """Was this very press, or order, dealt with before?"""
        with self._book.store.reading() as db:
            return db.scalar(select(t.press.c.id).where(t.press.c.id == press)) is not None

    def pressed(self, press: str, alert_id: int, action: str, by: str) -> None:
        """Who pressed what, or (`alert_id` 0) ordered it, once it was dealt with."""
        with self._book.writing() as (db, now):
            row = {"id": press, "at": now, "alert": alert_id, "action": action, "by": by}
            common = lock_common(db)
            if insert_new(db, t.press, row):
                common.write(db, now, fact("pressed", PRESS, press, row, by))

    def closed(self, alert_ids: Collection[int]) -> None:
        """That these are settled was told, or need not be."""
        if not alert_ids:
            return
        with self._book.writing() as (db, now):
            these = update(t.alert).where(t.alert.c.id.in_(sorted(alert_ids)))
            db.execute(these.values(closed_at=now))


def mark_of(name: str, since: datetime) -> str:
    """Eight characters by which what is called so, since then, is known from what has its number."""
    return digest_of(f"{name} {t.as_text(since)}")[:8]


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        id=row.id,
        subject=row.subject,
        kind=row.kind,
        detail=json.loads(row.detail),
        raised_at=row.raised_at,
        told_at=row.told_at,
        told_as=json.loads(row.told_as),
        chat=row.chat,
        message=row.message,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        closed_at=row.closed_at,
    )


def _as_text(detail: Mapping[str, Any]) -> str:
    return json.dumps(dict(detail), ensure_ascii=False, sort_keys=True)

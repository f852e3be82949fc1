"""Checks the audit trail by itself, against the rows that it tells of, and against an earlier export of it.

Tells every fault, and mends none. Reads in one view of the ledger, entry by entry: a million of them need
no more memory than a thousand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, String, cast, collate, select, type_coerce

from bot.ledger import tables as t
from bot.ledger.entries import COMMON, NOTHING, Entry, follows
from bot.ledger.kept import ATTEMPT, KINDS, SILENT, Kind, changes
from bot.ledger.store import Store

# How many rows are fetched, and how many entries of an export are looked up, at once.
_AT_ONCE = 1000

_ENTRY = tuple(type_coerce(column, String).label(column.name) for column in t.audit.c)
_IN_ORDER = select(*_ENTRY).order_by(t.audit.c.chain, t.audit.c.number)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written."""

    where: str  # the entry or the row
    what: str  # in words

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Report:
    """What was looked at so far."""

    entries: int = 0
    rows: int = 0
    compared: int = 0  # entries of the export


def verify(store: Store, against: Iterable[Entry] | None, report: Report) -> Iterator[Finding]:
    """Every fault of the trail, the entries' first; `against`, an earlier export, in any order.

    Raises LedgerError where the ledger can't be read.
    """
    with store.reading() as db, _any_bytes(db):
        yield from _pages(db)
        yield from _chains(db, report)
        yield from _rows(db, report)
        if against is not None:
            yield from _compared(db, against, report)


# --- the file -------------------------------------------------------------------------------------


def _pages(db: Connection) -> Iterator[Finding]:
    """Does each index of a file say what its table says? Keys are read from the one, all else from the other:
    a byte that was changed in one of them alone would be seen by some questions, and not by ours."""
    if db.dialect.name != "sqlite":
        return
    for (found,) in db.exec_driver_sql("PRAGMA integrity_check"):
        if found != "ok":
            yield Finding("the file", str(found).replace("\n", "; "))


# --- the chains -----------------------------------------------------------------------------------


def _chains(db: Connection, report: Report) -> Iterator[Finding]:
    ends = {name: (entries, seal) for name, entries, seal in _ends(db)}
    found: dict[str, tuple[int, str]] = {}
    number, seal = 0, NOTHING
    chain: str | None = None
    for entry in _entries(db, _IN_ORDER):
        report.entries += 1
        if entry.chain != chain:
            chain, number, seal = entry.chain, 0, NOTHING
        if type(entry.number) is not int:
            yield Finding(entry.place, "its number is none")
            continue
        if not all(isinstance(told, str) for told in entry if told is not entry.number):
            yield Finding(entry.place, "something in it is no text")
            continue
        if entry.number != number + 1:
            yield Finding(entry.place, _gap(number + 1, entry.number))
        elif not follows(seal, entry):
            yield Finding(entry.place, "it was altered, or another stood before it")
        number, seal = entry.number, entry.hash
        found[entry.chain] = number, seal
    for name, (entries, last) in ends.items():
        number, seal = found.pop(name, (0, NOTHING))
        if (number, seal) != (entries, last):
            where = f"the end of {name or 'what is common'}"
            yield Finding(where, _other_end(number, entries))
    for name in found:
        yield Finding(f"the chain of {name!r}", "the ledger has no such channel")


def _ends(db: Connection) -> Iterator[Any]:
    raw = (t.channel.c.name, t.channel.c.entries, t.channel.c.seal)
    yield from db.execute(select(*raw).order_by(t.channel.c.name)).all()
    common = db.execute(select(t.common.c.entries, t.common.c.seal)).all()
    if not common:
        yield COMMON, None, NOTHING
    for row in common:
        yield COMMON, row.entries, row.seal


def _gap(expected: int, number: int) -> str:
    if number == expected + 1:
        return f"the one before it, {expected}, is missing"
    if number > expected:
        return f"those before it, {expected} to {number - 1}, are missing"
    return "no entry has such a number"


def _other_end(number: int, entries: Any) -> str:
    if not isinstance(entries, int) or entries < 0:
        return "how many entries were written is no longer known"
    if number < entries:
        last = "none is there" if not number else f"the last that is there is {number}"
        return f"{entries} entries were written, and {last}"
    if number > entries:
        return f"{entries} entries were written, and there are {number}"
    return "its last entry is not the one that was written"


# --- the rows -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Told:
    """What the entries say of a row, all together."""

    about: str
    values: dict[str, Any] = field(default_factory=dict)


def _rows(db: Connection, report: Report) -> Iterator[Finding]:
    told = _told(db)
    each = next(told, None)
    for kind in KINDS:
        first, after = f"{kind.name} ", f"{kind.name}!"  # "!" is what comes after a space
        while each is not None and each.about < first:
            each = next(told, None)  # of a kind that a later program knows
        for values in _stand(db, kind):
            report.rows += 1
            about = kind.about(values[kind.key.name])
            while each is not None and each.about < about:
                yield Finding(each.about, "its row is missing")
                each = next(told, None)
            if each is not None and each.about == about:
                yield from _changed(kind, values, each)
                each = next(told, None)
            elif kind is not ATTEMPT or values["state"] not in SILENT:
                yield Finding(about, "no entry tells of this row")
        while each is not None and each.about < after:
            yield Finding(each.about, "its row is missing")
            each = next(told, None)


def _changed(kind: Kind, values: dict[str, Any], told: _Told) -> Iterator[Finding]:
    stands = kind.image(values)
    for name in changes(kind, values, told.values):
        yield Finding(
            told.about,
            f"`{name}` is {_shown(stands[name])}, and the trail says {_shown(told.values[name])}",
        )


def _shown(value: Any) -> str:
    text = "nothing" if value is None else ascii(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_LONGEST = 80  # characters of a value that is shown


def _told(db: Connection) -> Iterator[_Told]:
    """What the trail says of each row, in the order of their names."""
    a = t.audit.c
    about = _by_bytes(db, a.about)
    columns = (type_coerce(a.about, String), type_coerce(a.detail, String))
    query = select(*columns).where(a.about != "").order_by(about, a.chain, a.number)
    for name, details in groupby(_streamed(db, query), key=itemgetter(0)):
        if not isinstance(name, str):
            continue  # an altered entry: it is told by itself
        whole = _Told(name)
        for _, detail in details:
            whole.values.update(_set_by(detail))
        yield whole


def _set_by(detail: str) -> dict[str, Any]:
    try:
        told = json.loads(detail)
        return dict(told["set"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}  # an altered entry: its hash tells


def _stand(db: Connection, kind: Kind) -> Iterator[dict[str, Any]]:
    """The rows of a table as they stand, raw: what tampering left may be no instant and no number."""
    columns = [type_coerce(kind.table.c[name], String).label(name) for name in kind.columns]
    is_text = isinstance(kind.key.type, String)
    key = kind.key if is_text else cast(kind.key, String)
    query = select(*columns).order_by(_by_bytes(db, key))
    for row in _streamed(db, query):
        yield row._asdict()


def _by_bytes(db: Connection, text: Any) -> Any:
    """In the order of Python's own strings, whatever the server's language."""
    return collate(text, "C") if db.dialect.name == "postgresql" else text


# --- an export ------------------------------------------------------------------------------------


def _compared(db: Connection, against: Iterable[Entry], report: Report) -> Iterator[Finding]:
    for some in _runs(against):
        report.compared += len(some)
        first, last = some[0], some[-1]
        a = t.audit.c
        query = select(*_ENTRY).where(
            a.chain == first.chain, a.number.between(first.number, last.number)
        )
        there = {entry.number: entry for entry in _entries(db, query)}
        for entry in some:
            if (stands := there.get(entry.number)) is None:
                yield Finding(entry.place, "it is in the export, and not in the ledger")
            elif stands != entry:
                yield Finding(entry.place, "the export says otherwise than the ledger")


def _runs(entries: Iterable[Entry]) -> Iterator[Sequence[Entry]]:
    """Entries of one chain that follow each other, as many as are looked up at once."""
    some: list[Entry] = []
    for entry in entries:
        is_next = some and (entry.chain, entry.number) == (some[-1].chain, some[-1].number + 1)
        if some and (not is_next or len(some) == _AT_ONCE):
            yield some
            some = []
        some.append(entry)
    if some:
        yield some


# --- reading --------------------------------------------------------------------------------------


def entries_of(store: Store, since: datetime | None = None) -> Iterator[Entry]:
    """The whole trail, chain by chain, or what came from `since` (UTC) on. Raises LedgerError."""
    query = _IN_ORDER if since is None else _IN_ORDER.where(t.audit.c.at >= since)
    with store.reading() as db:
        yield from _entries(db, query)


def _entries(db: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Entry]:
    return map(Entry._make, _streamed(db, query))


def _streamed(db: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    yield from db.execute(query, execution_options={"yield_per": _AT_ONCE})


@contextmanager
def _any_bytes(db: Connection) -> Iterator[None]:
    """A byte that was changed in a file may leave what is no UTF-8: it is a fault to be told, too."""
    if db.dialect.name != "sqlite":
        yield
        return
    raw: Any = db.connection.driver_connection
    usual, raw.text_factory = raw.text_factory, lambda read: read.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = usual

"""What of each table's rows the audit trail keeps, and the one form in which it writes their values.

Not kept is what only says who looks next, who was told, and what a reader has to read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Column, Row, Table

from bot.core.states import State
from bot.ledger import tables as t
from bot.ledger.entries import digest_of

# Long, and of use to nobody but the program: the digest of their text stands for them.
_SEALED = frozenset({"request", "facts"})
_MONEY = frozenset({"cost", "look_cost"})

# Of an attempt in one of these nothing can be public, and the trail is silent.
SILENT = frozenset({State.RESERVED, State.FREED})


@dataclass(frozen=True, slots=True)
class Kind:
    """A table whose rows the trail follows."""

    name: str
    table: Table
    key: Column[Any]
    columns: tuple[str, ...]

    def about(self, key: object) -> str:
        """How an entry names a row."""
        return f"{self.name} {key}"

    def image(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those of `values` that the trail keeps, as it writes them."""
        return {name: plain(name, values[name]) for name in self.columns if name in values}

    def image_of(self, row: Row[Any]) -> dict[str, Any]:
        return self.image(dict(zip(row._fields, row, strict=True)))


def _kind(name: str, table: Table, key: str, without: Iterable[str] = ()) -> Kind:
    columns = tuple(column.name for column in table.c if column.name not in {*without})
    return Kind(name, table, table.c[key], columns)


ATTEMPT = _kind("attempt", t.attempt, "id", {"seq", "lease_until", "looks", "look_at", "told_at"})
CHANNEL = _kind("channel", t.channel, "name", {"seq", "not_before", "failures", "entries", "seal"})
EVIDENCE = _kind("evidence", t.evidence, "id")
ITEM = _kind("item", t.seen, "item")
PAUSE = _kind("pause", t.pause, "id", {"told_at"})
PRESS = _kind("press", t.press, "id")
VERDICT = _kind("verdict", t.verdict, "key", {"seq", "told_at"})

KINDS = (ATTEMPT, CHANNEL, EVIDENCE, ITEM, PAUSE, PRESS, VERDICT)


def plain(name: str, value: Any) -> Any:
    """A column's value as an entry has it: text, a whole number, or None.

    It is the same whether the value comes from the program or, raw, from either database.
    """
    # In the order in which they are met: every post goes through this some thirty times.
    if value is None:
        return None
    if name in _MONEY:
        return _amount(value)
    if isinstance(value, str):
        return f"sha256:{digest_of(value)}" if name in _SEALED else value
    if isinstance(value, datetime):
        return t.as_text(value)
    return value if isinstance(value, int) else repr(value)  # what only tampering leaves


def _amount(value: Decimal | float | str) -> str:
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return repr(value)


def changes(kind: Kind, values: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    """The columns in which a row, as it stands, is not what it was told to be."""
    stands = kind.image(values)
    for name in kind.columns:
        if name in told and name in stands and stands[name] != told[name]:
            yield name

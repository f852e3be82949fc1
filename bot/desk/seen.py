"""All that the desk knows at one instant: what a tick saw, what the ledger holds, what the probes found.

It is read beside the ticks, which never wait for it, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from sqlalchemy import select

from bot.core.agenda import Agenda
from bot.core.history import Pause
from bot.core.model import SEVERAL, Mark, Problem, Severity, Verdict
from bot.core.states import State
from bot.desk.changed import Live, read_live
from bot.desk.matter import Matter
from bot.desk.overdue import Overdue
from bot.desk.standing import Standing, read_standing
from bot.engine import Ticked
from bot.git import Stuck
from bot.ledger import Attempt, Judgement, Ledger, Node, Store
from bot.ledger import tables as t
from bot.ledger.status import Stopped, open_attempts, stopped_channels

# What could not go out is told for so long, if nobody was there to be told sooner.
RECENT = timedelta(days=7)


class Files(Protocol):
    """What staff's files say, and what is wrong with them."""

    @property
    def agenda(self) -> Agenda: ...

    @property
    def problems(self) -> tuple[Problem, ...]: ...

    def last_author(self, mark: Mark) -> str: ...

    @property
    def settled(self) -> Mapping[str, datetime]:
        """From when on the items of a file may go out, if that is to come."""
        ...


@dataclass(frozen=True, slots=True)
class Book:
    """What the ledger holds. Instants are UTC."""

    unknown: Sequence[Attempt]  # that only a person can look for
    handed: Sequence[Attempt]  # that a person has to send
    rejected: Sequence[Attempt]  # of the last days
    missed: Sequence[Judgement]  # of the last days
    stopped: Sequence[Stopped]
    pauses: Sequence[Pause]
    nodes: Sequence[Node]
    standing: Standing
    live: Sequence[Live]
    faults: Mapping[Problem, str]  # the first of each file that has some, and who wrote it so


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything at once."""

    now: datetime  # UTC, by the ledger's clock
    tick: Ticked
    files: Files
    book: Book
    overdue: Sequence[Overdue]
    found: Sequence[Matter] | None  # by the probes; None = they were not asked yet
    node: str  # this process
    stuck: Stuck | None = None  # why its files can't be brought up to date from git

    def name_of(self, item_id: str) -> str:
        """An item by what its staff call it; a round-up, which is none, has no name."""
        item = self.files.agenda.items.get(item_id)
        words = item.words.get(item.language) if item is not None else None
        return words.title if words else "" if item_id == SEVERAL else item_id


def read_book(
    ledger: Ledger, store: Store, files: Files, now: datetime, suspects: Collection[str]
) -> Book:
    """What the ledger holds at `now`, and who wrote what is wrong with the files; what is live, of the
    `suspects` alone. Blocks; raises LedgerError."""
    attempts = open_attempts(store)
    return Book(
        unknown=[each for each in attempts if each.state is State.UNKNOWN and each.look_at is None],
        handed=[each for each in attempts if each.state is State.HANDED],
        rejected=[
            each
            for each in ledger.attempts(since=now - RECENT, states=[State.REJECTED])
            if each.within is None
        ],
        missed=_missed(store, now - RECENT),
        stopped=stopped_channels(store),
        pauses=ledger.orders.pauses(),
        nodes=ledger.nodes.all(),
        standing=read_standing(store, files.agenda, now),
        live=read_live(store, suspects, now),
        faults=_faults(files),
    )


def _faults(files: Files) -> dict[Problem, str]:
    first: dict[str, Problem] = {}
    for problem in files.problems:
        if problem.severity is Severity.ERROR:
            first.setdefault(problem.mark.file, problem)
    return {problem: files.last_author(problem.mark) for problem in first.values()}


def is_blind(agenda: Agenda) -> bool:
    """Does a fault in the schedules keep from us what channels there are, and who their admins?"""
    return bool(agenda.catalog.halted) or bool(agenda.catalog.broken and not agenda.channels)


def last_chat(store: Store) -> str:
    """The chat in which admins were told something last; "" where that never was. Blocks; raises LedgerError."""
    a = t.alert.c
    with store.reading() as db:
        query = select(a.chat).where(a.chat != "").order_by(a.id.desc()).limit(1)
        return db.scalar(query) or ""


def _missed(store: Store, since: datetime) -> list[Judgement]:
    v = t.verdict.c
    query = (
        select(t.verdict)
        .where(v.at >= since, v.verdict == Verdict.MISSED)
        .order_by(v.at, v.due, v.key)
    )
    with store.reading() as db:
        return [
            Judgement(row.key, row.item, row.channel, Verdict(row.verdict), row.reason, row.due)
            for row in db.execute(query)
        ]


def share_spent(standing: Standing, channel: str) -> Decimal | None:
    """How much of a channel's budget this month has used up, from 0; None where it has none."""
    budget = standing.budgets.get(channel)
    if not budget:
        return None
    return standing.spent.get(channel, Decimal(0)) / budget

"""What the desk asks the ledger besides the plan: doubts, money, last successes. It reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from bot.core.agenda import Agenda
from bot.core.budget import month_began
from bot.core.model import Platform
from bot.core.states import State
from bot.ledger import Store, rules
from bot.ledger import tables as t


@dataclass(frozen=True, slots=True)
class Standing:
    """How the book stands. Instants are UTC, money is in US dollars."""

    unknown: int = 0  # posts that may be public and that nobody has settled
    last_success: Mapping[str, datetime] = field(default_factory=dict)  # by channel
    spent: Mapping[str, Decimal] = field(default_factory=dict)  # this month, of each that costs
    budgets: Mapping[str, Decimal] = field(
        default_factory=dict
    )  # for the month, where there is one


def read_standing(store: Store, agenda: Agenda, now: datetime) -> Standing:
    """The book at `now`, for the channels of `agenda`. Blocks; raises LedgerError."""
    a = t.attempt.c
    last: dict[str, datetime] = {}
    spent: dict[str, Decimal] = {}
    calendars = agenda.calendars
    with store.reading() as db:
        doubts = select(func.count()).where(a.state == State.UNKNOWN, a.within.is_(None))
        unknown = db.execute(doubts).scalar_one()
        for name, channel in agenda.channels.items():
            latest = (
                select(a.ended_at)
                .where(a.channel == name, a.committed_at.is_not(None), a.state == State.PUBLISHED)
                .order_by(a.committed_at.desc())
                .limit(1)
            )
            if (at := db.scalar(latest)) is not None:
                last[name] = at
            calendar = calendars.get(name)
            costs = channel.platform is Platform.X or channel.budget is not None
            if costs and calendar is not None:
                spent[name] = rules.spent(db, name, month_began(now, calendar.zone))
    budgets = {
        name: channel.budget.month for name, channel in agenda.channels.items() if channel.budget
    }
    return Standing(unknown, last, spent, budgets)

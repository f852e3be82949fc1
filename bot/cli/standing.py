"""How things stand, gathered for `banditore status` from files, ledger and plan. What of it needs a person, `bot.desk` says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.cli.foreseen import foreseen, lines, spent_by_month
from bot.cli.outlook import Opened, Outlook, look
from bot.cli.tasks import Task, waiting
from bot.cli.tasks import as_object as task_as_object
from bot.core.budget import month_name
from bot.core.history import Pause
from bot.core.model import Key
from bot.core.turns import Planned
from bot.desk.conditions import Life, late_drafts, lives, needs
from bot.desk.overdue import PATIENCE
from bot.ledger import Attempt
from bot.ledger.status import Stopped, open_attempts, stopped_channels
from bot.load.library import Edition
from bot.render.forecast import Forecast

_NEXT = 5
_MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at one instant."""

    at: datetime  # UTC
    needs: tuple[str, ...]  # what needs a person, in a few words each
    ledger: str
    nodes: tuple[Life, ...]
    stopped: tuple[Stopped, ...]
    pauses: tuple[Pause, ...]
    unknown: tuple[Attempt, ...]
    tasks: tuple[Task, ...]
    overdue: tuple[str, ...]
    coming: tuple[str, ...]
    held: Mapping[str, int]  # how many, by reason
    drafts: tuple[str, ...]
    months: tuple[Forecast, ...]
    money: tuple[str, ...]
    next: tuple[Planned, ...]


def standing(
    book: Opened, edition: Edition, content: Path, schedules: Path, interval: float
) -> Standing:
    """How things stand now. `interval` is the service's, in seconds."""
    seen = look(book.ledger, edition)
    now = seen.now
    nodes = tuple(lives(book.ledger.nodes.all(), now, timedelta(seconds=interval)))
    unknown = tuple(each for each in open_attempts(book.store) if each.state == "unknown")
    tasks = tuple(waiting(book, content, schedules))
    stopped = tuple(stopped_channels(book.store))
    pauses = tuple(each for each in seen.history.pauses if not each.until or each.until > now)
    overdue = tuple(seen.line(each) for each in overdue_of(seen))
    coming = seen.coming()[:_NEXT]
    held = Counter(each.reason for each in seen.plan.held if not _is_doubt(seen, each.delivery.key))
    months = _this_month(book, seen)
    return Standing(
        at=now,
        needs=tuple(
            needs(
                nodes,
                now,
                has_stopped=bool(stopped),
                has_doubt=any(each.look_at is None for each in unknown),
                has_overdue=bool(overdue),
                deadlines=[each.attempt.deadline for each in tasks],
            )
        ),
        ledger=book.store.name,
        nodes=nodes,
        stopped=stopped,
        pauses=pauses,
        unknown=unknown,
        tasks=tasks,
        overdue=overdue,
        coming=tuple(map(seen.line, coming)),
        held=dict(held.most_common(_MOST_REASONS)),
        drafts=tuple(late_drafts(edition.agenda, now)),
        months=months,
        money=tuple(lines(months)),
        next=coming,
    )


def overdue_of(seen: Outlook) -> list[Planned]:
    """What was due a while ago already, and still is."""
    then = seen.now - PATIENCE
    was_due = {each.delivery.key for each in seen.at(then).due}
    queued = seen.history.seen
    return [
        each
        for each in seen.plan.due
        if each.delivery.key in was_due
        and all(queued.get(item, then) <= then for item in each.delivery.items)
    ]


def _is_doubt(seen: Outlook, key: Key) -> bool:
    """Is it held because it may be public? That is told by itself."""
    past = seen.history.past.get(key)
    return past is not None and past.state == "unknown"


def _this_month(book: Opened, seen: Outlook) -> tuple[Forecast, ...]:
    """What each channel that costs money has spent this month, and will."""
    made = seen.agenda
    spent = spent_by_month(book.ledger, made, seen.coming(), seen.now)
    now = {name: month_name(seen.now, each.zone) for name, each in made.calendars.items()}
    found = foreseen(made, seen.plan, None, None, "", spent)
    coming = {each.channel: each for each in found if each.month == now[each.channel]}
    return tuple(
        coming.get(channel)
        or Forecast(channel, month, 0, amount - amount, amount, made.channels[channel].budget)
        for (channel, month), amount in sorted(spent.items())
        if month == now[channel]
    )


def as_object(found: Standing) -> dict[str, Any]:
    """How things stand, for programs; instants are UTC, amounts are text."""
    from bot.cli.foreseen import as_json as month_as_json

    return {
        "at": found.at.isoformat(),
        "healthy": not found.needs,
        "needs": list(found.needs),
        "ledger": found.ledger,
        "nodes": [
            {
                "name": node.name,
                "since": node.started_at.isoformat(),
                "seen": node.seen_at.isoformat(),
                "alive": node.is_alive,
                "fault": node.fault,
            }
            for node in found.nodes
        ],
        "stopped": [
            {
                "channel": one.channel,
                "since": one.since.isoformat() if one.since else None,
                "reason": one.reason,
            }
            for one in found.stopped
        ],
        "pauses": [
            {
                "channel": pause.channel,
                "item": pause.item,
                "key": pause.key,
                "since": pause.since.isoformat(),
                "until": pause.until.isoformat() if pause.until else None,
                "reason": pause.reason,
                "by": pause.by,
            }
            for pause in found.pauses
        ],
        "unknown": [
            {
                "attempt": each.id,
                "key": each.key,
                "channel": each.channel,
                "reason": each.reason,
                "look_at": each.look_at.isoformat() if each.look_at else None,
            }
            for each in found.unknown
        ],
        "tasks": [task_as_object(task) for task in found.tasks],
        "overdue": list(found.overdue),
        "next": [
            {
                "key": str(each.delivery.key),
                "channel": each.delivery.key.channel,
                "at": each.at.isoformat(),
            }
            for each in found.next
        ],
        "held": [{"reason": reason, "number": number} for reason, number in found.held.items()],
        "drafts": list(found.drafts),
        "money": [month_as_json(month) for month in found.months],
    }

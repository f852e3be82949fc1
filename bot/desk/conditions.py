"""What of how things stand needs a person: the same for `banditore status` and for the admin chat. Tells nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.agenda import Agenda, agenda
from bot.core.model import Status
from bot.ledger import Node

# A node says that it lives at each of its intervals; who missed so many is dead, or hangs. An alert about
# it waits longer, since a restart need wake nobody.
MISSED = 3
# The interval where nothing else is set: nobody is called dead sooner because ours is shorter.
USUAL_INTERVAL = timedelta(seconds=30)

# A task whose deadline is as near as this can't wait.
NEAR = timedelta(hours=4)


class Need(StrEnum):
    """Why a person is needed."""

    NOBODY_RUNS = "no banditore runs"
    DEAD_NODE = "a node is dead"
    SILENT_NODE = "a node is silent"
    STOPPED = "a channel is stopped"
    DOUBT = "a post may be public"
    OVERDUE = "something is overdue"
    TASK = "a task is near its deadline"


@dataclass(frozen=True, slots=True)
class Life:
    """A node as it last showed itself. Instants are UTC."""

    name: str
    started_at: datetime
    seen_at: datetime
    fault: str
    is_alive: bool

    @property
    def is_well(self) -> bool:
        return self.is_alive and not self.fault


def lives(nodes: Sequence[Node], now: datetime, interval: timedelta) -> Iterator[Life]:
    """Who lives, and who died; not those whose machine has a living one, which came after them.

    `interval` is the service's."""
    since = now - max(interval, USUAL_INTERVAL) * MISSED
    living = {_machine(node) for node in nodes if node.seen_at >= since}
    for node in nodes:
        if (is_alive := node.seen_at >= since) or _machine(node) not in living:
            yield Life(node.name, node.started_at, node.seen_at, node.fault, is_alive)


def _machine(node: Node) -> str:
    return node.name.partition(":")[0]


def needs(
    nodes: Sequence[Life],
    now: datetime,
    *,
    has_stopped: bool,
    has_doubt: bool,
    has_overdue: bool,
    deadlines: Iterable[datetime],
) -> Iterator[Need]:
    """What needs a person now. A doubt is a post that only a person can look for; `deadlines` are those of
    the tasks."""
    if not any(node.is_alive for node in nodes):
        yield Need.NOBODY_RUNS
    elif any(not node.is_alive for node in nodes):
        yield Need.DEAD_NODE
    if any(node.is_alive and node.fault for node in nodes):
        yield Need.SILENT_NODE
    if has_stopped:
        yield Need.STOPPED
    if has_doubt:
        yield Need.DOUBT
    if has_overdue:
        yield Need.OVERDUE
    if any(each <= now + NEAR for each in deadlines):
        yield Need.TASK


def late_drafts(made: Agenda, now: datetime) -> Iterator[str]:
    """Drafts whose first announcement would have been due by now, and which are not over."""
    drafts = {
        item.id: replace(item, status=Status.READY)
        for item in made.items.values()
        if item.status is Status.DRAFT
    }
    if not drafts:
        return
    ready = agenda(replace(made.catalog, items=drafts))
    for item_id in drafts:
        steps = ready.asked.get(item_id, ())
        if any(each.nominal <= now for each in steps) and any(
            each.deadline > now for each in steps
        ):
            yield item_id

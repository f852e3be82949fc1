"""What should have gone out and did not; what waits because a person, or staff's files, want it to is not among it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.history import History
from bot.core.model import Delivery, Key
from bot.core.states import State
from bot.engine import Ticked

# So long a delivery may be due before it counts as overdue: a retry or two fit in.
PATIENCE = timedelta(minutes=5)

_UNDER_WAY = frozenset({State.RESERVED, State.SENDING})


class Overdue(NamedTuple):
    """A delivery that could have gone out since then (UTC), and what is in its way."""

    delivery: Delivery
    since: datetime
    reason: str

    def __str__(self) -> str:
        key = self.delivery.key
        return f"{key.item} on {key.channel} since {self.since:%Y-%m-%d %H:%M} UTC: {self.reason}"


class Waiting:
    """Remembers since when each delivery waits, from tick to tick.

    It counts from when it was first seen to wait: what joined late was placed in the past, and what became
    due while nothing ran goes out within seconds.
    """

    def __init__(self, patience: timedelta = PATIENCE) -> None:
        self._patience = patience
        self._since: dict[Key, datetime] = {}

    def see(self, tick: Ticked) -> tuple[Overdue, ...]:
        """What is overdue by now, the one that waits longest first."""
        now = tick.plan.now
        waiting = list(_waiting(tick))
        since = {each.key: self._since.get(each.key, now) for each, _ in waiting}
        # An attempt under way is no end of the waiting: it may fail as the one before it did.
        for key, began in self._since.items():
            if (past := tick.history.past.get(key)) and past.state in _UNDER_WAY:
                since.setdefault(key, began)
        self._since = since
        late = [Overdue(each, since[each.key], why) for each, why in waiting]
        late = [each for each in late if now - each.since > self._patience]
        return tuple(sorted(late, key=lambda each: (each.since, each.delivery.key)))


def _waiting(tick: Ticked) -> Iterator[tuple[Delivery, str]]:
    """What could have gone out by now, were it not for some trouble; and which."""
    now, history = tick.plan.now, tick.history
    for each in tick.plan.due:
        yield each.delivery, "it is due and has not gone out"
    for each in tick.plan.later:
        if each.delivery.placed <= now and (trouble := _trouble(each.delivery.key, history, now)):
            yield each.delivery, f"{trouble}; again at {each.at:%H:%M:%S} UTC"
    for each in tick.plan.held:
        if each.delivery.placed <= now and _is_stopped(each.delivery, history, now):
            yield each.delivery, f"its channel was stopped: {each.reason}"


def _trouble(key: Key, history: History, now: datetime) -> str:
    past = history.past.get(key)
    if past is not None and past.state is State.DEFERRED:
        return f"{past.tries} {'try' if past.tries == 1 else 'tries'} failed"
    channel = history.channels.get(key.channel)
    if channel is not None and channel.not_before is not None and channel.not_before > now:
        return "its channel has to wait"
    return ""


def _is_stopped(delivery: Delivery, history: History, now: datetime) -> bool:
    """Stopped by trouble, and not paused by a person besides."""
    channel = history.channels.get(delivery.key.channel)
    if channel is None or not channel.stopped:
        return False
    return not any(
        pause.covers(delivery.key.channel, delivery.items, now, keys=(str(delivery.key),))
        for pause in history.pauses
    )

"""Is the crier alive, and does what is due go out? Says so in words; it wakes nobody by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.overdue import Overdue

# One late tick is no death: so many intervals may pass, and what a slow disk takes.
INTERVALS = 3
MARGIN = timedelta(seconds=5)

_NAMED = 5  # of what is overdue; the rest is counted


@dataclass(frozen=True, slots=True)
class Health:
    """How it is. Instants are UTC."""

    last_tick: datetime | None  # the last one that worked; None = none did yet
    overdue: int
    reasons: tuple[str, ...]  # why it is not well

    @property
    def is_ok(self) -> bool:
        return not self.reasons


class Pulse:
    """What the last ticks told."""

    def __init__(self, interval: timedelta) -> None:
        """`interval` is the longest time between two ticks."""
        self._patience = interval * INTERVALS + MARGIN
        self._last_tick: datetime | None = None
        self._overdue: Sequence[Overdue] = ()
        self._fault = ""  # why this node may not speak
        self._failure = ""  # of the last tick; "" = it worked
        self.failures = 0  # ticks in a row that did not work

    def ticked(self, at: datetime, overdue: Sequence[Overdue], fault: str) -> None:
        """A tick worked; `at` is the time of this machine, in UTC."""
        self._last_tick, self._overdue, self._fault = at, overdue, fault
        self._failure, self.failures = "", 0

    def failed(self, reason: str) -> None:
        """A tick did not work."""
        self._failure = reason
        self.failures += 1

    def health(self, now: datetime) -> Health:
        """How it is at `now`, in UTC."""
        return Health(self._last_tick, len(self._overdue), tuple(self._reasons(now)))

    def _reasons(self, now: datetime) -> list[str]:
        reasons = []
        failure = f": {self._failure}" if self._failure else ""
        if self._last_tick is None:
            reasons.append(f"no tick has worked yet{failure}")
        elif now - self._last_tick > self._patience:
            reasons.append(
                f"no tick has worked since {self._last_tick:%Y-%m-%d %H:%M:%S} UTC{failure}"
            )
        if self._fault:
            reasons.append(f"this node may not speak: {self._fault}")
        reasons += [f"overdue: {each}" for each in self._overdue[:_NAMED]]
        if (more := len(self._overdue) - _NAMED) > 0:
            reasons.append(f"overdue: {more} more")
        return reasons

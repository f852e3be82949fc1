"""The one clock of everything that is decided: ours, or the database's where several nodes share it.

Between two transactions the database's time is carried on by a clock that nobody sets and that goes on
while a machine sleeps.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

# By more than this a node's own clock may not differ from the database's: what it shows and logs, and
# the times at which it wakes, would no longer be those of the others.
LARGEST_DRIFT = timedelta(seconds=30)


def this_machine() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Tells instants in UTC. Safe to ask from any thread."""

    def __init__(
        self,
        ours: Callable[[], datetime],
        theirs: Callable[[Connection], datetime | None] = lambda _: None,
    ) -> None:
        """`theirs` is the database's, None where it has none of its own: see `Store.time`."""
        self._ours = ours
        self._theirs = theirs
        self._heard: tuple[datetime, float] | None = (
            None  # the database's time, and when we heard it
        )
        self._drift = timedelta(0)

    def now(self) -> datetime:
        heard = self._heard
        if heard is None:
            return self._ours()
        at, then = heard
        return at + timedelta(seconds=_elapsed() - then)

    def read(self, db: Connection) -> datetime:
        """The time inside a transaction; the database's own, where it is a server."""
        asked = _elapsed()
        at = self._theirs(db)
        if at is None:
            return self._ours()
        # It was true at some instant since we asked; the earliest makes leases end too soon, not too late.
        self._heard = (at, asked)
        self._drift = self._ours() - at
        return at

    @property
    def drift(self) -> timedelta:
        """How far this machine's clock is ahead of the database's, when it was last asked."""
        return self._drift


def _elapsed() -> float:
    """Seconds of a clock that nobody sets; it goes on while the machine sleeps, where the kernel has one."""
    which = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(which)

"""Pulls again and again, in a thread of its own, and remembers why it can't. What it found is in the log once."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from bot.git.checkout import Checkout, Moved, Same
from bot.git.follows import Follows
from bot.git.interrupted import Mended
from bot.git.stuck import Stuck, Why

log = logging.getLogger("banditore")

# So long each may last before a person is told: a network comes back by itself, and a person's git ends.
PATIENCE: Mapping[Why, timedelta] = {
    Why.AWAY: timedelta(hours=1),
    Why.LOCKED: timedelta(minutes=10),
}

_JITTER = 0.1  # of the time between two pulls: several nodes need not ask in one second
_CLOSING = 90.0  # seconds that a fetch has to end, and files have to be replaced


class Pull:
    """One service's pulls."""

    def __init__(
        self,
        folder: Path,
        follows: Follows,
        *,
        every: timedelta = timedelta(minutes=1),
        patience: Mapping[Why, timedelta] = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folder` lies in the working tree that is pulled into. `patience` is how long each reason may last before `stuck` tells it; `clock` is in seconds."""
        self._checkout = Checkout(folder, follows, _tell_mended)
        self._every = every.total_seconds()
        self._patience = patience
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._known: Stuck | None = None  # of the last pull
        self._since = 0.0  # from when on it is stuck for that reason
        self._told: Stuck | None = None
        self.at_rest = self._checkout.at_rest

    @property
    def stuck(self) -> Stuck | None:
        """What needs a person: why the folder has not been brought up to date for too long."""
        return self._told

    def mend(self) -> Stuck | None:
        """Put right what a pull left that was killed, before the files are first read; why they must not be
        read, where that can't be done."""
        return self._checkout.mend()

    def once(self) -> None:
        """One pull, and what is to be said of it. Never raises."""
        match self._checkout.pull():
            case Stuck() as stuck:
                self._see(stuck)
            case Same():
                self._see(None)
            case Moved(before, after, files):
                fields = {"from": before[:_SHORT], "to": after[:_SHORT], "files": files}
                log.info("git.pulled", extra={"fields": fields})
                self._see(None)

    def start(self) -> None:
        """Pull now, and then every so often, until `close`."""
        # It must not keep a process alive that ends in another way.
        self._thread = threading.Thread(target=self._run, name="pull", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End a fetch; let files that are being replaced be replaced. Blocks until then."""
        self._stop.set()
        self._checkout.git.stop()
        if self._thread is not None:
            self._thread.join(_CLOSING)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.once()
            except Exception:
                fields = {"public": "no", "do": "see the trace; posts go out all the same"}
                log.exception("git.failed", extra={"fields": fields})
            self._stop.wait(self._every * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311

    def _see(self, stuck: Stuck | None) -> None:
        if self._stop.is_set():
            return  # what was cut short by the end says nothing
        now = self._clock()
        if stuck is None or self._known is None or stuck.why is not self._known.why:
            self._since = now
        self._known = stuck
        if stuck is None:
            if self._told is not None:
                self._told = None
                log.info("git.goes_on", extra={"fields": {}})
            return
        if now - self._since < self._patience.get(stuck.why, timedelta(0)).total_seconds():
            return
        if stuck != self._told:
            self._told = stuck
            fields = {
                "reason": str(stuck.reason),
                "public": "what is out, and what is due goes out as the files here say",
                "do": str(stuck.do),
            }
            log.error("git.stuck", extra={"fields": fields})


_SHORT = 12  # characters of a commit that tell it from all others of a repository


def _tell_mended(mended: Mended) -> None:
    fields = {
        "files": len(mended.files),
        "named": ", ".join(mended.files[:10]),
        "locks": ", ".join(mended.locks),
        "public": "no",
        "do": "nothing: the next pull does again what was cut off",
    }
    log.warning("git.mended", extra={"fields": fields})

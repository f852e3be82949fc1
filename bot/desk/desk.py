"""Looks on while the service works, for admins: health, metrics, pings, and what people have to be told. Whatever fails here, posts go out."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from math import inf

from bot.core.agenda import Agenda
from bot.desk.address import Address
from bot.desk.health import Health, Pulse
from bot.desk.metrics import Metrics
from bot.desk.overdue import PATIENCE, Waiting
from bot.desk.people import People
from bot.desk.ping import Ping
from bot.desk.standing import Standing, read_standing
from bot.desk.streak import FAILURES
from bot.desk.web import application, serve
from bot.engine import Ended, Ticked
from bot.ledger import LedgerError, Store
from bot.publishers.secrets import masked

log = logging.getLogger("banditore")

# Seconds between two looks at how the book stands: in a burst of posts it is nobody's first question.
_READ_EVERY = 1.0

_NEXT = 3  # posts to come that a ping names

# Who raises the alarm shows the last ping, and no other words are left of a service that is dead.
_LAST_WORDS = (
    "if no ping follows: the service is dead or cut off. What is out is public and stays, nothing more "
    "goes out. Look at its machine and start it again: nothing is sent twice"
)


class Desk:
    """One service's desk."""

    def __init__(
        self,
        store: Store,
        *,
        interval: timedelta,
        address: Address | None = None,
        ping: Ping | None = None,
        people: People | None = None,
        patience: timedelta = PATIENCE,
        secrets: frozenset[str] = frozenset(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`address` is where it is served, None = nowhere; `patience`, after which what is due is overdue;
        `secrets`, the forms of what no page and no ping may show."""
        self._store = store
        self._address = address
        self._ping = ping
        self._people = people
        self._secrets = secrets
        self._now = now
        self._waiting = Waiting(patience)
        self._pulse = Pulse(interval)
        self._metrics = Metrics()
        self._standing: Standing | None = None  # not read yet
        self._reading: asyncio.Task[None] | None = None
        self._read_at = -inf  # on the loop's clock
        self._served = AsyncExitStack()
        self._told: set[str] = set()  # its own faults, each once

    async def open(self) -> None:
        """Serve, where that is wanted and can be done."""
        if self._address is None:
            return
        app = application(self.health, self._metrics.exposed)
        try:
            served = await self._served.enter_async_context(serve(app, self._address))
        except OSError as error:
            fields = {
                "reason": f"{self._address} can't be opened: {_why(error)}",
                "public": "no",
                "do": "give BANDITORE_DESK another port, then restart; posts go out all the same",
            }
            log.error("desk.failed", extra={"fields": fields})
            return
        log.info("desk.opened", extra={"fields": {"url": f"http://{served}/healthz"}})

    def ticked(self, tick: Ticked) -> None:
        """A tick worked."""
        self._safely(lambda: self._see(tick))

    def failed(self, reason: str) -> None:
        """A tick did not work."""
        self._safely(lambda: self._see_failure(reason))

    def ended(self, ended: Ended) -> None:
        """An attempt came to its end."""
        self._safely(lambda: self._metrics.ended(ended))

    def health(self) -> Health:
        """How the service is now."""
        found = self._pulse.health(self._now())
        untold = [self._people.untold] if self._people is not None and self._people.untold else []
        reasons = tuple(masked(each, self._secrets) for each in (*found.reasons, *untold))
        return Health(found.last_tick, found.overdue, reasons)

    async def settle(self) -> None:
        """Wait until nothing that it does beside the ticks is under way."""
        if self._reading is not None:
            await self._reading
        if self._people is not None:
            await self._people.settle()
        if self._ping is not None:
            await self._ping.settle()

    async def close(self) -> None:
        """Serve no more; what is under way ends first, within seconds."""
        try:
            if self._reading is not None:
                await self._reading
            if self._people is not None:
                await self._people.close()
            if self._ping is not None:
                await self._ping.close()
            await self._served.aclose()
        except Exception as error:
            self._tell(error)

    def _see(self, tick: Ticked) -> None:
        at = self._now()
        overdue = self._waiting.see(tick)
        self._pulse.ticked(at, overdue, tick.fault)
        self._metrics.ticked(tick, at, len(overdue))
        is_shown = self._address is not None or self._ping is not None
        now = asyncio.get_running_loop().time()
        is_free = self._reading is None or self._reading.done()
        if is_shown and is_free and now - self._read_at >= _READ_EVERY:
            self._read_at = now
            self._reading = asyncio.create_task(self._read(tick.agenda, tick.plan.now))
        if self._people is not None:
            self._people.ticked(tick, overdue)
        if self._ping is not None:
            health = self.health()
            self._ping.tell(self._in_words(health, tick), is_ok=health.is_ok)

    def _see_failure(self, reason: str) -> None:
        self._pulse.failed(reason)
        self._metrics.failed()
        if self._people is not None:
            self._people.failed(masked(reason, self._secrets))
        if self._ping is not None and self._pulse.failures >= FAILURES:
            self._ping.tell(masked(f"ticks fail: {reason}", self._secrets), is_ok=False)

    async def _read(self, agenda: Agenda, now: datetime) -> None:
        """How the book stands, read beside the ticks, which do not wait for it."""
        try:
            self._standing = await asyncio.to_thread(read_standing, self._store, agenda, now)
            self._metrics.stands(self._standing)
        except LedgerError:
            return  # the tick tells it
        except Exception as error:
            self._tell(error)

    def _in_words(self, health: Health, tick: Ticked) -> str:
        """What a ping says: how it is, what comes next, what waits for a person."""
        lines = list(health.reasons) or ["ok"]
        lines += [
            f"next: {each.at:%Y-%m-%d %H:%M} UTC {each.delivery.key.item} on {each.delivery.key.channel}"
            for each in tick.plan.later[:_NEXT]
        ]
        counts = {"held": len(tick.plan.held), "pauses": len(tick.history.pauses)}
        if self._standing is not None:
            counts["unknown"] = self._standing.unknown
        lines.append(", ".join(f"{name}: {count}" for name, count in counts.items()))
        if health.is_ok:
            lines.append(_LAST_WORDS)
        return "\n".join(lines) + "\n"

    def _safely(self, do: Callable[[], None]) -> None:
        try:
            do()
        except Exception as error:
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        """A fault of the desk's own, once for each kind."""
        if (kind := f"{type(error).__name__}: {error}") in self._told:
            return
        self._told.add(kind)
        fields = {"public": "no", "do": "see the trace; posts go out all the same"}
        log.error("desk.failed", extra={"fields": fields}, exc_info=error)


def _why(error: OSError) -> str:
    """In the system's own words; asyncio puts others around them."""
    if isinstance(error, socket.gaierror) or error.errno is None:
        return error.strerror or str(error)
    return os.strerror(error.errno)

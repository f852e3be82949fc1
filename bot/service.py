"""The running service: wires the clock, the files, the engine and the signals; decides nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core.model import Platform, Problem
from bot.core.plan import Plan
from bot.core.rates import RATES, Rate
from bot.engine import Ended, Engine, Publishers, Ticked
from bot.git import Pull
from bot.ledger import Ledger, LedgerError, Store
from bot.load.library import Edition, Library

log = logging.getLogger("banditore")

# What is due goes out at its own second; between two such seconds the service looks at least this often.
INTERVAL = timedelta(seconds=30)


class Watch(Protocol):
    """Who looks on while the service works: never raises, and never makes it wait but to open and to close."""

    async def open(self) -> None: ...

    def ticked(self, tick: Ticked, /) -> None: ...

    def failed(self, reason: str, /) -> None:
        """A tick did not work."""
        ...

    def ended(self, ended: Ended, /) -> None: ...

    async def close(self) -> None: ...


class Unwatched:
    """Nobody looks on."""

    async def open(self) -> None:
        return

    def ticked(self, _tick: Ticked, /) -> None:
        return

    def failed(self, _reason: str, /) -> None:
        return

    def ended(self, _ended: Ended, /) -> None:
        return

    async def close(self) -> None:
        return


class Service:
    """One process that speaks: ticks until it is told to stop."""

    def __init__(
        self,
        library: Library,
        store: Store,
        publishers: Publishers,
        *,
        node: str,
        interval: timedelta = INTERVAL,
        rates: Mapping[Platform, tuple[Rate, ...]] = RATES,
        watch: Watch | None = None,
        pull: Pull | None = None,
    ) -> None:
        """`pull` brings the files up to date from git; None = others do, or nobody."""
        self._library = library
        self._pull = pull
        self._at_rest = pull.at_rest if pull is not None else threading.Lock()
        self._store = store
        self._interval = interval
        self._told: frozenset[Problem] = frozenset()
        self._ticking = asyncio.Lock()
        self._ticked = asyncio.Event()
        self._is_away = False  # the ledger, as far as it was told
        self._is_aimed = False  # is the next tick one at whose second something is due?
        self._read_at = 0.0  # when the files were last looked at, on the loop's clock
        ledger = Ledger(store, node=node)
        self._looks_on = watch or Unwatched()
        self._engine = Engine(
            ledger,
            publishers,
            lambda: library.current,
            on_end=self._looks_on.ended,
            on_tick=self._looks_on.ticked,
            rates=rates,
        )

    async def once(self) -> None:
        """One pass: whatever is due goes out, then it is over; a signal ends it after the calls in flight.

        What waits because an earlier post is in doubt is waited for: that is less than a minute.
        """

        def stop() -> None:
            log.info("service.stopping", extra={"fields": {}})
            self._engine.stop()

        _on_signal(stop)
        with self._store.alone():
            try:
                await self._begin()
                await self._tick()
                await self._engine.settle()
                while await self._engine.wait_for_a_look():
                    await self._tick()
                    await self._engine.settle()
            finally:
                await self._engine.close()
                await self._looks_on.close()

    async def run(self) -> None:
        """Tick until SIGTERM or SIGINT; a call in flight is finished and recorded first."""
        stop = asyncio.Event()
        _on_signal(stop.set)
        scheduler = AsyncIOScheduler(timezone=UTC)
        with self._store.alone():
            try:
                await self._looks_on.open()
                await self._begin()
                if self._pull is not None:
                    self._pull.start()
                scheduler.add_job(
                    self._tick_and_aim,
                    "interval",
                    args=[scheduler],
                    id="tick",
                    seconds=self._interval.total_seconds(),
                    next_run_time=datetime.now(UTC),
                    misfire_grace_time=None,
                    coalesce=True,
                    # What is due before the tick that aims at it has returned must not be skipped: its
                    # tick waits for that one.
                    max_instances=2,
                )
                scheduler.start()
                await self._watch(scheduler, stop)
                log.info("service.stopping", extra={"fields": {}})
            finally:
                self._engine.stop()
                closing = asyncio.create_task(self._close_pull())
                if scheduler.running:
                    scheduler.remove_all_jobs()
                    async with (
                        self._ticking
                    ):  # a tick that is writing verdicts has to tell them, too
                        scheduler.shutdown(wait=False)
                await self._engine.close()
                await self._looks_on.close()
                await closing
                log.info("service.stopped", extra={"fields": {}})

    async def _watch(self, scheduler: AsyncIOScheduler, stop: asyncio.Event) -> None:
        """Wait for the end, and see that the ticks go on: the scheduler goes by the wall clock, which
        may be put back, and would then wait until it is where it was."""
        patience = self._interval.total_seconds() * 2 + 1
        while not stop.is_set():
            self._ticked.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), patience)
                return
            if not self._ticked.is_set() and not self._ticking.locked():
                log.warning(
                    "clock.went_back", extra={"fields": {"do": "see that the clock is right"}}
                )
                scheduler.modify_job("tick", next_run_time=datetime.now(UTC))

    async def _begin(self) -> None:
        edition = self._library.current
        fields = {
            "items": len(edition.catalog.items),
            "channels": len(edition.catalog.channels),
            "deliveries": len(edition.agenda.deliveries),
        }
        log.info("service.started", extra={"fields": fields})
        self._tell_problems(edition)
        await self._engine.begin(alone=self._store.path is not None)

    async def _tick_and_aim(self, scheduler: AsyncIOScheduler) -> None:
        """A tick, and the next one brought forward to the second at which something is due."""
        async with self._ticking:
            is_aimed, self._is_aimed = self._is_aimed, False
            try:
                planned = await (self._tick_aimed() if is_aimed else self._tick())
            except LedgerError as error:
                self._tell_away(error)
                self._looks_on.failed(str(error))
                return
            except Exception as error:  # the clock must go on, whatever one tick ran into
                log.exception(
                    "tick.failed", extra={"fields": {"public": "no", "do": "see the trace"}}
                )
                self._looks_on.failed(f"an unforeseen {type(error).__name__}")
                return
            finally:
                self._ticked.set()
            self._tell_back()
            job = scheduler.get_job("tick")
            if job and planned.next and planned.next < planned.now + self._interval:
                self._is_aimed = True
                job.modify(next_run_time=planned.next)

    async def _tick(self) -> Plan:
        await self._read_again()
        return await self._engine.tick()

    async def _tick_aimed(self) -> Plan:
        """A tick at the second at which something is due: it does not wait for a look at all files, since
        a post's own file and the schedules are looked at before its first byte."""
        planned = await self._engine.tick()
        is_time = (
            asyncio.get_running_loop().time() - self._read_at >= self._interval.total_seconds()
        )
        if is_time and await self._read_again():
            return await self._engine.tick()
        return planned

    async def _read_again(self) -> bool:
        """Look at the files. Has any changed?"""
        before = self._library.current
        # git replaces files one by one: while it does, what was read last holds, and no tick waits.
        if not self._at_rest.acquire(blocking=False):
            return False
        try:
            self._read_at = asyncio.get_running_loop().time()
            # Reading a large folder takes its time, and calls in flight must not wait for it.
            edition = await asyncio.to_thread(self._library.refresh)
        finally:
            self._at_rest.release()
        if edition is None:
            return False
        fields = {
            "items": len(edition.catalog.items),
            "deliveries": len(edition.agenda.deliveries),
        }
        log.info("files.reloaded", extra={"fields": fields})
        self._tell_problems(edition)
        _tell_vanished(before, edition)
        return True

    async def _close_pull(self) -> None:
        if self._pull is not None:
            await asyncio.to_thread(self._pull.close)

    def _tell_away(self, error: LedgerError) -> None:
        """The ledger can't be used: once, since each tick tries again."""
        if not self._is_away:
            self._is_away = True
            fields = {
                "reason": str(error),
                "public": "no",
                "do": "it goes on when the ledger is back",
            }
            log.error("tick.failed", extra={"fields": fields})

    def _tell_back(self) -> None:
        if self._is_away:
            self._is_away = False
            log.info("ledger.back", extra={"fields": {}})

    def _tell_problems(self, edition: Edition) -> None:
        """Tell what is newly wrong with the files, once, and what has been mended."""
        for problem in edition.problems:
            if problem not in self._told:
                fields = {
                    "where": str(problem.mark),
                    "problem": problem.message,
                    "hint": problem.hint,
                    "public": "no",
                    "do": f"mend {problem.mark.file}; until then its deliveries are held",
                }
                log.error("file.problem", extra={"fields": fields})
        was_broken = {problem.mark.file for problem in self._told}
        for file in sorted(was_broken - {problem.mark.file for problem in edition.problems}):
            log.info("file.mended", extra={"fields": {"where": file}})
        self._told = frozenset(edition.problems)


def _tell_vanished(before: Edition, now: Edition) -> None:
    """Items that no file names any more: what of them was still to come does not go out."""
    gone = [item for item in before.catalog.items if item not in now.catalog.items]
    if not gone:
        return
    fields = {
        "items": len(gone),
        "named": ", ".join(gone[:10]),
        "public": "what was announced stays",
        "do": "if they should go out, put them back under the same ids",
    }
    log.warning("items.vanished", extra={"fields": fields})


def _on_signal(do: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, do)

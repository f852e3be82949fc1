"""One process, from its start to its end, and the machine that it runs on, as `bot.service` leads it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.core.agenda import Agenda
from bot.core.model import NOBODY, Authors, Item
from bot.engine import Engine
from bot.ledger import Ledger, LedgerError
from tests.simulation.loop import Book, Process
from tests.simulation.office import BEGIN, Edition
from tests.simulation.platform import Scripted
from tests.simulation.promises import Broken

if TYPE_CHECKING:
    from tests.simulation.world import World

# How often the service looks again while something is under way or due: see bot.service.INTERVAL.
INTERVAL = 30.0

# Where nothing is, it looks as seldom as this: its ticks in between would find what the last one found.
PATIENCE = 24 * 3600.0

# When the ledger has something to look at although no file says so: a lease that runs out, a look-up.
_NEXT = """
SELECT min(at) FROM (
    SELECT min(lease_until) AS at FROM attempt WHERE state IN ('reserved', 'sending', 'handed')
    UNION ALL SELECT min(look_at) FROM attempt WHERE state = 'unknown'
)
"""


@dataclass(eq=False)
class Machine:
    """A disk with a copy of staff's files."""

    edition: Edition
    changed: dict[str, datetime] = field(default_factory=dict)  # when each file was last edited

    def take(self, edition: Edition, at: datetime) -> None:
        """The files come, edited at that instant."""
        if edition.number <= self.edition.number:
            return  # what was copied later came earlier
        for file, version in edition.versions.items():
            if version != self.edition.versions[file]:
                self.changed[file] = at
        self.edition = edition


@dataclass(frozen=True, slots=True)
class Reading:
    """What one process has read of staff's files."""

    agenda: Agenda
    settled: Mapping[str, datetime]
    edition: Edition
    modified: datetime
    disk: Machine

    @property
    def revision(self) -> str:
        return str(self.edition.number)

    def still_says(self, item: Item) -> bool:
        file = item.mark.file
        return self.disk.edition.versions.get(file) == self.edition.versions.get(file)

    async def authors(self, items: Sequence[Item]) -> Authors:
        return NOBODY


@dataclass(eq=False)
class Life:
    """One process, from its start to its end, as `bot.service` leads it."""

    world: World
    name: str
    machine: Machine
    process: Process = field(init=False)
    publisher: Scripted = field(init=False)
    engine: Engine = field(init=False)
    reading: Reading = field(init=False)
    is_stopping: bool = False

    def __post_init__(self) -> None:
        world = self.world
        script = world.script
        self.process = Process(self.name)
        self.publisher = Scripted(
            world.platform, self.process, world.note, world.on_prepare, world.on_publish
        )
        self._alarm: asyncio.Future[None] | None = None
        # Clocks of several machines differ by what a time server leaves.
        self.skew = timedelta(seconds=script.between(-1, 1) if world.nodes > 1 else 0)
        book = Book(
            world.loop,
            delay=lambda: script.between(0.01, 8) if script.pick("book") else 0.0,
            on_submit=lambda name, args: world.on_submit(self, name, args),
        )
        ledger = Ledger(world.database.store, clock=self.now, node=self.name)
        self.engine = Engine(
            ledger, self.publisher, lambda: self.reading, book=book, rates=world.office.rates
        )

    def now(self) -> datetime:
        return self.world.now() + self.skew

    async def live(self) -> None:
        self.world.note("started")
        self.read()
        try:
            await self.engine.begin(alone=self.world.nodes == 1)
            while not self.is_stopping:
                self.read()
                await self.rest(await self.tick())
        except LedgerError as error:
            self.world.note(f"begin failed: {error}")
        except Exception as error:
            self.world.broken.append(Broken("only LedgerError is raised", f"begin: {error!r}"))
        self.engine.stop()
        await self.engine.close()
        self.world.ended(self)

    async def tick(self) -> float:
        """Seconds until the next one."""
        try:
            planned = await self.engine.tick()
        except LedgerError as error:
            self.world.note(f"tick failed: {error}")
            return INTERVAL
        except Exception as error:
            self.world.broken.append(Broken("only LedgerError is raised", f"tick: {error!r}"))
            return INTERVAL
        self.world.script.happened["ticks"] += 1
        if planned.due:
            return INTERVAL
        [(at,)] = self.world.database.rows(_NEXT)
        rests = [PATIENCE]
        if at:
            over = (datetime.fromisoformat(at) - self.now()).total_seconds()
            # A lane that is busy looks for nothing: it is asked again, not without end.
            rests.append(max(over, 0.0) + self.world.script.between(1, INTERVAL))
        if planned.next:
            rests.append((planned.next - self.now()).total_seconds())
        return max(min(rests), 0.0)

    async def rest(self, seconds: float) -> None:
        loop = self.world.loop
        self._alarm = loop.create_future()
        timer = loop.call_later(seconds, self.look)
        if not self.is_stopping:
            await self._alarm
        timer.cancel()
        self._alarm = None

    def look(self) -> None:
        """End the rest, if it rests."""
        if self._alarm is not None and not self._alarm.done():
            self._alarm.set_result(None)

    def stop(self) -> None:
        """SIGTERM."""
        self.is_stopping = True
        self.engine.stop()
        self.look()

    def read(self) -> None:
        """Read the files, as each tick does."""
        machine = self.machine
        edition = machine.edition
        settling = self.world.office.settling
        now = self.now()
        settled = {f: at + settling for f, at in machine.changed.items() if at + settling > now}
        known = getattr(self, "reading", None)
        if known is None or known.edition is not edition or known.settled != settled:
            modified = max(machine.changed.values(), default=BEGIN)
            self.reading = Reading(edition.agenda, settled, edition, modified, machine)

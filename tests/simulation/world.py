"""One seed's world: processes that live, freeze and die, staff who edit, a platform, and a ledger between them.

Each process is the real engine on the real ledger; only time, the platform and the trouble are made up.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.core.agenda import Agenda
from bot.core.model import Item, Post
from bot.engine import Engine
from bot.ledger import Ledger, LedgerError
from tests.simulation.database import Database
from tests.simulation.loop import MICRO, RUNNING, Book, Loop, OverrunError, Process, begin
from tests.simulation.office import BEGIN, HOW_MANY, Edition, Office, office
from tests.simulation.platform import Platform, Scripted, Shown
from tests.simulation.promises import Broken, Look, Told, at_the_end, at_the_last_look, when_shown
from tests.simulation.script import Event, Script

# How often the service looks again while something is under way or due: see bot.service.INTERVAL.
INTERVAL = 30.0

# Where nothing is, it looks as seldom as this: its ticks in between would find what the last one found.
PATIENCE = 24 * 3600.0

# What the bot does often and without effect is left out of traces.
_UNTOLD = frozenset({"sweep", "history", "attempts"})


@dataclass(frozen=True, slots=True)
class Run:
    """How a seed went."""

    seed: int
    broken: tuple[Broken, ...]
    trace: tuple[Event, ...]
    happened: Mapping[str, int]  # faults, and what the bot did
    turns: int

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(map(str, self.trace)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one process has read of staff's files."""

    agenda: Agenda
    settled: Mapping[str, datetime]
    versions: Mapping[str, int]
    revision: str
    modified: datetime
    disk: World

    def still_says(self, item: Item) -> bool:
        return self.disk.edition.versions.get(item.mark.file) == self.versions.get(item.mark.file)


def run(seed: int) -> Run:
    """Play one seed from its beginning to its end."""
    world = World(seed, _database())
    with _captured(world):
        try:
            world.play()
        except OverrunError as error:
            world.broken.append(Broken("comes to rest", str(error)))
    happened = world.script.happened
    happened["posts public"] += len(world.platform.shown)
    return Run(seed, tuple(world.broken), tuple(world.trace), happened, world.loop.turns)


@cache
def _database() -> Database:
    return Database()


class World:
    """Everything of one seed."""

    def __init__(self, seed: int, database: Database) -> None:
        self.script = Script(seed)
        chance = self.script.chance
        self.office: Office = office(chance.randrange(HOW_MANY))
        self.loop = Loop(chance, self._on_turn)  # type: ignore[abstract]  # no engine needs the rest
        self.platform = Platform(self.loop, self.script, self.now, self._on_shown)
        self.database = database
        self.trace: list[Event] = []
        self.told: list[Told] = []
        self.broken: list[Broken] = []
        self.edition: Edition = self.office.editions[0]
        self.changed: dict[str, datetime] = {}  # when each file was last edited
        self.nodes = chance.choice((1, 1, 1, 2, 2, 3))
        self.living: list[Life] = []
        self._gone: list[Life] = []  # kept, so that nothing of the dead is collected
        self._started = 0
        self._fault_in = self.script.turns_to_next()
        self._away_until = 0

    def now(self) -> datetime:
        """The world's clock; it never shows the same instant twice."""
        self.loop.micros += 1
        return BEGIN + timedelta(microseconds=self.loop.micros)

    def note(self, what: str) -> None:
        process = RUNNING.get()
        self.trace.append(Event(self.loop.micros, process.name if process else "-", what))

    # --- the play -----------------------------------------------------------------------------------

    def play(self) -> None:
        script, day = self.script, 24 * 3600
        calm = int((self.office.days - 1) * day + script.between(4, 15) * 3600)
        end = self.office.days * day + 16 * 3600 + 1800  # at 22:30, when everything is closed
        self.database.begin(self._fault_of_ledger)
        for edition in self.office.editions[1:]:
            self._at(script.between(0, calm), self._edit, edition)
        for _ in range(self.nodes):
            self._at(script.between(0, 60), self._start)
        self.loop.run_until(calm * MICRO)
        script.is_calm = True
        self.note("calm")
        self.loop.run_until((end - 300) * MICRO)
        self._look_soon()
        self.loop.run_until(end * MICRO)
        for life in list(self.living):
            life.stop()
        self.loop.run_until((end + 900) * MICRO)
        if self.living:
            self.broken.append(Broken("a stop ends it", self.living[0].process.name))
        calm_at = BEGIN + timedelta(seconds=calm)
        self.broken += at_the_end(
            self.database,
            self.office,
            self.edition,
            self.platform.shown,
            self.told,
            calm=calm_at,
            now=self.now(),
        )
        self.broken += [
            Broken("nothing is raised into the loop", each) for each in self.loop.troubles
        ]
        self.loop.close()

    def _at(self, seconds: float, do: Any, *args: Any) -> None:
        self.loop.call_at(seconds, do, *args, context=Context())

    def _in(self, seconds: float, do: Any, *args: Any) -> None:
        self._at(self.loop.time() + seconds, do, *args)

    def _look_soon(self) -> None:
        """The running service looks every 30 seconds; here its looks are where something has happened."""
        for life in self.living:
            self._in(self.script.between(0, INTERVAL), life.look)

    def _start(self) -> None:
        self._started += 1
        life = Life(self, f"node-{self._started}")
        self.living.append(life)
        begin(self.loop, life.process, life.live)

    def _start_again(self) -> None:
        longest = 60.0 if self.script.likely(0.7) or self.script.is_calm else 3 * 3600.0
        self._in(self.script.between(1, longest), self._start)

    def ended(self, life: Life) -> None:
        """A process has come to its end by itself."""
        self.note("ended")
        self.living.remove(life)
        if life.publisher.calls:
            self.broken.append(Broken("a stop waits for the calls", life.process.name))
        if not self.is_over:
            self._start_again()

    @property
    def is_over(self) -> bool:
        return self.loop.micros >= (self.office.days * 24 + 16) * 3600 * MICRO + 1800 * MICRO

    # --- trouble ------------------------------------------------------------------------------------

    def _on_turn(self, process: Process) -> None:
        self._fault_in -= 1
        if self._fault_in > 0:
            return
        self._fault_in = self.script.turns_to_next()
        fault = self.script.pick_of_process()
        life = next((each for each in self.living if each.process is process), None)
        if not fault or life is None:
            return
        self.trace.append(Event(self.loop.micros, process.name, fault))
        match fault:
            case "killed":
                process.is_dead = True
                self.platform.cut(process)
                self.living.remove(life)
                self._gone.append(life)
                self._start_again()
                self._look_soon()
            case "frozen for seconds":
                self._freeze(process, self.script.between(1, 60))
            case "frozen for minutes":
                self._freeze(process, self.script.between(60, 900))
            case "stopped":
                life.stop()

    def _freeze(self, process: Process, seconds: float) -> None:
        process.is_frozen = True
        self._in(seconds, self.loop.wake, process)

    def _fault_of_ledger(self, moment: str) -> str:
        process = RUNNING.get()
        if process is None:
            return ""
        if self.loop.micros < self._away_until:
            return "the database is away"
        wanted = {
            "begin": ("a transaction does not begin", "the database is away"),
            "commit": ("a commit fails", "a commit is done and its answer lost"),
        }
        fault = self.script.pick("ledger", among=wanted[moment])
        if fault:
            self.note(fault)
        if fault == "the database is away" and not self.script.is_calm:
            self._away_until = self.loop.micros + int(self.script.between(1, 300) * MICRO)
        return fault

    def _edit(self, edition: Edition) -> None:
        self.script.happened[f"files edited: {edition.what}"] += 1
        self.trace.append(Event(self.loop.micros, "staff", edition.what))
        now = self.now()
        for file, version in edition.versions.items():
            if version != self.edition.versions[file]:
                self.changed[file] = now
        self.edition = edition
        self._look_soon()

    # --- what is seen -------------------------------------------------------------------------------

    def _on_shown(self, one: Shown) -> None:
        self.trace.append(Event(self.loop.micros, one.process, f"PUBLIC {one.keys[0]}"))
        self.broken += when_shown(self.database, one)

    def on_submit(self, life: Life, name: str, args: tuple[Any, ...]) -> None:
        if name in _UNTOLD:
            return
        self.script.happened[name] += 1
        post = life.publisher.posts.get(args[0]) if args and isinstance(args[0], str) else None
        self.note(f"{name} {post.key}" if post else name)
        if name == "commit" and post is not None:
            self._last_look(life, post)

    def _last_look(self, life: Life, post: Post) -> None:
        look = Look(self.edition, post, life.now())
        self.broken += at_the_last_look(look)

    def on_log(self, told: Told) -> None:
        self.told.append(told)
        self.note(f"log {told.event} {told.fields.get('key', '')} {told.fields.get('reason', '')}")
        if told.event in ("post.unknown", "attempt.unknown", "delivery.judged", "attempt.evidence"):
            self.script.happened[f"log {told.event}"] += 1


@dataclass(eq=False)
class Life:
    """One process, from its start to its end, as `bot.service` leads it."""

    world: World
    name: str
    process: Process = field(init=False)
    publisher: Scripted = field(init=False)
    engine: Engine = field(init=False)
    reading: Reading = field(init=False)
    is_stopping: bool = False

    def __post_init__(self) -> None:
        world = self.world
        script = world.script
        self.process = Process(self.name)
        self.publisher = Scripted(world.platform, self.process, world.note)
        self._alarm: asyncio.Future[None] | None = None
        # Clocks of several machines differ by what a time server leaves.
        self.skew = timedelta(seconds=script.between(-1, 1) if world.nodes > 1 else 0)
        book = Book(
            world.loop,
            delay=lambda: script.between(0.01, 8) if script.pick("book") else 0.0,
            on_submit=lambda name, args: world.on_submit(self, name, args),
        )
        ledger = Ledger(world.database.store, clock=self.now, node=self.name)
        self.engine = Engine(ledger, self.publisher, lambda: self.reading, book=book)

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
        # What somebody has begun and not ended is looked for when its lease is over.
        query = "SELECT min(lease_until) FROM attempt WHERE state IN ('reserved', 'sending')"
        [(lease,)] = self.world.database.rows(query)
        rests = [PATIENCE]
        if lease:
            over = datetime.fromisoformat(lease) - self.now()
            rests.append(over.total_seconds() + self.world.script.between(0, INTERVAL))
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
        edition = self.world.edition
        settling = self.world.office.settling
        now = self.now()
        settled = {f: at + settling for f, at in self.world.changed.items() if at + settling > now}
        known = getattr(self, "reading", None)
        if known is None or known.versions != edition.versions or known.settled != settled:
            modified = max(self.world.changed.values(), default=BEGIN)
            revision = " ".join(f"{file}:{n}" for file, n in sorted(edition.versions.items()))
            self.reading = Reading(
                edition.agenda, settled, edition.versions, revision, modified, self.world
            )


class _Handler(logging.Handler):
    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "fields", {})
        error = record.exc_info[1] if record.exc_info else None
        process = RUNNING.get()
        self._world.on_log(Told(record.msg, fields, error, process.name if process else "-"))


@contextmanager
def _captured(world: World) -> Iterator[None]:
    """What the bot logs goes to the world, and nowhere else."""
    log = logging.getLogger("banditore")
    handler, level, propagate = _Handler(world), log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagate

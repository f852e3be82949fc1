"""A world in which the real service is killed, frozen and cut off again and again, and then left alone.

Its processes, sockets, files and databases are real. It looks at nothing of ours but the ledger and the logs.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bot.core.model import SEVERAL
from bot.core.states import State
from bot.ledger import Ledger, LedgerError, Store, open_store
from bot.ledger import tables as t
from bot.sandbox import Moment, Sandbox, serve
from tests.database import Server
from tests.faults import promises
from tests.faults.machine import Machine
from tests.faults.town import Place, Staff, credentials, sandbox_of, secrets
from tests.faults.weather import Weather
from tests.nursery import Nursery
from tests.office import Office

# What is left to be looked for needs a minute and a half, a call of a dead node two minutes before, and what
# was put off two or four.
_LONGEST_CALM = 600.0  # seconds

# How long a call is waited for that is to be held.
_LONGEST_WAIT = 5.0  # seconds

# How often, after a kill, a channel's answers are lost until it is stopped.
_SQUALLS = 0.1

# Longer than any lease: see bot.ledger.ledger.CALL.
_LONG_FREEZE = 130.0  # seconds


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of world."""

    places: tuple[Place, ...]
    machines: int = 1  # more than one need a database server
    on_all: bool = True  # does each item go to every channel?
    ahead: int = 6  # so many deliveries of each channel wait, while staff still write
    files: int = (
        0  # staff hand in so many before anything goes wrong, and no more; 0 = more and more
    )
    slowest: float = 0.15  # seconds that a call takes at most before it is taken, and after
    calls: int = 20  # so many at most go through before one is held to be killed
    cold_each: int = 0  # each so manyth start is that of a new interpreter
    long_freezes: int = 0
    patience: float = _LONGEST_CALM  # seconds


@dataclass
class Count:
    """What happened, in one world or many."""

    kills: int = 0
    starts: int = 0
    freezes: int = 0
    falls: int = 0  # of the database
    cuts: int = 0  # of all connections to it
    sends: int = 0
    public: int = 0
    published: int = 0
    round_ups: int = 0
    killed_round_ups: int = 0  # that are in doubt
    found: int = 0
    unknown: int = 0
    verdicts: int = 0
    stopped: int = 0
    broken: dict[str, list[str]] = field(default_factory=dict)  # by promise

    def join(self, other: Count) -> None:
        for name in self.__dataclass_fields__:
            if name != "broken":
                setattr(self, name, getattr(self, name) + getattr(other, name))
        for promise, found in other.broken.items():
            self.broken.setdefault(promise, []).extend(found)


@dataclass
class World:
    """One world while it lasts."""

    kind: Kind
    chance: random.Random
    sandbox: Sandbox
    weather: Weather
    machines: list[Machine]
    staff: Staff
    store: Store
    server: Server | None
    count: Count = field(default_factory=Count)
    killing: float = 0.0  # seconds until it was left alone
    is_broken: bool = False
    _resuming: asyncio.Task[None] | None = None
    _frozen: set[str] = field(default_factory=set)
    _database: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def kill(self, kills: int) -> None:
        """Everything goes wrong until there were so many kills, or something went out twice."""
        for machine in self.machines:
            machine.on()
        self.weather.foul()
        begun = time.monotonic()
        others = [asyncio.create_task(self._write())]
        if self.server is not None:
            others += [
                asyncio.create_task(each)
                for each in (self._freeze(), self._freeze_long(), self._cut_off())
            ]
        self._resuming = asyncio.create_task(self._resume())
        try:
            while self.count.kills < kills:
                _raise_what_failed([*others, self._resuming])
                await self._kill()
                if self.chance.random() < _SQUALLS:
                    self.weather.squall(self.chance.choice(self.kind.places).address)
                if promises.again(self.sandbox, self.kind.places):
                    self.is_broken = True
                    return
        finally:
            for other in others:
                other.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            self.killing = time.monotonic() - begun

    async def end(self) -> Count:
        """Let what is left run out, and look what is true."""
        if not self.is_broken:
            await self._calm()
        for machine in self.machines:
            await machine.off()
        self._look()
        return self.count

    async def close(self) -> None:
        """Whatever happened: end the services."""
        self.weather.calm()
        self.sandbox.release()
        if self._resuming is not None:
            self._resuming.cancel()
            await asyncio.wait([self._resuming])
        for machine in self.machines:
            await machine.off(signal.SIGKILL)

    # --- what goes wrong ----------------------------------------------------------------------------

    async def _kill(self) -> None:
        """One kill: of whoever has a call in the platform's hands, or of anyone at any moment."""
        moment = self.chance.choice([Moment.BEFORE, Moment.AFTER, None])
        victims = [self.chance.choice(self.machines)]
        if moment is not None:
            try:
                async with asyncio.timeout(_LONGEST_WAIT):
                    await self.weather.hold(moment)
            except TimeoutError:
                moment = None
            else:
                victims = await asyncio.to_thread(self._sender) or victims
        if moment is None:
            await asyncio.sleep(self.chance.uniform(0, 0.8))
            if self.chance.random() < 0.1:
                victims = self.machines  # the power
        self.count.kills += sum(machine.kill() for machine in victims)
        # What was in the platform's hands may still be taken.
        self.sandbox.release(drop=self.chance.random() < 0.5)

    def _sender(self) -> list[Machine]:
        """Whose call is held, by the ledger."""
        held = [arrival.channel for arrival in self.sandbox.gate.held]
        names = [place.name for place in self.kind.places if place.address in held]
        query = select(t.attempt.c.node).where(
            t.attempt.c.state == State.SENDING, t.attempt.c.channel.in_(names)
        )
        try:
            with self.store.reading() as db:
                pids = {int(node.split(":")[1]) for node in db.scalars(query)}
        except LedgerError:
            return []
        return [each for each in self.machines if each.child and each.child.pid in pids]

    async def _freeze(self) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 4))
            machine = self.chance.choice(self.machines)
            if machine.name not in self._frozen:
                await self._freeze_for(machine, self.chance.uniform(0.2, 5))

    async def _freeze_long(self) -> None:
        for _ in range(self.kind.long_freezes):
            await asyncio.sleep(self.chance.uniform(2, 10))
            machine = self.machines[-1]
            await self._freeze_for(machine, _LONG_FREEZE)

    async def _freeze_for(self, machine: Machine, seconds: float) -> None:
        if not machine.freeze():
            return
        self.count.freezes += 1
        self._frozen.add(machine.name)
        try:
            await asyncio.sleep(seconds)
        finally:
            machine.thaw()
            self._frozen.discard(machine.name)

    async def _cut_off(self) -> None:
        """The database falls and comes back, or all its connections are cut."""
        assert self.server is not None
        while True:
            await asyncio.sleep(self.chance.uniform(3, 12))
            async with self._database:
                if self.chance.random() < 0.5:
                    await asyncio.shield(asyncio.to_thread(self._fall, self.chance.uniform(0, 3)))
                    self.count.falls += 1
                else:
                    await asyncio.to_thread(self.server.say, _CUT)
                    self.count.cuts += 1

    def _fall(self, seconds: float) -> None:
        assert self.server is not None
        self.server.stop()
        time.sleep(seconds)
        self.server.start()

    # --- people -------------------------------------------------------------------------------------

    async def _write(self) -> None:
        """Staff hand in more, several files at a time, whenever little is left to say: whatever changes
        stops what is on its way."""
        wanted = self.kind.ahead * len(self.kind.places)
        for _ in range(self.kind.files):
            self.staff.hand_in()
        while not self.kind.files:
            with contextlib.suppress(LedgerError):
                begun = await asyncio.shield(asyncio.to_thread(self._begun))
                if len(self.staff.asked) - begun < wanted:
                    while len(self.staff.asked) - begun < 2 * wanted:
                        self.staff.hand_in()
            await asyncio.sleep(self.chance.uniform(1, 4))

    def _begun(self) -> int:
        """How many deliveries were attempted."""
        pairs = select(t.attempt.c.item, t.attempt.c.channel).distinct().subquery()
        with self.store.reading() as db:
            return db.scalar(select(func.count()).select_from(pairs)) or 0

    async def _resume(self) -> None:
        """An admin lets a channel speak again that was stopped."""
        ledger = Ledger(self.store, node="admin")
        query = select(t.channel.c.name).where(t.channel.c.stopped_at.is_not(None))

        def resume() -> int:
            with self.store.reading() as db:
                stopped = list(db.scalars(query))
            return sum(
                len(ledger.orders.resume(channel=name, by="admin").channels) for name in stopped
            )

        while True:
            with contextlib.suppress(LedgerError):
                self.count.stopped += await asyncio.shield(asyncio.to_thread(resume))
            await asyncio.sleep(0.3)

    # --- the end ------------------------------------------------------------------------------------

    async def _calm(self) -> None:
        """Nothing more goes wrong: wait until everything is settled."""
        async with self._database:
            if self.server is not None and self.server.process is None:
                await asyncio.to_thread(self.server.start)
        self.weather.calm()
        self.sandbox.release()
        for machine in self.machines:
            machine.thaw()
        ends = time.monotonic() + self.kind.patience
        while time.monotonic() < ends and not await asyncio.to_thread(self._is_settled):
            await asyncio.sleep(0.3)

    def _is_settled(self) -> bool:
        a = t.attempt.c
        under_way = a.state.in_([State.RESERVED, State.SENDING])
        sought = (a.state == State.UNKNOWN) & a.look_at.is_not(None)
        try:
            with self.store.reading() as db:
                if db.scalar(select(func.count()).where(under_way | sought)):
                    return False
            return not promises.lost(self.staff.asked, promises.state_of(self.store), self.store)
        except LedgerError:
            return False

    def _look(self) -> None:
        attempts = promises.state_of(self.store)
        whole = [attempt for attempt in attempts if attempt.within is None]
        count, places = self.count, self.kind.places
        count.starts = sum(machine.starts for machine in self.machines)
        count.sends = promises.sends_of(self.sandbox)
        count.public = len(promises.posts_of(self.sandbox, places))
        count.published = sum(each.state is State.PUBLISHED for each in whole)
        count.round_ups = sum(
            each.state is State.PUBLISHED and each.item == SEVERAL for each in whole
        )
        count.unknown = sum(each.state is State.UNKNOWN for each in whole)
        count.killed_round_ups = sum(
            each.state is State.UNKNOWN and each.item == SEVERAL for each in whole
        )
        a = t.attempt.c
        by_look = (a.state == State.PUBLISHED) & (a.looks > 0) & a.within.is_(None)
        with self.store.reading() as db:
            count.found = db.scalar(select(func.count()).where(by_look)) or 0
            count.verdicts = db.scalar(select(func.count()).select_from(t.verdict)) or 0
        found = {
            "twice": promises.twice(self.sandbox, places, attempts),
            "neither out, in doubt nor judged": promises.lost(
                self.staff.asked, attempts, self.store
            ),
            "the ledger is wrong": promises.untrue(self.sandbox, places, attempts),
            "the audit trail is wrong": promises.unrecorded(self.store),
            "in doubt and not told": promises.untold(attempts, self.machines),
            "in a log": list(promises.unseemly(self.machines, secrets(places))),
        }
        count.broken = {promise: each for promise, each in found.items() if each}


# Everyone's connections but our own.
_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


@asynccontextmanager
async def world(
    kind: Kind, folder: Path, nursery: Nursery, *, seed: int, server: Server | None = None
) -> AsyncIterator[World]:
    """A world whose ledger is made and whose channels are known; nothing runs in it yet."""
    chance = random.Random(seed)
    sandbox = sandbox_of(kind.places)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serve(sandbox))
        environment = credentials(kind.places) | {
            "BANDITORE_PACING": "off",
            "BANDITORE_INTERVAL": "0.2" if kind.machines == 1 else "0.5",
        }
        if server is not None:
            environment["BANDITORE_DATABASE"] = await asyncio.to_thread(server.database)
        machines = []
        for number in range(kind.machines):
            home = folder / f"machine{number}"
            home.mkdir()
            office = Office(home, address, environment)
            machines.append(Machine(home.name, office, nursery, cold_each=kind.cold_each))
        staff = Staff([each.office for each in machines], kind.places, chance, kind.on_all)
        staff.begin()
        await machines[0].command("init")
        database = environment.get("BANDITORE_DATABASE", machines[0].office.database)
        store = open_store(database)
        stack.callback(store.close)
        weather = Weather(sandbox, chance, kind.slowest, kind.calls)
        made = World(kind, chance, sandbox, weather, machines, staff, store, server)
        stack.push_async_callback(made.close)
        yield made


def _raise_what_failed(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled():
            task.result()

"""One seed's world: processes that live, freeze and die, staff who edit, a platform, and a ledger between them.

Each process is the real engine on the real ledger; only time, the platform and the trouble are made up.
"""

from __future__ import annotations

import hashlib
import logging
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.core.model import Post
from tests.simulation.database import Database
from tests.simulation.life import INTERVAL, Life, Machine
from tests.simulation.loop import MICRO, RUNNING, Loop, OverrunError, Process, begin
from tests.simulation.office import BEGIN, HOW_MANY, Edition, Office, office
from tests.simulation.people import People
from tests.simulation.platform import Shown, Truth
from tests.simulation.promises import (
    Broken,
    Look,
    Told,
    at_the_end,
    at_the_last_look,
    on_record,
    when_shown,
)
from tests.simulation.script import Event, Script

# What the bot does often and without effect is left out of traces.
_UNTOLD = frozenset({"nodes.beat", "sweep", "survey", "attempts", "orders.remind"})

# What these tell is over before the end: the audit trail is looked at when they are told, by nobody.
_PASSING = frozenset({"attempt.not_found", "channel.stopped", "task.handed", "post.deferred"})

_DAY = 24 * 3600

# Seconds between two visits of an admin when all is calm, and for how long they come.
_VISITS, _VISITED = 1200, 2 * 3600


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
        self.platform = Truth(self.loop, self.script, self.now, self._on_shown)
        self.database = database
        self.trace: list[Event] = []
        self.told: list[Told] = []
        self.broken: list[Broken] = []
        self.edition: Edition = self.office.editions[0]
        self._to_come = deque(self.office.editions[1:])
        self.nodes = chance.choice((1, 1, 1, 2, 2, 3))
        self.machines = [Machine(self.edition) for _ in range(self.nodes)]
        self.calm = (self.office.days - 1) * _DAY + self.script.between(
            4, 15
        ) * 3600  # from then on
        self.end = self.office.days * _DAY + 16 * 3600 + 1800  # at 22:30, when everything is closed
        self.living: list[Life] = []
        self._gone: list[Life] = []  # kept, so that nothing of the dead is collected
        self._started = 0
        self._fault_in = self.script.turns_to_next()
        self._away_until = 0
        self.people = People(self)

    def now(self) -> datetime:
        """The world's clock; it never shows the same instant twice."""
        self.loop.micros += 1
        return BEGIN + timedelta(microseconds=self.loop.micros)

    def note(self, what: str) -> None:
        process = RUNNING.get()
        self.trace.append(Event(self.loop.micros, process.name if process else "-", what))

    # --- the play -----------------------------------------------------------------------------------

    def play(self) -> None:
        script, calm, end = self.script, self.calm, self.end
        self.database.begin(self._fault_of_ledger)
        for _ in self.office.editions[1:]:
            self._at(self._moment(), self._edit)
        for machine in self.machines:
            self._at(script.between(0, 60), self._start, machine)
        for _ in range(script.chance.choice((0, 2, 5, 10))):
            self._at(self._moment(), self.people.visit)
        for after in range(60, _VISITED, _VISITS):
            self._at(calm + after, self.people.visit)
        self.loop.run_until(int(calm * MICRO))
        script.is_calm = True
        self.note("calm")
        self.loop.run_until((end - 1200) * MICRO)
        self.people.visit()
        self.loop.run_until((end - 300) * MICRO)
        self.look_soon()
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

    def _moment(self) -> float:
        """When somebody does something: at any time, or just when something is due."""
        placed = [each.placed for each in self.edition.agenda.deliveries.values()]
        due = [(at - BEGIN).total_seconds() for at in sorted(placed)]
        due = [at for at in due if 0 < at < self.calm]
        if due and self.script.likely(0.6):
            near = self.script.chance.choice(due) + self.script.between(-120, 60)
            return max(near, 0.0)
        return self.script.between(0, self.calm)

    def _at(self, seconds: float, do: Any, *args: Any) -> None:
        self.loop.call_at(seconds, do, *args, context=Context())

    def run_in(self, seconds: float, do: Any, *args: Any) -> None:
        """Later, and as nobody's doing."""
        self._at(self.loop.time() + seconds, do, *args)

    def look_soon(self) -> None:
        """The running service looks every 30 seconds; here its looks are where something has happened."""
        longest = self.script.chance.choice((1, INTERVAL))
        for life in self.living:
            self.run_in(self.script.between(0, longest), life.look)

    def _start(self, machine: Machine) -> None:
        self._started += 1
        life = Life(self, f"node-{self._started}", machine)
        self.living.append(life)
        begin(self.loop, life.process, life.live)

    def _start_again(self, machine: Machine) -> None:
        longest = 60.0 if self.script.likely(0.7) or self.script.is_calm else 3 * 3600.0
        self.run_in(self.script.between(1, longest), self._start, machine)

    def ended(self, life: Life) -> None:
        """A process has come to its end by itself."""
        self.note("ended")
        self.living.remove(life)
        if life.publisher.calls.total():
            self.broken.append(Broken("a stop waits for the calls", life.process.name))
        if self.loop.micros < self.end * MICRO:
            self._start_again(life.machine)

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
                self.platform.forget(life.publisher.calls)
                self.living.remove(life)
                self._gone.append(life)
                self._start_again(life.machine)
                self.look_soon()
            case "frozen for seconds":
                self._freeze(process, self.script.between(1, 60))
            case "frozen for minutes":
                self._freeze(process, self.script.between(60, 900))
            case "stopped":
                life.stop()

    def _freeze(self, process: Process, seconds: float) -> None:
        process.is_frozen = True
        self.run_in(seconds, self.loop.wake, process)

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

    def _edit(self) -> None:
        """Staff save the next edition; on some machines it arrives later."""
        if not self._to_come:
            return
        edition = self.edition = self._to_come.popleft()
        self.script.happened[f"files edited: {edition.what}"] += 1
        self.trace.append(Event(self.loop.micros, "staff", edition.what))
        now = self.now()
        for machine in self.machines:
            late = self.nodes > 1 and self.script.pick("staff", among=("a node has older files",))
            if late:
                self.run_in(self.script.between(1, 900), self._arrive, machine, edition, now)
            else:
                machine.take(edition, now)
        self.look_soon()

    def _arrive(self, machine: Machine, edition: Edition, edited_at: datetime) -> None:
        machine.take(edition, edited_at)
        self.look_soon()

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
        look = Look(life.machine.edition, post, life.now())
        self.broken += at_the_last_look(look)

    def on_prepare(self, post: Post) -> None:
        """A post is being made ready: what comes now comes between its reservation and its commit."""
        self.people.at_upload(post)
        if self._to_come and self.script.pick("staff", among=("files edited during an upload",)):
            self.run_in(self.script.between(0, 0.2), self._edit)

    def on_publish(self, post: Post) -> None:
        """A call begins: the ledger has given leave."""
        refused = self.platform.refused.get(post.key.channel)
        query = "SELECT state FROM attempt WHERE id = ? AND state = 'deferred'"
        if refused is not None and self.database.rows(query, refused):
            self.broken.append(Broken("a refused token stops its channel", str(post.key)))

    def happened(self, what: str, detail: str = "") -> None:
        """People did something."""
        self.trace.append(Event(self.loop.micros, "people", f"{what} {detail}".rstrip()))
        self.script.happened[what.partition(":")[0]] += 1

    def on_log(self, told: Told) -> None:
        self.told.append(told)
        self.people.hear(told)
        self.note(f"log {told.event} {told.fields.get('key', '')} {told.fields.get('reason', '')}")
        if told.event in _PASSING:
            self.broken += Context().run(lambda: list(on_record(self.database)))
        if told.event in ("post.unknown", "attempt.unknown", "delivery.judged", "attempt.evidence"):
            self.script.happened[f"log {told.event}"] += 1


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

"""`python -m tests.faults --kills 500` kills the real service so often, on both databases, and counts what that did."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.database import Server, binaries, serving
from tests.faults.asleep import past_its_lease
from tests.faults.town import places
from tests.faults.world import Count, Kind, world
from tests.nursery import Nursery, nursery

ONE = Kind(places(none=6, page=1, forwards=1, timeline=2), cold_each=10)

# A node that was killed leaves its channels waiting for two minutes: hence many, with little to say each.
MANY = Kind(
    places(none=18, page=4, forwards=3, timeline=6),
    machines=3,
    on_all=False,
    ahead=1,
    slowest=0.08,
    cold_each=10,
    long_freezes=3,
)

# For the one that is frozen past its lease, and the one that goes on meanwhile.
TWO = Kind(places(none=2), machines=2)

# Of the kills, those with three nodes on PostgreSQL; the others are shared out among worlds on SQLite.
_SHARE = 0.4
_IN_ONE = 50


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    begun = time.perf_counter()
    count = asyncio.run(_all(options))
    print(*_summary(count, time.perf_counter() - begun), sep="\n")
    return int(bool(count.broken))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="how many (500)")
    parser.add_argument("--seed", type=int, default=1, help="of what is left to chance (1)")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database alone")
    parser.add_argument("--keep", type=Path, help="a new folder for the machines, kept afterwards")
    return parser.parse_args(arguments)


async def _all(options: argparse.Namespace) -> Count:
    total = Count()
    with ExitStack() as stack:
        if options.keep is not None:
            options.keep.mkdir()
        folder = options.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-"))
        )
        server = None
        if options.only != "sqlite":
            if binaries() is None:
                print("there is no PostgreSQL here: SQLite alone (`make postgresql` installs it)")
            else:
                server = stack.enter_context(serving())
        share = {"sqlite": 0.0, "postgresql": 1.0}.get(options.only, _SHARE) if server else 0.0
        on_server = round(options.kills * share)
        nursed = stack.enter_context(nursery())
        async with asyncio.TaskGroup() as worlds:
            play = _Play(folder, nursed, total, worlds)
            worlds.create_task(play.on_files(options.kills - on_server, options.seed))
            if server is not None and on_server:
                worlds.create_task(play.one(MANY, "postgresql", options.seed, on_server, server))
            if server is not None:
                # On a server that nobody stops.
                worlds.create_task(play.asleep(stack.enter_context(serving())))
    return total


@dataclass
class _Play:
    """Worlds on their way: while one runs out, the next begins."""

    folder: Path
    nursed: Nursery
    total: Count
    worlds: asyncio.TaskGroup

    async def on_files(self, kills: int, seed: int) -> None:
        for number in range(1, 1 + -(-kills // _IN_ONE)):
            killed = asyncio.Event()
            some = min(_IN_ONE, kills - (number - 1) * _IN_ONE)
            self.worlds.create_task(
                self.one(ONE, f"sqlite{number}", seed + number, some, killed=killed)
            )
            await killed.wait()

    async def one(
        self,
        kind: Kind,
        name: str,
        seed: int,
        kills: int,
        server: Server | None = None,
        killed: asyncio.Event | None = None,
    ) -> None:
        begun = time.perf_counter()
        folder = self.folder / name
        folder.mkdir()
        async with world(kind, folder, self.nursed, seed=seed, server=server) as played:
            await played.kill(kills)
            if killed is not None:
                killed.set()
            count = await played.end()
        self.total.join(count)
        took = time.perf_counter() - begun
        print(
            f"{name:12} {count.kills:4} kills in {played.killing:4.0f} s, {count.public:5} public, "
            f"settled after {took:4.0f} s, {len(count.broken)} promises broken",
            flush=True,
        )

    async def asleep(self, server: Server) -> None:
        """One node frozen between its commit and its first byte, until its lease is over."""
        folder = self.folder / "asleep"
        folder.mkdir()
        async with world(TWO, folder, self.nursed, seed=0, server=server) as two:
            found = await past_its_lease(two)
        if found:
            self.total.broken["a node that woke too late"] = found
        self.total.freezes += 1
        print(f"asleep       past its lease, {len(found)} promises broken", flush=True)


def _summary(count: Count, seconds: float) -> Iterator[str]:
    for number, name in (
        (count.kills, "kills"),
        (count.starts, "starts"),
        (count.freezes, "freezes"),
        (count.falls, "falls of the database"),
        (count.cuts, "times all its connections were cut"),
        (count.sends, "sends by the sandbox's count"),
        (count.public, "public by the sandbox's count"),
        (len(count.broken.get("twice", ())), "twice"),
        (count.published, "published by the ledger"),
        (count.round_ups, "of them round-ups"),
        (count.found, "of them found by look-up"),
        (count.unknown, "unknown"),
        (count.verdicts, "verdicts"),
        (count.stopped, "stopped channels that an admin resumed"),
        (round(seconds), "seconds"),
    ):
        yield f"{number:9}  {name}"
    for promise, found in count.broken.items():
        yield f"BROKEN: {promise}: {len(found)}"
        yield from (f"    {each}" for each in found[:5])


if __name__ == "__main__":
    sys.exit(main())

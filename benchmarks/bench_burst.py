"""How fast a burst goes out: 20 posts on each of 50 Telegram channels, all due at the same instant.

Run as `python benchmarks/bench_burst.py`; exits with 1 where the engine makes less than half as many posts a
second as python-telegram-bot alone, with the same messages and as many at a time. The engine is whole: real
files, a real ledger that is on disk at each commit, the real publisher over real sockets. Only the pace is
off: no gap, and no rate of the platform. The two take turns against the same server in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from stand_in import TOKEN, StandIn, served
from telegram import Bot, LinkPreviewOptions
from telegram.request import HTTPXRequest

from bot.engine import Engine
from bot.ledger import Ledger, create
from bot.load.library import Library
from bot.publishers.registry import Credentials, Publishers
from bot.render import Unfit, render
from tests.database import binaries, serving

BOUND = 0.5  # of the posts a second that python-telegram-bot makes alone

ZONE = ZoneInfo("Europe/Rome")
DUE = datetime(2030, 6, 14, 10, tzinfo=ZONE).astimezone(UTC)

SCHEDULE = """\
timezone: Europe/Rome
announce: [1 day before at 10:00]
hours: {days: daily, from: "00:00", to: "23:59"}
holidays: none
gap: 0 minutes
per_day: 1000
"""

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Took:
    """What a run came to."""

    rate: float  # posts a second
    busy: float  # the share of the run in which the server's process was at work


@dataclass
class Clock:
    """Stands still until it is let go; then it passes as any does."""

    at: datetime
    since: float | None = None

    def now(self) -> datetime:
        if self.since is None:
            return self.at
        return self.at + timedelta(seconds=time.perf_counter() - self.since)

    def go_on_from(self, moment: datetime) -> None:
        self.at, self.since = moment, time.perf_counter()


def write_files(folder: Path, channels: int, items: int) -> None:
    content, schedules = folder / "content", folder / "schedules"
    content.mkdir()
    schedules.mkdir()
    (schedules / "burst.yaml").write_text(SCHEDULE, encoding="utf-8")
    lines = ["channels:"]
    for number in range(channels):
        chat = f"{{platform: telegram, chat: '@an_example_{number:02}', language: it, schedule: burst}}"
        lines.append(f"  telegram-{number:02}: {chat}")
    (schedules / "channels.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["year: 2030", "link: https://example.org/2030-06", "items:"]
    for number in range(items):
        title = f"Incontro numero {number} con i giovani della città"
        where = "where: 'Torino, piazza Palazzo di Città 1'"
        lines.append(
            f"  - {{id: item-{number}, status: ready, title: {title}, when: 15 giugno, {where}}}"
        )
    (content / "2030-06.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def library(folder: Path) -> Library:
    found = Library(folder / "content", folder / "schedules", settling=timedelta(0))
    assert not found.current.problems, found.current.problems[:3]
    return found


def messages(files: Library) -> dict[str, list[Params]]:
    """By channel, what the engine will send."""
    agenda = files.current.agenda
    found: dict[str, list[Params]] = defaultdict(list)
    for delivery in agenda.deliveries.values():
        channel = agenda.channels[delivery.key.channel]
        post = render(agenda.items, delivery, channel, at=DUE, zone=ZONE)
        assert not isinstance(post, Unfit), post
        found[channel.name].append(post.request["params"])
    return found


async def ours(server: StandIn, files: Library, database: str) -> Took:
    """The engine, from the tick at which all are due to the last recorded."""
    clock = Clock(DUE - timedelta(minutes=1))
    store = create(database)
    credentials = Credentials(SecretStr(TOKEN), server.api)
    engine = Engine(
        Ledger(store, node="burst", clock=clock.now),
        Publishers(credentials, clock.now),
        lambda: files.current,
        rates={},
    )
    await engine.begin(alone=True)
    await engine.tick()
    server.seen()
    clock.go_on_from(DUE)
    start = time.perf_counter()
    planned = await engine.tick()
    await engine.settle()
    took = _took(server, start, len(planned.due))
    await engine.close()
    store.close()
    return took


async def theirs(server: StandIn, to_send: Mapping[str, Sequence[Params]], *, keep: bool) -> Took:
    """python-telegram-bot alone: a task for each channel, which sends one message after the other."""
    headers = {} if keep else {"headers": {"Connection": "close"}}
    http = HTTPXRequest(connection_pool_size=len(to_send), httpx_kwargs=headers)
    bot = Bot(TOKEN, base_url=server.api, request=http, get_updates_request=http)

    async def speak(params: Sequence[Params]) -> None:
        for each in params:
            given = dict(each)
            if preview := given.pop("link_preview_options", None):
                given["link_preview_options"] = LinkPreviewOptions(**preview)
            await bot.send_message(**given)

    server.seen()
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for params in to_send.values():
            group.create_task(speak(params))
    took = _took(server, start, sum(map(len, to_send.values())))
    await http.shutdown()
    return took


def _took(server: StandIn, start: float, expected: int) -> Took:
    seconds = time.perf_counter() - start
    seen = server.seen()
    assert len(seen.messages) == expected, f"{len(seen.messages)} of {expected} came"
    return Took(expected / seconds, seen.busy / seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=50)
    parser.add_argument("--items", type=int, default=20, help="posts on each channel")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sqlite", action="store_true", help="without PostgreSQL")
    given = parser.parse_args()
    logging.disable(logging.INFO)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        write_files(folder, given.channels, given.items)
        files = library(folder)
        to_send = messages(files)
        count = sum(map(len, to_send.values()))
        print(f"{count:,} posts due at once on {len(to_send)} channels, {given.rounds} rounds")
        server = stack.enter_context(served())
        databases: dict[str, Callable[[int], str]] = {
            "SQLite": lambda number: str(folder / f"ledger-{number}.db")
        }
        if not given.sqlite and binaries() is not None:
            postgresql = stack.enter_context(serving(durable=True))
            databases["PostgreSQL"] = lambda _: postgresql.database()
        runs: dict[str, list[Took]] = defaultdict(list)
        for number in range(given.rounds):
            runs["closed"].append(asyncio.run(theirs(server, to_send, keep=False)))
            for name, database in databases.items():
                runs[name].append(asyncio.run(ours(server, files, database(number))))
            runs["kept"].append(asyncio.run(theirs(server, to_send, keep=True)))
        print(_alone("python-telegram-bot alone, a connection for each message", runs["closed"]))
        print(_alone("python-telegram-bot alone, connections kept", runs["kept"]))
        ratios = {name: _ratio(runs[name], runs["closed"]) for name in databases}
        for name, ratio in ratios.items():
            of_kept = _ratio(runs[name], runs["kept"])
            print(
                f"{_alone(f'the engine, {name}, a connection for each message', runs[name])}: "
                f"ratio {ratio:.2f} ({of_kept:.2f} of connections kept)"
            )
        if "PostgreSQL" not in databases:
            print("the engine, PostgreSQL: not measured")
        holds = ratios["SQLite"] >= BOUND
        print(f"at least {BOUND} on SQLite: {'holds' if holds else 'MISSED'}")
    sys.exit(0 if holds else 1)


def _alone(what: str, runs: Sequence[Took]) -> str:
    rate = statistics.median(each.rate for each in runs)
    busy = statistics.median(each.busy for each in runs)
    return f"{what}: {rate:.0f} posts/s (the server at work {busy:.0%} of the time)"


def _ratio(some: Sequence[Took], others: Sequence[Took]) -> float:
    """The median of the ratios of the runs that took turns."""
    return statistics.median(a.rate / b.rate for a, b in zip(some, others, strict=True))


if __name__ == "__main__":
    main()

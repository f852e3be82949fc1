"""How late posts are with 100,000 deliveries in the agenda, beside a scheduler that does nothing else.

Run as `python benchmarks/bench_punctuality.py`; exits with 1 where the median or the 99th percentile of the
lateness (from the instant that the agenda gives a post to its last byte at the server) is more than 1.5 times
that of APScheduler alone, with one date job for each of the same messages and python-telegram-bot's `Bot` to
send them. Ours is the whole service: its clock, its look at a thousand files before each tick, its ledger on
disk. Each runs in a fresh process, and they take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from pydantic import SecretStr
from stand_in import TOKEN, StandIn, served
from telegram import Bot, LinkPreviewOptions
from telegram.request import HTTPXRequest

from bot.core.agenda import agenda
from bot.core.model import (
    AnnounceOn,
    Catalog,
    Item,
    Mark,
    Post,
    Precision,
    Span,
    Status,
    When,
    Words,
)
from bot.ledger import create
from bot.load.library import Library
from bot.publishers.registry import Credentials, Publishers
from bot.render import render
from bot.service import Service

BOUND = 1.5

CHANNELS = 8
FILES, EACH = 1_000, 7  # two deliveries of each item on each channel
DAYS = 730
ENDING = 2.0  # seconds after the last post

SCHEDULE = """\
timezone: UTC
announce: [7 days before at 10:00, 1 day before at 17:30]
hours: {days: daily, from: "00:00", to: "23:59"}
holidays: none
gap: 0 minutes
per_day: 1000
"""


def write_files(folder: Path) -> None:
    content, schedules = folder / "content", folder / "schedules"
    content.mkdir()
    schedules.mkdir()
    (schedules / "always.yaml").write_text(SCHEDULE, encoding="utf-8")
    channels = "".join(
        f"  telegram-{number}: {{platform: telegram, chat: '@an_example_{number}', language: it, "
        "schedule: always}\n"
        for number in range(CHANNELS)
    )
    (schedules / "channels.yaml").write_text(f"channels:\n{channels}", encoding="utf-8")
    first = datetime.now(UTC).date() + timedelta(days=9)
    for file in range(FILES):
        items = "".join(
            f"  - {{id: item-{number}, status: ready, title: Evento {number}, "
            f"when: {first + timedelta(days=number % DAYS)}}}\n"
            for number in range(file * EACH, (file + 1) * EACH)
        )
        text = f"year: {first.year}\nlink: https://example.org/\nitems:\n{items}"
        (content / f"{file:04}.yaml").write_text(text, encoding="utf-8")


def soon(catalog: Catalog, instants: Sequence[datetime]) -> dict[str, Item]:
    """An item for each instant, announced once, then, on one channel; the channels take turns.

    Their instants have seconds, for which files have no words: the agenda has.
    """
    names = sorted(catalog.channels)
    return {
        f"soon-{number}": Item(
            id=f"soon-{number}",
            status=Status.READY,
            when=_day(at.date() + timedelta(days=3)),
            words={"it": Words(f"Incontro {number}", link="https://example.org/")},
            mark=Mark("content/0000.yaml", 1, 1),
            revision="1",
            channels=(names[number % len(names)],),
            announce_on=(AnnounceOn(at.date(), at.time()),),
        )
        for number, at in enumerate(instants)
    }


def _day(day: date) -> When:
    return When((Span(day, day, Precision.DAY),), "", "it")


def instants_from(start: float, posts: int, seconds: float) -> list[datetime]:
    began = datetime.fromtimestamp(start, UTC)
    return [began + timedelta(seconds=seconds * number / posts) for number in range(posts)]


# --- the two that are compared, each in a process of its own ----------------------------------------


async def ours(api: str, folder: Path, posts: int, seconds: float) -> list[datetime]:
    library = Library(folder / "content", folder / "schedules", settling=timedelta(0))
    edition = library.current
    assert not edition.problems, edition.problems[:3]
    assert len(edition.agenda.deliveries) >= 100_000
    instants = instants_from(time.time() + 15, posts, seconds)
    items = soon(edition.catalog, instants)
    catalog = replace(edition.catalog, items={**edition.catalog.items, **items})
    made = agenda(catalog, edition.agenda, among=set(items))
    library.current = replace(edition, catalog=catalog, agenda=made)
    store = create(str(folder / "ledger.db"))
    publishers = Publishers(Credentials(SecretStr(TOKEN), api), lambda: datetime.now(UTC))
    service = asyncio.create_task(Service(library, store, publishers, node="bench", rates={}).run())
    await asyncio.sleep(instants[-1].timestamp() + ENDING - time.time())
    os.kill(os.getpid(), signal.SIGTERM)
    await service
    store.close()
    return instants


async def theirs(api: str, folder: Path, posts: int, seconds: float) -> list[datetime]:
    schedules = folder / "schedules"
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    catalog = Library(empty, schedules).current.catalog
    instants = instants_from(time.time() + 5, posts, seconds)
    catalog = replace(catalog, items=soon(catalog, instants))
    made = agenda(catalog)
    http = HTTPXRequest(connection_pool_size=256, httpx_kwargs={"headers": {"Connection": "close"}})
    bot = Bot(TOKEN, base_url=api, request=http, get_updates_request=http)

    async def send(post: Post) -> None:
        params = dict(post.request["params"])
        preview = params.pop("link_preview_options", None)
        if preview:
            params["link_preview_options"] = LinkPreviewOptions(**preview)
        await bot.send_message(**params)

    scheduler = AsyncIOScheduler(timezone=UTC)
    for delivery in made.deliveries.values():
        channel = made.channels[delivery.key.channel]
        post = render(made.items, delivery, channel, at=delivery.placed, zone=ZoneInfo("UTC"))
        assert isinstance(post, Post), post
        scheduler.add_job(
            send, "date", run_date=delivery.placed, args=[post], misfire_grace_time=None
        )
    scheduler.start()
    await asyncio.sleep(instants[-1].timestamp() + ENDING - time.time())
    scheduler.shutdown()
    await http.shutdown()
    return instants


# --- the comparison ---------------------------------------------------------------------------------


def lateness(server: StandIn, kind: str, folder: Path, posts: int, seconds: float) -> list[float]:
    """Milliseconds of each post."""
    server.seen()
    words = [sys.executable, __file__, kind, server.api, str(folder), str(posts), str(seconds)]
    answer = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    due = json.loads(answer.stdout)
    came = {}
    for text, at in server.seen().messages:
        found = re.search(r"Incontro (\d+)", text)
        assert found, text
        came[int(found[1])] = at
    assert len(came) == posts, f"{len(came)} of {posts} came"
    return [(came[number] - at) * 1_000 for number, at in enumerate(due)]


def _at(place: float, rounds: Sequence[Sequence[float]]) -> float:
    """The median over the rounds of what stands at `place` (0 to 1) of each."""
    return statistics.median(sorted(each)[int(place * (len(each) - 1))] for each in rounds)


def main() -> None:
    if sys.argv[1:2] in (["ours"], ["theirs"]):
        kind, api, place, count, span = sys.argv[1:]
        logging.disable(logging.WARNING)
        run = ours if kind == "ours" else theirs
        instants = asyncio.run(run(api, Path(place), int(count), float(span)))
        print(json.dumps([each.timestamp() for each in instants]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0, help="over which they are spread")
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    late: dict[str, list[list[float]]] = {"theirs": [], "ours": []}
    with served() as server:
        for _ in range(given.rounds):
            for kind, rounds in late.items():
                with tempfile.TemporaryDirectory() as folder:
                    write_files(Path(folder))
                    rounds.append(lateness(server, kind, Path(folder), given.posts, given.seconds))
    print(
        f"{given.posts} posts in {given.seconds:g} s on {CHANNELS} channels, "
        f"{FILES * EACH * CHANNELS * 2:,} more in the agenda, {given.rounds} round(s)"
    )
    holds = True
    for name, at in (("median", 0.5), ("99th percentile", 0.99)):
        alone, service = (_at(at, late[which]) for which in ("theirs", "ours"))
        fits = service <= BOUND * alone
        holds = holds and fits
        print(
            f"{name} of the lateness: the service {service:.1f} ms, APScheduler alone {alone:.1f} ms, "
            f"ratio {service / alone:.2f}, at most {BOUND}: {'holds' if fits else 'MISSED'}"
        )
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()

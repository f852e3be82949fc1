"""What the ledger costs: posts through it by one node and by several, and each question with a long past.

Run as `python benchmarks/bench_ledger.py`; exits with 1 where a question costs more with a million attempts
than `SAME` times what it costs with a thousand. The thousand are the latest of the million: both channels
speak as often, one ledger is three days old and the other ten years.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from triples import CHANNELS, COLUMNS, channel, post_of, row

from bot.core.model import Published
from bot.ledger import Ledger, Pace, Reserved, Sending, create, open_store
from bot.ledger import tables as t
from tests.database import binaries, serving

SAME = 2.0  # a deeper tree, colder pages and a busy machine are all that may make a difference

ITEMS = 60_000
YEARS = 10
QUESTIONS = 30  # how often each is asked
NOW = datetime(2030, 6, 14, 12, tzinfo=UTC)


# --- posts through the ledger -----------------------------------------------------------------------


def report_triples(databases: dict[str, Callable[[], str]], count: int, rounds: int) -> None:
    for name, database in databases.items():
        for nodes in (1, 2, 4) if name == "PostgreSQL" else (1,):
            rates: dict[str, list[float]] = defaultdict(list)
            for _ in range(rounds):
                for kind in ("bare", "ledger"):
                    rates[kind].append(_together(kind, _empty(database()), nodes, count // nodes))
            ours, theirs = (statistics.median(rates[kind]) for kind in ("ledger", "bare"))
            ratio = statistics.median(
                a / b for a, b in zip(rates["ledger"], rates["bare"], strict=True)
            )
            print(
                f"reserve, commit, record, {name}, {nodes} node(s): {ours:.0f} posts/s; "
                f"bare SQL {theirs:.0f}; ratio {ratio:.2f}"
            )


def _together(kind: str, database: str, nodes: int, count: int) -> float:
    """Posts a second of so many nodes at once, each with so many posts."""
    program = Path(__file__).with_name("triples.py")
    processes = [
        subprocess.Popen(
            [sys.executable, program, kind, database, str(node), str(count), str(nodes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for node in range(nodes)
    ]
    for each in processes:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n", "it has begun"
    start = time.perf_counter()
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in processes:
        assert each.stdout is not None
        assert each.stdout.readline(), "it came to its end"
    seconds = time.perf_counter() - start
    for each in processes:
        each.communicate()
    return nodes * count / seconds


def _empty(database: str) -> str:
    """A ledger that knows the channels."""
    store = create(database)
    Ledger(store, node="bench").meet(map(channel, range(CHANNELS)), [])
    store.close()
    return database


# --- a long past ------------------------------------------------------------------------------------


def attempts(count: int, of: int) -> Iterator[tuple[Any, ...]]:
    """The latest `count` attempts of a ledger of `of`, oldest first, as rows of the database.

    Each item is spoken of in a stretch of the years: by one step on every channel, then by the next.
    """
    chance = random.Random(2030)
    span = timedelta(days=365 * YEARS) / of
    steps = ("start-7d", "start-1d", "start", "end-3d")
    made = row(*post_of("item", "channel", NOW), "id", "node-old", NOW)
    for number in range(of - count, of):
        turn, to = number // CHANNELS, number % CHANNELS
        item, step = f"item-{number * ITEMS // of}", steps[turn % len(steps)]
        at, later = (
            t.as_text(NOW - timedelta(hours=1) - span * (of - number) + timedelta(seconds=each))
            for each in (0, 1)
        )
        made |= {
            "id": str(UUID(int=chance.getrandbits(128), version=4)),
            "key": f"{item}/1/-/{step}/channel-{to}/announce",
            "item": item,
            "step": step,
            "channel": f"channel-{to}",
            "seq": turn + 1,
            "state": "published",
            **dict.fromkeys(("due", "reserved_at", "committed_at", "lease_until"), at),
            "ended_at": later,
            "external_id": str(number + 1),
        }
        if number % 50 == 0:  # some did not come to be
            made |= {"state": "deferred", "committed_at": None, "external_id": None}
        yield tuple(made[name] for name in COLUMNS)


def fill(database: str, count: int, of: int) -> str:
    """An empty ledger filled with attempts."""
    columns = ", ".join(COLUMNS)
    highest = of // CHANNELS + 1
    long_ago = t.as_text(NOW - timedelta(days=366 * YEARS))
    met = f"UPDATE channel SET seq = {highest}, since = '{long_ago}'"
    seen = "INSERT INTO seen (item, at) VALUES "
    items = [(f"item-{number}", long_ago) for number in range(ITEMS if count == of else 100)]
    if "://" in database:
        with psycopg.connect(database) as server:
            with server.cursor().copy(f"COPY attempt ({columns}) FROM STDIN") as copy:
                for each in attempts(count, of):
                    copy.write_row(each)
            server.cursor().executemany(f"{seen} (%s, %s)", items)
            server.execute(met)
            server.commit()
            server.autocommit = True
            server.execute("VACUUM ANALYZE")
        return database
    marks = ", ".join("?" * len(COLUMNS))
    with closing(sqlite3.connect(database)) as file, file:
        file.execute("PRAGMA synchronous=OFF")
        file.executemany(f"INSERT INTO attempt ({columns}) VALUES ({marks})", attempts(count, of))
        file.executemany(f"{seen} (?, ?)", items)
        file.execute(met)
    return database


def measure(database: str, rounds: int) -> dict[str, tuple[float, bool]]:
    """Milliseconds of each question, the least of some, and whether it is bound to cost the same."""
    now = NOW
    store = open_store(database)
    ledger = Ledger(store, node="bench", clock=lambda: now)
    items = [f"item-{number}" for number in range(ITEMS - 100, ITEMS)]
    pace = Pace(timedelta(0), 1_000_000, NOW.replace(hour=0))
    took: dict[str, list[float]] = defaultdict(list)
    free: set[str] = set()
    month = NOW.replace(day=1, hour=0)

    def timed(name: str, do: Callable[[], Any], *, bound: bool = True) -> Any:
        start = time.perf_counter()
        answer = do()
        took[name].append((time.perf_counter() - start) * 1_000)
        if not bound:
            free.add(name)
        return answer

    ledger.nodes.beat("1", NOW, alone=True)
    timed("history, first read, 100 items in the files", lambda: ledger.history(items), bound=False)
    for number in range(rounds):
        now += timedelta(seconds=1)
        timed("history, nothing new", lambda: ledger.history(items))
        timed("sweep", lambda: ledger.sweep(alone=False))
        timed("looks.due", ledger.looks.due)
        timed("looks.next", ledger.looks.next)
        timed("notices.verdicts", ledger.notices.verdicts)
        timed("notices.unknown", ledger.notices.unknown)
        timed("orders.remind", ledger.orders.remind)
        timed("orders.pauses", ledger.orders.pauses)
        timed("nodes.beat", lambda: ledger.nodes.beat("1", NOW, alone=True))
        timed("nodes.all", ledger.nodes.all)
        delivery, post = post_of(f"new-{number}", f"channel-{number % CHANNELS}", now)
        reserved = timed(
            "reserve",
            lambda: ledger.reserve(delivery, post, pace=pace, revision="1"),  # noqa: B023
        )
        assert isinstance(reserved, Reserved), reserved
        sending = timed("commit", lambda: ledger.commit(reserved.attempt_id, pace=pace))  # noqa: B023
        assert isinstance(sending, Sending), sending
        done = Published(str(10_000_000 + number))
        timed("record", lambda: ledger.record(reserved.attempt_id, done))  # noqa: B023
        timed("history, after a post", lambda: ledger.history(items))
        item = f"item-{ITEMS - 1 - number}"
        timed("log --item", lambda: ledger.attempts(item=item))  # noqa: B023
        timed("spent, this month so far", lambda: ledger.spent("channel-1", month), bound=False)
    store.close()
    return {name: (statistics.median(each), name not in free) for name, each in took.items()}


def report_past(databases: dict[str, Callable[[], str]], few: int, many: int, rounds: int) -> bool:
    """Does every question cost the same?"""
    missed = 0
    for name, database in databases.items():
        start = time.perf_counter()
        of_few, of_many = (fill(_empty(database()), count, many) for count in (few, many))
        print(f"{name}: {few:,} and {many:,} attempts, made in {time.perf_counter() - start:.0f} s")
        young, old = measure(of_few, rounds), measure(of_many, rounds)
        for question, (a, is_bound) in young.items():
            b, _ = old[question]
            is_missed = is_bound and b / a > SAME
            missed += is_missed
            verdict = "" if not is_bound else " MISSED" if is_missed else " holds"
            print(f"  {question}: {a:.2f} ms, {b:.2f} ms, ratio {b / a:.2f}{verdict}")
    return not missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000, help="through the ledger, in each run")
    parser.add_argument("--few", type=int, default=1_000, help="attempts of the young ledger")
    parser.add_argument("--many", type=int, default=1_000_000, help="attempts of the old one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("posts", "past"), help="one half alone")
    parser.add_argument("--sqlite", action="store_true", help="without PostgreSQL")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        files = iter(range(1_000))
        databases: dict[str, Callable[[], str]] = {
            "SQLite": lambda: str(folder / f"{next(files)}.db")
        }
        if given.sqlite or binaries() is None:
            print("PostgreSQL: not measured")
        else:
            databases["PostgreSQL"] = stack.enter_context(serving(durable=True)).database
        holds = True
        if given.only != "past":
            report_triples(databases, given.posts, given.rounds)
        if given.only != "posts":
            holds = report_past(databases, given.few, given.many, QUESTIONS)
            print(
                f"as dear with {given.many:,} as with {given.few:,}: {'holds' if holds else 'MISSED'}"
            )
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()

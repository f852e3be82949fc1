"""What the audit trail costs: posts a second with it, against posts a second where no entry is written.

The engine, the publisher and the ledger are those of `bench_desk.py`. Run as `python benchmarks/bench_audit.py`;
the two take turns, and the median of their ratios counts. Exits with 1 where it is below the bound. With
`--entries N` it also tells how long `verify` takes on a trail of so many entries, and how much memory.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bench_desk import ITEMS, Says, files, seconds, untold
from sqlalchemy import insert

from bot.ledger import Store, create, open_store
from bot.ledger import tables as t
from bot.ledger.audit import fact
from bot.ledger.book import lock
from bot.ledger.kept import ATTEMPT
from bot.ledger.verify import Report, verify

BOUND = 0.95
BEGAN = datetime(2021, 5, 13, tzinfo=UTC)
_AT_ONCE = 5000


class Took(NamedTuple):
    """What a run came to, in seconds."""

    wall: float
    worked: float  # of the processors


def took(says: Says) -> Took:
    worked = time.process_time()
    wall = asyncio.run(seconds(says, watched=False))
    return Took(wall, time.process_time() - worked)


def cost(rounds: int) -> float:
    """The median ratio of posts a second, with against without."""
    says = files()
    with_it: list[Took] = []
    without: list[Took] = []
    for _ in range(rounds):
        with untold():
            without.append(took(says))
        with_it.append(took(says))
    posts = 2 * ITEMS
    pairs = list(zip(without, with_it, strict=True))
    ratio = statistics.median(one.wall / other.wall for one, other in pairs)
    worked = statistics.median(one.worked / other.worked for one, other in pairs)
    print(f"{posts} posts, {rounds} rounds")
    for name, runs in (("without the trail", without), ("with it", with_it)):
        print(f"  {name:17} {posts / statistics.median(each.wall for each in runs):6.0f} posts/s")
    print(f"  ratio             {ratio:6.3f}  (at least {BOUND})")
    print(f"  of the processors' time alone {worked:6.3f}")
    return ratio


def grow(store: Store, entries: int) -> None:
    """A trail of so many entries, two for each attempt."""
    with store.writing() as db:
        db.execute(
            insert(t.channel).values(
                name="telegram-it", platform="telegram", address="@a", since=BEGAN, seq=0
            )
        )
    for begin in range(0, entries // 2, _AT_ONCE):
        with store.writing() as db:
            row = lock(db, "telegram-it")
            assert row is not None
            rows = [_attempt(number) for number in range(begin, begin + _AT_ONCE)]
            db.execute(insert(t.attempt), rows)
            told = []
            for each in rows:
                before = each | {"state": "sending", "url": None, "ended_at": None}
                told.append(fact("sending", ATTEMPT, each["id"], before))
                told.append(fact("published", ATTEMPT, each["id"], each))
            row.chain.write(db, BEGAN, *told)


def _attempt(number: int) -> dict[str, object]:
    item = f"item-{number:07}"
    at = BEGAN + timedelta(minutes=number)
    return {
        "id": f"{number * 2654435761 % 2**32:08x}-0000-4000-8000-000000000000",
        "seq": number,
        "key": f"{item}/1/-/start-1d/telegram-it/announce",
        "item": item,
        "edition": 1,
        "occurrence": "-",
        "step": "start-1d",
        "channel": "telegram-it",
        "act": "announce",
        "state": "published",
        "node": "bench",
        "due": at,
        "deadline": at,
        "reserved_at": at,
        "lease_until": at,
        "committed_at": at,
        "ended_at": at,
        "external_id": str(number),
        "url": f"https://t.me/a/{number}",
        "reason": "",
        "cost": 0,
        "text": "Festa " * 40,
        "digest": "0" * 64,
        "request": "{}" * 300,
        "facts": "{}" * 50,
        "revision": "0" * 64,
    }


def checking(entries: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/ledger.db"
        store = create(path)
        grow(store, entries)
        store.close()
        # In a process of its own: its peak is not that of what came before.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
            print(executor.submit(_checked, path).result())


def _checked(path: str) -> str:
    store = open_store(path)
    before = _peak()
    report = Report()
    start = time.perf_counter()
    faults = sum("channel" not in each.where for each in verify(store, None, report))
    took = time.perf_counter() - start
    more = (_peak() - before) / 1024
    store.close()
    return (
        f"verify: {report.entries:,} entries, {report.rows:,} rows, {faults} faults\n"
        f"  {took:.1f} s, {report.entries / took:,.0f} entries/s, {more:.0f} MB more"
    )


def _peak() -> int:
    """The most memory that this process ever had, in kB. Not `getrusage`, which counts its parent's, too."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--entries", type=int, default=0)
    given = parser.parse_args()
    logging.getLogger("banditore").setLevel(logging.CRITICAL)
    ratio = cost(given.rounds)
    if given.entries:
        checking(given.entries)
    sys.exit(0 if ratio >= BOUND else 1)


if __name__ == "__main__":
    main()

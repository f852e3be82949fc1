"""One node that takes posts through the ledger as fast as it goes: reserve, commit, record, and again.

Run by bench_ledger.py, several at a time: `python triples.py ledger|bare DATABASE NODE COUNT NODES`. It says
`ready`, waits for a line, and then prints the seconds that its posts took. `bare` writes the same rows with
the database's own client: three transactions, each of which locks the channel's row, and asks nothing of all
that the ledger asks before it lets a post through.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg

from bot.core.model import Channel, Delivery, Key, Platform, Post, Published
from bot.ledger import Ledger, Pace, Reserved, Sending, open_store
from bot.ledger import tables as t
from bot.ledger.rows import row_of

CHANNELS = 8


def channel(number: int) -> Channel:
    return Channel(f"channel-{number}", Platform.TELEGRAM, f"@an_example_{number}", "it", "always")


def post_of(item: str, channel_name: str, now: datetime) -> tuple[Delivery, Post]:
    key = Key(item, 1, "-", "start-7d", channel_name)
    due, deadline = now, now + timedelta(days=1)
    delivery = Delivery(key, Platform.TELEGRAM, None, 0, due, due, deadline)
    text = "Incontro con i giovani della città\nsabato 15 giugno, ore 18:30\nTorino, piazza Palazzo di Città 1"
    request = {"method": "sendMessage", "params": {"chat_id": "@an_example", "text": text}}
    facts = {"title": "Incontro con i giovani della città", "part": "-", "dates": "2030-06-15"}
    return delivery, Post(key, Platform.TELEGRAM, text, request, len(text), 4096, Decimal(0), facts)


def through_the_ledger(database: str, node: str) -> Callable[[str, str, str], None]:
    ledger = Ledger(open_store(database), node=node)
    began = ledger.now().replace(hour=0, minute=0, second=0, microsecond=0)
    pace = Pace(timedelta(0), 1_000_000, began)

    def triple(item: str, channel_name: str, external_id: str) -> None:
        delivery, post = post_of(item, channel_name, ledger.now())
        reserved = ledger.reserve(delivery, post, pace=pace, revision="1")
        assert isinstance(reserved, Reserved), reserved
        sending = ledger.commit(reserved.attempt_id, pace=pace)
        assert isinstance(sending, Sending), sending
        ledger.record(reserved.attempt_id, Published(external_id))

    return triple


COLUMNS = [column.name for column in t.attempt.columns]


def bare(database: str, node: str) -> Callable[[str, str, str], None]:
    is_server = "://" in database
    connection: Any
    if is_server:
        connection = psycopg.connect(database, autocommit=True)
    else:
        connection = sqlite3.connect(database, isolation_level=None, timeout=5)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
    mark = "%s" if is_server else "?"
    begin = "BEGIN" if is_server else "BEGIN IMMEDIATE"
    lock = f"UPDATE channel SET seq = seq + 1 WHERE name = {mark} RETURNING seq"
    insert = (
        f"INSERT INTO attempt ({', '.join(COLUMNS)}) VALUES ({', '.join([mark] * len(COLUMNS))})"
    )
    move = f"UPDATE attempt SET state = {mark}, seq = {mark}, {{}} WHERE id = {mark} AND state = {mark}"
    to_sending = move.format(f"committed_at = {mark}, lease_until = {mark}")
    to_published = move.format(f"ended_at = {mark}, external_id = {mark}")

    def transaction(channel_name: str, sql: str, make: Callable[[int], Sequence[Any]]) -> None:
        connection.execute(begin)
        [seq] = connection.execute(lock, (channel_name,)).fetchone()
        connection.execute(sql, make(seq))
        connection.execute("COMMIT")

    def triple(item: str, channel_name: str, external_id: str) -> None:
        now = datetime.now(UTC)
        made = row(*post_of(item, channel_name, now), str(uuid4()), node, now)
        at, until = t.as_text(now), t.as_text(now + timedelta(minutes=2))
        values = [made[name] for name in COLUMNS]
        place = COLUMNS.index("seq")
        transaction(channel_name, insert, lambda seq: [*values[:place], seq, *values[place + 1 :]])
        of_commit = ("sending", at, until, made["id"], "reserved")
        transaction(channel_name, to_sending, lambda seq: (of_commit[0], seq, *of_commit[1:]))
        of_end = ("published", at, external_id, made["id"], "sending")
        transaction(channel_name, to_published, lambda seq: (of_end[0], seq, *of_end[1:]))

    return triple


def row(
    delivery: Delivery, post: Post, attempt_id: str, node: str, now: datetime
) -> dict[str, Any]:
    """A reserved attempt, as it stands in the database."""
    empty: dict[str, Any] = {
        column.name: None if column.nullable else "" for column in t.attempt.columns
    }
    made = empty | row_of(delivery, post, attempt_id)
    made |= {"seq": 1, "state": "reserved", "node": node, "reserved_at": now, "revision": "1"}
    made |= {"lease_until": now + timedelta(minutes=1), "looks": 0, "look_cost": 0, "cost": 0}
    return {
        name: t.as_text(value) if isinstance(value, datetime) else value
        for name, value in made.items()
    }


def main() -> None:
    kind, database, node, count, of_nodes = sys.argv[1:]
    triple = (through_the_ledger if kind == "ledger" else bare)(database, f"node-{node}")
    # Each node has channels of its own: what the ledger costs, not how long one waits for another's post.
    nodes = int(of_nodes)
    mine = [f"channel-{each}" for each in range(CHANNELS) if each % nodes == int(node)]

    def send(number: int) -> None:
        name = f"{kind}-{nodes}-{node}-{number}"
        triple(name, mine[number % len(mine)], str(number + 1))

    for number in range(20):
        send(number)
    print("ready", flush=True)
    sys.stdin.readline()
    start = time.perf_counter()
    for number in range(20, 20 + int(count)):
        send(number)
    print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()

"""Two criers on one ledger, at the same instant."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest
from sqlalchemy import select, update

from bot.core.agenda import agenda
from bot.core.model import Delivery, Post, Published
from bot.ledger import Ledger, Pace, Refused, Reserved, Sending, Store, open_store
from bot.ledger import tables as t
from tests.core.build import TELEGRAM, at, catalog, days, item

T = TypeVar("T")

ROUNDS = 50
NOW = at("2021-05-13 10:00")
[DELIVERY, _] = agenda(catalog(item("festa", days("2021-05-20")))).deliveries.values()
NO_PACE = Pace(timedelta(0), 1000, at("2021-05-13 00:00"))


@dataclass
class Clock:
    """One for all nodes."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stores(database: str) -> Iterator[list[Store]]:
    """Of two nodes."""
    opened = [open_store(database), open_store(database)]
    yield opened
    for each in opened:
        each.close()


@pytest.fixture
def nodes(stores: list[Store], clock: Clock) -> list[Ledger]:
    names = ("one", "two")
    made = [
        Ledger(store, clock=clock, node=name) for store, name in zip(stores, names, strict=True)
    ]
    made[0].meet([TELEGRAM], ["festa"])
    return made


def delivery(name: str) -> Delivery:
    return replace(DELIVERY, key=DELIVERY.key._replace(item=name))


def post(of: Delivery) -> Post:
    return Post(
        key=of.key,
        platform=of.platform,
        text="Festa",
        request={"method": "sendMessage"},
        length=5,
        limit=4096,
        cost=Decimal(0),
    )


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Make all calls at the same instant, each in a thread, and return their answers in order."""
    barrier = threading.Barrier(len(calls))
    answers: dict[int, T] = {}

    def run(number: int) -> None:
        barrier.wait()
        answers[number] = calls[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(calls))]


def test_of_two_nodes_that_reserve_one_delivery_exactly_one_gets_it(nodes: list[Ledger]) -> None:
    for number in range(ROUNDS):
        wanted = delivery(f"festa-{number}")

        def reserve(node: Ledger, wanted: Delivery = wanted) -> Reserved | Refused:
            return node.reserve(wanted, post(wanted), pace=NO_PACE, revision="1")

        got = at_once(lambda: reserve(nodes[0]), lambda: reserve(nodes[1]))
        assert sorted(type(each).__name__ for each in got) == ["Refused", "Reserved"]
    assert len(nodes[0].attempts()) == ROUNDS


def test_of_two_posts_of_a_channel_within_its_gap_exactly_one_is_committed(
    nodes: list[Ledger], clock: Clock
) -> None:
    pace = Pace(timedelta(minutes=30), 10**6, at("2021-05-13 00:00"))
    for number in range(ROUNDS):
        clock.now += timedelta(hours=1)
        reserved = []
        for node, name in zip(nodes, ("a", "b"), strict=True):
            wanted = replace(delivery(f"{name}-{number}"), deadline=clock.now + timedelta(days=1))
            taken = node.reserve(wanted, post(wanted), pace=pace, revision="1")
            assert isinstance(taken, Reserved)
            reserved.append(taken.attempt_id)

        def commit(which: int, taken: list[str] = reserved) -> Sending | Refused:
            return nodes[which].commit(taken[which], pace=pace)

        got = at_once(lambda: commit(0), lambda: commit(1))
        assert sorted(type(each).__name__ for each in got) == ["Refused", "Sending"]
        [sent] = [each for each in got if isinstance(each, Sending)]
        nodes[0].record(sent.attempt_id, Published(str(number)))


def test_a_reader_sees_one_instant(stores: list[Store], nodes: list[Ledger]) -> None:
    reader, writer = stores
    query = select(t.channel.c.seq)
    with reader.reading() as db:
        before = db.scalar(query)
        with writer.writing() as other:  # nor does it keep a writer waiting
            other.execute(update(t.channel).values(seq=t.channel.c.seq + 1))
        assert db.scalar(query) == before
    with reader.reading() as db:
        assert db.scalar(query) == (before or 0) + 1

"""The ledger's thread: calls that come at once share a transaction, and nothing else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.core.model import Delivery
from bot.engine.together import Together
from bot.ledger import Ledger, Refused, Reserved, Sending, Store, create
from bot.ledger import tables as t
from tests.core.build import TELEGRAM
from tests.ledger.build import FIRST, NO_PACE, Clock, post


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = create(str(tmp_path / "ledger.db"))
    yield made
    made.close()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    made = Ledger(store, node="test", clock=Clock())
    made.meet([TELEGRAM], [])
    return made


def at_once(ledger: Ledger, *calls: Callable[[], object]) -> list[Future[object]]:
    """Have all of them wait when the thread turns to them; all are over when this returns."""
    together, free = Together(ledger), threading.Event()
    together.submit(free.wait)
    futures = [together.submit(call) for call in calls]
    free.set()
    together.shutdown()
    return futures


def reserving(ledger: Ledger, delivery: Delivery) -> Callable[[], Reserved | Refused]:
    return lambda: ledger.reserve(delivery, post(delivery), pace=NO_PACE, revision="1")


DELIVERIES = [replace(FIRST, key=FIRST.key._replace(item=name)) for name in "abc"]


def states(store: Store) -> list[str]:
    with store.reading() as db:
        return [row.state for row in db.execute(t.attempt.select().order_by(t.attempt.c.item))]


def test_each_gets_its_own_answer(ledger: Ledger, store: Store) -> None:
    a, b, again = at_once(
        ledger,
        *(reserving(ledger, each) for each in DELIVERIES[:2]),
        reserving(ledger, DELIVERIES[0]),
    )
    assert isinstance(a.result(), Reserved)
    assert isinstance(b.result(), Reserved)
    assert again.result() == Refused("an earlier attempt is reserved")
    assert states(store) == ["reserved", "reserved"]


def test_the_error_of_one_leaves_the_others_as_they_would_have_been(
    ledger: Ledger, store: Store
) -> None:
    """It fails after it has written: what it wrote is not kept, what the others wrote is."""

    def fail() -> None:
        ledger.nodes.beat("1", Clock().at, alone=True)
        with ledger._book.writing() as (db, now):
            db.execute(insert(t.seen).values(item="a", at=now))
            raise ValueError("in the middle")

    before, failed, after = at_once(
        ledger, reserving(ledger, DELIVERIES[0]), fail, reserving(ledger, DELIVERIES[1])
    )
    assert isinstance(before.result(), Reserved)
    assert isinstance(failed.exception(), ValueError)
    assert isinstance(after.result(), Reserved)
    assert states(store) == ["reserved", "reserved"]
    with store.reading() as db:
        assert not db.execute(t.seen.select()).all()


def test_an_answer_is_told_only_when_it_is_on_disk(ledger: Ledger, store: Store) -> None:
    """Whoever hears that a call may begin finds it in the file, by a connection of its own."""
    ids = []
    for each in DELIVERIES[:2]:
        reserved = reserving(ledger, each)()
        assert isinstance(reserved, Reserved)
        ids.append(reserved.attempt_id)
    seen: list[list[str]] = []
    together, free = Together(ledger), threading.Event()
    together.submit(free.wait)
    for name in ids:
        future = together.submit(ledger.commit, name, pace=replace(NO_PACE))
        future.add_done_callback(lambda _: seen.append(states(store)))
    free.set()
    together.shutdown()
    # Of one channel, one call at a time: the other is refused in the very same transaction.
    assert seen == [["sending", "reserved"], ["sending", "reserved"]]


def test_what_a_transaction_of_several_says_is_not_there_before_its_end(
    ledger: Ledger, store: Store
) -> None:
    with ledger.together():
        reserved = reserving(ledger, FIRST)()
        assert isinstance(reserved, Reserved)
        assert isinstance(ledger.commit(reserved.attempt_id, pace=NO_PACE), Sending)
        assert states(store) == []
    assert states(store) == ["sending"]

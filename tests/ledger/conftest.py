"""The fixtures of both databases, see `tests/database.py`, and a ledger that knows one channel."""

from collections.abc import Iterator

import pytest

from bot.ledger import Ledger, Store, open_store
from tests.core.build import TELEGRAM
from tests.database import database, empty_database, kind, postgresql
from tests.ledger.build import Clock

__all__ = ["database", "empty_database", "kind", "postgresql"]


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    made = open_store(database)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(store: Store, clock: Clock) -> Ledger:
    made = Ledger(store, clock=clock, node="one")
    made.meet([TELEGRAM], ["festa", "altra"])
    return made

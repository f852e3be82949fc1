from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.core.agenda import agenda
from bot.core.model import Channel, Item, Schedule
from bot.engine import Engine
from bot.ledger import Ledger, create
from tests.core.build import TELEGRAM, at, catalog
from tests.engine.stage import Scripted, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Callable[..., Stage]:
    numbers = count()

    def made(
        calendar: Schedule,
        *items: Item,
        now: str,
        channel: Channel = TELEGRAM,
        ledger: type[Ledger] = Ledger,
        **more: Any,
    ) -> Stage:
        publisher = Scripted()
        store = create(str(tmp_path / f"ledger-{next(numbers)}.db"))
        opened = ledger(store, clock=lambda: found.now, node="test")
        engine = Engine(opened, publisher, lambda: found, **{"rates": {}, **more})
        found = Stage(
            agenda(catalog(*items, channels=(channel,), schedules=(calendar,))),
            at(now),
            publisher,
            opened,
            engine,
        )
        return found

    return made

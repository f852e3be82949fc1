"""The days of a town with a healthy queue, and what its admins are told that no calendar asked for.

Files, ledger, engine, publishers and desk are the real ones; so is the second address of its admins.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.desk import daily
from bot.ledger import tables as t
from tests.desk.letterbox import Letterbox, letterbox
from tests.desk.town import CHANNELS, X_CHANNEL, Town, town

MONDAY, END = "2021-05-03 08:00", "2021-05-10 10:05"
ROME = ZoneInfo("Europe/Rome")

ITEMS = """
  - {id: mostra, status: ready, title: Mostra di fotografia, when: 11 maggio}
  - {id: concerto, status: ready, title: Concerto al tempio, when: 12 maggio, where: Cattedrale}
  - {id: premio, status: ready, title: "Premio «Città & Pace» <2021>", when: 13 maggio}
  - {id: cinema, status: ready, title: Cinema in lingua, when: 14 maggio}
  - {id: lettura, status: ready, title: Lettura in piazza, when: 15 maggio}
  - {id: bando, status: ready, title: Bando per scambi, when: entro il 17 maggio}
  - {id: corso, status: ready, title: Corso di arabo, when: 5 maggio}
  - {id: festa, status: ready, title: Festa della musica, when: 6 maggio}
  - {id: corsa, status: ready, title: Corsa sul Po, when: 7 maggio}
  - {id: mercato, status: ready, title: Mercato dei libri, when: 8 maggio}
"""


@dataclass(frozen=True, slots=True)
class News:
    """One message to admins that no calendar asked for. Its instant is UTC."""

    at: datetime
    way: str  # "chat" or "webhook"
    title: str
    text: str
    id: str = ""  # in the chat


@dataclass
class Week:
    """A town in that week, with a second address of its admins, and a machine whose clock may go wrong."""

    town: Town
    others: Letterbox
    offset: list[timedelta]
    kept: dict[str, Any] = field(default_factory=dict)  # what a trouble took away

    def news(self) -> list[News]:
        """What admins were told of troubles, the first first."""
        kinds = t.alert.c.kind.in_(sorted(daily.KINDS))
        with self.town.store.reading() as db:
            asked_for = set(db.scalars(select(t.alert.c.message).where(kinds)))
        found = [
            News(each.at, "chat", each.text.splitlines()[0], each.text, each.id)
            for each in self.town.told
            if each.id not in asked_for
        ]
        found += [News(each.at, "webhook", each.title, each.text) for each in self.others.letters]
        return sorted(found, key=lambda each: each.at)

    def settled(self, told: News) -> datetime | None:
        """When it was said that this is over; None where it was not."""
        if told.way == "chat":
            [now] = [each for each in self.town.told if each.id == told.id]
            return now.edited_at if now.text.startswith("✓") and told.title in now.text else None
        for each in self.others.letters:
            if each.title.startswith("✓") and told.title in each.title + each.text:
                return each.at
        return None


@asynccontextmanager
async def week(folder: Path, begins: str = MONDAY) -> AsyncIterator[Week]:
    """It begins on Monday morning, or later."""
    offset = [timedelta(0)]
    async with AsyncExitStack() as stack:
        clock: list[Callable[[], datetime]] = []
        others = await stack.enter_async_context(letterbox(lambda: clock[0]()))
        here = await stack.enter_async_context(
            town(
                folder,
                begins,
                items=ITEMS,
                channels=CHANNELS + X_CHANNEL,
                others=[others.mouth],
                probes=True,
                machine=lambda moment: moment + offset[0],
            )
        )
        clock.append(here.clock)
        yield Week(here, others, offset)

"""What the whole desk costs: posts a second with health, metrics, audit trail and admins who are told, against
posts a second with none of them.

The real engine on a SQLite ledger, a publisher that answers at once (no platform is ever so fast), and ticks as
often as there is something to do. With it, every attempt and tick is counted, and the ledger is asked beside each
tick. Run as `python benchmarks/bench_desk.py`; the two take turns.
"""

from __future__ import annotations

import asyncio
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from bot.core.agenda import Agenda, agenda
from bot.core.model import (
    NOBODY,
    Anchor,
    Authors,
    Catalog,
    Channel,
    Hours,
    Item,
    Mark,
    Outcome,
    Platform,
    Post,
    Precision,
    Problem,
    Published,
    Schedule,
    Span,
    Status,
    Step,
    When,
    Words,
)
from bot.desk.address import Address
from bot.desk.desk import Desk
from bot.desk.message import Message
from bot.desk.mouth import Place, Sent
from bot.desk.people import People
from bot.engine import Engine
from bot.ledger import Alert, Ledger, Store, create
from bot.ledger.audit import Chain
from bot.publishers.base import Looked, Publisher, Ready, Sought, always

ITEMS = 300
ROUNDS = 5
BOUND = 0.9
ROME = ZoneInfo("Europe/Rome")
EVE = datetime(2021, 5, 19, 15, 30, tzinfo=UTC)  # 17:30 in Rome


@dataclass
class AtOnce:
    """Publishes for every channel, without a network."""

    posts: int = 0

    def of(self, channel: Channel) -> Publisher:
        del channel
        return self

    async def prepare(self, post: Post, attempt_id: str) -> Ready:
        del attempt_id
        return Ready(post, post.request)

    async def publish(self, ready: Ready, *, holds: Callable[[], bool] = always) -> Outcome:
        assert holds(), ready.post.key
        self.posts += 1
        return Published(str(self.posts))

    async def lookup(self, sought: Sought) -> Looked:
        raise NotImplementedError(sought.attempt_id)

    async def close(self) -> None:
        return


@dataclass
class Says:
    """What staff's files say."""

    agenda: Agenda
    settled: Mapping[str, datetime] = field(default_factory=dict)
    revision: str = "1"
    modified: datetime = datetime(2021, 1, 1, tzinfo=UTC)
    problems: tuple[Problem, ...] = ()

    def last_author(self, mark: Mark) -> str:
        del mark
        return ""

    def still_says(self, item: Item) -> bool:
        return item.id in self.agenda.items

    async def authors(self, items: Sequence[Item]) -> Authors:
        del items
        return NOBODY


def files() -> Says:
    """Two channels, on which every item is due on the same second."""
    span = Span(date(2021, 5, 20), date(2021, 5, 20), Precision.DAY)
    items = {
        name: Item(
            id=name,
            status=Status.READY,
            when=When((span,), "20 maggio", "it"),
            words={"it": Words(f"Evento {name}", "Una serata.", "Torino", "https://example.org/")},
            mark=Mark("content/a.yaml", 1, 1),
            revision="1",
        )
        for name in (f"item-{number:04}" for number in range(ITEMS))
    }
    calendar = Schedule(
        name="always",
        zone=ROME,
        zone_name="Europe/Rome",
        announce=(Step(Anchor.START, 1, clock_time(17, 30)),),
        each_date=(),
        hours=Hours(frozenset(range(7)), clock_time(0), clock_time(23, 59)),
        holidays=frozenset(),
        gap=timedelta(0),
        per_day=10 * ITEMS,
    )
    channels = {
        channel.name: channel
        for channel in (
            Channel("telegram-it", Platform.TELEGRAM, "@a", "it", "always"),
            Channel("x-it", Platform.X, "a", "it", "always"),
        )
    }
    return Says(agenda(Catalog(items, channels, {"always": calendar}, admin_chat="-1001234567890")))


@contextmanager
def untold() -> Iterator[None]:
    """Whatever happens meanwhile is not written into the audit trail."""
    write = Chain.write
    Chain.write = lambda *_: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        Chain.write = write  # type: ignore[method-assign]


class Ear:
    """Admins who take every message at once, and have buttons: what it costs to tell is measured, no network."""

    has_buttons = True

    async def tell(self, place: Place, message: Message, alert: Alert | None) -> Sent:
        assert message.html, alert
        return Sent(place.chat, str(alert.id if alert else 0))

    async def change(self, sent: Sent, message: Message, alert: Alert | None) -> str:
        assert message.html, (sent, alert)
        return ""


async def seconds(says: Says, *, watched: bool) -> float:
    """How long it takes until everything is out."""
    with tempfile.TemporaryDirectory() as folder:
        store = create(f"{folder}/ledger.db")
        desk = await whole_desk(store, says) if watched else None
        publisher = AtOnce()
        ledger = Ledger(store, clock=lambda: EVE, node="bench")
        engine = Engine(
            ledger,
            publisher,
            lambda: says,
            on_end=desk.ended if desk else lambda _: None,
            on_tick=desk.ticked if desk else lambda _: None,
            rates={},
        )
        ledger.meet(list(says.agenda.channels.values()), [])
        start = time.perf_counter()
        while publisher.posts < 2 * ITEMS:
            await engine.tick()
            await engine.settle()
        took = time.perf_counter() - start
        await engine.close()
        if desk is not None:
            await desk.close()
        store.close()
        return took


async def whole_desk(store: Store, says: Says) -> Desk:
    """Health and metrics, served, and people to be told."""
    people = People(store, lambda: says, others=[Ear()], node="bench", now=lambda: EVE)
    desk = Desk(
        store, interval=timedelta(seconds=30), address=Address("127.0.0.1", 0), people=people
    )
    await desk.open()
    return desk


def main() -> None:
    logging.getLogger("banditore").setLevel(logging.CRITICAL)
    says = files()
    asyncio.run(seconds(says, watched=True))  # what is loaded once is no cost of a post
    took: dict[bool, list[float]] = {False: [], True: []}
    worked: dict[bool, list[float]] = {False: [], True: []}
    # This machine's processors grow faster and slower by themselves: each round goes there and back.
    for watched in (False, True, True, False) * ROUNDS:
        began = time.process_time()
        with nullcontext() if watched else untold():
            took[watched].append(asyncio.run(seconds(says, watched=watched)))
        worked[watched].append(time.process_time() - began)
    posts = 2 * ITEMS
    ratio = sum(took[False]) / sum(took[True])
    print(f"{posts} posts, {ROUNDS} rounds there and back, load {os.getloadavg()[0]:.1f}")
    print(f"  with none of it   {posts / statistics.median(took[False]):6.0f} posts/s")
    print(f"  with all of it    {posts / statistics.median(took[True]):6.0f} posts/s")
    print(f"  ratio             {ratio:6.3f}  of all rounds (at least {BOUND})")
    print(f"  of the processors {sum(worked[False]) / sum(worked[True]):6.3f}")


if __name__ == "__main__":
    main()

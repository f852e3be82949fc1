"""An office on a stage: the real engine and ledger, a publisher that does as it is told, a clock set by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.agenda import Agenda
from bot.core.model import NOBODY, Authors, Channel, Item, Outcome, Post, Published, Schedule
from bot.engine import Engine
from bot.ledger import Ledger
from bot.publishers.base import LEASE_OVER, Looked, Publisher, Ready, Sought, always
from tests.core.book import LONG_AGO
from tests.core.build import schedule


@dataclass
class Scripted:
    """Publishes for every channel; `meanwhile` happens as media go up, `before` while a connection is made,
    `then` while a call is on its way."""

    meanwhile: Callable[[], None] = lambda: None
    before: Callable[[], None] = lambda: None
    then: Callable[[], None] = lambda: None
    outcome: Outcome = field(default_factory=lambda: Published("1"))
    found: Looked = field(default_factory=lambda: Looked(Published("1")))
    said: list[str] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    sought: list[Sought] = field(default_factory=list)

    def of(self, channel: Channel) -> Publisher:
        return self

    async def prepare(self, post: Post, attempt_id: str) -> Ready:
        self.meanwhile()
        return Ready(post, post.request)

    async def publish(self, ready: Ready, *, holds: Callable[[], bool] = always) -> Outcome:
        self.before()
        if not holds():
            return LEASE_OVER
        self.said.append(ready.post.key.item)
        self.posts.append(ready.post)
        self.then()
        return self.outcome

    async def lookup(self, sought: Sought) -> Looked:
        self.sought.append(sought)
        return self.found

    async def close(self) -> None:
        return


@dataclass
class Stage:
    """An office at an instant: its engine, its clock, and what it has said."""

    agenda: Agenda
    now: datetime
    publisher: Scripted
    ledger: Ledger
    engine: Engine
    settled: Mapping[str, datetime] = field(default_factory=dict)
    says: bool = True
    revision: str = "1"
    modified: datetime = LONG_AGO
    known_authors: Authors = NOBODY

    def still_says(self, item: Item) -> bool:
        return self.says

    async def authors(self, items: Sequence[Item]) -> Authors:
        return self.known_authors

    async def pass_on(self) -> None:
        await self.engine.tick()
        await self.engine.settle()


def burst() -> Schedule:
    return schedule("1 day before at 17:30", gap=timedelta(0), per_day=100)

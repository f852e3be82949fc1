"""The rehearsal: the real engine, the real clients and a real ledger against the sandbox, on a virtual clock.

The clock jumps from one due instant to the next, and only when nothing is in flight. Its credentials
are make-believe and its clients know no other address than the sandbox's.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.core.agenda import Agenda, agenda
from bot.core.judging import Judged
from bot.core.model import NOBODY, Authors, Catalog, Channel, Item, Platform
from bot.core.plan import Plan
from bot.core.turns import Planned
from bot.engine import Ended, Engine
from bot.ledger import Attempt, Ledger, create
from bot.publishers.registry import Credentials, Publishers
from bot.publishers.x import XKeys
from bot.sandbox.places import TELEGRAM_TOKEN, Account, Chat
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.server import Address, serve

# What the running service would wait before it looked again; here it is virtual time.
LOOK_AGAIN = timedelta(seconds=30)

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Report:
    """How a rehearsal went."""

    attempts: tuple[Attempt, ...]
    verdicts: tuple[Judged, ...]
    held: tuple[Planned, ...]


@dataclass(slots=True)
class VirtualClock:
    """The only time of a rehearsal: of the ledger, the clients and the sandbox. UTC."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class _Script:
    """What staff's files say at an instant of the rehearsal; nobody edits them meanwhile."""

    agenda: Agenda
    revision: str
    modified: datetime
    settled: Mapping[str, datetime] = field(default_factory=dict)

    def still_says(self, _item: Item) -> bool:
        return True

    async def authors(self, _items: Sequence[Item]) -> Authors:
        return NOBODY


class Rehearsal:
    """One stretch of virtual time. Made by `rehearsing`, run once."""

    def __init__(
        self, catalog: Catalog, clock: VirtualClock, ledger: Ledger, publishers: Publishers
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._publishers = publishers
        self._all = _Script(agenda(catalog), "all", clock.at)
        self._none = _Script(agenda(replace(catalog, items={})), "none", clock.at)
        self._script = self._none

    async def run(
        self,
        until: datetime,
        *,
        queued: datetime,
        on_end: Callable[[Ended], None] = lambda _: None,
        on_jump: Callable[[datetime], None] = lambda _: None,
    ) -> Report:
        """Play from the clock's instant to `until`; staff's files appear at `queued`."""
        handed: list[str] = []

        def ended(each: Ended) -> None:
            on_end(each)
            if each.outcome is None:
                handed.append(each.attempt_id)

        engine = Engine(
            self._ledger, self._publishers, lambda: self._script, on_end=ended, rates={}
        )
        verdicts: list[Judged] = []
        held: tuple[Planned, ...] = ()
        try:
            while self._clock.at < until:
                on_jump(self._clock.at)
                if self._clock.at >= queued and self._script is self._none:
                    self._script = self._all
                planned = await self._do_all_that_is_due(engine, verdicts)
                held = planned.held
                self._send_by_hand(handed)
                following = planned.next or NEVER
                if planned.due:  # the ledger or the platform said: not now
                    following = min(following, self._clock.at + LOOK_AGAIN)
                if self._clock.at < queued:
                    following = min(following, queued)
                self._clock.at = min(following, until)
        finally:
            await engine.close()
        return Report(tuple(self._ledger.attempts()), tuple(verdicts), held)

    def _send_by_hand(self, handed: list[str]) -> None:
        """On an assisted channel a person sends; in a rehearsal at once, and says so."""
        while handed:
            self._ledger.orders.resolve(handed.pop(), is_public=True, by="the rehearsal")

    async def _do_all_that_is_due(self, engine: Engine, verdicts: list[Judged]) -> Plan:
        """Tick until this instant brings nothing new; the plan that is left."""
        before: tuple[Planned, ...] = ()
        while True:
            planned = await engine.tick()
            verdicts += planned.judged
            await engine.settle()
            if not planned.due or planned.due == before:
                return planned
            before = planned.due


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a rehearsal plays on."""

    rehearsal: Rehearsal
    sandbox: Sandbox
    address: Address


@asynccontextmanager
async def rehearsing(
    catalog: Catalog,
    start: datetime,
    *,
    title: str = "banditore",
    port: int = 0,
    content: Path | None = None,
) -> AsyncIterator[Stage]:
    """Set the stage: the sandbox served, a fresh ledger in a temporary folder, the real clients.

    `content` is the folder that images are in; without it no post with an image goes out.
    """
    clock = VirtualClock(start)
    channels = list(catalog.channels.values())
    sandbox = Sandbox(
        now=clock,
        chats=[
            _chat(number, each)
            for number, each in enumerate(channels, 1)
            if each.platform is Platform.TELEGRAM
        ]
        + admins_of(catalog),
        accounts=[_account(each) for each in channels if each.platform is Platform.X],
        title=title,
    )
    with tempfile.TemporaryDirectory(prefix="banditore-rehearsal-") as folder:
        async with serve(sandbox, port=port) as address:
            store = await asyncio.to_thread(create, str(Path(folder, "rehearsal.db")))
            try:
                ledger = Ledger(store, clock=clock, node="rehearsal")
                publishers = Publishers(_credentials(address, channels), clock, content=content)
                rehearsal = Rehearsal(catalog, clock, ledger, publishers)
                yield Stage(rehearsal, sandbox, address)
            finally:
                store.close()


def _chat(number: int, channel: Channel) -> Chat:
    if channel.address.startswith("@"):
        return Chat(-1000000000000 - number, channel.address[1:], language=channel.language)
    return Chat(int(channel.address), title=channel.name, language=channel.language)


def admins_of(catalog: Catalog) -> list[Chat]:
    """The chat of those who look after the crier, where there is one: look-ups forward to it."""
    if not catalog.admin_chat.removeprefix("-").isdecimal():
        return []
    return [Chat(int(catalog.admin_chat), title="Admin", kind="supergroup")]


def _account(channel: Channel) -> Account:
    return Account.make_believe(channel.address, language=channel.language)


def _credentials(address: Address, channels: list[Channel]) -> Credentials:
    accounts = [_account(each) for each in channels if each.platform is Platform.X]
    return Credentials(
        telegram_token=SecretStr(TELEGRAM_TOKEN),
        telegram_api=address.telegram,
        telegram_page=address.telegram_page,
        x_api=address.x,
        x={
            account.handle: XKeys(
                consumer_key=SecretStr(account.consumer_key),
                consumer_secret=SecretStr(account.consumer_secret),
                access_token=SecretStr(account.access_token),
                access_secret=SecretStr(account.access_token_secret),
            )
            for account in accounts
        },
    )

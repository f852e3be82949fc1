"""A town with an admin chat, over real sockets: its files, engine, ledger, publishers and desk in one process,
the sandbox as Telegram and X, and one clock for all of them, set by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent

from pydantic import SecretStr

from bot.cli.drafting.apart import Drafting
from bot.core.plan import Plan
from bot.desk.chat.wire import Line
from bot.desk.desk import Desk
from bot.desk.mouth import Mouth
from bot.desk.people import People
from bot.desk.ping import Ping
from bot.desk.probes import Probes
from bot.engine import Engine, Ticked
from bot.ledger import Ledger, LedgerError, Store, create, open_store
from bot.load.library import Library
from bot.publishers.images import Images
from bot.publishers.registry import Credentials, Publishers
from bot.publishers.x import XKeys
from bot.sandbox import Chat, Sandbox, Update, User, serve
from bot.sandbox.places import TELEGRAM_TOKEN, Account, Taken
from bot.sandbox.rehearsal import VirtualClock
from tests.core.build import at

ADMINS = Chat(-1009000000001, title="Admin", kind="supergroup")
FOLLOWERS = Chat(-1009000000002, username="torino")
ANNA = User(111111111, "Anna", "Rossi")
MALLORY = User(999999999, "Mallory")

CHANNELS = f"""
admin_chat: "{ADMINS.id}"
admins: {{members: {{"{ANNA.id}": Anna Rossi}}, language: it}}
channels:
  telegram-it: {{platform: telegram, chat: "@torino", language: it, schedule: standard}}
"""

X_CHANNEL = "  x-it: {platform: x, account: torino, language: it, schedule: standard, budget: {month: 10.00}}\n"

STANDARD = """
timezone: Europe/Rome
announce: [7 days before at 10:00, 1 day before at 17:30]
hours: {days: mon-fri, from: "08:30", to: "19:30"}
holidays: IT-TO
gap: 30 minutes
per_day: 3
"""

# Between two looks of the service.
INTERVAL = timedelta(seconds=30)

# A queue that reaches beyond every test, so that nobody is told that it has run dry.
LATER = "\n".join(
    f"  - {{id: dopo-{day}, status: ready, title: Dopo {day}, when: {day} giugno}}"
    for day in range(7, 29, 3)
)


@dataclass
class Town:
    """Everything that a test of the desk plays on. Instants are UTC, `now` is set by hand."""

    folder: Path
    clock: VirtualClock
    sandbox: Sandbox
    store: Store
    ledger: Ledger
    library: Library
    engine: Engine
    people: People
    desk: Desk
    ticks: list[Ticked]

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")

    async def look(self) -> Plan | None:
        """One look of the service: files, tick, lanes, desk. None where the ledger is away."""
        self.library.refresh()
        try:
            planned = await self.engine.tick()
        except LedgerError as error:
            self.desk.failed(str(error))
            await self.desk.settle()
            return None
        await self.engine.settle()
        await self.desk.settle()
        return planned

    async def at(self, moment: str) -> None:
        """Set the clock, in local time, and look twice: what went out at the first is seen at the second."""
        self.clock.at = at(moment)
        await self.look()
        await self.look()

    async def play(self, until: str, *, step: timedelta = timedelta(minutes=30)) -> None:
        """Let time pass, from one due instant to the next, and no more than `step` at a time."""
        end = at(until)
        while self.clock.at < end:
            planned = await self.look()
            following = self.clock.at + step
            if planned is not None:
                if planned.due:
                    following = self.clock.at + INTERVAL
                elif planned.next is not None and planned.next > self.clock.at:
                    following = min(following, planned.next)
            self.clock.at = min(following, end)
        await self.look()
        await self.look()

    async def until(
        self, is_so: Callable[[], bool], most: timedelta, *, step: timedelta = INTERVAL
    ) -> bool:
        """Look as often as the service does until something is so; False where `most` passes before."""
        end = self.clock.at + most
        await self.look()
        while not is_so() and self.clock.at < end:
            self.clock.at += step
            await self.look()
        return is_so()

    # --- the admin chat -----------------------------------------------------------------------------

    @property
    def told(self) -> list[Taken]:
        """What the bot has said to admins, as it reads now."""
        return [each for each in self.sandbox.posts if self._is_told(each)]

    @staticmethod
    def _is_told(post: Taken) -> bool:
        return post.channel == ADMINS.address and not post.is_from_person and post.is_public

    @property
    def to_followers(self) -> list[Taken]:
        """What followers can read."""
        return [each for each in self.sandbox.posts if each.channel != ADMINS.address]

    @property
    def out(self) -> list[str]:
        """The first lines of what followers have read."""
        return [each.text.splitlines()[0] for each in self.to_followers]

    def message(self, words: str) -> Taken:
        """The one message to admins that has these words."""
        found = [each for each in self.told if words in each.text]
        assert len(found) == 1, [each.text for each in self.told]
        return found[0]

    async def press(self, words: str, button: str, user: User = ANNA) -> str:
        """Press a button below the message that has these words; what the bot answers to it."""
        message = self.message(words)
        labels = [each.text for row in message.keyboard for each in row if button in each.text]
        assert len(labels) == 1, message.keyboard
        return await self.answer_to(self.sandbox.press(ADMINS.id, int(message.id), user, labels[0]))

    async def answer_to(self, update: Update) -> str:
        """What the bot answers to a press."""
        presses, pressed = self.sandbox.presses, update.callback_id
        before = len(presses[pressed].shown)
        answered = await self.sandbox.stir.until(lambda: len(presses[pressed].shown) > before, 20)
        assert answered, "it does not answer"
        return presses[pressed].shown[-1].text

    async def say(self, text: str, user: User = ANNA) -> str:
        """Write something in the chat; what the bot says next."""
        before = len(self.told)
        self.sandbox.say(ADMINS.id, user, text)
        assert await self.sandbox.stir.until(lambda: len(self.told) > before, 20), "it says nothing"
        return self.told[-1].text


@asynccontextmanager
async def town(
    folder: Path,
    now: str,
    *,
    items: str = "",
    channels: str = CHANNELS,
    others: Sequence[Mouth] = (),
    ping: Ping | None = None,
    probes: bool = False,
    machine: Callable[[datetime], datetime] = lambda moment: moment,
) -> AsyncIterator[Town]:
    """The town at `now`, local time; in a folder where it was before it goes on with what it finds there. `machine` tells what this machine's clock shows when it is right there."""
    clock = VirtualClock(at(now))

    def here() -> datetime:
        return machine(clock.at)

    database = folder / "banditore.db"
    is_new = not database.exists()
    if is_new:
        _write_files(folder, items, channels)
    account = Account.make_believe("torino")
    sandbox = Sandbox(
        now=clock, chats=[ADMINS, FOLLOWERS], accounts=[account], users=[ANNA, MALLORY]
    )
    library = Library(folder / "content", folder / "schedules", settling=timedelta(0), clock=here)
    assert not is_new or library.current.problems == (), library.current.problems
    async with serve(sandbox) as address:
        token = SecretStr(TELEGRAM_TOKEN)
        keys = XKeys(
            consumer_key=SecretStr(account.consumer_key),
            consumer_secret=SecretStr(account.consumer_secret),
            access_token=SecretStr(account.access_token),
            access_secret=SecretStr(account.access_token_secret),
        )
        publishers = Publishers(
            Credentials(
                telegram_token=token,
                telegram_api=address.telegram,
                x_api=address.x,
                x={account.handle: keys},
            ),
            here,
            content=folder / "content",
        )
        store = create(str(database)) if is_new else open_store(str(database))
        ledger = Ledger(store, node="town:1", clock=here)
        people = People(
            store,
            lambda: library.current,
            line=Line(token, base_url=address.telegram, poll=2),
            read=Drafting(folder / "content", folder / "schedules"),
            others=others,
            node="town:1",
            now=here,
            probe=Probes(publishers.probe) if probes else None,
            pause=0.0,
            images=Images(folder / "content"),
        )
        desk = Desk(store, interval=INTERVAL, ping=ping, people=people, now=here)
        ticks: list[Ticked] = []

        def on_tick(tick: Ticked) -> None:
            ticks.append(tick)
            desk.ticked(tick)

        engine = Engine(
            ledger,
            publishers,
            lambda: library.current,
            on_end=desk.ended,
            on_tick=on_tick,
            rates={},
        )
        await engine.begin(alone=True)
        made = Town(folder, clock, sandbox, store, ledger, library, engine, people, desk, ticks)
        try:
            yield made
        finally:
            await engine.close()
            await desk.close()
            store.close()


def _write_files(folder: Path, items: str, channels: str) -> None:
    (folder / "content").mkdir(exist_ok=True)
    (folder / "schedules").mkdir(exist_ok=True)
    (folder / "schedules/channels.yaml").write_text(channels, encoding="utf-8")
    (folder / "schedules/standard.yaml").write_text(STANDARD, encoding="utf-8")
    head = "year: 2021\nlink: https://example.org/\nitems:\n"
    if items:
        (folder / "content/2021-05.yaml").write_text(head + dedent(items), encoding="utf-8")
    (folder / "content/2021-06.yaml").write_text(head + LATER, encoding="utf-8")

"""An office with many channels whose staff hand in more and more: what a world of kills has to announce.

Every item has a title that nothing else contains, so that the platforms' own book tells what was said.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.core.model import Platform
from bot.sandbox import TELEGRAM_TOKEN, Account, Chat, Sandbox
from bot.sandbox.rates import Fixed, Sliding
from tests.office import Office

ADMIN = Chat(-1001234567890, title="Admin", kind="supergroup")

TITLE = re.compile(r"Evento\d{5}")

# More late items of a file than this are said in one round-up: see bot.core.month.MANY.
_MANY = 3

_EACH_FIFTH = 5  # file becomes one

_NO_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, and where it speaks."""

    name: str
    platform: Platform
    lookup: str

    @property
    def address(self) -> str:
        """As the platform's own book names it."""
        return f"@{self.name}" if self.platform is Platform.TELEGRAM else self.name

    @property
    def written(self) -> str:
        to = (
            f'chat: "{self.address}"'
            if self.platform is Platform.TELEGRAM
            else f"account: {self.name}"
        )
        return (
            f"  {self.name}: {{platform: {self.platform}, {to}, language: it, schedule: always, "
            f"lookup: {self.lookup}}}\n"
        )


def places(**each: int) -> tuple[Place, ...]:
    """So many channels of each way to look: `none` of both platforms, `page`, `forwards`, `timeline`."""
    made = [
        Place(f"muto{n}", (Platform.TELEGRAM, Platform.TELEGRAM, Platform.X)[n % 3], "none")
        for n in range(each.get("none", 0))
    ]
    for lookup, platform in (
        ("page", Platform.TELEGRAM),
        ("forwards", Platform.TELEGRAM),
        ("timeline", Platform.X),
    ):
        made += [Place(f"{lookup}{n}", platform, lookup) for n in range(each.get(lookup, 0))]
    return tuple(made)


def sandbox_of(channels: Sequence[Place]) -> Sandbox:
    """The platforms, on which nothing is limited but by what goes wrong."""
    made = Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[
            ADMIN,
            *(
                Chat(-1_001_000 - number, place.name)
                for number, place in enumerate(channels)
                if place.platform is Platform.TELEGRAM
            ),
        ],
        accounts=[Account.make_believe(p.name) for p in channels if p.platform is Platform.X],
    )
    # The rates are not what is looked at here, and nobody has an hour to wait.
    made.limits.telegram_chat = Sliding(_NO_LIMIT, timedelta(minutes=1))
    made.limits.telegram_all = Sliding(_NO_LIMIT, timedelta(minutes=1))
    made.limits.x = {call: Fixed(_NO_LIMIT, timedelta(minutes=15)) for call in made.limits.x}
    return made


def credentials(channels: Sequence[Place]) -> dict[str, str]:
    """What the environment says of the accounts."""
    given: dict[str, str] = {}
    for place in channels:
        if place.platform is Platform.X:
            keys = Account.make_believe(place.name)
            name = f"BANDITORE_X_{place.name.upper()}_ACCESS"
            given |= {
                f"{name}_TOKEN": keys.access_token,
                f"{name}_SECRET": keys.access_token_secret,
            }
    return given


def secrets(channels: Sequence[Place]) -> frozenset[str]:
    """What may stand in no log."""
    keys = [Account.make_believe(p.name) for p in channels if p.platform is Platform.X]
    return frozenset(
        {
            TELEGRAM_TOKEN,
            TELEGRAM_TOKEN.partition(":")[2],
            *(each.access_token for each in keys),
            *(each.access_token_secret for each in keys),
            *(each.consumer_secret for each in keys),
        }
    )


@dataclass
class Staff:
    """Those who write: each file goes to every machine, with one time of change."""

    offices: Sequence[Office]
    channels: Sequence[Place]
    chance: random.Random
    on_all: bool  # does an item go to every channel, or to one of them?
    asked: set[tuple[str, str]] = field(default_factory=set)  # item and channel
    files: int = 0

    def begin(self) -> None:
        """Say which channels there are."""
        text = f'admin_chat: "{ADMIN.id}"\nchannels:\n' + "".join(
            place.written for place in self.channels
        )
        for office in self.offices:
            office.write("schedules/channels.yaml", text)

    def hand_in(self) -> None:
        """One more file: a few items, or so many that they become one round-up."""
        many = self.files % _EACH_FIFTH == 0
        count = self.chance.randint(_MANY + 1, _MANY + 4) if many else self.chance.randint(1, _MANY)
        when = datetime.now(UTC).date() + timedelta(days=10)
        told = [self.chance.choice(self.channels)]
        if self.on_all:  # but for X, where two accounts that say the same are refused
            accounts = [place for place in self.channels if place.platform is Platform.X]
            told = [*(each for each in self.channels if each not in accounts)]
            told += self.chance.sample(accounts, min(1, len(accounts)))
        names = [place.name for place in told]
        text = f"year: {when.year}\nlink: https://example.org/\nitems:\n"
        for number in range(count):
            title = f"Evento{self.files:04}{number}"
            text += (
                f"  - {{id: {title.lower()}, status: ready, title: {title}, when: {when}, "
                f"channels: [{', '.join(names)}]}}\n"
            )
            self.asked |= {(title.lower(), name) for name in names}
        self.files += 1
        changed = time.time_ns()
        for office in self.chance.sample(list(self.offices), len(self.offices)):
            path = office.write(f"content/{self.files:04}.yaml", text)
            os.utime(path, ns=(changed, changed))


def said_in(text: str) -> Iterator[str]:
    """The ids of the items that a post names."""
    for title in TITLE.findall(text):
        yield title.lower()

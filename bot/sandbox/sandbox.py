"""The state of the two make-believe platforms; knows no HTTP and reads no clock but the one it is given."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.model import Platform
from bot.sandbox.faults import Fault, Faults, Gate
from bot.sandbox.images import Images, Media
from bot.sandbox.places import (
    ACCESS_TOKEN_PREFIX,
    BEARER_PREFIX,
    TELEGRAM_TOKEN,
    Account,
    Arrival,
    Chat,
    Standing,
    Taken,
)
from bot.sandbox.rates import Fixed, Sliding

_QUARTER = timedelta(minutes=15)


class Limits:
    """The platforms' rates.

    Telegram: 20 a minute for a chat and 30 a second overall
    (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this); its one a
    second for a chat tolerates bursts and is not enforced here. X, for each user and call in 15
    minutes: https://docs.x.com/x-api/fundamentals/rate-limits.
    """

    def __init__(self) -> None:
        self.telegram_chat = Sliding(20, timedelta(minutes=1))
        self.telegram_all = Sliding(30, timedelta(seconds=1))
        self.x = {
            "POST /2/tweets": Fixed(100, _QUARTER),
            "DELETE /2/tweets/:id": Fixed(50, _QUARTER),
            "GET /2/users/me": Fixed(75, _QUARTER),
            "GET /2/users/:id/tweets": Fixed(900, _QUARTER),
            "POST /2/media/upload": Fixed(1875, _QUARTER),
            "POST /2/media/metadata": Fixed(500, _QUARTER),
        }


class Sandbox:
    """Two make-believe platforms in memory.

    `now` is the only clock: message dates, rate windows and reset times follow it. With
    `accept_any`, chats and the make-believe accounts of `Account.make_believe` come into being
    when they are first spoken to.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        telegram_tokens: Collection[str] = (TELEGRAM_TOKEN,),
        chats: Sequence[Chat] = (),
        accounts: Sequence[Account] = (),
        title: str = "banditore",
        accept_any: bool = False,
    ) -> None:
        self.now = now
        self.title = title
        self.accept_any = accept_any
        self.telegram_tokens = frozenset(telegram_tokens)
        self._given = (tuple(chats), tuple(accounts))
        self.gate = Gate()
        self.reset()

    def reset(self) -> None:
        """Forget everything but the chats and accounts that it was made with."""
        self.posts: list[Taken] = []
        self.requests: list[Arrival] = []
        self.faults = Faults()
        self.limits = Limits()
        self.images = Images()
        self.media: dict[str, Media] = {}  # of X, by id
        self.nonces: set[tuple[str, str]] = set()
        self.chats = list(self._given[0])
        self.accounts = list(self._given[1])
        self._place: dict[tuple[Platform, str, str], int] = {}
        self._message_ids: dict[str, int] = {}
        self._snowflake = 0
        self.gate.release(drop=True)

    def fail(self, fault: Fault) -> None:
        """Queue a fault for the next requests that it fits."""
        self.faults.queue(fault)

    def release(self, *, drop: bool = False) -> int:
        """Let every held request go on, or drop it; tells how many there were."""
        return self.gate.release(drop=drop)

    # --- who is there ---------------------------------------------------------------------------

    def chat(self, address: str | int) -> Chat | None:
        """The chat of an id or an @username."""
        wanted = str(address).lower()
        for chat in self.chats:
            if wanted in (str(chat.id), chat.address.lower()):
                return chat
        if not self.accept_any or not (wanted.startswith("@") or wanted.lstrip("-").isdecimal()):
            return None
        made = _chat_from(str(address))
        self.chats.append(made)
        return made

    def change_standing(self, address: str, standing: Standing) -> None:
        """Change what the bot may do in a chat. Raises KeyError where there is no such chat."""
        for index, chat in enumerate(self.chats):
            if address.lower() in (str(chat.id), chat.address.lower()):
                self.chats[index] = replace(chat, standing=standing)
                return
        raise KeyError(address)

    def account_of_token(self, access_token: str) -> Account | None:
        """The account that an OAuth 1.0a access token speaks for."""
        for account in self.accounts:
            if account.access_token and account.access_token == access_token:
                return account
        return self._make_account(access_token, ACCESS_TOKEN_PREFIX)

    def account_of_bearer(self, bearer: str) -> Account | None:
        """The account that an OAuth 2 user token speaks for."""
        for account in self.accounts:
            if account.bearer and account.bearer == bearer:
                return account
        return self._make_account(bearer, BEARER_PREFIX)

    def _make_account(self, token: str, prefix: str) -> Account | None:
        handle = token.removeprefix(prefix)
        if not self.accept_any or not token.startswith(prefix) or not handle.isidentifier():
            return None
        made = Account.make_believe(handle)
        self.accounts.append(made)
        return made

    # --- what became public ---------------------------------------------------------------------

    def publish(self, taken: Taken) -> Taken:
        self._place[taken.platform, taken.channel, taken.id] = len(self.posts)
        self.posts.append(taken)
        return taken

    def post(self, platform: Platform, channel: str, number: str) -> Taken | None:
        """What stands there for followers to see; None where nothing does, or nothing any more."""
        index = self._place.get((platform, channel, number))
        if index is None or not self.posts[index].is_public:
            return None
        return self.posts[index]

    def replace(self, taken: Taken) -> Taken:
        """Put an edited or deleted post in the place of the one that it was."""
        self.posts[self._place[taken.platform, taken.channel, taken.id]] = taken
        return taken

    def of(self, platform: Platform, channel: str) -> list[Taken]:
        """What followers of a channel can see, oldest first."""
        return [
            post
            for post in self.posts
            if post.is_public and (post.platform, post.channel) == (platform, channel)
        ]

    def next_message_id(self, channel: str) -> int:
        """Message ids count up by one in each chat, deleted ones included."""
        self._message_ids[channel] = self._message_ids.get(channel, 0) + 1
        return self._message_ids[channel]

    def next_snowflake(self) -> str:
        """An id as X makes them: milliseconds since 4 November 2010 above 22 bits of counter."""
        milliseconds = int(self.now().timestamp() * 1000) - 1_288_834_974_657
        self._snowflake = max(self._snowflake + 1, milliseconds << 22)
        return str(self._snowflake)

    def note(
        self, platform: Platform, call: str, channel: str, parameters: Mapping[str, Any]
    ) -> Arrival:
        """Write a request down as it arrives."""
        arrival = Arrival(len(self.requests) + 1, platform, call, channel, parameters, self.now())
        self.requests.append(arrival)
        return arrival


def _chat_from(address: str) -> Chat:
    if not address.startswith("@"):
        kind = "channel" if address.startswith("-100") else "private"
        return Chat(int(address), kind=kind)
    number = int.from_bytes(hashlib.sha256(address.lower().encode()).digest()[:4], "big")
    return Chat(-1_000_000_000_000 - number, username=address.removeprefix("@"))

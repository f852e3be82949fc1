"""The state of the two make-believe platforms; knows no HTTP and reads no clock but the one it is given.

What people do in Telegram's chats is done here as well: they write, press buttons and send files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.model import Platform
from bot.sandbox import markup
from bot.sandbox.faults import Fault, Faults, Gate
from bot.sandbox.files import Files
from bot.sandbox.images import Images, Media
from bot.sandbox.people import Document, Membership, Press, Shown, User
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
from bot.sandbox.rates import Limits
from bot.sandbox.stir import Stir
from bot.sandbox.updates import Update, Updates


class Sandbox:
    """Two make-believe platforms in memory.

    `now` is the only clock: message dates, rate windows and reset times follow it. With
    `accept_any`, chats and the make-believe accounts of `Account.make_believe` come into being
    when they are first spoken to. With `is_playable`, whoever looks at the page may write and
    press buttons there as a make-believe person.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        telegram_tokens: Collection[str] = (TELEGRAM_TOKEN,),
        chats: Sequence[Chat] = (),
        accounts: Sequence[Account] = (),
        users: Sequence[User] = (),
        title: str = "banditore",
        accept_any: bool = False,
        is_playable: bool = False,
    ) -> None:
        self.now = now
        self.title = title
        self.accept_any = accept_any
        self.is_playable = is_playable
        self.telegram_tokens = frozenset(telegram_tokens)
        self._given = (tuple(chats), tuple(accounts), tuple(users))
        self.gate = Gate()
        self.stir = Stir()
        # From the clock, so that a bot that kept its offset hears those of a sandbox started anew.
        self.updates = Updates(int(now().timestamp()))
        self.reset()

    def reset(self) -> None:
        """Forget everything but the chats, accounts and users that it was made with."""
        self.posts: list[Taken] = []
        self.requests: list[Arrival] = []
        self.faults = Faults()
        self.limits = Limits()
        self.images = Images()
        self.media: dict[str, Media] = {}  # of X, by id
        self.nonces: set[tuple[str, str]] = set()
        self.chats = list(self._given[0])
        self.accounts = list(self._given[1])
        self.users = list(self._given[2])
        self.files = Files()
        self.presses: dict[str, Press] = {}  # by the id of their callback query
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}  # by token and scope
        self._memberships: dict[tuple[int, int], Membership] = {}
        self.updates.hang_up()
        self.updates = Updates(self.updates.first)
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

    def user(self, who: User | int | str) -> User | None:
        """The person of an id or an @username; one who is handed in is known from then on."""
        if isinstance(who, User):
            if who not in self.users:
                self.users = [each for each in self.users if each.id != who.id] + [who]
            return who
        wanted = str(who).lower()
        for user in self.users:
            if wanted == str(user.id) or (user.username and wanted == f"@{user.username}".lower()):
                return user
        return None

    def membership(self, chat: Chat, user: User) -> Membership:
        """What a person is in a chat: a member once they spoke there, unless something else was said."""
        mine = chat.kind == "private" and chat.id == user.id
        other = Membership.MEMBER if mine else Membership.LEFT
        return self._memberships.get((chat.id, user.id), other)

    def change_membership(
        self, address: str | int, who: User | int | str, membership: Membership
    ) -> None:
        """Make a person something else in a chat. Raises KeyError where either is unknown."""
        self._memberships[self._known_chat(address).id, self._known_user(who).id] = membership

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
        self.stir.tell()
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
        self.stir.tell()
        return taken

    def of(self, platform: Platform, channel: str) -> list[Taken]:
        """What followers of a channel can see, oldest first."""
        return [
            post
            for post in self.posts
            if post.is_public and (post.platform, post.channel) == (platform, channel)
        ]

    # --- what people do -------------------------------------------------------------------------

    def say(
        self, chat: str | int, user: User | int | str, text: str, *, reply_to: int | None = None
    ) -> Update:
        """A person writes in a group, or to the bot; returns the update that tells the bot.

        The bot hears everything, as one that is an admin of the group does. Raises KeyError where
        chat or user is unknown, ValueError where nobody can write there or nothing is written.
        """
        place, person = self._known_chat(chat), self._known_user(user)
        said = markup.with_found_commands(
            markup.with_found_links(markup.trimmed(markup.Parsed(text, ())))
        )
        if not said.text:
            raise ValueError("a message needs a text")
        return self._heard(place, person, said, reply_to=reply_to)

    def send_document(
        self,
        chat: str | int,
        user: User | int | str,
        name: str,
        content: bytes,
        *,
        caption: str = "",
    ) -> Update:
        """A person sends a file; all else as `say`."""
        place, person = self._known_chat(chat), self._known_user(user)
        said = markup.with_found_links(markup.trimmed(markup.Parsed(caption, ())))
        return self._heard(place, person, said, document=self.files.keep(name, content))

    def press(
        self,
        chat: str | int,
        message_id: int,
        user: User | int | str,
        button: str | tuple[int, int] = "",
        *,
        data: str | None = None,
    ) -> Update:
        """A person presses a button, named by its text or by row and column, counted from 0.

        `data` is sent as it is, whether or not a button has it, and also where the message was
        deleted meanwhile. Raises KeyError where chat, user or message is unknown, ValueError where
        there is no such button or it sends nothing to the bot.
        """
        place, person = self._known_chat(chat), self._known_user(user)
        index = self._place.get((Platform.TELEGRAM, place.address, str(message_id)))
        if index is None or (data is None and not self.posts[index].is_public):
            raise KeyError(message_id)
        message = self.posts[index]
        sent = message.data_of(button) if data is None else data
        number = str(4_000_000_000_000_000 + len(self.presses) + 1)
        press = Press(number, self.now(), person, place.address, message.id, sent)
        self.presses[number] = press
        owner = message.author.id if message.author and message.author.is_bot else None
        return self.updates.add(self.now(), place, message, press, owner)

    def replay(self, update_id: int) -> Update:
        """Hand an update out once more, under a new id, its message or callback query unchanged.

        Raises KeyError where it was never, or is no longer, kept.
        """
        return self.updates.again(update_id, self.now())

    def show(self, press: Press, shown: Shown) -> None:
        """Keep what a bot lets the person read who pressed."""
        known = self.presses[press.id]
        self.presses[press.id] = replace(known, shown=(*known.shown, shown))
        self.stir.tell()

    def _heard(
        self,
        chat: Chat,
        person: User,
        said: markup.Parsed,
        *,
        document: Document | None = None,
        reply_to: int | None = None,
    ) -> Update:
        if chat.kind == "channel" or chat.standing is Standing.STRANGER:
            raise ValueError(f"nobody can write to the bot in {chat.address}")
        if chat.kind != "private":
            self._memberships.setdefault((chat.id, person.id), Membership.MEMBER)
        message = self.publish(
            Taken(
                platform=Platform.TELEGRAM,
                channel=chat.address,
                id=str(self.next_message_id(chat.address)),
                at=self.now(),
                text=said.text,
                entities=said.entities,
                request={},
                url="",
                author=person,
                document=document,
                reply_to=str(reply_to or ""),
            )
        )
        return self.updates.add(self.now(), chat, message)

    def _known_chat(self, address: str | int) -> Chat:
        chat = self.chat(address)
        if chat is None:
            raise KeyError(address)
        return chat

    def _known_user(self, who: User | int | str) -> User:
        user = self.user(who)
        if user is None:
            raise KeyError(who)
        return user

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
        below = "channel" if address.startswith("-100") else "group"
        return Chat(int(address), kind=below if address.startswith("-") else "private")
    number = int.from_bytes(hashlib.sha256(address.lower().encode()).digest()[:4], "big")
    return Chat(-1_000_000_000_000 - number, username=address.removeprefix("@"))

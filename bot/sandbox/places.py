"""What exists in the sandbox: chats, accounts, what became public and what arrived; it decides nothing.

Every credential here is make-believe. A `datetime` is aware and in UTC, on the sandbox's own clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.model import Platform
from bot.sandbox.images import Picture
from bot.sandbox.markup import Entity
from bot.sandbox.people import Button, Document, Keyboard, User

# Shaped as Telegram shapes them: the bot's id, a colon, 35 characters.
TELEGRAM_TOKEN = "1234567890:SANDBOX-make-believe-token-00000000"  # noqa: S105


class Standing(StrEnum):
    """What the bot may do in a chat."""

    ADMIN = "admin"
    SILENCED = "silenced"  # a member without the right to post
    STRANGER = "stranger"  # not a member


@dataclass(frozen=True, slots=True)
class Chat:
    """A Telegram chat. Ids of channels are negative and begin with -100."""

    id: int
    username: str = ""  # without "@"; "" = private
    title: str = ""
    language: str = "it"
    kind: str = "channel"  # as the Bot API says it: channel, supergroup, group, private
    standing: Standing = Standing.ADMIN
    is_protected: bool = False  # its content can't be forwarded

    @property
    def address(self) -> str:
        """`@username`, or the id where the chat has none."""
        return f"@{self.username}" if self.username else str(self.id)

    @property
    def name(self) -> str:
        return self.title or self.username.replace("_", " ") or str(self.id)

    @property
    def platform(self) -> Platform:
        return Platform.TELEGRAM


@dataclass(frozen=True, slots=True)
class Account:
    """An X account with the keys that may post for it: OAuth 1.0a, or a user's OAuth 2 bearer token."""

    handle: str  # without "@"
    name: str = ""
    language: str = "it"
    consumer_key: str = "sandbox-consumer"
    consumer_secret: str = field(default="sandbox-consumer-secret", repr=False)
    access_token: str = ""
    access_token_secret: str = field(default="sandbox-access-secret", repr=False)
    bearer: str = field(default="", repr=False)

    @classmethod
    def make_believe(cls, handle: str, *, name: str = "", language: str = "it") -> Account:
        """An account whose keys anyone can work out from its handle."""
        return cls(
            handle,
            name,
            language,
            access_token=f"{ACCESS_TOKEN_PREFIX}{handle}",
            bearer=f"{BEARER_PREFIX}{handle}",
        )

    @property
    def id(self) -> str:
        """A number as X has them, the same for the same handle."""
        return str(int.from_bytes(hashlib.sha256(self.handle.lower().encode()).digest()[:6], "big"))

    @property
    def address(self) -> str:
        return self.handle

    @property
    def title(self) -> str:
        return self.name or self.handle

    @property
    def platform(self) -> Platform:
        return Platform.X


ACCESS_TOKEN_PREFIX = "sandbox-"  # noqa: S105
BEARER_PREFIX = "sandbox-bearer-"


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that became public: a bot's post, or on Telegram what a person says in a chat."""

    platform: Platform
    channel: str  # the address: "@torino_nel_mondo", "-1001234567890", or an X handle
    id: str
    at: datetime
    text: str  # as followers read it, without markup
    entities: Sequence[Entity]
    request: Mapping[str, Any]  # the parameters as they were understood, without credentials
    url: str
    photo: str = ""  # a file's name, an address or an id; "" = none
    pictures: Sequence[Picture] = ()  # the images that were uploaded for it
    origin: Mapping[str, Any] | None = None  # of a forward on Telegram, as its API says it
    author: User | None = None  # None = the channel or the account itself
    keyboard: Keyboard = ()  # the buttons under it
    document: Document | None = None
    reply_to: str = ""  # the id of the message in the same chat that it answers
    edited_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def is_public(self) -> bool:
        """Can followers still see it?"""
        return self.deleted_at is None

    @property
    def is_from_person(self) -> bool:
        """Did somebody say it, rather than a bot?"""
        return self.author is not None and not self.author.is_bot

    def button(self, wanted: str | tuple[int, int]) -> Button | None:
        """The button of a text, or of a row and column, counted from 0."""
        places = {
            (row, column): button
            for row, buttons in enumerate(self.keyboard)
            for column, button in enumerate(buttons)
        }
        if isinstance(wanted, tuple):
            return places.get(wanted)
        return next((button for button in places.values() if button.text == wanted), None)

    def data_of(self, wanted: str | tuple[int, int]) -> str:
        """What a button sends. Raises ValueError where there is none, or it sends the bot nothing."""
        button = self.button(wanted)
        if button is None:
            texts = [each.text for row in self.keyboard for each in row]
            raise ValueError(f"message {self.id} has no button {wanted!r}, only {texts}")
        if button.action != "callback_data":
            raise ValueError(f"{button.text!r} sends the bot nothing, it is a {button.action}")
        return button.value


@dataclass(slots=True)
class Arrival:
    """A request that arrived; filled in while it is dealt with, hence not frozen."""

    number: int
    platform: Platform
    call: str  # "sendMessage", "POST /2/tweets"
    channel: str  # "" = the call speaks of none, or of one that does not exist
    parameters: Mapping[str, Any]  # without credentials
    at: datetime
    took: bool = False  # did it change what followers see?
    answer: int | None = None  # HTTP status; None = none was given, or not yet
    reason: str = ""  # of a refusal
    fault: str = ""  # what was done to it, in the words of `Fault`

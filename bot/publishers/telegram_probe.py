"""Asks Telegram what a bot's token is worth, and what the bot may do in each chat. It writes to none of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram import (
    Bot,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberRestricted,
    User,
)
from telegram.constants import ChatType
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.core.model import Channel, Lookup, Platform
from bot.publishers.base import Timeouts
from bot.publishers.probe import Finding, Probed, Sign, heard
from bot.publishers.secrets import told
from bot.publishers.telegram_answer import SET_UP
from bot.publishers.telegram_wire import T, Wire, within

AT_ONCE = 8  # chats that are asked about side by side

TOKEN = "BANDITORE_TELEGRAM_TOKEN"  # noqa: S105 - the variable's name

_RENEW = f"set {TOKEN} to the token that @BotFather shows for the bot, then restart"
_WAIT = "see that this machine reaches Telegram, then ask again"

# Where a bot is a mere member, and what it may send is a matter of the group's own rules.
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


@dataclass(frozen=True, slots=True)
class _Place:
    """A chat to be looked at."""

    address: str
    channel: Channel | None  # None = of admins

    @property
    def subject(self) -> str:
        return "chat" if self.channel else "admin chat"

    def finding(self, sign: Sign, said: str, do: str = "") -> Finding:
        name = self.channel.name if self.channel else ""
        return Finding(self.subject, name, sign, f"{self.address} {said}", do)


class Probes:
    """The probes of one bot. `now` gives aware UTC datetimes, on this machine's clock."""

    def __init__(
        self, bot: Bot, timeouts: Timeouts, secrets: frozenset[str], now: Callable[[], datetime]
    ) -> None:
        self._bot = bot
        self._total = timeouts.total
        self._secrets = secrets
        self._now = now

    async def probe(self, channels: Sequence[Channel], admin_chats: Sequence[str]) -> Probed:
        """Ask who the bot is, and, if Telegram knows it, about each chat."""
        until = time.monotonic() + self._total
        wire = Wire(deadline=until)
        asked = self._now()
        me = await self._ask(until, self._bot.get_me, wire)
        # The time of a machine in between may be any
        is_telegrams = isinstance(me, User) or _is_its_own(me, wire)
        at = heard(wire.date, asked, self._now) if is_telegrams else None
        if not isinstance(me, User):
            return Probed(Platform.TELEGRAM, (self._of_token(me, wire),), at)
        places = [_Place(channel.address, channel) for channel in channels]
        places += [_Place(chat, None) for chat in admin_chats]
        turns = asyncio.Semaphore(AT_ONCE)

        async def look(place: _Place) -> Finding:
            async with turns:
                try:
                    return await self._of_chat(place, me, until)
                except Exception as error:  # an answer of a kind that nobody foresaw
                    odd = f"was not looked at: Telegram's answer is odd ({type(error).__name__})"
                    return place.finding(Sign.UNKNOWN, odd, _WAIT)

        found = await asyncio.gather(*map(look, places))
        bot = Finding(
            "bot", "", Sign.OK, f"the token is that of @{told(me.username, self._secrets)}"
        )
        return Probed(Platform.TELEGRAM, (bot, *found), at)

    # --- the token ---

    def _of_token(self, error: Exception, wire: Wire) -> Finding:
        if isinstance(error, InvalidToken) and _is_its_own(error, wire):
            return Finding("bot", "", Sign.FAULT, "Telegram does not know the bot's token", _RENEW)
        return Finding("bot", "", Sign.UNKNOWN, self._why(error, wire), _WAIT)

    # --- a chat ---

    async def _of_chat(self, place: _Place, me: User, until: float) -> Finding:
        wire = Wire(deadline=until)
        chat = await self._ask(until, lambda: self._bot.get_chat(place.address), wire)
        if not isinstance(chat, ChatFullInfo):
            return self._refused(place, chat, wire)
        if chat.type == ChatType.PRIVATE:
            return _private(place)
        wire = Wire(deadline=until)
        member = await self._ask(until, lambda: self._bot.get_chat_member(chat.id, me.id), wire)
        if not isinstance(member, ChatMember):
            return self._refused(place, member, wire)
        return _judged(place, chat, member)

    def _refused(self, place: _Place, error: Exception, wire: Wire) -> Finding:
        if not _is_its_own(error, wire):
            return place.finding(
                Sign.UNKNOWN, f"was not looked at: {self._why(error, wire)}", _WAIT
            )
        match error:
            case ChatMigrated():
                return place.finding(
                    Sign.FAULT,
                    "has become a supergroup",
                    f"write its new address {error.new_chat_id} into channels.yaml",
                )
            case Forbidden():
                pass
            case BadRequest() if SET_UP.search(error.message):
                pass
            case _:
                return place.finding(
                    Sign.UNKNOWN, f"was not looked at: {self._why(error, wire)}", _WAIT
                )
        return place.finding(
            Sign.FAULT,
            f"is closed to the bot: {told(error.message, self._secrets)}",
            _let_in(place),
        )

    # --- one question ---

    async def _ask(
        self, until: float, call: Callable[[], Awaitable[T]], wire: Wire
    ) -> T | Exception:
        """What Telegram said, or how it did not."""
        try:
            return await within(until, call, wire)
        except Exception as error:  # also an answer of a kind that nobody foresaw
            return error

    def _why(self, error: Exception, wire: Wire) -> str:
        match error:
            case TimeoutError():
                return f"Telegram gave no answer within {self._total:g} s"
            case RetryAfter() if wire.status:
                return "Telegram asks to wait before it says more"
            case TelegramError() if _is_its_own(error, wire):
                return f"Telegram answered: {told(error.message, self._secrets)}"
            case _ if wire.status:
                return f"something between here and Telegram answered {wire.status}"
            case _:
                cause = error.__cause__ or error
                return f"Telegram can't be reached ({type(cause).__name__})"


def _is_its_own(error: Exception, wire: Wire) -> bool:
    """Does a refusal come from Telegram itself? A page of a machine in between has no description in it,
    and the library then makes one of the status."""
    if not isinstance(error, TelegramError) or not wire.status:
        return False
    is_json = not isinstance(error.__cause__, TelegramError)
    return is_json and not error.message.endswith(f"({wire.status})")


def _judged(place: _Place, chat: ChatFullInfo, member: ChatMember) -> Finding:
    """What the bot may do in a chat that it was shown."""
    match member:
        case ChatMemberLeft() | ChatMemberBanned():
            return place.finding(
                Sign.FAULT, "does not have the bot among its members", _let_in(place)
            )
        case ChatMemberAdministrator() if chat.type == ChatType.CHANNEL:
            if not member.can_post_messages:
                return place.finding(
                    Sign.FAULT,
                    "has the bot as an administrator who may not post",
                    'give the bot the right "Post messages" among the administrators of the channel',
                )
        case ChatMemberAdministrator():
            pass
        case _ if chat.type == ChatType.CHANNEL:
            return place.finding(Sign.FAULT, "has the bot as a mere subscriber", _let_in(place))
        case ChatMemberRestricted() if not member.can_send_messages:
            return place.finding(Sign.FAULT, "does not let the bot write", _let_in(place))
        case _ if chat.permissions is not None and not chat.permissions.can_send_messages:
            return place.finding(Sign.FAULT, "lets nobody but administrators write", _let_in(place))
    return _writable(place, chat)


def _writable(place: _Place, chat: ChatFullInfo) -> Finding:
    """The bot may write; is there something else to know?"""
    if place.channel is None:
        if chat.username:
            return place.finding(
                Sign.ATTENTION,
                "is public: anybody can read what is meant for admins",
                "take its public link away, and write its number into channels.yaml",
            )
        return place.finding(Sign.OK, "takes messages of the bot")
    if place.channel.lookup is Lookup.FORWARDS and chat.has_protected_content:
        return place.finding(
            Sign.ATTENTION,
            "protects its content, so a post in doubt can't be looked for by `lookup: forwards`",
            "let its content be saved, or write `lookup: page` where the channel is public",
        )
    if chat.type in _GROUPS:
        return place.finding(Sign.OK, f"is a {chat.type}; the bot may write there")
    return place.finding(Sign.OK, "is a channel; the bot may post there")


def _private(place: _Place) -> Finding:
    if place.channel is None:
        return place.finding(Sign.OK, "is the chat with one person")
    return place.finding(
        Sign.FAULT,
        "is the chat with one person: followers can't join it",
        "write the address of a channel into channels.yaml",
    )


def _let_in(place: _Place) -> str:
    if place.channel is None:
        return f"add the bot to {place.address}, and let it write there, or mend admin_chat in channels.yaml"
    return (
        f"make the bot an administrator of {place.address} who may post, or mend the address of "
        f"{place.channel.name} in channels.yaml"
    )

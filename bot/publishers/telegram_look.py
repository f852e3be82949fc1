"""Looks for a message among a channel's next ones: each is forwarded to the admin chat, read there and deleted.

A bot sees no history; a forward is the one call that shows it a message whose number it can only guess. Message
ids count up by one in each chat, so a few in a row that are not there mean that nothing came after.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass, field
from typing import Final

from telegram import Bot, Message, MessageOriginChannel
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.core.model import Published, Unknown
from bot.publishers.base import Sought, Timeouts
from bot.publishers.looking import TOLERANCE, folded, is_eligible, known_before, settled
from bot.publishers.secrets import told
from bot.publishers.telegram_wire import within

log = logging.getLogger(__name__)

# Telegram gives each message the next number, deleted ones and notes such as "pinned" included; a group,
# which the admin chat may be, takes 20 messages a minute (https://core.telegram.org/bots/faq).
MISSING_IN_A_ROW: Final = 5
MOST: Final = 20

# Of the time of a look-up; the rest is kept for deleting the last forward.
_TO_SEARCH = 0.75

_NOT_THERE = re.compile(
    r"message to forward not found|message_id_invalid|message not found", re.IGNORECASE
)
_NOT_FORWARDED = re.compile(
    r"can't be forwarded|forwards_restricted|protected content", re.IGNORECASE
)


class _EndedError(Exception):
    """The search can't go on."""


@dataclass(slots=True)
class _Search:
    """What a search has come to."""

    found: list[Published] = field(default_factory=list)
    unfinished: str = ""  # why it didn't see everything
    left: int = 0  # forwards that it could not delete, or may not know of
    seen: int = 0


class Forwards:
    """The searches of one bot."""

    def __init__(self, bot: Bot, timeouts: Timeouts, secrets: frozenset[str]) -> None:
        self._bot = bot
        self._total = timeouts.total
        self._secrets = secrets

    async def look(self, sought: Sought) -> Published | Unknown:
        """Forward what came after the channel's latest known message, and say whether it is among that."""
        before = known_before(sought)
        if fault := _fault(sought, before):
            return Unknown(fault)
        assert before is not None
        search = _Search()
        began = time.monotonic()
        until, end = began + self._total * _TO_SEARCH, began + self._total
        try:
            await self._walk(sought, before, search, until, end)
        except _EndedError as ended:
            search.unfinished = str(ended)
        except Exception as error:  # an answer of a kind that nobody foresaw
            search.unfinished = f"the look-up ended with {type(error).__name__}"
        outcome = settled(
            search.found,
            f"none of the messages after {before} in {sought.channel.address} says this "
            f"({search.seen} were looked at)",
            search.unfinished,
        )
        if not search.left:
            return outcome
        log.warning(
            "lookup.forwards_left",
            extra={"fields": {"channel": sought.channel.name, "forwards": search.left}},
        )
        if isinstance(outcome, Unknown):
            return Unknown(f"{outcome.reason}; a forward may be left in the admin chat")
        return outcome

    async def _walk(
        self, sought: Sought, before: int, search: _Search, until: float, end: float
    ) -> None:
        """Forward one message after the other. Raises _EndedError where that can't go on."""
        missing = 0
        for number in range(before + 1, before + 1 + MOST):
            if not is_eligible(number, sought):  # another attempt's: it is there
                missing = 0
                continue
            match await self._forwarded(sought, number, search, until):
                case Message() as forward:
                    missing = 0
                    search.seen += 1
                    try:
                        if (found := _found(forward, sought, number)) is not None:
                            search.found.append(found)
                    finally:
                        await self._delete(sought, forward, search, end)
                case True:
                    missing = 0
                case _:
                    missing += 1
            if missing == MISSING_IN_A_ROW:
                return
        raise _EndedError(
            f"more than {MOST} messages came after {before}: only these were looked at"
        )

    async def _forwarded(
        self, sought: Sought, number: int, search: _Search, until: float
    ) -> Message | bool:
        """The forward of a message; True where there is one that can't be forwarded, False where none is.

        Raises _EndedError.
        """
        try:
            return await within(
                until,
                lambda: self._bot.forward_message(
                    sought.admin_chat, sought.channel.address, number, disable_notification=True
                ),
            )
        except BadRequest as error:
            if _NOT_THERE.search(error.message):
                return False
            if not _NOT_FORWARDED.search(error.message):
                raise self._ended(error) from error
        except RetryAfter as error:
            raise _EndedError("Telegram asks to wait before it forwards more") from error
        except (NetworkError, TimeoutError, KeyError) as error:
            search.left += 1  # it may have been made, and nobody told us its number
            raise self._ended(error) from error
        except TelegramError as error:
            raise self._ended(error) from error
        # Notes such as "pinned" can't be forwarded either, so the channel itself is asked
        try:
            chat = await within(until, lambda: self._bot.get_chat(sought.channel.address))
        except (TelegramError, TimeoutError) as error:
            raise self._ended(error) from error
        if chat.has_protected_content:
            raise _EndedError(
                f"{sought.channel.address} protects its content, so nothing can be forwarded from it: "
                "a person must look, or `lookup: page` may help"
            )
        return True

    async def _delete(self, sought: Sought, forward: Message, search: _Search, end: float) -> None:
        try:
            await within(
                end, lambda: self._bot.delete_message(sought.admin_chat, forward.message_id)
            )
        except Exception as error:
            search.left += 1
            fields = {"forward": forward.message_id, "why": told(error, self._secrets)}
            log.debug("lookup.not_deleted", extra={"fields": fields})

    def _ended(self, error: Exception) -> _EndedError:
        if isinstance(error, TimeoutError):
            return _EndedError("Telegram was too slow for the look-up")
        return _EndedError(f"Telegram did not forward: {told(error, self._secrets)}")


def _fault(sought: Sought, before: int | None) -> str:
    """Why a search can't even begin; "" if it can."""
    if not sought.admin_chat:
        return "without an admin chat there is nowhere to forward to: a person must look"
    if sought.admin_chat.startswith("@") or sought.admin_chat == sought.channel.address:
        return "what is forwarded to the admin chat would be public: a person must look"
    if before is None:
        return (
            f"without an earlier message of {sought.channel.address} nobody knows where to begin: "
            "a person must look"
        )
    return ""


def _found(forward: Message, sought: Sought, number: int) -> Published | None:
    """The message behind a forward, where it is the one that is sought."""
    origin = forward.forward_origin
    if not isinstance(origin, MessageOriginChannel) or origin.message_id != number:
        return None  # what the channel itself forwarded from elsewhere
    if origin.date < sought.committed_at - TOLERANCE:
        return None  # an earlier post of the same words, whose number nobody knew
    chat = origin.chat
    names = {str(chat.id), f"@{chat.username or ''}".lower()}
    if sought.channel.address.lower() not in names:
        return None
    if folded(forward.text or forward.caption or "") != folded(sought.text):
        return None
    return Published(str(number), link(chat.id, chat.username or "", number))


def link(chat: int, username: str, number: int) -> str:
    """Where people find a message (https://core.telegram.org/api/links)."""
    if username:
        return f"https://t.me/{username}/{number}"
    private = str(chat).removeprefix("-100")
    return f"https://t.me/c/{private}/{number}" if private != str(chat) else ""

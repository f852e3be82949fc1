"""What Telegram's refusals, and its silence, are worth: the error table of the call that publishes.

What the table doesn't name may be public.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.core.model import Deferred, Outcome, Rejected, Unknown
from bot.publishers.base import LEASE_OVER, LeaseOverError
from bot.publishers.secrets import told
from bot.publishers.telegram_wire import TooLateError, Wire

# The longest flood wait that was reported is half a day (RSStT, issue 575: 43,838 s).
LONGEST_WAIT = timedelta(days=32)

# httpx raises these before the first byte of a request is written (facts: its and httpcore's source).
_BEFORE_THE_FIRST_BYTE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

# Faults of the channel's set-up that arrive as 400. Telegram's server turns every 403 whose text is an
# ALL_CAPS constant into a 400 (telegram-bot-api, Client.cpp, fail_query_with_error).
SET_UP = re.compile(
    r"""chat \s not \s found | chat_id \s is \s empty | not \s enough \s rights | no \s rights \s to
      | need \s administrator \s rights | not \s a \s member | was \s kicked
      | chat \s is \s deactivated | was \s deactivated
      | \b (?: CHAT | CHANNEL | PEER | USER | BOT )_ [A-Z_]+ | \b [A-Z_]+ _FORBIDDEN \b""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refusals:
    """The error table of one bot; `total` is the time that a call has, in seconds."""

    now: Callable[[], datetime]
    total: float
    secrets: frozenset[str] = field(repr=False)

    def outcome(self, error: Exception, wire: Wire, chat: str) -> Outcome:
        """The error table. What it doesn't name may be public."""
        match wire.stopped:
            case LeaseOverError():
                return LEASE_OVER
            case TooLateError():
                return Deferred("this machine stood still before the first byte; nothing was sent")
        match error:
            case RetryAfter(retry_after=timedelta() as asked) if (
                wire.status == httpx.codes.TOO_MANY_REQUESTS
            ):
                wait = max(timedelta(0), min(asked, LONGEST_WAIT))
                seconds = int(wait.total_seconds())
                return Deferred(f"Telegram asks to wait {seconds} s", self.now() + wait)
            case ChatMigrated() if wire.status == httpx.codes.BAD_REQUEST:
                return _for_a_person(
                    f"the chat {chat} has become a supergroup: an admin must write its new address "
                    f"{error.new_chat_id} into the channel"
                )
            # No JSON: the library says so with one of its own errors as the cause
            case BadRequest() | Forbidden() | InvalidToken() | Conflict() if isinstance(
                error.__cause__, TelegramError
            ):
                return Deferred(
                    f"something between here and Telegram answered {wire.status}: an admin must look"
                )
            case BadRequest() if SET_UP.search(error.message):
                return _for_a_person(f"{self._said(error)}; {_mend(chat)}")
            case BadRequest():
                return Rejected(self._said(error))
            case Forbidden():
                return _for_a_person(f"{self._said(error)}; {_mend(chat)}")
            case InvalidToken():
                return _for_a_person(
                    "Telegram doesn't know the bot's token: an admin must set BANDITORE_TELEGRAM_TOKEN"
                )
            case Conflict():
                return _for_a_person(
                    "another program uses the bot's token: an admin must stop it or make a new token"
                )
            case _ if wire.status == httpx.codes.TOO_MANY_REQUESTS:
                return Deferred("Telegram asks to wait and doesn't say how long")
            case TimeoutError():
                return self._late(wire)
            case NetworkError() if isinstance(error.__cause__, _BEFORE_THE_FIRST_BYTE):
                cause = type(error.__cause__).__name__
                return Deferred(f"Telegram can't be reached ({cause}); nothing was sent")
            case _ if not wire.is_whole:
                return _half_sent(type(error).__name__)
            case _:
                status = f", HTTP status {wire.status}" if wire.status else ""
                return Unknown(f"no clear answer from Telegram ({type(error).__name__}{status})")

    def _late(self, wire: Wire) -> Deferred | Unknown:
        seconds = f"{self.total:g} s"
        if wire.never_connected:
            return Deferred(f"no connection to Telegram within {seconds}; nothing was sent")
        if not wire.is_whole:
            return _half_sent(f"not within {seconds}")
        return Unknown(f"no full answer from Telegram within {seconds}")

    def _said(self, error: TelegramError) -> str:
        return f"Telegram refused: {told(error.message, self.secrets)}"


def _for_a_person(reason: str) -> Deferred:
    """No post of this channel can go out until somebody has mended it."""
    return Deferred(reason, stops_channel=True)


def _mend(chat: str) -> str:
    return (
        f"an admin must make the bot an administrator of {chat} who may post, "
        "or mend the channel's address"
    )


def _half_sent(why: str) -> Deferred:
    return Deferred(
        f"the image did not get through to Telegram ({why}); nothing is public; "
        "if it happens again, a smaller image helps, or more time: BANDITORE_CALL_TIMEOUT"
    )

"""Telegram: one `sendMessage` over python-telegram-bot's `Bot`, and what each answer is worth.

It never retries and never waits. The bot's token is put into the address below every layer that logs,
prints or raises, so that none of them ever holds it.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr
from telegram import Bot, LinkPreviewOptions, Message
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
from telegram.request import HTTPXRequest

from bot.core.model import Deferred, Outcome, Post, Published, Rejected, Unknown
from bot.publishers.base import Ready, Sought, Timeouts
from bot.publishers.secrets import forms, told

API = "https://api.telegram.org/bot"

PARAMETERS = frozenset(
    {"chat_id", "text", "parse_mode", "link_preview_options", "disable_notification"}
)

PREVIEW = frozenset(
    {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
)

# The longest flood wait that was reported is half a day (RSStT, issue 575: 43,838 s).
LONGEST_WAIT = timedelta(days=32)

# Without it the library warns at every flood wait, and where warnings are errors the wait is lost.
os.environ["PTB_TIMEDELTA"] = "true"

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
_SET_UP = re.compile(
    r"""chat \s not \s found | chat_id \s is \s empty | not \s enough \s rights | no \s rights \s to
      | need \s administrator \s rights | not \s a \s member | was \s kicked
      | chat \s is \s deactivated | was \s deactivated
      | \b (?: CHAT | CHANNEL | PEER | USER | BOT )_ [A-Z_]+ | \b [A-Z_]+ _FORBIDDEN \b""",
    re.VERBOSE | re.IGNORECASE,
)


class TelegramPublisher:
    """One bot; serves every channel whose chat it may write to.

    `now` gives aware UTC datetimes and dates the end of a flood wait. `base_url` is what stands before
    the token; `proxy` is the address of an HTTP proxy, "" for none (the environment is not read).
    """

    def __init__(
        self,
        token: SecretStr,
        now: Callable[[], datetime],
        *,
        base_url: str = API,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        proxy: str = "",
    ) -> None:
        self._now = now
        self._timeouts = timeouts
        self._token = token
        self._http = HTTPXRequest(
            connect_timeout=timeouts.connect,
            pool_timeout=timeouts.connect,
            read_timeout=timeouts.total,
            write_timeout=timeouts.total,
            httpx_kwargs={
                "transport": _Transport(token, proxy),
                # A kept connection that the server is just closing would turn a sure failure into a
                # doubt. A post every half hour can afford a new one.
                "headers": {"Connection": "close"},
            },
        )
        self._bot = Bot(
            _PLACEHOLDER,
            base_url=base_url,
            request=self._http,
            get_updates_request=self._http,  # never used; a second client would cost 1.7 MB
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def secrets(self) -> frozenset[str]:
        """Every form of the token, for the log's last filter."""
        return token_forms(self._token)

    async def prepare(self, post: Post, attempt_id: str) -> Ready | Deferred | Rejected:  # noqa: ARG002
        """Nothing to upload; refuses a request that `publish` could not send exactly as it stands."""
        fault = _fault(post.request)
        return Rejected(fault) if fault else Ready(post, post.request)

    async def publish(self, ready: Ready) -> Outcome:
        """Send one message. Must not be cancelled: whoever cancels it has to take it for Unknown."""
        params = dict(ready.request["params"])
        preview = params.pop("link_preview_options", None)
        if preview is not None:
            params["link_preview_options"] = LinkPreviewOptions(**preview)
        wire = _Wire()
        _wire.set(wire)
        try:
            async with asyncio.timeout(self._timeouts.total):
                message = await self._bot.send_message(**params)
        except Exception as error:
            await wire.hang_up()
            return self._outcome(error, wire, str(params["chat_id"]))
        return _published(message)

    async def lookup(self, sought: Sought) -> Unknown:  # noqa: ARG002
        """The Bot API shows a bot no history of its channel."""
        return Unknown("Telegram shows a bot no history: a person must look into the channel")

    async def close(self) -> None:
        await self._http.shutdown()

    def _outcome(self, error: Exception, wire: _Wire, chat: str) -> Outcome:
        """The error table. What it doesn't name may be public."""
        match error:
            case RetryAfter():
                wait = _wait(error.retry_after)
                seconds = int(wait.total_seconds())
                return Deferred(f"Telegram asks to wait {seconds} s", self._now() + wait)
            case ChatMigrated():
                return Deferred(
                    f"the chat {chat} has become a supergroup: an admin must write its new address "
                    f"{error.new_chat_id} into the channel"
                )
            case BadRequest() if isinstance(error.__cause__, TelegramError):
                return Deferred(
                    "something between here and Telegram answered 400: an admin must look"
                )
            case BadRequest() if _SET_UP.search(error.message):
                return Deferred(f"{self._said(error)}; {_mend(chat)}")
            case BadRequest():
                return Rejected(self._said(error))
            case Forbidden():
                return Deferred(f"{self._said(error)}; {_mend(chat)}")
            case InvalidToken():
                return Deferred(
                    "Telegram doesn't know the bot's token: an admin must set BANDITORE_TELEGRAM_TOKEN"
                )
            case Conflict():
                return Deferred(
                    "another program uses the bot's token: an admin must stop it or make a new token"
                )
            case TimeoutError():
                return self._late(wire)
            case NetworkError() if isinstance(error.__cause__, _BEFORE_THE_FIRST_BYTE):
                cause = type(error.__cause__).__name__
                return Deferred(f"Telegram can't be reached ({cause}); nothing was sent")
            case NetworkError() if wire.status == httpx.codes.TOO_MANY_REQUESTS:
                return Deferred("Telegram asks to wait and doesn't say how long")
            case _:
                status = f", HTTP status {wire.status}" if wire.status else ""
                return Unknown(f"no clear answer from Telegram ({type(error).__name__}{status})")

    def _late(self, wire: _Wire) -> Deferred | Unknown:
        seconds = f"{self._timeouts.total:g} s"
        if wire.never_connected:
            return Deferred(f"no connection to Telegram within {seconds}; nothing was sent")
        return Unknown(f"no full answer from Telegram within {seconds}")

    def _said(self, error: TelegramError) -> str:
        return f"Telegram refused: {told(error.message, self.secrets())}"


def token_forms(token: SecretStr) -> frozenset[str]:
    """Every form of a bot's token; what stands after the colon is the secret even by itself."""
    return forms([token, SecretStr(token.get_secret_value().partition(":")[2])])


def _wait(asked: int | timedelta) -> timedelta:
    """A flood wait within reason: a longer one would leave the calendar."""
    wait = asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
    return min(wait, LONGEST_WAIT)


def _mend(chat: str) -> str:
    return (
        f"an admin must make the bot an administrator of {chat} who may post, "
        "or mend the channel's address"
    )


def _fault(request: Mapping[str, Any]) -> str:
    """Why a request can't be sent exactly as it stands; "" if it can."""
    if request.get("method") != "sendMessage":
        return f"this bot sends with sendMessage, not with {request.get('method')}"
    params = request.get("params", {})
    if foreign := sorted(set(params) - PARAMETERS):
        return f"sendMessage is not called here with {', '.join(foreign)}"
    if foreign := sorted(set(params.get("link_preview_options") or {}) - PREVIEW):
        return f"a link preview has no {', '.join(foreign)}"
    if missing := sorted({"chat_id", "text"} - set(params)):
        return f"sendMessage needs {', '.join(missing)}"
    return ""


def _published(message: object) -> Published | Unknown:
    # The library hands `"result": true` through as it is. Telegram may schedule instead of sending;
    # it then gives the id 0 (Bot API, MessageId).
    if not isinstance(message, Message) or not message.message_id:
        return Unknown("Telegram took the message but gave it no number")
    return Published(str(message.message_id), message.link or "")


# --- the wire -----------------------------------------------------------------------------------

_PLACEHOLDER = "0:token"  # what python-telegram-bot and httpx take for the token

# Where httpcore is while there is no connection yet. A name it no longer used would make us doubt
# more, never less.
_CONNECTING = frozenset(
    f"connection.{act}.{stage}"
    for act in ("connect_tcp", "start_tls")
    for stage in ("started", "failed")
)


@dataclass(slots=True)
class _Wire:
    """What is known of one call below its exceptions."""

    last_event: str = ""
    status: int = 0
    stream: Any = None  # httpcore's connection before TLS

    @property
    def never_connected(self) -> bool:
        return self.last_event in _CONNECTING

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        self.last_event = event
        if event == "connection.connect_tcp.complete":
            self.stream = info["return_value"]

    async def hang_up(self) -> None:
        """Close what a deadline in the middle of a TLS handshake leaves open."""
        if self.never_connected and self.stream is not None:
            with suppress(Exception):  # the outcome is known, and it is worth more
                await self.stream.aclose()


_wire: ContextVar[_Wire] = ContextVar("telegram_wire")


class _Transport(httpx.AsyncBaseTransport):
    """Puts the token into the address at the last moment and watches the connection being made."""

    def __init__(self, token: SecretStr, proxy: str) -> None:
        self._token = token
        self._inner = httpx.AsyncHTTPTransport(
            proxy=proxy or None,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=0),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        wire = _wire.get()
        token = quote(self._token.get_secret_value(), safe=":").encode()
        path = request.url.raw_path.replace(_PLACEHOLDER.encode(), token)
        response = await self._inner.handle_async_request(
            httpx.Request(
                request.method,
                request.url.copy_with(raw_path=path),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "trace": wire.trace},
            )
        )
        wire.status = response.status_code
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()

"""Telegram: one `sendMessage` or `sendPhoto` over python-telegram-bot's `Bot`, and what each answer is worth.

A photo goes up with the call that makes it public, so that call is the only one. It never retries and never waits. The bot's token is put into the address below every layer that logs,
prints or raises, so that none of them ever holds it.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from pydantic import SecretStr
from telegram import Bot, InputFile, LinkPreviewOptions, Message
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
from bot.publishers.base import Looked, Ready, Sought, Timeouts, always
from bot.publishers.images import Images
from bot.publishers.secrets import forms, told
from bot.publishers.telegram_wire import PLACEHOLDER, Transport, Wire, wire_of_call

API = "https://api.telegram.org/bot"

_ALWAYS = frozenset({"chat_id", "parse_mode", "disable_notification"})
PARAMETERS = {
    "sendMessage": _ALWAYS | {"text", "link_preview_options"},
    "sendPhoto": _ALWAYS | {"caption", "show_caption_above_media"},
}
_NEEDED = {"sendMessage": {"chat_id", "text"}, "sendPhoto": {"chat_id", "caption"}}

# What Telegram, and whoever looks at the upload, sees of a file's name; staff's own stays here.
_FILE_NAMES = {"image/jpeg": "image.jpg", "image/png": "image.png"}

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
        images: Images = Images(),  # noqa: B008 - frozen
    ) -> None:
        self._now = now
        self._images = images
        self._timeouts = timeouts
        self._token = token
        self._http = HTTPXRequest(
            connect_timeout=timeouts.connect,
            pool_timeout=timeouts.connect,
            read_timeout=timeouts.total,
            write_timeout=timeouts.total,
            media_write_timeout=timeouts.total,
            httpx_kwargs={
                "transport": Transport(token, proxy),
                # A kept connection that the server is just closing would turn a sure failure into a
                # doubt. A post every half hour can afford a new one.
                "headers": {"Connection": "close"},
            },
        )
        self._bot = Bot(
            PLACEHOLDER,
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
        """Read the image; refuses a request that `publish` could not send exactly as it stands."""
        if fault := _fault(post.request):
            return Rejected(fault)
        image = await self._images.of(post)
        if isinstance(image, Deferred):
            return image
        return Ready(post, post.request, image)

    async def publish(self, ready: Ready, *, holds: Callable[[], bool] = always) -> Outcome:  # noqa: ARG002
        """Send one message. Must not be cancelled: whoever cancels it has to take it for Unknown."""
        wire = Wire()
        wire_of_call.set(wire)
        try:
            async with asyncio.timeout(self._timeouts.total):
                message = await self._send(ready)
        except Exception as error:
            await wire.hang_up()
            return self._outcome(error, wire, str(ready.request["params"]["chat_id"]))
        return _published(message)

    async def _send(self, ready: Ready) -> Message:
        params = dict(ready.request["params"])
        if ready.image and ready.post.image is not None:
            name = _FILE_NAMES[ready.post.image.media_type]
            return await self._bot.send_photo(photo=InputFile(ready.image, name), **params)
        preview = params.pop("link_preview_options", None)
        if preview is not None:
            params["link_preview_options"] = LinkPreviewOptions(**preview)
        return await self._bot.send_message(**params)

    async def lookup(self, sought: Sought) -> Looked:  # noqa: ARG002
        """The Bot API shows a bot no history of its channel."""
        return Looked(
            Unknown("Telegram shows a bot no history: a person must look into the channel")
        )

    async def close(self) -> None:
        await self._http.shutdown()

    def _outcome(self, error: Exception, wire: Wire, chat: str) -> Outcome:
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
            case _ if not wire.is_whole:
                return _half_sent(type(error).__name__)
            case _:
                status = f", HTTP status {wire.status}" if wire.status else ""
                return Unknown(f"no clear answer from Telegram ({type(error).__name__}{status})")

    def _late(self, wire: Wire) -> Deferred | Unknown:
        seconds = f"{self._timeouts.total:g} s"
        if wire.never_connected:
            return Deferred(f"no connection to Telegram within {seconds}; nothing was sent")
        if not wire.is_whole:
            return _half_sent(f"not within {seconds}")
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


def _half_sent(why: str) -> Deferred:
    return Deferred(
        f"the image did not get through to Telegram ({why}); nothing is public; "
        "if it happens again, a smaller image helps, or more time: BANDITORE_CALL_TIMEOUT"
    )


def _fault(request: Mapping[str, Any]) -> str:
    """Why a request can't be sent exactly as it stands; "" if it can."""
    method = request.get("method")
    if method not in PARAMETERS:
        return f"this bot sends with {' or '.join(PARAMETERS)}, not with {method}"
    if ("image" in request) is not (method == "sendPhoto"):
        return f"{method} is called here {'with' if method == 'sendPhoto' else 'without'} an image"
    params = request.get("params", {})
    if foreign := sorted(set(params) - PARAMETERS[method]):
        return f"{method} is not called here with {', '.join(foreign)}"
    if foreign := sorted(set(params.get("link_preview_options") or {}) - PREVIEW):
        return f"a link preview has no {', '.join(foreign)}"
    if missing := sorted(_NEEDED[method] - set(params)):
        return f"{method} needs {', '.join(missing)}"
    return ""


def _published(message: object) -> Published | Unknown:
    # The library hands `"result": true` through as it is. Telegram may schedule instead of sending;
    # it then gives the id 0 (Bot API, MessageId).
    if not isinstance(message, Message) or not message.message_id:
        return Unknown("Telegram took the message but gave it no number")
    return Published(str(message.message_id), message.link or "")

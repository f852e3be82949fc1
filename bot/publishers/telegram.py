"""Telegram: one `sendMessage` or `sendPhoto` over python-telegram-bot's `Bot`, and what each answer is worth.

A photo goes up with the call that makes it public, so that call is the only one. It never retries and never
waits. The bot's token is put into the address below every layer that logs, prints or raises, so that none of
them ever holds it.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from telegram import Bot, InputFile, LinkPreviewOptions, Message
from telegram.request import HTTPXRequest

from bot.core.model import (
    Channel,
    Deferred,
    Lookup,
    Outcome,
    Post,
    Published,
    Rejected,
    Unknown,
)
from bot.publishers.base import Looked, Ready, Sought, Timeouts, always
from bot.publishers.images import Images
from bot.publishers.probe import Probed
from bot.publishers.secrets import forms
from bot.publishers.telegram_answer import Refusals
from bot.publishers.telegram_look import Forwards
from bot.publishers.telegram_page import PAGE, Page
from bot.publishers.telegram_probe import Probes
from bot.publishers.telegram_wire import (
    PLACEHOLDER,
    Transport,
    Wire,
    wire_of_call,
)

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

# Without it the library warns at every flood wait, and where warnings are errors the wait is lost.
os.environ["PTB_TIMEDELTA"] = "true"


class TelegramPublisher:
    """One bot; serves every channel whose chat it may write to.

    `now` gives aware UTC datetimes and dates the end of a flood wait. `base_url` is what stands before
    the token, `page` where public channels have their pages; `proxy` is the address of an HTTP proxy, ""
    for none (the environment is not read). `trust` says which certificates are good: by default those
    that browsers trust.
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
        page: str = PAGE,
        trust: ssl.SSLContext | None = None,
    ) -> None:
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
                "transport": Transport(token, proxy, trust),
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
        self._refusals = Refusals(now, timeouts.total, self.secrets())
        self._forwards = Forwards(self._bot, timeouts, self.secrets())
        self._probes = Probes(self._bot, timeouts, self.secrets(), now)
        self._page = Page(page, timeouts, proxy, trust)

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

    async def publish(self, ready: Ready, *, holds: Callable[[], bool] = always) -> Outcome:
        """Send one message. Must not be cancelled: whoever cancels it has to take it for Unknown."""
        wire = Wire(holds, deadline=time.monotonic() + self._timeouts.total)
        wire_of_call.set(wire)
        try:
            async with asyncio.timeout(self._timeouts.total):
                message = await self._send(ready)
        except Exception as error:
            await wire.hang_up()
            return self._refusals.outcome(error, wire, str(ready.request["params"]["chat_id"]))
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

    async def lookup(self, sought: Sought) -> Looked:
        """Look for the message, on the channel's page or with forwards to the admin chat; costs nothing."""
        match sought.channel.lookup:
            case Lookup.FORWARDS:
                return Looked(await self._forwards.look(sought))
            case Lookup.PAGE:
                return Looked(await self._page.look(sought))
            case _:
                return Looked(
                    Unknown("Telegram shows a bot no history: a person must look into the channel")
                )

    async def probe(self, channels: Sequence[Channel], admin_chats: Sequence[str] = ()) -> Probed:
        """Ask who the bot is and what it may do in each chat; costs nothing and writes nothing."""
        return await self._probes.probe(channels, admin_chats)

    async def close(self) -> None:
        await self._http.shutdown()


def token_forms(token: SecretStr) -> frozenset[str]:
    """Every form of a bot's token; what stands after the colon is the secret even by itself."""
    return forms([token, SecretStr(token.get_secret_value().partition(":")[2])])


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

"""The bot's own connection to the admin chat: what it says, edits and hears there. It decides nothing.

It stands beside the publishers and shares no connection with them: whatever people do in the chat, posts
go out. The bot's token is put into the address below every layer that logs, prints or raises.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.desk.chat.fetching import Fetcher, files_of
from bot.publishers.base import Timeouts
from bot.publishers.secrets import told
from bot.publishers.telegram import API, token_forms
from bot.publishers.telegram_wire import PLACEHOLDER, Transport, Wire, wire_of_call

# Seconds that Telegram keeps a question for news open, if there are none.
POLL = 25

# Updates that one answer has at most, https://core.telegram.org/bots/api#getupdates
AT_ONCE = 100

# Seconds that 20 MB may take.
_DOWNLOAD = 60.0

# What a server says of a file that it hands over to nobody, or to nobody any more.
_TOO_BIG = "file is too big"  # https://github.com/tdlib/telegram-bot-api
_GONE = frozenset({400, 403, 404, 410})

# Without it the library warns at every flood wait, and where warnings are errors the wait is lost.
os.environ["PTB_TIMEDELTA"] = "true"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: its words, and what comes back (64 bytes at most)."""

    words: str
    data: str


Keyboard = Sequence[Sequence[Button]]

T = TypeVar("T")

# Beginnings of what Telegram says of a change that need not, or can't, be made any more.
# https://github.com/tdlib/telegram-bot-api
_UNEDITABLE = (
    "message is not modified",
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message",
    "there is no caption in the message",
    "query is too old",
)


class ChatError(Exception):
    """The admin chat could not be reached, or refused:"""

    def __init__(
        self,
        reason: str,
        *,
        wait: float = 0.0,
        is_conflict: bool = False,
        is_refused: bool = False,
    ) -> None:
        """`wait` is in seconds, where the platform asked for it; what `is_refused` it would refuse again."""
        super().__init__(reason)
        self.wait = wait
        self.is_conflict = is_conflict
        self.is_refused = is_refused


class Line:
    """One bot's line to its admins."""

    def __init__(
        self,
        token: SecretStr,
        *,
        base_url: str = API,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        proxy: str = "",
        poll: float = POLL,
    ) -> None:
        self._timeouts = timeouts
        self._poll = poll
        self._forms = token_forms(token)
        self._http = HTTPXRequest(
            connect_timeout=timeouts.connect,
            pool_timeout=timeouts.connect,
            read_timeout=timeouts.total,
            write_timeout=timeouts.total,
            httpx_kwargs={"transport": Transport(token, proxy), "headers": {"Connection": "close"}},
        )
        files = files_of(base_url)
        self._bot = Bot(
            PLACEHOLDER,
            base_url=base_url,
            base_file_url=files,
            request=self._http,
            get_updates_request=self._http,
        )
        self._fetcher = Fetcher(token, files, timeouts=timeouts, proxy=proxy)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    async def kind(self, chat: str) -> str:
        """What a chat is: private, group, supergroup or channel. Raises ChatError."""
        return str((await self._call(self._bot.get_chat(chat))).type)

    async def name(self) -> str:
        """The bot's own name, without "@". Raises ChatError."""
        return str((await self._call(self._bot.get_me())).username or "")

    async def offer(self, chat: str, commands: Sequence[tuple[str, str]]) -> None:
        """Offer commands, each with what it does, to who writes in that chat. Raises ChatError."""
        menu = [BotCommand(name, about) for name, about in commands]
        scope = BotCommandScopeChat(chat)
        await self._call(self._bot.set_my_commands(menu, scope=scope))

    async def send(
        self, chat: str, html: str, keyboard: Keyboard = (), *, is_quiet: bool = False
    ) -> str:
        """Send a message; its number. Raises ChatError: it may have arrived all the same."""
        message = await self._call(
            self._bot.send_message(
                chat,
                html,
                parse_mode="HTML",
                reply_markup=_markup(keyboard),
                disable_notification=is_quiet,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        return str(message.message_id)

    async def send_photo(self, chat: str, photo: bytes, html: str, keyboard: Keyboard = ()) -> str:
        """Send a picture with a text below it; its number. Raises ChatError, as `send` does."""
        message = await self._call(
            self._bot.send_photo(
                chat,
                InputFile(photo, "image"),
                caption=html,
                parse_mode="HTML",
                reply_markup=_markup(keyboard),
            )
        )
        return str(message.message_id)

    async def send_document(self, chat: str, name: str, content: bytes, html: str) -> str:
        """Send a file with a text below it; its number. Raises ChatError, as `send` does."""
        message = await self._call(
            self._bot.send_document(chat, InputFile(content, name), caption=html, parse_mode="HTML")
        )
        return str(message.message_id)

    async def fetch(self, file_id: str, most: int) -> bytes | None:
        """The file that somebody sent; None where it has more than `most` bytes. Raises ChatError."""
        try:
            path = (await self._call(self._bot.get_file(file_id))).file_path or ""
        except ChatError as error:
            if _TOO_BIG in str(error).lower():
                return None
            raise
        return await self._call(self._download(path, most), longest=_DOWNLOAD)

    async def _download(self, path: str, most: int) -> bytes | None:
        """Raises ChatError where the file is not, or no longer, there."""
        try:
            return await self._fetcher.fetch(path, most)
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            why = f"the file was not handed over: {status}"
            raise ChatError(why, is_refused=status in _GONE) from None
        except httpx.HTTPError as error:
            raise ChatError(f"the file did not arrive ({type(error).__name__})") from None

    async def edit_caption(
        self, chat: str, message: str, html: str, keyboard: Keyboard = ()
    ) -> None:
        """The same as `edit` for the text below a picture. Raises ChatError."""
        try:
            await self._call(
                self._bot.edit_message_caption(
                    chat_id=chat,
                    message_id=int(message),
                    caption=html,
                    parse_mode="HTML",
                    reply_markup=_markup(keyboard),
                )
            )
        except _UneditableError:
            return

    async def edit(self, chat: str, message: str, html: str, keyboard: Keyboard = ()) -> None:
        """Put other words into a message. One that is gone, or reads so already, is no fault. Raises ChatError."""
        try:
            await self._call(
                self._bot.edit_message_text(
                    html,
                    chat_id=chat,
                    message_id=int(message),
                    parse_mode="HTML",
                    reply_markup=_markup(keyboard),
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            )
        except _UneditableError:
            return

    async def answer(self, query: str, words: str, *, is_alert: bool = False) -> None:
        """Tell who pressed what became of it; a press that is long past needs none. Raises ChatError."""
        try:
            await self._call(self._bot.answer_callback_query(query, words, show_alert=is_alert))
        except _UneditableError:
            return

    async def hear(self, offset: int, *, is_patient: bool = True) -> Sequence[Update]:
        """What people did, from update `offset` on; all before it is forgotten there. Waits for some, if it
        `is_patient`. Raises ChatError."""
        poll = self._poll if is_patient else 0
        return await self._call(
            self._bot.get_updates(
                offset=offset,
                timeout=int(poll),
                allowed_updates=["message", "callback_query"],
                read_timeout=poll + self._timeouts.total,
            ),
            longest=poll + self._timeouts.total,
        )

    async def close(self) -> None:
        await self._fetcher.close()
        await self._http.shutdown()

    async def _call(self, call: Coroutine[Any, Any, T], longest: float = 0.0) -> T:
        """Raises ChatError for whatever goes wrong, without the token."""
        wire_of_call.set(Wire())
        try:
            async with asyncio.timeout(longest or self._timeouts.total):
                return await call
        except ChatError:
            raise
        except RetryAfter as error:
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            raise ChatError(f"Telegram asks to wait {seconds:.0f} s", wait=seconds) from None
        except Conflict:
            why = "another process asks Telegram for this bot's news"
            raise ChatError(why, is_conflict=True) from None
        except BadRequest as error:
            if any(words in str(error).lower() for words in _UNEDITABLE):
                raise _UneditableError from None
            raise ChatError(told(error, self._forms), is_refused=True) from None
        except (
            Forbidden,
            ChatMigrated,
        ) as error:  # thrown out, or the group has another number now
            raise ChatError(told(error, self._forms), is_refused=True) from None
        except TimeoutError:
            raise ChatError("no answer in time") from None
        except TelegramError as error:
            raise ChatError(told(error, self._forms)) from None
        except Exception as error:  # an answer that is none of Telegram's
            raise ChatError(f"no answer of Telegram's ({type(error).__name__})") from None


class _UneditableError(Exception):
    """What was to be changed is gone, too old, or as it should be already."""


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(each.words, callback_data=each.data) for each in row]
            for row in keyboard
        ]
    )

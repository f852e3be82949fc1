"""Who talks in Telegram's chats, and with what: people, the buttons under messages, files, what a press leads to.

It decides nothing. A `datetime` is aware and in UTC, on the sandbox's own clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class User:
    """Somebody on Telegram, a person or a bot. In a private chat the chat's id is the person's."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""  # without "@"; "" = has none
    is_bot: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Membership(StrEnum):
    """What a person is in a chat, as the Bot API's ChatMember says it."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard, and the one thing that it does."""

    text: str
    action: str  # the field of InlineKeyboardButton: callback_data, url, copy_text, …
    value: str  # what stands in that field; of an object its JSON
    style: str = ""  # "" = as the app draws it; danger, success, primary


Keyboard = Sequence[Sequence[Button]]


@dataclass(frozen=True, slots=True)
class Document:
    """A file in a message; its bytes are with `Files`."""

    file_id: str
    file_unique_id: str
    name: str
    media_type: str
    size: int  # bytes
    path: str  # what getFile tells, below /file/bot<token>/


@dataclass(frozen=True, slots=True)
class Shown:
    """What a bot let a person read who had pressed a button."""

    at: datetime
    text: str = ""  # "" = only the button stopped waiting
    show_alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed by a person: one callback query, however often its update is handed out."""

    id: str
    at: datetime
    user: User
    chat: str  # its address
    message_id: str
    data: str
    shown: Sequence[Shown] = ()  # each answer to it, oldest first; a bot may answer again

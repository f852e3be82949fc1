"""What the bot says in the admin chat, and how it changes what it said. It hears nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.desk.chat.ordered import said
from bot.desk.chat.press import data_of
from bot.desk.chat.wire import Button, ChatError, Keyboard, Line
from bot.desk.message import Message
from bot.desk.mouth import Place, Sent
from bot.ledger import Alert
from bot.publishers.images import Images

log = logging.getLogger("banditore")

# What to do where Telegram takes no word of ours.
NOTHING_PUBLIC = {"public": "no", "do": "see to it that the bot may write in the admin chat"}


class Speaker:
    """The admin chat as a mouth of the desk; see `Mouth`."""

    has_buttons = True

    def __init__(self, line: Line, images: Images) -> None:
        self._line = line
        self._images = images
        self._kinds: dict[str, str] = {}  # of chats, as Telegram told

    async def tell(self, place: Place, message: Message, alert: Alert | None) -> Sent | str:
        """See `Mouth.tell`."""
        if not place.chat:
            return "no admin_chat is named in channels.yaml"
        try:
            if fault := await self._why_not(place.chat):
                return fault
            number = await self._send(place.chat, message, keyboard_of(message, alert))
        except ChatError as error:
            return f"the admin chat: {error}"
        return Sent(place.chat, number)

    async def change(self, sent: Sent, message: Message, alert: Alert | None) -> str:
        """See `Mouth.change`."""
        try:
            await self.edit(sent.chat, sent.message, message, alert)
        except ChatError as error:
            if not error.is_refused:
                return f"the admin chat: {error}"
            fields = {"reason": str(error), **NOTHING_PUBLIC}
            log.warning("chat.unchanged", extra={"fields": fields})
        return ""

    async def edit(self, chat: str, number: str, message: Message, alert: Alert | None) -> None:
        """Put other words into a message, and the buttons of `alert` below it. Raises ChatError."""
        keyboard = keyboard_of(message, alert)
        edit = self._line.edit if message.image is None else self._line.edit_caption
        await edit(chat, number, message.html, keyboard)

    async def _send(self, chat: str, message: Message, keyboard: Keyboard) -> str:
        """With its picture, where that is still the one that was checked. What Telegram refuses so, it gets
        with less in it: one message must not keep all others from being told."""
        photo = await self._images.read(*message.image) if message.image else None
        html, title = message.html, said(message.title).html
        ways: list[Callable[[], Awaitable[str]]]
        ways = [lambda: self._line.send(chat, html, keyboard)]
        if isinstance(photo, bytes):
            ways.insert(0, lambda: self._line.send_photo(chat, photo, html, keyboard))
        for way in ways:
            try:
                return await way()
            except ChatError as error:
                if not error.is_refused:
                    raise
        return await self._line.send(chat, title, keyboard)

    async def _why_not(self, chat: str) -> str:
        """What admins are told is not for followers. Raises ChatError."""
        if chat not in self._kinds:
            self._kinds[chat] = await self._line.kind(chat)
        if self._kinds[chat] == "channel":
            return "admin_chat is a channel: its followers would read what is meant for admins"
        return ""


def keyboard_of(message: Message, alert: Alert | None) -> Keyboard:
    """Its buttons, each on a line of its own: they are read on phones."""
    if alert is None:
        return ()
    return [[Button(words, data_of(action, alert))] for action, words in message.actions]

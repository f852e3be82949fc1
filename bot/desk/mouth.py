"""Where admins are spoken to, and through what: the first mouth that takes a message has it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from bot.core.model import Admins
from bot.desk.message import Message
from bot.desk.words import LANGUAGES, Language
from bot.ledger import Alert

log = logging.getLogger("banditore")


@dataclass(frozen=True, slots=True)
class Place:
    """Where admins are spoken to, and how."""

    chat: str  # of Telegram; "" = none
    admins: Admins
    zone: tzinfo

    @property
    def language(self) -> Language:
        return LANGUAGES[self.admins.language]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went out."""

    chat: str = ""  # "" = not in a chat: nothing can be pressed, or changed
    message: str = ""


class Mouth(Protocol):
    """Takes messages to admins."""

    @property
    def has_buttons(self) -> bool:
        """Can people press something there, and can what was said be changed?"""
        ...

    async def tell(self, place: Place, message: Message, alert: Alert | None) -> Sent | str:
        """Tell it; where it is, or why it did not go out. without an `alert` nothing of it can be pressed."""
        ...

    async def change(self, sent: Sent, message: Message, alert: Alert | None) -> str:
        """Put other words into it; why that has to be tried again, or "": it is done, or can't be done any more."""
        ...


class Mouths:
    """Several, in the order in which they are tried."""

    def __init__(self, mouths: Sequence[Mouth]) -> None:
        self._mouths = tuple(mouths)
        self.untold = ""  # why nothing can be told, as far as it is known

    def has_ear(self, place: Place) -> bool:
        """Did anybody ask to be told?"""
        return bool(place.chat) or not all(mouth.has_buttons for mouth in self._mouths)

    async def say(
        self, place: Place, message: Callable[[bool], Message | None], alert: Alert | None
    ) -> Sent | None:
        """Through the first that takes it; None, told to the log, where nobody does.

        `message` makes it, with buttons or without; None where there is none of that kind.
        """
        faults: list[str] = []
        made: Message | None = None
        for mouth in self._mouths:
            if (made := message(mouth.has_buttons)) is None:
                return Sent()
            sent = await mouth.tell(place, made, alert)
            if isinstance(sent, Sent):
                self.untold = ""
                return sent
            faults.append(sent)
        why = "; ".join(faults) or "the bot has no token"
        if why != self.untold:
            self.untold = why
            fields = {
                "reason": why,
                "title": made.title if made else "",
                "public": "no",
                "do": "see to it here; mend admin_chat or BANDITORE_ALERTS, it is tried again",
            }
            log.error("alert.untold", extra={"fields": fields})
        return None

    async def follow(self, place: Place, message: Message) -> None:
        """Say how it ended where what was said can't be changed. Once: who waits for it can look."""
        for mouth in self._mouths:
            if not mouth.has_buttons and isinstance(await mouth.tell(place, message, None), Sent):
                return

    async def change(self, sent: Sent, message: Message, alert: Alert | None) -> str:
        """Put other words into what was said; why that has to be tried again, or ""."""
        for mouth in self._mouths:
            if sent.message and mouth.has_buttons:
                return await mouth.change(sent, message, alert)
        return ""

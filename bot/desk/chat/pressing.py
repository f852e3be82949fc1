"""Presses on buttons as they are heard in the admin chat: each is judged, carried out once, shown and answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from telegram import CallbackQuery

from bot.desk.chat.commands import Commands
from bot.desk.chat.flood import MOST_PRESSES
from bot.desk.chat.gate import Gate, is_in, tell_stranger
from bot.desk.chat.ordered import is_of_pause
from bot.desk.chat.press import ASKED_AGAIN, After, Pressed, press, read_data
from bot.desk.chat.speaking import Speaker
from bot.desk.chat.wire import Line
from bot.desk.message import Message
from bot.desk.mouth import Place
from bot.desk.reading import reads, reads_when_over
from bot.ledger import Ledger

log = logging.getLogger("banditore")

_LONGEST = 200  # characters of an answer, https://core.telegram.org/bots/api#answercallbackquery

T = TypeVar("T")


class Pressing:
    """Of one admin chat."""

    def __init__(
        self,
        line: Line,
        speaker: Speaker,
        ledger: Ledger,
        commands: Commands,
        thread: Executor,
        gate: Gate,
    ) -> None:
        """`thread` runs the ledger's transactions, one at a time."""
        self._line = line
        self._speaker = speaker
        self._ledger = ledger
        self._commands = commands
        self._thread = thread
        self._gate = gate

    async def pressed(self, query: CallbackQuery, place: Place) -> None:
        """Do what was pressed, show what became of it, and tell who pressed. Raises ChatError, LedgerError."""
        found = read_data(query.data or "")
        is_here = query.message is not None and is_in(place.chat, query.message.chat)
        is_ours = found is not None or is_of_pause(query.data or "")
        if not is_ours or not is_here or self._gate.is_too_much(query.from_user, MOST_PRESSES):
            return
        name = place.admins.members.get(query.from_user.id)
        if name is None:
            tell_stranger(query.from_user, "pressed")
            await self._line.answer(query.id, place.language.phrase("stranger"), is_alert=True)
            return
        if found is None:
            await self._end_pause(query, name, place)
            return
        pressed = await self._in_thread(
            lambda: press(self._ledger, found, name, place.language, number=query.id)
        )
        fields = {
            "action": str(found.action),
            "alert": found.alert,
            "by": name,
            "refused": pressed.is_refused,
        }
        log.info("chat.pressed", extra={"fields": fields})
        await self._show(pressed, place)
        await self._line.answer(query.id, pressed.words[:_LONGEST], is_alert=pressed.is_refused)

    async def _show(self, pressed: Pressed, place: Place) -> None:
        alert = pressed.alert
        if alert is None or not alert.message or pressed.after is After.AS_IT_IS:
            return
        language, zone = place.language, place.zone
        message: Message | None
        match pressed.after:
            case After.SETTLED:
                message = reads_when_over(alert, language, zone)
            case After.ASKS:
                message = reads(alert, language, zone, asks=ASKED_AGAIN)
            case After.AS_IT_WAS if alert.settled_at is not None:
                message = reads_when_over(alert, language, zone)
            case After.AS_IT_WAS:
                message = reads(alert, language, zone)
        if message is not None:
            await self._speaker.edit(alert.chat, alert.message, message, alert)
        if pressed.after is After.SETTLED and alert.settled_at is not None:
            await self._in_thread(lambda: self._ledger.alerts.closed([alert.id]))

    async def _end_pause(self, query: CallbackQuery, name: str, place: Place) -> None:
        """The button below what /pause answered."""
        pressed, message = await self._in_thread(
            lambda: self._commands.end_pause(query.data or "", name, place)
        )
        log.info("chat.ordered", extra={"fields": {"command": "resume", "by": name}})
        assert query.message is not None
        await self._line.edit(place.chat, str(query.message.message_id), message.html)
        await self._line.answer(query.id, pressed.words[:_LONGEST], is_alert=pressed.is_refused)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

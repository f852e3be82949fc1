"""Commands as they are heard in the admin chat: each is judged, an order carried out once, and answered."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

from telegram import Message as Heard

from bot.desk.chat.commands import Commands
from bot.desk.chat.flood import MOST_COMMANDS
from bot.desk.chat.gate import Gate, is_in, member, tell_stranger
from bot.desk.chat.ordered import Ordered, Reply, said
from bot.desk.chat.speaking import NOTHING_PUBLIC, keyboard_of
from bot.desk.chat.wire import ChatError, Keyboard, Line
from bot.desk.mouth import Place
from bot.desk.seen import Seen
from bot.ledger import Ledger

log = logging.getLogger("banditore")

_LONGEST = 200  # characters of a command that are said back

T = TypeVar("T")


class Ordering:
    """Of one admin chat."""

    def __init__(
        self, line: Line, ledger: Ledger, commands: Commands, thread: Executor, gate: Gate
    ) -> None:
        """`thread` runs the ledger's transactions, one at a time."""
        self._line = line
        self._ledger = ledger
        self._commands = commands
        self._thread = thread
        self._gate = gate
        self._name = ""  # the bot's own, once it was asked
        self._unsent: tuple[int, deque[Reply]] | None = None  # of an update, what to answer still

    async def ordered(self, update_id: int, heard: Heard, place: Place, seen: Seen | None) -> None:
        """Carry a command out, once, and answer it. An answer that Telegram did not take is sent again, and
        the command not carried out again. Raises ChatError, LedgerError."""
        if self._unsent is None or self._unsent[0] != update_id:
            self._unsent = update_id, deque(await self._replies(heard, place, seen))
        left = self._unsent[1]
        while left:
            try:
                await self._answer(left[0], place)
            except ChatError as error:
                if not error.is_refused:
                    raise
                log.warning(
                    "chat.unanswered", extra={"fields": {"reason": str(error), **NOTHING_PUBLIC}}
                )
            left.popleft()

    async def _answer(self, reply: Reply, place: Place) -> None:
        keyboard: Keyboard = [[each] for each in reply.buttons]
        alert = reply.alert
        if alert is not None:
            keyboard = keyboard_of(reply.message, alert)
        number = await self._line.send(place.chat, reply.message.html, keyboard)
        if alert is not None:  # what becomes of it is shown where it was shown last
            told = self._ledger.alerts.told
            await self._in_thread(
                lambda: told(alert.id, alert.detail, chat=place.chat, message=number)
            )

    async def _replies(self, heard: Heard, place: Place, seen: Seen | None) -> Sequence[Reply]:
        """Carry out what is ordered; what to answer."""
        words = (heard.text or "").split(maxsplit=1)
        # Whoever passes on what another wrote, or lets a bot write, orders nothing by it.
        if heard.forward_origin is not None or heard.via_bot is not None:
            return ()
        who = heard.from_user
        if who is None or not is_in(place.chat, heard.chat):
            return ()
        if not words or not words[0].startswith("/"):
            return ()
        if self._gate.is_too_much(who, MOST_COMMANDS):
            return ()
        language = place.language
        name = member(who, place)
        command, _, meant = words[0][1:].lower().partition("@")
        if meant and meant != await self._own_name():
            return ()
        if command == "id" and who.is_bot:  # it stands for all who write anonymously
            return [Reply(said(language.phrase("anonymous")))]
        if command == "id":
            return [Reply(said(str(who.id)))]
        if name is None:
            tell_stranger(who, "ordered")
            return ()
        if self._gate.is_stale(heard):
            return [Reply(said(language.phrase("stale", command=command[:_LONGEST])))]
        if seen is None:
            return ()
        # What Telegram hands over once more after a process died, or to two that both heard it.
        number = f"{heard.chat.id}/{heard.message_id}"
        is_order = self._commands.is_order(command)
        if is_order and await self._in_thread(lambda: self._ledger.alerts.was_pressed(number)):
            return [Reply(said(language.phrase("already")))]
        rest = words[1] if len(words) > 1 else ""
        order = Ordered(command, rest, name, place, seen)
        fields = {"command": command if self._commands.knows(command) else "", "by": name}
        log.info("chat.ordered", extra={"fields": fields})
        replies = await self._in_thread(lambda: self._commands.carry_out(order))
        if is_order:
            done = self._ledger.alerts.pressed
            await self._in_thread(lambda: done(number, 0, command, name))
        return replies

    async def _own_name(self) -> str:
        """The bot's own, in small letters: other bots have commands of the same names. Raises ChatError."""
        if not self._name:
            self._name = (await self._line.name()).lower()
        return self._name

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

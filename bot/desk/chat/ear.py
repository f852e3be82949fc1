"""What people do in the admin chat: hears who presses, orders and sends a document there, and judges whether they may.

Only members on the list may; whoever else tries is told so, once a while, and nothing changes. News is
confirmed to Telegram after it was dealt with, so that none is lost; what comes twice does nothing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import TypeVar

from telegram import CallbackQuery, Update
from telegram import Message as Heard

from bot.desk.chat.commands import Commands, menu
from bot.desk.chat.documents import Documents, shown_name
from bot.desk.chat.flood import MOST_COMMANDS, MOST_PRESSES, Flood
from bot.desk.chat.ordered import Ordered, Reply, is_of_pause, said
from bot.desk.chat.press import ASKED_AGAIN, After, Pressed, press, read_data
from bot.desk.chat.speaking import NOTHING_PUBLIC, Speaker, keyboard_of
from bot.desk.chat.wire import AT_ONCE, ChatError, Keyboard, Line
from bot.desk.message import Message
from bot.desk.mouth import Place
from bot.desk.reading import reads, reads_when_over
from bot.desk.seen import Seen
from bot.ledger import Ledger, LedgerError

log = logging.getLogger("banditore")

# A command older than this was meant for a moment that is over.
STALE = timedelta(minutes=10)

# Seconds between two looks at what is new while a document is being read.
_LOOK = 1.0

# Seconds to wait after a fault, the last again and again.
_RESTS = (1.0, 5.0, 15.0, 60.0)

T = TypeVar("T")


class Ear:
    """One bot's ear in the admin chat."""

    def __init__(
        self,
        line: Line,
        speaker: Speaker,
        ledger: Ledger,
        commands: Commands,
        thread: Executor,
        *,
        now: Callable[[], datetime],
        documents: Documents | None = None,
    ) -> None:
        """`thread` runs the ledger's transactions, one at a time; `now` is its clock. Without `documents`
        those that people send are none of ours."""
        self._documents = documents
        self._line = line
        self._speaker = speaker
        self._commands = commands
        self._ledger = ledger
        self._thread = thread
        self._now = now
        self._next = 0  # the number of the news after all that was dealt with
        self._place: Place | None = None
        self._seen: Seen | None = None
        self._name = ""  # the bot's own, once it was asked
        self._offered: tuple[str, str] | None = (
            None  # to which chat commands are, in which language
        )
        self._unsent: tuple[int, deque[Reply]] | None = None  # of an update, what to answer still
        self._flood = Flood(now)
        self._fault = ""  # why it hears nothing, as far as it was told
        self._is_full = False  # more has happened than one answer of Telegram's has room for
        self._task: asyncio.Task[None] | None = None

    # --- to hear ------------------------------------------------------------------------------------

    def listen(self, place: Place, seen: Seen) -> None:
        """Hear what is pressed and ordered there, from now on; `seen` is what the desk sees by now."""
        self._place, self._seen = place, seen
        if place.chat and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._hear(), name="admin chat")

    async def hush(self) -> None:
        """Hear nothing more: another node does, or the service ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        if self._documents is not None:
            self._next = self._documents.first or self._next
            await self._documents.stop()

    async def close(self) -> None:
        await self.hush()
        await self._line.close()

    async def _hear(self) -> None:
        failures = 0
        while True:
            try:
                await self._offer()
                for update in await self._heard():
                    await self._deal_with(update)
                    self._next = update.update_id + 1
                failures = 0
                self._tell_fault("")
            except (ChatError, LedgerError) as error:
                # What was not dealt with comes again.
                rest = _RESTS[min(failures, len(_RESTS) - 1)]
                failures += 1
                self._tell_fault(str(error))
                await asyncio.sleep(max(rest, getattr(error, "wait", 0.0)))

    async def _heard(self) -> Sequence[Update]:
        """What is new. A document that is still being read is not confirmed: it, and what came after it, is
        handed over again and again, and known. Raises ChatError."""
        oldest = self._documents.first if self._documents is not None else None
        if self._documents is None or oldest is None or self._is_full:
            found = await self._line.hear(self._next)
            self._is_full = False
            return found
        found = await self._line.hear(oldest, is_patient=False)
        # Where no more fit into one answer, what comes after them must be heard: it may be a /pause.
        self._is_full = len(found) >= AT_ONCE
        new = [update for update in found if update.update_id >= self._next]
        if not new and not self._is_full:
            await self._documents.rest(_LOOK)
        return new

    async def _offer(self) -> None:
        """Let Telegram show the commands to who begins to write one; nobody needs that."""
        place = self._place
        if place is None or self._offered == (place.chat, place.language.locale):
            return
        self._offered = (place.chat, place.language.locale)
        with contextlib.suppress(ChatError):
            await self._line.offer(place.chat, menu(place.language))

    def _tell_fault(self, fault: str) -> None:
        """Once for each; Telegram is away now and then."""
        if fault == self._fault:
            return
        self._fault = fault
        if fault:
            do = "presses and commands wait; alerts that it can't take go to BANDITORE_ALERTS"
            fields = {"reason": fault, "public": "no", "do": do}
            log.warning("chat.deaf", extra={"fields": fields})
        else:
            log.info("chat.hears", extra={"fields": {}})

    async def _deal_with(self, update: Update) -> None:
        place = self._place
        if place is None:
            return
        try:
            if update.callback_query is not None:
                await self._press(update.callback_query, place)
            elif update.message is not None and update.message.document is not None:
                await self._document(update.update_id, update.message, place)
            elif update.message is not None:
                await self._command(update.update_id, update.message, place)
        except LedgerError:
            raise
        except ChatError as error:
            if not error.is_refused:
                raise
            # It was carried out, and its answer would be refused again: what comes after it has to be heard.
            log.warning(
                "chat.unanswered", extra={"fields": {"reason": str(error), **NOTHING_PUBLIC}}
            )
        except Exception:  # one odd update must not come again for ever
            fields = {"public": "no", "do": "see the trace; posts go out all the same"}
            log.exception("chat.failed", extra={"fields": fields})

    # --- presses ------------------------------------------------------------------------------------

    async def _press(self, query: CallbackQuery, place: Place) -> None:
        found = read_data(query.data or "")
        is_here = query.message is not None and _is(place.chat, query.message.chat)
        is_ours = found is not None or is_of_pause(query.data or "")
        if not is_ours or not is_here or self._flood.is_too_much(query.from_user.id, MOST_PRESSES):
            return
        name = place.admins.members.get(query.from_user.id)
        if name is None:
            self._tell_stranger(query.from_user.id, "pressed")
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

    # --- commands -----------------------------------------------------------------------------------

    async def _command(self, update_id: int, heard: Heard, place: Place) -> None:
        """Carry a command out, once, and answer it. An answer that Telegram did not take is sent again, and
        the command not carried out again."""
        if self._unsent is None or self._unsent[0] != update_id:
            self._unsent = update_id, deque(await self._replies(heard, place))
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

    async def _replies(self, heard: Heard, place: Place) -> Sequence[Reply]:
        """Carry out what is ordered; what to answer."""
        words = (heard.text or "").split(maxsplit=1)
        # Whoever passes on what another wrote, or lets a bot write, orders nothing by it.
        if heard.forward_origin is not None or heard.via_bot is not None:
            return ()
        if heard.from_user is None or not _is(place.chat, heard.chat):
            return ()
        if not words or not words[0].startswith("/"):
            return ()
        if self._flood.is_too_much(heard.from_user.id, MOST_COMMANDS):
            return ()
        language = place.language
        name = None if heard.from_user.is_bot else place.admins.members.get(heard.from_user.id)
        command, _, meant = words[0][1:].lower().partition("@")
        if meant and meant != await self._own_name():
            return ()
        if command == "id" and heard.from_user.is_bot:  # it stands for all who write anonymously
            return [Reply(said(language.phrase("anonymous")))]
        if command == "id":
            return [Reply(said(str(heard.from_user.id)))]
        if name is None:
            self._tell_stranger(heard.from_user.id, "ordered")
            return ()
        if self._now() - heard.date > STALE:
            return [Reply(said(language.phrase("stale", command=command[:_LONGEST])))]
        if self._seen is None:
            return ()
        # What Telegram hands over once more after a process died, or to two that both heard it.
        number = f"{heard.chat.id}/{heard.message_id}"
        is_order = self._commands.is_order(command)
        if is_order and await self._in_thread(lambda: self._ledger.alerts.was_pressed(number)):
            return [Reply(said(language.phrase("already")))]
        rest = words[1] if len(words) > 1 else ""
        order = Ordered(command, rest, name, place, self._seen)
        fields = {"command": command if self._commands.knows(command) else "", "by": name}
        log.info("chat.ordered", extra={"fields": fields})
        replies = await self._in_thread(lambda: self._commands.carry_out(order))
        if is_order:
            done = self._ledger.alerts.pressed
            await self._in_thread(lambda: done(number, 0, command, name))
        return replies

    # --- documents ----------------------------------------------------------------------------------

    async def _document(self, update_id: int, heard: Heard, place: Place) -> None:
        """A newsletter, perhaps. It orders nothing, so one that is passed on is read as well."""
        who = heard.from_user
        if self._documents is None or who is None or not _is(place.chat, heard.chat):
            return
        name = None if who.is_bot or heard.via_bot else place.admins.members.get(who.id)
        if name is None or self._flood.is_too_much(who.id, MOST_COMMANDS):
            return
        if self._now() - heard.date > STALE:
            shown = shown_name(heard.document.file_name or "") if heard.document else ""
            late = said(place.language.phrase("document_late", name=shown))
            await self._line.send(place.chat, late.html)
            return
        await self._documents.take(update_id, heard, name, place)

    async def _own_name(self) -> str:
        """The bot's own, in small letters: other bots have commands of the same names. Raises ChatError."""
        if not self._name:
            self._name = (await self._line.name()).lower()
        return self._name

    def _tell_stranger(self, number: int, did: str) -> None:
        fields = {
            "user": number,
            "did": did,
            "public": "no",
            "do": "nothing was changed; if they may, name them under `admins: members:`",
        }
        log.warning("chat.stranger", extra={"fields": fields})

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


_LONGEST = 200  # characters of an answer to a press, https://core.telegram.org/bots/api#answercallbackquery


def _is(chat: str, other: object) -> bool:
    """Is a chat, as Telegram shows it, the one that is meant by its number or its name?"""
    username = getattr(other, "username", None) or ""
    return chat in (str(getattr(other, "id", "")), f"@{username}") or (
        bool(username) and chat.casefold() == f"@{username}".casefold()
    )

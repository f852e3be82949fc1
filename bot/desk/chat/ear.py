"""What people do in the admin chat: hears it, and hands on who presses, orders, or sends a document there.

Only members on the list may; whoever else tries is told so, once a while, and nothing changes. News is
confirmed to Telegram after it was dealt with, so that none is lost; what comes twice does nothing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from telegram import Message, Update

from bot.desk.chat.commands import menu
from bot.desk.chat.documents import Documents, shown_name
from bot.desk.chat.flood import MOST_COMMANDS
from bot.desk.chat.gate import Gate, is_in, member
from bot.desk.chat.ordered import said
from bot.desk.chat.ordering import Ordering
from bot.desk.chat.pressing import Pressing
from bot.desk.chat.speaking import NOTHING_PUBLIC
from bot.desk.chat.wire import AT_ONCE, ChatError, Line
from bot.desk.mouth import Place
from bot.desk.seen import Seen
from bot.ledger import LedgerError

log = logging.getLogger("banditore")

# Seconds between two looks at what is new while a document is being read.
_LOOK = 1.0

# Seconds to wait after a fault, the last again and again.
_RESTS = (1.0, 5.0, 15.0, 60.0)


class Ear:
    """One bot's ear in the admin chat."""

    def __init__(
        self,
        line: Line,
        pressing: Pressing,
        ordering: Ordering,
        gate: Gate,
        documents: Documents | None = None,
    ) -> None:
        """Without `documents` those that people send are none of ours."""
        self._line = line
        self._pressing = pressing
        self._ordering = ordering
        self._gate = gate
        self._documents = documents
        self._next = 0  # the number of the news after all that was dealt with
        self._place: Place | None = None
        self._seen: Seen | None = None
        self._offered: tuple[str, str] | None = (
            None  # to which chat commands are, in which language
        )
        self._fault = ""  # why it hears nothing, as far as it was told
        self._is_full = False  # more has happened than one answer of Telegram's has room for
        self._task: asyncio.Task[None] | None = None

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
                await self._pressing.pressed(update.callback_query, place)
            elif update.message is not None and update.message.document is not None:
                await self._document(update.update_id, update.message, place)
            elif update.message is not None:
                await self._ordering.ordered(update.update_id, update.message, place, self._seen)
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

    async def _document(self, update_id: int, heard: Message, place: Place) -> None:
        """A newsletter, perhaps. It orders nothing, so one that is passed on is read as well."""
        who = heard.from_user
        if self._documents is None or who is None or not is_in(place.chat, heard.chat):
            return
        name = None if heard.via_bot else member(who, place)
        if name is None or self._gate.is_too_much(who, MOST_COMMANDS):
            return
        if self._gate.is_stale(heard):
            shown = shown_name(heard.document.file_name or "") if heard.document else ""
            late = said(place.language.phrase("document_late", name=shown))
            await self._line.send(place.chat, late.html)
            return
        await self._documents.take(update_id, heard, name, place)

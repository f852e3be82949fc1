"""Documents that members send: fetched, read and answered one at a time, beside all else that is heard there.

They change nothing. Telegram is asked to keep each until it has been answered, so that a process that dies
loses none; one that was answered is written down, so that none is answered twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from typing import TypeVar

from telegram import Document
from telegram import Message as Heard

from bot.desk.chat.ordered import said
from bot.desk.chat.silencing import cleaned
from bot.desk.chat.speaking import NOTHING_PUBLIC
from bot.desk.chat.wire import ChatError, Line
from bot.desk.drafts import Drafts, Reader, Received, Refused
from bot.desk.drafts_message import caption_of, of_refused, posts_of, questions_of, refusal
from bot.desk.message import Message
from bot.desk.mouth import Place
from bot.ledger import Ledger, LedgerError

log = logging.getLogger("banditore")

# Bytes of a file that a bot may fetch, https://core.telegram.org/bots/api#getfile
LARGEST = 20_000_000

# Beside the one that is read. More is told to come again.
_WAITING = 3

# Seconds to wait after a fault, the last again and again, and after how many it is given up.
_RESTS = (1.0, 5.0, 15.0, 60.0)
_PATIENCE = 600.0

_NAME = 60  # characters of a file's name that are shown; its ending is among them
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

T = TypeVar("T")


@dataclass(slots=True)
class _Open:
    """A document that has not been answered yet."""

    update: int  # Telegram's number of the news of it
    number: str  # of its message, by which it is known again
    document: Document
    name: str
    year: int | None  # that its caption says
    by: str
    place: Place
    notice: str = ""  # the message that says that it is being read


class Documents:
    """The documents of one admin chat."""

    def __init__(
        self,
        line: Line,
        ledger: Ledger,
        thread: Executor,
        read: Reader,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """`read` takes seconds and nothing of this thread; `thread` runs the ledger's transactions."""
        self._line = line
        self._ledger = ledger
        self._read = read
        self._thread = thread
        self._now = now
        self._open: deque[_Open] = deque()
        self._task: asyncio.Task[None] | None = None

    @property
    def first(self) -> int | None:
        """The number of the oldest news that must not be forgotten; None where there is none."""
        return self._open[0].update if self._open else None

    async def take(self, update: int, heard: Heard, by: str, place: Place) -> None:
        """Say that it will be read, and have it read. Raises ChatError and LedgerError: nothing was done."""
        assert heard.document is not None, "who calls has looked"
        number = f"{heard.chat.id}/{heard.message_id}"
        if await self._in_thread(lambda: self._ledger.alerts.was_pressed(number)):
            return
        name = shown_name(heard.document.file_name or "")
        year = _YEAR.search(heard.caption or "")
        sent = _Open(
            update, number, heard.document, name, int(year[0]) if year else None, by, place
        )
        if (heard.document.file_size or 0) > LARGEST:
            await self._line.send(place.chat, _too_large(sent).html)
            await self._close(sent)
            return
        if len(self._open) > _WAITING:
            busy = place.language.phrase("document_busy", waiting=_WAITING, name=name)
            await self._line.send(place.chat, said(busy).html)
            await self._close(sent)
            return
        phrase = "document_waits" if self._open else "document_reading"
        notice = said(place.language.phrase(phrase, name=name))
        sent.notice = await self._line.send(place.chat, notice.html)
        self._open.append(sent)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="documents")

    async def rest(self, seconds: float) -> None:
        """Wait until the document that is read has been answered, no longer than so many `seconds`."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=seconds)

    async def stop(self) -> None:
        """Read nothing more. What is open comes again, to whoever hears next."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._open.clear()

    async def _work(self) -> None:
        while self._open:
            sent = self._open[0]
            try:
                await self._answer(sent)
                with contextlib.suppress(LedgerError):  # ticks tell that; it may be answered again
                    await self._close(sent)
            except ChatError as error:
                fields = {"reason": str(error), **NOTHING_PUBLIC}
                log.warning("chat.unanswered", extra={"fields": fields})
            except Exception:  # one odd document must not keep the next from being read
                fields = {"public": "no", "do": "see the trace; posts go out all the same"}
                log.exception("chat.failed", extra={"fields": fields})
            self._open.popleft()

    async def _close(self, sent: _Open) -> None:
        """Write down that it was answered. Raises LedgerError."""
        done = self._ledger.alerts.pressed
        await self._in_thread(lambda: done(sent.number, 0, "document", sent.by))

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    # --- one document -------------------------------------------------------------------------------

    async def _answer(self, sent: _Open) -> None:
        language = sent.place.language
        content = await self._fetched(sent)
        if isinstance(content, Message):
            await self._end(sent, content)
            return
        received = Received(content, sent.name, sent.year, sent.place.admins.language, self._now())
        try:
            drafts = await self._read(received)
        except Exception:
            log.exception("document.failed", extra={"fields": _fields(sent) | _OURS})
            await self._end(sent, _failed(sent, language.phrase("document_fault")))
            return
        if isinstance(drafts, Refused):
            log.info(
                "document.refused",
                extra={"fields": _fields(sent) | {"reason": str(drafts.message)}},
            )
            await self._end(sent, of_refused(drafts, sent.name, language))
            return
        counts = {"found": drafts.found, "new": drafts.new, "sure": drafts.sure}
        log.info("document.read", extra={"fields": _fields(sent) | counts})
        await self._tell(sent, drafts)

    async def _fetched(self, sent: _Open) -> bytes | Message:
        """Its bytes, or what to answer instead."""
        try:
            content = await _until_taken(lambda: self._line.fetch(sent.document.file_id, LARGEST))
        except ChatError as error:
            fields = _fields(sent) | {"reason": str(error)}
            log.warning("document.lost", extra={"fields": fields | _SEND_AGAIN})
            return _failed(sent, sent.place.language.phrase("document_lost"))
        return _too_large(sent) if content is None else content

    async def _tell(self, sent: _Open, drafts: Drafts) -> None:
        chat, language = sent.place.chat, sent.place.language
        caption = caption_of(drafts, sent.name, language)
        yaml = drafts.yaml.encode()
        if yaml:
            await _surely(lambda: self._line.send_document(chat, drafts.file, yaml, caption.html))
        messages = [*questions_of(drafts, language), *posts_of(drafts, language)]
        for message in messages if yaml else [caption, *messages]:
            await _surely(partial(self._line.send, chat, message.html))
        await self._end(sent, said(language.phrase("document_read", name=sent.name)))

    async def _end(self, sent: _Open, message: Message) -> None:
        """Put how it ended in the place of the notice that it is being read."""
        await _surely(lambda: self._line.edit(sent.place.chat, sent.notice, message.html))


_OURS = {"public": "no", "do": "see the trace; posts go out all the same"}
_SEND_AGAIN = {"public": "no", "do": "nothing: who sent it was asked to send it again"}


def _fields(sent: _Open) -> dict[str, object]:
    return {"by": sent.by, "size": sent.document.file_size or 0}


def shown_name(name: str) -> str:
    """A file's name on one line, without what can't be seen; of a long one the end, which tells the format."""
    name = cleaned(name) or "document"
    return name if len(name) <= _NAME else f"…{name[1 - _NAME :]}"


def _too_large(sent: _Open) -> Message:
    language = sent.place.language
    reason = language.phrase("document_large", most=LARGEST // 1_000_000)
    return refusal(sent.name, reason, language.phrase("document_lighter"), language)


def _failed(sent: _Open, words: str) -> Message:
    return said(sent.place.language.phrase("document_refused", name=sent.name), words)


# --- sending --------------------------------------------------------------------------------------


async def _until_taken(call: Callable[[], Awaitable[T]]) -> T:
    """Do it again while Telegram is away, or asks to wait. Raises ChatError where it refuses, or stays away."""
    end = asyncio.get_running_loop().time() + _PATIENCE
    for rest in chain(_RESTS, repeat(_RESTS[-1])):
        try:
            return await call()
        except ChatError as error:
            pause = max(rest, error.wait)
            if error.is_refused or asyncio.get_running_loop().time() + pause > end:
                raise
        await asyncio.sleep(pause)
    raise AssertionError("the rests have no end")


async def _surely(call: Callable[[], Awaitable[object]]) -> None:
    """As `_until_taken`; what Telegram refuses is told to the log, since the next may be taken."""
    try:
        await _until_taken(call)
    except ChatError as error:
        if not error.is_refused:
            raise
        log.warning("chat.unanswered", extra={"fields": {"reason": str(error), **NOTHING_PUBLIC}})

"""Speaks with admins: tells each matter once, says when it is settled, and hears what they order.

Of all nodes one has the role. It works beside the ticks, which never wait for it, and whatever fails here,
posts go out. Without a chat, or where that fails, matters go to the other addresses that admins gave.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.core.calendar import local_day
from bot.core.history import Announced, Facts
from bot.desk.changed import Suspects
from bot.desk.chat.commands import Commands
from bot.desk.chat.documents import Documents
from bot.desk.chat.ear import Ear
from bot.desk.chat.gate import Gate
from bot.desk.chat.ordering import Ordering
from bot.desk.chat.pressing import Pressing
from bot.desk.chat.speaking import Speaker
from bot.desk.chat.wire import Line
from bot.desk.conditions import USUAL_INTERVAL
from bot.desk.daily import MONDAY, TOMORROW, Day, asked_by_calendar, is_week_due, subject_of
from bot.desk.drafts import Reader
from bot.desk.matter import Kind, Matter
from bot.desk.matters import echoes, find
from bot.desk.message import of_matter, of_settled
from bot.desk.mouth import Mouth, Mouths, Place, Sent
from bot.desk.overdue import Overdue
from bot.desk.seen import Book, Files, Seen, is_blind, last_chat, read_book
from bot.desk.streak import Streak
from bot.desk.telling import Telling
from bot.engine import Ticked
from bot.git import Stuck
from bot.ledger import Alert, Attempt, Ledger, LedgerError, Store
from bot.publishers.images import Images

log = logging.getLogger("banditore")

ROLE = "desk"

# Seconds between two looks at how things stand: a burst of ticks is one news.
_PAUSE = 1.0

# Seconds that what was seen last has to be told when the service ends.
_GRACE = 5.0

T = TypeVar("T")


class People:
    """One process's part in it."""

    def __init__(
        self,
        store: Store,
        files: Callable[[], Files],
        *,
        line: Line | None = None,
        read: Reader | None = None,
        others: Sequence[Mouth] = (),
        node: str,
        now: Callable[[], datetime] | None = None,
        probe: Callable[[Ticked], Awaitable[Sequence[Matter]]] | None = None,
        every: timedelta = timedelta(minutes=15),
        interval: timedelta = USUAL_INTERVAL,
        pause: float = _PAUSE,
        images: Images = Images(),  # noqa: B008 - reads nothing yet
        stuck: Callable[[], Stuck | None] = lambda: None,
    ) -> None:
        """`line` leads to the admin chat, and `read` reads documents that are sent there; `others` are tried where it fails. `probe` asks the platforms,
        `every` so often; `interval` is the service's. `now` is the ledger's clock where it is not the usual
        one; `images` are those of posts; `stuck` tells why the files can't be brought up to date."""
        self._store = store
        self._files = files
        self._node = node
        self._probe = probe
        self._every = every
        self._pause = pause
        self._stuck = stuck
        self._ledger = Ledger(store, node=node, clock=now)
        self._thread = ThreadPoolExecutor(1, "people")
        self._ear: Ear | None = None
        mouths = list(others)
        if line is not None:
            speaker = Speaker(line, images)
            commands = Commands(self._ledger, store, interval=interval)
            gate = Gate(self._ledger.now)
            documents = None
            if read is not None:
                clock = self._ledger.now
                documents = Documents(line, self._ledger, self._thread, read, now=clock)
            heard = self._ledger, commands, self._thread, gate
            pressing = Pressing(line, speaker, *heard)
            self._ear = Ear(line, pressing, Ordering(line, *heard), gate, documents)
            mouths.insert(0, speaker)
        self._mouths = Mouths(mouths)
        self._telling = Telling(self._ledger.alerts, self._mouths, self._in_thread)
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._tick: Ticked | None = None
        self._announced: Sequence[tuple[Announced, Facts]] = ()
        self._suspects = Suspects()
        self._overdue: Sequence[Overdue] = ()
        # Of the ledger: it may fail where others need nothing of it, or need only to read.
        self._ticks, self._lanes, self._looks = Streak(), Streak(), Streak()
        self._place: Place | None = None  # the last that files named
        self._found: Sequence[Matter] | None = None  # by the probes
        self._probed: datetime | None = None
        self._probing: asyncio.Task[None] | None = None
        self._odd = ""  # why not all that needs a person can be worked out
        self._known_odd: frozenset[str] = frozenset()
        self._away: _Away | None = None  # the ledger's own trouble, which it can't keep itself
        self._task: asyncio.Task[None] | None = None

    # --- what is seen -------------------------------------------------------------------------------

    def ticked(self, tick: Ticked, overdue: Sequence[Overdue]) -> None:
        """A tick worked."""
        self._tick, self._overdue = tick, overdue
        # What the ledger knows goes on changing in its own thread; a tick is no moment at which it does.
        self._announced = tuple(tick.history.announced.items())
        self._ticks.works()
        if tick.trouble:
            self._lanes.fails(tick.trouble)
            self._overdue = ()  # for a reason that is told
        else:
            self._lanes.works()
        self._wake()

    def failed(self, reason: str) -> None:
        """A tick did not work."""
        self._ticks.fails(reason)
        self._wake()

    def _wake(self) -> None:
        self._idle.clear()
        self._news.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._attend(), name="people")

    @property
    def untold(self) -> str:
        """Why admins can't be told what they have to know, or ""."""
        why = self._mouths.untold or self._odd
        return f"admins can't be told: {why}" if why else ""

    def _tell_odd(self, faults: Mapping[Kind, Exception]) -> None:
        """What can't be worked out for a fault of ours: each once, with its trace."""
        told = {f"{kind}: {type(error).__name__}": error for kind, error in faults.items()}
        for name in told.keys() - self._known_odd:
            fields = {"public": "no", "do": "see the trace; posts go out all the same"}
            log.error("people.failed", extra={"fields": fields}, exc_info=told[name])
        self._known_odd = frozenset(told)
        self._odd = f"a fault of ours, see the log ({'; '.join(sorted(told))})" if told else ""

    async def settle(self) -> None:
        """Wait until all that was seen is told, and what the platforms were asked is answered."""
        await self._idle.wait()
        while self._probing is not None and not self._probing.done():
            await asyncio.wait([self._probing])
            await self._idle.wait()

    async def close(self) -> None:
        """Tell what was seen, if that is soon done, and then nothing more; another node may."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.settle(), _GRACE)
        for task in (self._task, self._probing):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if self._ear is not None:
            await self._ear.close()
        with contextlib.suppress(LedgerError):
            await self._in_thread(self._ledger.alerts.let_go, ROLE)
        self._thread.shutdown()

    async def _attend(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._look()
                self._looks.works()
            except LedgerError as error:
                self._looks.fails(str(error))
            except Exception as error:
                fields = {"public": "no", "do": "see the trace; posts go out all the same"}
                log.exception("people.failed", extra={"fields": fields})
                self._odd = f"a fault of ours, see the log ({type(error).__name__})"
            if not self._news.is_set():
                self._idle.set()
            await asyncio.sleep(self._pause)

    # --- one look -----------------------------------------------------------------------------------

    async def _look(self) -> None:
        files = self._files()
        place = self._place = _place(files, self._place)
        if not place.chat and is_blind(files.agenda):
            # A process that began with a fault there has to tell it all the same.
            chat = await self._in_thread(last_chat, self._store)
            place = self._place = replace(place, chat=chat)
        if not place.chat and self._ear is not None:
            await self._ear.hush()  # whoever could order there no longer can
        if not self._mouths.has_ear(place):
            return
        await self._tell_trouble(place)
        tick = self._tick
        if self._ticks.count or tick is None:
            return
        # A file has one service at a time (see `Store.alone`): who held the role before it is dead.
        alone = self._store.path is not None
        if not await self._in_thread(self._ledger.alerts.hold, ROLE, alone=alone):
            if self._ear is not None:
                await self._ear.hush()
            return
        self._ask_probes(tick)
        now = self._ledger.now()
        book = await self._in_thread(self._read, files, now)
        seen = Seen(now, tick, files, book, self._overdue, self._found, self._node, self._stuck())
        if self._ear is not None:
            self._ear.listen(place, seen)
        await self._bring_up_to_date(seen, place)

    def _read(self, files: Files, now: datetime) -> Book:
        suspects = self._suspects.of(self._announced, files.agenda, now)
        return read_book(self._ledger, self._store, files, now, suspects)

    async def _bring_up_to_date(self, seen: Seen, place: Place) -> None:
        """Write what stands and what is over, then tell both."""
        alerts = await self._in_thread(self._ledger.alerts.live)
        known = {each.subject: each for each in alerts if each.settled_at is None}
        no_news = echoes(seen) - known.keys()
        found = await self._in_thread(find, seen)
        self._tell_odd(found.faults)
        standing = {each.subject: each for each in found.matters if each.subject not in no_news}
        unsure = _undecided(seen) | frozenset(map(str, found.faults))
        over = {
            each.id: ""
            for subject, each in known.items()
            if subject not in standing and each.kind in _KINDS and each.kind not in unsure
        }
        raised = [
            matter.raised()
            for subject, matter in standing.items()
            if subject not in known or known[subject].detail != matter.raised().detail
        ]
        asked = await self._asked_by_calendar(seen, place, alerts)
        raised += asked.raised
        over |= asked.over
        if raised or over:
            await self._in_thread(self._ledger.alerts.keep, raised, over)
            alerts = await self._in_thread(self._ledger.alerts.live)
        await self._telling.all(alerts, place)

    async def _asked_by_calendar(self, seen: Seen, place: Place, live: Sequence[Alert]) -> Day:
        today = local_day(seen.now, place.zone)
        subjects = {subject_of(kind, today) for kind in (TOMORROW, MONDAY)}
        known = await self._in_thread(self._ledger.alerts.was_raised, subjects)
        past: list[Attempt] = []
        if is_week_due(seen, place, known):
            since = seen.now - timedelta(days=7)
            past = await self._in_thread(lambda: self._ledger.attempts(since=since))
        return await self._in_thread(asked_by_calendar, seen, place, live, known, past)

    # --- what the ledger can't keep -------------------------------------------------------------------

    async def _tell_trouble(self, place: Place) -> None:
        """That the ledger fails: known to this process alone, which can write it down nowhere."""
        streaks = (self._ticks, self._lanes, self._looks)
        reason = next((each.reason for each in streaks if each.is_trouble), "")
        if reason:
            matter = Matter(Kind.LEDGER, self._node, {"reason": reason})
            if self._away is None:
                sent = await self._mouths.say(
                    place,
                    lambda has: of_matter(matter, place.language, place.zone, has_buttons=has),
                    None,
                )
                self._away = None if sent is None else _Away(matter, sent)
        elif self._away is not None and not any(each.count for each in streaks):
            away, self._away = self._away, None
            message = of_settled(away.matter, "", place.language, place.zone)
            if away.sent.message:
                await self._mouths.change(away.sent, message, None)
            else:
                await self._mouths.follow(place, message)

    # --- probes -------------------------------------------------------------------------------------

    def _ask_probes(self, tick: Ticked) -> None:
        now = self._ledger.now()
        is_due = self._probed is None or not timedelta(0) <= now - self._probed < self._every
        if self._probe is None or not is_due:
            return
        if self._probing is None or self._probing.done():
            self._probed = now
            self._probing = asyncio.create_task(self._run_probes(tick), name="probes")

    async def _run_probes(self, tick: Ticked) -> None:
        assert self._probe is not None
        try:
            self._found = await self._probe(tick)
        except Exception:
            log.exception("probe.failed", extra={"fields": {"public": "no", "do": "see the trace"}})
            return
        self._idle.clear()
        self._news.set()

    async def _in_thread(self, call: Callable[..., T], *given: Any, **named: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: call(*given, **named))


@dataclass(frozen=True, slots=True)
class _Away:
    matter: Matter
    sent: Sent


# Matters; what the calendar asks for ends in its own way.
_KINDS = frozenset(map(str, Kind))


def _undecided(seen: Seen) -> frozenset[str]:
    """The kinds of which it is not known just now whether they still stand."""
    kinds: set[Kind] = set()
    if seen.found is None:
        kinds |= {Kind.ACCESS, Kind.CLOCK}
    if seen.tick.fault:
        kinds |= {Kind.HELD, Kind.EMPTY, Kind.OVERDUE, Kind.PAUSED, Kind.SILENT}
    if seen.tick.trouble:
        kinds.add(Kind.OVERDUE)
    if seen.files.agenda.catalog.broken:
        kinds.add(Kind.EMPTY)
    if is_blind(seen.files.agenda):
        kinds |= {Kind.HELD, Kind.EMPTY, Kind.OVERDUE, Kind.SILENT, Kind.BUDGET, Kind.CHANGED}
    return frozenset(map(str, kinds))


def _place(files: Files, last: Place | None) -> Place:
    """Where admins are; a fault in channels.yaml does not take the chat away in which it is told."""
    agenda = files.agenda
    calendars = agenda.calendars
    zone = next(iter(calendars.values())).zone if calendars else UTC
    if is_blind(agenda) and last is not None:
        return last
    return Place(agenda.catalog.admin_chat, agenda.catalog.admins, zone)

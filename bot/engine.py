"""One tick of the corridor: plan what the files and the ledger say, and hand what is due to the lanes.

Each channel is a lane of its own, so that its trouble never stops another's. A lane renders, reserves,
prepares, commits, publishes and records; from the commit on nothing in here may stop it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import ParamSpec, Protocol, TypeVar

from bot.core.agenda import Agenda
from bot.core.calendar import instant, local_day, why_closed
from bot.core.candidates import Memory
from bot.core.history import History, dates_of, part_of
from bot.core.model import (
    Channel,
    Deferred,
    Delivery,
    Item,
    Key,
    Outcome,
    Post,
    Published,
    Rejected,
    Schedule,
    Status,
    Unknown,
)
from bot.core.plan import Plan, plan
from bot.core.states import State, state_of
from bot.core.turns import Planned
from bot.ledger import Ledger, Pace, Refused
from bot.publishers.base import Publisher, Ready
from bot.publishers.registry import MissingCredentialsError
from bot.render import Unfit, render
from bot.telling import Trial, fields_of, tell, tell_unknown

log = logging.getLogger("banditore")

P = ParamSpec("P")
T = TypeVar("T")

# How long a delivery rests after a passing trouble, where the platform did not say; twice as long each
# time, up to an hour.
REST = timedelta(minutes=2)
LONGEST_REST = timedelta(hours=1)

# Seconds between two tries to record an outcome; together they fit into the time to stop.
RECORD_AGAIN = (0.2, 1.0)


class Publishers(Protocol):
    """Who publishes for a channel."""

    def of(self, channel: Channel) -> Publisher:
        """Raises MissingCredentialsError."""
        ...

    async def close(self) -> None: ...


class Said(Protocol):
    """What staff's files say now."""

    @property
    def agenda(self) -> Agenda: ...

    @property
    def settled(self) -> Mapping[str, datetime]:
        """From when on the items of a file may go out, for files that have just changed."""
        ...

    def still_says(self, item: Item) -> bool:
        """Is the file of `item` the very one that the agenda was made from?"""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that came to its end."""

    delivery: Delivery
    channel: Channel
    post: Post
    outcome: Outcome
    at: datetime


class Engine:
    """Drives the corridor. The clock is the ledger's; nothing here reads another."""

    def __init__(
        self,
        ledger: Ledger,
        publishers: Publishers,
        said: Callable[[], Said],
        *,
        on_end: Callable[[Ended], None] = lambda _: None,
        book: Executor | None = None,
    ) -> None:
        """`book` runs the ledger's transactions; without it, a thread of the engine's own does."""
        self._ledger = ledger
        self._publishers = publishers
        self._said = said
        self._on_end = on_end
        self._memory = Memory()
        self._unfit: dict[Key, str] = {}  # deliveries of which no post can be made, of this edition
        self._met: Agenda | None = None  # the agenda whose channels and items the ledger knows
        self._told: dict[Key, str] = {}  # why deliveries are held, as far as it was told
        self._silent: set[str] = set()  # channels without credentials, told once
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        # The ledger's transactions block; one thread keeps them in order and out of the event loop.
        self._book = book or ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def begin(self, *, alone: bool) -> None:
        """Settle what dead processes left, and tell everything that may be public."""
        await self._in_book(self._ledger.sweep, alone=alone)
        for attempt in await self._in_book(self._ledger.attempts, states=[State.UNKNOWN]):
            if attempt.within is None:
                tell_unknown(attempt)

    async def tick(self) -> Plan:
        """Plan, write new verdicts, hand what is due to the idle lanes; returns without waiting for them."""
        said = self._said()
        if self._met is not said.agenda:
            await self._meet(said.agenda)
        for attempt in await self._in_book(self._ledger.sweep, alone=False):
            tell_unknown(attempt)
        history = await self._in_book(self._ledger.history)
        planned = plan(
            said.agenda,
            history,
            self._ledger.now(),
            settled=said.settled,
            unfit=self._unfit,
            memory=self._memory,
        )
        self._tell_held(planned)
        if planned.judged:
            await self._judge(planned)
        due: dict[str, list[Planned]] = defaultdict(list)
        for each in planned.due:
            due[each.delivery.key.channel].append(each)
        for channel, deliveries in due.items():
            lane = self._lanes.get(channel)
            if not self._stopping and (lane is None or lane.done()):
                name = f"lane {channel}"
                self._lanes[channel] = asyncio.create_task(
                    self._lane(said, history, deliveries), name=name
                )
        return planned

    async def settle(self) -> None:
        """Wait until no lane has anything in flight."""
        while running := [lane for lane in self._lanes.values() if not lane.done()]:
            await asyncio.wait(running)
        self._lanes.clear()

    def stop(self) -> None:
        """Begin nothing more; what is in flight goes on."""
        self._stopping = True

    async def close(self) -> None:
        """Begin nothing more, let what is in flight end and be recorded, give everything back."""
        self.stop()
        try:
            await self.settle()
        finally:
            await self._publishers.close()
            self._book.shutdown()

    async def _meet(self, agenda: Agenda) -> None:
        """Tell the ledger which channels and items there are; new ones begin now."""
        if not agenda.catalog.halted:  # a fault in their file must not look like channels that left
            channels = list(agenda.channels.values())
            ready = [key for key, each in agenda.items.items() if each.status is Status.READY]
            await self._in_book(self._ledger.meet, channels, ready)
        for channel in agenda.channels.values():
            self._publisher(
                channel
            )  # one without credentials is told now, not when something is due
        self._unfit.clear()
        self._met = agenda

    def _tell_held(self, planned: Plan) -> None:
        """Each delivery that is held, once for each reason."""
        for each in planned.held:
            if self._told.get(each.delivery.key) != each.reason:
                self._told[each.delivery.key] = each.reason
                fields = fields_of(
                    each.delivery, reason=each.reason, deadline=each.delivery.deadline
                )
                log.warning("delivery.held", extra=fields)

    # --- a lane -------------------------------------------------------------------------------------

    async def _lane(self, said: Said, history: History, deliveries: Sequence[Planned]) -> None:
        for each in deliveries:
            if self._stopping:
                return
            try:
                tries = past.tries if (past := history.past.get(each.delivery.key)) else 0
                go_on = await self._deliver(said, each.delivery, tries)
            except Exception:  # one delivery's trouble must not end the lane in silence
                do = "see the trace and `banditore log`; a call that was made is told as unknown"
                log.exception("lane.failed", extra=fields_of(each.delivery, do=do))
                return
            if not go_on:
                return

    async def _deliver(self, said: Said, delivery: Delivery, tries: int) -> bool:
        """One attempt. True if the lane may go on with its next delivery."""
        agenda = said.agenda
        channel = agenda.channels[delivery.key.channel]
        items = [agenda.items[each] for each in delivery.items]
        calendar = agenda.calendars[channel.name]
        publisher = self._publisher(channel)
        if publisher is None:
            return False
        now = self._ledger.now()
        post = render(agenda.items, delivery, channel, at=now, zone=calendar.zone)
        if isinstance(post, Unfit):
            self._unfit[delivery.key] = f"{post.reason}; {post.hint}" if post.hint else post.reason
            return True
        post = replace(
            post,
            facts=_as_announced(delivery.key, post.facts, agenda),
            settles={k: _as_announced(k, facts, agenda) for k, facts in post.settles.items()},
        )
        reserved = await self._in_book(
            self._ledger.reserve,
            delivery,
            post,
            pace=_pace(calendar, now),
            revision=_revision(items),
        )
        if isinstance(reserved, Refused):
            log.debug("delivery.waits", extra=fields_of(delivery, reason=reserved.reason))
            return False

        attempt_id = reserved.attempt_id
        attempt = Trial(attempt_id, delivery, channel, post, tries)
        ready = await publisher.prepare(post, attempt_id)
        if not isinstance(ready, Ready):
            return await self._end(attempt, ready)
        if why := self._not_now(said, delivery, post) or await self._commit(attempt_id, calendar):
            await self._in_book(self._ledger.free, attempt_id, why)
            log.info("attempt.freed", extra=fields_of(delivery, reason=why, public="no"))
            return False
        try:
            outcome = await publisher.publish(ready)
        except (
            Exception
        ) as error:  # what a publisher did not foresee may have happened after the call
            log.exception("publisher.fault", extra=fields_of(delivery, attempt=attempt_id))
            outcome = Unknown(f"an unforeseen {type(error).__name__}")
        return await self._end(attempt, outcome)

    def _publisher(self, channel: Channel) -> Publisher | None:
        try:
            return self._publishers.of(channel)
        except MissingCredentialsError as error:
            if channel.name not in self._silent:
                self._silent.add(channel.name)
                fields = {"channel": channel.name, "reason": str(error), "public": "no"}
                log.error("channel.silent", extra={"fields": fields})
            return None

    def _not_now(self, said: Said, delivery: Delivery, post: Post) -> str:
        """Why the post must not go out at this second, or "": the files, the clock and we ourselves may
        have changed while its media went up, or while the post before it was on its way."""
        now = self._ledger.now()
        calendar = said.agenda.timetables[delivery.key.channel].calendar
        if self._stopping:
            return "the service is stopping"
        for item in (said.agenda.items[each] for each in delivery.items):
            if self._said() is not said or not said.still_says(item):
                return f"{item.mark.file} or a schedule has just changed"
        if closed := why_closed(calendar, now, essential=delivery.essential):
            return str(closed)
        if post.true_until is not None and post.true_until <= now:
            return "its words are no longer true"
        return ""

    async def _commit(self, attempt_id: str, calendar: Schedule) -> str:
        """Why the ledger refuses the commit, or ""."""
        pace = _pace(calendar, self._ledger.now())
        committed = await self._in_book(self._ledger.commit, attempt_id, pace=pace)
        return committed.reason if isinstance(committed, Refused) else ""

    async def _end(self, trial: Trial, outcome: Outcome) -> bool:
        """Record and tell how an attempt ended. True if the lane may go on with its next delivery."""
        now = self._ledger.now()
        wait = outcome.until if isinstance(outcome, Deferred) else None
        if isinstance(outcome, Deferred) and wait is None:
            rest = min(REST * 2**trial.tries, LONGEST_REST)
            outcome = Deferred(outcome.reason, now + rest)
        await self._record(trial, outcome)
        if wait is not None:  # the platform said how long: that holds for the whole channel
            await self._in_book(self._ledger.wait, trial.channel.name, wait)
        tell(trial, outcome, now)
        self._on_end(Ended(trial.delivery, trial.channel, trial.post, outcome, now))
        return isinstance(outcome, Published | Rejected)

    async def _record(self, trial: Trial, outcome: Outcome) -> None:
        """Record, and again if the ledger can't: the call is made, and its truth must not be lost."""
        for pause in (*RECORD_AGAIN, None):
            try:
                state = await self._in_book(self._ledger.record, trial.attempt_id, outcome)
            except Exception:
                told = fields_of(trial.delivery, attempt=trial.attempt_id, outcome=outcome)
                log.exception("record.failed", extra=told)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            else:
                if state is not state_of(outcome):
                    told = fields_of(trial.delivery, attempt=trial.attempt_id, outcome=outcome)
                    log.warning("attempt.evidence", extra=told)
                return

    # --- the ledger ---------------------------------------------------------------------------------

    async def _judge(self, planned: Plan) -> None:
        for each in await self._in_book(self._ledger.judge, planned.judged):
            fields = fields_of(each.delivery, verdict=each.verdict, reason=each.reason, public="no")
            log.warning("delivery.judged", extra=fields)

    async def _in_book(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a transaction in the ledger's thread. What has begun there is always waited for."""
        future = self._book.submit(do, *args, **kwargs)
        return await asyncio.shield(asyncio.wrap_future(future))


def _revision(items: Sequence[Item]) -> str:
    """The revision of the file that the items were read from; of several files, one digest for all."""
    revisions = sorted({item.revision for item in items})
    if len(revisions) == 1:
        return revisions[0]
    return hashlib.sha256(" ".join(revisions).encode()).hexdigest()


def _as_announced(key: Key, facts: Mapping[str, str], agenda: Agenda) -> Mapping[str, str]:
    """What followers are told, so that a later change of it can be seen; a round-up itself tells no item's."""
    item = agenda.items.get(key.item)
    if item is None:
        return facts
    part = part_of(item, key.occurrence)
    return {**facts, "part": part, "dates": dates_of(item, part)}


def _pace(calendar: Schedule, now: datetime) -> Pace:
    midnight = instant(local_day(now, calendar.zone), time(), calendar.zone)
    return Pace(calendar.gap, calendar.per_day, midnight)

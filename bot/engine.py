"""One tick of the corridor: plan what the files and the ledger say, and hand what is due to the lanes.

Each channel is a lane of its own, so that its trouble never stops another's. A lane renders, reserves,
prepares, commits, publishes and records; from the commit on nothing in here may stop it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, ParamSpec, Protocol, TypeVar

from bot.core.agenda import Agenda
from bot.core.calendar import instant, local_day
from bot.core.model import (
    Channel,
    Deferred,
    Delivery,
    Item,
    Outcome,
    Post,
    Published,
    Rejected,
    Schedule,
    Unknown,
)
from bot.core.plan import Memory, Plan, Planned, dates_of, part_of, plan
from bot.ledger import Ledger, Pace, Refused, Sending
from bot.publishers.base import Publisher, Ready
from bot.publishers.registry import MissingCredentialsError
from bot.render import Unfit, render

log = logging.getLogger("banditore")

P = ParamSpec("P")
T = TypeVar("T")

# How long a delivery rests after a passing trouble, where the platform did not say.
REST = timedelta(minutes=2)

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
    ) -> None:
        self._ledger = ledger
        self._publishers = publishers
        self._said = said
        self._on_end = on_end
        self._memory = Memory()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._silent: set[str] = set()  # channels without credentials, told once
        self._stopping = False
        # The ledger's transactions block; one thread keeps them in order and out of the event loop.
        self._book = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def meet(self) -> None:
        """Tell the ledger which channels and items there are; new channels speak from now on."""
        agenda = self._said().agenda
        await self._in_book(self._ledger.meet, list(agenda.channels.values()), list(agenda.items))

    async def sweep(self, *, alone: bool) -> None:
        """Settle what dead processes left, and tell what may be public."""
        for attempt in await self._in_book(self._ledger.sweep, alone=alone):
            log.error(
                "attempt.unknown",
                extra={
                    "fields": {
                        "attempt": attempt.id,
                        "key": attempt.key,
                        "channel": attempt.channel,
                        "reason": attempt.reason,
                        "public": "maybe",
                        "do": "look at the channel; the delivery is not sent again",
                    }
                },
            )

    async def tick(self) -> Plan:
        """Plan, write new verdicts, hand what is due to the idle lanes; returns without waiting for them."""
        history = await self._in_book(self._ledger.history)
        said = self._said()
        planned = plan(
            said.agenda, history, self._ledger.now(), settled=said.settled, memory=self._memory
        )
        if planned.judged:
            await self._judge(planned)
        due: dict[str, list[Planned]] = defaultdict(list)
        for each in planned.due:
            due[each.delivery.key.channel].append(each)
        for channel, deliveries in due.items():
            lane = self._lanes.get(channel)
            if not self._stopping and (lane is None or lane.done()):
                name = f"lane {channel}"
                self._lanes[channel] = asyncio.create_task(self._lane(said, deliveries), name=name)
        return planned

    async def settle(self) -> None:
        """Wait until no lane has anything in flight."""
        while running := [lane for lane in self._lanes.values() if not lane.done()]:
            await asyncio.wait(running)
        self._lanes.clear()

    async def close(self) -> None:
        """Begin nothing more, let what is in flight end and be recorded, give everything back."""
        self._stopping = True
        try:
            await self.settle()
        finally:
            await self._publishers.close()
            self._book.shutdown()

    # --- a lane -------------------------------------------------------------------------------------

    async def _lane(self, said: Said, deliveries: Sequence[Planned]) -> None:
        for each in deliveries:
            if self._stopping:
                return
            try:
                go_on = await self._deliver(said, each.delivery)
            except Exception:  # one delivery's trouble must not end the lane in silence
                do = "see the trace and `banditore log`; a call that was made is told as unknown"
                log.exception("lane.failed", extra=_fields(each.delivery, do=do))
                return
            if not go_on:
                return

    async def _deliver(self, said: Said, delivery: Delivery) -> bool:
        """One attempt. True if the lane may go on with its next delivery."""
        agenda = said.agenda
        channel = agenda.channels[delivery.key.channel]
        item = agenda.items[delivery.key.item]
        calendar = agenda.calendars[channel.name]
        publisher = self._publisher(channel)
        if publisher is None:
            return False
        now = self._ledger.now()
        post = render(item, delivery, channel, at=now, zone=calendar.zone)
        if isinstance(post, Unfit):
            log.error("delivery.unfit", extra=_fields(delivery, reason=post.reason, public="no"))
            return True
        part = part_of(item, delivery.key.occurrence)
        post = replace(post, facts={**post.facts, "part": part, "dates": dates_of(item, part)})
        reserved = await self._in_book(
            self._ledger.reserve,
            delivery,
            post,
            pace=_pace(calendar, now),
            revision=item.revision,
        )
        if isinstance(reserved, Refused):
            log.debug("delivery.waits", extra=_fields(delivery, reason=reserved.reason))
            return False

        attempt_id = reserved.attempt_id
        ready = await publisher.prepare(post, attempt_id)
        if not isinstance(ready, Ready):
            return await self._end(attempt_id, delivery, channel, post, ready)
        if (why := self._not_now(said, item, post)) or not await self._commit(attempt_id, calendar):
            reason = why or "the ledger refused the commit"
            await self._in_book(self._ledger.free, attempt_id, reason)
            log.info("attempt.freed", extra=_fields(delivery, reason=reason, public="no"))
            return False
        try:
            outcome = await publisher.publish(ready)
        except (
            Exception
        ) as error:  # whatever a publisher did not foresee may have happened after the call
            log.exception("publisher.fault", extra=_fields(delivery, attempt=attempt_id))
            outcome = Unknown(f"an unforeseen {type(error).__name__}")
        return await self._end(attempt_id, delivery, channel, post, outcome)

    def _publisher(self, channel: Channel) -> Publisher | None:
        try:
            return self._publishers.of(channel)
        except MissingCredentialsError as error:
            if channel.name not in self._silent:
                self._silent.add(channel.name)
                fields = {"channel": channel.name, "reason": str(error), "public": "no"}
                log.error("channel.silent", extra={"fields": fields})
            return None

    def _not_now(self, said: Said, item: Item, post: Post) -> str:
        """Why the post must not go out at this second, or ''. The files, the clock and we ourselves may
        have changed while its media went up."""
        if self._stopping:
            return "the service is stopping"
        if self._said() is not said or not said.still_says(item):
            return f"{item.mark.file} has just changed"
        if post.true_until is not None and post.true_until <= self._ledger.now():
            return "its words are no longer true"
        return ""

    async def _commit(self, attempt_id: str, calendar: Schedule) -> bool:
        pace = _pace(calendar, self._ledger.now())
        return isinstance(await self._in_book(self._ledger.commit, attempt_id, pace=pace), Sending)

    async def _end(
        self, attempt_id: str, delivery: Delivery, channel: Channel, post: Post, outcome: Outcome
    ) -> bool:
        now = self._ledger.now()
        if isinstance(outcome, Deferred):
            until = outcome.until or now + REST
            outcome = Deferred(outcome.reason, until)
        await self._record(attempt_id, delivery, outcome)
        if isinstance(outcome, Deferred) and outcome.until is not None:
            await self._in_book(self._ledger.wait, channel.name, outcome.until)
        _tell(delivery, attempt_id, post, outcome, now)
        self._on_end(Ended(delivery, channel, post, outcome, now))
        return isinstance(outcome, Published | Rejected)

    async def _record(self, attempt_id: str, delivery: Delivery, outcome: Outcome) -> None:
        """Record, and again if the ledger can't: the call is made, and its truth must not be lost."""
        for pause in (*RECORD_AGAIN, None):
            try:
                await self._in_book(self._ledger.record, attempt_id, outcome)
            except Exception:
                told = _fields(delivery, attempt=attempt_id, outcome=outcome)
                log.exception("record.failed", extra=told)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            else:
                return

    # --- the ledger ---------------------------------------------------------------------------------

    async def _judge(self, planned: Plan) -> None:
        for each in await self._in_book(self._ledger.judge, planned.judged):
            fields = _fields(each.delivery, verdict=each.verdict, reason=each.reason, public="no")
            log.warning("delivery.judged", extra=fields)

    async def _in_book(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a transaction in the ledger's thread. What has begun there is always waited for."""
        future = self._book.submit(do, *args, **kwargs)
        return await asyncio.shield(asyncio.wrap_future(future))


def _pace(calendar: Schedule, now: datetime) -> Pace:
    midnight = instant(local_day(now, calendar.zone), time(), calendar.zone)
    return Pace(calendar.gap, calendar.per_day, midnight)


def _tell(delivery: Delivery, attempt_id: str, post: Post, outcome: Outcome, now: datetime) -> None:
    late = round((now - delivery.placed).total_seconds(), 1)
    fields = _fields(delivery, attempt=attempt_id, late_s=late)
    match outcome:
        case Published(external_id, url):
            fields["fields"] |= {"id": external_id, "url": url, "cost": str(post.cost)}
            log.info("post.published", extra=fields)
        case Rejected(reason):
            fields["fields"] |= {"reason": reason, "public": "no"}
            log.error("post.rejected", extra=fields)
        case Deferred(reason, until):
            fields["fields"] |= {"reason": reason, "public": "no", "again": str(until)}
            log.warning("post.deferred", extra=fields)
        case Unknown(reason):
            do = "look at the channel; the delivery is not sent again"
            fields["fields"] |= {"reason": reason, "public": "maybe", "do": do}
            log.error("post.unknown", extra=fields)
        case _:
            fields["fields"] |= {"reason": outcome.reason, "public": "no"}
            log.warning("post.absent", extra=fields)


def _fields(delivery: Delivery, **more: Any) -> dict[str, dict[str, Any]]:
    key = delivery.key
    return {
        "fields": {
            "key": str(key),
            "item": key.item,
            "channel": key.channel,
            "step": key.step,
            **{
                name: str(value) if not isinstance(value, float) else value
                for name, value in more.items()
            },
        }
    }

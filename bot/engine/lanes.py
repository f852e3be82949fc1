"""The lanes: each channel's deliveries, one after the other, so that its trouble never stops another's.

A lane looks for what is in doubt, then renders, reserves, prepares, commits, publishes and records; from
the commit on nothing in here may stop it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import NamedTuple, Protocol

from bot.core.agenda import Agenda
from bot.core.budget import month_began, month_ends
from bot.core.calendar import instant, local_day, why_closed
from bot.core.history import History, dates_of, part_of
from bot.core.model import (
    Authors,
    Channel,
    Deferred,
    Delivery,
    Item,
    Key,
    Lookup,
    Outcome,
    Platform,
    Post,
    Published,
    Rejected,
    Unknown,
)
from bot.core.rates import Rate
from bot.core.states import State, state_of
from bot.core.turns import Planned
from bot.engine.blocking import Blocking
from bot.engine.telling import Trial, fields_of, tell, tell_doubt, tell_handed, tell_stopped
from bot.ledger import Allowance, Ledger, LedgerError, Pace, Refused, Reserved, Sending, Via
from bot.publishers.base import LEASE_OVER, Looked, Publisher, Ready, Sought
from bot.publishers.registry import MissingCredentialsError
from bot.render import Unfit, render
from bot.render.misfit import may_go_unlinked

log = logging.getLogger("banditore")

# How long a delivery rests after a passing trouble, where the platform did not say; twice as long each
# time, up to an hour.
REST = timedelta(minutes=2)
LONGEST_REST = timedelta(hours=1)
_DOUBLED = 5  # times; by then it is longer than the longest, and no number grows beyond what a date can hold

# A lane waits so long for the platform's pace before it leaves what is left to the next tick.
LONGEST_WAIT = timedelta(minutes=2)

# What a budget had no room for may find some when a doubtful post turns out not to be public.
ASK_AGAIN = timedelta(hours=1)

# Seconds between two tries to record an outcome, the last again and again. While the service stops, only
# the first of them: together they fit into the time that it has.
RECORD_AGAIN = (0.2, 1.0, 5.0, 30.0)
WHILE_STOPPING = 2


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

    @property
    def revision(self) -> str:
        """A digest of all files."""
        ...

    @property
    def modified(self) -> datetime:
        """When the latest of the files was changed, in UTC."""
        ...

    def still_says(self, item: Item) -> bool:
        """Is the file of `item` the very one that the agenda was made from?"""
        ...

    async def authors(self, items: Sequence[Item]) -> Authors:
        """Who changed `items` last, and who made them ready. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that came to its end, or into a person's hands."""

    attempt_id: str
    delivery: Delivery
    channel: Channel
    post: Post
    outcome: Outcome | None  # None = a person has it, and sends it
    at: datetime


class _Taken(NamedTuple):
    """A post whose key is reserved."""

    attempt_id: str
    post: Post


class Lanes:
    """Everything that is on its way. The clock is the ledger's; nothing here reads another."""

    def __init__(
        self,
        ledger: Ledger,
        blocking: Blocking,
        publishers: Publishers,
        said: Callable[[], Said],
        on_end: Callable[[Ended], None],
        rates: Mapping[Platform, tuple[Rate, ...]],
    ) -> None:
        self._ledger = ledger
        self._blocking = blocking
        self._publishers = publishers
        self._said = said
        self._on_end = on_end
        self._rates = rates
        self.silent: dict[
            str, str
        ] = {}  # channels without credentials, told once, and what they lack
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._unfit: dict[Key, str] = {}  # deliveries that can't be sent, of these files, and why
        self._unpaid: dict[Key, tuple[str, datetime]] = {}  # and for want of money, until then
        self._trouble = ""  # the ledger's, as a lane met it since it was last asked for
        self._unrecorded: dict[str, str] = {}  # attempts whose outcome can't be written, and why

    def hand_over(
        self,
        said: Said,
        history: History,
        channel: str,
        doubts: Sequence[str],
        deliveries: Sequence[Planned],
    ) -> None:
        """Give a channel its work, unless it has some."""
        lane = self._lanes.get(channel)
        if self._stopping.is_set() or (lane is not None and not lane.done()):
            return
        self._lanes[channel] = asyncio.create_task(
            self._run(said, history, said.agenda.channels.get(channel), doubts, deliveries),
            name=f"lane {channel}",
        )

    async def settle(self) -> None:
        """Wait until no lane has anything in flight."""
        while running := [lane for lane in self._lanes.values() if not lane.done()]:
            await asyncio.wait(running)
        self._lanes.clear()

    def stop(self) -> None:
        """Begin nothing more; what is in flight goes on."""
        self._stopping.set()

    async def wait(self, until: datetime) -> bool:
        """Wait until then. False where that is long, where it stops, or where the clock is not one that
        passes."""
        now = self._ledger.now()
        if until <= now:
            return not self._stopping.is_set()
        if until - now > LONGEST_WAIT:
            return False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), (until - now).total_seconds())
            return False
        return self._ledger.now() > now

    def held(self) -> dict[Key, str]:
        """The deliveries that can't go out as things stand, and why."""
        now = self._ledger.now()
        self._unpaid = {key: each for key, each in self._unpaid.items() if now < each[1]}
        return self._unfit | {key: why for key, (why, _) in self._unpaid.items()}

    def trouble(self) -> str:
        """Why the ledger failed a lane since this was last asked, or fails it still; or ""."""
        met, self._trouble = self._trouble, ""
        return met or next(iter(self._unrecorded.values()), "")

    def begin_anew(self) -> None:
        """The files have changed: what could not be sent may have been mended."""
        self._unfit.clear()
        self._unpaid.clear()

    def publisher(self, channel: Channel) -> Publisher | None:
        """Who publishes for a channel; None, told once, where nobody can."""
        try:
            return self._publishers.of(channel)
        except MissingCredentialsError as error:
            if channel.name not in self.silent:
                self.silent[channel.name] = str(error)
                fields = {"channel": channel.name, "reason": str(error), "public": "no"}
                log.error("channel.silent", extra={"fields": fields})
            return None

    # --- one lane -----------------------------------------------------------------------------------

    async def _run(
        self,
        said: Said,
        history: History,
        channel: Channel | None,
        doubts: Sequence[str],
        deliveries: Sequence[Planned],
    ) -> None:
        for attempt_id in doubts:
            try:
                await self._look(attempt_id, channel, said.agenda.catalog.admin_chat)
            except Exception as error:
                self._tell_trouble(error, {"attempt": attempt_id})
                return
        for each in deliveries:
            if self._stopping.is_set() or channel is None:
                return
            try:
                tries = past.tries if (past := history.past.get(each.delivery.key)) else 0
                go_on = await self._deliver(said, channel, each.delivery, tries)
            except Exception as error:  # one delivery's trouble must not end the lane in silence
                self._tell_trouble(error, fields_of(each.delivery)["fields"])
                return
            if not go_on:
                return

    async def _look(self, attempt_id: str, channel: Channel | None, admin_chat: str) -> None:
        """Look once for a post that may be public."""
        publisher = self.publisher(channel) if channel and not channel.is_assisted else None
        if publisher is None or channel is None or channel.lookup is Lookup.NONE:
            await self._blocking(self._ledger.looks.give_up, attempt_id)
            return
        doubt = await self._blocking(self._ledger.looks.begin, attempt_id)
        if doubt is None:
            return
        sought = Sought(
            attempt_id=doubt.attempt_id,
            request=doubt.request,
            text=doubt.text,
            committed_at=doubt.committed_at,
            channel=channel,
            above=doubt.above,
            taken=doubt.taken,
            admin_chat=admin_chat,
        )
        try:
            looked = await publisher.lookup(sought)
        except (
            Exception
        ) as error:  # the channel waits for this look: one that fails is one of the few
            log.exception("publisher.fault", extra={"fields": {"attempt": attempt_id}})
            looked = Looked(Unknown(f"an unforeseen {type(error).__name__}"))
        settled = await self._blocking(
            self._ledger.looks.end, attempt_id, looked.outcome, looked.cost
        )
        if settled.state is not State.UNKNOWN and isinstance(settled.outcome, Unknown):
            return  # a person was quicker
        tell_doubt(attempt_id, channel.name, settled.outcome, is_over=settled.is_over)
        if settled.is_over and settled.state is State.UNKNOWN:
            await self._blocking(self._ledger.notices.told, attempts=[attempt_id])

    async def _deliver(self, said: Said, channel: Channel, delivery: Delivery, tries: int) -> bool:
        """One attempt. True if the lane may go on with its next delivery."""
        agenda = said.agenda
        publisher = None if channel.is_assisted else self.publisher(channel)
        if publisher is None and not channel.is_assisted:
            return False
        taken = await self._reserve(agenda, channel, delivery)
        if not isinstance(taken, _Taken):
            return taken
        attempt_id, post = taken
        authors = await said.authors([agenda.items[each] for each in delivery.items])

        trial = Trial(attempt_id, delivery, channel, post, tries)
        ready: Ready | None = None
        if publisher is not None:
            prepared = await publisher.prepare(post, attempt_id)
            if not isinstance(prepared, Ready):
                return await self._end(trial, prepared)
            ready = prepared
        sending: Sending | str = "the service is stopping" if self._stopping.is_set() else ""
        sending = sending or self._not_now(said, delivery, post)
        sending = sending or await self._commit(trial, agenda, authors)
        if not isinstance(sending, Sending):
            await self._blocking(self._ledger.free, trial.attempt_id, sending)
            log.info("attempt.freed", extra=fields_of(delivery, reason=sending, public="no"))
            return False
        if publisher is None or ready is None:
            tell_handed(trial)
            self._tell_ended(trial, None, sending.committed_at)
            await self._blocking(self._ledger.notices.told, attempts=[attempt_id])
            return True
        lease = sending.lease_until

        def holds() -> bool:
            """Asked at the first byte: the process may have been frozen since the commit."""
            return self._ledger.now() < lease and not self._not_now(said, delivery, post)

        try:
            outcome = await publisher.publish(ready, holds=holds)
        except (
            Exception
        ) as error:  # what a publisher did not foresee may have happened after the call
            log.exception("publisher.fault", extra=fields_of(delivery, attempt=trial.attempt_id))
            outcome = Unknown(f"an unforeseen {type(error).__name__}")
        return await self._end(trial, outcome)

    def _not_now(self, said: Said, delivery: Delivery, post: Post) -> str:
        """Why the post must not go out at this second, or "": the files and the clock may have changed while
        its media went up, or while the post before it was on its way."""
        now = self._ledger.now()
        calendar = said.agenda.timetables[delivery.key.channel].calendar
        for item in (said.agenda.items[each] for each in delivery.items):
            if self._said() is not said or not said.still_says(item):
                return f"{item.mark.file} or a schedule has just changed"
        if closed := why_closed(calendar, now, essential=delivery.essential):
            return str(closed)
        if post.true_until is not None and post.true_until <= now:
            return "its words are no longer true"
        return ""

    async def _reserve(self, agenda: Agenda, channel: Channel, delivery: Delivery) -> _Taken | bool:
        """Make the post and take its key; where that fails, may the lane go on with its next delivery?

        Where the month's budget is too small, the post without its link is tried if the channel wants it.
        """
        zone = agenda.calendars[channel.name].zone
        now = self._ledger.now()
        short_of_money = ""
        for without_link in (False, True):
            post = _rendered(agenda, delivery, channel, now, without_link=without_link)
            if isinstance(post, Unfit) and not without_link:
                self._unfit[delivery.key] = (
                    f"{post.reason}; {post.hint}" if post.hint else post.reason
                )
                return True
            if isinstance(post, Unfit):
                break
            post = as_announced(post, agenda)
            reserved = await self._blocking(
                self._ledger.reserve,
                delivery,
                post,
                pace=self._pace(agenda, channel, now),
                revision=_revision([agenda.items[each] for each in delivery.items]),
                via=Via.PERSON if channel.is_assisted else Via.BOT,
            )
            if isinstance(reserved, Reserved):
                return _Taken(reserved.attempt_id, post)
            if reserved.until is not None and await self.wait(reserved.until):
                return await self._reserve(agenda, channel, delivery)
            if not reserved.is_over_budget:
                log.debug("delivery.waits", extra=fields_of(delivery, reason=reserved.reason))
                return False
            short_of_money = short_of_money or reserved.reason
            if not may_go_unlinked(channel):
                break
        until = min(month_ends(now, zone), now + ASK_AGAIN)
        self._unpaid[delivery.key] = (short_of_money, until)
        return True

    async def _commit(self, trial: Trial, agenda: Agenda, authors: Authors) -> Sending | str:
        """The leave to send, or why the ledger refuses it."""
        pace = self._pace(agenda, trial.channel, self._ledger.now())
        try:
            committed = await self._blocking(
                self._ledger.commit, trial.attempt_id, pace=pace, authors=authors
            )
        except LedgerError as error:
            # It may stand in the ledger as being sent, and only we know that it never will be.
            await self._record(
                trial, Deferred(f"the ledger gave no answer; nothing was sent ({error})")
            )
            raise
        return committed.reason if isinstance(committed, Refused) else committed

    def _pace(self, agenda: Agenda, channel: Channel, now: datetime) -> Pace:
        calendar = agenda.calendars[channel.name]
        zone = calendar.zone
        allowance = None
        if channel.budget is not None:
            allowance = Allowance(month_began(now, zone), channel.budget.month)
        midnight = instant(local_day(now, zone), time(), zone)
        rates = self._rates.get(channel.platform, ())
        return Pace(calendar.gap, calendar.per_day, midnight, allowance, rates)

    async def _end(self, trial: Trial, outcome: Outcome) -> bool:
        """Record and tell how an attempt ended. True if the lane may go on with its next delivery."""
        now = self._ledger.now()
        wait = outcome.until if isinstance(outcome, Deferred) else None
        if isinstance(outcome, Deferred) and wait is None:
            rest = min(REST * 2 ** min(trial.tries, _DOUBLED), LONGEST_REST)
            if (
                outcome == LEASE_OVER
            ):  # we stopped it ourselves; the platform has nothing to rest from
                rest = timedelta(0)
            outcome = replace(outcome, until=now + rest)
        await self._record(trial, outcome)
        if wait is not None:  # the platform said how long: that holds for the whole channel
            await self._blocking(self._ledger.wait, trial.channel.name, wait)
        tell(trial, outcome, now)
        if isinstance(outcome, Unknown) and trial.channel.lookup is Lookup.NONE:
            await self._blocking(self._ledger.notices.told, attempts=[trial.attempt_id])
        self._tell_ended(trial, outcome, now)
        return isinstance(outcome, Published | Rejected)

    def _tell_ended(self, trial: Trial, outcome: Outcome | None, at: datetime) -> None:
        ended = Ended(trial.attempt_id, trial.delivery, trial.channel, trial.post, outcome, at)
        self._on_end(ended)

    async def _record(self, trial: Trial, outcome: Outcome) -> None:
        """Record, and again if the ledger can't: the call is made, and its truth must not be lost."""
        look = trial.channel.lookup is not Lookup.NONE
        failed = 0
        while True:
            try:
                recorded = await self._blocking(
                    self._ledger.record, trial.attempt_id, outcome, look=look
                )
            except Exception as error:
                told = fields_of(trial.delivery, attempt=trial.attempt_id, outcome=outcome)
                if not failed:
                    told["fields"] |= {"reason": str(error), "do": "it is tried again by itself"}
                    # What the ledger says needs no trace; what nobody foresaw does.
                    trace = None if isinstance(error, LedgerError) else error
                    log.error("record.failed", extra=told, exc_info=trace)
                failed += 1
                if isinstance(error, LedgerError):
                    self._unrecorded[trial.attempt_id] = str(error)
                if self._stopping.is_set() and failed > WHILE_STOPPING:
                    log.error("record.given_up", extra=told)
                    raise
                await asyncio.sleep(RECORD_AGAIN[min(failed, len(RECORD_AGAIN)) - 1])
                continue
            told = fields_of(trial.delivery, attempt=trial.attempt_id, outcome=outcome)
            if failed:
                self._unrecorded.pop(trial.attempt_id, None)
                log.info("record.recovered", extra=told)
            if recorded.state is not state_of(outcome):
                log.warning("attempt.evidence", extra=told)
            if recorded.stopped:
                tell_stopped(trial.channel.name, recorded.stopped)
            return

    def _tell_trouble(self, error: Exception, fields: Mapping[str, object]) -> None:
        if isinstance(error, LedgerError):
            self._trouble = str(error)
            told = {**fields, "reason": str(error), "do": "it goes on when the ledger is back"}
            log.error("ledger.trouble", extra={"fields": told})
            return
        do = "see the trace and `banditore log`; a call that was made is told as unknown"
        log.error("lane.failed", extra={"fields": {**fields, "do": do}}, exc_info=error)


def _rendered(
    agenda: Agenda, delivery: Delivery, channel: Channel, at: datetime, *, without_link: bool
) -> Post | Unfit:
    """The post; one that fails to be made must not keep its channel's others from going out."""
    zone = agenda.calendars[channel.name].zone
    try:
        return render(agenda.items, delivery, channel, at=at, zone=zone, without_link=without_link)
    except Exception as error:
        do = "report the trace: it is a fault of banditore's; the channel's other posts go on"
        log.exception("render.failed", extra=fields_of(delivery, public="no", do=do))
        return Unfit(delivery.key, f"no post could be made of it ({type(error).__name__})")


def as_announced(post: Post, agenda: Agenda) -> Post:
    """`post` with what followers are told, so that a later change of it can be seen."""
    return replace(
        post,
        facts=_facts(post.key, post.facts, agenda),
        settles={key: _facts(key, facts, agenda) for key, facts in post.settles.items()},
    )


def _facts(key: Key, facts: Mapping[str, str], agenda: Agenda) -> Mapping[str, str]:
    """A round-up itself tells no item's."""
    item = agenda.items.get(key.item)
    if item is None:
        return facts
    part = part_of(item, key.occurrence)
    return {**facts, "part": part, "dates": dates_of(item, part)}


def _revision(items: Sequence[Item]) -> str:
    """The revision of the file that the items were read from; of several files, one digest for all."""
    revisions = sorted({item.revision for item in items})
    if len(revisions) == 1:
        return revisions[0]
    return hashlib.sha256(" ".join(revisions).encode()).hexdigest()

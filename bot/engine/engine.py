"""One tick of the corridor: plan what the files and the ledger say, and hand what is due to the lanes."""

from __future__ import annotations

import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.agenda import Agenda
from bot.core.candidates import Memory
from bot.core.history import History
from bot.core.model import Key, Platform, Status
from bot.core.plan import Plan, plan
from bot.core.rates import RATES, Rate
from bot.core.states import State
from bot.core.turns import Planned
from bot.engine.blocking import Blocking
from bot.engine.lanes import Ended, Lanes, Publishers, Said
from bot.engine.telling import fields_of, tell_pause, tell_unknown, tell_verdict, tell_waiting
from bot.engine.together import Together
from bot.ledger import Attempt, Judgement, Ledger, LedgerError

log = logging.getLogger("banditore")

# A node says at least this often that it lives, if it ticks as often.
BEAT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick saw, for those who look on."""

    plan: Plan
    agenda: Agenda
    history: History
    fault: str = ""  # why this node may not speak; then nothing was planned
    silent: Mapping[str, str] = field(default_factory=dict)  # channels without credentials, and why
    trouble: str = (
        ""  # why the ledger failed a delivery since the tick before, though it can be read
    )


class Engine:
    """Drives the corridor. The clock is the ledger's; nothing here reads another."""

    def __init__(
        self,
        ledger: Ledger,
        publishers: Publishers,
        said: Callable[[], Said],
        *,
        on_end: Callable[[Ended], None] = lambda _: None,
        on_tick: Callable[[Ticked], None] = lambda _: None,
        book: Executor | None = None,
        rates: Mapping[Platform, tuple[Rate, ...]] = RATES,
    ) -> None:
        """`book` runs the ledger's transactions; without it, a thread of the engine's own does. `rates`
        are what the platforms let pass. `on_end` and `on_tick` must not raise."""
        self._on_tick = on_tick
        self._ledger = ledger
        self._publishers = publishers
        self._said = said
        self._blocking = Blocking(book or Together(ledger))
        self._lanes = Lanes(ledger, self._blocking, publishers, said, on_end, rates)
        self._memory = Memory()
        self._met: Agenda | None = None  # the agenda whose channels and items the ledger knows
        self._told: dict[Key, str] = {}  # why deliveries are held, as far as it was told
        self._fault = ""  # why this node may not speak, as far as it was told
        self._is_alone = True
        self._beaten: datetime | None = None  # when this node last said that it lives
        self._revision = ""  # and with which files

    async def begin(self, *, alone: bool) -> None:
        """Settle what dead processes left, and tell everything that may be public.

        `alone`, no other process can speak for this ledger.
        """
        self._is_alone = alone
        await self._blocking(self._ledger.sweep, alone=alone)
        unknown = await self._blocking(self._ledger.attempts, states=[State.UNKNOWN])
        whole = [attempt for attempt in unknown if attempt.within is None]
        for attempt in whole:
            tell_unknown(attempt)
        to_settle = [attempt.id for attempt in whole if attempt.look_at is None]
        if to_settle:
            await self._blocking(self._ledger.notices.told, attempts=to_settle)

    async def tick(self) -> Plan:
        """Plan, write new verdicts, hand what is due to the idle lanes; returns without waiting for them."""
        said = self._said()
        fault = await self._beat(said)
        self._tell_fault(fault)
        if fault:
            await self._sweep()
            await self._tell_news()
            nothing = Plan(self._ledger.now(), (), (), (), ())
            self._on_tick(Ticked(nothing, said.agenda, History(), fault))
            return nothing
        if self._met is not said.agenda:
            await self._meet(said.agenda)
        survey = await self._blocking(self._ledger.survey, said.agenda.items)
        if survey.has_orphans:
            await self._sweep()
            survey = await self._blocking(self._ledger.survey, said.agenda.items)
        history = survey.history
        await self._tell(survey.verdicts, survey.unknown, survey.handed)
        if history.pauses:
            for pause in await self._blocking(self._ledger.orders.remind):
                tell_pause(pause)
        doubts: dict[str, list[str]] = defaultdict(list)
        for attempt in survey.doubts:
            doubts[attempt.channel].append(attempt.id)
        planned = plan(
            said.agenda,
            history,
            self._ledger.now(),
            settled=said.settled,
            unfit=self._lanes.held(),
            memory=self._memory,
        )
        self._tell_held(planned)
        if planned.judged:
            await self._blocking(self._ledger.judge, planned.judged)
            await self._tell_news()
        due: dict[str, list[Planned]] = defaultdict(list)
        for each in planned.due:
            due[each.delivery.key.channel].append(each)
        for channel in sorted(doubts.keys() | due.keys()):
            self._lanes.hand_over(
                said, history, channel, doubts.get(channel, ()), due.get(channel, ())
            )
        silent = {
            name: self._lanes.silent[name]
            for name in self._lanes.silent
            if name in said.agenda.channels
        }
        trouble = self._lanes.trouble()
        self._on_tick(Ticked(planned, said.agenda, history, silent=silent, trouble=trouble))
        return planned

    async def settle(self) -> None:
        """Wait until no lane has anything in flight."""
        await self._lanes.settle()

    async def wait_for_a_look(self) -> bool:
        """Wait until the next look for a doubtful post is due. False if there is none for us, or it stops."""
        if self._fault:
            return False  # a node that may not speak does not look either: another does
        at = await self._blocking(self._ledger.looks.next)
        return at is not None and await self._lanes.wait(at)

    def stop(self) -> None:
        """Begin nothing more; what is in flight goes on."""
        self._lanes.stop()

    async def close(self) -> None:
        """Begin nothing more, let what is in flight end and be recorded, give everything back."""
        self.stop()
        try:
            await self._lanes.settle()
            with contextlib.suppress(LedgerError):  # one that can't be written to need not know
                await self._blocking(self._ledger.nodes.leave)
        finally:
            await self._publishers.close()
            self._blocking.shutdown()

    async def _beat(self, said: Said) -> str:
        """Say that this node lives; why it may not speak, or "". Where it was said a moment ago and nothing
        has changed, the post that is due need not wait for it: `commit` asks for newer files anyway."""
        now = self._ledger.now()
        is_fresh = self._beaten is not None and timedelta(0) <= now - self._beaten < BEAT
        if is_fresh and not self._fault and said.revision == self._revision:
            return ""
        fault = await self._blocking(
            self._ledger.nodes.beat, said.revision, said.modified, alone=self._is_alone
        )
        self._beaten, self._revision = now, said.revision
        return fault

    async def _sweep(self) -> None:
        """Settle what dead processes left; what is looked for is told now, the rest with the news."""
        for attempt in await self._blocking(self._ledger.sweep, alone=False):
            if attempt.look_at is not None:
                tell_unknown(attempt)

    async def _meet(self, agenda: Agenda) -> None:
        """Tell the ledger which channels and items there are; new ones begin now."""
        if not agenda.catalog.halted:  # a fault in their file must not look like channels that left
            channels = list(agenda.channels.values())
            ready = [key for key, each in agenda.items.items() if each.status is Status.READY]
            await self._blocking(self._ledger.meet, channels, ready)
        for channel in agenda.channels.values():
            if not channel.is_assisted:
                # one without credentials is told now, not when something is due
                self._lanes.publisher(channel)
        self._lanes.begin_anew()
        self._met = agenda

    def _tell_fault(self, fault: str) -> None:
        """Why this node does not speak, once for each reason, and when it does again."""
        if fault == self._fault:
            return
        self._fault = fault
        if fault:
            fields = {"reason": fault, "public": "no", "do": "other nodes go on meanwhile"}
            log.error("node.silent", extra={"fields": fields})
        else:
            log.info("node.speaks", extra={"fields": {}})

    def _tell_held(self, planned: Plan) -> None:
        """Each delivery that is held, once for each reason."""
        for each in planned.held:
            if self._told.get(each.delivery.key) != each.reason:
                self._told[each.delivery.key] = each.reason
                fields = fields_of(
                    each.delivery, reason=each.reason, deadline=each.delivery.deadline
                )
                log.warning("delivery.held", extra=fields)

    async def _tell_news(self) -> None:
        """What was judged, and what only a person can settle, whichever process found it out."""
        notices = self._ledger.notices
        verdicts = await self._blocking(notices.verdicts)
        await self._tell(verdicts, await self._blocking(notices.unknown))

    async def _tell(
        self,
        verdicts: Sequence[Judgement],
        unknown: Sequence[Attempt],
        handed: Sequence[Attempt] = (),
    ) -> None:
        for each in verdicts:
            tell_verdict(each)
        for attempt in unknown:
            tell_unknown(attempt)
        for attempt in handed:
            tell_waiting(attempt)
        if verdicts or unknown or handed:
            await self._blocking(
                self._ledger.notices.told,
                attempts=[attempt.id for attempt in (*unknown, *handed)],
                verdicts=[each.key for each in verdicts],
            )

"""What of the agenda is due now, what comes later, what is held and why, what is over.

Only here is anything moved to a later instant than the agenda gave it: what is late goes out at the
next open instant that keeps the channel's gap and its day's cap, the most urgent first, and never
takes the place of what is still to come in time unless its own deadline leaves it no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.agenda import Agenda
from bot.core.candidates import Memory, candidates
from bot.core.history import History
from bot.core.judging import (
    Judged,
    highest_open_rungs,
    verdict,
    why_held,
    with_what_can_be_said,
)
from bot.core.model import Delivery, Key
from bot.core.month import gathered
from bot.core.quiet import Quiet, quiet_until
from bot.core.states import RELEASES_KEY, State
from bot.core.turns import Planned, in_turn
from bot.core.view import View


@dataclass(frozen=True, slots=True)
class Plan:
    now: datetime
    due: tuple[Planned, ...]  # the most urgent first
    later: tuple[Planned, ...]  # in order of time
    held: tuple[Planned, ...]
    judged: tuple[Judged, ...]
    beyond: datetime | None = None  # the first instant past the horizon at which something stands
    resumes: datetime | None = None  # when the next pause ends by itself

    @property
    def next(self) -> datetime | None:
        """The instant at which something will be due, or ask for a verdict, if nothing changes."""
        instants = [planned.at for planned in self.later]
        instants += [planned.delivery.deadline for planned in self.held]
        instants += [each for each in (self.beyond, self.resumes) if each]
        return min((moment for moment in instants if moment > self.now), default=None)


def plan(
    agenda: Agenda,
    history: History,
    now: datetime,
    *,
    settled: Mapping[str, datetime] | None = None,
    unfit: Mapping[Key, str] | None = None,
    memory: Memory | None = None,
) -> Plan:
    """Judge every delivery that is still open at `now`.

    `settled` tells from when on the items of a file may go out, for files that have just changed;
    `unfit` names the deliveries of which no post can be made, and why. With a `memory` only what is
    open or comes within `AHEAD` is looked at, so that the cost does not grow with the queue or the
    ledger; the plan's `next` is the same.
    """
    # Copies, since a memory may keep them and compare.
    view = View(agenda, history, now, dict(settled or {}), dict(unfit or {}))
    ends = [pause.until for pause in history.pauses if pause.until and pause.until > now]
    resumes = min(ends, default=None)
    if memory is not None and (quiet := memory.begin(view)) is not None:
        return Plan(now, (), quiet.later, quiet.held, quiet.judged, quiet.beyond, resumes)
    found, beyond = candidates(view, memory)
    overtaken = highest_open_rungs(found, now)
    judged: list[Judged] = []
    held: list[Planned] = []
    waiting: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in (with_what_can_be_said(each, view) for each in found):
        past = history.past.get(delivery.key)
        if past and past.state not in RELEASES_KEY:
            if past.state is State.UNKNOWN:
                held.append(
                    Planned(delivery, delivery.placed, "it may be public: a person must look")
                )
            continue
        if (over := verdict(delivery, view, overtaken)) is not None:
            judged.append(over)
        elif why := delivery.held or why_held(delivery, view):
            held.append(Planned(delivery, delivery.placed, why))
        else:
            waiting[delivery.key.channel].append(delivery)
    due: list[Planned] = []
    later: list[Planned] = []
    for channel, deliveries in waiting.items():
        for planned in in_turn(channel, gathered(channel, deliveries, view), view):
            if planned.at >= planned.delivery.deadline:
                held.append(planned)
            elif planned.at <= now:
                due.append(planned)
            else:
                later.append(planned)
    due.sort(key=lambda each: (each.delivery.deadline, each.delivery.key))
    later.sort(key=lambda each: (each.at, each.delivery.key))
    held.sort(key=lambda each: (each.delivery.placed, each.delivery.key))
    judged.sort(key=lambda each: (each.delivery.placed, each.delivery.key))
    made = Plan(now, tuple(due), tuple(later), tuple(held), tuple(judged), beyond, resumes)
    if memory is not None:
        until = quiet_until(found, view)
        parts = (made.later, made.held, made.judged, made.beyond)
        memory.quiet = Quiet(view, until, *parts) if until else None
    return made

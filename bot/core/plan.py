"""What of the agenda is due now, what comes later, what is held and why, what is over.

Only here is anything moved to a later instant than the agenda gave it: what is late goes out at the
next open instant that keeps the channel's gap and its day's cap, the most urgent first, and never
takes the place of what is still to come in time unless its own deadline leaves it no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.agenda import Agenda
from bot.core.calendar import end_of_day, local_day, next_open
from bot.core.model import Delivery, Family, Key, Schedule, Verdict
from bot.core.states import MAY_BE_PUBLIC, RELEASES_KEY, SETTLES_DELIVERY, State


@dataclass(frozen=True, slots=True)
class Past:
    """The last that is known of a delivery's attempts."""

    state: State
    at: datetime
    not_before: datetime | None = None  # of a deferred one: not again before this


@dataclass(frozen=True, slots=True)
class ChannelPast:
    """What a channel remembers."""

    since: datetime  # it speaks since; what was due before is not announced
    spoken: tuple[
        datetime, ...
    ] = ()  # when something became, or may have become, public; ascending
    not_before: datetime | None = None  # the platform asked us to wait until then


@dataclass(frozen=True, slots=True)
class History:
    """The ledger as far as a plan needs it."""

    past: Mapping[Key, Past] = field(default_factory=dict)
    verdicts: Mapping[Key, Verdict] = field(default_factory=dict)
    channels: Mapping[str, ChannelPast] = field(default_factory=dict)
    seen: Mapping[str, datetime] = field(default_factory=dict)  # when each item was first read


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery and the instant at which it goes out as things stand."""

    delivery: Delivery
    at: datetime
    reason: str = ""  # why it is held, or why it goes at another instant than its ladder asks


@dataclass(frozen=True, slots=True)
class Judged:
    """A delivery that has just turned out never to be sent."""

    delivery: Delivery
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    now: datetime
    due: tuple[Planned, ...]  # the most urgent first
    later: tuple[Planned, ...]  # in order of time
    held: tuple[Planned, ...]
    judged: tuple[Judged, ...]

    @property
    def next(self) -> datetime | None:
        """The instant at which something will be due, or ask for a verdict, if nothing changes."""
        instants = [planned.at for planned in self.later]
        instants += [planned.delivery.deadline for planned in self.held]
        return min((moment for moment in instants if moment > self.now), default=None)


def plan(agenda: Agenda, history: History, now: datetime) -> Plan:
    """Judge every delivery that is still open at `now`."""
    spoken_for = _highest_rungs(agenda, history)
    overtaken = _highest_open_rungs(agenda, now)
    judged: list[Judged] = []
    held: list[Planned] = []
    waiting: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in agenda.deliveries.values():
        past = history.past.get(delivery.key)
        if delivery.key in history.verdicts or (past and past.state in SETTLES_DELIVERY):
            continue
        if past and past.state not in RELEASES_KEY:
            if past.state is State.UNKNOWN:
                held.append(
                    Planned(delivery, delivery.placed, "it may be public: a person must look")
                )
            continue
        verdict = _verdict(delivery, history, spoken_for, overtaken, now)
        if verdict is not None:
            judged.append(verdict)
        elif delivery.held:
            held.append(Planned(delivery, delivery.placed, delivery.held))
        else:
            waiting[delivery.key.channel].append(delivery)
    due: list[Planned] = []
    later: list[Planned] = []
    for channel, deliveries in waiting.items():
        for planned in _in_turn(deliveries, agenda.calendars[channel], history, now):
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
    return Plan(now, tuple(due), tuple(later), tuple(held), tuple(judged))


def _highest_rungs(agenda: Agenda, history: History) -> dict[Family, int]:
    """For each ladder the highest rung that is, or may be, public."""
    highest: dict[Family, int] = {}
    for key, past in history.past.items():
        delivery = agenda.deliveries.get(key)
        if delivery is not None and past.state in MAY_BE_PUBLIC:
            highest[delivery.family] = max(delivery.rung, highest.get(delivery.family, -1))
    return highest


def _highest_open_rungs(agenda: Agenda, now: datetime) -> dict[Family, int]:
    """For each ladder the highest rung that may go out now: of several late ones only the last goes."""
    highest: dict[Family, int] = {}
    for delivery in agenda.deliveries.values():
        if delivery.placed <= now < delivery.deadline and not delivery.held:
            highest[delivery.family] = max(delivery.rung, highest.get(delivery.family, -1))
    return highest


def _verdict(
    delivery: Delivery,
    history: History,
    spoken_for: Mapping[Family, int],
    overtaken: Mapping[Family, int],
    now: datetime,
) -> Judged | None:
    """Why `delivery` will never be sent, if that is so by now."""
    ladder = "a later announcement of the same ladder is"
    if delivery.rung <= spoken_for.get(delivery.family, -1):
        return Judged(delivery, Verdict.SUPERSEDED, f"{ladder} out")
    if delivery.rung < overtaken.get(delivery.family, -1):
        return Judged(delivery, Verdict.SUPERSEDED, f"{ladder} due")
    channel = history.channels.get(delivery.key.channel)
    # What staff add today was not due before today, whatever its ladder says.
    queued = history.seen.get(delivery.key.item, now)
    if channel is not None and delivery.placed < channel.since and queued <= channel.since:
        since = f"{channel.since:%Y-%m-%d %H:%M} UTC"
        return Judged(
            delivery, Verdict.BEFORE_START, f"it was due before the channel began, {since}"
        )
    if delivery.deadline <= now:
        why = delivery.held or "its time passed before it could go out"
        return Judged(delivery, Verdict.MISSED, why)
    return None


def _in_turn(
    deliveries: Iterable[Delivery], calendar: Schedule, history: History, now: datetime
) -> Iterator[Planned]:
    """Give each open delivery of one channel its instant: those in time keep theirs, late ones follow."""
    in_time = [each for each in deliveries if each.placed > now]
    open_now = [each for each in deliveries if each.placed <= now]
    open_now.sort(key=lambda each: (each.deadline, each.key))
    for delivery in in_time:
        again = _not_before(delivery, history)
        yield Planned(delivery, max(delivery.placed, again or delivery.placed), _reason(delivery))

    name = next((each.key.channel for each in deliveries), "")
    channel = history.channels.get(name)
    spoken = list(channel.spoken) if channel else []
    start = max(now, (channel.not_before if channel else None) or now)
    reserved = [each.placed for each in in_time]
    for delivery in open_now:
        earliest = max(start, _not_before(delivery, history) or start)
        essential = delivery.essential
        at = _next_slot(earliest, delivery.deadline, calendar, [*spoken, *reserved], essential)
        if at is None:
            at = _next_slot(earliest, delivery.deadline, calendar, spoken, essential)
        if at is None:
            yield Planned(
                delivery, delivery.deadline, "no open instant is left before its deadline"
            )
            continue
        spoken.append(at)
        late = f"late, it was due {delivery.placed.astimezone(calendar.zone):%Y-%m-%d %H:%M}"
        yield Planned(delivery, at, _reason(delivery) if at <= delivery.placed else late)


def _next_slot(
    earliest: datetime,
    deadline: datetime,
    calendar: Schedule,
    occupied: list[datetime],
    essential: bool,
) -> datetime | None:
    """The first open instant from `earliest` on that keeps gap and cap; None if none before `deadline`."""
    moment = next_open(calendar, earliest, essential=essential)
    while moment is not None and moment < deadline:
        day = local_day(moment, calendar.zone)
        if sum(local_day(other, calendar.zone) == day for other in occupied) >= calendar.per_day:
            moment = end_of_day(day, calendar.zone)
        else:
            near = [other for other in occupied if abs(moment - other) < calendar.gap]
            if not near:
                return moment
            moment = max(near) + calendar.gap
        moment = next_open(calendar, moment, essential=essential)
    return None


def _not_before(delivery: Delivery, history: History) -> datetime | None:
    past = history.past.get(delivery.key)
    return past.not_before if past else None


def _reason(delivery: Delivery) -> str:
    return "; ".join(str(move) for move in delivery.moves)

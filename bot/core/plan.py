"""What of the agenda is due now, what comes later, what is held and why, what is over.

Only here is anything moved to a later instant than the agenda gave it: what is late goes out at the
next open instant that keeps the channel's gap and its day's cap, the most urgent first, and never
takes the place of what is still to come in time unless its own deadline leaves it no other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from bot.core.agenda import Agenda
from bot.core.calendar import end_of_day, local_day, next_open
from bot.core.model import WHOLE, Delivery, Family, Item, Key, Schedule, Verdict, When
from bot.core.placing import SPACING, SPILL_DAYS, Day
from bot.core.states import MAY_BE_PUBLIC, RELEASES_KEY, SETTLES_DELIVERY, State


@dataclass(frozen=True, slots=True)
class Past:
    """The last that is known of a delivery's attempts."""

    state: State
    at: datetime
    not_before: datetime | None = None  # of a deferred one: not again before this
    tries: int = 0  # how often it was deferred


@dataclass(frozen=True, slots=True)
class ChannelPast:
    """What a channel remembers."""

    since: datetime  # it speaks since; what was due before is not announced
    spoken: tuple[
        datetime, ...
    ] = ()  # when something became, or may have become, public; ascending
    not_before: datetime | None = None  # the platform asked us to wait until then


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict in the ledger."""

    verdict: Verdict
    reason: str


class Announced(NamedTuple):
    """What a channel was told of an item: which of its editions, and which of its entries or the whole."""

    item: str
    edition: int
    part: str  # the id of an entry of `dates:`, or WHOLE
    channel: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What was true when it was announced."""

    title: str
    dates: str  # as `dates_of` writes them; "" = none
    shown: str  # as followers read them

    @property
    def last(self) -> date | None:
        """The last day that it spoke of."""
        days = re.findall(r"\d{4}-\d{2}-\d{2}", self.dates)
        return date.fromisoformat(max(days)) if days else None


@dataclass(frozen=True, slots=True)
class History:
    """The ledger as far as a plan needs it."""

    past: Mapping[Key, Past] = field(default_factory=dict)
    verdicts: Mapping[Key, Given] = field(default_factory=dict)
    channels: Mapping[str, ChannelPast] = field(default_factory=dict)
    seen: Mapping[str, datetime] = field(default_factory=dict)  # when each item was first read
    announced: Mapping[Announced, Facts] = field(default_factory=dict)  # the latest of each
    # When an item was last said on a channel, but for eves: (item, channel)
    said: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    climbed: Mapping[Family, datetime] = field(default_factory=dict)  # the last post of each ladder
    # Which item a channel knows by a title, or by its dates: (channel, title or dates) -> announced
    known_as: Mapping[tuple[str, str], Announced] = field(default_factory=dict)


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
    beyond: datetime | None = None  # the first instant past the horizon at which something stands

    @property
    def next(self) -> datetime | None:
        """The instant at which something will be due, or ask for a verdict, if nothing changes."""
        instants = [planned.at for planned in self.later]
        instants += [planned.delivery.deadline for planned in self.held]
        instants += [self.beyond] if self.beyond else []
        return min((moment for moment in instants if moment > self.now), default=None)


@dataclass(slots=True)
class Memory:
    """The days of which nothing is open any more, so that `plan` need not look at them again.

    It can be thrown away at any moment; a day that changes is another `Day` and is looked at anew.
    """

    closed: dict[tuple[str, date], Day] = field(default_factory=dict)
    at: datetime | None = None

    def begin(self, now: datetime) -> None:
        """Forget everything if the clock went back: what was over may be to come."""
        if self.at is not None and now < self.at:
            self.closed.clear()
        self.at = now


# What is late by more than this is not just waiting for its turn.
LATE = timedelta(hours=1)

# Of two posts of one item so near to each other, a late one is one too many.
NEAR = timedelta(hours=24)

# What a tick looks ahead: what is late must leave room for what comes in time, and that far at most.
AHEAD = timedelta(days=SPILL_DAYS + 1)


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
    `unfit` names the deliveries of which no post can be made, and why. With a `memory` only what is open or comes within `AHEAD` is looked at, so that the cost does not grow
    with the queue or the ledger; the plan's `next` is the same.
    """
    view = _View(agenda, history, now, settled or {}, unfit or {})
    if memory is not None:
        memory.begin(now)
    candidates, beyond = _candidates(view, memory)
    overtaken = _highest_open_rungs(candidates, now)
    judged: list[Judged] = []
    held: list[Planned] = []
    waiting: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in candidates:
        past = history.past.get(delivery.key)
        if past and past.state not in RELEASES_KEY:
            if past.state is State.UNKNOWN:
                held.append(
                    Planned(delivery, delivery.placed, "it may be public: a person must look")
                )
            continue
        verdict = _verdict(delivery, view, overtaken)
        if verdict is not None:
            judged.append(verdict)
        elif why := delivery.held or _why_held(delivery, view):
            held.append(Planned(delivery, delivery.placed, why))
        else:
            waiting[delivery.key.channel].append(delivery)
    due: list[Planned] = []
    later: list[Planned] = []
    for channel, deliveries in waiting.items():
        for planned in _in_turn(channel, deliveries, view):
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
    return Plan(now, tuple(due), tuple(later), tuple(held), tuple(judged), beyond)


def dates_of(item: Item, part: str) -> str:
    """The dates of an item, or of one of its entries, in a form that changes only if they do."""
    when = _when_of(item, part)
    if when is None:
        return ""
    return " ".join(
        f"{span.start or ''}/{span.end or ''}"
        + (
            f"T{span.start_time or ''}-{span.end_time or ''}"
            if span.start_time or span.end_time
            else ""
        )
        for span in when.spans
    )


def _when_of(item: Item, part: str) -> When | None:
    return next((entry.when for entry in item.entries if entry.id == part), item.when)


def part_of(item: Item, occurrence: str) -> str:
    """Which part of an item a delivery speaks of: an entry, or the whole, of which a listed day is one."""
    return occurrence if any(entry.id == occurrence for entry in item.entries) else WHOLE


class _View(NamedTuple):
    """What every judgement looks at."""

    agenda: Agenda
    history: History
    now: datetime
    settled: Mapping[str, datetime]
    unfit: Mapping[Key, str]


def _candidates(view: _View, memory: Memory | None) -> tuple[list[Delivery], datetime | None]:
    """Every delivery that is not over; with a memory, those that are open or come soon."""
    found: list[Delivery] = []
    beyond: list[datetime] = []
    for channel, timetable in view.agenda.timetables.items():
        horizon = local_day(view.now + AHEAD, timetable.calendar.zone)
        today = local_day(view.now, timetable.calendar.zone)
        for day, made in timetable.days.items():
            if memory is not None:
                if memory.closed.get((channel, day)) is made:
                    continue
                if day > horizon:
                    open_there = (e for e in made.placed if not is_over(e, view.history, view.now))
                    beyond += [each.placed for each in islice(open_there, 1)]
                    continue
            open_here = [each for each in made.placed if not is_over(each, view.history, view.now)]
            found += open_here
            if memory is not None and not open_here and day <= today:
                memory.closed[channel, day] = made
    return found, min(beyond, default=None)


def is_over(delivery: Delivery, history: History, now: datetime) -> bool:
    """Is it out, refused for good, or judged? A delivery can't be missed whose deadline is still to come:
    such a verdict was given by a wrong clock, or for a date that has been mended since."""
    past = history.past.get(delivery.key)
    if past is not None and past.state in SETTLES_DELIVERY:
        return True
    given = history.verdicts.get(delivery.key)
    return given is not None and (given.verdict is not Verdict.MISSED or delivery.deadline <= now)


def _highest_open_rungs(candidates: Iterable[Delivery], now: datetime) -> dict[Family, int]:
    """For each ladder the highest rung that may go out now: of several late ones only the last goes."""
    highest: dict[Family, int] = {}
    for delivery in candidates:
        if delivery.placed <= now < delivery.deadline and not delivery.held:
            highest[delivery.family] = max(delivery.rung, highest.get(delivery.family, -1))
    return highest


def _verdict(delivery: Delivery, view: _View, overtaken: Mapping[Family, int]) -> Judged | None:
    """Why `delivery` will never be sent, if that is so by now."""
    ladder = "a later announcement of the same ladder is"
    climbed = view.history.climbed.get(delivery.family)
    is_behind = climbed is not None and delivery.placed <= climbed
    if is_behind or _is_said_by_a_later_rung(delivery, view):
        return Judged(delivery, Verdict.SUPERSEDED, f"{ladder} out")
    if delivery.rung < overtaken.get(delivery.family, -1):
        return Judged(delivery, Verdict.SUPERSEDED, f"{ladder} due")
    channel = view.history.channels.get(delivery.key.channel)
    # What staff add today was not due before today, whatever its ladder says.
    queued = view.history.seen.get(delivery.key.item, view.now)
    if channel is not None and delivery.placed < channel.since and queued <= channel.since:
        since = f"{channel.since:%Y-%m-%d %H:%M} UTC"
        return Judged(
            delivery, Verdict.BEFORE_START, f"it was due before the channel began, {since}"
        )
    if delivery.nominal <= view.now - LATE and _comes_again_soon(delivery, view):
        return Judged(
            delivery, Verdict.SUPERSEDED, "it is late, and the item is announced again soon"
        )
    if delivery.deadline <= view.now:
        why = delivery.held or _why_held(delivery, view) or "its time passed before it could go out"
        return Judged(delivery, Verdict.MISSED, why)
    return None


def _comes_again_soon(delivery: Delivery, view: _View) -> bool:
    """Does another post of the same item stand on this channel within `NEAR` from now?"""
    for asked in view.agenda.asked.get(delivery.key.item, ()):
        if asked.key != delivery.key and asked.key.channel == delivery.key.channel:
            other = view.agenda.deliveries[asked.key]
            if view.now < other.placed <= view.now + NEAR and not other.held:
                return True
    return False


def _is_said_by_a_later_rung(delivery: Delivery, view: _View) -> bool:
    """Is a step of the same ladder, no earlier than this one, public, or may it be?"""
    for other in view.agenda.asked.get(delivery.key.item, ()):
        if other.family == delivery.family and other.rung >= delivery.rung:
            past = view.history.past.get(other.key)
            if past is not None and past.state in MAY_BE_PUBLIC:
                return True
    return False


def _why_held(delivery: Delivery, view: _View) -> str:
    """Why a delivery waits for a person, or "": what was announced is not what staff's files now say."""
    key = delivery.key
    if key in view.unfit:
        return view.unfit[key]
    item = view.agenda.items[key.item]
    part = part_of(item, key.occurrence)
    told = view.history.announced.get(Announced(key.item, key.edition, part, key.channel))
    if told is not None and told.dates != dates_of(item, part):
        return (
            f"its dates have changed since it was announced as {told.shown or told.dates!r}; "
            f"`edition: {key.edition + 1}` announces it anew"
        )
    if (
        told is None
        and key.edition == 1
        and (namesake := _vanished_namesake(item, part, key, view))
    ):
        return (
            f"it looks like {namesake}, which was announced and has vanished: give it its old id back, "
            "or `edition: 2` if it is another item"
        )
    return ""


def _vanished_namesake(item: Item, part: str, key: Key, view: _View) -> str:
    """An item that was announced, is still to come, is in no file any more, and had this title or these days.

    A month or a part of one is no sign: many items have it in common.
    """
    words = item.words.get(view.agenda.channels[key.channel].language)
    when = _when_of(item, part)
    days = dates_of(item, part) if when is not None and when.is_exact else ""
    names = (words.title.casefold() if words else "", days)
    for name in names:
        known = view.history.known_as.get((key.channel, name)) if name else None
        if known is None or known.item in view.agenda.items:
            continue
        last = view.history.announced[known].last
        if last is None or last >= view.now.date():
            return known.item
    return ""


def _in_turn(channel: str, deliveries: Iterable[Delivery], view: _View) -> Iterator[Planned]:
    """Give each open delivery of one channel its instant: those in time keep theirs, late ones follow."""
    calendar = view.agenda.timetables[channel].calendar
    past = view.history.channels.get(channel)
    in_time: list[Delivery] = []
    open_now: list[Delivery] = []
    for delivery in deliveries:
        (in_time if delivery.placed > view.now else open_now).append(delivery)
    open_now.sort(key=lambda each: (each.deadline, each.key))
    for delivery in in_time:
        earliest = max(delivery.placed, _earliest(delivery, view))
        yield Planned(delivery, earliest, _reason(delivery))

    spoken = list(past.spoken) if past else []
    start = max(view.now, (past.not_before if past else None) or view.now)
    reserved = [each.placed for each in in_time]
    for delivery in open_now:
        earliest = max(start, _earliest(delivery, view))
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
        yield Planned(
            delivery, at, _reason(delivery) if at <= delivery.placed else _late(delivery, view)
        )


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


def _earliest(delivery: Delivery, view: _View) -> datetime:
    """Not before this: a deferral, a file that has to settle, the last post of the same item."""
    past = view.history.past.get(delivery.key)
    instants = [view.now]
    if past is not None and past.not_before is not None:
        instants.append(past.not_before)
    if settles := view.settled.get(view.agenda.items[delivery.key.item].mark.file):
        instants.append(settles)
    said = view.history.said.get((delivery.key.item, delivery.key.channel))
    if said is not None and delivery.is_spaced:
        instants.append(said + SPACING)
    return max(instants)


def _late(delivery: Delivery, view: _View) -> str:
    zone = view.agenda.timetables[delivery.key.channel].calendar.zone
    file = view.agenda.items[delivery.key.item].mark.file
    if settles := view.settled.get(file):
        return f"{file} has just changed: not before {settles.astimezone(zone):%H:%M}"
    return f"late, it was due {delivery.placed.astimezone(zone):%Y-%m-%d %H:%M}"


def _reason(delivery: Delivery) -> str:
    return "; ".join(str(move) for move in delivery.moves)

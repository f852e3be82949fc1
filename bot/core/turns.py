"""Gives each open delivery of a channel its instant: those in time keep theirs, late ones follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.core.calendar import end_of_day, local_day, next_open
from bot.core.model import EVE, Delivery, Schedule
from bot.core.placing import SPACING
from bot.core.view import AHEAD, View


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery and the instant at which it goes out as things stand."""

    delivery: Delivery
    at: datetime
    reason: str = ""  # why it is held, or why it goes at another instant than its ladder asks


def in_turn(channel: str, deliveries: Iterable[Delivery], view: View) -> Iterator[Planned]:
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
    horizon = end_of_day(local_day(view.now + AHEAD, calendar.zone), calendar.zone)
    reserved = [each.placed for each in in_time if each.placed < horizon]
    said: dict[str, datetime] = {}  # by what goes out before in this very plan
    for delivery in open_now:
        earliest = max(start, _earliest(delivery, view))
        if delivery.is_spaced and delivery.key.item in said:
            earliest = max(earliest, said[delivery.key.item] + SPACING)
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
        if delivery.key.step != EVE:
            said |= dict.fromkeys(delivery.items, at)
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


def _earliest(delivery: Delivery, view: View) -> datetime:
    """Not before this: a deferral, a file that has to settle, the last post of the same item."""
    past = view.history.past.get(delivery.key)
    instants = [view.now]
    if past is not None and past.not_before is not None:
        instants.append(past.not_before)
    instants += [
        settles
        for item_id in delivery.items
        if (settles := view.settled.get(view.agenda.items[item_id].mark.file))
    ]
    said = view.history.said.get((delivery.key.item, delivery.key.channel))
    if said is not None and delivery.is_spaced:
        instants.append(said + SPACING)
    return max(instants)


def _late(delivery: Delivery, view: View) -> str:
    zone = view.agenda.timetables[delivery.key.channel].calendar.zone
    file = view.agenda.items[delivery.items[0]].mark.file
    if settles := view.settled.get(file):
        return f"{file} has just changed: not before {settles.astimezone(zone):%H:%M}"
    return f"late, it was due {delivery.placed.astimezone(zone):%Y-%m-%d %H:%M}"


def _reason(delivery: Delivery) -> str:
    return "; ".join(str(move) for move in delivery.moves)

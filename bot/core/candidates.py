"""Which deliveries a plan has to look at: those that are not over, and with a memory only the near ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.core.calendar import local_day
from bot.core.history import is_over
from bot.core.model import Delivery
from bot.core.placing import Timetable
from bot.core.quiet import Quiet
from bot.core.view import AHEAD, View


@dataclass(frozen=True, slots=True)
class Closed:
    """The past of one channel: nothing is open on any day up to `until`, but on those in `but`."""

    timetable: Timetable
    until: date
    but: tuple[date, ...]


@dataclass(slots=True)
class Memory:
    """The days of which nothing is open any more, so that `plan` need not look at them again.

    It can be thrown away at any moment; a day that changes is another `Day` and is looked at anew.
    """

    closed: dict[str, Closed] = field(default_factory=dict)  # by channel
    quiet: Quiet | None = None
    at: datetime | None = None

    def begin(self, view: View) -> Quiet | None:
        """What was planned last, if it holds. Forgets all if the clock went back: what was over may be to come."""
        if self.at is not None and view.now < self.at:
            self.closed, self.quiet = {}, None
        self.at = view.now
        return self.quiet if self.quiet and self.quiet.holds(view) else None


def candidates(view: View, memory: Memory | None) -> tuple[list[Delivery], datetime | None]:
    """Every delivery that is not over; with a memory, those that are open or come soon.

    Beside them, with a memory, the first instant past the horizon at which something stands.
    """
    found: list[Delivery] = []
    if memory is None:
        for timetable in view.agenda.timetables.values():
            for day in timetable.order:
                found += _open_on(day, timetable, view)
        return found, None
    beyond: list[datetime] = []
    closed, memory.closed = memory.closed, {}
    for channel, timetable in view.agenda.timetables.items():
        today = local_day(view.now, timetable.calendar.zone)
        horizon = local_day(view.now + AHEAD, timetable.calendar.zone)
        still_open: list[date] = []
        for day in _days_to_look_at(timetable, closed.get(channel), horizon):
            open_here = _open_on(day, timetable, view)
            found += open_here
            if open_here and day <= today:
                still_open.append(day)
        memory.closed[channel] = Closed(timetable, today, tuple(still_open))
        if first := _first_after(horizon, timetable, view):
            beyond.append(first)
    return found, min(beyond, default=None)


def _days_to_look_at(timetable: Timetable, closed: Closed | None, horizon: date) -> Sequence[date]:
    """The days up to `horizon`, without the past ones that are closed and have not changed since."""
    order = timetable.order
    end = bisect_right(order, horizon)
    if closed is None:
        return order[:end]
    begin = bisect_right(order, closed.until)
    if timetable is closed.timetable:
        return closed.but + order[begin:end]
    before, still_open = closed.timetable.days, set(closed.but)
    again = [
        day
        for day in order[:begin]
        if day in still_open or timetable.days[day] is not before.get(day)
    ]
    return again + list(order[begin:end])


def _first_after(horizon: date, timetable: Timetable, view: View) -> datetime | None:
    """The first instant past `horizon` at which something open stands."""
    first: datetime | None = None
    for place in range(bisect_right(timetable.order, horizon), len(timetable.order)):
        day = timetable.order[place]
        # What found no room stands at its nominal instant, which may be some days after its day.
        if first is not None and local_day(first, timetable.calendar.zone) < day:
            break
        for delivery in timetable.days[day].placed:
            if not is_over(delivery, view.history, view.now):
                first = min(first or delivery.placed, delivery.placed)
                break
    return first


def _open_on(day: date, timetable: Timetable, view: View) -> list[Delivery]:
    return [
        each for each in timetable.days[day].placed if not is_over(each, view.history, view.now)
    ]

"""Which deliveries a plan has to look at: those that are not over, and with a memory only the near ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from bot.core.calendar import local_day
from bot.core.history import is_over
from bot.core.model import Delivery
from bot.core.placing import SPILL_DAYS, Day
from bot.core.view import View

# What a tick looks ahead: what is late must leave room for what comes in time, and that far at most.
AHEAD = timedelta(days=SPILL_DAYS + 1)


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


def candidates(view: View, memory: Memory | None) -> tuple[list[Delivery], datetime | None]:
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

"""While nothing is open, nothing was written and no instant that matters has passed, a plan still holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core.calendar import end_of_day, local_day
from bot.core.judging import Judged
from bot.core.model import Delivery
from bot.core.turns import Planned
from bot.core.view import AHEAD, View


@dataclass(frozen=True, slots=True)
class Quiet:
    """What was planned while nothing was open, and what it rests on."""

    view: View
    until: datetime
    later: tuple[Planned, ...]
    held: tuple[Planned, ...]
    judged: tuple[Judged, ...]
    beyond: datetime | None

    def holds(self, view: View) -> bool:
        """Would the same be planned of `view`?"""
        return (
            view.agenda is self.view.agenda
            and self.view.now <= view.now < self.until
            and view.history.channels == self.view.history.channels
            and view.history.pauses == self.view.history.pauses
            and view.settled == self.view.settled
            and view.unfit == self.view.unfit
        )


def quiet_until(found: Iterable[Delivery], view: View) -> datetime | None:
    """Until when only a change of the files or of the ledger can change what is planned of `found`.

    None if that is not so even now, or if the ledger does not count its changes.
    """
    pasts = view.history.channels.values()
    if not pasts or any(past.seq is None for past in pasts):
        return None
    instants = [delivery.placed for delivery in found]
    instants += [past.since for past in pasts if past.since > view.now]
    instants += [
        pause.until for pause in view.history.pauses if pause.until and pause.until > view.now
    ]
    # With each day another one comes near, what was kept until then may be listed, and what was announced
    # comes to its last day.
    instants.append(end_of_day(view.now.date(), UTC))
    for zone in {calendar.zone for calendar in view.agenda.calendars.values()}:
        instants.append(end_of_day(local_day(view.now, zone), zone))
        instants.append(end_of_day(local_day(view.now + AHEAD, zone), zone) - AHEAD)
    until = min(instants)
    return until if until > view.now else None

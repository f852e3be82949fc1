"""A ledger kept by hand, and time that is played from one due instant to the next; nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.core.agenda import Agenda
from bot.core.candidates import Memory
from bot.core.history import ChannelPast, Given, History, Past
from bot.core.judging import Judged
from bot.core.model import EVE, Delivery, Family, Key
from bot.core.plan import Plan, plan
from bot.core.states import MAY_BE_PUBLIC, State

# Before anything that a test speaks of.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Book:
    """What a ledger would tell a plan."""

    since: datetime = LONG_AGO
    past: dict[Key, Past] = field(default_factory=dict)
    verdicts: dict[Key, Given] = field(default_factory=dict)
    spoken: dict[str, list[datetime]] = field(default_factory=dict)
    said: dict[tuple[str, str], datetime] = field(default_factory=dict)
    climbed: dict[Family, datetime] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    seq: int = 0  # raised by each change

    def write(self, delivery: Delivery, at: datetime, state: State = State.PUBLISHED) -> None:
        """An attempt at `delivery` that ended, or stands, in `state`."""
        self.seq += 1
        if state in MAY_BE_PUBLIC:
            self.spoken.setdefault(delivery.key.channel, []).append(at)
        for each in (delivery, *delivery.settles):
            key = each.key
            self.past[key] = Past(state, at)
            if state in MAY_BE_PUBLIC:
                self.climbed[each.family] = max(at, self.climbed.get(each.family, at))
                if key.step != EVE:
                    place = (key.item, key.channel)
                    self.said[place] = max(at, self.said.get(place, at))

    def judge(self, each: Judged) -> None:
        assert each.delivery.key not in self.verdicts, "a verdict is given once"
        self.verdicts[each.delivery.key] = Given(each.verdict, each.reason)
        self.seq += 1

    def history(self, agenda: Agenda) -> History:
        return History(
            past=self.past,
            verdicts=self.verdicts,
            channels={
                name: ChannelPast(
                    self.since, tuple(sorted(self.spoken.get(name, ()))), seq=self.seq
                )
                for name in agenda.channels
            },
            seen=self.seen,
            said=self.said,
            climbed=self.climbed,
        )


@dataclass
class Played:
    """What happened, in order of time."""

    published: list[tuple[Delivery, datetime]] = field(default_factory=list)
    judged: list[tuple[Judged, datetime]] = field(default_factory=list)
    last: Plan | None = None


def play(
    scenes: Sequence[tuple[datetime, Agenda]],
    until: datetime,
    *,
    book: Book | None = None,
    down: Sequence[tuple[datetime, datetime]] = (),
    ends_as: Callable[[Delivery, datetime], State] = lambda _delivery, _at: State.PUBLISHED,
    look: Callable[[Plan, History, Agenda], None] = lambda _plan, _history, _agenda: None,
) -> Played:
    """Tick at every instant at which something is due, or new, from the first scene up to `until`.

    A scene is an instant and the agenda that holds from then on; its items are seen from then on, too.
    `down` are stretches, without their end, in which nobody ticks. Whatever is due ends at once, in the
    state that `ends_as` says.
    """
    book = book or Book()
    memory, played = Memory(), Played()
    number, now = 0, scenes[0][0]
    while now < until:
        while number + 1 < len(scenes) and scenes[number + 1][0] <= now:
            number += 1
        agenda = scenes[number][1]
        for item in agenda.items:
            book.seen.setdefault(item, now)
        history = book.history(agenda)
        planned = plan(agenda, history, now, memory=memory)
        look(planned, history, agenda)
        for each in planned.judged:
            book.judge(each)
            played.judged.append((each, now))
        for due in planned.due:
            state = ends_as(due.delivery, now)
            book.write(due.delivery, now, state)
            if state in MAY_BE_PUBLIC:
                played.published.append((due.delivery, now))
        played.last = planned
        if planned.due or planned.judged:
            continue  # what has just been written may make more due, or over
        following = [planned.next or until, until]
        following += [scenes[number + 1][0]] if number + 1 < len(scenes) else []
        now = min(following)
        now = next((ends for begins, ends in down if begins <= now < ends), now)
    return played

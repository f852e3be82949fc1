"""The ledger as a plan sees it, kept in memory and brought up to date by what changed since it last looked.

It can be thrown away at any moment: the ledger is the authority.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, true

from bot.core.history import Announced, ChannelPast, Facts, Given, History, Past, Told
from bot.core.model import EVE, Act, Family, Key, Verdict
from bot.core.states import MAY_BE_PUBLIC, State
from bot.ledger import rules
from bot.ledger import tables as t

# How far back the ledger is read for items that no file names (any more): what was announced and has
# vanished is told while it is still to come, and few ladders begin earlier.
RECENT = timedelta(days=60)

# How many ids a query names at once.
_AT_ONCE = 500

# Two nodes' transactions do not end in the order of their instants.
_OVERLAP = timedelta(minutes=5)

# Asked at every tick, so built once.
_CHANNELS = select(t.channel)
_LOOKED_FOR = (
    select(t.attempt.c.channel, func.max(t.attempt.c.look_at))
    .where(t.IS_OPEN, t.attempt.c.state == State.UNKNOWN, t.attempt.c.look_at.is_not(None))
    .group_by(t.attempt.c.channel)
)
_a = t.attempt.c
_ATTEMPTS = select(
    *(_a.id, _a.item, _a.edition, _a.occurrence, _a.step, _a.channel, _a.act),
    *(_a.state, _a.reserved_at, _a.committed_at, _a.ended_at, _a.not_before, _a.facts, _a.within),
).order_by(_a.seq)

# Gap and cap look back one local day; two more cover every zone and the length of a gap.
REMEMBERED = timedelta(days=3)


class Projection:
    """What was read so far, by channel and `seq`."""

    def __init__(self) -> None:
        self._seq: dict[str, int] = {}
        self._past: dict[Key, Past] = {}
        self._verdicts: dict[Key, Given] = {}
        self._spoken: dict[str, dict[str, datetime]] = {}
        self._seen: dict[str, datetime] = {}
        self._announced: dict[Announced, Facts] = {}
        self._known_as: dict[tuple[str, str], Announced] = {}
        self._said: dict[tuple[str, str], datetime] = {}
        self._climbed: dict[Family, datetime] = {}
        self._told: dict[str, tuple[Key, datetime, dict[str, str]]] = {}  # by attempt
        self._has_begun = False
        self._items: set[str] = set()  # of which all was read
        self._asked: Collection[str] | None = None  # the items that were asked for last

    def refresh(self, db: Connection, items: Collection[str] | None, now: datetime) -> History:
        """Read what is new and return the whole; what is long past only as far as it bears on `items`
        (None: all of it)."""
        channels = db.execute(_CHANNELS).all()
        if not self._has_begun:
            self._begin(db, items, now)
        elif changed := [row for row in channels if row.seq > self._seq.get(row.name, 0)]:
            self._read_attempts(db, or_(*(self._newer(t.attempt.c, row) for row in changed)))
            self._read_verdicts(db, or_(*(self._newer(t.verdict.c, row) for row in changed)))
        self._seq.update({row.name: row.seq for row in channels})
        self._know_items(db, items)
        doubts = _looked_for(db)
        return History(
            past=self._past,
            verdicts=self._verdicts,
            channels={row.name: self._channel(row, doubts.get(row.name)) for row in channels},
            seen=self._seen,
            announced=self._announced,
            known_as=self._known_as,
            said=self._said,
            climbed=self._climbed,
            pauses=rules.pauses(db),
        )

    def _begin(self, db: Connection, items: Collection[str] | None, now: datetime) -> None:
        """Read all that is recent or still to come, or all there is."""
        self._has_begun = True
        a, v = t.attempt.c, t.verdict.c
        if items is None:
            self._read_attempts(db, true())
            self._read_verdicts(db, true())
            return
        self._read_attempts(db, (a.reserved_at >= now - RECENT) | (a.deadline >= now))
        self._read_verdicts(db, v.at >= now - RECENT)

    def _know_items(self, db: Connection, items: Collection[str] | None) -> None:
        """Read what is known of items that were not asked for before."""
        if items is None:
            query = select(t.seen.c.item, t.seen.c.at)
            if self._seen:
                query = query.where(t.seen.c.at >= max(self._seen.values()) - _OVERLAP)
            self._seen.update(dict(db.execute(query).all()))
        elif items is not self._asked:
            self._read_past_of(db, [item for item in items if item not in self._items])
            for some in _batches([item for item in items if item not in self._seen]):
                query = select(t.seen.c.item, t.seen.c.at).where(t.seen.c.item.in_(some))
                self._seen.update(dict(db.execute(query).all()))
            self._asked = items

    def _read_past_of(self, db: Connection, items: Sequence[str]) -> None:
        """Whatever happened to `items`, however long ago."""
        for some in _batches(items):
            self._read_attempts(db, t.attempt.c.item.in_(some), anew=True)
            self._read_verdicts(db, t.verdict.c.item.in_(some))
        self._items.update(items)

    def _newer(self, columns: Any, channel: Row[Any]) -> ColumnElement[bool]:
        """What of a channel changed since it was last read."""
        newer: ColumnElement[bool] = columns.channel == channel.name
        since: ColumnElement[bool] = columns.seq > self._seq.get(channel.name, 0)
        return newer & since

    def _read_attempts(
        self, db: Connection, which: ColumnElement[bool], *, anew: bool = False
    ) -> None:
        """Take in attempts in the order in which they changed; `anew`, all of a key's from the first on."""
        begun: set[Key] = set()
        for row in db.execute(_ATTEMPTS.where(which)):
            key = Key(row.item, row.edition, row.occurrence, row.step, row.channel, Act(row.act))
            state = State(row.state)
            at = row.ended_at or row.committed_at or row.reserved_at
            old = self._past.get(key)
            if anew and key not in begun:
                begun.add(key)
                old = None
            tries = (old.tries if old else 0) + (state is State.DEFERRED)
            self._past[key] = Past(state, at, row.not_before, tries)
            spoken = self._spoken.setdefault(row.channel, {})
            # What a round-up settles is no post of its own: it takes neither a gap nor a place of the day.
            is_said = state in MAY_BE_PUBLIC and row.committed_at is not None
            if is_said and row.within is None:
                spoken[row.id] = row.committed_at
            else:
                spoken.pop(row.id, None)
            # What was announced by other means was never committed.
            said_at = row.committed_at or row.reserved_at
            self._know(row.id, key, state, at=said_at, facts=row.facts)

    def _know(self, attempt_id: str, key: Key, state: State, *, at: datetime, facts: str) -> None:
        """Keep what followers were told; forget it if it turns out that they were not.

        A call in flight tells nothing yet: most that end without a post are seen on their way.
        """
        if state in (State.PUBLISHED, State.UNKNOWN):
            self._told[attempt_id] = (key, at, json.loads(facts))
            self._remember(*self._told[attempt_id])
        elif self._told.pop(attempt_id, None) is not None:
            for index in (self._climbed, self._said, self._announced, self._known_as):
                index.clear()
            for told in self._told.values():
                self._remember(*told)

    def _remember(self, key: Key, at: datetime, facts: dict[str, str]) -> None:
        """What followers of the channel now know of the item."""
        family = Family(key.item, key.edition, key.occurrence, key.channel)
        self._climbed[family] = max(at, self._climbed.get(family, at))
        place = (key.item, key.channel)
        if key.step != EVE:
            self._said[place] = max(at, self._said.get(place, at))
        told = [(Told(*each), "", "") for each in json.loads(facts.get("listed", "[]"))]
        if "part" in facts:
            title, dates, shown = facts.get("title", ""), facts["dates"], facts.get("when", "")
            own = Told(key.item, key.edition, facts["part"], title, dates, shown)
            told.append((own, facts.get("where", ""), facts.get("link", "")))
        for each, where, link in told:
            announced = Announced(each.item, each.edition, each.part, key.channel)
            before = self._announced.get(announced)
            ever = (before.ever if before else frozenset()) | {(each.dates, where, link)}
            self._announced[announced] = Facts(each.title, each.dates, each.shown, ever)
            for name in (each.title.casefold(), each.dates):
                if name:
                    self._known_as[key.channel, name] = announced

    def _read_verdicts(self, db: Connection, which: ColumnElement[bool]) -> None:
        v = t.verdict.c
        for key, verdict, reason, at in db.execute(
            select(v.key, v.verdict, v.reason, v.at).where(which)
        ):
            self._verdicts[Key.read(key)] = Given(Verdict(verdict), reason, at)

    def _channel(self, row: Row[Any], look_at: datetime | None) -> ChannelPast:
        spoken = self._spoken.get(row.name, {})
        if spoken:
            forgotten = max(spoken.values()) - REMEMBERED
            for attempt_id in [each for each, at in spoken.items() if at < forgotten]:
                del spoken[attempt_id]
        waits = [moment for moment in (row.not_before, look_at) if moment is not None]
        return ChannelPast(
            since=row.since,
            spoken=tuple(sorted(spoken.values())),
            not_before=max(waits, default=None),
            stopped=rules.why_stopped(row),
            seq=row.seq,
        )


def _looked_for(db: Connection) -> dict[str, datetime]:
    """The channels with a post that has to be looked for before they speak again, and when that is."""
    return dict(db.execute(_LOOKED_FOR).all())


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(items), _AT_ONCE):
        yield items[begin : begin + _AT_ONCE]

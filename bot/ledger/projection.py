"""The ledger as a plan sees it, kept in memory and brought up to date by what changed since it last looked.

It can be thrown away at any moment: the ledger is the authority.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from bot.core.history import Announced, ChannelPast, Facts, Given, History, Past, Told
from bot.core.model import EVE, Act, Family, Key, Verdict
from bot.core.states import MAY_BE_PUBLIC, State
from bot.ledger import tables as t

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
        self._seen_until: datetime | None = None
        self._announced: dict[Announced, Facts] = {}
        self._known_as: dict[tuple[str, str], Announced] = {}
        self._said: dict[tuple[str, str], datetime] = {}
        self._climbed: dict[Family, datetime] = {}
        self._told: dict[str, tuple[Key, datetime, dict[str, str]]] = {}  # by attempt

    def refresh(self, db: Connection) -> History:
        """Read what is new and return the whole."""
        channels = db.execute(select(t.channel)).all()
        changed = [row for row in channels if row.seq > self._seq.get(row.name, 0)]
        if changed:
            self._read_attempts(db, changed)
            self._read_verdicts(db, changed)
            self._seq.update({row.name: row.seq for row in changed})
        self._read_seen(db)
        return History(
            past=self._past,
            verdicts=self._verdicts,
            channels={row.name: self._channel(row) for row in channels},
            seen=self._seen,
            announced=self._announced,
            known_as=self._known_as,
            said=self._said,
            climbed=self._climbed,
        )

    def _read_seen(self, db: Connection) -> None:
        query = select(t.seen.c.item, t.seen.c.at)
        if self._seen_until is not None:
            query = query.where(t.seen.c.at >= self._seen_until)
        for item, at in db.execute(query):
            self._seen[item] = at
            self._seen_until = max(at, self._seen_until or at)

    def _read_attempts(self, db: Connection, changed: list[Row[Any]]) -> None:
        newer = or_(
            *(
                (t.attempt.c.channel == row.name) & (t.attempt.c.seq > self._seq.get(row.name, 0))
                for row in changed
            )
        )
        a = t.attempt.c
        columns = (a.id, a.item, a.edition, a.occurrence, a.step, a.channel, a.act)
        columns_of_state = (
            a.state,
            a.reserved_at,
            a.committed_at,
            a.ended_at,
            a.not_before,
            a.facts,
            a.within,
        )
        query = select(*columns, *columns_of_state).where(newer).order_by(a.seq)
        for row in db.execute(query):
            key = Key(row.item, row.edition, row.occurrence, row.step, row.channel, Act(row.act))
            state = State(row.state)
            at = row.ended_at or row.committed_at or row.reserved_at
            old = self._past.get(key)
            tries = (old.tries if old else 0) + (state is State.DEFERRED)
            self._past[key] = Past(state, at, row.not_before, tries)
            spoken = self._spoken.setdefault(row.channel, {})
            # What a round-up settles is no post of its own: it takes neither a gap nor a place of the day.
            is_said = state in MAY_BE_PUBLIC and row.committed_at is not None
            if is_said and row.within is None:
                spoken[row.id] = row.committed_at
            else:
                spoken.pop(row.id, None)
            self._know(row.id, key, state, at=row.committed_at, facts=row.facts)

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
        told = [Told(*each) for each in json.loads(facts.get("listed", "[]"))]
        if "part" in facts:
            title, dates, shown = facts.get("title", ""), facts["dates"], facts.get("when", "")
            told.append(Told(key.item, key.edition, facts["part"], title, dates, shown))
        for each in told:
            announced = Announced(each.item, each.edition, each.part, key.channel)
            self._announced[announced] = Facts(each.title, each.dates, each.shown)
            for name in (each.title.casefold(), each.dates):
                if name:
                    self._known_as[key.channel, name] = announced

    def _read_verdicts(self, db: Connection, changed: list[Row[Any]]) -> None:
        newer = or_(
            *(
                (t.verdict.c.channel == row.name) & (t.verdict.c.seq > self._seq.get(row.name, 0))
                for row in changed
            )
        )
        query = select(t.verdict.c.key, t.verdict.c.verdict, t.verdict.c.reason).where(newer)
        for key, verdict, reason in db.execute(query):
            self._verdicts[_read_key(key)] = Given(Verdict(verdict), reason)

    def _channel(self, row: Row[Any]) -> ChannelPast:
        spoken = self._spoken.get(row.name, {})
        if spoken:
            forgotten = max(spoken.values()) - REMEMBERED
            for attempt_id in [each for each, at in spoken.items() if at < forgotten]:
                del spoken[attempt_id]
        return ChannelPast(row.since, tuple(sorted(spoken.values())), row.not_before, row.seq)


def _read_key(text: str) -> Key:
    item, edition, occurrence, step, channel, act = text.split("/")
    return Key(item, int(edition), occurrence, step, channel, Act(act))

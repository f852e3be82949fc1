"""What a ladder asks for: reads a rung as staff write it, and turns dates and rungs into deliveries.

Places nothing: every delivery made here still stands at its nominal instant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from bot.core.calendar import end_of_day, instant, local_day
from bot.core.model import (
    ASKED,
    QUEUED,
    WHOLE,
    Anchor,
    AnnounceOn,
    Channel,
    Delivery,
    Item,
    Key,
    Precision,
    Schedule,
    Span,
    Step,
    When,
)

FORMS = (
    "7 days before at 10:00, 1 week before at 10:00, on the day at 08:30, "
    "3 days before end at 10:00, on the last day at 10:00"
)

# The hour of what has no rung to take one from.
ORDINARY_HOUR = time(10)

# From so many days on, an event is something that runs: it may be announced until it ends.
RUNNING_DAYS = 14

# What begins and has no stated end ("dal 15 maggio") may be announced so long after its beginning.
OPEN_ENDED_DAYS = 30

# Followers need at least so long to get to an event that has an hour.
BEFORE_AN_HOUR = timedelta(minutes=30)

# The latest hour of a first day at which an event without an hour is still announced.
NOON = time(12)

_RUNG = re.compile(
    r"""(?: (?P<count>\d{1,3}) \s+ (?P<unit>day|week)s? \s+ before (?:\s+(?P<anchor>start|end))?
          | on \s+ the \s+ (?P<day>day|last\s+day) )
        \s+ at \s+ (?P<hour>\d{1,2}) [:.] (?P<minute>\d{2})""",
    re.VERBOSE | re.IGNORECASE,
)


def read_step(text: str) -> Step | None:
    """The step that `text` asks for, or None where it is not one of `FORMS`."""
    match = _RUNG.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:
        return None
    at = time(hour, minute)
    if match["day"]:
        on_last = match["day"].lower() != "day"
        return Step(Anchor.END if on_last else Anchor.START, 0, at)
    days = int(match["count"]) * (7 if match["unit"].lower() == "week" else 1)
    anchor = Anchor.END if (match["anchor"] or "").lower() == "end" else Anchor.START
    return Step(anchor, days, at)


class _Rung(NamedTuple):
    """One announcement that a ladder asks for."""

    nominal: datetime
    name: str


def deliveries_of(item: Item, channel: Channel, schedule: Schedule) -> Iterator[Delivery]:
    """The deliveries of `item` to `channel` by the ladder of `schedule`, at their nominal instants.

    An item with dates of its own is announced as a whole by `announce`, and each of its several dates
    or entries by `each_date`; where both ask for the same day the date speaks, being more exact.
    An item that has only `dates:` is announced entry by entry, each with the whole ladder.
    `announce_on` takes the place of the ladder.
    """

    def climb(
        occurrence: str, when: When | None, rungs: Iterable[_Rung], end: datetime
    ) -> Iterator[Delivery]:
        ladder = sorted(set(rungs))
        if not ladder:
            return
        following = [rung.nominal for rung in ladder[1:]] + [end]
        for number, (rung, next_rung) in enumerate(zip(ladder, following, strict=True)):
            deadline = min(next_rung, end)
            if rung.nominal < deadline:
                yield Delivery(
                    key=Key(item.id, item.edition, occurrence, rung.name, channel.name),
                    platform=channel.platform,
                    when=when,
                    rung=number,
                    nominal=rung.nominal,
                    placed=rung.nominal,
                    deadline=deadline,
                    essential=item.essential,
                )

    zone = schedule.zone
    by_date = [
        delivery
        for occurrence, when in _dates(item)
        for delivery in climb(
            occurrence,
            when,
            _rungs(when, schedule.each_date if item.when else schedule.announce, schedule),
            _too_late(when, zone),
        )
    ]
    yield from by_date

    if item.announce_on:
        end = _too_late(item.when, zone) if item.when and item.when.spans else _expiry(item, zone)
        last_asked = max(on.day for on in item.announce_on)
        yield from climb(
            WHOLE,
            item.when,
            _asked(item.announce_on, schedule),
            end or end_of_day(last_asked + timedelta(days=OPEN_ENDED_DAYS), zone),
        )
    elif item.when and item.when.spans:
        said_by_date = {local_day(delivery.nominal, zone) for delivery in by_date}
        whole = climb(
            WHOLE,
            item.when,
            _rungs(item.when, schedule.announce, schedule),
            _too_late(item.when, zone),
        )
        for delivery in whole:
            if not said_by_date or local_day(delivery.nominal, zone) not in said_by_date:
                yield delivery
    elif not item.entries and item.queued_from:
        end = _expiry(item, zone)
        assert end is not None, "what has the day from which it counts also has its last one"
        asked = _Rung(instant(item.queued_from, _hour(schedule), zone), QUEUED)
        yield from climb(WHOLE, item.when, [asked], end)


def _dates(item: Item) -> Iterator[tuple[str, When]]:
    """The several dates of an item: its entries, or the single days of a list."""
    if item.entries:
        yield from ((entry.id, entry.when) for entry in item.entries if entry.when.spans)
    elif item.when and len(item.when.spans) > 1 and item.when.is_exact:
        for span in item.when.spans:
            yield span.first.isoformat(), When((span,), "", item.when.language)


def _rungs(when: When, steps: Iterable[Step], schedule: Schedule) -> Iterator[_Rung]:
    first, last = when.spans[0], when.spans[-1]
    if not when.is_exact:
        # A date coarser than a day: one post, on or before the first day that it can mean; before a
        # limit, as early as the ladder's first step.
        day = first.first
        if first.start is None:
            day -= timedelta(days=max((step.days_before for step in steps), default=0))
        yield _Rung(instant(day, _hour(schedule), schedule.zone), str(Anchor.START))
        return
    for step in steps:
        if step.anchor is Anchor.END and not _runs(when):
            continue
        base = first.first if step.anchor is Anchor.START else last.last
        day = base - timedelta(days=step.days_before)
        yield _Rung(instant(day, step.at, schedule.zone), step.name)


def _asked(asked: Iterable[AnnounceOn], schedule: Schedule) -> Iterator[_Rung]:
    for on in asked:
        at = on.at or _hour(schedule)
        yield _Rung(instant(on.day, at, schedule.zone), f"{ASKED}{on.day.isoformat()}")


def _hour(schedule: Schedule) -> time:
    return schedule.announce[0].at if schedule.announce else ORDINARY_HOUR


def _runs(when: When) -> bool:
    """Is it something that runs for a while, so that joining in after its first day makes sense?"""
    span = when.spans[0]
    if len(when.spans) > 1 or when.is_deadline:
        return False
    if span.start is None:
        return True
    return span.end is not None and (span.end - span.start).days + 1 >= RUNNING_DAYS


def _too_late(when: When, zone: tzinfo) -> datetime:
    """The instant from which an announcement of `when` would come too late."""
    span = when.spans[0]
    if when.is_deadline or _runs(when):
        return _end_of(span, zone)
    if span.end is None:
        return end_of_day(span.first + timedelta(days=OPEN_ENDED_DAYS), zone)
    if not span.precision.is_exact:
        return _end_of(when.spans[-1], zone)
    if span.precision is Precision.TIME and span.start_time is not None:
        return instant(span.first, span.start_time, zone) - BEFORE_AN_HOUR
    return instant(span.first, NOON, zone)


def _end_of(span: Span, zone: tzinfo) -> datetime:
    if span.end_time is not None:
        return instant(span.last, span.end_time, zone)
    return end_of_day(span.last, zone)


def _expiry(item: Item, zone: tzinfo) -> datetime | None:
    expires: date | None = item.expires
    return end_of_day(expires, zone) if expires else None

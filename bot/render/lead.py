"""The first words of a post, true at the moment it is sent and up to an instant that is told.

Says nothing of a date that is coarser than a day: such a date has no tomorrow and no countdown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from bot.core.model import Precision, Span, When
from bot.render.words import Vocabulary

LAST_DAYS = 3  # an end is near when at most so many days remain
LONG = 7  # days from which a span has "last days"
WEEK = 6  # days; up to so many from now on a weekday's name can mean one day only
AT_ONCE = 3  # more dates than these are left to the line of dates
FARTHEST = 30  # days; a date beyond needs no countdown


class Lead(NamedTuple):
    """`until` is None where the words are true as long as the delivery lives."""

    text: str
    until: datetime | None  # in UTC; from here on the words would lie


NOTHING = Lead("", None)


def lead(when: When | None, local: datetime, zone: tzinfo, words: Vocabulary) -> Lead:
    """What to say of the next of the dates at `local`, the moment of sending in `zone`."""
    if when is None:
        return NOTHING
    today = local.date()
    ahead = [span for span in when.spans if span.end is None or span.end >= today]
    if not ahead or not ahead[0].precision.is_exact:
        return NOTHING
    span = ahead[0]
    moment = _Moment(local, zone, words)
    if when.is_deadline:
        return _of_deadline(span, moment)
    if span.start is None or span.start < today:
        return _of_running(span, moment)
    return _of_close_days(ahead, moment) or _of_coming(span, span.start, moment)


class _Moment(NamedTuple):
    local: datetime
    zone: tzinfo
    words: Vocabulary

    def days_to(self, day: date) -> int:
        return (day - self.local.date()).days

    def until(self, day: date, at: time = time()) -> datetime:
        return _instant(day, at, self.zone)

    def today(self, text: str) -> Lead:
        """Words that are true until the day is over."""
        return Lead(text, self.until(self.local.date() + timedelta(days=1)))

    def is_past(self, at: time) -> bool:
        return self.local.timetz().replace(tzinfo=None) >= at


@lru_cache(maxsize=4_096)
def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _of_deadline(span: Span, moment: _Moment) -> Lead:
    words, days = moment.words, moment.days_to(span.last)
    at = span.end_time or (span.start_time if span.start in (None, span.end) else None)
    if days == 0 and at is not None:
        return NOTHING if moment.is_past(at) else Lead(words.last_day, moment.until(span.last, at))
    match days:
        case 0:
            return moment.today(words.last_day)
        case 1:
            return moment.today(words.due_tomorrow)
        case _ if 1 < days <= FARTHEST:
            return moment.today(words.left_some.get(days) or words.days_left.format(n=days))
        case _:
            return NOTHING


def _of_close_days(ahead: Sequence[Span], moment: _Moment) -> Lead | None:
    """`Domani e giovedì`: a day that is near, and those of the list in the days after it."""
    if len(ahead) < 2:
        return None
    words = moment.words
    whole = takewhile(_is_a_whole_day, ahead)
    near = [span.first for span in whole if moment.days_to(span.first) <= WEEK]
    if not 2 <= len(near) <= AT_ONCE or moment.days_to(near[0]) > 1:
        return None
    first = words.tomorrow if moment.days_to(near[0]) else words.today
    others = [
        words.tomorrow.lower() if moment.days_to(day) == 1 else words.weekdays[day.weekday()]
        for day in near[1:]
    ]
    some = ", ".join([first, *others[:-1]])
    return moment.today(words.and_last.format(some=some, last=others[-1]))


def _is_a_whole_day(span: Span) -> bool:
    return span.precision is Precision.DAY and span.start is not None and span.start == span.end


def _of_coming(span: Span, start: date, moment: _Moment) -> Lead:
    words, days = moment.words, moment.days_to(start)
    is_one_day, at = span.end == start, span.start_time
    if 1 < days <= FARTHEST:
        return moment.today(words.in_some.get(days) or words.in_days.format(n=days))
    if days > FARTHEST:
        return NOTHING
    if days == 1:
        if not is_one_day:
            return moment.today(words.from_tomorrow)
        if at is None:
            return moment.today(words.tomorrow)
        return moment.today(words.tomorrow_at.format(at=words.clock(at)))
    if at is None or not is_one_day:
        return moment.today(words.today if is_one_day else words.from_today)
    if not moment.is_past(at):
        return Lead(words.today_at.format(at=words.clock(at)), moment.until(start, at))
    if span.end_time is None:
        return moment.today(words.today)
    if moment.is_past(span.end_time):
        return NOTHING
    return Lead(words.under_way, moment.until(start, span.end_time))


def _of_running(span: Span, moment: _Moment) -> Lead:
    words = moment.words
    if span.end is None:
        return NOTHING
    days = moment.days_to(span.end)
    if days == 0:
        return moment.today(words.last_day)
    # what only has an end is taken for long: "fino al 28 novembre" is said of an exhibition
    is_long = span.start is None or (span.end - span.start).days + 1 >= LONG
    if days <= LAST_DAYS and is_long:
        return Lead(words.last_days, moment.until(span.end))
    if span.start is None:
        return NOTHING
    return Lead(words.under_way, moment.until(span.end + timedelta(days=1)))

"""Days, instants and dates in plain English, for the commands that explain something to staff."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from bot.core.model import SEVERAL, WEEK, WHOLE, Precision, Span, When


def day_in_words(day: date) -> str:
    """`Sunday 2 May 2021`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def moment_in_words(moment: datetime, zone: tzinfo) -> str:
    """`Sunday 2 May 2021 at 17:30`, on the clocks of `zone`."""
    local = moment.astimezone(zone)
    return f"{day_in_words(local.date())} at {local:%H:%M}"


def delivery_in_words(item: str, occurrence: str, step: str) -> str:
    """`festa-della-musica start-1d`, or `round-up of the week from 2021-05-03`: the parts of a key, shown."""
    if item != SEVERAL:
        return f"{item} {step}" if occurrence == WHOLE else f"{item} {occurrence} {step}"
    if step == WEEK:
        return f"round-up of the week from {occurrence}"
    return f"round-up of what joined late, {occurrence} first"


def kind_in_words(found: When) -> str:
    """What kind of dates it is, such as `a list of 3`."""
    if not found.spans:
        return "no date yet"
    if len(found.spans) > 1:
        return f"a list of {len(found.spans)}, each by itself"
    span = found.first
    if found.is_deadline:
        return "a deadline"
    match span.precision:
        case Precision.MONTH:
            return "a date known by its month only"
        case Precision.PART:
            return "a date known by a part of a month only"
    if span.start is None:
        return "something that ends"
    if span.end is None:
        return "something that begins, with no end"
    if span.start != span.end:
        return "a range"
    return "a day" if span.start_time is None else "a day with its hour"


def span_in_words(span: Span) -> str:
    """A span for people, with its weekdays and its year; hours are wall-clock time."""
    first, last = _day(span.first, span), _day(span.last, span)
    hours = _hours(span)
    if span.start is None:
        return f"until {last}{hours}"
    if not span.precision.is_exact:
        return f"some time from {first} " + (f"to {last}" if span.end else "on")
    if span.end is None:
        return f"from {first}{hours} on"
    if span.start == span.end:
        return f"{first}{hours}"
    return f"{first} to {last}, {(span.end - span.start).days + 1} days{hours}"


def _day(day: date, span: Span) -> str:
    return day_in_words(day) if span.precision.is_exact else f"{day.day} {day:%B %Y}"


def _hours(span: Span) -> str:
    known = [f"{at:%H:%M}" for at in (span.start_time, span.end_time) if at is not None]
    return f", {'–'.join(known)}" if known else ""

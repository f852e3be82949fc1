"""Days, instants and dates in plain words, for the commands that explain something to staff."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from babel.dates import format_date

from bot.catalogs import in_language
from bot.core.model import SEVERAL, WEEK, WHOLE, Precision, Span, When
from bot.core.said import Said, said


def day_in_words(day: date, language: str = "en") -> str:
    """`Sunday 2 May 2021`, or `domenica 2 maggio 2021`."""
    return format_date(day, "EEEE d MMMM y", locale=language)


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


def kind_in_words(found: When) -> Said:
    """What kind of dates it is, such as `a list of 3`."""
    if not found.spans:
        return said("no date yet")
    if len(found.spans) > 1:
        return said("a list of {number}, each by itself", number=len(found.spans))
    span = found.first
    if found.is_deadline:
        return said("a deadline")
    match span.precision:
        case Precision.MONTH:
            return said("a date known by its month only")
        case Precision.PART:
            return said("a date known by a part of a month only")
    if span.start is None:
        return said("something that ends")
    if span.end is None:
        return said("something that begins, with no end")
    if span.start != span.end:
        return said("a range")
    return said("a day") if span.start_time is None else said("a day with its hour")


def span_in_words(span: Span, language: str = "en") -> str:
    """A span for people, with its weekdays and its year; hours are wall-clock time."""
    return in_language(_span(span, language), language)


def _span(span: Span, language: str) -> str:
    first, last = _day(span.first, span, language), _day(span.last, span, language)
    hours = _hours(span)
    if span.start is None:
        return said("until {day}{hours}", day=last, hours=hours)
    if not span.precision.is_exact and span.end:
        return said("some time from {first} to {last}", first=first, last=last)
    if not span.precision.is_exact:
        return said("some time from {first} on", first=first)
    if span.end is None:
        return said("from {day}{hours} on", day=first, hours=hours)
    if span.start == span.end:
        return f"{first}{hours}"
    days = (span.end - span.start).days + 1
    return said(
        "{first} to {last}, {number} days{hours}", first=first, last=last, number=days, hours=hours
    )


def _day(day: date, span: Span, language: str) -> str:
    if span.precision.is_exact:
        return day_in_words(day, language)
    return format_date(day, "d MMMM y", locale=language)


def _hours(span: Span) -> str:
    known = [f"{at:%H:%M}" for at in (span.start_time, span.end_time) if at is not None]
    return f", {'–'.join(known)}" if known else ""

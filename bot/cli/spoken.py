"""Days, instants and dates in plain words, for the commands that explain something to staff."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from bot.catalogs import in_language
from bot.core.model import SEVERAL, WEEK, WHOLE, Precision, Span, When
from bot.core.said import Said, said, said_of

WEEKDAYS = (
    said("Monday"),
    said("Tuesday"),
    said("Wednesday"),
    said("Thursday"),
    said("Friday"),
    said("Saturday"),
    said("Sunday"),
)
MONTHS = (
    said("January"),
    said("February"),
    said("March"),
    said("April"),
    said("May"),
    said("June"),
    said("July"),
    said("August"),
    said("September"),
    said("October"),
    said("November"),
    said("December"),
)


def day_in_words(day: date) -> Said:
    """`Sunday 2 May 2021`."""
    return said(
        "{weekday} {day} {month} {year}",
        weekday=WEEKDAYS[day.weekday()],
        day=day.day,
        month=MONTHS[day.month - 1],
        year=day.year,
    )


def day_of_year(day: date) -> Said:
    """`Sunday 2 May`."""
    return said(
        "{weekday} {day} {month}",
        weekday=WEEKDAYS[day.weekday()],
        day=day.day,
        month=MONTHS[day.month - 1],
    )


def short_weekday(day: date, language: str) -> str:
    """`Sun`, `dom`: English and Italian both shorten a day of the week, or a month, to three letters."""
    return in_language(WEEKDAYS[day.weekday()], language)[:3]


def short_day(day: date, language: str) -> str:
    """`Sun 2 May`, `dom 2 mag`."""
    return f"{short_weekday(day, language)} {day.day} {in_language(MONTHS[day.month - 1], language)[:3]}"


def moment_in_words(moment: datetime, zone: tzinfo) -> Said:
    """`Sunday 2 May 2021 at 17:30`, on the clocks of `zone`."""
    local = moment.astimezone(zone)
    return said("{day} at {clock}", day=day_in_words(local.date()), clock=f"{local:%H:%M}")


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


def span_in_words(span: Span) -> Said:
    """A span for people, with its weekdays and its year; hours are wall-clock time."""
    first, last = _day(span.first, span), _day(span.last, span)
    hours = _hours(span)
    if span.start is None:
        return said("until {last}{hours}", last=last, hours=hours)
    if not span.precision.is_exact:
        if span.end is None:
            return said("some time from {first} on", first=first)
        return said("some time from {first} to {last}", first=first, last=last)
    if span.end is None:
        return said("from {first}{hours} on", first=first, hours=hours)
    if span.start == span.end:
        return said("{first}{hours}", first=first, hours=hours)
    return said_of(
        (span.end - span.start).days + 1,
        "{first} to {last}, {number} day{hours}",
        "{first} to {last}, {number} days{hours}",
        first=first,
        last=last,
        hours=hours,
    )


def _day(day: date, span: Span) -> Said:
    if span.precision.is_exact:
        return day_in_words(day)
    month = MONTHS[day.month - 1]
    return said("{day} {month} {year}", day=day.day, month=month, year=day.year)


def _hours(span: Span) -> str:
    known = [f"{at:%H:%M}" for at in (span.start_time, span.end_time) if at is not None]
    return f", {'–'.join(known)}" if known else ""

"""Turns clauses into spans and checks them against the calendar.

It refuses whatever is impossible, contradicts its weekday, or could be meant in two ways.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from bot.core.dates.cursor import Stop
from bot.core.dates.fill import (
    Hints,
    has_months,
    hours_of,
    month_of,
    points_of,
    with_months,
    years_of,
)
from bot.core.dates.grammar import Clause, Kind, Point
from bot.core.dates.hours import Hours
from bot.core.dates.words import Part, Table
from bot.core.model import Precision, Span
from bot.core.said import said

# A list that seems to run backwards crosses a new year only if its two days are this close;
# otherwise a month was mistyped, or the days are in disorder.
_LIST_CROSSES_NEW_YEAR_WITHIN: Final = timedelta(days=183)

_LENGTHS: Final = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of months, in days


def spans_of(clauses: Sequence[Clause], table: Table, year: int) -> tuple[Span, ...]:
    """The spans that the clauses mean, in order; `year` is for points that name none.

    Raises `Stop` where they mean no possible dates, or more than one thing.
    """
    if not clauses:
        return ()
    hints = Hints(table, year)
    if len(clauses) == 1 and has_months(clauses[0]):
        clause = clauses[0]
        return (_span(clause, clause.hours, years_of(points_of(clause), year), hints),)
    _refuse_lists_of_limits(clauses)
    clauses, linked = with_months(clauses, hints)
    hours = hours_of(clauses, linked)
    years = iter(years_of([point for clause in clauses for point in points_of(clause)], year))
    spans = tuple(
        _span(clause, its_hours, [next(years) for _ in points_of(clause)], hints)
        for clause, its_hours in zip(clauses, hours, strict=True)
    )
    _refuse_disorder(clauses, spans, hints)
    return spans


# --- spans --------------------------------------------------------------------------------------


def _span(clause: Clause, hours: Hours | None, years: Sequence[int], hints: Hints) -> Span:
    first, last = clause.first, clause.last
    precision = _precision(first, last)
    if hours is not None:
        if precision is not Precision.DAY:
            raise Stop(said("an hour needs a day"), hours.offset, is_final=True)
        precision = Precision.TIME
    start, end = _days(first, years[0], hints)
    if last is not None:
        _, end = _days(last, years[1], hints)
        _refuse_no_range(clause, start, end, years, hints)
        return _timed(start, end, precision, hours)
    match clause.kind:
        case Kind.DAYS:
            return _timed(start, end, precision, hours)
        case Kind.FROM:
            return _timed(start, None, precision, hours)
        case Kind.UNTIL | Kind.BY:
            return _limited(end, _limit_precision(first, precision, hints), hours)


def _timed(start: date, end: date | None, precision: Precision, hours: Hours | None) -> Span:
    if hours is None:
        return Span(start, end, precision)
    return Span(start, end, precision, hours.start, hours.end)


def _limit_precision(point: Point, precision: Precision, hints: Hints) -> Precision:
    """A limit at the end of a month is that of the month; in English, `by May` may be its first day."""
    if point.part is Part.END:
        return Precision.MONTH
    if precision is Precision.MONTH and hints.table.end_of_month:
        instead = hints.table.end_of_month.format(hints.table.month(month_of(point)))
        message = said("is this the beginning or the end of the month?")
        raise Stop(message, point.offset, instead=instead, is_final=True)
    return precision


def _limited(end: date, precision: Precision, hours: Hours | None) -> Span:
    """A span of which only the end is known: its one hour is the end's."""
    if hours is None:
        return Span(None, end, precision)
    if hours.end is not None:
        raise Stop(said("a limit has one hour, not two"), hours.offset, is_final=True)
    return Span(None, end, precision, None, hours.start)


def _precision(first: Point, last: Point | None) -> Precision:
    """The precision of a span; of two sides that differ, the coarser is asked of neither day."""
    precision = _point_precision(first)
    other = precision if last is None else _point_precision(last)
    if other is precision:
        return precision
    if last is not None and Precision.DAY in (precision, other):
        message = said("one side of this range is a day and the other is not")
        raise Stop(message, last.offset, is_final=True)
    return Precision.PART


def _point_precision(point: Point) -> Precision:
    if point.day is not None:
        return Precision.DAY
    return Precision.PART if point.part is not None else Precision.MONTH


def _days(point: Point, year: int, hints: Hints) -> tuple[date, date]:
    """The first and last day of a point."""
    month = month_of(point)
    if not 1 <= month <= 12 or not date.min.year <= year <= date.max.year:
        raise Stop(said("this is not a date"), point.offset, is_final=True)
    length = _LENGTHS[month] + (month == 2 and isleap(year))
    if point.day is not None:
        day = _day(point, point.day, year, length, hints)
        return day, day
    match point.part:
        case None:
            first, last = 1, length
        case Part.BEGINNING:
            first, last = 1, 10
        case Part.MIDDLE:
            first, last = 11, 20
        case Part.END:
            first, last = 21, length
    return date(year, month, first), date(year, month, last)


def _day(point: Point, number: int, year: int, length: int, hints: Hints) -> date:
    month = month_of(point)
    if not 1 <= number <= length:
        possible = date(year, month, min(max(number, 1), length))
        raise Stop(
            said(
                "{month} {year} has {length} days",
                month=hints.table.month(month),
                year=year,
                length=length,
            ),
            point.offset,
            _named(possible, hints),
            is_final=True,
        )
    day = date(year, month, number)
    if point.weekday is not None and day.weekday() != point.weekday:
        right = hints.table.weekday(day.weekday())
        raise Stop(
            said(
                "{day} {month} {year} falls on {weekday}",
                day=number,
                month=hints.table.month(month),
                year=year,
                weekday=right,
            ),
            point.offset,
            f"{right} {_named(day, hints)}",
            is_final=True,
        )
    return day


# --- refusals -----------------------------------------------------------------------------------


def _refuse_lists_of_limits(clauses: Sequence[Clause]) -> None:
    for clause in clauses[1:] if clauses[0].kind is Kind.DAYS else clauses:
        is_open = clause.kind is not Kind.DAYS and clause.last is None
        if is_open and len(clauses) > 1:
            raise Stop(
                said("a list can't hold dates without a beginning or an end"),
                clause.first.offset,
                is_final=True,
            )


def _refuse_no_range(
    clause: Clause, start: date, end: date, years: Sequence[int], hints: Hints
) -> None:
    """A range has two ends, in order; a slash joins neighbours only, for `5/12 maggio` may be 5 or 12."""
    first, last = clause.first, clause.last
    assert last is not None, "a range has two ends"
    is_day = first.day is not None
    if end < start:
        nearest = f"{_named(end, hints)} - {_named(start, hints)}" if is_day else ""
        raise Stop(said("this range ends before it begins"), last.offset, nearest, is_final=True)
    if end == start or (not is_day and _is_same_month_part(first, last, years)):
        raise Stop(said("both ends of this range are the same"), last.offset, is_final=True)
    apart = (end - start).days if is_day else (month_of(last) - month_of(first)) % 12
    if clause.by_slash and apart > 1:
        nearest = f"{_named(start, hints)} - {_named(end, hints)}" if is_day else ""
        message = said("a slash can mean `and`, `or` and `to`: write a hyphen")
        raise Stop(message, last.offset, nearest, is_final=True)


def _is_same_month_part(first: Point, last: Point, years: Sequence[int]) -> bool:
    return (first.month, first.part, years[0]) == (last.month, last.part, years[1])


def _refuse_disorder(clauses: Sequence[Clause], spans: Sequence[Span], hints: Hints) -> None:
    for at, (before, after) in enumerate(pairwise(spans)):
        in_order = after.first > before.last or _is_later_that_day(before, after)
        is_inferred = any(
            point.year is None for c in clauses[at : at + 2] for point in points_of(c)
        )
        crosses = is_inferred and after.first.year > before.last.year
        apart = after.first - before.last
        if in_order and not (crosses and apart > _LIST_CROSSES_NEW_YEAR_WITHIN):
            continue
        days = sorted({(span.first.month, span.first.day) for span in spans})
        nearest = ", ".join(f"{day} {hints.table.month(month)}" for month, day in days)
        message = said("these days are not in order")
        raise Stop(message, clauses[at + 1].first.offset, nearest, is_final=True)


def _is_later_that_day(before: Span, after: Span) -> bool:
    if after.first != before.last or before.start_time is None or after.start_time is None:
        return False
    return (before.end_time or before.start_time) < after.start_time


def _named(day: date, hints: Hints) -> str:
    """A day in words, with its year where it is not the one that is understood."""
    text = f"{day.day} {hints.table.month(day.month)}"
    return text if day.year == hints.year else f"{text} {day.year}"

"""Fills in what people leave out of a phrase because its other words say it: months, years, hours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple, NoReturn

from bot.core.dates.cursor import Stop
from bot.core.dates.grammar import IN_FIGURES, Clause, Point
from bot.core.dates.hours import Hours
from bot.core.dates.words import Table
from bot.core.said import said

_SAMPLE_MONTH: Final = 5  # for a hint where the month is missing: it has 31 days


class Hints(NamedTuple):
    """What a hint is written with: the words of a language, and the year that needs no saying."""

    table: Table
    year: int


def with_months(clauses: Sequence[Clause], hints: Hints) -> tuple[Sequence[Clause], Sequence[bool]]:
    """Each point with its month, and for each clause whether it shares a month with the next.

    In `5 e 6 maggio` a day takes the month of the day after it, in `May 5 and 6` of the one before.
    """
    if all(map(has_months, clauses)):
        return clauses, [False] * len(clauses)
    points = [point for clause in clauses for point in points_of(clause)]
    owner = [index for index, clause in enumerate(clauses) for _ in points_of(clause)]
    linked = [False] * len(clauses)
    _refuse_hours_as_days(clauses)

    for at in range(len(points) - 2, -1, -1):
        after = points[at + 1]
        takes = points[at].month is None and points[at].year is None
        if takes and after.month and after.day and not after.month_first:
            points[at] = points[at]._replace(month=after.month, year=after.year)
            linked[owner[at]] |= owner[at] != owner[at + 1]
    for at in range(1, len(points)):
        before = points[at - 1]
        if points[at].month is None and before.month and before.month_first:
            year = points[at].year or before.year
            points[at] = points[at]._replace(month=before.month, year=year, month_first=True)
            linked[owner[at - 1]] |= owner[at] != owner[at - 1]

    for at, point in enumerate(points):
        if point.month is None:
            _refuse_monthless(point, clauses[owner[at]], hints)
    left = iter(points)
    filled = [
        clause._replace(first=next(left), last=None if clause.last is None else next(left))
        for clause in clauses
    ]
    return filled, linked


def _refuse_hours_as_days(clauses: Sequence[Clause]) -> None:
    """In `5 maggio ore 9 e 15-18, 20 maggio` the 15-18 are hours, whatever the months around them."""
    for before, clause in pairwise(clauses):
        ends = clause.last or clause.first
        if before.hours is not None and ends.month is None and not clause.first.is_marked:
            raise Stop(
                said("is this a day or an hour? Write its month"),
                clause.first.offset,
                is_final=True,
            )


def _refuse_monthless(point: Point, clause: Clause, hints: Hints) -> NoReturn:
    """A day without its month; in `12/05` the month is there, in figures."""
    month = clause.last.day if clause.by_slash and clause.last is not None else None
    if month is not None and month <= 12:
        nearest = f"{point.day} {hints.table.month(month)}"
        raise Stop(IN_FIGURES, point.offset, nearest, is_final=True)
    nearest = f"{point.day} {hints.table.month(_SAMPLE_MONTH)}"
    raise Stop(said("the month is missing"), point.offset, nearest, is_final=True)


def years_of(points: Sequence[Point], year: int) -> list[int]:
    """The year of each point.

    Points follow each other in time, so one without a year takes the year that puts it next to a
    neighbour that has one: `dal 30 ottobre al 10 gennaio 2021` begins in 2020. Where nobody names a
    year, the first point is in `year`.
    """
    if len(points) == 1:
        return [points[0].year or year]
    forward = [point.year for point in points]
    backward = list(forward)
    if not any(forward):
        forward[0] = year
    for at in range(1, len(points)):
        known = forward[at - 1]
        if forward[at] is None and known is not None:
            forward[at] = known + (month_of(points[at]) < month_of(points[at - 1]))
    for at in range(len(points) - 2, -1, -1):
        known = backward[at + 1]
        if backward[at] is None and known is not None:
            backward[at] = known - (month_of(points[at]) > month_of(points[at + 1]))
    years = []
    for point, one, other in zip(points, forward, backward, strict=True):
        found = other if one is None else one
        if found is None or (other is not None and other != found):
            raise Stop(said("in which year is this?"), point.offset, is_final=True)
        years.append(found)
    return years


def hours_of(clauses: Sequence[Clause], linked: Sequence[bool]) -> list[Hours | None]:
    """The hours of each clause. In `5 e 6 maggio ore 21` both days share them, as they share the month."""
    hours = [clause.hours for clause in clauses]
    for at in range(len(hours) - 2, -1, -1):
        after = hours[at + 1]
        if hours[at] is not None or after is None:
            continue
        if not linked[at]:
            raise Stop(
                said("is this hour meant for the days before it too? Write it after each"),
                after.offset,
                is_final=True,
            )
        hours[at] = after
    return hours


def has_months(clause: Clause) -> bool:
    return clause.first.month is not None and (clause.last is None or clause.last.month is not None)


def points_of(clause: Clause) -> tuple[Point, ...]:
    return (clause.first,) if clause.last is None else (clause.first, clause.last)


def month_of(point: Point) -> int:
    assert point.month is not None, "months are filled in"
    return point.month

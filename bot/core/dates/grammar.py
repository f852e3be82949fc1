"""The grammar of date phrases: tokens -> clauses, by recursive descent, the same for every language.

It knows the order of words and nothing of the calendar. Each function below is one rule, named in
its docstring; one that finds something else than its rule puts the tokens back or raises `Stop`.

    phrase  = undated | season | clause {joint clause} [.]
    clause  = [time] [entro | fino al | dal] point [to point] [time]
    point   = [il] [weekday] day [month [year]]  |  month day [year]  |  [part] month [year]  |  iso
    time    = [alle] clock [to clock]
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple, NoReturn

from bot.core.dates.cursor import Cursor, Stop
from bot.core.dates.hours import Hours, hours_after, read_hours
from bot.core.dates.tokens import Token
from bot.core.dates.words import Part, Role, Table
from bot.core.said import said


class Point(NamedTuple):
    """One end of a span as it was written; what was left out is None."""

    day: int | None
    month: int | None
    year: int | None
    weekday: int | None
    part: Part | None
    month_first: bool
    is_marked: bool  # an article, weekday or ordinal tells that its number is a day, not an hour
    offset: int


class Kind(StrEnum):
    DAYS = "days"
    FROM = "from"
    UNTIL = "until"
    BY = "by"


class Clause(NamedTuple):
    kind: Kind
    first: Point
    last: Point | None
    hours: Hours | None
    by_slash: bool  # 12/13 giugno


IN_FIGURES: Final = said("a date in figures can be read in two ways: write the month as a word")
_ONLY_AN_HOUR: Final = said("there is an hour but no day")
_LIMITS: Final = frozenset({Role.CALL, Role.BY, Role.UNTIL})
_BRIDGES: Final = frozenset({Role.DASH, Role.TO, Role.UNTIL, Role.SLASH})
_BEGINS_SEASON: Final = frozenset({Role.IN, Role.ON, Role.SEASON})
_JOINS_SEASONS: Final = frozenset({Role.DASH, Role.SLASH, Role.AND})
_BEFORE_YEAR: Final = frozenset({Role.COMMA, Role.OF})


class Grammar:
    """Reads one phrase, once."""

    __slots__ = ("_cursor",)

    def __init__(self, tokens: Sequence[Token], table: Table, end: int) -> None:
        self._cursor = Cursor(tokens, table, end)

    def phrase(self) -> tuple[Clause, ...]:
        """The clauses in order; none where staff say that there is no date yet."""
        if self._cursor.is_done():
            raise Stop(said("there is no date here"), self._cursor.offset(0))
        if self._undated():
            self._finish()
            return ()
        clauses = [self._clause()]
        while self._joint():
            clauses.append(self._clause())
        self._finish()
        return tuple(clauses)

    # --- rules ----------------------------------------------------------------------------------

    def _undated(self) -> bool:
        """undated = data da definire | [in] season [- season] [year]"""
        if self._cursor.take(Role.UNDATED) is not None:
            return True
        if not self._cursor.sees(_BEGINS_SEASON):
            return False
        start = self._cursor.at
        if self._cursor.take(Role.IN) is None:
            self._cursor.take(Role.ON)
        if self._cursor.take(Role.SEASON) is None:
            self._cursor.at = start
            return False
        if self._cursor.sees(_JOINS_SEASONS):
            self._cursor.at += 1
            self._cursor.expect(Role.SEASON, said("a season"))
        self._year()
        return True

    def _joint(self) -> bool:
        """joint = , | e | , e"""
        comma = self._cursor.take(Role.COMMA)
        return self._cursor.take(Role.AND) is not None or comma is not None

    def _clause(self) -> Clause:
        """clause = [time] [entro | fino al | dal] point [to point] [[,] time]"""
        kind = self._limit()
        while kind is Kind.BY and self._cursor.take(Role.ON) is not None:
            pass
        start = self._cursor.at
        hours = read_hours(self._cursor)
        if hours is not None:
            if self._cursor.is_done():
                self._only_a_time(start)
            self._cursor.take(Role.COMMA)
            self._cursor.take(Role.OF)
        if kind is Kind.DAYS and self._cursor.take(Role.FROM) is not None:
            kind = Kind.FROM
        first, last, by_slash = self._point(), None, False
        if hours is None:
            hours = hours_after(self._cursor)
        if kind in (Kind.DAYS, Kind.FROM):
            bridge = self._cursor.at
            if self._to():
                if hours is not None:
                    raise Stop(
                        said("an hour stands inside a range of days: write it after the last day"),
                        self._cursor.offset(bridge),
                        is_final=True,
                    )
                between_words = Role.ISO not in self._cursor.tokens[bridge - 1].roles
                by_slash = between_words and self._cursor.tokens[bridge].text == "/"
                last = self._point()
                hours = hours_after(self._cursor)
        return Clause(kind, first, last, hours, by_slash)

    def _limit(self) -> Kind:
        """limit = [iscrizioni] entro [iscrizioni] [:] | iscrizioni fino al | fino al"""
        if not self._cursor.sees(_LIMITS):
            return Kind.DAYS
        start = self._cursor.at
        called = self._cursor.take(Role.CALL) is not None
        if self._cursor.take(Role.BY) is not None:
            if not called:
                self._cursor.take(Role.CALL)
            self._cursor.take(Role.BY)
            self._cursor.take(Role.COLON)
            return Kind.BY
        if (
            called
            and self._cursor.take(Role.COLON) is not None
            and self._cursor.take(Role.BY) is not None
        ):
            return Kind.BY
        if self._cursor.take(Role.UNTIL) is not None:
            return Kind.BY if called else Kind.UNTIL
        self._cursor.at = start
        return Kind.DAYS

    def _to(self) -> bool:
        """to = - | al | fino al | /"""
        is_bridge = self._cursor.sees(_BRIDGES)
        self._cursor.at += is_bridge
        return is_bridge

    def _point(self) -> Point:
        """point = iso | [il] [weekday] day [[di] month [year]] | month day [year] | [a] [part] month [year]"""
        offset = self._cursor.offset(self._cursor.at)
        is_marked = False
        while self._cursor.take(Role.ON) is not None:
            is_marked = True
        iso = self._cursor.take(Role.ISO)
        if iso is not None:
            return Point(iso % 100, iso // 100 % 100, iso // 10000, None, None, False, True, offset)
        weekday_at = self._cursor.at
        weekday = self._cursor.take(Role.WEEKDAY)
        if weekday is not None:
            offset, is_marked = self._cursor.offset(weekday_at), True
            self._cursor.take(Role.COMMA)
            self._cursor.take(Role.ON)
        day_at = self._cursor.at
        day = self._day()
        if day is not None:
            if weekday is None:
                offset = self._cursor.offset(day_at)
            # 1° and 13th are days whatever follows
            is_marked = is_marked or self._cursor.at - day_at > 1
            return self._after_day(day, weekday, is_marked, offset)
        return self._month_point(weekday, offset)

    def _after_day(self, day: int, weekday: int | None, is_marked: bool, offset: int) -> Point:
        """The rest of a point that begins with its day: [[di] month [year]], or a year as in May 5-6 2021"""
        before_of = self._cursor.at
        self._cursor.take(Role.OF)
        month = self._cursor.take(Role.MONTH)
        if month is None:
            self._cursor.at = before_of
            year = self._year() if self._cursor.table.month_first else None
            return Point(day, None, year, weekday, None, False, is_marked, offset)
        return Point(day, month, self._year(), weekday, None, False, True, offset)

    def _month_point(self, weekday: int | None, offset: int) -> Point:
        """A point that begins with its month, or is no finer: month day [year] | [a] [part] month [year]"""
        coarse_at = self._cursor.at
        if self._cursor.take(Role.IN) is not None:
            self._cursor.take(Role.ON)
        part = self._cursor.take(Role.PART)
        if part is not None:
            self._cursor.take(Role.DASH)
            self._cursor.take(Role.OF)
            self._cursor.take(Role.IN)
        is_coarse = self._cursor.at > coarse_at
        month = self._cursor.take(Role.MONTH)
        if month is None:
            self._no_point()
        day = None if is_coarse or not self._cursor.table.month_first else self._day_after_month()
        if day is not None:
            return Point(day, month, self._year(), weekday, None, True, True, offset)
        if weekday is not None:
            raise Stop(said("a weekday needs its day"), offset)
        return Point(
            None, month, self._year(), None, Part(part) if part else None, False, True, offset
        )

    def _day(self) -> int | None:
        """day = 0-99 [°] | primo; the calendar is asked later"""
        day = self._cursor.take(Role.NUMBER)
        if day is None:
            return self._cursor.take(Role.FIRST)
        self._cursor.take(Role.ORDINAL)
        return day

    def _day_after_month(self) -> int | None:
        start = self._cursor.at
        self._cursor.take(Role.ON)
        day = self._day()
        if day is None:
            self._cursor.at = start
        return day

    def _year(self) -> int | None:
        """year = [, | di] 1900-2199"""
        year = self._cursor.take(Role.YEAR)
        if year is not None:
            return year
        start = self._cursor.at
        if self._cursor.sees(_BEFORE_YEAR):
            self._cursor.at += 1
            year = self._cursor.take(Role.YEAR)
        if year is None:
            self._cursor.at = start
        return year

    # --- what is left over ---

    def _finish(self) -> None:
        self._cursor.take(Role.STOP)
        if not self._cursor.is_done():
            self._refuse_hour_without_mark()
            self._no_point()

    def _refuse_hour_without_mark(self) -> None:
        """`7 maggio 18` and `7 maggio ore 1830`: an hour, as far as one can tell."""
        cursor = self._cursor
        is_said = cursor.take(Role.AT) is not None
        token = cursor.tokens[cursor.at]
        at = "" if is_said else f"{cursor.table.at} "
        if len(token.text) == 4 and token.text.isdecimal():
            message = said("an hour needs a mark before its minutes")
            raise Stop(message, token.start, instead=f"{at}{token.text[:2]}.{token.text[2:]}")
        if not is_said and Role.NUMBER in token.roles:
            message = said("is this an hour? Write `{at}` before it", at=cursor.table.at)
            raise Stop(message, token.start, instead=f"{at}{token.text}")

    def _no_point(self) -> NoReturn:
        if self._cursor.is_done():
            raise Stop(
                said("the phrase ends where a date should follow"),
                self._cursor.offset(self._cursor.at),
            )
        token = self._cursor.tokens[self._cursor.at]
        if Role.NUMERIC in token.roles or Role.CLOCK in token.roles:
            raise Stop(IN_FIGURES, token.start, *numeric(token.text, self._cursor.table))
        if token.roles:
            raise Stop(said("`{word}` can't stand here", word=token.text), token.start)
        raise Stop(said("`{word}` is not understood", word=token.text), token.start)

    def _only_a_time(self, at: int) -> NoReturn:
        token = self._cursor.tokens[at]
        if Role.CLOCK in token.roles:
            nearest = numeric(token.text, self._cursor.table)
            raise Stop(_ONLY_AN_HOUR, token.start, *nearest)
        raise Stop(_ONLY_AN_HOUR, token.start)


def numeric(text: str, table: Table) -> tuple[str, ...]:
    """What a date in figures would be in words, day first: `12/05/2021` -> `12 maggio 2021`."""
    figures = "".join(c if c.isdigit() else " " for c in text).split()
    day, month = int(figures[0]), int(figures[1])
    if not 1 <= month <= 12:
        return ()
    year = f" {figures[2]}" if len(figures) == 3 and len(figures[2]) == 4 else ""
    return (f"{day} {table.month(month)}{year}",)

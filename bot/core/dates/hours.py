"""The rules of hours: tokens -> `Hours`.

    hours   = [dalle | alle] clock [(- | alle) clock]
    clock   = 18.30 | 18 | 6 pm | mezzogiorno

What may be an hour or a day is an hour only where a word or its minutes say so.
"""

from __future__ import annotations

from datetime import time
from typing import Final, NamedTuple

from bot.core.dates.cursor import Cursor, Stop
from bot.core.dates.words import HOURS, Half, Role
from bot.core.said import said

_MIDNIGHT: Final = said("midnight belongs to two days: write the hour, such as 23:59 or 0:00")
_ALMOST_MIDNIGHT: Final = "23:59"
_BEGINS_HOURS: Final = frozenset(
    {Role.SINCE, Role.AT, Role.CLOCK, Role.NUMBER, Role.NOON, Role.MIDNIGHT}
)
_FOLLOWS_HOUR: Final = frozenset({Role.HALF, Role.OCLOCK, Role.DASH, Role.TILL})
_SHOWS_A_DAY: Final = frozenset({Role.MONTH, Role.ORDINAL})


class Hours(NamedTuple):
    start: time | None
    end: time | None
    offset: int


class _Clock(NamedTuple):
    hour: int
    minute: int
    half: Half | None
    text: str

    @property
    def is_bare(self) -> bool:
        """A number that could as well be a day."""
        return self.half is None and self.text.isdigit()

    @property
    def may_share_half(self) -> bool:
        """Could the words after the last hour (`10-11.30 am`) be meant for this one too?"""
        return self.half is None and self.hour <= 12


_TWELVE: Final = _Clock(12, 0, None, "12:00")


def hours_after(cursor: Cursor) -> Hours | None:
    """[,] time, or `- ore 11`"""
    if cursor.is_done():
        return None
    start = cursor.at
    dash = cursor.take(Role.COMMA) is None and cursor.take(Role.DASH) is not None
    # a dash without `ore` leads to another day, not to an hour
    found = None if dash and cursor.peek(Role.AT) is None else read_hours(cursor)
    if found is None:
        cursor.at = start
    return found


def read_hours(cursor: Cursor) -> Hours | None:
    """time = [dalle | alle] [:] clock [(- | alle) clock]"""
    if not cursor.sees(_BEGINS_HOURS) or (
        cursor.peek(Role.NUMBER) is not None and not cursor.sees(_FOLLOWS_HOUR, 1)
    ):
        return None
    start = cursor.at
    since = cursor.take(Role.SINCE) is not None
    at = cursor.take(Role.AT) is not None
    if at:
        cursor.take(Role.COLON)
    first_at = cursor.at
    first = _clock(cursor)
    if first is None:
        cursor.at = start
        return None
    # `from 10` alone may be a day; `alle 10` and `dalle 10` can only be an hour.
    is_said = at or (since and cursor.tokens[start].roles.get(Role.FROM) is None)
    between = cursor.at
    last_at = between
    last: _Clock | None = None
    bridged = cursor.take(Role.DASH) is not None or cursor.take(Role.TILL) is not None
    if bridged or (since and _ends_at_twelve(cursor)):
        cursor.take(Role.AT)
        last_at = cursor.at
        last = _clock(cursor)
    if last is not None and first.half is None and last.half is not None and first.may_share_half:
        first = first._replace(half=last.half)
    elif last is not None and first.half is not None and last.is_bare:
        last = None
    said_by_itself = not first.is_bare or (last is not None and not last.is_bare)
    if not is_said and not said_by_itself:
        cursor.at = start
        return None
    offset = cursor.offset(first_at)
    if last is None:
        cursor.at = between
        return Hours(_resolved(cursor, first, first_at), None, offset)
    start_time = _resolved(cursor, first, first_at)
    end_time = _resolved(cursor, last, last_at)
    if end_time <= start_time:
        raise Stop(said("these hours end before they begin"), cursor.offset(last_at), is_final=True)
    return Hours(start_time, end_time, offset)


def _ends_at_twelve(cursor: Cursor) -> bool:
    """`a mezzogiorno` brings its own preposition."""
    return cursor.peek(Role.NOON) is not None or cursor.peek(Role.MIDNIGHT) is not None


def _clock(cursor: Cursor) -> _Clock | None:
    """clock = 18.30 | 18 | 6 pm | mezzogiorno"""
    start = cursor.at
    if cursor.take(Role.NOON) is not None:
        return _TWELVE
    if cursor.take(Role.MIDNIGHT) is not None:
        raise Stop(_MIDNIGHT, cursor.offset(start), instead=_ALMOST_MIDNIGHT, is_final=True)
    text = cursor.tokens[start].text
    minutes = cursor.take(Role.CLOCK)
    hour = cursor.take(Role.NUMBER) if minutes is None else None
    if minutes is None and hour is None:
        return None
    cursor.take(Role.OCLOCK)
    half = cursor.take(Role.HALF)
    if half == Half.NOON and hour == 12:
        return _TWELVE
    if minutes is not None:
        return _Clock(minutes // 60, minutes % 60, Half(half) if half else None, text)
    assert hour is not None
    # `9` in `alle 9, 10 maggio` is an hour, in `from 9 to 11 May` it is a day
    if half is None and cursor.sees(_SHOWS_A_DAY):
        cursor.at = start
        return None
    return _Clock(hour, 0, Half(half) if half else None, text)


def _resolved(cursor: Cursor, clock: _Clock, at: int) -> time:
    hour, offset = clock.hour, cursor.offset(at)
    if clock.half is not None:
        meant = HOURS[clock.half].get(hour)
        if meant is None:
            raise Stop(said("this hour does not fit the words after it"), offset, is_final=True)
        return time(meant, clock.minute)
    if hour == 24:
        raise Stop(_MIDNIGHT, offset, instead=_ALMOST_MIDNIGHT, is_final=True)
    if hour > 23:
        raise Stop(said("there is no hour {hour}", hour=hour), offset, is_final=True)
    if cursor.table.twelve_hour and 1 <= hour <= 8 and not clock.text.startswith("0"):
        raise Stop(said("say am or pm"), offset, instead=f"{clock.text} pm", is_final=True)
    return time(hour, clock.minute)

"""What the grammar needs to know of a language: which words play which role, and nothing else.

A language is one file that holds a `Table`; it contains words only, never rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """The part that a token can play in a phrase. A word may have several: `mar` is martedì or marzo."""

    # dates
    MONTH = "month"
    WEEKDAY = "weekday"
    PART = "part"  # inizio, metà, fine
    FIRST = "first"  # primo: the only day that is written as a word
    ORDINAL = "ordinal"  # 1°, 1st
    SEASON = "season"
    UNDATED = "undated"  # data da definire
    # between dates
    FROM = "from"
    TO = "to"
    UNTIL = "until"
    BY = "by"  # entro: a deadline
    CALL = "call"  # iscrizioni: what a deadline is for
    ON = "on"  # il, l', nei giorni
    IN = "in"  # a maggio, nel mese di
    OF = "of"
    AND = "and"
    # times
    AT = "at"  # ore, alle
    SINCE = "since"  # dalle
    TILL = "till"  # alle, after dalle
    HALF = "half"  # del mattino, pm
    OCLOCK = "oclock"
    NOON = "noon"
    MIDNIGHT = "midnight"
    # what is the same in every language
    NUMBER = "number"
    YEAR = "year"
    CLOCK = "clock"
    ISO = "iso"
    NUMERIC = "numeric"  # 12/05/2021: understood only to be refused
    DASH = "dash"
    SLASH = "slash"
    COMMA = "comma"
    COLON = "colon"
    STOP = "stop"


class Part(IntEnum):
    """A third of a month: days 1-10, 11-20, 21-last."""

    BEGINNING = 1
    MIDDLE = 11
    END = 21


class Half(IntEnum):
    """What is said after an hour to tell which half of the day it is in."""

    AM = 1
    PM = 2
    MORNING = 3
    AFTERNOON = 4
    EVENING = 5
    NIGHT = 6
    NOON = 7


# Which hour is meant by an hour and the words after it; what is not here is refused (`17 del mattino`).
# 12 am is left out, for people read it both ways.
HOURS: Mapping[Half, Mapping[int, int]] = {
    Half.AM: {hour: hour for hour in range(1, 12)},
    Half.PM: {12: 12} | {hour: hour + 12 for hour in range(1, 12)},
    Half.MORNING: {hour: hour for hour in range(1, 12)},
    Half.AFTERNOON: {hour: hour + 12 for hour in range(1, 8)}
    | {hour: hour for hour in range(12, 20)},
    Half.EVENING: {hour: hour + 12 for hour in range(5, 12)}
    | {hour: hour for hour in range(17, 24)},
    Half.NIGHT: {hour: hour for hour in (1, 2, 3, 4, 5, 22, 23)},
    Half.NOON: {12: 12},
}


@dataclass(frozen=True, slots=True)
class Table:
    """The words of one language, in lower case, with plain apostrophes and without full stops.

    In `months` and `weekdays` each string lists the spellings of one of them; the first is the one
    that is printed in a hint.
    """

    language: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]  # Monday first
    parts: Mapping[Part, tuple[str, ...]]
    halves: Mapping[Half, tuple[str, ...]]
    words: Mapping[Role, tuple[str, ...]]  # phrases of one word or more
    forms: tuple[str, ...]  # examples that are shown to people
    month_first: bool = False  # May 5
    twelve_hour: bool = False  # a bare hour below 9 may be in the evening
    end_of_month: str = (
        ""  # what `by May` must say instead, where it may mean its first day or its last
    )
    capitals: bool = False  # names of months and days begin with a capital
    known: Mapping[str, Mapping[Role, int]] = field(init=False)
    longest: Mapping[str, int] = field(init=False)  # by first word, in words

    def __post_init__(self) -> None:
        known: dict[str, dict[Role, int]] = {}
        for role, value, phrase in self._entries():
            known.setdefault(phrase, {})[role] = value
        longest: dict[str, int] = {}
        for phrase in known:
            words = phrase.split(" ")
            longest[words[0]] = max(len(words), longest.get(words[0], 1))
        object.__setattr__(self, "known", known)
        object.__setattr__(self, "longest", longest)

    def month(self, number: int) -> str:
        """The name of a month, 1 to 12, as it stands within a date."""
        return self._printed(self.months[number - 1])

    def weekday(self, number: int) -> str:
        """The name of a weekday; Monday is 0."""
        return self._printed(self.weekdays[number])

    @property
    def at(self) -> str:
        """The word that stands before an hour."""
        return self.words[Role.AT][0]

    def _printed(self, spellings: str) -> str:
        name = spellings.split(maxsplit=1)[0]
        return name.capitalize() if self.capitals else name

    def _entries(self) -> Iterator[tuple[Role, int, str]]:
        for number, spellings in enumerate(self.months, start=1):
            yield from ((Role.MONTH, number, word) for word in spellings.split())
        for number, spellings in enumerate(self.weekdays):
            yield from ((Role.WEEKDAY, number, word) for word in spellings.split())
        for part, phrases in self.parts.items():
            yield from ((Role.PART, part, phrase) for phrase in phrases)
        for half, phrases in self.halves.items():
            yield from ((Role.HALF, half, phrase) for phrase in phrases)
        for role, phrases in self.words.items():
            yield from ((role, 1, phrase) for phrase in phrases)

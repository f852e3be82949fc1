"""Dates within running text: where they stand, and what each means.

A sentence is full of words that could belong to a date (`a`, `di`, `e`, `5`). Looked at is only what stands
around a month or a date in figures; of that the longest phrase counts that `read` understands to its last
letter. Where a phrase is understood and can't be true (`sabato 7 maggio`, `31 giugno`) that is what is
found, never a shorter phrase within it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bot.core.dates.cursor import Stop
from bot.core.dates.grammar import Grammar, Kind
from bot.core.dates.resolve import spans_of
from bot.core.dates.tokens import Token, tokens_of
from bot.core.dates.words import Role, Table
from bot.core.model import When


class Found(NamedTuple):
    """A phrase in a text, from `start` to `end`; `when` is None where it can't be true or has two readings.

    Where only its last words are in trouble (`dalle 19 alle 24`) there is a `when`, of those before them.
    """

    start: int
    end: int
    phrase: str
    when: When | None
    trouble: str = ""  # what is wrong with it


# Without one of these there is no day and no month.
_ANCHORS: Final = frozenset({Role.MONTH, Role.ISO, Role.NUMERIC})

_BEGIN: Final = frozenset(
    {
        *(Role.NUMBER, Role.WEEKDAY, Role.MONTH, Role.PART, Role.FIRST, Role.ISO, Role.NUMERIC),
        *(Role.FROM, Role.UNTIL, Role.BY, Role.CALL, Role.ON, Role.IN),
        *(Role.AT, Role.SINCE, Role.CLOCK, Role.NOON),
    }
)
_END: Final = frozenset(
    {
        *(Role.MONTH, Role.YEAR, Role.NUMBER, Role.ORDINAL, Role.FIRST, Role.ISO, Role.NUMERIC),
        *(Role.CLOCK, Role.HALF, Role.OCLOCK, Role.NOON, Role.PART),
    }
)

_BRIDGES: Final = frozenset({Role.DASH, Role.TO, Role.UNTIL})

# `da giovedì 15 maggio 2025 alle ore 9.30 a lunedì 19 maggio 2025 alle ore 12.30` has 15.
_MOST_TOKENS: Final = 24

# A word that is capital in a date and common elsewhere: `you may come`, `the march for peace`.
_COMMON: Final = frozenset({"may", "march", "mar", "sat", "sun", "set", "mer"})

# A line that ends within a phrase is no more than a blank; the end of a paragraph ends a phrase.
_PARAGRAPH: Final = re.compile(r"\n\s*\n")


def found_in(text: str, table: Table, year: int) -> Iterator[Found]:
    """The dates in `text`, in order and apart from each other; `year` is meant where none is written."""
    for run in _runs(text, tokens_of(text, table)):
        yield from _in_run(text, run, table, year)


def _runs(text: str, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Stretches of words that can stand in a date, around at least one anchor."""
    run: list[Token] = []
    has_anchor = False
    for token in tokens:
        roles = token.roles
        ends = not roles or Role.STOP in roles
        if run and not ends and _PARAGRAPH.search(text, run[-1].end, token.start):
            if has_anchor:
                yield run
            run, has_anchor = [], False
        if ends:
            if has_anchor:
                yield run
            run, has_anchor = [], False
            continue
        run.append(token)
        has_anchor = has_anchor or _is_anchor(text, token)
    if has_anchor:
        yield run


def _is_anchor(text: str, token: Token) -> bool:
    if token.roles.keys().isdisjoint(_ANCHORS):
        return False
    return token.text not in _COMMON or text[token.start].isupper()


def _in_run(text: str, run: list[Token], table: Table, year: int) -> Iterator[Found]:
    at = 0
    while at < len(run):
        if run[at].roles.keys().isdisjoint(_BEGIN):
            at += 1
            continue
        size, found = _longest(text, run[at : at + _MOST_TOKENS], table, year)
        if found is None:
            at += 1
            continue
        yield found
        at += size


def _longest(text: str, tokens: list[Token], table: Table, year: int) -> tuple[int, Found | None]:
    """The longest phrase that begins with the first of `tokens`, and of how many of them it is made."""
    start = last = tokens[0].start
    wrong: tuple[int, Found] | None = None
    odd: Stop | None = None
    for size in range(len(tokens), 0, -1):
        if tokens[size - 1].roles.keys().isdisjoint(_END):
            continue
        if not any(_is_anchor(text, each) for each in tokens[:size]):
            break
        end = tokens[size - 1].end
        end -= text[end - 1] == "."  # of a sentence, or of a short name that is as good without
        phrase = " ".join(text[start:end].split())
        try:
            clauses = Grammar(tokens[:size], table, end).phrase()
            spans = spans_of(clauses, table, year)
        except Stop as stop:
            if wrong is None and _is_contradiction(stop, tokens[:size]):
                wrong = size, Found(start, end, phrase, None, stop.message)
            elif odd is None and stop.is_final and stop.instead:
                odd, last = stop, end
            continue
        if wrong is None and spans:
            is_deadline = any(clause.kind is Kind.BY for clause in clauses)
            when = When(spans, phrase, table.language, is_deadline)
            if odd is not None:
                return len(tokens), Found(start, last, phrase, when, odd.message)
            return size, Found(start, end, phrase, when)
    return wrong or (0, None)


def _is_contradiction(stop: Stop, tokens: Sequence[Token]) -> bool:
    """Was it understood and is wrong, or are these only too many words?

    What is wrong has a nearest form. A range that breaks off at an hour in its middle would lose its end,
    and figures can be read in two ways.
    """
    at = next((token.roles for token in tokens if token.start == stop.offset), {})
    is_broken_range = stop.is_final and not at.keys().isdisjoint(_BRIDGES)
    is_wrong = stop.is_final and bool(stop.nearest)
    return is_wrong or is_broken_range or any(Role.NUMERIC in token.roles for token in tokens)

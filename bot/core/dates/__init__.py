"""Dates as people write them: a phrase -> `When`, or `Misread` with the nearest phrase that works.

It never guesses: a phrase is understood to its last letter or refused, and one that could be meant in
two ways is refused too. A language is one file of words (see `it.py`), named below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from bot.core.dates import en, it
from bot.core.dates.cursor import Stop
from bot.core.dates.finding import Found
from bot.core.dates.finding import found_in as _found_in
from bot.core.dates.grammar import Clause, Grammar, Kind
from bot.core.dates.resolve import spans_of
from bot.core.dates.tokens import Token, tokens_of
from bot.core.dates.words import Role, Table
from bot.core.model import Span, When
from bot.core.said import Said, said

__all__ = ["FORMS", "LONGEST", "Found", "Misread", "found_in", "month_name", "read"]

_TABLES: Final[Mapping[str, Table]] = {table.language: table for table in (it.TABLE, en.TABLE)}

FORMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {language: table.forms for language, table in _TABLES.items()}
)
"""Example phrases of each language, to be shown where one was refused."""

LONGEST: Final = 200
"""In characters. The longest date line seen in ten years of newsletters has under 60."""


@dataclass(frozen=True, slots=True)
class Misread:
    """A phrase that is not understood, or that can't be true."""

    message: Said
    offset: int  # in the phrase, from 0: where it stops making sense
    nearest: str  # a phrase that would be understood


def read(phrase: str, *, language: str, year: int) -> When | Misread:
    """The dates that `phrase` means; `year` is the year of its file, for dates that name none.

    `language` is tried first. Another one is asked only where the phrase holds a word that `language`
    does not know, so that `mar 5` in an Italian file, a Tuesday without its month, is never the 5th of
    March. `When.language` is the language that understood. Raises nothing, whatever the phrase;
    `KeyError` for a `language` that is not in `FORMS`.
    """
    own = _TABLES[language]
    if len(phrase) > LONGEST:
        message = said("longer than {limit} characters", limit=LONGEST)
        return Misread(message, LONGEST, own.forms[0])
    try:
        return _when(phrase, own, year)
    except Stop as stop:
        best, table = stop, own
    if not best.is_final and _has_unknown_words(phrase, own):
        for other in _TABLES.values():
            if other is own:
                continue
            try:
                return _when(phrase, other, year)
            except Stop as stop:
                if (stop.is_final, stop.offset) > (best.is_final, best.offset):
                    best, table = stop, other
    return Misread(best.message, best.offset, _nearest(phrase, best, table, year))


def found_in(text: str, *, language: str, year: int) -> tuple[Found, ...]:
    """The dates that stand in a running text of `language`, in order; `year` for those that name none.

    What is found is read as `read` would read it. `KeyError` for a `language` that is not in `FORMS`.
    """
    return tuple(_found_in(text, _TABLES[language], year))


def month_name(number: int, language: str) -> str:
    """The name of a month, 1 to 12, as it stands within a date. `KeyError` for a language not in `FORMS`."""
    return _TABLES[language].month(number)


def _when(phrase: str, table: Table, year: int) -> When:
    clauses, spans = _meaning(tokens_of(phrase, table), len(phrase.rstrip()), table, year)
    is_deadline = any(clause.kind is Kind.BY for clause in clauses)
    return When(spans, phrase.strip(), table.language, is_deadline)


def _meaning(
    tokens: list[Token], end: int, table: Table, year: int
) -> tuple[tuple[Clause, ...], tuple[Span, ...]]:
    clauses = Grammar(tokens, table, end).phrase()
    return clauses, spans_of(clauses, table, year)


def _has_unknown_words(phrase: str, table: Table) -> bool:
    return any(not token.roles and token.text.isalpha() for token in tokens_of(phrase, table))


# --- the nearest phrase that works --------------------------------------------------------------


def _nearest(phrase: str, stop: Stop, table: Table, year: int) -> str:
    """The first of what may have been meant that is understood itself."""
    for candidate in _candidates(phrase, stop, table, year):
        try:
            _when(candidate, table, year)
        except Stop:
            continue
        return candidate
    return table.forms[0]


def _candidates(phrase: str, stop: Stop, table: Table, year: int) -> Iterator[str]:
    yield from stop.nearest
    tokens = tokens_of(phrase, table)
    if stop.instead:
        yield from (_replaced(phrase, t, stop.instead) for t in tokens if t.start == stop.offset)
    yield from _respelled(phrase, stop.offset, tokens, table)
    for size in range(sum(token.start < stop.offset for token in tokens), 0, -1):
        try:
            _meaning(tokens[:size], tokens[size - 1].end, table, year)
        except Stop:
            continue
        yield phrase[: tokens[size - 1].end].strip()


def _respelled(phrase: str, offset: int, tokens: list[Token], table: Table) -> Iterator[str]:
    """The phrase with the unknown word at `offset` put right: `7 magio` -> `7 maggio`."""
    for token in tokens:
        if token.start != offset or token.roles or len(token.text) < 4:
            continue
        names = [
            word for word, roles in table.known.items() if roles.keys() & _NAMES and len(word) > 3
        ]
        for word in get_close_matches(token.text, names, n=1, cutoff=0.75):
            yield _replaced(phrase, token, _printed(word, table))


def _replaced(phrase: str, token: Token, text: str) -> str:
    return (phrase[: token.start] + text + phrase[token.end :]).strip()


_NAMES: Final = {Role.MONTH, Role.WEEKDAY}


def _printed(word: str, table: Table) -> str:
    roles = table.known[word]
    return (
        table.month(roles[Role.MONTH])
        if Role.MONTH in roles
        else table.weekday(roles[Role.WEEKDAY])
    )

"""Entries that are a line each: `12 maggio – Festa`, or, below a day, `ore 21 – Prove del coro`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from bot.newsletter.cues import CUES
from bot.newsletter.edition import Edition
from bot.newsletter.lines import LONGEST_TITLE, Line
from bot.newsletter.marks import DateLine, first_date
from bot.newsletter.meaning import evened, understood
from bot.newsletter.sentences import sentences

_SEPARATOR = re.compile(r"\s*(?:[–—:|·•]|-(?=\s))\s*")
_HOURS = re.compile(r"\d{1,2}[.:]\d{2}(?:\s*[-–]\s*\d{1,2}[.:]\d{2})?(?!\d)")
_FEWEST_LETTERS = 5


class Entry(NamedTuple):
    """A date, the line that is its title, and the text behind that."""

    date: DateLine
    title: Line
    rest: Line | None


def dated_entry(line: Line, edition: Edition) -> Entry | None:
    """`12 maggio – Festa. Si balla fino a tardi.`"""
    text = line.text
    found = first_date(text, edition, line.language)
    if found is None or found[1] > 2:
        return None
    return _behind(line, found[2], DateLine(found[0]._replace(source=text), ""))


def timed_entry(line: Line, day: DateLine, edition: Edition) -> Entry | None:
    """`ore 21 – Prove del coro`, on the day that stands above."""
    text = evened(line.text)
    clock = CUES[line.language].clock.match(text) or _HOURS.match(text)
    if clock is None or day.date.when is None:
        return None
    word = {"it": "ore", "en": "at"}[line.language]
    for phrase in (f"{day.date.phrase} {clock[0]}", f"{day.date.phrase} {word} {clock[0]}"):
        meant = understood(phrase, edition, line.language)
        if meant.when is not None:
            source = f"{day.date.source or day.date.phrase}» «{line.text}"
            meant = meant._replace(is_sure=day.date.is_sure, doubt=day.date.doubt, source=source)
            return _behind(line, clock.end(), DateLine(meant, ""))
    return None


def title_behind(line: Line, date: DateLine) -> Entry:
    """The title that follows a date which is set apart on the same line."""
    entry = _cut(line, 0, date)
    return entry if entry is not None else Entry(date, line, None)


def _behind(line: Line, end: int, date: DateLine) -> Entry | None:
    """What stands behind the mark that follows a date, as a title."""
    mark = _SEPARATOR.match(line.text, end)
    if mark is None:
        return None
    return _cut(line, mark.end(), date)


def _cut(line: Line, start: int, date: DateLine) -> Entry | None:
    rest = line.piece.cut(start)
    found = sentences(rest.text, CUES[line.language])
    if not found or len(found[0].text) > LONGEST_TITLE:
        return None
    if sum(map(str.isalpha, found[0].text)) < _FEWEST_LETTERS:
        return None
    first = rest.cut(0, found[0].end)
    title = replace(
        line, piece=replace(first, text=first.text.rstrip(".")), date=None, labelled=None
    )
    if len(found) == 1:
        return Entry(date, title, None)
    return Entry(date, title, replace(line, piece=rest.cut(found[0].end), date=None, labelled=None))

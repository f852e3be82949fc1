"""What a careful person would take from a letter: its truth, read from YAML. `letters/__init__.py` tells its keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from bot.core.dates import read
from bot.core.model import Span, When

Dates = frozenset[tuple[Span, bool]]
"""Spans, each with whether it is a deadline. No span at all is no date."""

NO_DATES: Final[Dates] = frozenset()


@dataclass(frozen=True, slots=True)
class Expected:
    """One item of a letter."""

    titles: tuple[str, ...]  # its own, then those in another language
    dates: tuple[Dates, ...]  # any of them is right; the most exact stands first
    is_unsure: bool  # no date may be written unless a question goes with it
    links: tuple[str, ...]
    where: str
    contact: str

    @property
    def title(self) -> str:
        return self.titles[0]


@dataclass(frozen=True, slots=True)
class Truth:
    year: int
    is_told: bool  # the letter never says its year
    language: str
    items: tuple[Expected, ...]
    not_items: tuple[str, ...]


def dates_of(phrase: str, *, language: str, year: int) -> Dates | None:
    """What `phrase` means; None where it is not understood. An empty one means no date."""
    if not phrase:
        return NO_DATES
    match read(phrase, language=language, year=year):
        case When(spans=spans, is_deadline=is_deadline):
            return frozenset((span, is_deadline) for span in spans)
        case _:
            return None


def truth_of(text: str) -> Truth:
    """The truth that `text` says in YAML. Raises ValueError for a date that can't be read or a stray key."""
    found = yaml.load(text, Loader=yaml.BaseLoader)  # every scalar is text
    _refuse_others(found, {"year", "told", "language", "items", "not_items"})
    year, language = int(found["year"]), found["language"]
    return Truth(
        year,
        "told" in found,
        language,
        tuple(_expected(item, language, year) for item in found["items"]),
        tuple(found["not_items"]),
    )


def _expected(item: Mapping[str, Any], language: str, year: int) -> Expected:
    _refuse_others(item, {"title", "also", "when", "accept", "unsure", "links", "where", "contact"})
    if "unsure" in item and ("when" in item or "accept" in item):
        raise ValueError(f"{item['title']}: either sure of its date or not")
    dates = []
    for phrase in (item.get("when", ""), *item.get("accept", ())):
        meaning = dates_of(phrase, language=language, year=year)
        if meaning is None:
            raise ValueError(f"{item['title']}: the grammar does not understand {phrase!r}")
        dates.append(meaning)
    return Expected(
        (item["title"], *item.get("also", ())),
        tuple(dates),
        "unsure" in item,
        tuple(item.get("links", ())),
        item.get("where", ""),
        item.get("contact", ""),
    )


def _refuse_others(found: Mapping[str, Any], known: set[str]) -> None:
    if strays := found.keys() - known:
        raise ValueError(f"no such key: {', '.join(sorted(strays))}")

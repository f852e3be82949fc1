"""A newsletter's drafts in a file that is there already: what that file says of all its items holds for them, too.

Drafts that would mean another day there than in their document are refused, not corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.core import dates
from bot.core.model import When
from bot.core.said import Said, said
from bot.load.content import DEFAULT_LANGUAGE, year_in_name
from bot.load.report import Report
from bot.load.tree import build
from bot.newsletter.drafts import Draft, Question


class Ground(NamedTuple):
    """What a file of content/ says of all its items."""

    year: int | None  # None where it does not say it
    language: str
    link: str


def ground_of(text: str, name: str) -> Ground:
    """What the file called `name` with that `text` says; one that can't be read says nothing."""
    top = build(text, Report(name)) if text.strip() else None
    value = {} if top is None else top.value
    year = str(value.get("year") or year_in_name(name) or "")
    return Ground(
        int(year) if year.isdecimal() else None,
        str(value.get("language") or DEFAULT_LANGUAGE),
        str(value.get("link") or ""),
    )


def other_days(drafts: Iterable[Draft], ground: Ground) -> Said | None:
    """Why the drafts can't stand there: one of them would mean other days in the file's year."""
    year = ground.year
    if year is None:
        return None  # `check` asks for the year, at its line
    for draft in drafts:
        if draft.meaning is None:
            continue
        there = dates.read(draft.when, language=draft.language, year=year)
        if not isinstance(there, When) or there.spans != draft.meaning.spans:
            return said(
                "it is a file of {year}, where «{when}» is another day: name a new file for these drafts",
                year=year,
                when=draft.when,
            )
    return None


def asked_of_page(drafts: Sequence[Draft], ground: Ground, own: str) -> tuple[Draft, ...]:
    """The drafts; those without a link are asked about where the file's is not the issue's `own` page."""
    if not ground.link or ground.link == own:
        return tuple(drafts)
    asked = said(
        "this file's own link, {link}, would stand below it: is it right?", link=ground.link
    )
    return tuple(
        each if each.link else replace(each, questions=(*each.questions, Question("link", asked)))
        for each in drafts
    )

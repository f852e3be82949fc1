"""What comes out of a newsletter: drafts of items, each value with the words that it was taken from, and questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.model import When
from bot.core.said import Said
from bot.newsletter.document import Place


class Question(NamedTuple):
    """What only a person can tell, about one field of a draft ("" = about the whole of it)."""

    field: str
    text: Said


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """One of several events that an item seems to speak of."""

    id: str
    when: str
    title: str
    source: str  # the sentence that names it


@dataclass(frozen=True, slots=True)
class Draft:
    """An item as the document has it. "" is a field of which the document says nothing that is clear."""

    id: str
    title: str
    place: Place
    language: str
    when: str = ""
    where: str = ""
    summary: str = ""
    link: str = ""
    contact: str = ""
    schedule: str = ""
    entries: tuple[DraftEntry, ...] = ()
    translations: Mapping[str, Draft] = field(default_factory=dict)
    sources: Mapping[str, str] = field(
        default_factory=dict
    )  # by field: the sentence it was taken from
    questions: tuple[Question, ...] = ()
    meaning: When | None = None  # what `when` says

    @property
    def is_sure(self) -> bool:
        return not self.questions


@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of the document that became nothing, and why."""

    text: str
    why: Said
    place: Place


@dataclass(frozen=True, slots=True)
class Imported:
    """A newsletter as drafts. `month` is 0 where the document names none, or several."""

    drafts: tuple[Draft, ...]
    ignored: tuple[Ignored, ...]
    year: int
    month: int
    language: str
    link: str = ""  # the issue's own page, for items without a link of their own
    questions: tuple[Question, ...] = ()  # about the file as a whole

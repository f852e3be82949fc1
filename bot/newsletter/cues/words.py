"""What a language gives to those who look for items: the shape of its table of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Label(StrEnum):
    """What stands before a colon, or at the head of a column."""

    TITLE = "title"
    WHEN = "when"
    TIME = "time"
    DEADLINE = "deadline"
    WHERE = "where"
    LINK = "link"
    CONTACT = "contact"
    SUMMARY = "summary"
    OTHER = "other"  # costs, languages, organisers: of the item, and no field of ours


@dataclass(frozen=True, slots=True)
class Cues:
    """The words of one language, in small letters. Each is matched as a whole word."""

    language: str
    frequent: frozenset[str]  # small words that only this language has
    labels: Mapping[Label, tuple[str, ...]]
    sections: tuple[str, ...]  # titles under which items stand, none themselves
    foot: tuple[str, ...]  # what only the head and foot of an issue say
    strong_foot: tuple[str, ...]  # what ends an issue wherever it stands
    contents: tuple[str, ...]  # what stands above a table of contents
    editorial: tuple[str, ...]  # how an editorial begins
    info: tuple[str, ...]  # what is said beside the link that followers need
    calls: tuple[str, ...]  # what has a last day
    deadlines: tuple[str, ...]  # what stands beside a date that is a last day
    at_place: tuple[str, ...]  # what stands before the name of a place
    online: tuple[str, ...]
    starts: tuple[str, ...]  # beside the hour at which the event itself begins
    relative: tuple[str, ...]  # a day that is known to who reads on that day
    ends: tuple[str, ...]  # before the last day of something
    off: tuple[str, ...]  # what was called off, or put off
    published: tuple[
        str, ...
    ]  # beside a date that is of the text itself, of a photograph, of a birth
    not_events: tuple[str, ...]  # titles of what tells of others, or of the past
    leads: tuple[str, ...]  # what may stand before a date on its line
    aside: tuple[str, ...]  # beside the hour of something else
    every: tuple[str, ...]  # what comes again and again
    abbreviations: frozenset[str]  # after which a dot ends no sentence
    clock: re.Pattern[str]  # an hour as it stands in a sentence
    joins: frozenset[str]  # small words within the name of a place
    any_of: Mapping[str, re.Pattern[str]] = field(init=False)

    def __post_init__(self) -> None:
        groups = {
            "sections": self.sections,
            "foot": self.foot,
            "strong_foot": self.strong_foot,
            "contents": self.contents,
            "editorial": self.editorial,
            "info": self.info,
            "calls": self.calls,
            "deadlines": self.deadlines,
            "online": self.online,
            "every": self.every,
            "starts": self.starts,
            "aside": self.aside,
            "ends": self.ends,
            "relative": self.relative,
            "off": self.off,
            "published": self.published,
            "not_events": self.not_events,
            "leads": self.leads,
        }
        object.__setattr__(self, "any_of", {name: _any_of(words) for name, words in groups.items()})

    def has(self, group: str, text: str) -> bool:
        """Does `text` hold one of the words of that group?"""
        return bool(self.any_of[group].search(text))

    def label_of(self, word: str) -> Label | None:
        """What a label says, such as `Dove`; None for a word that is none."""
        bare = " ".join(word.casefold().split()).strip(" .*_")
        return next((label for label, words in self.labels.items() if bare in words), None)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(
        re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)

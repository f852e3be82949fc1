"""Dates in the running text of an item, and hours that make a date more exact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.core.model import When
from bot.newsletter.cues import CUES
from bot.newsletter.cut import Cut
from bot.newsletter.edition import Edition
from bot.newsletter.lines import Line
from bot.newsletter.marks import has, is_of_text
from bot.newsletter.meaning import Understood, dates_in, evened, understood
from bot.newsletter.sentences import Sentence, sentences

# So many words before a date can make it a last day: `le domande vanno inviate entro il`.
_REACH = 60


class Mention(NamedTuple):
    """A date in the running text."""

    date: Understood
    sentence: Sentence
    line: Line
    is_limit: bool  # a last day to register, say
    start: int  # in the line


def with_hour(date: Understood, hour: str, edition: Edition, language: str) -> Understood | None:
    word = {"it": "ore", "en": "at"}[language]
    for joined in (
        f"{date.phrase} {hour}",
        f"{date.phrase}, {hour}",
        f"{date.phrase} {word} {hour}",
    ):
        found = understood(joined, edition, language)
        if found.when is not None and has_hour(found.when) and same_days(found.when, date.when):
            return found._replace(is_sure=date.is_sure, doubt=date.doubt)
    return None


def has_hour(when: When) -> bool:
    return any(span.start_time or span.end_time for span in when.spans)


def same_days(one: When, other: When | None) -> bool:
    if other is None or len(one.spans) != len(other.spans):
        return False
    return all(
        (a.start, a.end) == (b.start, b.end) for a, b in zip(one.spans, other.spans, strict=True)
    )


def mentions_in(cut: Cut, edition: Edition) -> Iterator[Mention]:
    for line in cut.body:
        if line.date is not None and any(line.date is each for each in cut.dates):
            continue
        for sentence in sentences(line.text, CUES[line.language]):
            text = evened(sentence.text)
            for found in dates_in(text, line.language, edition.year):
                meant = understood(found.phrase, edition, line.language)
                if not meant.is_date or is_of_text(sentence.text, found.start, found.end):
                    continue
                before = sentence.text[max(0, found.start - _REACH) : found.start]
                is_limit = bool(meant.when and meant.when.is_deadline) or has(before, "deadlines")
                yield Mention(meant, sentence, line, is_limit, sentence.start + found.start)


def same(one: Understood, other: Understood) -> bool:
    return one.when is not None and other.when is not None and same_days(one.when, other.when)

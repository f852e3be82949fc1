"""Several events in one item: days of its text that its date line does not name, or names among others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.model import When
from bot.core.said import said
from bot.newsletter.cues import CUES
from bot.newsletter.drafts import DraftEntry, Question
from bot.newsletter.edition import Edition
from bot.newsletter.meaning import Understood, dates_in, lies_ahead
from bot.newsletter.mentions import Mention, has_hour, with_hour
from bot.newsletter.naming import slug


def entries_of(
    date: Understood,
    mentions: Sequence[Mention],
    edition: Edition,
    questions: list[Question],
) -> tuple[DraftEntry, ...]:
    """Days of the text that the date line does not name, or names among others."""
    when = date.when
    assert when is not None
    found: dict[object, DraftEntry] = {}
    for each in mentions:
        one = each.date.when
        if one is None or not one.spans or not each.date.is_day or each.is_limit:
            continue
        if not lies_ahead(one, edition) or len(one.spans) != 1:
            continue
        days = one.spans[0].start, one.spans[0].end
        is_listed = len(when.spans) > 1 and any((s.start, s.end) == days for s in when.spans)
        if not is_listed and (_covers(when, one) or _covers(one, when)):
            continue
        if days in found or (when.is_exact and not is_listed and not _begins_clause(each)):
            continue
        exact = _timed(each, edition)
        found[days] = DraftEntry(
            id=slug(exact.phrase, set()),
            when=exact.phrase,
            title=_about(each),
            source=each.sentence.text,
        )
    if not found:
        return ()
    is_list = len(when.spans) > 1
    if is_list and len(found) < len(when.spans):
        return ()
    asked = (
        said(
            "the text says what each day is: is it announced by itself? If so, set the titles right"
        )
        if is_list
        else said(
            "the text names a day that the date line does not: is it another event? If not, delete `dates`"
        )
    )
    questions.append(Question("dates", asked))
    return tuple(found.values())


# `Il`, `e infine il`: what may stand before the day with which another event is told.
_LEAD = 12
_CLAUSE = re.compile(r"[;:.!?]\s")


def _begins_clause(mention: Mention) -> bool:
    """Is the day the first thing that is said? In the middle of a sentence it is of something else."""
    at = mention.sentence.text.find(mention.date.phrase)
    before = _CLAUSE.split(mention.sentence.text[: max(at, 0)])[-1]
    return at >= 0 and len(before.strip()) <= _LEAD


def _covers(when: When, other: When) -> bool:
    """Does the date line hold that day already?"""
    day, last = other.spans[0].first, other.spans[0].last
    return when.is_exact and any(
        (span.start is None or span.start <= day) and (span.end is None or last <= span.end)
        for span in when.spans
    )


def _timed(mention: Mention, edition: Edition) -> Understood:
    hours = {
        found[0].strip()
        for found in CUES[mention.line.language].clock.finditer(mention.sentence.text)
    }
    if len(hours) == 1 and mention.date.when is not None and not has_hour(mention.date.when):
        timed = with_hour(mention.date, hours.pop(), edition, mention.line.language)
        if timed is not None:
            return timed
    return mention.date


_LONGEST_ABOUT = 80


def _about(mention: Mention) -> str:
    """The words after the date, up to the next mark or the next date: what happens on that day."""
    text = mention.sentence.text
    at = text.find(mention.date.phrase)
    rest = text[at + len(mention.date.phrase) :] if at >= 0 else text
    found = dates_in(rest, mention.line.language, 2000)
    end = min([each.start for each in found], default=len(rest))
    part = rest[:end].strip(" ,;:.–—-")
    part = part.removesuffix(" e").removesuffix(" and").removesuffix(" e il").strip(" ,;:.")
    if len(part) > _LONGEST_ABOUT:
        part = part[:_LONGEST_ABOUT].rpartition(" ")[0]
    return part or text[:_LONGEST_ABOUT]

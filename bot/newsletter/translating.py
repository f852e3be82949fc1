"""Drafts in another language than the issue's -> translations of the items that they say again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.core.model import When
from bot.core.said import said
from bot.newsletter.drafts import Draft, Question


def with_translations(drafts: Sequence[Draft], language: str) -> tuple[Draft, ...]:
    """The drafts, those in another language put below the one that has the same dates.

    Items follow each other in both languages in one order, whether they alternate or stand in two halves.
    What finds no partner stays an item of its own.
    """
    own = [draft for draft in drafts if draft.language == language]
    others = [draft for draft in drafts if draft.language != language]
    if not own or not others:
        return tuple(drafts)
    found: dict[str, list[Draft]] = {}
    free = list(own)
    alone = set()
    is_paired = len(own) == len(others)
    for number, other in enumerate(others):
        alike = [each for each in free if _are_one(each, other)]
        partner = alike[0] if alike else None
        if (
            partner is None
            and is_paired
            and _may_be_one(own[number], other)
            and own[number] in free
        ):
            partner = own[number]
        if partner is None:
            alone.add(other.id)
            continue
        free.remove(partner)
        found.setdefault(partner.id, []).append(other)
    return tuple(
        _with(draft, found.get(draft.id, ()))
        for draft in drafts
        if draft.language == language or draft.id in alone
    )


def _are_one(draft: Draft, other: Draft) -> bool:
    """The same dates, or the same page where neither has dates."""
    one, two = draft.meaning, other.meaning
    if one is None or two is None:
        return one is two and bool(draft.link) and draft.link == other.link
    return bool(one.spans) and _days(one) == _days(two)


def _days(when: When) -> list[object]:
    return [(span.start, span.end, span.start_time) for span in when.spans]


def _may_be_one(draft: Draft, other: Draft) -> bool:
    """Where both halves have as many items, those in one place are one, if their dates don't differ."""
    return draft.meaning is None or other.meaning is None or _are_one(draft, other)


def _with(draft: Draft, others: Sequence[Draft]) -> Draft:
    if not others:
        return draft
    asked = Question("translations", said("is this the same item in another language?"))
    return replace(
        draft,
        translations=MappingProxyType({other.language: other for other in others}),
        questions=(*draft.questions, asked),
    )

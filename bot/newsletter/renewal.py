"""A newsletter imported again: which of its drafts stand in staff's files already, and what differs.

Staff rename, shorten and rewrite what was proposed. So a draft is written with a mark that says which part of
which document it was; where that is gone, an item is known by its id, its title, its page, or its dates and a
word that is its own. Nothing that staff wrote is ever changed: what differs is told.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from bot.core.model import Item
from bot.newsletter.drafts import Draft

ALIKE = 0.8  # from here on two titles are one
_RARE = 5  # letters: a shorter word is in too many titles

_MARK = re.compile(r"\bimport ([0-9a-f]{8})\.([0-9a-f]{8})\b")
_WORD = re.compile(r"[^\W\d_]{%d,}" % _RARE)  # noqa: UP031 (braces of a pattern)


class State(StrEnum):
    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"


class Difference(NamedTuple):
    field: str
    old: str  # as staff's file has it
    new: str  # as the document has it


@dataclass(frozen=True, slots=True)
class Compared:
    """A draft, and what staff's files say of it."""

    draft: Draft
    state: State
    known: Item | None = None
    differences: tuple[Difference, ...] = ()


def mark_of(draft: Draft) -> str:
    """What is written beside a draft, so that it is known again: its title's digest, and that of what it says."""
    said = "\n".join((draft.when, draft.link, draft.summary, draft.where))
    return f"import {_digest(_plain(draft.title))}.{_digest(said)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def compared(
    drafts: Sequence[Draft], items: Iterable[Item], texts: Iterable[str]
) -> tuple[Compared, ...]:
    """Each draft with the item that it is already, if it is one; `texts` are those of staff's files."""
    marks = {found[1]: found[2] for text in texts for found in _MARK.finditer(text)}
    free = list(items)
    own = _own_words(drafts)
    found: list[Compared] = []
    for draft in drafts:
        item = next((each for each in free if _is(draft, each)), None)
        if item is None:
            item = next((each for each in free if _is_likely(draft, each, own)), None)
        if item is not None:
            free.remove(item)
        found.append(_state(draft, item, marks))
    return tuple(found)


def _state(draft: Draft, item: Item | None, marks: dict[str, str]) -> Compared:
    title, said = mark_of(draft).removeprefix("import ").split(".")
    if marks.get(title) == said:
        return Compared(
            draft, State.KNOWN, item
        )  # the document says what it said; the rest is staff's
    if item is None:
        return Compared(draft, State.CHANGED if title in marks else State.NEW)
    differences = tuple(_differences(draft, item))
    return Compared(draft, State.CHANGED if differences else State.KNOWN, item, differences)


def _differences(draft: Draft, item: Item) -> Iterable[Difference]:
    """What followers would be told wrongly: other dates, another page. Words are staff's own."""
    when = item.when
    entries = (entry.when for entry in item.entries)
    known = {span for each in (when, *entries) if each is not None for span in each.spans}
    if draft.meaning is not None and draft.meaning.spans and known:
        days = {(span.first, span.last) for span in known}
        if not any((span.first, span.last) in days for span in draft.meaning.spans):
            yield Difference("when", when.wording if when else "", draft.when)
    words = item.words.get(draft.language)
    said = [words, *(entry.words.get(draft.language) for entry in item.entries)]
    links = {each.link for each in said if each is not None and each.link} - {item.page}
    if draft.link and links and _page(draft.link) not in map(_page, links):
        yield Difference("link", words.link if words else "", draft.link)


def _is(draft: Draft, item: Item) -> bool:
    if draft.id == item.id:
        return True
    titles = [words.title for words in item.words.values()]
    return any(_are_alike(draft.title, title) for title in titles)


def _are_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, _plain(one), _plain(other), autojunk=False).ratio() >= ALIKE


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _page(link: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", link).rstrip("/").casefold()


def _own_words(drafts: Sequence[Draft]) -> dict[str, frozenset[str]]:
    """By draft: the long words of its title and text that no other draft has."""
    words = {
        draft.id: frozenset(_WORD.findall(f"{draft.title} {draft.summary}".casefold()))
        for draft in drafts
    }
    counts = Counter(word for each in words.values() for word in each)
    return {key: frozenset(w for w in each if counts[w] == 1) for key, each in words.items()}


def _is_likely(draft: Draft, item: Item, own: dict[str, frozenset[str]]) -> bool:
    """The same page, or the same days and a word that only these have."""
    pages = {_page(words.link) for words in item.words.values() if words.link != item.page}
    if draft.link and _page(draft.link) in pages:
        return True
    days = {
        (span.first, span.last)
        for when in (item.when, *(entry.when for entry in item.entries))
        if when is not None
        for span in when.spans
    }
    meaning = draft.meaning
    if meaning is None or not any((span.first, span.last) in days for span in meaning.spans):
        return False
    text = " ".join(
        f"{words.title} {words.summary}"
        for words in (*item.words.values(), *(w for e in item.entries for w in e.words.values()))
    )
    return bool(own[draft.id] & frozenset(_WORD.findall(text.casefold())))

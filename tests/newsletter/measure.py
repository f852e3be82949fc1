"""How well an importer reads a letter: its drafts, held against the letter's truth. It judges no wording.

A draft is the item whose title is like its own, in the order of both; each is the other's once. A date is
right where it means what the truth means, however it is written. What must never be is a wrong date *with
confidence*: no question on `when` goes with it, so nobody looks again and it is announced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from operator import attrgetter
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.newsletter.truth import NO_DATES, Dates, Expected, Truth, dates_of

ALIKE: Final = 0.8
"""From here on two titles are one, 1 being the same: a short word may be missing, a quotation mark another."""


class Entry(Protocol):
    @property
    def when(self) -> str: ...


class Draft(Protocol):
    """What is looked at in a draft; "" is a field that it leaves open."""

    @property
    def title(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def when(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def entries(self) -> Sequence[Entry]: ...
    @property
    def questions(self) -> Sequence[tuple[str, str]]: ...  # the field, what a person is asked


class Imported(Protocol):
    @property
    def drafts(self) -> Sequence[Draft]: ...
    @property
    def year(self) -> int: ...  # of dates that name none
    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one kind of thing: so many were given, so many of them right; so many expected, so many of them found.

    Right and found differ where two drafts, one in each language, are the same item.
    """

    given: int = 0
    right: int = 0
    expected: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        """What share of what was given is right; 1 where nothing was."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """What share of what was expected was found; 1 where nothing was."""
        return self.found / self.expected if self.expected else 1.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.given + other.given,
            self.right + other.right,
            self.expected + other.expected,
            self.found + other.found,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    items: Tally = Tally()
    dates: Tally = Tally()
    links: Tally = Tally()
    places: Tally = Tally()  # of items whose place the truth names, as are contacts
    contacts: Tally = Tally()
    questions: Tally = Tally()  # on `when`; right where a person would ask, or the date is wrong
    confident: tuple[str, ...] = ()  # each wrong date with which no question goes
    faults: tuple[str, ...] = ()  # everything else that differs from the truth

    def __add__(self, other: Measure) -> Measure:
        return Measure(
            *(getattr(self, part.name) + getattr(other, part.name) for part in fields(Measure))
        )


def measure(imported: Imported, truth: Truth) -> Measure:
    """`imported`, held against the truth about its letter."""
    drafts = imported.drafts
    pairs = tuple(zip(drafts, _matched(drafts, truth.items), strict=True))
    dated = [_Dated.of(draft, item, imported, truth) for draft, item in pairs]
    return Measure(
        items=_tally(truth.items, ((item, item is not None) for _, item in pairs)),
        dates=_tally(
            [item for item in truth.items if _has_date(item)],
            ((each.item, each.is_right) for each in dated if each.is_given),
        ),
        links=_tally(
            [item for item in truth.items if item.links],
            ((item, _is_link_of(draft.link, item)) for draft, item in pairs if draft.link),
        ),
        places=_said(truth.items, pairs, attrgetter("where")),
        contacts=_said(truth.items, pairs, attrgetter("contact")),
        questions=_tally(
            [item for item in truth.items if item.is_unsure],
            ((each.item, each.is_worth_asking) for each in dated if each.item and each.is_asked),
        ),
        confident=tuple(str(each) for each in dated if each.is_confident_and_wrong),
        faults=tuple(_faults(dated, truth)),
    )


def total(measures: Iterable[Measure]) -> Measure:
    """All of them as if they were of one letter."""
    return sum(measures, start=Measure())


def _tally(expected: Sequence[Expected], given: Iterable[tuple[Expected | None, bool]]) -> Tally:
    judged = tuple(given)
    right = [item for item, is_right in judged if is_right]
    return Tally(len(judged), len(right), len(expected), sum(item in right for item in expected))


def _said(
    items: Sequence[Expected],
    pairs: Iterable[tuple[Draft, Expected | None]],
    part: Callable[[Draft | Expected], str],
) -> Tally:
    """Of a part that has one name in items and drafts; what a truth leaves open is not judged."""
    return _tally(
        [item for item in items if part(item)],
        (
            (item, _is_within(part(item), part(draft)))
            for draft, item in pairs
            if item and part(item) and part(draft)
        ),
    )


# --- which draft is which item ------------------------------------------------------------------


def _matched(drafts: Sequence[Draft], items: Sequence[Expected]) -> Sequence[Expected | None]:
    """For each draft its item: the most that go together in the order of both.

    Where several drafts would do, it is the last: what repeats titles is an index, and stands before them.
    """
    titles = [(title, item) for item in items for title in item.titles]
    alike = [[_are_alike(draft.title, title) for title, _ in titles] for draft in drafts]
    most = [[0] * (len(titles) + 1) for _ in range(len(drafts) + 1)]  # of the first so many
    for i, row in enumerate(alike):
        for j, is_alike in enumerate(row):
            apart = max(most[i][j + 1], most[i + 1][j])
            most[i + 1][j + 1] = max(apart, most[i][j] + is_alike)

    found: list[Expected | None] = [None] * len(drafts)
    i, j = len(drafts), len(titles)
    while i and j:
        if alike[i - 1][j - 1]:
            i, j = i - 1, j - 1
            found[i] = titles[j][1]
        elif most[i][j] == most[i][j - 1]:
            j -= 1
        else:
            i -= 1
    return found


def _are_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, _plain(one), _plain(other), autojunk=False).ratio() >= ALIKE


def _plain(text: str) -> str:
    """Its words in small letters, with one blank between them."""
    return " ".join(re.findall(r"\w+", text.casefold()))


# --- dates --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Dated:
    """A draft with what its dates mean, and whether they are right."""

    draft: Draft
    item: Expected | None
    stated: tuple[Dates | None, ...]  # by `when` and by the entries; None = not understood
    is_right: bool  # so is none, where the truth has none
    is_asked: bool  # a question goes with them

    @classmethod
    def of(cls, draft: Draft, item: Expected | None, imported: Imported, truth: Truth) -> _Dated:
        stated = tuple(each for each in _stated(draft, imported) if each != NO_DATES)
        asked = {about for about, _ in draft.questions}
        # What stands in entries alone is proposed by a question on `dates`, and nothing of it by itself.
        is_asked = "when" in asked or (bool(draft.entries) and "dates" in asked)
        if item is None:  # a title that was misread, perhaps: some item should have these dates
            every = [dates for item in truth.items for dates in item.dates if not item.is_unsure]
            is_right = all(each in every for each in stated)
        elif item.is_unsure:
            is_right = is_asked or not stated
        elif stated:
            # an entry may name what `when` does not: together they say it all
            together = frozenset().union(*(each for each in stated if each is not None))
            is_right = all(each in item.dates for each in stated) or together in item.dates
        else:
            is_right = NO_DATES in item.dates
        return cls(draft, item, stated, is_right, is_asked)

    @property
    def is_given(self) -> bool:
        """Does it count as a date? One that is proposed with a question, where a person would ask, does not."""
        return bool(self.stated) and not (self.item and self.item.is_unsure and self.is_asked)

    @property
    def is_worth_asking(self) -> bool:
        return not self.is_right or (self.item is not None and self.item.is_unsure)

    @property
    def is_confident_and_wrong(self) -> bool:
        return bool(self.stated) and not self.is_right and not self.is_asked

    def __str__(self) -> str:
        phrases = (self.draft.when, *(entry.when for entry in self.draft.entries))
        asked = ", with a question" if self.is_asked else ""
        return f"{self.draft.title}: {' | '.join(filter(None, phrases)) or 'no date'}{asked}"


def _stated(draft: Draft, imported: Imported) -> Iterator[Dates | None]:
    language = draft.language or imported.language
    if draft.when:
        yield dates_of(draft.when, language=language, year=imported.year)
    if draft.entries:
        parts = [
            dates_of(entry.when, language=language, year=imported.year) for entry in draft.entries
        ]
        known = [part for part in parts if part is not None]
        yield frozenset().union(*known) if len(known) == len(parts) else None


def _has_date(item: Expected) -> bool:
    return not item.is_unsure and item.dates[0] != NO_DATES


# --- links, places, contacts --------------------------------------------------------------------


def _is_link_of(link: str, item: Expected | None) -> bool:
    return item is not None and _address(link) in map(_address, item.links)


def _address(link: str) -> str:
    """A link without what makes no difference: its scheme, a last slash, the tags of a campaign."""
    parts = urlsplit(link if "//" in link else f"//{link}")
    query = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith("utm_")]
    return f"{parts.netloc.casefold()}{parts.path.rstrip('/')}?{urlencode(query)}#{parts.fragment}"


def _is_within(expected: str, given: str) -> bool:
    """Does `given` say `expected`, with or without more around it? White space makes no difference."""
    return "".join(expected.split()).casefold() in "".join(given.split()).casefold()


# --- for who mends the importer -----------------------------------------------------------------


def _faults(dated: Sequence[_Dated], truth: Truth) -> Iterator[str]:
    found = [each.item for each in dated if each.item]
    yield from (f"missing: {item.title}" for item in truth.items if item not in found)
    for each in dated:
        draft, item = each.draft, each.item
        if item is None:
            listed = any(_are_alike(draft.title, text) for text in truth.not_items)
            yield f"no item{', as the truth says' if listed else ''}: {draft.title}"
            continue
        if not each.is_right:
            yield f"date: {each}"
        elif each.is_asked and not each.is_worth_asking:
            yield f"asked for nothing: {each}"
        elif item.is_unsure and not each.is_asked:
            yield f"not asked: {each}"
        if not _is_link_of(draft.link, item) and (draft.link or item.links):
            yield f"link: {item.title}: {draft.link or 'none'}"
        for name, expected, given in (
            ("where", item.where, draft.where),
            ("contact", item.contact, draft.contact),
        ):
            if expected and not _is_within(expected, given):
                yield f"{name}: {item.title}: {given or 'none'}"

"""How well the ten letters are read: floors below which no change may go, and what may never be."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pytest

from bot.newsletter import Imported, import_document
from bot.newsletter.reading import read_document
from tests.newsletter import others, unseen
from tests.newsletter.letters import NAMES, Letter, letter
from tests.newsletter.measure import Measure, measure, total
from tests.newsletter.truth import truth_of


@cache
def read(name: str) -> Imported:
    sent = letter(name)
    truth = truth_of(sent.truth)
    return import_document(sent.content, name, year=truth.year if truth.is_told else None)


@cache
def measured(name: str) -> Measure:
    return measure(read(name), truth_of(letter(name).truth))


@pytest.mark.parametrize("name", NAMES)
def test_no_wrong_date_is_given_with_confidence(name: str) -> None:
    assert measured(name).confident == ()


def test_items_dates_and_links_are_found_and_nothing_else() -> None:
    every = total(map(measured, NAMES))
    assert min(every.items.precision, every.items.recall) >= 0.98
    assert min(every.dates.precision, every.dates.recall) >= 0.97
    assert min(every.links.precision, every.links.recall) >= 0.97
    assert every.questions.recall >= 0.95


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_invented(name: str) -> None:
    """Every title, place, contact and sentence stands in the document, and so does the host of each link."""
    document = read_document(letter(name).content, name)
    text = " ".join(
        [b.text for b in document.blocks]
        + [link.target for b in document.blocks for link in b.links]
        + [link.target for b in document.blocks for cell in b.cells for link in cell.links]
    )
    for draft in read(name).drafts:
        drafts = [draft, *draft.translations.values()]
        for each in drafts:
            for value in (each.title, each.where, each.contact, each.link.partition("//")[2]):
                assert plain(value) in plain(text)
            for sentence in re.split(r"(?<=[.!?]) ", each.summary):
                assert plain(sentence) in plain(text)
            for number in re.findall(r"\d+", each.when):
                assert number in re.findall(r"\d+", text) or number.lstrip("0") in text


def plain(text: str) -> str:
    """Letters and digits alone, in one size: line ends, hyphens and quotation marks differ by format."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if c.isalnum())


@pytest.mark.parametrize("sent", [*others.letters(), *unseen.letters()], ids=str)
def test_no_letter_of_other_hands_gives_a_wrong_date_with_confidence(sent: Letter) -> None:
    truth = truth_of(sent.truth)
    found = measure(import_document(sent.content, sent.name), truth)
    assert found.confident == ()
    assert min(found.items.precision, found.items.recall) >= 0.8

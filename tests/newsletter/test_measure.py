"""The measure sees what it should: each test imports a letter of three items by hand, and gets one thing wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.newsletter import letters, others, unseen
from tests.newsletter.letters import Letter
from tests.newsletter.measure import Measure, Tally, measure, total
from tests.newsletter.truth import truth_of

TRUTH = truth_of(
    """
year: 2025
language: it
items:
  - title: Festa dell'olio nuovo
    when: 25 ottobre ore 10
    accept: [25 ottobre]
    links: [www.olio.example.org, https://olio.example.org/programma]
    where: Piazza Grande
    contact: 0999 12 34 56
  - title: Incontro con gli insegnanti
    unsure: true
  - title: La pagina nuova
    also: [The new page]
not_items: [In questo numero]
"""
)


@dataclass(frozen=True)
class Entry:
    when: str


@dataclass(frozen=True)
class Draft:
    title: str
    when: str = ""
    where: str = ""
    link: str = ""
    contact: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Imported:
    drafts: tuple[Draft, ...]
    year: int = 2025
    language: str = "it"


ASKED = (("when", "which day?"),)
FESTA = Draft(
    "FESTA DELL’OLIO NUOVO",
    "sabato 25 ottobre alle 10",
    "in Piazza Grande",
    "http://www.olio.example.org/?utm_source=letter",
    "tel. 0999 123456",
)
INCONTRO = Draft("Incontro con gli insegnanti", questions=ASKED)
PAGINA = Draft("La pagina nuova")


def of(*drafts: Draft, year: int = 2025) -> Measure:
    return measure(Imported(drafts, year), TRUTH)


def test_a_right_import_has_no_fault() -> None:
    found = of(FESTA, INCONTRO, PAGINA)
    assert found == Measure(
        items=Tally(3, 3, 3, 3),
        dates=Tally(1, 1, 1, 1),
        links=Tally(1, 1, 1, 1),
        places=Tally(1, 1, 1, 1),
        contacts=Tally(1, 1, 1, 1),
        questions=Tally(1, 1, 1, 1),
    )


def test_an_item_that_is_missing_costs_recall_of_all_that_it_has() -> None:
    found = of(INCONTRO, PAGINA)
    assert (found.items.precision, found.items.recall) == (1, 2 / 3)
    assert found.dates.recall == found.links.recall == found.places.recall == 0
    assert found.faults == ("missing: Festa dell'olio nuovo",)


def test_what_is_no_item_costs_precision() -> None:
    found = of(Draft("In questo numero"), FESTA, INCONTRO, PAGINA)
    assert (found.items.precision, found.items.recall) == (3 / 4, 1)
    assert found.faults == ("no item, as the truth says: In questo numero",)


def test_an_index_that_repeats_a_title_does_not_take_the_place_of_the_item() -> None:
    found = of(Draft(FESTA.title), FESTA, INCONTRO, PAGINA)
    assert found.items == Tally(4, 3, 3, 3)
    assert found.dates.recall == 1


def test_items_out_of_order_are_not_found() -> None:
    assert of(INCONTRO, PAGINA, FESTA).items == Tally(3, 2, 3, 2)


def test_a_draft_in_each_language_is_one_item_found() -> None:
    found = of(FESTA, INCONTRO, PAGINA, Draft("The new page", language="en"))
    assert found.items == Tally(4, 4, 3, 3)


def test_a_date_without_its_hour_is_right_where_the_truth_accepts_it() -> None:
    assert of(replace(FESTA, when="25 ottobre")).dates == Tally(1, 1, 1, 1)


def test_a_date_that_is_missing_costs_recall_and_is_no_wrong_one() -> None:
    found = of(replace(FESTA, when=""), INCONTRO, PAGINA)
    assert found.dates == Tally(0, 0, 1, 0)
    assert found.confident == ()
    assert found.faults == (f"date: {FESTA.title}: no date",)


@pytest.mark.parametrize(
    "when",
    ["26 ottobre", "25 ottobre ore 11", "entro il 25 ottobre", "25 ottobre 2026", "quando capita"],
)
def test_a_wrong_date_without_a_question_is_confident(when: str) -> None:
    found = of(replace(FESTA, when=when), INCONTRO, PAGINA)
    assert found.dates == Tally(1, 0, 1, 0)
    assert found.confident == (f"{FESTA.title}: {when}",)


def test_a_wrong_date_with_a_question_is_wrong_yet_not_confident() -> None:
    found = of(replace(FESTA, when="26 ottobre", questions=ASKED))
    assert found.dates.precision == 0
    assert found.confident == ()
    assert found.questions.precision == 1


def test_a_question_about_something_else_makes_no_date_less_confident() -> None:
    asked = (("where", "which square?"),)
    assert of(replace(FESTA, when="26 ottobre", questions=asked)).confident


def test_a_date_where_a_person_would_ask_is_confident_unless_it_is_asked() -> None:
    sure = replace(INCONTRO, when="14 ottobre", questions=())
    assert of(FESTA, sure).confident == ("Incontro con gli insegnanti: 14 ottobre",)
    asked = of(FESTA, replace(sure, questions=ASKED))
    assert asked.confident == ()
    assert asked.dates == Tally(1, 1, 1, 1)


def test_a_date_where_the_letter_has_none_is_confident() -> None:
    assert of(replace(PAGINA, when="3 ottobre")).confident == ("La pagina nuova: 3 ottobre",)


def test_a_season_is_no_date() -> None:
    found = of(replace(PAGINA, when="in autunno"))
    assert found.confident == ()
    assert found.dates.given == 0


def test_the_year_of_the_file_counts() -> None:
    assert of(replace(FESTA, when="25 ottobre"), year=2024).confident
    assert not of(replace(FESTA, when="25 ottobre 2025"), year=2024).confident


def test_a_date_of_what_is_no_item_is_confident_unless_an_item_has_it() -> None:
    assert of(Draft("Il convegno di ieri", when="21 settembre")).confident
    assert not of(Draft("Olio!", when="25 ottobre")).confident


def test_dates_of_entries_count_together() -> None:
    truth = truth_of(
        "{year: 2025, language: it, not_items: [],"
        " items: [{title: Festa, when: 9 maggio alle 17 e 16 maggio alle 10}]}"
    )
    both = Draft("Festa", entries=(Entry("9 maggio ore 17"), Entry("venerdì 16 maggio, ore 10")))
    assert measure(Imported((both,)), truth).dates == Tally(1, 1, 1, 1)
    one = replace(both, entries=both.entries[:1])
    assert measure(Imported((one,)), truth).confident == ("Festa: 9 maggio ore 17",)
    torn = replace(both, entries=(*both.entries, Entry("domani")))
    assert measure(Imported((torn,)), truth).dates.right == 0


def test_a_needless_question_is_counted() -> None:
    found = of(replace(FESTA, questions=ASKED), INCONTRO, PAGINA)
    assert found.questions == Tally(2, 1, 1, 1)
    assert found.faults == (f"asked for nothing: {FESTA.title}: {FESTA.when}, with a question",)


def test_a_question_that_is_not_asked_is_counted() -> None:
    found = of(FESTA, replace(INCONTRO, questions=()), PAGINA)
    assert found.questions.recall == 0
    assert found.faults == ("not asked: Incontro con gli insegnanti: no date",)


@pytest.mark.parametrize("link", ["https://olio.example.org", "#", "mailto:olio@example.org"])
def test_a_link_that_is_not_of_the_item_is_wrong(link: str) -> None:
    found = of(replace(FESTA, link=link))
    assert found.links == Tally(1, 0, 1, 0)


def test_the_total_of_letters_is_that_of_their_items() -> None:
    both = total([of(FESTA, INCONTRO, PAGINA), of(INCONTRO, PAGINA)])
    assert both.items == Tally(5, 5, 6, 5)
    assert both.faults == ("missing: Festa dell'olio nuovo",)


@pytest.mark.parametrize(
    "sent", [*letters.letters(), *others.letters(), *unseen.letters()], ids=str
)
def test_a_letter_imported_by_its_truth_is_right(sent: Letter) -> None:
    truth = truth_of(sent.truth)
    drafts = tuple(
        Draft(
            item.title,
            where=item.where,
            link=item.links[0] if item.links else "",
            contact=item.contact,
            questions=ASKED if item.is_unsure else (),
        )
        for item in truth.items
    )
    found = measure(Imported(drafts, truth.year), truth)
    assert found.items.precision == found.items.recall == found.links.precision == 1
    assert found.links.recall == found.questions.recall == found.places.recall == 1
    assert found.confident == ()

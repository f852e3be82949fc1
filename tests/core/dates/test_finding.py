"""Dates within running text: the longest phrase that is understood, and never a shorter one inside a wrong one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.dates import FORMS, found_in, read
from bot.core.model import When


def phrases(text: str, language: str = "it") -> list[tuple[str, bool]]:
    return [(f.phrase, f.when is not None) for f in found_in(text, language=language, year=2021)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Si apre il 5 maggio e si chiude il 6.", [("il 5 maggio", True)]),
        ("dal 15 maggio al 21 ottobre la Biennale", [("dal 15 maggio al 21 ottobre", True)]),
        ("Il 5, 10 e 12 maggio, tre incontri", [("Il 5, 10 e 12 maggio", True)]),
        ("sabato 7 maggio alle 18 si apre", [("sabato 7 maggio alle 18", False)]),
        ("fino al 31 giugno", [("fino al 31 giugno", False)]),
        ("entro il 12/06/2021", [("entro il 12/06/2021", False)]),
        ("Con 5 amici e 10 libri a casa", []),
    ],
)
def test_what_stands_in_a_sentence(text: str, expected: list[tuple[str, bool]]) -> None:
    assert phrases(text) == expected


def test_words_that_are_months_by_chance_are_none() -> None:
    assert phrases("you may come, and march with us", "en") == []
    assert phrases("Come in May or on 3 March", "en") == [("in May", True), ("on 3 March", True)]


def test_an_end_in_trouble_keeps_what_stands_before_it_and_says_so() -> None:
    [found] = found_in("venerdì 7 maggio, dalle 19 alle 24", language="it", year=2021)
    assert found.when is not None
    assert found.trouble != ""
    assert found.end == len("venerdì 7 maggio, dalle 19 alle 24")


WORDS = st.sampled_from(
    [
        "il",
        "5",
        "maggio",
        "e",
        "10",
        "dal",
        "al",
        "12",
        "giugno",
        "ore",
        "18",
        "alle",
        ",",
        "-",
        ".",
        "sabato",
        "entro",
        "fino",
        "2021",
        "casa",
        "di",
        "a",
        "da",
        "metà",
        "31",
        "/",
    ]
)


@given(st.lists(WORDS, max_size=14))
def test_what_is_found_is_read_as_read_would_read_it(words: list[str]) -> None:
    text = " ".join(words)
    end = 0
    for found in found_in(text, language="it", year=2021):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        if found.when is not None:
            again = read(found.phrase, language="it", year=2021)
            assert isinstance(again, When)
            assert again.spans == found.when.spans


@pytest.mark.parametrize("phrase", [form for form in FORMS["it"] if "definire" not in form])
def test_each_form_is_found_within_a_sentence(phrase: str) -> None:
    [found] = found_in(f"La mostra, {phrase}; ingresso libero.", language="it", year=2021)
    whole = read(phrase, language="it", year=2021)
    assert isinstance(whole, When)
    assert found.when is not None
    assert found.when.spans == whole.spans

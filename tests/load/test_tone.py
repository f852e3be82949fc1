"""What `check` warns of for the sake of those who listen to a post, and of those who do not like to be shouted at."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import indent

import pytest

from bot.core.model import Problem, Severity
from bot.example import Machine, write_example
from bot.load import load
from bot.load.phrase import LANGUAGES
from tests.load.build import loaded

ISSUE = "content/2021-05.yaml"
ROOT = Path(__file__).parents[2]


def warnings(folder: Path, item: str) -> list[Problem]:
    """What is warned of in an item whose keys, after its id, begin on line 3."""
    text = f"items:\n  - id: festa\n{indent(item, '    ')}\n"
    catalog, problems = loaded(folder, {ISSUE: text})
    assert "festa" in catalog.items, problems
    assert {each.severity for each in problems} <= {Severity.WARNING}
    return list(problems)


def told(problems: list[Problem]) -> list[str]:
    return [f"{each.mark.line}:{each.mark.column} {each.message}" for each in problems]


@pytest.mark.parametrize(
    "title",
    [
        "GRANDE FESTA IN PIAZZA",
        "FESTA DELL’EUROPA: venite",
        "Domani GRANDE FESTA",
        "PERÙ È QUI",
    ],
)
def test_capitals_are_told(tmp_path: Path, title: str) -> None:
    [problem] = warnings(tmp_path, f'title: "{title}"')
    assert problem.message.startswith("capitals shout")
    assert "small letters" in problem.hint


def test_capitals_are_told_where_they_begin(tmp_path: Path) -> None:
    [problem] = warnings(tmp_path, 'title: "Oggi: GRANDE FESTA IN PIAZZA"')
    assert (problem.mark.line, problem.mark.column) == (3, 19)


@pytest.mark.parametrize(
    "title",
    [
        "EUROCITIES",
        "EUROCITIES: PACTESUR, UNESCO",
        "URBACT III",
        "Il programma ERASMUS PLUS per i giovani",
        "BJCEM e UNESCO",
        "La UE al PAV: ATC 2021",
    ],
)
def test_a_name_in_capitals_is_none_of_it(tmp_path: Path, title: str) -> None:
    assert warnings(tmp_path, f'title: "{title}"') == []


def test_the_name_of_a_place_is_as_its_owner_writes_it(tmp_path: Path) -> None:
    assert warnings(tmp_path, "title: A\nwhere: OGR TORINO") == []


@pytest.mark.parametrize(
    ("summary", "emoji"),
    [
        ("|\n  🔹 Uno\n  🔹 Due", "🔹"),
        ("|\n  🎭 Teatro\n  🎵 Musica", "🎭"),
        ("✅ teatro ✅ musica", "✅"),
        ("1️⃣ Si arriva. 2️⃣ Si parte.", "1️⃣"),
    ],
)
def test_emoji_as_bullets_are_told(tmp_path: Path, summary: str, emoji: str) -> None:
    [problem] = warnings(tmp_path, f"title: A\nsummary: {summary}")
    assert problem.message.startswith(f"{emoji} stands for a bullet")
    assert problem.mark.line == 4


@pytest.mark.parametrize(
    "summary",
    ["🎉 Si festeggia insieme", "Si festeggia 🎉. E si canta 🎵", "© 2021 Torino ™ e ↔ oltre"],
)
def test_an_emoji_here_and_there_is_no_bullet(tmp_path: Path, summary: str) -> None:
    assert warnings(tmp_path, f"title: A\nsummary: {summary}") == []


def test_too_many_emoji_are_those_that_go_out_together(tmp_path: Path) -> None:
    item = "title: Festa 🎉\nwhere: Torino 🏛\nsummary: Si canta 🎵 e si balla"
    assert told(warnings(tmp_path, item)) == [
        "3:12 3 emoji go out together: a screen reader says the name of each"
    ]


def test_emoji_of_two_languages_do_not_go_out_together(tmp_path: Path) -> None:
    item = "title: Festa 🎉\nsummary: Si canta 🎵\n" + (
        "translations:\n  en:\n    title: Feast 🎉\n    summary: We sing 🎵"
    )
    assert warnings(tmp_path, item) == []
    too_many = item + " and dance 💃"
    assert [(each.mark.line, each.mark.column) for each in warnings(tmp_path, too_many)] == [
        (7, 16)
    ]


def test_an_event_goes_out_with_what_its_item_says(tmp_path: Path) -> None:
    item = "\n".join(
        (
            "title: Rassegna",
            "summary: Si canta 🎵 e si balla 💃",
            "dates:",
            "  - {id: uno, title: Festa, when: 2021-05-01}",
            "  - {id: due, title: Festa 🎉, when: 2021-05-02}",
        )
    )
    assert [(each.mark.line, each.mark.column) for each in warnings(tmp_path, item)] == [(7, 26)]


@pytest.mark.parametrize(
    ("language", "summary", "words"),
    [
        ("it", "Per iscriversi clicca qui", "clicca qui"),
        ("it", "Ci si iscrive A Questo LINK", "A Questo LINK"),
        ("it", "Cliccando   qui ci si iscrive", "Cliccando qui"),
        ("en", "To register, click here", "click here"),
        ("en", "Click here", "Click here"),
    ],
)
def test_words_that_say_nothing_of_a_link_are_told(
    tmp_path: Path, language: str, summary: str, words: str
) -> None:
    [problem] = warnings(tmp_path, f"language: {language}\ntitle: A\nsummary: {summary}")
    assert problem.message == f"'{words}' says nothing of where a link leads"
    column = 5 + len("summary: ") + summary.index(words.split(maxsplit=1)[0])
    assert (problem.mark.line, problem.mark.column) == (5, column)


@pytest.mark.parametrize(
    "summary", ["Qui si clicca poco", "click here", "Un link utile", "Il clic qui e là", "Acquisti"]
)
def test_words_of_another_language_or_sense_are_not_told(tmp_path: Path, summary: str) -> None:
    assert warnings(tmp_path, f"title: A\nsummary: {summary}") == []


def test_a_translation_is_read_in_its_own_language(tmp_path: Path) -> None:
    item = "title: A\ntranslations: {en: {title: Click here}}"
    assert told(warnings(tmp_path, item)) == [
        "4:32 'Click here' says nothing of where a link leads"
    ]


@pytest.mark.parametrize("key", ["summary", "where"])
def test_what_would_become_a_link_by_accident_is_told_where_it_stands(
    tmp_path: Path, key: str
) -> None:
    [problem] = warnings(tmp_path, f"title: A\n{key}: Si apre l’evento.Info in sede")
    column = 5 + len(f"{key}: Si apre ")
    assert f"{problem.mark.line}:{problem.mark.column} {problem.message}" == (
        f"4:{column + 2} 'evento.Info' would become a link"
    )
    assert "space after the full stop" in problem.hint


@pytest.mark.parametrize(
    "summary", ["Ore 18.30. Fine", "S.p.A. e S.r.l.", "a@example.org", "Ecc. Il"]
)
def test_what_becomes_no_link_is_not_told(tmp_path: Path, summary: str) -> None:
    assert warnings(tmp_path, f"title: A\nsummary: {summary}") == []


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("torinonelmondo", "write 'torino nel mondo'"),
        ("Torinonelmondo", "write 'torino nel mondo'"),
        ("TORINONELMONDO", "write 'torino nel mondo'"),
        ("'#girod’italia'", ""),
        ("giroditalia", "write 'giro d italia'"),
        ("cooperazioneinternazionaledecentrata", "with spaces"),
    ],
)
def test_a_tag_of_words_run_together_is_told(tmp_path: Path, tag: str, hint: str) -> None:
    found = warnings(tmp_path, f"title: Torino nel mondo e il Giro d’Italia\ntags: [UE, {tag}]")
    assert told(found) == (["4:16 '" + tag + "' is read out as one word"] if hint else [])
    assert all(hint in each.hint for each in found)


@pytest.mark.parametrize(
    "tag",
    [
        "torino",
        "torino nel mondo",
        "TorinoNelMondo",
        "EUROCITIES",
        "internazionalizzazione",
        "rinonel",
        "2021",
    ],
)
def test_a_tag_whose_words_can_be_told_apart_is_not_told(tmp_path: Path, tag: str) -> None:
    assert warnings(tmp_path, f"title: Torino nel mondo\ntags: [{tag}]") == []


def test_the_office_s_own_items_are_well_spoken() -> None:
    assert load(ROOT / "content", ROOT / "schedules")[1] == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_items_of_a_new_folder_are_well_spoken(tmp_path: Path, language: str) -> None:
    content, schedules = tmp_path / "content", tmp_path / "schedules"
    machine = Machine(("/srv/venv/bin/banditore",), "banditore")
    assert list(write_example(content, schedules, language, date(2026, 1, 1), machine))
    assert load(content, schedules)[1] == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_table(tmp_path: Path, language: str) -> None:
    assert warnings(tmp_path, f"language: {language}\ntitle: A") == []

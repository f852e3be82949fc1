"""Texts of staff's own, as they write them in content/."""

from __future__ import annotations

from pathlib import Path

from bot.core.model import Platform, Problem, Severity, Words
from tests.load.build import loaded, told

ISSUE = "content/2021-05.yaml"
HEAD = """items:
  - id: festa
    title: Festa
    when: 7 maggio
    link: https://example.org/festa
"""


def words(folder: Path, text: str, language: str = "it") -> Words:
    catalog, problems = loaded(folder, {ISSUE: HEAD + text})
    assert problems == ()
    return catalog.items["festa"].words[language]


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    return loaded(folder, {ISSUE: HEAD + text})[1]


def test_a_text_is_kept_with_its_lines(tmp_path: Path) -> None:
    found = words(
        tmp_path,
        "    text:\n      x: Tutti in piazza\n"
        "      telegram: |\n        Tutti in piazza,\n        il 7 maggio.\n\n\n\n        Venite!\n",
    )
    assert found.text == {
        Platform.X: "Tutti in piazza",
        Platform.TELEGRAM: "Tutti in piazza,\nil 7 maggio.\n\nVenite!",
    }


def test_each_language_has_its_own(tmp_path: Path) -> None:
    text = (
        "    text: {x: In piazza}\n"
        "    translations: {en: {title: Party, text: {telegram: To the square}}}\n"
    )
    assert words(tmp_path, text).text == {Platform.X: "In piazza"}
    assert words(tmp_path, text, "en").text == {Platform.TELEGRAM: "To the square"}


def test_an_empty_text_is_none(tmp_path: Path) -> None:
    assert words(tmp_path, '    text: {x: "", telegram: " "}\n').text == {}


def test_one_that_is_too_long_is_told_where_it_stands_with_its_count(tmp_path: Path) -> None:
    fits = f"    text: {{x: {'a' * 255}}}\n"
    over = f"    text: {{x: {'a' * 256}}}\n"
    long = f"    text:\n      telegram: {'a' * 4_097}\n"

    assert told(problems_of(tmp_path, fits)) == []
    assert told(problems_of(tmp_path, over)) == ["6:15 281 long, x takes 280"]
    assert told(problems_of(tmp_path, long)) == ["7:17 4097 long, telegram takes 4096"]


def test_its_link_counts_once(tmp_path: Path) -> None:
    text = f"    text: {{x: {'a' * 256} https://example.org/festa}}\n"

    assert told(problems_of(tmp_path, text)) == []


def test_a_link_that_nobody_meant_is_a_warning(tmp_path: Path) -> None:
    text = "    text: {x: 'Vedi https://example.org/festa alle 11.Info in piazza'}\n"
    [problem] = problems_of(tmp_path, text)

    assert problem.severity is Severity.WARNING
    assert problem.message == "'11.Info' would become a link"
    assert problem.mark.column == len("    text: {x: 'Vedi https://example.org/festa alle 1")


def test_shouting_and_emoji_in_it_are_warnings(tmp_path: Path) -> None:
    loud = problems_of(tmp_path, "    text: {telegram: TUTTI IN PIAZZA}\n")
    gaudy = problems_of(tmp_path, "    text: {telegram: Venite 🎉 tutti 🎈 in 🎊 piazza}\n")

    assert [p.message for p in loud] == [
        "capitals shout, and some screen readers spell them: 'TUTTI IN PIAZZA'"
    ]
    assert "3 emoji go out together" in gaudy[0].message


def test_an_unknown_platform_is_told(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "    text: {twitter: In piazza}\n")

    assert (str(problem.mark), problem.message) == (f"{ISSUE}:6:12", "unknown key 'twitter'")

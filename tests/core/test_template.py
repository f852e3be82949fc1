"""What a channel's template makes of the parts of a post."""

from __future__ import annotations

import pytest

from bot.core.template import (
    PARTS,
    Body,
    Choice,
    Has,
    Literal,
    Not,
    Run,
    Styled,
    Template,
    Value,
    cases,
    lines,
    runs,
)

TITLE, WHERE, SUMMARY = Value("title"), Value("where"), Value("summary")
NEW_LINE, EMPTY_LINE = Literal("\n"), Literal("\n\n")


def said(*body: Body | Literal | Value | Choice | Styled, **parts: str) -> list[str]:
    """The lines that a template says of `parts`, without their styles."""
    given = dict.fromkeys(PARTS, "") | {"title": "Festa"} | parts
    template = Template(tuple(body))  # type: ignore[arg-type]
    return ["".join(run.text for run in line) for line in lines(template, given)]


def test_a_line_on_which_nothing_is_left_goes() -> None:
    body = (TITLE, NEW_LINE, WHERE, NEW_LINE, SUMMARY)

    assert said(*body, where="Torino", summary="Si balla.") == ["Festa", "Torino", "Si balla."]
    assert said(*body, summary="Si balla.") == ["Festa", "Si balla."]
    assert said(*body) == ["Festa"]


def test_an_empty_line_that_is_meant_stays_once() -> None:
    body = (TITLE, EMPTY_LINE, WHERE, EMPTY_LINE, SUMMARY)

    assert said(*body, where="Torino", summary="Si balla.") == [
        "Festa",
        "",
        "Torino",
        "",
        "Si balla.",
    ]
    assert said(*body, summary="Si balla.") == ["Festa", "", "Si balla."]
    assert said(*body) == ["Festa"]


def test_words_of_the_template_s_own_stay_where_a_part_is_missing() -> None:
    assert said(TITLE, NEW_LINE, Literal("Dove: "), WHERE) == ["Festa", "Dove:"]


def test_a_choice_on_a_line_of_its_own_leaves_no_gap() -> None:
    """{{ title }}
    {% if where %}
    Dove: {{ where }}
    {% endif %}
    {{ summary }}"""
    choice = Choice(Has("where"), (Literal("\nDove: "), WHERE, NEW_LINE))
    body = (TITLE, NEW_LINE, choice, NEW_LINE, SUMMARY)

    assert said(*body, where="Torino", summary="Si balla.") == [
        "Festa",
        "Dove: Torino",
        "Si balla.",
    ]
    assert said(*body, summary="Si balla.") == ["Festa", "Si balla."]


def test_a_choice_has_two_sides() -> None:
    choice = Choice(Not(Has("where")), (Literal("online"),), (WHERE,))

    assert said(TITLE, Literal(", "), choice) == ["Festa, online"]
    assert said(TITLE, Literal(", "), choice, where="Torino") == ["Festa, Torino"]


def test_an_anchor_goes_with_its_link() -> None:
    body = (TITLE, NEW_LINE, Styled("a", (Literal("Il programma"),)))

    assert said(*body) == ["Festa"]
    assert said(*body, link="https://a.it") == ["Festa", "Il programma"]


def test_styles_are_kept_within_each_other_and_over_lines() -> None:
    template = Template((Styled("b", (TITLE, Literal(" e\n"), Styled("i", (WHERE,)))),))
    given = dict.fromkeys(PARTS, "") | {"title": "Festa", "where": "Torino"}

    assert lines(template, given) == [
        (Run("Festa", ("b",), "title"), Run(" e", ("b",))),
        (Run("Torino", ("b", "i"), "where"),),
    ]


def test_blanks_around_a_line_go_and_those_within_stay() -> None:
    assert said(Literal("   "), TITLE, Literal("  a  "), WHERE, Literal(" \n "), SUMMARY) == [
        "Festa  a"
    ]


@pytest.mark.parametrize(("name", "shown"), [("lower", "festa"), ("upper", "FESTA")])
def test_a_filter_changes_letters(name: str, shown: str) -> None:
    assert said(Value("title", (name,))) == [shown]


def test_every_kind_of_item_is_a_case_and_has_a_title() -> None:
    every = list(cases())

    assert len(set(every)) == 2 ** (len(PARTS) - 1)
    assert all("title" in case for case in every)


def test_the_words_before_any_tidying_are_those_of_the_template() -> None:
    template = Template((Literal("  a\n\n\n"), WHERE, Literal(" b ")))

    assert "".join(run.text for run in runs(template, dict.fromkeys(PARTS, ""))) == "  a\n\n\n b "


def test_words_that_only_introduce_a_link_go_with_it() -> None:
    body = (TITLE, NEW_LINE, Literal("Info: "), WHERE, Literal(" "), Value("link"))

    assert said(*body) == ["Festa"]
    assert said(*body, where="Torino") == ["Festa", "Info: Torino"]
    assert said(*body, link="https://a.it") == ["Festa", "Info:  https://a.it"]

"""The slips that people make in YAML: each is told at its own line, with the form that was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.kinds import Kind
from tests.load.build import loaded

ISSUE = "content/2021-05.yaml"


@pytest.mark.parametrize(
    ("text", "place", "kind", "hint"),
    [
        ("items:\n  - id: a\n    title: Europa: la festa\n", (3, 18), Kind.COLON, '"Europa: la festa"'),
        ("items:\n  - id: a\n    title: Il \"no\": fine\n", (3, 19), Kind.COLON, "'Il \"no\": fine'"),
        ("items:\n  - id: a\n    title: A\n      when: 7 maggio\n", (4, 7), Kind.INDENTATION, "column 5, as 'title' does on line 3"),
        ("items:\n  - id: a\n    title: A\n   when: 7 maggio\n", (4, 4), Kind.INDENTATION, "column 5"),
        ("items:\n  - id: a\n    title: 'L'Europa'\n", (3, 14), Kind.QUOTES, '"L\'Europa"'),
        ('items:\n  - id: a\n    title: "Europa" in piazza\n', (3, 19), Kind.QUOTES, "'\"Europa\" in piazza'"),
        ('items:\n  - id: a\n    title: "Una "bella" festa"\n', (3, 17), Kind.QUOTES, "'Una \"bella\" festa'"),
        ('items:\n  - id: a\n    title: "Europa" e "Asia"\n', (3, 19), Kind.QUOTES, "'\"Europa\" e \"Asia\"'"),
        ("items:\n  – id: a\n    title: A\n", (2, 3), Kind.HYPHEN, "'- key: value'"),
        ("items:\n  - id: a\n    title: A\n  — id: b\n    title: B\n", (4, 3), Kind.HYPHEN, "'- key: value'"),
        ("items:\n  - id: a\n<<<<<<< HEAD\n    title: A\n=======\n    title: B\n>>>>>>> main\n", (3, 1), Kind.YAML, "keep the right one"),
        ("items:\n  - id: a\n    title: [Bando] Volontari\n", (3, 12), Kind.BRACKETS, '"[Bando] Volontari"'),
        ("items:\n  - id: a\n    title: & musica\n", (3, 12), Kind.SPECIAL_CHARACTER, '"& musica"'),
        ("items:\n  - id: a\n    title: *Festa*\n", (3, 12), Kind.SPECIAL_CHARACTER, '"*Festa*"'),
        ("items:\n  - id: a\n    tags: [#europa, arte]\n", (3, 12), Kind.SPECIAL_CHARACTER, '"#europa"'),
        ("items:\n  - id: a\n    title:\u00a0A\n    when: 7 maggio\n", (3, 11), Kind.ENCODING, "space bar"),
        ("items:\n  - id: a\n\u00a0\u00a0\u00a0\u00a0title: A\n    when: 7 maggio\n", (3, 1), Kind.ENCODING, "space bar"),
        ("year: 2021\n- id: a\n  title: A\n", (2, 1), Kind.HYPHEN, "'items:'"),
        ("items:\n  id: a\n  title: A\n", (2, 3), Kind.HYPHEN, "'- id: ...'"),
        ("items:\n  - id: a\n    title: A\n    id: b\n    title: B\n", (4, 5), Kind.HYPHEN, "'- id: ...'"),
    ],
)  # fmt: skip
def test_a_slip_is_told_once_at_its_place_with_what_was_meant(
    tmp_path: Path, text: str, place: tuple[int, int], kind: Kind, hint: str
) -> None:
    _, [problem] = loaded(tmp_path, {ISSUE: text.encode()})
    assert (problem.mark.line, problem.mark.column) == place
    assert problem.kind is kind
    assert hint in problem.hint


def test_the_keys_of_another_mapping_may_be_the_same(tmp_path: Path) -> None:
    text = "items:\n  - {id: a, title: A, when: 7 maggio}\n  - {id: b, title: B, when: 8 maggio}\n"
    assert loaded(tmp_path, {ISSUE: text})[1] == ()


def test_a_misspelt_key_is_not_called_missing_as_well(tmp_path: Path) -> None:
    _, [problem] = loaded(tmp_path, {ISSUE: "items:\n  - {id: a, titel: A, when: 7 maggio}\n"})
    assert problem.kind is Kind.UNKNOWN_KEY


def test_a_key_that_stands_there_and_is_empty_is_missing_though_another_is_like_it(
    tmp_path: Path,
) -> None:
    _, problems = loaded(
        tmp_path, {ISSUE: "items:\n  - {id: a, titel: A, title: '', when: 7 maggio}\n"}
    )
    assert [problem.kind for problem in problems] == [Kind.UNKNOWN_KEY, Kind.TITLE]

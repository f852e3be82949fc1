"""A question of an import that stands beside an item that is ready is told at its line."""

from __future__ import annotations

from pathlib import Path

from bot.core.kinds import Kind
from bot.core.model import Severity
from tests.load.build import loaded

FILE = """\
year: 2021
link: https://example.org/
# ? di che mese è il numero?
items:
  # riga 4 del documento
  # ? link: qual è la pagina?
  - id: fiumi
    status: {status}
    title: Fiumi
    when: 7 maggio

  # riga 9 del documento
  - id: mare
    status: ready
    title: "Mare # ? no"
    # una nota
    when: 9 maggio
"""


def told(folder: Path, status: str) -> list[tuple[int, Severity]]:
    _, problems = loaded(folder, {"content/a.yaml": FILE.replace("{status}", status)})
    return [(each.mark.line, each.severity) for each in problems if each.kind is Kind.QUESTION]


def test_a_question_beside_a_ready_item_is_told_at_its_line(tmp_path: Path) -> None:
    assert told(tmp_path, "ready") == [(6, Severity.WARNING)]


def test_a_draft_may_have_questions(tmp_path: Path) -> None:
    assert told(tmp_path, "draft") == []


def test_a_file_without_items_may_have_questions(tmp_path: Path) -> None:
    catalog, problems = loaded(
        tmp_path, {"content/a.yaml": "year: 2021\n# ? di che mese è?\nitems: []\n"}
    )
    assert (dict(catalog.items), problems) == ({}, ())

"""The mistakes that people make: one problem each, at the line where it was made, with a way to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.language import Language
from tests.docs.errors import problems_of
from tests.docs.mistakes import ISSUE, MISTAKES, PAGES, Mistake, page


@pytest.mark.parametrize("language", Language)
def test_the_page_of_the_mistakes_says_what_is_printed_today(language: Language) -> None:
    assert PAGES[language].read_text(encoding="utf-8") == page(language), (
        "read the messages as staff would, then write the page with `python -m tests.docs.mistakes`"
    )


def test_there_are_twenty_and_more() -> None:
    assert len(MISTAKES) >= 20


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.english)
def test_a_mistake_is_told_once_at_its_line_and_with_what_to_do(
    mistake: Mistake, tmp_path: Path
) -> None:
    [problem] = problems_of(mistake.files, tmp_path)
    assert (problem.mark.file, problem.mark.line) == (ISSUE, mistake.line)
    assert problem.hint

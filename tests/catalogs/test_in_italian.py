"""Whatever kind of problem staff meet, it is told in Italian to its last word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.catalogs import in_language
from bot.core.said import Said
from tests.docs.errors import Files, problems_of, sections
from tests.docs.mistakes import MISTAKES

EXAMPLES = {f"{each.kind} in {each.language}": each.example for each in sections()} | {
    each.english: each.files for each in MISTAKES
}

# What only English sentences have. What stands in a file, or is to be typed into one, is not a sentence.
_ENGLISH = re.compile(r"\b(?:the|is|are|not|of|with|and|or|did|you|here|this|that)\b")
_TYPED = frozenset({"forms"})


def texts_within(said: Said) -> Iterator[str]:
    for name, value in said.values.items():
        if isinstance(value, Said):
            yield from texts_within(value)
        elif isinstance(value, str) and name not in _TYPED:
            yield value


@pytest.mark.parametrize("files", EXAMPLES.values(), ids=EXAMPLES)
def test_a_problem_has_no_english_rest(files: Files, tmp_path: Path) -> None:
    problems = problems_of(files, tmp_path)
    assert problems
    for problem in problems:
        for text in (problem.message, problem.hint):
            assert isinstance(text, Said), text
            assert in_language(text, "it") != text or not re.search("[a-z]{4} ", text.template)
            left = [value for value in texts_within(text) if _ENGLISH.search(value)]
            assert left == []

"""Each kind of problem has a page, and what the page shows is what people get to see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.explain import section as told
from bot.cli.language import Language
from bot.core.kinds import Kind
from tests.docs.errors import PAGES, ROOT, Section, kinds_of, sections

SECTIONS = list(sections())


def named(section: Section) -> str:
    return f"{section.kind}-{section.language}"


def test_each_kind_has_a_page_and_each_page_a_kind() -> None:
    assert {ROOT / kind.page for kind in Kind} == set(PAGES.glob("*"))


@pytest.mark.parametrize("section", SECTIONS, ids=named)
def test_the_example_of_a_page_has_just_that_problem_at_the_line_that_is_shown(
    section: Section,
) -> None:
    assert [str(kind) for kind in kinds_of(section.example)] == [section.kind]
    assert section.shown == section.printed(), (
        "read the message as staff would, then write it onto its page with `python -m tests.docs.errors`"
    )
    first = section.shown.splitlines()[0]
    place = re.match(r"(\S+\.yaml):(\d+):\d+: ", first)
    assert place is not None, first
    [written] = (text for name, text in section.example.items() if name == place[1])
    lines = (written if isinstance(written, str) else written.decode("cp1252")).splitlines()
    assert 1 <= int(place[2]) <= len(lines)


@pytest.mark.parametrize("section", SECTIONS, ids=named)
def test_the_mended_example_has_no_problem_at_all(section: Section) -> None:
    assert section.mended != section.example
    assert kinds_of(section.mended) == []


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_begins_with_its_kind_and_a_sentence_in_each_language(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.stem}\n")
    for language in Language:
        sentence = told(text, language).splitlines()[2]
        assert sentence.endswith("."), sentence
        assert len(sentence) < 100


def test_the_pages_of_both_languages_show_the_same_examples() -> None:
    by_kind: dict[str, list[Section]] = {}
    for section in SECTIONS:
        by_kind.setdefault(section.kind, []).append(section)
    for one, other in by_kind.values():
        assert (one.example, one.mended) == (other.example, other.mended)

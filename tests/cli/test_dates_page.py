"""The page that tells staff how to write dates says what is so: each of its forms is read and placed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.cli.spoken import span_in_words
from bot.cli.when import foresee
from bot.core.dates import Misread
from bot.core.model import Schedule, When
from bot.load.alone import load_schedule
from bot.load.phrase import understood

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/dates.md").read_text(encoding="utf-8")
YEAR = 2021


class Row(NamedTuple):
    ladder: str
    phrases: tuple[tuple[str, str], ...]  # language and phrase
    means: str
    goes_out: str


def tables() -> Iterator[tuple[str, list[list[str]]]]:
    """The text of each section, and the cells of its table without the two lines of its head."""
    for section in PAGE.split("\n## ")[1:]:
        lines = [line for line in section.splitlines() if line.startswith("| ")]
        yield section, [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def rows() -> Iterator[Row]:
    for section, cells in tables():
        ladder = re.search(r"Ladder: `(\w+)`", section)
        if ladder is None:
            continue
        for italian, english, means, goes_out in cells:
            phrases = [("it", phrase) for phrase in re.findall("`([^`]+)`", italian)]
            phrases += [("en", phrase) for phrase in re.findall("`([^`]+)`", english)]
            yield Row(ladder[1], tuple(phrases), means, goes_out)


ROWS = list(rows())
REFUSED = next(cells for section, cells in tables() if section.startswith("What is refused"))


def test_the_page_is_read_whole() -> None:
    assert len(ROWS) == PAGE.count("\n| `") - len(REFUSED) == 23
    assert sum(len(row.phrases) for row in ROWS) > 70
    assert all({language for language, _ in row.phrases} == {"it", "en"} for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.phrases[0][1])
def test_every_form_of_the_page_means_what_it_says_and_goes_out_when_it_says(row: Row) -> None:
    ladder = load_schedule(ROOT / "schedules", row.ladder, (YEAR - 1, YEAR, YEAR + 1))
    assert isinstance(ladder, Schedule)
    for language, phrase in row.phrases:
        found = understood(phrase, language=language, year=YEAR)
        assert isinstance(found, When), phrase
        assert found.language == language, phrase
        means = "; ".join(map(span_in_words, found.spans)) or "no date yet"
        assert means == row.means, phrase
        moments = [
            post.delivery.placed.astimezone(ladder.zone) for post in foresee(found, ladder, "it")
        ]
        goes_out = ", ".join(f"{at:%a} {at.day} {at:%B %H:%M}" for at in moments) or "as news"
        assert goes_out == row.goes_out, phrase


@pytest.mark.parametrize(("phrase", "nearest"), [(row[0], row[2]) for row in REFUSED])
def test_what_the_page_says_is_refused_is_refused_with_the_form_it_gives(
    phrase: str, nearest: str
) -> None:
    phrase, nearest = phrase.strip("`"), nearest.strip("`")
    language = "en" if "May" in phrase else "it"
    found = understood(phrase, language=language, year=YEAR)
    assert isinstance(found, Misread)
    assert found.nearest == nearest

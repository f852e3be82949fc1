"""docs/monitoring.md names every matter by its title, and every planted trouble with the time that its test holds."""

import re
from pathlib import Path

from bot.desk.matter import Kind
from bot.desk.words import LANGUAGES
from tests.desk.troubles import SILENCE, TROUBLES

PAGE = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text(encoding="utf-8")


def part(heading: str) -> str:
    return PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]


def test_every_matter_stands_there_with_its_title() -> None:
    found = {row[0]: row[1] for row in rows(part("What admins are told, and when"))}
    kinds = LANGUAGES["en"].kinds
    titles = {f"`{kind}`": re.sub(r"{\w+}", "…", kinds[kind].title) for kind in Kind}
    assert {name: title for name, title in found.items() if name.startswith("`")} == titles


def test_the_times_are_those_that_the_rehearsal_holds() -> None:
    told = part("What admins are told, and when").split("| trouble |")[1]
    within = {each.name: each.within for each in TROUBLES} | {"bot killed and left dead": SILENCE}
    minutes = {name: f"{time.total_seconds() / 60:.0f} min" for name, time in within.items()}
    assert {row[0]: row[1] for row in rows(told) if row[1].endswith(" min")} == minutes

"""Who looks after the crier, as staff write it in channels.yaml, and every slip at its line and column."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.core.model import Admins
from tests.load.build import CHANNELS, loaded, told

FILE = "schedules/channels.yaml"
CHAT = 'admin_chat: "-1001234567890"\n'


def read(folder: Path, written: str) -> tuple[Admins, list[str], list[str]]:
    """The admins, the problems with their places, and how to mend them."""
    catalog, problems = loaded(folder, {FILE: written + dedented()})
    return catalog.admins, told(problems), [each.hint for each in problems]


def dedented() -> str:
    return "\n".join(line[4:] for line in CHANNELS.splitlines()) + "\n"


def test_without_admins_nobody_may_order(tmp_path: Path) -> None:
    assert read(tmp_path, CHAT) == (Admins(), [], [])
    assert Admins().members == {}
    assert (Admins().language, Admins().tomorrow) == ("it", time(15))


def test_members_language_and_hour_are_what_stands_there(tmp_path: Path) -> None:
    written = CHAT + (
        'admins:\n  members: {"123456789": Anna  Rossi, 987654321: Bruno}\n'
        '  language: en\n  tomorrow: "16:30"\n'
    )
    admins, problems, _ = read(tmp_path, written)
    assert problems == []
    assert admins == Admins({123456789: "Anna Rossi", 987654321: "Bruno"}, "en", time(16, 30))


def test_tomorrow_need_never_be_shown(tmp_path: Path) -> None:
    admins, problems, _ = read(tmp_path, CHAT + "admins: {tomorrow: never}\n")
    assert (admins.tomorrow, problems) == (None, [])


@pytest.mark.parametrize(
    ("written", "problem", "hint"),
    [
        ("admins: {}\n", "1:1 there is no admin chat", "admin_chat"),
        (CHAT + 'admins: {members: {"@anna": Anna}}\n', "2:20 '@anna' is no person's", "/id"),
        (CHAT + 'admins: {members: {"1234": Anna}}\n', "2:20 '1234' is no person's", "/id"),
        (CHAT + 'admins: {members: {"-1001234567": A}}\n', "2:20 '-1001234567' is no", "/id"),
        (CHAT + 'admins: {members: {"1087968824": A}}\n', "2:20 1087968824 is nobody's", "/id"),
        (CHAT + 'admins: {members: {"123456789": ""}}\n', "2:33 123456789 has no name", "the book"),
        (
            CHAT + 'admins: {members: {"123456789": "' + 101 * "a" + '"}}\n',
            "2:33 the name of 123456789 has 101",
            "100",
        ),
        (CHAT + "admins: {language: latin}\n", "2:20 'latin' is not a language here", ""),
        (CHAT + 'admins: {tomorrow: "25:00"}\n', "2:20 '25:00' is not a time of day", "never"),
        (CHAT + "admins: {tomorrow: domani}\n", "2:20 'domani' is not a time of day", "never"),
        (CHAT + "admins: {membres: {}}\n", "2:10 ", "members"),
        (CHAT + "admins: [123456789]\n", "2:9 ", ""),
        (CHAT + "admins: {members: [Anna]}\n", "2:19 ", ""),
    ],
)
def test_a_slip_is_told_at_its_line_and_column(
    tmp_path: Path, written: str, problem: str, hint: str
) -> None:
    _, problems, hints = read(tmp_path, written)
    assert len(problems) == 1, problems
    assert problems[0].startswith(problem)
    assert hint in hints[0]


def test_every_slip_is_told_at_once_and_the_others_may_order(tmp_path: Path) -> None:
    written = CHAT + (
        "admins:\n"
        "  members:\n"
        "    anna: Anna\n"
        "    123456789: Bruno\n"
        "    987654321: ''\n"
        "  language: latin\n"
        "  tomorrow: presto\n"
    )
    _, problems, _ = read(tmp_path, written)
    assert [each.split()[0] for each in problems] == ["4:5", "6:16", "7:13", "8:13"]

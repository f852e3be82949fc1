"""How a channel shows its posts, and what several accounts must not say alike."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.core.model import Channel, Preview, Problem, Quiet
from tests.load.build import loaded, told

FILE = "schedules/channels.yaml"
ISSUE = "content/2021-05.yaml"
TELEGRAM = """channels:
  it:
    platform: telegram
    chat: "@torino_nel_mondo"
    language: it
    schedule: standard
"""


def channel(folder: Path, options: str) -> Channel:
    catalog, problems = loaded(folder, {FILE: TELEGRAM + options})
    assert problems == ()
    return catalog.channels["it"]


def told_of(folder: Path, text: str) -> list[str]:
    return told(loaded(folder, {FILE: text})[1])


def test_the_preview_stands_below_and_every_hour_has_its_sound(tmp_path: Path) -> None:
    made = channel(tmp_path, "")

    assert (made.preview, made.quiet, made.template) == (Preview.BELOW, None, None)


@pytest.mark.parametrize("preview", list(Preview))
def test_a_channel_says_where_the_preview_stands(tmp_path: Path, preview: Preview) -> None:
    assert channel(tmp_path, f"    preview: {preview}\n").preview is preview


def test_a_channel_says_when_it_makes_no_sound(tmp_path: Path) -> None:
    made = channel(tmp_path, '    silent: {from: "20:00", to: "08:00"}\n')

    assert made.quiet == Quiet(time(20), time(8))


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ("    preview: beside\n", "7:14 'beside' is not possible here"),
        ('    silent: {from: "20:00"}\n', "7:13 'silent' needs 'to'"),
        ('    silent: {from: "25:00", to: "08:00"}\n', "7:20 '25:00' is not a time of day"),
        ('    silent: {from: "20:00", to: "20:00"}\n', "7:33 these hours end as they begin"),
        ("    silent: yes\n", "7:13 keys with values are wanted, not 'yes'"),
    ],
)
def test_what_is_not_understood_is_told(tmp_path: Path, options: str, fault: str) -> None:
    assert told_of(tmp_path, TELEGRAM + options) == [fault]


def test_x_has_neither(tmp_path: Path) -> None:
    on_x = TELEGRAM.replace("telegram", "x").replace('chat: "@torino_nel_mondo"', "account: torino")
    options = '    preview: above\n    silent: {from: "20:00", to: "08:00"}\n'

    assert told_of(tmp_path, on_x + options) == ["7:5 x has no 'preview'", "8:5 x has no 'silent'"]


# --- accounts on X --------------------------------------------------------------------------------

TWO_ACCOUNTS = """channels:
  x-it: {platform: x, account: torino, language: it, schedule: standard}
  x-due: {platform: x, account: torino_due, language: it, schedule: standard}
  x-en: {platform: x, account: turin, language: en, schedule: standard}
"""
TEMPLATED = TWO_ACCOUNTS.replace(
    "torino_due, language: it,",
    "torino_due, language: it, template: '{{ dates }} {{ title }} {{ link }}',",
)


def items(*lines: str) -> str:
    return "link: https://example.org/\nitems:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


def twins(folder: Path, channels: str, content: str) -> tuple[Problem, ...]:
    return loaded(folder, {FILE: channels, ISSUE: content})[1]


def test_two_accounts_must_not_say_the_same(tmp_path: Path) -> None:
    content = items("id: a, title: A, when: 5 maggio", "id: b, title: B, when: 6 maggio")
    [problem] = twins(tmp_path, TWO_ACCOUNTS, content)

    assert str(problem.mark) == f"{ISSUE}:3:5"
    assert problem.message == "x-it and x-due would say the same of a, b: X forbids it"
    assert "'channels:'" in problem.hint
    assert "'template:'" in problem.hint


def test_many_items_are_told_as_one_problem(tmp_path: Path) -> None:
    content = items(*(f"id: a{n}, title: A, when: 5 maggio" for n in range(9)))
    [problem] = twins(tmp_path, TWO_ACCOUNTS, content)

    assert (
        problem.message
        == "x-it and x-due would say the same of a0, a1, a2 and 6 more: X forbids it"
    )


@pytest.mark.parametrize(
    "line",
    [
        "id: a, title: A, when: 5 maggio, channels: [x-it]",
        "id: a, title: A, when: 5 maggio, channels: [x-it, x-en], translations: {en: {title: A}}",
        "id: a, title: A, when: 5 maggio, status: cancelled",
    ],
)
def test_one_account_of_a_language_is_as_it_should_be(tmp_path: Path, line: str) -> None:
    assert twins(tmp_path, TWO_ACCOUNTS, items(line)) == ()


def test_a_template_of_its_own_makes_an_account_different(tmp_path: Path) -> None:
    content = items("id: a, title: A, when: 5 maggio")

    assert twins(tmp_path, TEMPLATED, content) == ()


def test_a_text_of_staff_s_own_is_the_same_on_both_whatever_their_templates(tmp_path: Path) -> None:
    content = items("id: a, title: A, when: 5 maggio, text: {x: In piazza}")

    assert [p.message for p in twins(tmp_path, TEMPLATED, content)] == [
        "x-it and x-due would say the same of a: X forbids it"
    ]


def test_a_test_account_is_told_only_where_it_is_named(tmp_path: Path) -> None:
    channels = TWO_ACCOUNTS.replace("torino_due,", "torino_due, test: true,")

    assert twins(tmp_path, channels, items("id: a, title: A, when: 5 maggio")) == ()
    named = items("id: a, title: A, when: 5 maggio, channels: [x-it, x-due]")
    assert len(twins(tmp_path, channels, named)) == 1

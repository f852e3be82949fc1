"""The pages for staff, followed to the letter from an empty folder to a post in a test chat.

The one thing that is not done here is the installation, which takes the program from the network: the commands of
those blocks are passed over, and `banditore` is this checkout.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.docs.staff import (
    IMPORT,
    PAGES,
    TEST_CHANNEL,
    Followed,
    Seen,
    blocks,
    follow,
    telegram,
    times,
)

TITLES = {
    "staff.md": "Students from Ghent in town",
    "redazione.md": "Gli studenti di Gand in città",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_who_does_what_the_page_says_sees_what_it_shows_and_a_post_in_the_test_chat(
    page: Path, tmp_path: Path
) -> None:
    sandbox: Sandbox = telegram()
    followed = await follow(page.read_text(encoding="utf-8"), tmp_path, sandbox)
    print(f"{page.name}\n{times(followed.seen)}")
    for each in followed.seen:
        assert each.is_as_shown, f"$ {each.command}\n{each.actual}--- the page has\n{each.shown}"
        assert (each.code != 0) is each.is_meant_to_fail, each
    assert {"init", "import", "check", "preview", "rehearse", "plan"} <= called(followed)
    [post] = sandbox.posts
    assert post.channel == str(TEST_CHANNEL.id)
    assert TITLES[page.name] in post.text
    assert post.url in followed.seen[-1].actual


async def test_the_example_of_the_import_is_what_an_import_says(tmp_path: Path) -> None:
    followed = await follow(IMPORT.read_text(encoding="utf-8"), tmp_path, telegram())
    [seen] = followed.seen
    assert seen.is_as_shown, seen.actual
    assert seen.code == 0


def called(followed: Followed) -> set[str]:
    return set(re.findall(r"banditore (\w+)", " ".join(each.command for each in followed.seen)))


def test_both_pages_do_the_same_but_for_their_words() -> None:
    english, italian = (
        [(each.info, each.note.partition(":")[0]) for each in blocks(page.read_text("utf-8"))]
        for page in PAGES
    )
    assert english == italian


@pytest.mark.parametrize("page", [*PAGES, IMPORT], ids=lambda page: page.name)
def test_every_fence_of_the_page_is_one_that_is_followed(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count("\n```") == 2 * len(list(blocks(text)))


@pytest.mark.parametrize(
    ("shown", "actual", "is_as_shown"),
    [
        ("one\ntwo\n", "one\ntwo\n", True),
        ("one\n", "one\ntwo\n", False),
        ("one\n…\n", "one\ntwo\nthree\n", True),
        ("…\nthree\n", "one\ntwo\nthree\n", True),
        ("one\n…\nfour\n", "one\ntwo\nthree\n", False),
        ("", "", True),
        ("", "one\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_what_is_shown_is_held_line_by_line_and_dots_stand_for_any_lines(
    shown: str, actual: str, *, is_as_shown: bool
) -> None:
    assert Seen("", shown, actual, 0, 0.0).is_as_shown is is_as_shown

import re

from tests.docs.posts import PAGE, page


def test_the_page_of_the_posts_of_may_2021_says_what_would_be_posted() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "the posts of May 2021 are not those of docs/posts-2021-05.md any more: read the changes as an "
        "editor would, then write the page anew with `python -m tests.docs.posts`"
    )


def test_each_item_stands_on_the_page_on_every_channel_and_each_kind_of_round_up() -> None:
    *items, month, week = page().split("\n## ")[1:]
    assert len(items) == 14
    for section in (*items, month, week):
        assert set(re.findall(r"^`([\w-]+)`, ", section, re.MULTILINE)) == {
            "telegram-it", "telegram-en", "x-it", "x-en",
        }, section  # fmt: skip

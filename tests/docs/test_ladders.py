from itertools import groupby

from tests.docs.ladders import PAGE, page


def test_the_page_of_the_ladders_of_may_2021_says_what_would_be_posted() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "the posts of May 2021 are not those of docs/ladders-2021-05.md any more: read the changes as an "
        "editor would, then write the page anew with `python -m tests.docs.ladders`"
    )


def test_every_item_of_the_issue_is_said_on_the_page_in_both_cases() -> None:
    lines = page().splitlines()
    sections = [
        list(part)
        for is_title, part in groupby(lines, lambda each: each[:3] == "## ")
        if not is_title
    ]
    items = sections[1:-2]
    assert len(items) == 14
    assert all(len([line for line in item if line == "|---|---|---|"]) == 2 for item in items)

"""What is written for staff is read back by the loader as it was meant; what stood in their file stays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.load.content import read_content
from bot.load.item import Names
from bot.load.phrase import in_one_line, in_paragraphs
from bot.load.report import Report
from bot.load.tree import build
from bot.newsletter.writing import Refused, Value, insert, written
from bot.newsletter.writing.scalar import WIDTH, held

SUMMARY = (
    "Gruppi di dodici città gemelle suonano nelle piazze del centro fino a mezzanotte, con "
    "ingresso libero e senza prenotazione."
)
NEW = written({"id": "nuovo", "title": "Nuovo"})

# What YAML, or the loader, could take for something else.
MARKS = "-?:,[]{}#&*!|>'\"%@`=~<.\\ \t\n\r\x85\u2028\u2029\ufeff\x00\x07\u00a0«»“”01eEx_ayn"
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=MARKS),
    st.lists(st.text(alphabet=MARKS, max_size=9), max_size=40).map(" ".join),
    st.lists(st.sampled_from([SUMMARY, "- ", "---", "...", "# no", "a: b", ""])).map("\n".join),
    st.lists(st.sampled_from([SUMMARY, "%YAML", "<b>"])).map("\n\n".join),
    st.sampled_from(["no", "~", "null", "18:30", "2021-05-03", "0x1F", "1e3", "-", "+1", ".5", ""]),
)


def read(text: str) -> Any:
    """What stands in a file, before it is asked what its words mean."""
    report = Report("content/2021-05.yaml")
    top = build(text, report)
    assert report.problems == []
    assert top is not None
    return top.value


def read_words(item: Mapping[str, Value]) -> tuple[str, str]:
    """The title and the summary of an item that was written, as posts will have them."""
    report = Report("content/2021-05.yaml")
    top = build(f"year: 2021\nmonth: 5\nitems:\n{written(item)}", report)
    assert top is not None
    names = Names(frozenset(), frozenset(), frozenset())
    content = read_content(top, "2021-05.yaml", "", names, report, Path())
    words = content.items[0].words["it"]
    return words.title, words.summary


# --- written ------------------------------------------------------------------------------------


def test_an_item_is_written_as_a_careful_person_would() -> None:
    item: dict[str, Value] = {
        "id": "festa-della-musica",
        "title": "Festa della musica: tre palchi, una notte",
        "when": "21 giugno ore 18.30",
        "summary": SUMMARY,
        "tags": ["musica", "#arte"],
        "essential": True,
        "edition": 2,
        "translations": {"en": {"title": "Music festival", "summary": "One.\n\nTwo."}},
        "dates": [{"id": "prova", "when": "20 giugno"}, {"id": "festa", "when": "21 giugno"}],
        "text": {"x": "Stasera\nin piazza"},
    }
    remarks = {"": ["From page 2."], "when": ["Is it 18.30?"], "dates.1.when": ["Or 22?"]}
    assert written(item, remarks).splitlines() == [
        "  # From page 2.",
        "  - id: festa-della-musica",
        '    title: "Festa della musica: tre palchi, una notte"',
        "    # Is it 18.30?",
        "    when: 21 giugno ore 18.30",
        "    summary: >-",
        "      Gruppi di dodici città gemelle suonano nelle piazze del centro fino a mezzanotte, con",
        "      ingresso libero e senza prenotazione.",
        '    tags: [musica, "#arte"]',
        "    essential: true",
        "    edition: 2",
        "    translations:",
        "      en:",
        "        title: Music festival",
        "        summary: >-",
        "          One.",
        "",
        "          Two.",
        "    dates:",
        "      - id: prova",
        "        when: 20 giugno",
        "      - id: festa",
        "        # Or 22?",
        "        when: 21 giugno",
        "    text:",
        "      x: |-",
        "        Stasera",
        "        in piazza",
    ]


@pytest.mark.parametrize("text", ["no", "18:30", "2021-05-03", "~", "1_000", "0x1F", "null", "="])
def test_what_other_readers_of_yaml_take_for_something_else_is_quoted(text: str) -> None:
    line = written({"title": text})
    assert line == f'  - title: "{text}"\n'
    assert yaml.safe_load(line) == [{"title": text}]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("5-6 maggio", "5-6 maggio"),
        ("L'Europa", "L'Europa"),
        ("«Pace»", "«Pace»"),
        ('"Pace"', "'\"Pace\"'"),
        ('"L\'Europa"', '"\\"L\'Europa\\""'),
        ("https://example.org/#a", "https://example.org/#a"),
        ("Ore 18: si parte", '"Ore 18: si parte"'),
        ("Sala #2", '"Sala #2"'),
        (" dentro", '" dentro"'),
    ],
)
def test_a_text_is_quoted_only_where_it_must_be(text: str, line: str) -> None:
    assert written({"title": text}) == f"  - title: {line}\n"


@given(TEXTS, TEXTS)
def test_any_words_are_read_back_as_they_were_meant(title: str, summary: str) -> None:
    assert read_words({"id": "a", "title": title, "summary": summary, "link": "none"}) == (
        in_one_line(held(title)),
        in_paragraphs(held(summary), keeps_lines=True),
    )


@given(st.lists(TEXTS), st.integers(0, 8))
def test_any_text_on_one_line_is_read_back_letter_by_letter(texts: list[str], indent: int) -> None:
    lines = [" ".join(held(text).split("\n")) for text in texts]
    item: dict[str, Value] = {"tags": lines, "dates": [{"title": line} for line in lines]}
    item |= {f"k{number}": line for number, line in enumerate(lines)}
    text = f"items:\n{written({'id': 'a', **item}, indent=indent)}"
    assert read(text) == {"items": [{"id": "a", **item}]}
    assert yaml.safe_load(text) == {"items": [{"id": "a", **item}]}


@given(TEXTS)
def test_a_remark_says_nothing_to_the_loader(remark: str) -> None:
    remarks = {
        key: [remark, remark] for key in ("", "id", "title", "dates", "dates.0", "dates.0.id")
    }
    item: dict[str, Value] = {"id": "a", "title": "b", "dates": [{"id": "c"}]}
    assert read(f"items:\n{written(item, remarks)}") == {"items": [item]}


@given(st.lists(st.text("abcdefg", min_size=1, max_size=20)).map(" ".join))
def test_no_line_is_wider_than_a_page(summary: str) -> None:
    lines = written({"summary": summary}, {"": [summary]}).splitlines()
    assert max(map(len, lines)) <= WIDTH


def test_no_line_ends_in_blanks() -> None:
    lines = written({"summary": "One.\n\nTwo.", "text": {"x": "One\n\nTwo\nThree"}}).splitlines()
    assert lines == [line.rstrip() for line in lines]


# --- put into a file ----------------------------------------------------------------------------

FILES = {
    "items apart": "year: 2021\nitems:\n  - id: a   # first\n    title: A\n\n  - id: b\n",
    "items one below the other": "items:\n- id: a\n  title: 'A'\n- id: b\n",
    "another key below": "items:\n  - id: a\n\n\n# the year\nyear: 2021\n",
    "a remark on the last item": "items:\n  - id: a\n    # ask Anna\n\n  # - id: old\n",
    "no end of the last line": "items:\n  - id: a",
    "Windows line ends": "year: 2021\r\nitems:\r\n  - id: a\r\n    summary: |\r\n      A\r\n\r\n",
    "no item yet": "year: 2021\nitems:\nlink: none\n",
    "no item, and no end of the line": "items:",
    "no list yet": "# May\nyear: 2021\n\n",
    "only remarks": "# May\n",
    "nothing": "",
    "a block that keeps its end": "items:\n  - id: a\n    summary: |+\n      A\n\n\nyear: 2021\n",
    "brackets at the end": "items:\n  - id: a\n    tags: [\n      x, y\n    ]  # both\n",
    "all of it further in": "  items:\n   - id: a\n  year: 2021\n",
    "only a remark in the list": "items:\n  # - id: a\n",
    "old ends of lines": "items:\r  - id: a\r",
    "the end of the document": "items:\n  - id: a\n...\n",
}


@pytest.mark.parametrize("before", FILES.values(), ids=FILES)
def test_what_stands_in_a_file_stays_to_the_letter(before: str) -> None:
    after = insert(before, NEW)
    assert isinstance(after, str)
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before)
    )
    rest = before[start:]
    assert after.startswith(before[:start])
    assert after.endswith(rest)
    old = read(before) if before.strip("# May\n") else {}
    assert read(after)["items"][-1] == {"id": "nuovo", "title": "Nuovo"}
    assert len(read(after)["items"]) == len(old.get("items") or []) + 1


def test_another_item_stands_as_the_others_do() -> None:
    assert insert(FILES["items apart"], NEW) == (
        FILES["items apart"] + "\n  - id: nuovo\n    title: Nuovo\n"
    )
    assert insert(FILES["items one below the other"], NEW) == (
        FILES["items one below the other"] + "- id: nuovo\n  title: Nuovo\n"
    )
    assert insert(FILES["no end of the last line"], NEW) == (
        "items:\n  - id: a\n\n  - id: nuovo\n    title: Nuovo\n"
    )
    assert insert(FILES["only remarks"], NEW) == (
        "# May\n\nitems:\n  - id: nuovo\n    title: Nuovo\n"
    )


def test_a_remark_stays_with_the_item_that_it_is_about() -> None:
    assert insert(FILES["a remark on the last item"], NEW) == (
        "items:\n  - id: a\n    # ask Anna\n\n  - id: nuovo\n    title: Nuovo\n\n  # - id: old\n"
    )


def test_empty_lines_below_a_block_of_text_stay_below() -> None:
    before = "items:\n  - id: a\n    summary: |\n      A\n\n\nyear: 2021\n"
    assert insert(before, NEW) == before.replace(
        "A\n\n\n", "A\n\n  - id: nuovo\n    title: Nuovo\n\n\n"
    )


def test_the_ends_of_lines_are_those_of_the_file() -> None:
    after = insert(FILES["Windows line ends"], NEW)
    assert isinstance(after, str)
    assert after.count("\r\n") == after.count("\n") == FILES["Windows line ends"].count("\n") + 3


@pytest.mark.parametrize("empty", ["[]", "[ ]  # none yet", "[\n]"])
def test_the_brackets_of_an_empty_list_make_way(empty: str) -> None:
    after = insert(f"items: {empty}\nyear: 2021\n", NEW)
    remark = "  # none yet" if "#" in empty else ""
    assert after == f"items:{remark}\n  - id: nuovo\n    title: Nuovo\nyear: 2021\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("items: [{id: a}]\n", "it is written within brackets or braces"),
        ("{year: 2021}\n", "it is written within brackets or braces"),
        ("items: [\n  # none\n]\n", "it is written within brackets or braces"),
        ("items: domani\n", "'items:' is no list"),
        ("items: {id: a}\n", "'items:' is no list"),
        ("items: ~\n", "nobody can tell where its list of items ends"),
        ('year: 2021\nlink: "http\nitems:\n', "line 2 can't be read"),
        ("- id: a\n", "line 1 can't be read"),
    ],
)
def test_a_file_that_leaves_no_room_is_refused(text: str, reason: str) -> None:
    refused = insert(text, NEW)
    assert isinstance(refused, Refused)
    assert reason in refused.reason


@given(st.lists(TEXTS, min_size=1), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_after_any_items_there_is_room_for_another(
    texts: list[str], is_last: bool, line_end: str
) -> None:
    items = "".join(written({"id": f"a{n}", "summary": text}) for n, text in enumerate(texts))
    before = f"items:\n{items}{'' if is_last else 'year: 2021'}".replace("\n", line_end)
    after = insert(before, NEW)
    assert isinstance(after, str)
    assert read(after)["items"] == [*read(before)["items"], {"id": "nuovo", "title": "Nuovo"}]

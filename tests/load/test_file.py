"""What a file may not be or hold: each refused where it stands, the other files unharmed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.core.model import Mark
from bot.load import load
from tests.load.build import loaded, told

ISSUE = "content/2021-05.yaml"
GOOD_ITEM = "items: [{id: good, title: Good, when: 5 maggio}]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year: 2021\nyear: 2022\n", ["2:1 'year' stands twice here"]),
        ("link: &a https://example.org\n", ["1:7 an anchor, '&a'"]),
        ("link: *a\n", ["1:7 an alias, '*a'"]),
        ("year: !!int 2021\n", ["1:7 a tag, 'tag:yaml.org,2002:int'"]),
        ("items: !!set {a, b}\n", ["1:8 a list is wanted", "1:8 a tag, 'tag:yaml.org,2002:set'"]),
        ("? [a]\n: b\n", ["1:3 a key must be a word"]),
        ("{a: b}: c\n", ["1:1 a key must be a word"]),
        ("~: b\n", ["1:1 a key is missing before this colon"]),
        ("*a : b\n", ["1:1 an alias, '*a'"]),
        ("year: 2021\n---\nyear: 2021\n", ["2:1 a second document begins here"]),
        ("", ["1:1 the file is empty"]),
        ("# only a comment\n", ["1:1 the file is empty"]),
        ("- a\n- b\n", ["1:1 the file must begin with a key"]),
        ("just text\n", ["1:1 the file must begin with a key"]),
        ("a: b: c\n", ["1:5 a second ': ' on this line"]),
        ("items: [a, b\n", ["1:8 this '[' is never closed, or a comma is missing"]),
        ("items: {a: b\n", ["1:8 this '{' is never closed, or a comma is missing"]),
        ("year: 'x\nlink: a\n", ["1:7 this quotation mark is never closed"]),
        ("chat: @torino\n", ["1:7 text can't begin with '@'"]),
        ('link: "\\q"\n', ["1:8 a backslash that YAML does not know"]),
        ("year: 2021\nmonth 5\nlink: a\n", ["2:1 a line without 'key: value'"]),
        ("items:\n  - id: x\n year: y\n", ["3:2 this does not fit what stands above"]),
        ("\tyear: 2021\n", ["1:1 a tab"]),
        ("year: 2021\nlink:\tnone\n", ["2:6 a tab"]),
        ("year: 2021\nlink: a\x07b\n", ["2:8 an invisible character, U+0007"]),
        ("year: 2021\nlink: \ufeffnone\n", ["2:7 an invisible character, U+FEFF"]),
    ],
)
def test_what_yaml_has_too_much_of_is_refused(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    catalog, problems = loaded(tmp_path, {ISSUE: text.encode(), "content/2021-06.yaml": GOOD_ITEM})
    assert told(problems) == expected
    assert {problem.mark.file for problem in problems} == {ISSUE}
    assert catalog.broken == {ISSUE}
    assert list(catalog.items) == ["good"]


@pytest.mark.parametrize(
    ("text", "expected", "hint"),
    [
        ("a: {b: @you, c: d}\n", "1:8 text can't begin with '@'", '"@you"'),
        ("a: {b: {c: @you}}\n", "1:12 text can't begin with '@'", '"@you"'),
        ("a: {b: c,\n  d: @you}\n", "2:6 text can't begin with '@'", '"@you"'),
        ("a: [b, `c, d]\n", "1:8 text can't begin with '`'", '"`c"'),
        ("a: @you, me\n", "1:4 text can't begin with '@'", '"@you, me"'),
        ('year: 5\ntitle:"A"\nb: c\n', "2:6 a space is missing after this colon", "'key: value'"),
        ('title:"A"\nb: c\n', "1:6 a space is missing after this colon", "'key: value'"),
        ("a:\n  - b:c\n    d: e\n", "2:6 a space is missing after this colon", "'key: value'"),
        ("a:\n  -b: c\n    d: e\n", "2:3 a space is missing after this hyphen", "'- key"),
        ("a:\n  - b: c\n  -b: c\n", "3:3 a space is missing after this hyphen", "'- key"),
        ("a: b\nhttps://c\nd: e\n", "2:1 a line without 'key: value'", "indent it"),
        (
            'a: b\ntitle: "A\nc: "d"\n',
            "2:8 this quotation mark is not closed on its line",
            "its text ends on line 3",
        ),
        (
            "- {a: 'b, c: d}\n- {a: 'e'}\n",
            "1:7 this quotation mark is not closed on its line",
            "its text ends on line 2",
        ),
        ("a: b\nc: [#arte]\nd: e\n", "2:5 '#' begins a comment here", '"#arte"'),
        ("c: [a, 'b #', #d, e]\nf: g\n", "1:15 '#' begins a comment here", '"#d"'),
        ("c: {a: #b}\nd: e\n", "1:8 '#' begins a comment here", '"#b"'),
        ("c: [a, b # c\nd: e\n", "1:4 this '[' is never closed, or a comma is missing", "']'"),
    ],
)
def test_a_slip_is_told_where_it_was_made_and_not_where_the_parser_gave_up(
    tmp_path: Path, text: str, expected: str, hint: str
) -> None:
    _, [problem] = loaded(tmp_path, {ISSUE: text.encode()})
    assert told((problem,)) == [expected]
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("raw", "expected", "hint"),
    [
        ("year: 2021\nlink: è".encode("latin-1"), "2:7 the file is not UTF-8", "'è'"),
        (b"\xef\xbb\xbfyear: 2021\nlink: \xe8", "2:7 the file is not UTF-8", "'è'"),
        ("year: 2021\n".encode("utf-16"), "1:1 the file is UTF-16", "save it as UTF-8"),
        (b"\x00\x01", "1:1 an invisible character, U+0000", "delete it"),
    ],
)
def test_a_file_that_is_not_utf_8_is_refused_where_it_stops_being_so(
    tmp_path: Path, raw: bytes, expected: str, hint: str
) -> None:
    _, problems = loaded(tmp_path, {ISSUE: raw})
    assert told(problems) == [expected]
    assert hint in problems[0].hint


def test_the_mark_that_windows_editors_leave_is_passed_over(tmp_path: Path) -> None:
    catalog, problems = loaded(tmp_path, {ISSUE: b"\xef\xbb\xbf" + GOOD_ITEM.encode()})
    assert problems == ()
    assert catalog.items["good"].mark == Mark(ISSUE, 1, 9)


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_thirty_thousand_levels_are_refused_and_nothing_dies(tmp_path: Path, bracket: str) -> None:
    text = bracket * 30_000 if bracket == "- " else "items: " + bracket * 30_000
    catalog, problems = loaded(tmp_path, {ISSUE: text.encode(), "content/2021-06.yaml": GOOD_ITEM})
    assert [problem.message for problem in problems] == ["nested more than 20 levels deep"]
    assert list(catalog.items) == ["good"]


def test_an_alias_bomb_is_refused_line_by_line(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]"
        for below, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    _, problems = loaded(tmp_path, {ISSUE: "\n".join(lines)})
    aliases = [problem for problem in problems if problem.message.startswith("an alias")]
    assert len(aliases) == 8 * 9
    assert {problem.mark.line for problem in aliases} == set(range(2, 10))


def test_a_file_over_5_mb_is_not_read(tmp_path: Path) -> None:
    _, problems = loaded(tmp_path, {ISSUE: b"#" * 5_000_001})
    assert told(problems) == ["1:1 the file is larger than 5 MB"]


def test_a_link_out_of_the_folder_is_refused_and_one_inside_it_followed(tmp_path: Path) -> None:
    loaded(tmp_path, {"secret.yaml": GOOD_ITEM, "content/.data/2021-05.yaml": GOOD_ITEM})
    (tmp_path / "content/2021-05.yaml").symlink_to(tmp_path / "content/.data/2021-05.yaml")
    (tmp_path / "content/away.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "content/nowhere.yaml").symlink_to(tmp_path / "missing.yaml")
    (tmp_path / "content/self.yaml").symlink_to(tmp_path / "content/self.yaml")
    (tmp_path / "content/elsewhere").symlink_to(tmp_path / "schedules")
    catalog, problems = load(tmp_path / "content", tmp_path / "schedules")
    assert list(catalog.items) == ["good"]
    assert [str(problem.mark) for problem in problems] == [
        "content/away.yaml:1:1",
        "content/elsewhere:1:1",
        "content/nowhere.yaml:1:1",
        "content/self.yaml:1:1",
    ]
    assert problems[0].message == "a link that leads out of its folder"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    loaded(tmp_path, {})
    os.mkfifo(tmp_path / "content/2021-05.yaml")
    _, problems = load(tmp_path / "content", tmp_path / "schedules")
    assert told(problems) == ["1:1 not a file"]


def test_hidden_files_and_what_editors_leave_are_skipped(tmp_path: Path) -> None:
    names = [
        ".hidden.yaml",
        ".git/a.yaml",
        "a.yaml~",
        "#a.yaml#",
        ".#a.yaml",
        "a.yaml.swp",
        "a.txt",
    ]
    catalog, problems = loaded(tmp_path, {f"content/{name}": "broken: [" for name in names})
    assert (problems, catalog.items) == ((), {})


def test_folders_are_searched_and_files_come_in_order_of_name(tmp_path: Path) -> None:
    catalog, problems = loaded(
        tmp_path,
        {
            f"content/{name}": f"items: [{{id: {item}, title: A, when: 5 maggio 2021}}]"
            for name, item in [("b.yml", "c"), ("a/z.yaml", "b"), ("a/2021/1.yaml", "a")]
        },
    )
    assert problems == ()
    assert list(catalog.items) == ["a", "b", "c"]
    assert catalog.items["a"].mark.file == "content/a/2021/1.yaml"


def test_a_folder_that_is_missing_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    catalog, problems = load(tmp_path / "content", tmp_path / "schedules")
    assert [str(problem.mark) for problem in problems] == [
        "content:1:1",
        "schedules:1:1",
        "schedules/channels.yaml:1:1",
    ]
    assert (catalog.items, catalog.channels) == ({}, {})


def test_an_id_used_in_two_files_is_told_in_both(tmp_path: Path) -> None:
    catalog, problems = loaded(
        tmp_path, {ISSUE: GOOD_ITEM, "content/2021-06.yaml": "year: 2021\n" + GOOD_ITEM}
    )
    first, second = problems
    assert str(first.mark) == "content/2021-05.yaml:1:14"
    assert str(second.mark) == "content/2021-06.yaml:2:14"
    assert first.hint.startswith("at content/2021-06.yaml:2:14")
    assert second.hint.startswith("at content/2021-05.yaml:1:14")
    assert catalog.items == {}


def test_an_id_used_twice_in_a_file_is_told_at_the_second(tmp_path: Path) -> None:
    text = """
        items:
          - {id: a, title: A, when: 5 maggio}
          - {id: a, title: A, when: 5 maggio}
    """
    _, problems = loaded(tmp_path, {ISSUE: text})
    assert told(problems) == ["3:10 the id 'a' is already used"]
    assert problems[0].hint == "on line 2 of this file; give one of them another id"


def test_a_file_name_of_any_bytes_can_still_be_told(tmp_path: Path) -> None:
    loaded(tmp_path, {})
    (tmp_path / "content" / os.fsdecode(b"\xff\n.yaml")).write_bytes(b"[")
    _, [problem] = load(tmp_path / "content", tmp_path / "schedules")
    assert str(problem).isprintable()

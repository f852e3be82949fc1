"""How problems are printed: the line itself, the caret under its column, the language that is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.language import Language, of_environment, speaking
from bot.cli.problems import WIDTH, tell, width
from bot.core.kinds import Kind
from bot.core.model import Mark, Problem, Severity
from bot.core.said import said
from tests.office import Office

FAULTY = "year: 2027\nitems:\n  - {id: festa, title: Festa, when: 31 giugno}\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def problem_at(line: int, column: int, severity: Severity = Severity.ERROR) -> Problem:
    mark = Mark("content/a.yaml", line, column)
    return Problem(mark, said("a tab"), said("use spaces"), severity, kind=Kind.TAB)


def told(
    folder: Path, content: bytes, problem: Problem, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    (folder / "content").mkdir()
    (folder / "content" / "a.yaml").write_bytes(content)
    with speaking(Language.ENGLISH):
        tell([problem], (folder / "content",))
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("    when: 31 giugno", 11, "when: 31 giugno", 6),
        ("ab: 学校 x", 9, "ab: 学校 x", 10),  # two characters of two columns each
        ("e\u0301t\u00e9: x", 6, "e\u0301t\u00e9: x", 4),  # an accent of its own joins its letter
        ("a:\tb", 4, "a:→   b", 6),
        ("\tb", 1, "→   b", 0),
        ("    \tb", 5, "→   b", 0),
        ("a\x1b[2Jb", 2, "a\ufffd[2Jb", 1),  # nothing moves the cursor
        ("    a", 2, "   a", 0),  # the fault is in the indentation
        ("short", 99, "short", 5),  # the file has changed meanwhile
    ],
)
def test_the_caret_stands_under_the_column(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    line: str,
    column: int,
    shown: str,
    caret: int,
) -> None:
    lines = told(tmp_path, f"x: y\n{line}\n".encode(), problem_at(2, column), capsys)
    assert lines[1:3] == [f"    {shown}", f"    {' ' * caret}^"]


@pytest.mark.parametrize("column", [1, 40, 400, 790])
def test_a_long_line_is_cut_around_the_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], column: int
) -> None:
    text = "".join(f"{number:03} " for number in range(200))
    _, line, caret, _ = told(tmp_path, text.encode(), problem_at(1, column), capsys)
    assert width(line) <= WIDTH + 4
    assert line[len(caret) - 1] == text[column - 1]


@pytest.mark.parametrize("content", [b"", b"x\n", b"x\n   \n", b"x\n\0\0\n"])
def test_a_line_that_is_not_there_any_more_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    assert told(tmp_path, content, problem_at(2, 1), capsys) == [
        "content/a.yaml:2:1: a tab",
        "    use spaces · docs/errors/tab.md",
    ]


def test_a_file_that_is_gone_or_leads_out_of_its_folder_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret").write_text("x\nsecret\n")
    (tmp_path / "content").mkdir()
    for _ in range(2):
        tell([problem_at(2, 1)], (tmp_path / "content",))
        assert "secret" not in capsys.readouterr().out
        (tmp_path / "content" / "a.yaml").unlink(missing_ok=True)
        (tmp_path / "content" / "a.yaml").symlink_to(tmp_path / "secret")


@pytest.mark.parametrize(
    "words", [("--lang", "it", "check"), ("check", "--lang", "it"), ("check", "--lang=it")]
)
def test_the_language_is_asked_for_before_or_after_the_command(
    office: Office, words: tuple[str, ...]
) -> None:
    office.write("content/a.yaml", FAULTY)
    checked = office.run(*words)
    assert "'31 giugno': giugno 2027 ha 30 giorni" in checked.stdout
    assert checked.stderr == "1 errore in 1 file; di un file con un errore non esce nulla\n"


def test_what_is_asked_for_counts_more_than_the_environment(office: Office) -> None:
    office.write("content/a.yaml", FAULTY)
    office.environment = {"BANDITORE_LANG": "it"}
    assert "1 errore" in office.run("check").stderr
    assert "1 problem" in office.run("--lang", "en", "check").stderr
    assert "1 errore" in office.run("--lang", "en", "check", "--lang", "it").stderr


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "it_IT.UTF-8"}, "it"),
        ({"LANG": "it_IT.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_MESSAGES": "it", "LANG": "de_DE"}, "it"),
        ({"LC_ALL": "", "LANG": "it_CH"}, "it"),
        ({"BANDITORE_LANG": "en", "LC_ALL": "it_IT.UTF-8"}, "en"),
        ({"LANG": "fr_FR"}, "en"),
    ],
)
def test_without_it_the_locale_decides(variables: dict[str, str], language: str) -> None:
    assert of_environment(variables) == language


def test_every_command_takes_a_language(office: Office) -> None:
    for words in (("plan",), ("when",), ("audit", "verify"), ("tasks", "done"), ("explain",)):
        assert "--lang" in office.run(*words, "--help").stdout


def test_programs_get_kind_and_page_and_the_language_that_they_ask_for(office: Office) -> None:
    office.write("content/a.yaml", FAULTY)
    [found] = json.loads(office.run("check", "--json", "--lang", "it").stdout)["problems"]
    assert (found["kind"], found["page"]) == ("date", "docs/errors/date.md")
    assert found["message"] == "'31 giugno': giugno 2027 ha 30 giorni"
    assert found["hint"] == "si intendeva '30 giugno'? si veda docs/dates.md"


def test_a_folder_that_is_not_there_is_told_in_italian(office: Office) -> None:
    failed = office.run("check", "--content", "nessuna", "--lang", "it")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.startswith("banditore: la cartella nessuna non c'è: ")


def test_a_phrase_is_explained_in_italian(office: Office) -> None:
    told = office.run(
        "when", "dal 5 al 6 maggio", "--year", "2021", "--schedule", "always", "--lang", "it"
    )
    assert (
        "Inteso come un periodo:\n  da mercoledì 5 maggio 2021 a giovedì 6 maggio 2021, 2 giorni\n"
        in told.stdout
    )
    assert "  gio 15 apr 2021  10:00  " in told.stdout
    misread = office.run("when", "7 magio", "--lang", "it")
    assert misread.returncode == 1
    assert "Non si capisce: `magio` non si capisce\nSi intendeva:   7 maggio\n" in misread.stdout


def test_a_kind_of_problem_is_explained_by_its_name_or_its_page(office: Office) -> None:
    by_name = office.run("explain", "date", "--lang", "it")
    assert by_name.returncode == 0
    assert by_name.stdout.startswith("# date\n\nLa data non si capisce, o non può essere vera.\n")
    assert office.run("explain", "docs/errors/date.md", "--lang", "it").stdout == by_name.stdout
    assert "The date is not understood" in office.run("explain", "date").stdout
    listed = office.run("explain").stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(Kind)


def test_a_kind_that_there_is_not_is_told_with_the_nearest(office: Office) -> None:
    failed = office.run("explain", "dates")
    assert failed.returncode == 2
    assert failed.stderr == "banditore: there is no kind of problem 'dates': did you mean 'date'?\n"

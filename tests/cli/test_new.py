"""`banditore new`: asks for an item on a terminal, or takes it from options, and adds it to a file."""

from __future__ import annotations

import os
import pty
import select
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.adding.draft import id_of
from bot.cli.adding.saving import ChangedMeanwhileError, save
from tests.office import ROOT, Office

CTRL_C = "\x03"
SILENCE = 60  # seconds after which a terminal that shows nothing is given up

MAY = """\
year: 2021   # of all dates
month: 5
link: https://example.org/maggio
items:
  - id: festa
    title: 'Festa'
    when: 9 maggio
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write("content/2021-05.yaml", MAY)
    office.write("schedules/call.yaml", (tmp_path / "schedules/always.yaml").read_text())
    return office


def may(office: Office) -> str:
    return (office.folder / "content/2021-05.yaml").read_text(encoding="utf-8")


def on_a_terminal(office: Office, answers: list[tuple[str, str]], *words: str) -> tuple[int, str]:
    """What `new` shows on a terminal; each answer is typed when its question stands there, and not before."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "new", "--lang", "en", *words],
        cwd=office.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # it becomes its terminal
    )
    os.close(theirs)
    shown, waiting, unread, typed = b"", list(answers), 0, ""
    try:
        while True:
            is_leaving = typed == CTRL_C
            readable, _, _ = select.select([ours], [], [], 1 if is_leaving else SILENCE)
            if (
                is_leaving and not readable
            ):  # as a person does: Python may miss it as a prompt begins
                os.write(ours, typed.encode())
                continue
            assert readable, f"waits for {waiting[:1]}: {shown.decode()}"
            try:
                shown += os.read(ours, 4096)
            except OSError:  # the other end is closed
                return process.wait(), shown.decode().replace("\r\n", "\n")
            if waiting and f"{waiting[0][0]}: ".encode() in shown[unread:]:
                unread = len(shown)
                _, typed = waiting.pop(0)
                os.write(ours, typed.encode())
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_a_person_is_asked_and_the_item_is_added(office: Office) -> None:
    answers = [
        ("Title", "Bando per volontari\n"),
        ("without a date)", "entro il 28 magio\n"),
        ("without a date)", "entro il 28 maggio\n"),
        ("Where", "\n"),
        ("Summary", "Sei posti: si parte a settembre.\n"),
        ("it has none)", "www.example.org\n"),
        ("it has none)", "https://example.org\n"),
        ("Contact", "\n"),
        ("Language [it]", "\n"),
        ("[call]", "\n"),
        ("Id [bando-per-volontari]", "\n"),
        ("goes out [n]", "y\n"),
        ("2021-05.yaml? [y]", "y\n"),
    ]
    code, shown = on_a_terminal(office, answers)
    assert code == 0, shown
    assert "  entro il 28 magio\n              ^\n" in shown
    assert "Did you mean: entro il 28 maggio" in shown
    assert "Understood as a deadline:\n  until Friday 28 May 2021\n" in shown
    assert "Ladder (always, call) [call]:" in shown
    assert "write https://www.example.org" in shown
    assert "  | Bando per volontari\n" in shown
    assert "Id [bando-per-volontari]:" in shown
    assert may(office) == MAY + (
        "\n"
        "  - id: bando-per-volontari\n"
        "    status: ready\n"
        "    title: Bando per volontari\n"
        "    when: entro il 28 maggio\n"
        '    summary: "Sei posti: si parte a settembre."\n'
        "    link: https://example.org\n"
        "    schedule: call\n"
    )


def test_whoever_leaves_writes_nothing(office: Office) -> None:
    code, _ = on_a_terminal(office, [("Title", "Bando\n"), ("without a date)", CTRL_C)])
    assert code in (1, 130)
    assert may(office) == MAY
    said_so = [f"--{key}=" for key in ("where", "summary", "link", "contact")]
    code, shown = on_a_terminal(
        office,
        [
            ("Language [it]", "\n"),
            ("[always]", "\n"),
            ("Id [bando]", "\n"),
            ("goes out [n]", "\n"),
            ("2021-05.yaml? [y]", "n\n"),
        ],
        *("--title=Bando", "--when=28 maggio", *said_so),
    )
    assert (code, may(office)) == (0, MAY), shown
    assert "Nothing was written." in shown


def test_where_nobody_can_be_asked_options_say_it(office: Office) -> None:
    ran = office.run("new", "--title", "Concerto", "--when", "28 maggio ore 21", "--lang", "it")
    assert ran.returncode == 0, ran.stderr
    assert may(office) == MAY + (
        "\n  - id: concerto\n    status: draft\n    title: Concerto\n    when: 28 maggio ore 21\n"
    )
    assert "Scritta in content/2021-05.yaml" in ran.stdout


def test_a_ladder_is_written_where_it_is_not_that_of_all_channels(office: Office) -> None:
    office.write("schedules/standard.yaml", (office.folder / "schedules/always.yaml").read_text())
    for ladder, line in (("standard", "    schedule: standard\n"), ("always", "")):
        words = ("--title", "Prova", "--when", "28 maggio", "--schedule", ladder, "--dry-run")
        shown = office.run("new", *words).stdout
        assert f"    when: 28 maggio\n{line}\n" in shown


def test_all_that_is_missing_or_wrong_is_told_at_once(office: Office) -> None:
    ran = office.run("new", "--link", "#", "--schedule", "corta", "--lang", "en")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--title is missing" in ran.stderr
    assert "--when is missing" in ran.stderr
    assert "--link: '#' leads nowhere" in ran.stderr
    assert "--schedule: one of: always, call" in ran.stderr
    assert may(office) == MAY


def test_what_would_be_a_new_error_is_not_written(office: Office) -> None:
    office.write("content/2021-05.yaml", MAY.replace("link: ", "# link: "))
    before = may(office)
    ran = office.run("new", "--title", "Concerto", "--when", "28 maggio", "--ready", "--lang", "en")
    assert ran.returncode == 1
    assert "content/2021-05.yaml:9:5: an item that is ready needs a link" in ran.stdout
    assert "nothing was written" in ran.stderr
    assert may(office) == before


def test_a_trial_writes_nothing(office: Office) -> None:
    ran = office.run("new", "--title", "Concerto", "--when", "28 maggio", "--dry-run")
    assert ran.returncode == 0, ran.stderr
    assert "  - id: concerto\n" in ran.stdout
    assert may(office) == MAY


def test_a_first_file_is_named_after_the_month_of_the_date(tmp_path: Path) -> None:
    office = Office(tmp_path)
    ran = office.run("new", "--title", "Concerto", "--when", "28 maggio 2027", "--link", "none")
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "content/2027-05.yaml").read_text() == (
        "year: 2027\nmonth: 5\nlanguage: it\n\nitems:\n  - id: concerto\n    status: draft\n"
        "    title: Concerto\n    when: 28 maggio 2027\n    link: none\n"
    )
    assert office.run("check").returncode == 0


def test_a_file_of_windows_stays_one(office: Office) -> None:
    path = office.folder / "content/2021-05.yaml"
    before = b"\xef\xbb\xbf" + MAY.replace("\n", "\r\n").encode()
    path.write_bytes(before)
    path.chmod(0o640)
    ran = office.run("new", "--title", "Città", "--when", "28 maggio")
    assert ran.returncode == 0, ran.stderr
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\r\n") == after.count(b"\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_an_id_is_made_of_the_title_and_is_no_other_item_s() -> None:
    assert id_of("L'Europa è qui: Città & Musica", ()) == "l-europa-e-qui-citta-musica"
    assert id_of("Festa", ("festa", "festa-2")) == "festa-3"
    assert id_of("東京", ()) == "item"
    assert len(id_of("parola " * 30, ())) <= 60


def test_what_somebody_changed_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"theirs")
    with pytest.raises(ChangedMeanwhileError):
        save(path, b"ours", instead_of=b"before")
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]

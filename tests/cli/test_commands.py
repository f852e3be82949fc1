import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.ledger.dump import restore
from tests.office import ALWAYS, Office

COMMANDS = [
    "check",
    "plan",
    "preview",
    "when",
    "init",
    "log",
    "backup",
    "audit",
    "run",
    "status",
    "doctor",
    "explain",
    "pause",
    "resume",
    "resolve",
    "adopt",
    "tasks",
    "rehearse",
    "sandbox",
    "schema",
    "import",
    "new",
]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


FESTA = """
year: 2027
link: https://example.org/
items:
  - id: festa
    status: ready
    title: Festa d’Europa
    when: 7 maggio ore 11
    where: Piazza Castello
    translations: {en: {title: Europe Day}}
"""


def test_every_command_has_help(office: Office) -> None:
    whole = office.run("--help")
    assert whole.returncode == 0
    for command in COMMANDS:
        assert f"  {command} " in whole.stdout
        shown = office.run(command, "--help")
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout.startswith("Usage:")
    for name in ("plan", "preview", "log", "status", "tasks"):
        assert "--json" in office.run(name, "--help").stdout
    for name in ("done", "skip"):
        assert office.run("tasks", name, "--help").stdout.startswith("Usage:")
    for name in ("verify", "export"):
        assert office.run("audit", name, "--help").stdout.startswith("Usage:")


def test_no_command_is_without_a_test_of_its_help(office: Office) -> None:
    listed = office.run("--help").stdout.partition("Commands:\n")[2].splitlines()
    assert sorted(line.split()[0] for line in listed if line[2:3].strip()) == sorted(COMMANDS)


def test_a_ledger_that_was_brought_up_to_date_is_told_with_its_copy(office: Office) -> None:
    path = Path(office.database)
    restore("0002", path)
    ran = office.run("run", "--once")
    assert ran.returncode == 0, ran.stderr
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    [fact] = [each for each in told if each["event"] == "ledger.upgraded"]
    assert (office.folder / fact["copy"]).is_file()
    assert "ledger.upgraded" not in office.run("run", "--once").stdout


def test_the_version_is_told(office: Office) -> None:
    assert office.run("--version").stdout.startswith("banditore 0.")


def test_check_tells_every_problem_at_its_place_and_fails(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    office.write(
        "content/guasto.yaml",
        """\
        year: 2027
        link: https://example.org/
        items:
          - id: fiera
            titel: Fiera
            when: 31 giugno
        """,
    )
    checked = office.run("check")
    assert checked.returncode == 1
    assert checked.stdout == dedent(
        """\
        content/guasto.yaml:5:5: unknown key 'titel'
            titel: Fiera
            ^
            did you mean 'title'? · docs/errors/unknown-key.md
        content/guasto.yaml:6:11: '31 giugno': giugno 2027 has 30 days
            when: 31 giugno
                  ^
            did you mean '30 giugno'? see docs/dates.md · docs/errors/date.md
        """
    )
    assert "buono" not in checked.stdout


def test_check_of_good_files_says_so_in_a_line(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    checked = office.run("check")
    assert (checked.returncode, checked.stderr) == (0, "")
    told, _cost_on_x = checked.stdout.splitlines()
    assert told == "1 item (1 ready), 2 channels, 1 schedule: no problem found"


def test_check_ends_with_what_the_posts_to_come_on_x_cost(office: Office) -> None:
    office.write(
        "content/2090-05.yaml",
        """
        items:
          - {id: con, status: ready, title: Con, when: 5 maggio, link: "https://example.org/"}
          - {id: altra, status: ready, title: Altra, when: 6 maggio, link: "https://example.org/"}
          - {id: senza, status: ready, title: Senza, when: 7 maggio, link: none}
          - {id: bozza, title: Bozza, when: 8 maggio, link: none}
          - {id: ieri, status: ready, title: Ieri, when: 5 maggio 2021, link: none}
        """,
    )
    checked = office.run("check")
    assert checked.stdout.splitlines()[-1] == "to come on X: 2 posts with a link, 1 without: $0.415"
    told = json.loads(office.run("check", "--json").stdout)
    assert told["x"] == {"with_link": 2, "without_link": 1, "cost": "0.415"}


def test_check_tells_of_a_title_that_can_not_fit(office: Office) -> None:
    office.write("content/lungo.yaml", FESTA.replace("Festa d’Europa", "Europa " * 40))
    checked = office.run("check")
    assert checked.returncode == 1
    [told, _line, _caret, hint] = checked.stdout.splitlines()
    assert told.startswith("content/lungo.yaml:5:5: festa: ")
    assert told.endswith("too long for x-it")
    assert hint == "    shorten the title · docs/errors/too-long.md"


def test_a_folder_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    office = Office(tmp_path)
    checked = office.run("check", "--content", "nessuno")
    assert checked.returncode == 2
    assert "there is no folder nessuno" in checked.stderr
    assert "banditore init" in checked.stderr


def test_the_plan_without_a_ledger_is_the_one_of_its_first_day(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    planned = office.run("plan", "--from", "2027-04-01", "--json")
    assert planned.returncode == 0
    assert "no ledger" in planned.stderr
    [first, second] = json.loads(planned.stdout)
    assert first == {
        "key": "festa/1/-/start-20d/telegram-it/announce",
        "item": "festa",
        "items": ["festa"],
        "occurrence": "-",
        "step": "start-20d",
        "channel": "telegram-it",
        "platform": "telegram",
        "due": "2027-04-17T10:00:00+02:00",
        "deadline": "2027-05-07T10:30:00+02:00",
        "state": "later",
        "reason": "",
        "cost": "0",
    }
    assert (second["channel"], second["cost"]) == ("x-it", "0.200")


def test_the_plan_shows_what_was_asked_for(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    assert json.loads(office.run("plan", "--from", "2027-05-08", "--json").stdout) == []
    assert json.loads(office.run("plan", "--to", "2027-04-16", "--json").stdout) == []
    assert office.run("plan", "--from", "2027-05-08").stdout == "Nothing in these days.\n"
    one = json.loads(office.run("plan", "--channel", "x-it", "--json").stdout)
    assert {row["channel"] for row in one} == {"x-it"}
    wrong = office.run("plan", "--from", "ieri")
    assert wrong.returncode == 2
    assert "2021-05-03" in wrong.stderr


def test_the_preview_shows_each_post_and_its_count(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    [telegram, x] = json.loads(office.run("preview", "festa", "--json").stdout)
    assert list(telegram) == [
        "key", "item", "items", "occurrence", "step", "channel", "platform", "due", "deadline",
        "true_until", "text", "length", "limit", "cost", "image", "entities", "leads", "digest",
        "request",
    ]  # fmt: skip
    assert telegram["request"]["params"]["chat_id"] == "@torino"
    assert x["request"]["body"]["text"] == x["text"]
    assert (x["limit"], telegram["limit"]) == (280, 4096)
    shown = office.run("preview", "festa", "--channel", "x-it").stdout
    assert x["text"] in shown
    assert f"{x['length']}/280" in shown


def test_a_name_that_is_unknown_is_told_with_the_nearest(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    wrong = office.run("preview", "fest")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "did you mean festa?" in wrong.stderr
    assert "did you mean x-it?" in office.run("preview", "festa", "--channel", "x-ti").stderr


def test_a_draft_is_shown_and_said_to_be_one(office: Office) -> None:
    office.write("content/bozza.yaml", FESTA.replace("status: ready", "status: draft"))
    shown = office.run("preview", "festa")
    assert "Festa d’Europa" in shown.stdout
    assert "festa is draft: nothing of this is sent" in shown.stderr


def test_init_waits_until_the_files_can_be_read(office: Office) -> None:
    """What it can't read now would later count as new, and be announced late."""
    office.write("content/rotto.yaml", "items: [\n")
    refused = office.run("init")
    assert refused.returncode == 2
    assert "mend the problems" in refused.stderr
    assert not (office.folder / "banditore.db").exists()


def test_two_folders_of_one_name_are_refused(office: Office) -> None:
    office.write("altro/content/a.yaml", FESTA)
    refused = office.run("check", "--schedules", "altro/content")
    assert refused.returncode == 2
    assert "different names" in refused.stderr


def test_colour_is_for_terminals_that_want_it(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    office.environment["TERM"] = "xterm-256color"
    command = [sys.executable, "-m", "bot", "plan", "--from", "2027-04-01"]
    for no_colour, coloured in (("", True), ("1", False)):
        office.environment["NO_COLOR"] = no_colour
        shown = on_a_terminal(command, office)
        assert "2027-04-17" in shown
        assert ("\x1b[" in shown) is coloured
    assert "\x1b[" not in office.run("plan", "--from", "2027-04-01").stdout


def on_a_terminal(command: list[str], office: Office) -> str:
    """What a command prints where its output is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=office.folder, env=office.variables(), stdout=theirs
    ) as process:
        os.close(theirs)
        read = b""
        with contextlib.suppress(OSError):  # the terminal is gone with the process
            while chunk := os.read(ours, 65536):
                read += chunk
        process.wait()
    os.close(ours)
    return read.decode()


def test_a_reader_that_leaves_ends_the_command_without_a_trace(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    command = f"{sys.executable} -m bot rehearse --no-serve | head -1"
    piped = subprocess.run(
        command,
        shell=True,
        cwd=office.folder,
        env=office.variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.stdout.count("\n") == 1
    assert "Traceback" not in piped.stderr
    assert "could not be served" not in piped.stderr


def test_drafts_are_played_where_that_is_asked_for(tmp_path: Path) -> None:
    office = Office.__new__(Office)
    office.folder, office.address, office.environment = tmp_path, None, {}
    office.run("init")
    refused = office.run("rehearse")
    assert refused.returncode == 2
    assert "2 are drafts: `banditore rehearse --drafts` plays them" in refused.stderr
    played = office.run("rehearse", "--drafts")
    assert played.returncode == 0
    assert "Summer market: makers from twelve twin cities" in played.stdout


def test_the_preview_is_of_the_instant_at_which_the_plan_sends_it(office: Office) -> None:
    """Two items of one day: the second gives way, and its preview says so."""
    office.write("schedules/always.yaml", ALWAYS.replace("gap: 0 minutes", "gap: 30 minutes"))
    other = FESTA.replace("id: festa", "id: altra").replace("Festa", "Altra festa")
    office.write("content/due.yaml", FESTA + other[other.index("  - id") :])
    planned = json.loads(office.run("plan", "--json", "--from", "2027-04-01").stdout)
    due = {row["item"]: row["due"][11:16] for row in planned if row["channel"] == "x-it"}
    assert due == {"altra": "10:00", "festa": "09:30"}
    assert "2027-04-17 09:30" in office.run("preview", "festa", "--channel", "x-it").stdout


def test_init_makes_a_ledger_once(office: Office) -> None:
    assert office.run("init").returncode == 0
    again = office.run("init")
    assert again.returncode == 2
    assert "was left as it is" in again.stderr


def test_init_fills_an_empty_folder_with_an_example_that_has_no_problem(tmp_path: Path) -> None:
    office = Office.__new__(Office)
    office.folder, office.address, office.environment = tmp_path, None, {}
    made = office.run("init")
    assert made.returncode == 0, made.stderr
    assert office.run("check").returncode == 0
    assert office.run("preview", "summer-market").stdout.count("\nSummer market") == 2
    assert json.loads(office.run("plan", "--json").stdout) == []  # drafts: nothing goes out


def test_run_without_a_ledger_says_so_and_sends_nothing(office: Office) -> None:
    office.write("content/buono.yaml", FESTA)
    refused = office.run("run", "--once")
    assert refused.returncode == 2
    assert "banditore init" in refused.stderr
    assert not (office.folder / "banditore.db").exists()


def test_an_empty_log_is_empty(office: Office) -> None:
    assert office.run("init").returncode == 0
    assert json.loads(office.run("log", "--json").stdout) == []


def test_a_setting_that_makes_no_sense_is_told_by_its_name(office: Office) -> None:
    assert office.run("init").returncode == 0
    for name, value in (
        ("BANDITORE_CALL_TIMEOUT", "presto"),
        ("BANDITORE_TELEGRAM_API", "http://127.0.0.1:notaport"),
        ("BANDITORE_X_API", "https://user:password@example.org"),
    ):
        office.environment = {name: value}
        wrong = office.run("run", "--once")
        assert wrong.returncode == 2
        assert name in wrong.stderr
        assert "password@" not in wrong.stderr

"""`banditore doctor` as an admin runs it: what is amiss is told with what to do, and nothing is changed by asking."""

from __future__ import annotations

import json
import os
import pty
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.checkup import book, files, machine, reach
from bot.cli.checkup.waiting import all_of, in_a_thread
from bot.cli.doctor import lines_of
from bot.cli.outlook import read_files
from bot.desk.address import Address
from bot.publishers.probe import Finding, Sign
from bot.sandbox import Account, Chat, Sandbox, Standing, serve
from tests.database import database, empty_database, kind, postgresql
from tests.office import Office
from tests.publishers.wire import answering, free_address, reply, serving
from tests.service.test_run import until

__all__ = ["database", "empty_database", "kind", "postgresql"]

SECRET = "Geheim123token"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino")],
        accounts=[Account.make_believe("torino"), Account.make_believe("somebody")],
    )


@pytest.fixture
async def office(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Office]:
    async with serve(sandbox) as address:
        # The library's own rules of time zones: this machine's may be old
        made = Office(tmp_path, address, {"BANDITORE_INTERVAL": "0.2", "PYTHONTZPATH": ""})
        code, output = await made.finish("init")
        assert code == 0, output
        yield made


Found = dict[tuple[str, str], dict[str, Any]]


async def doctor(office: Office, *words: str) -> tuple[int | None, Found]:
    """The exit code, and each finding by its subject and channel."""
    code, output = await office.finish("doctor", "--json", *words)
    told = json.loads(output)
    assert told["healthy"] is (code == 0)
    return code, {(each["subject"], each["channel"]): each for each in told["findings"]}


def signs(found: Found) -> dict[str, str]:
    """What is neither fine nor left out."""
    return {
        f"{subject} {channel}".strip(): each["sign"]
        for (subject, channel), each in found.items()
        if each["sign"] not in ("ok", "not asked")
    }


async def test_where_all_is_well_it_says_so_and_has_posted_nothing(
    office: Office, sandbox: Sandbox
) -> None:
    when = datetime.now(UTC).date() + timedelta(days=60)
    office.write(
        "content/a.yaml",
        f"link: none\nitems:\n  - {{id: festa, status: ready, title: Festa, when: {when}}}\n",
    )
    process = await office.start("run")
    try:
        await until(process, "service.started")
        code, found = await doctor(office)
        while signs(found).pop("service", ""):  # its first tick is still to come
            code, found = await doctor(office)
        assert (code, signs(found)) == (0, {})
        assert found["lock", ""]["said"] == f"process {process.pid} holds the ledger"
        assert found["chat", "telegram-it"]["sign"] == "ok"
        assert found["account", "x-it"]["said"] == "the keys speak for @torino"
        assert "$0.001" in found["cost", ""]["said"]
    finally:
        process.terminate()
        await process.communicate()
    assert sandbox.posts == []


async def test_offline_nothing_is_asked(office: Office, sandbox: Sandbox) -> None:
    before = len(sandbox.requests)
    code, found = await doctor(office, "--offline")
    assert (code, signs(found)) == (1, {"service": "attention"})
    for subject in ("platforms", "links", "ping", "clock"):
        assert found[subject, ""]["sign"] == "not asked"
    assert len(sandbox.requests) == before


async def test_a_token_that_telegram_does_not_know_is_named_and_not_shown(office: Office) -> None:
    office.environment["BANDITORE_TELEGRAM_TOKEN"] = f"1234567890:{SECRET}"
    code, output = await office.finish("doctor")
    assert code == 1
    assert "Telegram does not know the bot's token" in output
    assert "do: set BANDITORE_TELEGRAM_TOKEN" in output
    assert SECRET not in output


async def test_a_channel_in_which_the_bot_may_not_post_is_told(tmp_path: Path) -> None:
    chats = [Chat(-1001, "torino", standing=Standing.SILENCED)]
    place = Sandbox(now=lambda: datetime.now(UTC), chats=chats)
    async with serve(place) as address:
        _, found = await doctor(Office(tmp_path, address))
    assert found["chat", "telegram-it"]["sign"] == "fault"
    assert "may not post" in found["chat", "telegram-it"]["said"]
    assert found["account", "x-it"]["sign"] == "fault"


async def test_keys_of_another_account_are_told(office: Office) -> None:
    other = Account.make_believe("somebody")
    office.environment["BANDITORE_X_TORINO_ACCESS_TOKEN"] = other.access_token
    office.environment["BANDITORE_X_TORINO_ACCESS_SECRET"] = other.access_token_secret
    _, found = await doctor(office)
    assert found["account", "x-it"]["said"] == "the keys speak for @somebody, not for @torino"


async def test_platforms_that_are_away_are_no_verdict(office: Office) -> None:
    office.environment["BANDITORE_TELEGRAM_API"] = f"http://{free_address()}"
    office.environment["BANDITORE_X_API"] = f"http://{free_address()}"
    _, found = await doctor(office)
    assert found["bot", ""]["sign"] == "unknown"
    assert found["account", "x-it"]["sign"] == "unknown"


async def test_what_it_can_not_look_at_leaves_the_rest(tmp_path: Path) -> None:
    office = Office(tmp_path, None, {"PYTHONTZPATH": ""})
    (tmp_path / "content").rmdir()
    code, found = await doctor(office, "--offline")
    assert code == 1
    assert signs(found) == {"files": "fault", "ledger": "fault"}
    assert "banditore init" in found["ledger", ""]["do"]


async def test_an_address_of_a_ledger_that_is_none_is_a_fault_of_the_ledger(office: Office) -> None:
    _, found = await doctor(office, "--offline", "--database", f"nonsense://u:{SECRET}@h/x")
    assert signs(found) == {"ledger": "fault"}
    assert SECRET not in json.dumps(list(found.values()))


async def test_problems_are_counted_and_check_is_named(office: Office) -> None:
    office.write("content/a.yaml", "items:\n  - {id: a, titel: A}\n  - {id: b, status: reddy}\n")
    code, found = await doctor(office, "--offline")
    assert code == 1
    assert found["files", ""]["sign"] == "fault"
    assert "in 1 file" in found["files", ""]["said"]
    assert "banditore check" in found["files", ""]["do"]


async def test_a_damaged_ledger_is_a_fault(office: Office) -> None:
    path = Path(office.database)
    with path.open("r+b") as file:
        file.seek(0)
        file.write(b"noise" * 40)
    _, found = await doctor(office, "--offline")
    assert found["ledger", ""]["sign"] == "fault"
    assert "damaged" in found["ledger", ""]["said"]


async def test_links_of_the_next_week_are_asked_and_later_ones_are_not(office: Office) -> None:
    today = datetime.now(UTC).date()
    items = "".join(
        f"  - {{id: a{days}, status: ready, title: A{days}, link: 'https://a{days}.example.org/',"
        f" when: {today + timedelta(days=days)}}}\n"
        for days in (23, 90)  # announced 20 days before
    )
    office.write("content/a.yaml", f"items:\n{items}")
    asked: list[str] = []

    def nowhere(host: str, _port: int) -> list[str]:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no such host")

    content = office.folder / "content"
    edition = read_files(content, office.folder / "schedules")
    [found] = await in_a_thread(
        lambda: reach.links(content, edition, office.database, resolve=nowhere)
    )
    assert asked == ["a23.example.org"]
    assert found.sign is Sign.FAULT
    assert found.said.startswith("content/a.yaml:2:")
    assert "there is no host a23.example.org" in found.said
    [found] = await in_a_thread(lambda: reach.links(content, edition, "none.db", resolve=nowhere))
    assert found.sign is Sign.FAULT, "without a ledger the files alone tell what comes"


async def test_a_ping_goes_out_only_where_it_was_asked_for(office: Office) -> None:
    with serving(answering(reply(200, b"OK"))) as wire:
        office.environment["BANDITORE_PING_URL"] = f"http://{wire.address}/{SECRET}"
        _, found = await doctor(office)
        assert found["ping", ""]["sign"] == "ok"
        assert wire.requests == []
        _, found = await doctor(office, "--ping")
        assert found["ping", ""]["said"] == "one ping was sent, and taken"
        assert len(wire.requests) == 1
    code, output = await office.finish("doctor", "--ping")
    assert code == 1
    assert "the ping did not get there" in output
    assert SECRET not in output


async def test_an_alert_goes_out_only_where_it_was_asked_for(office: Office) -> None:
    with serving(answering(reply(200, {}))) as wire:
        file = office.write("alerts", f"json://{wire.address}/{SECRET}\n")
        office.environment["BANDITORE_ALERTS_FILE"] = str(file)
        _, found = await doctor(office, "--offline")
        assert found["alerts", ""]["sign"] == "ok"
        assert wire.requests == []
        _, found = await doctor(office, "--alert")
        assert found["alerts", ""]["said"] == "one was taken by address 1 (json)"
        assert len(wire.requests) == 1


async def test_an_address_for_alerts_that_is_none_is_told_and_run_does_not_start(
    office: Office,
) -> None:
    office.environment["BANDITORE_ALERTS"] = f"nonsense://{SECRET}"
    code, output = await office.finish("run", "--once")
    assert code == 2
    assert "address 1 (nonsense)" in output
    assert SECRET not in output
    _, found = await doctor(office, "--offline")
    assert found["alerts", ""]["sign"] == "fault"


async def test_offline_sends_nothing_and_says_so(office: Office) -> None:
    assert (await office.finish("doctor", "--offline", "--ping"))[0] == 2


# --- the desk -------------------------------------------------------------------------------------


async def test_a_desk_whose_port_another_program_has_is_a_fault() -> None:
    with serving(answering(reply(200, b"hello"))) as wire:
        host, _, port = wire.address.partition(":")
        [found] = await reach.desk(Address(host, int(port)))
    assert found.sign is Sign.FAULT
    [found] = await reach.desk(Address(host, int(port)))
    assert found.sign is Sign.OK


@pytest.mark.parametrize(("is_ok", "sign"), [(True, Sign.OK), (False, Sign.ATTENTION)])
async def test_a_desk_that_is_served_says_how_it_is(is_ok: bool, sign: Sign) -> None:
    health = {"ok": is_ok, "reasons": [] if is_ok else ["overdue: festa"]}
    with serving(answering(reply(200, health))) as wire:
        host, _, port = wire.address.partition(":")
        [found] = await reach.desk(Address(host, int(port)))
    assert found.sign is sign
    assert ("overdue: festa" in found.said) is not is_ok


# --- the ledger -----------------------------------------------------------------------------------


def test_the_ledger_of_either_kind_is_looked_at(database: str) -> None:
    found = {each.subject: each for each in book.ledger(database, 30)}
    assert found["ledger"].sign is Sign.OK
    assert found["service"].sign is Sign.ATTENTION
    if "://" in database:
        assert found["clock"].sign is Sign.OK
        assert "the database's" in found["clock"].said


# --- git ------------------------------------------------------------------------------------------


class Repository:
    """A folder in git, and the one that it was cloned from."""

    def __init__(self, folder: Path) -> None:
        self.far, self.here = folder / "far", folder / "here"
        self.git(folder, "init", "-q", "-b", "main", str(self.far))
        self.commit(self.far, "a.yaml")
        self.git(folder, "clone", "-q", str(self.far), str(self.here))

    def git(self, folder: Path, *words: str) -> None:
        who = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org"]
        subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)

    def commit(self, folder: Path, name: str) -> None:
        (folder / name).write_text(f"{name}\n")
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-q", "-m", name)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_a_folder_that_is_committed_and_up_to_date_is_fine(repository: Repository) -> None:
    assert files.git(repository.here) == Finding("git", "", Sign.OK, "main: all is committed")


def test_a_folder_behind_what_was_fetched_says_how_far(repository: Repository) -> None:
    repository.commit(repository.far, "b.yaml")
    repository.commit(repository.far, "c.yaml")
    assert files.git(repository.here).sign is Sign.OK, (
        "nothing was fetched, and no network is asked"
    )
    repository.git(repository.here, "fetch", "-q")
    found = files.git(repository.here)
    assert found.sign is Sign.ATTENTION
    assert found.said == "main is 2 commits behind what was last fetched"


def test_what_is_not_pushed_is_told(repository: Repository) -> None:
    repository.commit(repository.here, "b.yaml")
    assert files.git(repository.here).said == "main is 1 commit ahead of what was last fetched"


def test_what_is_not_committed_is_named(repository: Repository) -> None:
    (repository.here / "a.yaml").write_text("other\n")
    (repository.here / "nuovo file.yaml").write_text("new\n")
    found = files.git(repository.here)
    assert found.sign is Sign.ATTENTION
    assert found.said == "2 files not committed: a.yaml, nuovo file.yaml"


def test_a_name_that_was_changed_is_told_by_the_new_one(repository: Repository) -> None:
    repository.git(repository.here, "mv", "a.yaml", "z z.yaml")
    assert files.git(repository.here).said == "1 file not committed: z z.yaml"


def test_a_folder_outside_git_is_left_alone(tmp_path: Path) -> None:
    assert files.git(tmp_path).sign is Sign.NOT_ASKED


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_says_how_to_trust_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(repository.far))  # no settings of this user's own
    for path in (repository.here, *repository.here.rglob("*")):
        os.chown(path, 12345, 12345)
    found = files.git(repository.here)
    assert found.sign is Sign.ATTENTION
    assert found.do == f"git config --global --add safe.directory {repository.here}"


# --- the machine ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edition", "sign"),
    [("1999a", Sign.ATTENTION), ("2999z", Sign.OK), ("2999aa", Sign.OK), ("", Sign.OK)],
)
def test_rules_of_time_zones_older_than_ours_are_told(
    tmp_path: Path, edition: str, sign: Sign
) -> None:
    first = f"# version {edition}" if edition else "# nothing"
    (tmp_path / "tzdata.zi").write_text(f"{first}\nR x\n")
    assert machine.zones([], [str(tmp_path / "none"), str(tmp_path)]).sign is sign


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anything")
def test_a_folder_that_can_not_be_written_is_a_fault(tmp_path: Path) -> None:
    ledger = tmp_path / "banditore.db"
    ledger.touch()
    tmp_path.chmod(0o500)
    assert machine.rights(ledger).sign is Sign.FAULT
    tmp_path.chmod(0o700)
    assert machine.rights(ledger).sign is Sign.OK


def test_a_secret_that_anybody_can_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.touch(0o600)
    assert list(machine.secret_files([("BANDITORE_TELEGRAM_TOKEN_FILE", str(file))])) == []
    file.chmod(0o644)
    [found] = machine.secret_files([("BANDITORE_TELEGRAM_TOKEN_FILE", str(file))])
    assert (found.sign, found.do) == (Sign.ATTENTION, f"chmod o= {file}")


# --- side by side ---------------------------------------------------------------------------------


async def test_a_check_that_fails_or_hangs_leaves_the_others_theirs() -> None:
    here, there = socket.socketpair()

    async def fails() -> list[Finding]:
        raise LookupError("odd")

    async def hangs() -> list[Finding]:
        await in_a_thread(lambda: there.recv(1))
        return []

    async def works() -> list[Finding]:
        return [await in_a_thread(lambda: Finding("works", "", Sign.OK, "yes"))]

    with here, there:
        found = await all_of({"hangs": hangs, "fails": fails, "works": works}, 0.2)
        here.send(b".")  # lets the thread end
    assert [(each.subject, each.sign) for each in found] == [
        ("hangs", Sign.UNKNOWN),
        ("fails", Sign.UNKNOWN),
        ("works", Sign.OK),
    ]


# --- how it looks ---------------------------------------------------------------------------------

LONG = Finding(
    "credentials",
    "telegram-en",
    Sign.FAULT,
    "the keys speak for @somebody, not for @torino, which is more than fits beside it all",
    "set BANDITORE_X_TORINO_ACCESS_TOKEN and BANDITORE_X_TORINO_ACCESS_SECRET to those of @torino",
)


@pytest.mark.parametrize("width", [50, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    plain = [re.sub("\x1b[^m]*m", "", line) for line in lines_of(LONG, 20, width)]
    assert all(len(line) <= width for line in plain), plain
    assert " ".join(" ".join(plain).split()).endswith(f"do: {LONG.do}")


async def test_colours_are_for_terminals_that_want_them(office: Office) -> None:
    _, output = await office.finish("doctor", "--offline")
    assert "\x1b" not in output
    assert "\x1b" in on_a_terminal(office)
    office.environment["NO_COLOR"] = "1"
    assert "\x1b" not in on_a_terminal(office)


def on_a_terminal(office: Office) -> str:
    """What `doctor --offline` writes on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "doctor", "--offline"],
        cwd=office.folder,
        env=office.variables(),
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # Linux says so where the other side is gone
        pass
    process.wait()
    os.close(ours)
    return written.decode()

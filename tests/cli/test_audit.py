"""The audit trail from the command line: what is found, what is exported, and with which exit code."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    assert made.run("init").returncode == 0
    assert made.run("pause", "--reason", "=lutto", "--by", "Ada").returncode == 0
    return made


def tamper(office: Office, statement: str) -> None:
    with closing(sqlite3.connect(office.database)) as db:
        db.execute("DROP TRIGGER IF EXISTS audit_kept")
        db.execute("DROP TRIGGER IF EXISTS audit_stays")
        db.execute(statement)
        db.commit()


def test_a_sound_ledger_is_said_to_be_sound(office: Office) -> None:
    done = office.run("audit", "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(": all as it was written\n")


def test_each_fault_is_told_and_the_command_ends_with_1(office: Office) -> None:
    tamper(office, "UPDATE pause SET reason = 'altro'")
    tamper(office, "UPDATE audit SET by = 'Eva' WHERE event = 'paused'")
    done = office.run("audit", "verify")
    assert done.returncode == 1
    assert done.stdout.splitlines()[:2] == [
        "entry 1 of what is common: it was altered, or another stood before it",
        "pause 1: `reason` is 'altro', and the trail says '=lutto'",
    ]
    *found, counts = map(json.loads, office.run("audit", "verify", "--json").stdout.splitlines())
    assert [each["where"] for each in found] == ["entry 1 of what is common", "pause 1"]
    assert counts["findings"] == 2


def test_what_can_not_be_read_ends_with_2(office: Office) -> None:
    (office.folder / "other.jsonl").write_text("no entry\n", encoding="utf-8")
    (office.folder / "bytes.jsonl").write_bytes(b"\xff\xfe\n")
    for words in (
        ("--database", "nowhere.db"),
        ("--against", "nowhere.jsonl"),
        ("--against", "other.jsonl"),
        ("--against", "bytes.jsonl"),
    ):
        done = office.run("audit", "verify", *words)
        assert done.returncode == 2, done.stdout
        assert words[1] in done.stderr
        assert "Traceback" not in done.stderr


def test_an_export_can_be_compared_later(office: Office) -> None:
    assert office.run("audit", "export", "-o", "first.jsonl").returncode == 0
    assert office.run("resume", "--by", "Bruno").returncode == 0
    done = office.run("audit", "verify", "--against", "first.jsonl")
    assert done.returncode == 0, done.stdout
    tamper(office, "DELETE FROM audit WHERE event = 'paused'")
    done = office.run("audit", "verify", "--against", "first.jsonl")
    assert done.returncode == 1
    assert "entry 1 of what is common: it is in the export, and not in the ledger" in done.stdout


def test_an_export_is_whole_and_replaces_nothing(office: Office) -> None:
    assert office.run("audit", "export", "-o", "one.jsonl").returncode == 0
    written = (office.folder / "one.jsonl").read_text(encoding="utf-8")
    assert written == office.run("audit", "export").stdout
    assert (office.folder / "one.jsonl").stat().st_mode & 0o777 == 0o600
    again = office.run("audit", "export", "-o", "one.jsonl")
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_a_table_has_a_column_for_whoever_ordered_it(office: Office) -> None:
    rows = list(csv.DictReader(office.run("audit", "export", "--csv").stdout.splitlines()))
    [paused] = [row for row in rows if row["event"] == "paused"]
    assert (paused["by"], paused["reason"]) == ("Ada", "'=lutto")


def test_what_is_older_than_since_is_left_out(office: Office) -> None:
    assert office.run("audit", "export", "--since", "2100-01-01").stdout == ""
    assert office.run("audit", "export", "--since", "2020-01-01").stdout.count("\n") > 1
    assert office.run("audit", "export", "--since", "yesterday").returncode == 2

import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.core.agenda import agenda
from bot.core.model import Delivery, Post, Published
from bot.ledger import (
    Ledger,
    LedgerCopyError,
    LedgerDamagedError,
    LedgerMissingError,
    Pace,
    Reserved,
    create,
    open_store,
)
from bot.ledger.backup import back_up
from tests.core.build import TELEGRAM, at, catalog, days, item
from tests.ledger.dump import restore, rows
from tests.office import Office

[DELIVERY, _] = agenda(catalog(item("festa", days("2021-05-20")))).deliveries.values()
NO_PACE = Pace(timedelta(0), 10**9, at("2021-05-13 00:00"))


def post(delivery: Delivery) -> Post:
    return Post(
        key=delivery.key,
        platform=delivery.platform,
        text="Festa " * 200,
        request={"method": "sendMessage"},
        length=5,
        limit=4096,
        cost=Decimal(0),
    )


def writing(ledger: Ledger, stop: threading.Event) -> None:
    """Send one delivery after the other, until told to stop."""
    number = 0
    while not stop.is_set():
        number += 1
        key = DELIVERY.key._replace(item=f"festa-{number}")
        delivery = replace(DELIVERY, key=key)
        taken = ledger.reserve(delivery, post(delivery), pace=NO_PACE, revision="1")
        assert isinstance(taken, Reserved)
        ledger.commit(taken.attempt_id, pace=NO_PACE)
        ledger.record(taken.attempt_id, Published(str(number)))


def test_a_copy_that_is_made_while_others_write_is_whole(tmp_path: Path) -> None:
    store = create(str(tmp_path / "banditore.db"))
    ledger = Ledger(store, clock=lambda: at("2021-05-13 10:00"), node="one")
    ledger.meet([TELEGRAM], [])
    stop = threading.Event()
    writer = threading.Thread(target=writing, args=(ledger, stop))
    writer.start()
    try:
        counts: list[int] = []
        while len(set(counts)) < 5 and writer.is_alive():
            file = tmp_path / f"copy-{len(counts)}.db"
            copied = back_up(tmp_path / "banditore.db", file)
            counts.append(copied.attempts)
            copy = open_store(str(file), upgrade=True)
            with copy.reading() as db:
                seq = db.exec_driver_sql("SELECT max(seq) FROM attempt").scalar_one()
                last = db.exec_driver_sql("SELECT seq FROM channel").scalar_one()
            assert len(Ledger(copy, clock=ledger.now, node="two").attempts()) == copied.attempts
            assert (seq or 0) == last  # every change raises both
            copy.close()
    finally:
        stop.set()
        writer.join()
        store.close()
    assert counts == sorted(counts)
    assert len(set(counts)) == 5


def test_a_copy_is_one_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    restore("0002", ledger := tmp_path / "banditore.db")
    copied = back_up(ledger, file := tmp_path / "copies.db")
    assert copied.attempts == 11
    assert copied.last == datetime(2021, 5, 13, 8, 41, tzinfo=UTC)
    assert rows(file) == rows(ledger)
    assert file.stat().st_mode & 0o777 == 0o600
    assert {each.name for each in tmp_path.iterdir()} == {"banditore.db", "copies.db"}


def test_a_file_that_is_there_is_replaced_only_where_that_is_asked_for(tmp_path: Path) -> None:
    restore("0002", ledger := tmp_path / "banditore.db")
    (file := tmp_path / "copy.db").write_text("something else")
    with pytest.raises(LedgerCopyError, match="--force"):
        back_up(ledger, file)
    assert file.read_text() == "something else"
    back_up(ledger, file, force=True)
    assert rows(file) == rows(ledger)


@pytest.mark.parametrize("name", ["banditore.db", "banditore.db-wal", "banditore.db.lock", "link"])
def test_a_ledger_is_never_copied_onto_its_own_files(tmp_path: Path, name: str) -> None:
    restore("0002", ledger := tmp_path / "banditore.db")
    (tmp_path / "link").symlink_to(ledger)
    before = ledger.read_bytes()
    with pytest.raises(LedgerCopyError, match="own file"):
        back_up(ledger, tmp_path / name, force=True)
    assert ledger.read_bytes() == before


def test_a_damaged_ledger_is_not_copied(tmp_path: Path) -> None:
    restore("0002", ledger := tmp_path / "banditore.db")
    with closing(sqlite3.connect(ledger)) as db:
        # The file's own text of an index says other than what the index holds.
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '''freed''', '''x''') WHERE name = 'at_most_once'"
        )
        db.commit()
    (file := tmp_path / "copy.db").write_text("an older copy")
    with pytest.raises(LedgerDamagedError, match="at_most_once"):
        back_up(ledger, file, force=True)
    assert file.read_text() == "an older copy"
    assert {each.name for each in tmp_path.iterdir()} == {"banditore.db", "copy.db"}


@pytest.mark.parametrize("target", ["nowhere/copy.db", "."])
def test_a_place_that_can_not_be_written_is_told(tmp_path: Path, target: str) -> None:
    restore("0002", ledger := tmp_path / "banditore.db")
    with pytest.raises(LedgerCopyError):
        back_up(ledger, tmp_path / target)


def test_where_there_is_no_ledger_none_is_copied(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissingError):
        back_up(tmp_path / "banditore.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


# --- the command ----------------------------------------------------------------------------------


def test_the_command_says_what_it_copied(tmp_path: Path) -> None:
    office = Office(tmp_path)
    restore("0001", tmp_path / "banditore.db")  # it need not be up to date
    copied = office.run("backup", "copy.db")
    assert (copied.returncode, copied.stderr) == (0, "")
    assert copied.stdout.startswith(
        "copied the ledger to copy.db: 8 attempts, the last of 2021-05-13"
    )
    refused = office.run("backup", "copy.db")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--force" in refused.stderr
    again = office.run("backup", "copy.db", "--force", "--json")
    assert json.loads(again.stdout) == {
        "file": "copy.db",
        "attempts": 8,
        "last": "2021-05-13T08:07:00+00:00",
    }


def test_a_servers_ledger_is_left_to_its_own_tool(tmp_path: Path) -> None:
    address = "postgresql://crier:geheim@db.example.org:5433/book?sslmode=require&password=geheim"
    told = Office(tmp_path).run("backup", "my copy", "--database", address)
    assert told.returncode == 2
    assert "geheim" not in told.stderr
    assert told.stderr.endswith(
        "pg_dump --format=custom '--file=my copy' "
        "'postgresql://crier@db.example.org:5433/book?sslmode=require'\n"
    )

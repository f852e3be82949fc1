"""Bad disks: each is told by its kind, with what to do, and nothing is sent that can't be recorded."""

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.ledger import (
    LedgerBusyError,
    LedgerDamagedError,
    LedgerError,
    LedgerFullError,
    LedgerMissingError,
    Store,
    Timeouts,
    create,
    open_store,
)
from bot.ledger import tables as t
from tests.core.build import at

NOW = at("2021-05-13 10:00")
SHORT = Timeouts(lock=0.05)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "banditore.db"
    create(str(path)).close()
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(str(path))
    yield opened
    opened.close()


def write(store: Store, number: int = 1) -> None:
    """Remember that many more items, in one transaction."""
    with store.writing() as db:
        known = db.scalar(select(func.count()).select_from(t.seen)) or 0
        new = [{"item": f"{known + each:0100}", "at": NOW} for each in range(number)]
        db.execute(insert(t.seen), new)


def fill(store: Store) -> None:
    while True:
        write(store, 100)


def read(store: Store) -> int:
    with store.reading() as db:
        return len(db.execute(select(t.seen)).all())


# --- no room --------------------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A disk of that size at `folder`; skips where this user may not mount one."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"this user may not mount a disk: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_ledger_goes_on_once_there_is_room(tmp_path: Path) -> None:
    with mounted(tmp_path, "2m"):
        (ballast := tmp_path / "ballast").write_bytes(bytes(1024 * 1024))
        store = create(str(tmp_path / "banditore.db"))
        with pytest.raises(LedgerFullError, match="Make room"):
            fill(store)
        kept = read(store)
        assert kept % 100 == 0  # each transaction whole, or not at all
        assert kept > 0
        ballast.unlink()
        write(store, 100)
        assert read(store) == kept + 100
        store.close()


def test_a_file_that_may_not_grow_is_told_like_a_full_disk(store: Store) -> None:
    with store.reading() as db:  # it holds for this one connection, which the next will use, too
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerFullError, match="Make room"):
        write(store, 1000)
    assert read(store) == 0


# --- no right -------------------------------------------------------------------------------------

# Opens, reads and writes a ledger, and says what came of each.
USER = """
import sys
from sqlalchemy import text
from bot.ledger import LedgerError, open_store
def said(action):
    try:
        action()
        print("done")
    except LedgerError as error:
        print(type(error).__name__)
def reading():
    store = open_store(sys.argv[1])
    with store.reading() as db:
        db.execute(text("SELECT * FROM seen")).all()
    store.close()
def writing():
    store = open_store(sys.argv[1])
    with store.writing() as db:
        db.execute(text("INSERT INTO seen VALUES ('festa', '2021-05-13T08:00:00.000000Z')"))
    store.close()
def alone():
    store = open_store(sys.argv[1])
    with store.alone():
        store.close()
for action in (reading, writing, alone):
    said(action)
"""

# Root without the capability that lets root ignore rights; for anyone else rights count anyway.
BOUND = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def as_user(path: Path) -> list[str]:
    bound = BOUND if os.getuid() == 0 else ()
    command = [*bound, sys.executable, "-c", USER, str(path)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        pytest.skip(f"{error.filename} is missing, and root ignores rights")
    return ran.stdout.split()


@pytest.mark.parametrize(
    ("file", "folder", "reading", "writing", "alone"),
    [
        (0o600, 0o700, "done", "done", "done"),
        (0o400, 0o700, "done", "LedgerReadOnlyError", "done"),
        (0o600, 0o500, "LedgerReadOnlyError", "LedgerReadOnlyError", "LedgerReadOnlyError"),
        (0o000, 0o700, "LedgerUnopenedError", "LedgerUnopenedError", "LedgerUnopenedError"),
    ],
)
def test_a_ledger_without_the_right_to_use_it_is_told(
    path: Path, file: int, folder: int, reading: str, writing: str, alone: str
) -> None:
    path.chmod(file)
    path.parent.chmod(folder)
    try:
        assert as_user(path) == [reading, writing, alone]
    finally:
        path.parent.chmod(0o700)


# --- not alone ------------------------------------------------------------------------------------


def test_another_programs_transaction_holds_a_writer_only_as_long_as_it_was_told(
    path: Path,
) -> None:
    store = open_store(str(path), timeouts=SHORT)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusyError, match="which other program"):
            write(store)
        assert read(store) == 0
    write(store)
    store.close()


def test_a_ledger_that_another_program_holds_whole_can_not_be_read_either(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO seen VALUES ('festa', '2021-05-13T08:00:00.000000Z')")
        other.execute("COMMIT")
        with pytest.raises(LedgerBusyError):
            open_store(str(path), timeouts=SHORT)


# --- damaged --------------------------------------------------------------------------------------


def overwritten(whole: bytes) -> bytes:
    """All but the first pages, which hold the schema, is noise."""
    middle = len(whole) // 2
    return whole[:middle] + random.Random(7).randbytes(len(whole) - middle)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "overwritten": overwritten,
    "cut in half": lambda whole: whole[: len(whole) // 2],
    "cut within its first page": lambda whole: whole[:1000],
    "another's text": lambda _: b"a shopping list, not a database\n" * 1000,
    "a short text": lambda _: b"a shopping list\n",
    "nothing but zeros": lambda whole: bytes(len(whole)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_ledger_is_refused_and_not_touched(
    path: Path, damage: Callable[[bytes], bytes]
) -> None:
    store = open_store(str(path))
    write(store, 2000)
    store.close()
    path.write_bytes(broken := damage(path.read_bytes()))
    with pytest.raises(LedgerDamagedError, match="restore a copy"):
        open_store(str(path), upgrade=True)
    with pytest.raises(LedgerDamagedError):
        read(open_store(str(path)))
    assert path.read_bytes() == broken


def test_damage_under_a_running_crier_is_told_to_readers_and_writers(path: Path) -> None:
    store = open_store(str(path))
    write(store, 2000)
    store.close()
    store = open_store(str(path))
    with path.open("r+b") as file:  # the same file: only what is in it was lost
        whole = file.read()
        file.seek(0)
        file.write(whole[:4096] + overwritten(whole)[4096:])
    with pytest.raises(LedgerDamagedError):
        read(store)
    with pytest.raises(LedgerDamagedError):
        write(store, 2000)
    store.close()


def test_an_index_that_lacks_a_row_is_refused_by_who_is_about_to_send(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX attempt_by_item ON seen (at)' "
            "WHERE name = 'attempt_by_item'"
        )
        db.commit()
    with pytest.raises(LedgerError):
        open_store(str(path), upgrade=True)


def test_an_empty_file_is_no_ledger(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(LedgerMissingError):
        open_store(str(path), upgrade=True)

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.core.states import RELEASES_KEY
from bot.ledger import (
    LedgerError,
    LedgerExistsError,
    LedgerInUseError,
    LedgerMissingError,
    create,
    open_store,
    shown,
)
from bot.ledger.tables import metadata

HOLDER = """
import sys
from bot.ledger import open_store
with open_store(sys.argv[1]).alone():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_ledger_never_appears_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "banditore.db"
    with pytest.raises(LedgerMissingError, match="banditore init"):
        open_store(str(path))
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "banditore.db"
    create(str(path)).close()
    before = path.read_bytes()
    with pytest.raises(LedgerExistsError):
        create(str(path))
    assert path.read_bytes() == before


def test_an_empty_file_is_no_ledger_and_can_become_one(tmp_path: Path) -> None:
    path = tmp_path / "50%25 #a?.db"
    path.touch()
    with pytest.raises(LedgerMissingError):
        open_store(str(path))
    create(str(path)).close()
    open_store(str(path)).close()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_database_address_that_is_none_is_refused_without_repeating_it() -> None:
    with pytest.raises(LedgerError) as refused:
        open_store("postgresql://user:p@ss:word@host/db")
    assert "ss:word" not in str(refused.value)
    assert shown("postgresql://user:secret@host/db") == "postgresql://user:***@host/db"


def test_what_is_no_ledger_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "banditore.db"
    path.write_text("a shopping list, not a database, and long enough to look like one" * 10)
    before = path.read_bytes()
    with pytest.raises(LedgerError):
        open_store(str(path))
    assert path.read_bytes() == before


def test_the_migrations_make_the_tables_that_the_code_names(tmp_path: Path) -> None:
    store = create(str(tmp_path / "banditore.db"))
    with store.reading() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []
        sql = db.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name = 'at_most_once'"
        ).scalar_one()
    store.close()
    assert sql.startswith('CREATE UNIQUE INDEX at_most_once ON attempt ("key") WHERE state NOT IN')
    assert all(f"'{state}'" in sql for state in RELEASES_KEY)
    assert sql.count("'") == 2 * len(RELEASES_KEY)


def test_a_second_process_may_not_speak_from_the_same_ledger(tmp_path: Path) -> None:
    path = str(tmp_path / "banditore.db")
    store = create(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LedgerInUseError, match=str(holder.pid)), store.alone():
            pass
        holder.kill()
        holder.wait()
        with store.alone():  # the kernel gave the lock back
            pass
    store.close()


def test_a_ledger_that_is_reached_by_a_link_is_the_same_ledger(tmp_path: Path) -> None:
    create(str(tmp_path / "banditore.db")).close()
    (tmp_path / "link.db").symlink_to("banditore.db")
    first, second = (open_store(str(tmp_path / name)) for name in ("banditore.db", "link.db"))
    with first.alone(), pytest.raises(LedgerInUseError), second.alone():
        pass
    first.close()
    second.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_several_that_make_a_ledger_at_once_one_does(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(_made, [empty_database] * 4))
    assert sorted(said) == ["LedgerExistsError"] * 3 + ["made"]
    open_store(empty_database).close()


def _made(database: str) -> str:
    try:
        create(database).close()
    except LedgerError as error:
        return type(error).__name__
    return "made"


def test_no_password_is_shown_wherever_it_stands() -> None:
    assert (
        shown("postgresql://host/db?user=crier&password=secret")
        == "postgresql://host/db?user=crier"
    )
    with pytest.raises(LedgerError, match="neither") as refused:
        open_store("mysql://user:secret@host/db")
    assert "secret" not in str(refused.value)

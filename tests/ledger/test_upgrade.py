import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, text

from bot.ledger import (
    LedgerDamagedError,
    LedgerNewerError,
    LedgerOutdatedError,
    Store,
    open_store,
)
from bot.ledger.tables import metadata
from tests.ledger.dump import OLD, restore, restore_server, revisions, rows

*OLDER, HEAD = revisions()

# Opens a ledger when it is told to, and says where the copy is.
OPENER = """
import sys
from bot.ledger import open_store
print("ready", flush=True)
sys.stdin.readline()
store = open_store(sys.argv[1], upgrade=True)
print(store.upgraded_from, flush=True)
store.close()
"""


@pytest.fixture(params=OLDER)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def old(revision: str, tmp_path: Path) -> Path:
    """A ledger that an older program left."""
    path = tmp_path / "banditore.db"
    restore(revision, path)
    return path


@pytest.fixture
def old_database(kind: str, revision: str, old: Path, empty_database: str) -> str:
    """The same on either database."""
    if kind == "postgresql":
        restore_server(revision, empty_database, old)
    return empty_database


def kept_in(store: Store, before: dict[str, list[dict[str, object]]]) -> None:
    """Every row of `before` is in the ledger, with every value that it had."""
    found = MetaData()
    with store.reading() as db:
        found.reflect(db)
        for name, expected in before.items():
            if name == "alembic_version":
                continue
            now = [dict(row) for row in db.execute(found.tables[name].select()).mappings()]
            assert len(now) == len(expected) > 0
            for row in expected:
                wanted = {column: str(value) for column, value in row.items()}
                assert wanted in [
                    {column: _plain(values[column]) for column in row} for values in now
                ]


def _plain(value: object) -> str:
    # What a cost was written as is the database's own affair: 0.015 or 0.0150.
    shown = str(value)
    return shown.rstrip("0").rstrip(".") or "0" if "." in shown and shown[0] == "0" else shown


@pytest.mark.parametrize("revision", OLDER)
def test_every_older_revision_has_a_ledger_that_is_kept_for_the_tests(revision: str) -> None:
    made = (
        f"make it with `python -m tests.ledger.dump {revision}`, and add rows of what is new in it"
    )
    assert (OLD / f"{revision}.sql").exists(), made
    assert f"VALUES('{revision}')" in (OLD / f"{revision}.sql").read_text(encoding="utf-8")


def test_an_older_ledger_is_not_touched_unless_that_is_asked_for(old_database: str) -> None:
    with pytest.raises(LedgerOutdatedError, match="banditore run"):
        open_store(old_database)


def test_an_older_ledger_comes_up_to_date_with_all_its_rows(old_database: str, old: Path) -> None:
    before = rows(old)
    store = open_store(old_database, upgrade=True)
    kept_in(store, before)
    with store.reading() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []
    store.close()
    open_store(old_database).close()


def test_a_copy_is_made_before_a_file_is_migrated(old: Path, revision: str) -> None:
    before = rows(old)
    store = open_store(str(old), upgrade=True)
    store.close()
    copy = old.with_name(f"banditore.db.before-{HEAD}")
    assert store.upgraded_from == copy
    assert copy.stat().st_mode & 0o777 == 0o600
    assert rows(copy) == before
    assert {each.name for each in old.parent.iterdir()} == {old.name, copy.name}


def test_an_older_copy_is_left_as_it_is(old: Path) -> None:
    (first := old.with_name(f"banditore.db.before-{HEAD}")).write_text("an older copy")
    store = open_store(str(old), upgrade=True)
    store.close()
    assert first.read_text() == "an older copy"
    assert store.upgraded_from == old.with_name(f"banditore.db.before-{HEAD}.2")


def test_an_up_to_date_ledger_is_not_copied(database: str, tmp_path: Path) -> None:
    store = open_store(database, upgrade=True)
    store.close()
    assert store.upgraded_from is None
    assert not list(tmp_path.glob("*before*"))


def test_without_room_for_a_copy_nothing_is_migrated(old: Path) -> None:
    before = old.read_bytes()
    # A child that may write no file larger than this: what a full disk or a quota does.
    limited = f"""
import resource, signal
from bot.ledger import LedgerCopyError, open_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) // 2}, {len(before) // 2}))
try:
    open_store({str(old)!r}, upgrade=True)
except LedgerCopyError as error:
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, check=True
    )
    assert "nothing was changed" in ran.stdout
    assert "see that its disk has room" in ran.stdout
    assert {each.name for each in old.parent.iterdir()} == {old.name}
    with pytest.raises(LedgerOutdatedError):
        open_store(str(old))


def test_where_a_row_points_to_none_nothing_is_migrated(old: Path) -> None:
    with closing(sqlite3.connect(old)) as db:
        db.execute("UPDATE evidence SET attempt = 'nobody'")
        db.commit()
    with pytest.raises(LedgerDamagedError, match="not migrated"):
        open_store(str(old), upgrade=True)
    with pytest.raises(LedgerOutdatedError):
        open_store(str(old))


def test_two_processes_that_open_an_older_ledger_at_once_migrate_it_once(
    old_database: str, kind: str, tmp_path: Path
) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, old_database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        for _ in range(3)
    ]
    for each in openers:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in openers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    said = [each.communicate()[0].strip() for each in openers]
    assert [each.returncode for each in openers] == [0, 0, 0]
    copies = [path for path in said if path != "None"]
    expected = [f"{tmp_path}/banditore.db.before-{HEAD}"] if kind == "sqlite" else []
    assert copies == expected
    assert [str(path) for path in tmp_path.glob("*before*")] == expected


def test_a_ledger_of_a_newer_program_is_refused(database: str) -> None:
    store = open_store(database)
    with store.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(LedgerNewerError, match="Upgrade this program"):
        open_store(database)
    with pytest.raises(LedgerNewerError):
        open_store(database, upgrade=True)

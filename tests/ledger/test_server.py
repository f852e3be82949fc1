"""A ledger on PostgreSQL whose server goes away, freezes, or is set up otherwise than we need."""

import os
import select as waiting
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Connection, func, insert, select, update

from bot.ledger import (
    LedgerBusyError,
    LedgerExistsError,
    LedgerMissingError,
    LedgerReadOnlyError,
    LedgerUnreachableError,
    Store,
    Timeouts,
    create,
    open_store,
)
from bot.ledger import tables as t
from tests.core.build import at
from tests.database import Server, binaries, serving

NOW = at("2021-05-13 10:00")
SHORT = Timeouts(lock=0.2, connect=2, statement=5, idle=0.5, answer=1)


@pytest.fixture
def own() -> Iterator[tuple[Server, Store]]:
    """A server that nobody else uses, and a ledger on it."""
    with serving() as server:
        create(server.url()).close()
        store = open_store(server.url(), timeouts=SHORT)
        yield server, store
        store.close()


@pytest.fixture
def store(postgresql: Server) -> Iterator[Store]:
    opened = open_store(postgresql.database("migrated"), timeouts=SHORT)
    yield opened
    opened.close()


def write(store: Store, item: str) -> None:
    with store.writing() as db:
        db.execute(insert(t.seen).values(item=item, at=NOW))


def read(store: Store) -> set[str]:
    with store.reading() as db:
        return set(db.scalars(select(t.seen.c.item)))


def test_a_server_that_fell_is_told_and_used_again_once_it_is_back(
    own: tuple[Server, Store],
) -> None:
    server, store = own
    write(store, "before")
    server.stop()
    with pytest.raises(LedgerUnreachableError, match="see that the server runs"):
        write(store, "lost")
    with pytest.raises(LedgerUnreachableError):
        read(store)
    with pytest.raises(LedgerUnreachableError):
        open_store(server.url())
    server.start()
    write(store, "after")
    assert read(store) == {"before", "after"}


def test_a_server_that_falls_within_a_transaction_is_told(own: tuple[Server, Store]) -> None:
    server, store = own
    with pytest.raises(LedgerUnreachableError), store.writing() as db:  # noqa: PT012
        db.execute(insert(t.seen).values(item="one", at=NOW))
        server.stop()
        with db.begin_nested():
            db.execute(insert(t.seen).values(item="two", at=NOW))
    server.start()
    assert read(store) == set()


@contextmanager
def frozen(process: int) -> Iterator[None]:
    """Freeze it; not for ever, so that whoever waits for its answer fails the test instead of holding it."""
    thaw = threading.Timer(20, os.kill, (process, signal.SIGCONT))
    os.kill(process, signal.SIGSTOP)
    thaw.start()
    try:
        yield
    finally:
        thaw.cancel()
        thaw.join()
        os.kill(process, signal.SIGCONT)


def backend(db: Connection) -> int:
    return int(db.scalar(select(func.pg_backend_pid())) or 0)


def test_no_answer_is_waited_for_longer_than_that(own: tuple[Server, Store]) -> None:
    _, store = own
    with (
        pytest.raises(LedgerUnreachableError, match="did not answer within 1 s"),
        store.writing() as db,
        frozen(backend(db)),
    ):
        db.execute(insert(t.seen).values(item="lost", at=NOW))
    write(store, "after")
    assert "after" in read(store)


def test_a_connection_that_froze_while_it_rested_is_replaced_by_another(
    own: tuple[Server, Store],
) -> None:
    _, store = own
    with store.reading() as db:
        process = backend(db)
    with frozen(process):
        write(store, "festa")
    assert read(store) == {"festa"}


def test_a_server_that_froze_as_a_whole_is_told(own: tuple[Server, Store]) -> None:
    server, store = own
    assert server.process is not None
    with frozen(server.process.pid), pytest.raises(LedgerUnreachableError):
        open_store(server.url(), timeouts=SHORT)
    assert read(store) == set()


def test_a_node_that_froze_within_a_transaction_does_not_hold_the_others_for_ever(
    store: Store,
) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    other = open_store(url, timeouts=SHORT)
    write(store, "festa")
    change = update(t.seen).values(at=NOW + timedelta(days=1))
    with pytest.raises(LedgerUnreachableError, match="idle"), store.writing() as db:  # noqa: PT012
        db.execute(change)
        with pytest.raises(LedgerBusyError), other.writing() as second:
            second.execute(change)
        assert any(_done(other, change) for _ in range(100))
        db.execute(change)
    other.close()


def _done(store: Store, change: object) -> bool:
    try:
        with store.writing() as db:
            db.execute(change)  # type: ignore[call-overload]
    except LedgerBusyError:
        return False
    return True


def test_the_server_tells_the_time_and_a_file_does_not(database: str, kind: str) -> None:
    store = open_store(database)
    with store.writing() as db:
        first, second = store.time(db), store.time(db)
    store.close()
    if kind == "sqlite":
        assert (first, second) == (None, None)
    else:
        assert first is not None
        assert second is not None
        assert first < second  # the clock goes on within a transaction
        assert first.utcoffset() == timedelta(0)


def test_what_a_server_is_set_to_does_not_loosen_what_we_need(postgresql: Server) -> None:
    url = postgresql.database("migrated")
    name = url.rpartition("?")[0].rpartition("/")[2]
    for setting in (
        *("synchronous_commit = off", "default_transaction_isolation = 'serializable'"),
        *("statement_timeout = 0", "TimeZone = 'Asia/Kathmandu'"),
    ):
        postgresql.say(f"ALTER DATABASE {name} SET {setting}")
    store = open_store(url)
    with store.writing() as db:
        shown = {
            setting: db.exec_driver_sql(f"SHOW {setting}").scalar_one()
            for setting in ("synchronous_commit", "transaction_isolation", "statement_timeout")
        }
        now = store.time(db)
    store.close()
    assert shown == {
        "synchronous_commit": "on",
        "transaction_isolation": "read committed",
        "statement_timeout": "10s",
    }
    assert now is not None
    assert now.utcoffset() == timedelta(0)


def test_a_server_that_may_only_be_read_is_told(postgresql: Server) -> None:
    url = postgresql.database("migrated")
    name = url.rpartition("?")[0].rpartition("/")[2]
    postgresql.say(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store = open_store(url)
    assert read(store) == set()
    with pytest.raises(LedgerReadOnlyError):
        write(store, "festa")
    store.close()


def test_a_role_without_rights_is_told(postgresql: Server) -> None:
    url = postgresql.database("migrated")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("DROP ROLE IF EXISTS reader")
        db.execute("CREATE ROLE reader LOGIN")
        db.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    store = open_store(url.replace("banditore@", "reader@"))
    with pytest.raises(LedgerReadOnlyError, match="permission denied"):
        write(store, "festa")
    store.close()


def test_a_database_that_is_not_there_is_told_and_one_without_a_ledger_is_not_filled(
    postgresql: Server,
) -> None:
    with pytest.raises(LedgerUnreachableError, match="does not exist"):
        open_store(postgresql.url("nowhere"))
    empty = postgresql.database()
    with pytest.raises(LedgerMissingError, match="banditore init"):
        open_store(empty, upgrade=True)
    create(empty).close()
    with pytest.raises(LedgerExistsError):
        create(empty)


# Starts a server, says which processes it has, and waits.
STARTER = """
import sys
from tests.database import serving
with serving() as server:
    print(server.process.pid, server.folder, flush=True)
    sys.stdin.read()
"""


def test_the_tests_own_server_dies_with_whoever_started_it() -> None:
    if binaries() is None:
        pytest.skip("there is no PostgreSQL here")
    with subprocess.Popen(
        [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        server, folder = starter.stdout.readline().split()
        descriptor = os.pidfd_open(int(server))
        starter.kill()
        starter.wait()
    assert waiting.select([descriptor], [], [], 30)[0], "it still runs"
    os.close(descriptor)
    subprocess.run(["rm", "-r", folder], check=True)

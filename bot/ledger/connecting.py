"""How a connection to either database is set up, so that what it is told to keep is on disk and nothing waits
for ever."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.ledger.trouble import LedgerError

# Parameters that libpq takes a password from, besides the usual place.
_SECRET = ("password", "sslpassword")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long is waited for the ledger, in seconds, before it is given up.

    A crier that is frozen in the middle of a transaction holds its channel's row; the server ends that
    transaction after `idle`, so that the others can go on.
    """

    lock: float = 5.0  # for another writer
    connect: float = 5.0  # the others are a server's: to be let in,
    statement: float = 10.0  # for one statement's work, as the server measures it,
    idle: float = 10.0  # for the next statement of a transaction, likewise,
    answer: float = 15.0  # and for its answer, as we measure it


# A migration rewrites whole tables, and the second crier that starts waits for the first.
MIGRATING = Timeouts(lock=120.0, statement=600.0, idle=600.0, answer=630.0)


def engine_of(database: str, timeouts: Timeouts) -> tuple[Engine, Path | None]:
    """An engine for a SQLite file's path or a database URL, and that path; nothing is opened yet.

    Raises LedgerError where the address is none.
    """
    if (path := path_of(database)) is not None:
        return _sqlite(path, timeouts), path
    url = _url(database)
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return _server(url.set(drivername="postgresql+psycopg"), timeouts), None
    raise LedgerError(f"{url.drivername}:// is neither sqlite:// nor postgresql://")


def path_of(database: str) -> Path | None:
    """The path of a SQLite ledger; None for a database server's."""
    if "://" not in database:
        return Path(database)
    url = _url(database)
    return Path(url.database or "") if url.drivername.partition("+")[0] == "sqlite" else None


def shown(database: str) -> str:
    """The address of a ledger without its password, wherever in it that stands."""
    if "://" not in database:
        return database
    return _url(database).difference_update_query(_SECRET).render_as_string()


def without_password(database: str) -> str:
    """A server's address as its own tools take it, without the password."""
    url = _url(database).difference_update_query(_SECRET)
    bare = url.set(drivername="postgresql")._replace(password=None)
    return bare.render_as_string(hide_password=False)


def _url(database: str) -> URL:
    try:
        return make_url(database)
    except (
        ArgumentError,
        ValueError,
    ):  # its text holds what was given, and that may hold a password
        raise LedgerError("its address is no database URL, see BANDITORE_DATABASE") from None


# --- SQLite ---------------------------------------------------------------------------------------


def _sqlite(path: Path, timeouts: Timeouts) -> Engine:
    # mode=rw: a connection must not make the file that only `create` may make.
    url = URL.create(
        "sqlite",
        database=f"file:{quote(str(path.absolute()))}",
        query={"mode": "rw", "uri": "true"},
    )
    # The connection that was used last has its pages and statements at hand: taken in turns, each would find
    # them gone.
    engine = create_engine(url, connect_args={"timeout": timeouts.lock}, pool_use_lifo=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous=FULL")  # a commit is on disk before the call it announces
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch the file to a write-ahead log. Where another process is just doing so, SQLite says "locked" at
    once, whatever its patience is set to."""
    until = time.monotonic() + Timeouts().lock
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        except UnicodeDecodeError as error:  # of its own words, in which it shows what is damaged
            raise sqlite3.DatabaseError("what SQLite says of it can't be decoded") from error
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


# --- PostgreSQL -----------------------------------------------------------------------------------


def _server(url: URL, timeouts: Timeouts) -> Engine:
    try:
        from bot.ledger.bounded import BoundedConnection
    except ModuleNotFoundError as error:
        hint = "install it with `pip install 'banditore[postgres]'`"
        raise LedgerError(f"{error.name} is missing: {hint}") from None
    settings = {
        "statement_timeout": _milliseconds(timeouts.statement),
        "lock_timeout": _milliseconds(timeouts.lock),
        "idle_in_transaction_session_timeout": _milliseconds(timeouts.idle),
        "synchronous_commit": "on",  # a commit is on disk before the call it announces
    }
    asked = url.query.get("options", "")
    options = [f"-c {name}={value}" for name, value in settings.items()]
    options += [asked] if isinstance(asked, str) else asked
    given = {
        "connect_timeout": str(round(timeouts.connect)),
        # Of a server that was cut off the system learns by itself, while nobody asks it anything.
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "3",
    }
    arguments = {name: value for name, value in given.items() if name not in url.query}
    engine = create_engine(
        url,
        connect_args=arguments | {"options": " ".join(options).strip()},
        # Whoever waited for a channel's row must then see what its holder wrote.
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_use_lifo=True,  # as above
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, args: Any, named: Any) -> BoundedConnection:
        return BoundedConnection.within(timeouts.answer, *args, **named)

    return engine


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)

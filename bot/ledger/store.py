"""Where the ledger lies: opens it, makes it, brings it up to date, and keeps a second crier away from it.

A ledger never appears by itself: only `create` makes one, so that a wrong path can't announce a whole
month anew.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

# How long a writer waits for another one before it gives up, in seconds.
BUSY_TIMEOUT = 5.0


class LedgerError(Exception):
    """The ledger can't be used."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.__doc__} {detail}".strip())


class LedgerMissingError(LedgerError):
    """There is no ledger; nothing was announced. `banditore init` makes one, here:"""


class LedgerExistsError(LedgerError):
    """There is a ledger already, and it was left as it is:"""


class LedgerNewerError(LedgerError):
    """The ledger was written by a newer banditore; nothing was announced. Upgrade this program:"""


class LedgerOutdatedError(LedgerError):
    """The ledger was written by an older banditore. `banditore run` brings it up to date:"""


class LedgerReplacedError(LedgerError):
    """The ledger's file was moved, deleted or replaced while this process used it; nothing more is sent.
    Stop the service, see that the right file is in its place, and start again:"""


class LedgerInUseError(LedgerError):
    """Another banditore is running on this ledger; this one announced nothing."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open ledger database."""

    engine: Engine
    path: Path | None  # of a SQLite file; None for a database server
    inode: tuple[int, int] | None = None  # device and number of that file when it was opened

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that may write. On SQLite it is the only one.

        Raises LedgerReplacedError where the file in its place is not the one that was opened: what is
        written to a file that has lost its name is written for nobody.
        """
        if self.inode is not None and self.path is not None and self.inode != _inode(self.path):
            raise LedgerReplacedError(str(self.path))
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:  # locked, read-only, no room on the disk, no connection
            raise LedgerError(
                f"{_name(self)}: {error.orig}; nothing is sent that it can't record"
            ) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer."""
        with self.engine.connect() as connection:
            yield connection.execution_options(reading=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the ledger as its only running crier on this machine, as long as the process lives.

        Raises LedgerInUseError where another process holds it. A server's ledger may have any number.
        """
        if self.path is None:
            yield
            return
        # The kernel gives the lock back when the process dies, however it dies.
        handle = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(handle, 20).decode(errors="replace").strip()
                raise LedgerInUseError(f"Its process is {holder or 'unknown'}.") from None
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(handle)

    def close(self) -> None:
        self.engine.dispose()


def open_store(database: str, *, upgrade: bool = False) -> Store:
    """Open an existing ledger: a SQLite file's path, or a database URL.

    With `upgrade` an older one is brought up to date. Raises LedgerMissingError, LedgerNewerError,
    LedgerOutdatedError.
    """
    store = _connect(database)
    try:
        return _opened(store, upgrade=upgrade)
    except BaseException:
        store.close()
        raise


def create(database: str) -> Store:
    """Make a new, empty ledger. Raises LedgerExistsError where there is one."""
    store = _connect(database)
    try:
        if store.path is not None:
            # An empty file is what a creation that was cut off leaves behind.
            if store.path.exists() and store.path.stat().st_size:
                raise LedgerExistsError(str(store.path))
            store.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(store.path, os.O_RDWR | os.O_CREAT, 0o600))
        elif _revision(store) is not None:
            raise LedgerExistsError(_name(store))
        _upgrade(store)
    except OSError as error:
        store.close()
        raise LedgerError(f"{_name(store)}: {error.strerror}") from error
    except BaseException:
        store.close()
        raise
    return _identified(store)


def _opened(store: Store, *, upgrade: bool) -> Store:
    if store.path is not None and not (store.path.is_file() and store.path.stat().st_size):
        raise LedgerMissingError(str(store.path))
    found = _revision(store)
    if found is None:
        raise LedgerMissingError(_name(store))
    scripts = ScriptDirectory.from_config(_alembic())
    if found != scripts.get_current_head():
        if found not in {script.revision for script in scripts.walk_revisions()}:
            raise LedgerNewerError(_name(store))
        if not upgrade:
            raise LedgerOutdatedError(_name(store))
        _upgrade(store)
    return _identified(store)


def _revision(store: Store) -> str | None:
    try:
        with store.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        raise LedgerError(f"{_name(store)}: {error.orig}") from error


def _identified(store: Store) -> Store:
    return replace(store, inode=_inode(store.path)) if store.path else store


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(database: str) -> Store:
    if "://" in database and not database.startswith("sqlite:"):
        url = _url(database)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        try:
            return Store(create_engine(url, pool_pre_ping=True), None)
        except ModuleNotFoundError as error:
            hint = "install it with `pip install 'banditore[postgres]'`"
            raise LedgerError(f"{error.name} is missing: {hint}") from None
    path = Path((_url(database).database or "") if "://" in database else database)
    # mode=rw: a connection must not make the file that only `create` may make.
    url = URL.create(
        "sqlite",
        database=f"file:{quote(str(path.absolute()))}",
        query={"mode": "rw", "uri": "true"},
    )
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Store(engine, path)


def _url(database: str) -> URL:
    try:
        return make_url(database)
    except (
        ArgumentError,
        ValueError,
    ):  # its text holds what was given, and that may hold a password
        raise LedgerError("its address is no database URL, see BANDITORE_DATABASE") from None


def shown(database: str) -> str:
    """The address of a ledger without its password."""
    return _url(database).render_as_string() if "://" in database else database


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a commit is on disk before the call it announces
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.ledger:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(store: Store) -> None:
    with store.engine.begin() as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _name(store: Store) -> str:
    return str(store.path) if store.path else store.engine.url.render_as_string(hide_password=True)

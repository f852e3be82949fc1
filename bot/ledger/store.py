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
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from bot.ledger.connecting import Timeouts, engine_of, shown
from bot.ledger.place import network_disk
from bot.ledger.revisions import bring_up_to_date, head, is_known, make_schema, revision_of
from bot.ledger.trouble import (
    LedgerDamagedError,
    LedgerExistsError,
    LedgerInUseError,
    LedgerMissingError,
    LedgerNewerError,
    LedgerOnNetworkError,
    LedgerOutdatedError,
    LedgerReplacedError,
    told,
    told_by_system,
)


@dataclass(frozen=True, slots=True)
class Store:
    """An open ledger database."""

    engine: Engine
    path: Path | None  # of a SQLite file; None for a database server
    name: str  # that path, or the server's address without its password
    inode: tuple[int, int] | None = None  # device and number of that file when it was opened
    upgraded_from: Path | None = None  # the copy of it that was made before it was migrated

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that may write. On SQLite it is the only one.

        Raises LedgerReplacedError where the file in its place is not the one that was opened: what is
        written to a file that has lost its name is written for nobody. Raises another LedgerError where
        the database can't keep what it is given, and lets through what breaks a rule of the schema.
        """
        if self.inode is not None and self.path is not None and self.inode != _inode(self.path):
            raise LedgerReplacedError(str(self.path))
        with told(self.name), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer. Raises LedgerError as `writing` does."""
        with told(self.name), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                yield connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                yield connection.execution_options(reading=True)

    def time(self, connection: Connection) -> datetime | None:
        """The database server's clock, in UTC, which all nodes share; None for a file, which has none."""
        if connection.dialect.name != "postgresql":
            return None
        now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the ledger as its only running crier on this machine, as long as the process lives.

        Raises LedgerInUseError where another process holds it. A server's ledger may have any number.
        """
        if self.path is None:
            yield
            return
        # Beside the file itself, by whatever links it is reached. The kernel gives the lock back when
        # the process dies, however it dies.
        lock = f"{self.path.resolve()}.lock"
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise told_by_system(error, lock) from error
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


def open_store(database: str, *, upgrade: bool = False, timeouts: Timeouts | None = None) -> Store:
    """Open an existing ledger: a SQLite file's path, or a database URL.

    With `upgrade`, for who is about to send, an older one is brought up to date, a SQLite file after a
    copy was made (see `Store.upgraded_from`), and every page of it is looked at. Raises
    LedgerMissingError, LedgerNewerError, LedgerOutdatedError, LedgerOnNetworkError, LedgerCopyError, and
    the LedgerError of whatever is wrong with the disk or the server.
    """
    store = _connect(database, timeouts or Timeouts())
    try:
        return _opened(store, database, upgrade=upgrade)
    except BaseException:
        store.close()
        raise


def create(database: str) -> Store:
    """Make a new, empty ledger. Raises LedgerExistsError where there is one, LedgerOnNetworkError."""
    store = _connect(database, Timeouts())
    try:
        if store.path is not None:
            _require_local(store.path)
            # An empty file is what a creation that was cut off leaves behind.
            if store.path.exists() and store.path.stat().st_size:
                raise LedgerExistsError(str(store.path))
            store.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(store.path, os.O_RDWR | os.O_CREAT, 0o600))
        make_schema(database)
    except OSError as error:
        store.close()
        raise told_by_system(error, store.name) from error
    except BaseException:
        store.close()
        raise
    return _identified(store)


def _opened(store: Store, database: str, *, upgrade: bool) -> Store:
    if store.path is not None:
        _require_local(store.path)
        if not (store.path.is_file() and store.path.stat().st_size):
            raise LedgerMissingError(str(store.path))
    with store.reading() as db:
        found = revision_of(db)
    if found is None:
        raise LedgerMissingError(store.name)
    if not is_known(found):
        raise LedgerNewerError(store.name)
    if upgrade:
        _require_sound(store)
    if found == head():
        return _identified(store)
    if not upgrade:
        raise LedgerOutdatedError(store.name)
    return replace(_identified(store), upgraded_from=bring_up_to_date(database))


def _require_local(path: Path) -> None:
    if (kind := network_disk(path)) is not None:
        raise LedgerOnNetworkError(f"{path} ({kind})")


def _require_sound(store: Store) -> None:
    """Refuse a file in which an index lacks a row: `at_most_once` would let a second attempt through."""
    if store.path is None:
        return
    with store.reading() as db:
        first = db.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if first != "ok":
        raise LedgerDamagedError(f"{store.path}: {first}")


def _connect(database: str, timeouts: Timeouts) -> Store:
    engine, path = engine_of(database, timeouts)
    return Store(engine, path, str(path) if path else shown(database))


def _identified(store: Store) -> Store:
    return replace(store, inode=_inode(store.path)) if store.path else store


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino

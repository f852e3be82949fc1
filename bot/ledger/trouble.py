"""What can be wrong with a ledger, each kind with what to do about it, and how a database's error becomes one.

It translates only what an admin can mend; a fault of our own, such as a row that breaks a rule of the
schema, stays what it is.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
)


class LedgerError(Exception):
    """The ledger can't be used."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(" ".join([*(self.__doc__ or "").split(), detail]).strip())


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


class LedgerBusyError(LedgerError):
    """Something else holds the ledger; nothing is sent that can't be recorded. It is tried again by itself;
    if this stays, see which other program has the ledger open:"""


class LedgerFullError(LedgerError):
    """The ledger's disk is full; nothing is sent that can't be recorded. Make room, and it goes on by itself:"""


class LedgerReadOnlyError(LedgerError):
    """The ledger can't be written; nothing is sent that can't be recorded. Give this program's user the
    right to write the ledger (of a file: its folder, too), on a disk that is mounted for writing:"""


class LedgerUnopenedError(LedgerError):
    """The ledger's file can't be opened; nothing is sent. Give this program's user the right to read and
    write the file and its folder:"""


class LedgerDamagedError(LedgerError):
    """The ledger is damaged, or is none; nothing is sent. Stop the service, keep the file, and restore a copy
    as docs/ledger.md says:"""


class LedgerDiskError(LedgerError):
    """The ledger's disk does not read or write; nothing is sent that can't be recorded. See the system's log,
    and move the ledger to a sound disk:"""


class LedgerUnreachableError(LedgerError):
    """The ledger's database server does not answer, or refuses us; nothing is sent that can't be recorded.
    It is tried again by itself; see that the server runs and that BANDITORE_DATABASE is right:"""


class LedgerOnNetworkError(LedgerError):
    """The ledger lies on a network file system, where a lock does not keep a second machine away; nothing
    was announced. Move it to a disk of this machine, or use PostgreSQL:"""


class LedgerCopyError(LedgerError):
    """The ledger could not be copied, and nothing was changed:"""


@contextmanager
def told(ledger: str) -> Iterator[None]:
    """Turn what the database of `ledger` (its name for people) raises into a LedgerError of its kind."""
    try:
        yield
    except DBAPIError as error:
        kind = _kind(error)
        if kind is None:
            raise
        raise kind(f"{ledger}: {_first_line(error.orig)}") from error


def told_by_system(error: OSError, file: object) -> LedgerError:
    """What the operating system said of `file`, as the LedgerError of its kind."""
    kind: type[LedgerError] = LedgerError
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EROFS:
            kind = LedgerReadOnlyError
        case errno.ENOSPC | errno.EDQUOT:
            kind = LedgerFullError
        case errno.EIO:
            kind = LedgerDiskError
    return kind(f"{file}: {error.strerror}")


def kind_of_sqlite(error: sqlite3.Error) -> type[LedgerError] | None:
    """The kind of trouble that SQLite's own code names; None where it is another."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python's own: a text that is none is what a page of noise looks like
        return LedgerDamagedError if "decode" in str(error) else None
    return _SQLITE_EXTENDED.get(code) or _SQLITE.get(code & 0xFF)


# https://www.sqlite.org/rescode.html; the low byte of an extended code is its primary code.
_SQLITE: dict[int, type[LedgerError]] = {
    sqlite3.SQLITE_PERM: LedgerUnopenedError,
    sqlite3.SQLITE_BUSY: LedgerBusyError,
    sqlite3.SQLITE_LOCKED: LedgerBusyError,
    sqlite3.SQLITE_READONLY: LedgerReadOnlyError,
    sqlite3.SQLITE_IOERR: LedgerDiskError,
    sqlite3.SQLITE_CORRUPT: LedgerDamagedError,
    sqlite3.SQLITE_FULL: LedgerFullError,
    sqlite3.SQLITE_CANTOPEN: LedgerUnopenedError,
    sqlite3.SQLITE_PROTOCOL: LedgerBusyError,
    sqlite3.SQLITE_AUTH: LedgerUnopenedError,
    sqlite3.SQLITE_NOTADB: LedgerDamagedError,
}
_SQLITE_EXTENDED: dict[int, type[LedgerError]] = {
    sqlite3.SQLITE_READONLY_DBMOVED: LedgerReplacedError,
    sqlite3.SQLITE_IOERR_SHMSIZE: LedgerFullError,  # no room for the index of the write-ahead log
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html; a class is its first two characters.
_POSTGRESQL: dict[str, type[LedgerError]] = {
    "08": LedgerUnreachableError,
    "25006": LedgerReadOnlyError,  # a standby
    "25P03": LedgerUnreachableError,  # cut off for having been idle inside a transaction
    "28": LedgerUnreachableError,
    "3D000": LedgerUnreachableError,  # there is no such database
    "40001": LedgerBusyError,
    "40P01": LedgerBusyError,  # a deadlock; the server ended one of the two
    "42501": LedgerReadOnlyError,  # the role lacks a right
    "53": LedgerUnreachableError,  # no memory, no connection left
    "53100": LedgerFullError,
    "55P03": LedgerBusyError,  # lock_timeout
    "57": LedgerUnreachableError,  # it shuts down, or starts up
    "57014": LedgerBusyError,  # statement_timeout
    "58": LedgerDiskError,
    "XX001": LedgerDamagedError,
    "XX002": LedgerDamagedError,
}


def _kind(error: DBAPIError) -> type[LedgerError] | None:
    if isinstance(error.orig, sqlite3.Error):
        known = kind_of_sqlite(error.orig)
    else:
        state = getattr(error.orig, "sqlstate", None)
        known = (_POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])) if state else None
    if known is not None:
        return known
    match error:
        case IntegrityError() | ProgrammingError() | DataError():
            return None
        case InternalError() | NotSupportedError():
            return None
        case _ if isinstance(error.orig, sqlite3.Error):
            return LedgerError
        case _ if getattr(error.orig, "sqlstate", None) is None:
            return LedgerUnreachableError  # psycopg itself: refused, cut off, or no answer in time
        case _:
            return LedgerError


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0]

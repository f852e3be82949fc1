"""A consistent copy of a SQLite ledger, while others read and write it; never overwrites what it was not told to."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from bot.ledger.trouble import (
    LedgerCopyError,
    LedgerDamagedError,
    LedgerMissingError,
    kind_of_sqlite,
)

# Files that SQLite and the crier keep beside a ledger.
_COMPANIONS = ("", "-wal", "-shm", "-journal", ".lock")

_BUSY_TIMEOUT = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds."""

    file: Path
    attempts: int
    last: datetime | None  # of the latest attempt, in UTC


def back_up(ledger: Path, file: Path, *, force: bool = False) -> Copied:
    """Copy the SQLite ledger to `file` as it is at this instant; writers need not wait.

    The copy is whole or not there at all, on disk when this returns, and only its owner may read it.
    Raises LedgerMissingError, LedgerDamagedError, and LedgerCopyError where there is something at
    `file` (without `force`), where `file` is the ledger's own, or where it can't be written.
    """
    if not (ledger.is_file() and ledger.stat().st_size):
        raise LedgerMissingError(str(ledger))
    own = {ledger.resolve().with_name(ledger.resolve().name + end) for end in _COMPANIONS}
    if file.resolve() in own or (file.exists() and file.samefile(ledger)):
        raise LedgerCopyError(f"{file} is the ledger's own file; name another")
    try:
        return _written(ledger, file, force=force)
    except FileExistsError:
        raise LedgerCopyError(
            f"{file} is there already; name another file, or say --force"
        ) from None
    except OSError as error:
        raise LedgerCopyError(f"{file}: {error.strerror}") from error
    except sqlite3.Error as error:
        if kind_of_sqlite(error) is LedgerDamagedError:
            raise LedgerDamagedError(f"{ledger}: {error}") from error
        raise LedgerCopyError(f"{file}: {error}; see that its disk has room") from error


def copy_beside(ledger: Path, ending: str) -> Path:
    """Copy a SQLite ledger to a file beside it whose name ends so; an older copy is left as it is.

    Raises as `back_up` does.
    """
    number = 1
    while True:
        more = f".{number}" if number > 1 else ""
        file = ledger.with_name(f"{ledger.name}.{ending}{more}")
        if not file.exists():
            return back_up(ledger, file).file
        number += 1


def _written(ledger: Path, file: Path, *, force: bool) -> Copied:
    size = ledger.stat().st_size
    if (free := shutil.disk_usage(file.parent).free) < size:
        raise LedgerCopyError(f"{file} needs {size:,} bytes, and {free:,} are free: make room")
    if not force:
        # The name is ours from here on, whoever else wants it.
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
    part = Path(name)
    try:
        copied = _copied(ledger, part, file)
        os.fsync(handle)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        if not force:
            file.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    _sync_folder(file.parent)
    return copied


def _copied(ledger: Path, part: Path, file: Path) -> Copied:
    # mode=rw: a copy must not make the file that it copies.
    source = f"file:{quote(str(ledger.absolute()))}?mode=rw"
    with (
        closing(sqlite3.connect(source, uri=True, timeout=_BUSY_TIMEOUT)) as read,
        closing(sqlite3.connect(part)) as written,
    ):
        written.execute("PRAGMA synchronous=OFF")  # it is brought to disk as a whole afterwards
        read.backup(written)
        written.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
        [first, *_] = written.execute("PRAGMA integrity_check(1)").fetchone()
        if first != "ok":
            raise LedgerDamagedError(f"{ledger}: {first}; its copy was thrown away")
        last = "max(coalesce(committed_at, reserved_at))"
        count, at = written.execute(f"SELECT count(*), {last} FROM attempt").fetchone()  # noqa: S608
    return Copied(file, count, datetime.fromisoformat(at) if at else None)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every file system can
            os.fsync(handle)
    finally:
        os.close(handle)

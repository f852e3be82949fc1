"""What the machine gives: Python and its libraries, time zones and holidays, room on the disk, rights on files."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
import zoneinfo
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot import __version__
from bot.core.model import Schedule
from bot.publishers.probe import Finding, Sign

SUPPORTED = ((3, 11), (3, 13))  # as pyproject.toml says

_LIBRARIES = (
    "python-telegram-bot",
    "tweepy",
    "apscheduler",
    "pydantic",
    "sqlalchemy",
    "holidays",
    "psycopg",
    "apprise",
)

# With less free than this a copy of the ledger, or its write-ahead log, may soon find no room; in bytes.
LITTLE_ROOM = 500 * 1024**2
NO_ROOM = 50 * 1024**2
FEW_FILES, NO_FILES = 10_000, 100

_MAKE_ROOM = "make room: what can't be recorded is not sent"


def python() -> Finding:
    """This Python and what runs in it."""
    here = platform.python_version_tuple()
    numbers = (int(here[0]), int(here[1]))
    said = f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if SUPPORTED[0] <= numbers <= SUPPORTED[1]:
        return Finding("Python", "", Sign.OK, said)
    do = "run banditore with Python 3.11, 3.12 or 3.13"
    return Finding("Python", "", Sign.FAULT, f"{said}: banditore was not made for it", do)


def libraries() -> Finding:
    """The versions of what a fault could depend on."""
    found = [f"banditore {__version__}"]
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue  # an extra that is not installed: who needs it says so
    return Finding("libraries", "", Sign.OK, ", ".join(found))


def zones(schedules: Iterable[Schedule], paths: Iterable[str] = zoneinfo.TZPATH) -> Finding:
    """Where the rules of time zones come from, and how old they are; the system's come first."""
    used = sorted({each.zone_name for each in schedules})
    of = f" for {', '.join(used)}" if used else ""
    packaged = str(import_module("tzdata").IANA_VERSION)  # it has no types
    of_system = next(filter(None, map(_edition, map(Path, paths))), "")
    if not of_system:
        return Finding("time zones", "", Sign.OK, f"edition {packaged}{of}")
    if _as_numbers(of_system) >= _as_numbers(packaged):
        return Finding("time zones", "", Sign.OK, f"edition {of_system}, the system's{of}")
    return Finding(
        "time zones",
        "",
        Sign.ATTENTION,
        f"the system's edition {of_system} is older than {packaged}, which came with banditore, "
        f"and comes first{of}",
        "update the system's tzdata, or start with PYTHONTZPATH= to use the one that came along",
    )


def _edition(folder: Path) -> str:
    """Which edition of the rules a folder holds, such as 2026a; "" where it doesn't say."""
    try:
        with (folder / "tzdata.zi").open(encoding="ascii", errors="replace") as rules:
            first = rules.readline()
    except OSError:
        return ""
    return first.removeprefix("# version ").strip() if first.startswith("# version ") else ""


def _as_numbers(edition: str) -> tuple[str, int, str]:
    """2026a, ..., 2026z, 2026aa in their order."""
    return edition[:4], len(edition), edition


def holidays(schedules: Iterable[Schedule]) -> Finding:
    """Of which years the schedules know the days off: those in which something is to be said."""
    keeping = [each for each in schedules if each.holidays]
    if not keeping:
        return Finding("holidays", "", Sign.OK, "no schedule keeps any")
    years = sorted({day.year for each in keeping for day in each.holidays})
    names = ", ".join(sorted(each.name for each in keeping))
    known = f"those of {', '.join(map(str, years))} are known to {names}"
    return Finding("holidays", "", Sign.OK, known)


def room(folder: Path) -> Finding:
    """How much the disk of `folder` still takes, in bytes and in files."""
    try:
        free = shutil.disk_usage(folder).free
        disk = os.statvfs(folder)
    except OSError as error:
        said = f"{folder}: {error.strerror}"
        return Finding("disk", "", Sign.UNKNOWN, said, "see that the folder is there")
    files = disk.f_favail if disk.f_files else None  # some file systems don't count
    said = f"{_size(free)} free" + (f", {files:,} files" if files is not None else "")
    said = f"{said}, where the ledger lies"
    if free < NO_ROOM or (files is not None and files < NO_FILES):
        return Finding("disk", "", Sign.FAULT, said, _MAKE_ROOM)
    if free < LITTLE_ROOM or (files is not None and files < FEW_FILES):
        return Finding("disk", "", Sign.ATTENTION, said, _MAKE_ROOM)
    return Finding("disk", "", Sign.OK, said)


def _size(number: int) -> str:
    return f"{number / 1024**3:.1f} GB" if number >= 1024**3 else f"{number / 1024**2:.0f} MB"


def rights(ledger: Path) -> Finding:
    """May this user write a SQLite ledger, what SQLite keeps beside it, and the lock?"""
    folder = ledger.resolve().parent
    beside = [ledger.with_name(f"{ledger.name}{end}") for end in ("", "-wal", "-shm")]
    beside.append(Path(f"{ledger.resolve()}.lock"))
    refused = [str(each) for each in beside if each.exists() and not os.access(each, _READ_WRITE)]
    if not os.access(folder, _READ_WRITE | os.X_OK):
        refused.insert(0, f"{folder}/")
    if refused:
        said = f"this user may not write {', '.join(refused)}"
        do = "give them to the user that runs banditore, on a disk that is mounted for writing"
        return Finding("rights", "", Sign.FAULT, said, do)
    return Finding("rights", "", Sign.OK, "ledger, its folder and its lock can be written")


_READ_WRITE = os.R_OK | os.W_OK


def secret_files(variables: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Files of credentials, named by `…_FILE` variables, that others of this machine can read."""
    for name, path in variables:
        try:
            mode = Path(path).stat().st_mode
        except OSError:
            continue  # whoever reads it says so
        if stat.S_ISREG(mode) and mode & stat.S_IROTH:
            said = f"anybody on this machine can read {path} ({name})"
            yield Finding("secrets", "", Sign.ATTENTION, said, f"chmod o= {path}")

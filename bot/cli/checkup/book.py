"""The ledger: is it there, sound, on a disk of this machine, in whose hands, and does a service run on it?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli.instants import moment
from bot.desk.clock import judged
from bot.desk.conditions import lives
from bot.ledger import (
    Ledger,
    LedgerError,
    LedgerMissingError,
    LedgerOutdatedError,
    Store,
    open_store,
)
from bot.publishers.probe import Finding, Heard, Sign

# What was written and is not yet in the file itself; SQLite brings it there at about 4 MB
# (https://www.sqlite.org/wal.html, "Checkpointing") unless somebody reads all the while.
LARGE_LOG = 64 * 1024**2

_LOCKS = Path("/proc/locks")


def ledger(database: str, interval: float) -> Iterator[Finding]:
    """All that can be said of the ledger at `database`. Blocks; `interval` is the service's, in seconds."""
    try:
        store = open_store(database)
    except LedgerMissingError as error:
        do = "`banditore init` makes one; if there was one, see BANDITORE_DATABASE"
        yield Finding("ledger", "", Sign.FAULT, str(error), do)
        return
    except LedgerOutdatedError as error:
        yield Finding("ledger", "", Sign.ATTENTION, str(error), "start `banditore run`")
        return
    except LedgerError as error:
        yield Finding("ledger", "", Sign.FAULT, str(error), "see docs/ledger.md")
        return
    try:
        yield _soundness(store)
        if store.path is not None:
            yield from _holder(store.path)
        else:
            yield _clock(store)
        yield from _services(store, interval)
    except LedgerError as error:
        yield Finding("ledger", "", Sign.FAULT, str(error), "see docs/ledger.md")
    finally:
        store.close()


def _soundness(store: Store) -> Finding:
    if store.path is None:
        return Finding("ledger", "", Sign.OK, f"{store.name}, up to date")
    with store.reading() as db:
        found = db.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        mode = db.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if found != "ok":
        do = "stop the service, keep the file, and restore a copy as docs/ledger.md says"
        return Finding("ledger", "", Sign.FAULT, f"{store.path} is damaged: {found}", do)
    if mode != "wal":
        said = f"{store.path} has no write-ahead log ({mode})"
        return Finding("ledger", "", Sign.FAULT, said, "see that its disk is a local one")
    log = store.path.with_name(f"{store.path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LARGE_LOG:
        said = f"its write-ahead log has grown to {size / 1024**2:.0f} MB"
        do = "see which program has the ledger open all the while, and end that"
        return Finding("ledger", "", Sign.ATTENTION, said, do)
    size = store.path.stat().st_size
    return Finding(
        "ledger", "", Sign.OK, f"{store.path}, {size / 1024**2:.1f} MB, sound, up to date"
    )


def _holder(path: Path) -> Iterator[Finding]:
    """Which process holds the ledger as its running crier; the kernel's own list, so nothing is taken to ask."""
    try:
        lock = Path(f"{path.resolve()}.lock").stat()
        held = _LOCKS.read_text(encoding="ascii", errors="replace")
    except OSError:
        return
    # such as "1: FLOCK  ADVISORY  WRITE 4242 08:01:131105 0 EOF" (proc_locks(5))
    inode = f"{os.major(lock.st_dev):02x}:{os.minor(lock.st_dev):02x}:{lock.st_ino}"
    for line in held.splitlines():
        match line.split():
            case [_, "FLOCK", _, _, process, place, *_] if place == inode:
                yield Finding("lock", "", Sign.OK, f"process {process} holds the ledger")
                return
    yield Finding("lock", "", Sign.OK, "nobody holds the ledger")


def _clock(store: Store) -> Finding:
    asked = datetime.now(UTC)
    with store.reading() as db:
        theirs = store.time(db)
    assert theirs is not None, "a server has a clock"
    return judged(Heard(theirs, asked, datetime.now(UTC), grain=timedelta(0)), "the database's")


def _services(store: Store, interval: float) -> Iterator[Finding]:
    book = Ledger(store, node="doctor")
    nodes = list(lives(book.nodes.all(), book.now(), timedelta(seconds=interval)))
    for node in nodes:
        seen = f"{node.name}, seen {moment(node.seen_at, None)}"
        if node.is_alive and not node.fault:
            yield Finding("service", "", Sign.OK, f"{seen}, alive")
        elif node.is_alive:
            do = "see docs/operations.md, a silent or dead node"
            yield Finding("service", "", Sign.FAULT, f"{seen}, may not speak: {node.fault}", do)
        else:
            do = "see its log, and start it again, or wait: a dead node is forgotten after a day"
            yield Finding("service", "", Sign.FAULT, f"{seen}, dead", do)
    if not nodes:
        do = "start `banditore run`: nothing goes out without it"
        yield Finding("service", "", Sign.ATTENTION, "no banditore runs on this ledger", do)

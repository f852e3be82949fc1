"""A real PostgreSQL for the tests, started when the first of them asks, and a database of its own for each.

The server listens on a Unix socket alone. It dies with the process that started it, however that ends.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from bot.ledger import create

KINDS = ("sqlite", "postgresql")

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LONGEST_START = 60.0  # seconds


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine."""
    found = [
        path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "postgres").exists()
    ]
    if found:
        return max(found, key=lambda path: int("0" + path.parent.name.partition(".")[0]))
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


@dataclass
class Server:
    """A PostgreSQL server in a temporary folder; `start` and `stop` it as often as needed."""

    folder: Path
    durable: bool = False  # is a commit on disk? What a power cut would take is of no use to a test
    process: subprocess.Popen[bytes] | None = None
    made: int = field(default=0)  # databases

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://banditore@/{name}?host={quote(str(self.folder))}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            *(str(_required() / "postgres"), "-D", str(self.folder / "data")),
            *("-k", str(self.folder), "-c", "listen_addresses=", "-c", "max_connections=50"),
            *("-c", "logging_collector=off"),
        ]
        if not self.durable:
            command += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, user=_owner(), preexec_fn=_die_with_parent
            )
        ends = time.monotonic() + _LONGEST_START
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """Stop it at once, as a fall of the machine would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
            self.process = None

    def say(self, sql: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.encode())

    def database(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of `template`."""
        self.made += 1
        name = f"test_{self.made}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)


@contextmanager
def serving(*, durable: bool = False) -> Iterator[Server]:
    """A server of one's own, for a test that stops it; skips where there is no PostgreSQL."""
    # A socket's path has room for 107 bytes, which pytest's own folders may exceed.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = Server(folder, durable)
    try:
        if (owner := _owner()) is not None:
            shutil.chown(folder, owner)
        subprocess.run(
            [
                *(str(_required() / "initdb"), "-D", str(folder / "data"), "-U", "banditore"),
                *("-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=owner,
        )
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server that all tests share, with a database `migrated` that holds an empty ledger."""
    with serving() as server:
        server.say("CREATE DATABASE migrated")
        create(server.url("migrated")).close()
        yield server


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Runs a test on both databases."""
    return str(request.param)


@pytest.fixture
def empty_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger that is still to be made, on either database."""
    if kind == "sqlite":
        return str(tmp_path / "banditore.db")
    server: Server = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty ledger, on either database."""
    if kind == "sqlite":
        path = str(tmp_path / "banditore.db")
        create(path).close()
        return path
    server: Server = request.getfixturevalue("postgresql")
    return server.database("migrated")


def _required() -> Path:
    """The folder of PostgreSQL's programs; without one the test is skipped, and fails in CI."""
    found = binaries()
    if found is not None:
        return found
    reason = "there is no PostgreSQL here: `make postgresql` installs one on Debian, as root"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _owner() -> int | None:
    """Whom the server runs as: it refuses to be root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    pytest.fail("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)

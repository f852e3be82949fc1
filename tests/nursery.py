"""Starts `banditore` processes quickly: each is forked from one that has imported the program and done nothing else.

Run by itself (`python -m tests.nursery`) it is that process: a line of JSON on stdin asks for a child, a line
on stdout is its number. Its children die with it, and it dies with whoever started it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import importlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

_PR_SET_PDEATHSIG = 1  # linux/prctl.h

# What `banditore run` imports by and by; most of the second that a start takes.
_IMPORTED = (
    "alembic.command",
    "apscheduler.schedulers.asyncio",
    "apscheduler.triggers.interval",
    "babel.dates",
    "bot.cli",
    "bot.cli.settings",
    "bot.desk.log",
    "bot.ledger",
    "bot.ledger.bounded",
    "bot.load.library",
    "bot.publishers.registry",
    "bot.publishers.telegram",
    "bot.publishers.x",
    "bot.service",
    "holidays",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "telegram",
    "tweepy",
)


@dataclass(frozen=True, slots=True)
class Child:
    """A running process; the handle stays its own when its number is given to another."""

    pid: int
    handle: int  # a pidfd; -1 = it was gone before it could be had

    def send(self, number: int) -> bool:
        """Send it a signal. False if it has ended."""
        if self.handle < 0:
            return False
        try:
            signal.pidfd_send_signal(self.handle, number)
        except ProcessLookupError:
            return False
        return True

    def wait(self) -> None:
        """Wait for its end, and let nothing else happen meanwhile."""
        if self.handle >= 0:
            select.select([self.handle], [], [])

    async def ended(self) -> None:
        """Wait for its end, whoever its parent is; called once."""
        if self.handle < 0:
            return
        loop = asyncio.get_running_loop()
        over = asyncio.Event()
        loop.add_reader(self.handle, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(self.handle)

    def close(self) -> None:
        """Give its handle back."""
        if self.handle >= 0:
            os.close(self.handle)


class Nursery:
    """The other end of the process that forks."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def start(
        self,
        words: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        log: Path,
        errors: Path | None = None,
        code: Path | None = None,
        cold: bool = False,
    ) -> Child:
        """Start `banditore` with these words; what it writes goes to the end of `log`, its errors to `errors`
        where that is another, and with what it ends to `code`. `cold`, it is a new interpreter, as an admin's."""
        asked = {
            "words": list(words),
            "folder": str(folder),
            "environment": dict(environment),
            "log": str(log),
            "errors": str(errors or log),
            "code": str(code or ""),
            "cold": cold,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        try:
            return Child(pid, os.pidfd_open(pid))
        except ProcessLookupError:
            return Child(pid, -1)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery; all its children are killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What its children write is encoded as this one's was when it began.
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    with process:
        try:
            yield Nursery(process)
        finally:
            process.kill()


def main() -> None:
    """Fork a child for each line on stdin, until there is none."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    before = dict(os.environ)
    for name in _IMPORTED:
        importlib.import_module(name)
    # What an import says to its own library there, a child has to find, too.
    said = {name: each for name, each in os.environ.items() if before.get(name) != each}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here asks how they ended
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be(asked, said)
        print(pid, flush=True)


def _be(asked: dict[str, object], said: dict[str, str]) -> None:
    """Become `banditore`, in the environment that is asked for and with what imports added; does not return."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    at_its_end = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(str(asked["log"]), at_its_end, 0o600), 1)
    os.dup2(os.open(str(asked["errors"]), at_its_end, 0o600), 2)
    os.closerange(3, 256)
    os.chdir(str(asked["folder"]))
    words, environment = asked["words"], asked["environment"]
    assert isinstance(words, list)
    assert isinstance(environment, dict)
    if asked["cold"]:
        os.execve(sys.executable, [sys.executable, "-m", "bot", *words], environment)
    os.environ.clear()
    os.environ.update(environment | said)
    time.tzset()
    zoneinfo.reset_tzpath()
    random.seed()  # no two children draw the same
    sys.argv = ["banditore", *words]
    code: object = 1
    try:
        importlib.import_module("bot.cli").main()
        code = 0
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    number = code if isinstance(code, int) else 0 if code is None else 1
    with contextlib.suppress(BrokenPipeError, ValueError):  # closed, as `main` does it
        sys.stdout.flush()
        sys.stderr.flush()
    if asked["code"]:
        Path(str(asked["code"])).write_text(str(number))
    os._exit(number)


if __name__ == "__main__":
    main()

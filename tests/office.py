"""A small office in a folder: its files, a ledger, and the real command run as its staff would run it."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

from bot.sandbox import TELEGRAM_TOKEN, Account, Address
from tests.nursery import Child, Nursery, nursery

ROOT = Path(__file__).parents[1]

ALWAYS = """
timezone: Europe/Rome
announce: [20 days before at 10:00]
hours: {days: daily, from: "00:00", to: "23:59"}
holidays: none
gap: 0 minutes
per_day: 1000
"""

CHANNELS = """
channels:
  telegram-it: {platform: telegram, chat: "@torino", language: it, schedule: always}
  x-it: {platform: x, account: torino, language: it, schedule: always}
"""


@cache
def the_nursery() -> Nursery:
    """One for all tests of this process: a command then starts in a tenth of a second instead of one.

    It is cold starts that tell what a command forgot to import: tests/cli/test_commands.py has one of each.
    """
    opened = ExitStack()
    atexit.register(opened.close)
    return opened.enter_context(nursery())


@dataclass
class Office:
    """Its schedule speaks at any hour, and its channels at once."""

    folder: Path
    address: Address | None = None  # of the sandbox that stands in for both platforms
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.write("schedules/always.yaml", ALWAYS)
        self.write("schedules/channels.yaml", CHANNELS)
        (self.folder / "content").mkdir(exist_ok=True)

    def write(self, name: str, text: str) -> Path:
        """Put a file in its place at once, as an editor that saves does."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".tmp")
        draft.write_text(dedent(text), encoding="utf-8")
        draft.replace(path)
        return path

    def write_items(self, name: str, titles: Sequence[str]) -> Path:
        """Events ten days from now: their one announcement is late already, and due at once."""
        when = datetime.now(UTC).date() + timedelta(days=10)
        items = "".join(
            f"  - {{id: {title.lower()}, status: ready, title: {title}, when: {when}}}\n"
            for title in titles
        )
        return self.write(name, f"year: {when.year}\nlink: https://example.org/\nitems:\n{items}")

    @property
    def database(self) -> str:
        return str(self.folder / "banditore.db")

    def variables(self) -> dict[str, str]:
        """The environment of its commands: nothing of ours gets in but the path to Python."""
        given = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),  # this checkout, whatever is installed
            "BANDITORE_SETTLING": "0",  # a test does not wait for staff to save twice
        }
        if self.address is not None:
            keys = Account.make_believe("torino")
            given |= {
                "BANDITORE_TELEGRAM_API": self.address.telegram,
                "BANDITORE_TELEGRAM_PAGE": self.address.telegram_page,
                "BANDITORE_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
                "BANDITORE_X_API": self.address.x,
                "BANDITORE_X_CONSUMER_KEY": keys.consumer_key,
                "BANDITORE_X_CONSUMER_SECRET": keys.consumer_secret,
                "BANDITORE_X_TORINO_ACCESS_TOKEN": keys.access_token,
                "BANDITORE_X_TORINO_ACCESS_SECRET": keys.access_token_secret,
            }
        return given | self.environment

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command to its end. Not while the sandbox is served on the same event loop."""
        with self._forked(words) as (child, ended):
            child.wait()
            return ended()

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        """One command that goes on by itself."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=self.folder,
            env=self.variables(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def finish(self, *words: str) -> tuple[int | None, str]:
        """One command to its end, while the event loop goes on; its errors are among its output."""
        with self._forked(words, together=True) as (child, ended):
            await child.ended()
            found = ended()
        return found.returncode, found.stdout

    @contextmanager
    def _forked(
        self, words: Sequence[str], *, together: bool = False
    ) -> Iterator[tuple[Child, Callable[[], subprocess.CompletedProcess[str]]]]:
        """A command as it runs, and what there is to know of it when it has ended."""
        with TemporaryDirectory() as place:
            output, errors, code = (Path(place, name) for name in ("output", "errors", "code"))
            child = the_nursery().start(
                words,
                folder=self.folder,
                environment=self.variables(),
                log=output,
                errors=output if together else errors,
                code=code,
            )

            def ended() -> subprocess.CompletedProcess[str]:
                # One that was killed could not say with what it ended.
                number = int(code.read_text()) if code.exists() else -signal.SIGKILL
                said = [path.read_text() if path.exists() else "" for path in (output, errors)]
                return subprocess.CompletedProcess(words, number, *said)

            try:
                yield child, ended
            finally:
                child.close()

    async def log(self) -> list[dict[str, Any]]:
        """What `banditore log --json` says."""
        code, output = await self.finish("log", "--json")
        assert code == 0, output
        found: list[dict[str, Any]] = json.loads(output)
        return found

"""A machine that keeps one `banditore run` alive: started again at once however it ends, as systemd does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.nursery import Child, Nursery
from tests.office import Office

# systemd's own pause before it starts a service again (systemd.service(5), RestartSec=).
_BREATH = 0.1  # seconds

# So often a log is looked at for what a test waits for.
_GLANCE = 0.02  # seconds


@dataclass
class Machine:
    """Its files, its process, and the log of each process that it had."""

    name: str
    office: Office
    nursery: Nursery
    child: Child | None = None
    starts: int = 0
    cold_each: int = 0  # each so manyth start is that of a new interpreter; 0 = none
    _keeper: asyncio.Task[None] | None = field(default=None, repr=False)
    _is_on: bool = False

    def __post_init__(self) -> None:
        self._logs.mkdir()

    @property
    def _logs(self) -> Path:
        return self.office.folder / "logs"

    def on(self) -> None:
        """Keep a service running from now on."""
        self._is_on = True
        self._keeper = asyncio.create_task(self._keep(), name=self.name)

    async def off(self, number: int = signal.SIGTERM) -> None:
        """End the service and start no other."""
        self._is_on = False
        while self._keeper is not None and not self._keeper.done():
            if self.child is not None:
                self.child.send(signal.SIGCONT)
                self.child.send(number)
            await asyncio.wait({self._keeper}, timeout=1)

    async def command(self, *words: str) -> None:
        """Run another command to its end."""
        child = self._start(list(words), self._logs / f"{words[0]}.txt")
        await child.ended()
        child.close()

    def kill(self) -> bool:
        """`kill -9`. False where nothing runs at this moment."""
        child, self.child = self.child, None  # one that is dying is not killed twice
        return child is not None and child.send(signal.SIGKILL)

    def freeze(self) -> bool:
        return self.child is not None and self.child.send(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.child is not None:
            self.child.send(signal.SIGCONT)

    def facts(self) -> Iterator[dict[str, Any]]:
        """All that its services told, the first first; a line that a kill cut off is none."""
        for log in self.logs():
            for line in log.read_text(errors="replace").splitlines():
                with contextlib.suppress(ValueError):
                    yield json.loads(line)

    def logs(self) -> list[Path]:
        return sorted(self._logs.glob("run-*.log"))

    async def told(self, *events: str, within: float = 30, **fields: Any) -> dict[str, Any]:
        """Wait until its services have told one of these facts, and return the latest."""
        found: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(within):
                while not found:
                    await asyncio.sleep(_GLANCE)
                    found = [
                        fact
                        for fact in self.facts()
                        if fact["event"] in events and fields.items() <= fact.items()
                    ]
        except TimeoutError:
            seen = [log.read_text() for log in self.logs()]
            missing = " or ".join(events)
            raise AssertionError(f"{self.name} never told {missing}; it told {seen}") from None
        return found[-1]

    async def _keep(self) -> None:
        while self._is_on:
            self.starts += 1
            log = self._logs / f"run-{self.starts:05}.log"
            cold = self.cold_each > 0 and self.starts % self.cold_each == 0
            self.child = child = self._start(["run"], log, cold=cold)
            await child.ended()
            self.child = None
            child.close()
            await asyncio.sleep(_BREATH)

    def _start(self, words: list[str], log: Path, *, cold: bool = False) -> Child:
        return self.nursery.start(
            words,
            folder=self.office.folder,
            environment=self.office.variables(),
            log=log,
            cold=cold,
        )

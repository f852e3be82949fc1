"""The doctor's rounds: which checks there are, in the order in which they are told, and what each of them needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from bot.cli.checkup import book, files, machine, reach
from bot.cli.checkup.waiting import Check, in_a_thread
from bot.cli.run import credentials_of
from bot.cli.settings import Settings
from bot.ledger import LedgerError
from bot.ledger.connecting import path_of
from bot.load.library import Edition, Library
from bot.publishers.base import Timeouts
from bot.publishers.probe import Finding, Sign
from bot.publishers.registry import Publishers


@dataclass(frozen=True)
class Rounds:
    """One look at everything."""

    settings: Settings
    content: Path
    schedules: Path
    database: str
    _: KW_ONLY
    is_offline: bool = False  # no network is asked
    pings: bool = False  # one ping goes out
    alerts: bool = False  # one alert goes out

    def checks(self) -> Mapping[str, Check]:
        """Every check, by the subject under which it is told that it failed or was late."""
        near: dict[str, Check] = {
            "machine": self._machine,
            "files": self._files,
            "ledger": self._ledger,
            "desk": lambda: reach.desk(self.settings.desk),
        }
        far: dict[str, Check] = {
            "platforms": self._platforms,
            "links": self._links,
            "ping": lambda: reach.dead_man(self.settings.ping_url, is_sent=self.pings),
        }
        if self.is_offline:
            far = {subject: _not_asked(subject) for subject in ("clock", *far)}
        last: dict[str, Check] = {
            "alerts": lambda: reach.alerts(self.settings.alerts, is_sent=self.alerts)
        }
        return near | far | last

    @cached_property
    def _missing(self) -> list[Path]:
        return [each for each in (self.content, self.schedules) if not each.is_dir()]

    @cached_property
    def _edition(self) -> Edition | None:
        """What the files say; None where a folder is missing."""
        if self._missing:
            return None
        settling = timedelta(minutes=self.settings.settling)
        return Library(self.content, self.schedules, settling=settling).current

    @cached_property
    def _path(self) -> Path | None:
        """Of a SQLite ledger; None for a server's, and for an address that the ledger's own check refuses."""
        try:
            return path_of(self.database)
        except LedgerError:
            return None

    async def _machine(self) -> list[Finding]:
        used = list(self._edition.catalog.schedules.values()) if self._edition else []
        path = self._path
        found = [machine.python(), machine.libraries(), machine.zones(used)]
        found.append(machine.holidays(used))
        found.append(machine.room(path.resolve().parent if path else Path.cwd()))
        if path is not None:
            found.append(machine.rights(path))
        named = [
            (name, value)
            for name, value in sorted(os.environ.items())
            if name.startswith("BANDITORE_") and name.endswith("_FILE")
        ]
        return [*found, *machine.secret_files(named)]

    async def _files(self) -> list[Finding]:
        edition = self._edition
        if edition is None:
            said = f"there is no folder {', '.join(map(str, self._missing))}"
            do = "run this where content/ and schedules/ are, or name them with --content, --schedules"
            return [Finding("files", "", Sign.FAULT, said, do)]
        found = files.problems(edition.catalog, edition.problems)
        return [found, await in_a_thread(lambda: files.git(self.content))]

    async def _ledger(self) -> list[Finding]:
        return await in_a_thread(lambda: list(book.ledger(self.database, self.settings.interval)))

    async def _platforms(self) -> list[Finding]:
        if self._edition is None:
            return []
        given = self.settings
        timeouts = Timeouts(connect=given.connect_timeout, total=given.call_timeout)
        publishers = Publishers(credentials_of(given), lambda: datetime.now(UTC), timeouts)
        return await reach.platforms(publishers, self._edition.catalog)

    async def _links(self) -> list[Finding]:
        edition = self._edition
        if edition is None:
            return []
        return await in_a_thread(lambda: reach.links(self.content, edition, self.database))


def _not_asked(subject: str) -> Check:
    async def say() -> list[Finding]:
        return [Finding(subject, "", Sign.NOT_ASKED, "--offline")]

    return say

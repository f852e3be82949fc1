"""`banditore doctor`: is everything there that posts need? It asks and reads, and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import (
    CONTENT,
    DATABASE,
    SCHEDULES,
    ContentOption,
    DatabaseOption,
    JsonOption,
    SchedulesOption,
)

if TYPE_CHECKING:
    from bot.cli.checkup.waiting import Check
    from bot.cli.settings import Settings
    from bot.load.library import Edition
    from bot.publishers.probe import Finding

_COLOURS = {"ok": "green", "attention": "yellow", "fault": "red", "unknown": "magenta"}

_WIDEST = 24  # characters that a subject gets in its column
_SIGN = 11  # characters of a sign's column
_NARROWEST = 30  # characters of a text beside its subject; with less it stands below

# Seconds for all of it beyond the time that one call to a platform has.
_BEYOND = 30.0


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of any network.")] = False,
    ping: Annotated[
        bool, typer.Option("--ping", help="Send one ping to the dead-man switch.")
    ] = False,
    alert: Annotated[
        bool, typer.Option("--alert", help="Send one alert to BANDITORE_ALERTS, to try.")
    ] = False,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Look at everything that posts need: credentials, chats, clock, files, ledger, disk, links; say what to do.

    It posts nothing. It asks Telegram, X (which may take a tenth of a cent for each account) and the pages behind the links
    of the next week.

    Exit codes: 0 all is well, 1 there is something to do, 2 something could not be looked at.
    """
    import asyncio

    from bot.cli.checkup.waiting import all_of
    from bot.cli.settings import read_settings
    from bot.desk.log import mute

    if offline and (ping or alert):
        raise typer.BadParameter("--offline sends neither a ping nor an alert")
    settings = read_settings()
    mute()
    checks = _checks(
        settings, content, schedules, database, offline=offline, ping=ping, alert=alert
    )
    found = asyncio.run(all_of(checks, settings.call_timeout + _BEYOND))
    code = _exit_code(found)
    if as_json:
        typer.echo(json.dumps(_as_object(found, code), ensure_ascii=False, indent=2))
    else:
        _print(found)
    if code:
        raise typer.Exit(code)


def _checks(
    settings: Settings,
    content: Path,
    schedules: Path,
    database: str,
    *,
    offline: bool,
    ping: bool,
    alert: bool,
) -> Mapping[str, Check]:
    """What is looked at, in the order in which it is told."""
    from datetime import UTC, datetime
    from functools import partial

    from bot.cli.checkup import book, files, machine, reach
    from bot.cli.checkup.waiting import in_a_thread
    from bot.cli.run import credentials_of
    from bot.ledger.connecting import path_of
    from bot.publishers.base import Timeouts
    from bot.publishers.probe import Finding, Sign
    from bot.publishers.registry import Publishers

    folders = [each for each in (content, schedules) if not each.is_dir()]
    edition = None if folders else _read(content, schedules, settings.settling)
    path = path_of(database)
    used = list(edition.catalog.schedules.values()) if edition else []

    async def of_machine() -> list[Finding]:
        found = [machine.python(), machine.libraries(), machine.zones(used)]
        found.append(machine.holidays(used))
        found.append(machine.room(path.resolve().parent if path else Path.cwd()))
        if path is not None:
            found.append(machine.rights(path))
        named = [
            each
            for each in os.environ.items()
            if each[0].startswith("BANDITORE_") and each[0].endswith("_FILE")
        ]
        return [*found, *machine.secret_files(sorted(named))]

    async def of_files() -> list[Finding]:
        if edition is None:
            missing = ", ".join(map(str, folders))
            do = "run this where content/ and schedules/ are, or name them with --content, --schedules"
            return [Finding("files", "", Sign.FAULT, f"there is no folder {missing}", do)]
        found = files.problems(edition.catalog, edition.problems)
        return [found, await in_a_thread(partial(files.git, content))]

    async def of_ledger() -> list[Finding]:
        return await in_a_thread(lambda: list(book.ledger(database, settings.interval)))

    def not_asked(subject: str) -> Check:
        async def say() -> list[Finding]:
            return [Finding(subject, "", Sign.NOT_ASKED, "--offline")]

        return say

    async def of_platforms() -> list[Finding]:
        if edition is None:
            return []
        timeouts = Timeouts(connect=settings.connect_timeout, total=settings.call_timeout)
        publishers = Publishers(credentials_of(settings), lambda: datetime.now(UTC), timeouts)
        return await reach.platforms(publishers, edition.catalog)

    async def of_links() -> list[Finding]:
        if edition is None:
            return []
        return await in_a_thread(lambda: reach.links(content, edition, database))

    near: dict[str, Check] = {
        "machine": of_machine,
        "files": of_files,
        "ledger": of_ledger,
        "desk": lambda: reach.desk(settings.desk),
    }
    far: dict[str, Check] = {
        "platforms": of_platforms,
        "links": of_links,
        "ping": lambda: reach.dead_man(settings.ping_url, is_sent=ping),
    }
    if offline:
        far = {subject: not_asked(subject) for subject in ("clock", *far)}
    return {
        **near,
        **far,
        "alerts": lambda: reach.alerts(settings.alerts, is_sent=alert),
    }


def _read(content: Path, schedules: Path, settling: float) -> Edition:
    from datetime import timedelta

    from bot.load.library import Library

    return Library(content, schedules, settling=timedelta(minutes=settling)).current


# --- telling ------------------------------------------------------------------------------------


def _exit_code(found: Sequence[Finding]) -> int:
    signs = {finding.sign for finding in found}
    if signs & {"attention", "fault"}:
        return 1
    return 2 if "unknown" in signs else 0


def _as_object(found: Sequence[Finding], code: int) -> dict[str, Any]:
    return {
        "healthy": code == 0,
        "findings": [
            {
                "subject": each.subject,
                "channel": each.channel,
                "sign": str(each.sign),
                "said": each.said,
                "do": each.do,
            }
            for each in found
        ],
    }


def _print(found: Sequence[Finding]) -> None:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    column = min(_WIDEST, max(len(_subject(each)) for each in found))
    for each in found:
        for line in lines_of(each, column, width):
            typer.echo(line)
    typer.echo("")
    typer.secho(_summary(found), bold=True, fg=_COLOURS[_worst(found)])


def lines_of(finding: Finding, column: int, width: int) -> Iterator[str]:
    """A finding as it is printed: sign, subject, what was found; below, what to do. `width` 0: never broken."""
    sign = typer.style(f"{finding.sign:<{_SIGN}}", fg=_COLOURS.get(finding.sign))
    subject = _subject(finding)
    margin = _SIGN + column + 2
    is_beside = len(subject) <= column and (not width or width - margin >= _NARROWEST)
    if not is_beside:
        margin = _SIGN
        yield f"{sign}{subject}"
    said = _broken(finding.said, margin, width)
    if is_beside:
        yield f"{sign}{subject:<{column}}  {next(said).strip()}"
    yield from said
    if finding.do:
        yield from _broken(f"do: {finding.do}", margin, width, "    ")


def _subject(finding: Finding) -> str:
    return f"{finding.subject} {finding.channel}".strip()


def _broken(text: str, margin: int, width: int, hanging: str = "") -> Iterator[str]:
    """`text` behind a margin, broken between words only: a command that is copied must lose no sign."""
    blank = " " * margin
    if not width:
        yield blank + text
        return
    yield from textwrap.wrap(
        text,
        width,
        initial_indent=blank,
        subsequent_indent=blank + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _worst(found: Sequence[Finding]) -> str:
    signs = {str(each.sign) for each in found}
    return next((each for each in ("fault", "attention", "unknown") if each in signs), "ok")


def _summary(found: Sequence[Finding]) -> str:
    number = {sign: sum(each.sign == sign for each in found) for sign in _COLOURS}
    parts = [
        f"{number['fault']} to mend" if number["fault"] else "",
        f"{number['attention']} to look at" if number["attention"] else "",
        f"{number['unknown']} that could not be looked at" if number["unknown"] else "",
    ]
    return ", ".join(filter(None, parts)) or "all is well"

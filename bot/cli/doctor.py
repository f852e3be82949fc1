"""`banditore doctor`: is everything there that posts need? It asks and reads, and changes nothing."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
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

    from bot.cli.checkup.rounds import Rounds
    from bot.cli.checkup.waiting import all_of
    from bot.cli.settings import read_settings
    from bot.desk.log import mute

    if offline and (ping or alert):
        raise typer.BadParameter("--offline sends neither a ping nor an alert")
    settings = read_settings()
    mute()
    rounds = Rounds(
        settings, content, schedules, database, is_offline=offline, pings=ping, alerts=alert
    )
    found = asyncio.run(all_of(rounds.checks(), settings.call_timeout + _BEYOND))
    code = _exit_code(found)
    if as_json:
        typer.echo(json.dumps(_as_object(found, code), ensure_ascii=False, indent=2))
    else:
        _print(found)
    if code:
        raise typer.Exit(code)


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

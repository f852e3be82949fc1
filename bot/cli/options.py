"""What several commands share: the options that say where things lie, and how commands fail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli.language import spoken
from bot.core.said import said

if TYPE_CHECKING:
    from bot.core.history import History
    from bot.core.model import Catalog, Problem

ContentOption = Annotated[
    Path,
    typer.Option("--content", envvar="BANDITORE_CONTENT", help="Folder of the items."),
]
SchedulesOption = Annotated[
    Path,
    typer.Option(
        "--schedules", envvar="BANDITORE_SCHEDULES", help="Folder of channels and ladders."
    ),
]
DatabaseOption = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="BANDITORE_DATABASE",
        help="The ledger: path of a SQLite file, or postgresql://…",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

CONTENT = Path("content")
SCHEDULES = Path("schedules")
DATABASE = "banditore.db"


def fail(message: str, *, code: int = 2) -> NoReturn:
    """Say on stderr why the command could not do its work, and end it."""
    typer.echo(f"banditore: {spoken(message)}", err=True)
    raise typer.Exit(code)


def read_day(text: str | None, option: str) -> date | None:
    """The day that an option names as `2021-05-03`."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(
            said("{option} takes a day such as 2021-05-03, not {text!r}", option=option, text=text)
        )


def load_files(content: Path, schedules: Path) -> tuple[Catalog, tuple[Problem, ...]]:
    """Load both folders; a folder that isn't there ends the command."""
    from bot.load import load

    require_folders(content, schedules)
    return load(content, schedules)


def require_folders(content: Path, schedules: Path) -> None:
    """End the command where a folder isn't there."""
    for folder, option in ((content, "--content"), (schedules, "--schedules")):
        if not folder.is_dir():
            fail(
                said(
                    "there is no folder {folder}: run this where your content/ and schedules/ are, name it "
                    "with {option}, or let `banditore init` make an example",
                    folder=folder,
                    option=option,
                )
            )
    if content.absolute().name == schedules.absolute().name:
        fail(
            said("the two folders need different names: problems and the ledger name files by them")
        )


def warn_of(problems: tuple[Problem, ...]) -> None:
    """One line on stderr where files have faults: nothing of these files goes out."""
    files = sorted({problem.mark.file for problem in problems if problem.severity == "error"})
    if files:
        told = said(
            "nothing of {files} goes out, or is shown here, until what `banditore check` tells is mended",
            files=", ".join(files),
        )
        typer.echo(f"banditore: {spoken(told)}", err=True)


def read_history(database: str) -> tuple[History, datetime] | None:
    """The ledger's history and its now; None where there is no ledger."""
    from bot.ledger import Ledger, LedgerError, LedgerMissingError, open_store

    try:
        store = open_store(database)
    except LedgerMissingError:
        return None
    except LedgerError as error:
        fail(str(error))
    try:
        ledger = Ledger(store, node="reader")
        return ledger.history(), ledger.now()
    finally:
        store.close()


def nearest(name: str, names: Iterable[str]) -> str:
    """`; did you mean …?`, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def morning(day: date, zone: tzinfo) -> datetime:
    """The first instant of `day` in `zone`, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)

"""`banditore backup` copies the ledger while the service runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import DATABASE, DatabaseOption, JsonOption, fail

if TYPE_CHECKING:
    from bot.ledger.backup import Copied


def register(app: typer.Typer) -> None:
    app.command()(backup)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE where it exists.")] = False,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Copy the ledger to FILE, whole and checked; the service may run meanwhile.

    Exit code 2: nothing was copied, and FILE is as it was.
    """
    from bot.ledger import LedgerError
    from bot.ledger.backup import back_up
    from bot.ledger.connecting import path_of

    try:
        ledger = path_of(database)
        if ledger is None:
            fail(_for_servers(database, file))
        copied = back_up(ledger, file, force=force)
    except LedgerError as error:
        fail(str(error))
    typer.echo(json.dumps(_as_json(copied), ensure_ascii=False) if as_json else _in_words(copied))


def _in_words(copied: Copied) -> str:
    last = f", the last of {copied.last.astimezone():%Y-%m-%d %H:%M %Z}" if copied.last else ""
    number = "1 attempt" if copied.attempts == 1 else f"{copied.attempts} attempts"
    return f"copied the ledger to {copied.file}: {number}{last}; the copy is sound"


def _as_json(copied: Copied) -> dict[str, object]:
    return {
        "file": str(copied.file),
        "attempts": copied.attempts,
        "last": copied.last.isoformat() if copied.last else None,
    }


def _for_servers(database: str, file: Path) -> str:
    import shlex

    from bot.ledger.connecting import without_password

    command = ["pg_dump", "--format=custom", f"--file={file}", without_password(database)]
    return (
        "a PostgreSQL ledger is copied with PostgreSQL's own tool, which asks for the password or "
        f"reads it from ~/.pgpass:\n  {shlex.join(command)}"
    )

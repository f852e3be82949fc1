"""`banditore init`: a commented folder where there is none, and the ledger. It overwrites nothing."""

from __future__ import annotations

import os
import sys
import sysconfig
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.language import language as spoken_language
from bot.cli.options import (
    CONTENT,
    DATABASE,
    SCHEDULES,
    ContentOption,
    DatabaseOption,
    SchedulesOption,
    fail,
    load_files,
)

if TYPE_CHECKING:
    from bot.core.model import Catalog
    from bot.example import Machine

# Whose rights the service has where root makes the folder; docs/install.md makes this user.
_SERVICE_USER = "banditore"


def register(app: typer.Typer) -> None:
    app.command()(init)


def init(
    *,
    restored_from: Annotated[
        str,
        typer.Option(
            "--restored-from",
            metavar="T",
            help="The ledger in place is a copy made at T ('2026-05-03 18:00', this machine's "
            "time): hold what was due since.",
        ),
    ] = "",
    git: Annotated[
        str,
        typer.Option(
            "--git",
            metavar="github|gitlab",
            help="Also make the file with which it checks each proposed change and shows its posts.",
        ),
    ] = "",
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
) -> None:
    """Make the ledger; and around it whatever is missing of a commented folder, with a systemd unit.

    Channels speak from this moment: what was due before is not announced.
    """
    if restored_from:
        from bot.cli.restored import hold_since

        hold_since(restored_from, content, schedules, database)
        return
    from bot.catalogs import in_language
    from bot.core.model import Severity
    from bot.core.said import said

    language = str(spoken_language())
    _make_files(content, schedules, language, git)
    catalog, problems = load_files(content, schedules)
    if any(problem.severity is Severity.ERROR for problem in problems):
        fail(
            in_language(
                said(
                    "mend the problems that `banditore check` tells first: the ledger remembers what is "
                    "there when it is made, and what it can't read now would later count as new"
                ),
                language,
            )
        )
    shown = _make_ledger(database, catalog)
    lines = (
        said(
            "made the ledger {ledger}: {number} channel(s) speak from now on",
            ledger=shown,
            number=len(catalog.channels),
        ),
        said("next: write items in content/ (`status: ready` when they may go out), then"),
        said(
            "`banditore check`, `banditore rehearse` (`--drafts` plays drafts, too), `banditore run`"
        ),
    )
    for line in lines:
        typer.echo(in_language(line, language))


def _make_files(content: Path, schedules: Path, language: str, host: str) -> None:
    """Make what is missing, and list it."""
    from bot.catalogs import in_language
    from bot.core.said import said
    from bot.example import HOSTS, write_example, write_host
    from bot.example.editor import write_schemas

    if host and host not in HOSTS:
        fail(f"--git takes one of {', '.join(HOSTS)}, not {host!r}")
    try:
        # The day of this machine decides in which year the example's dates lie.
        today = date.today()  # noqa: DTZ011
        for path in write_example(content, schedules, language, today, _machine()):
            typer.echo(in_language(said("made {file}", file=path), language))
        for path in write_host(content, host) if host else ():
            typer.echo(in_language(said("made {file}", file=path), language))
        if not (content.parent / "schemas").exists():
            for path in write_schemas(content.parent, language):
                typer.echo(in_language(said("made {file}", file=path), language))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")


def _make_ledger(database: str, catalog: Catalog) -> str:
    """Make the ledger, which remembers what there is now; returns its name without password."""
    from bot.core.model import Status
    from bot.ledger import Ledger, LedgerError, create, shown

    try:
        store = create(database)
    except LedgerError as error:
        fail(str(error))
    try:
        ledger = Ledger(store, node="init")
        ready = [key for key, each in catalog.items.items() if each.status is Status.READY]
        ledger.meet(catalog.channels.values(), ready)
    finally:
        store.close()
    return shown(database)


def _machine() -> Machine:
    """This installation, as a systemd unit has to name it."""
    import pwd

    from bot.example import Machine

    command = Path(sysconfig.get_path("scripts"), "banditore")
    program = (str(command),) if command.is_file() else (sys.executable, "-m", "bot")
    if os.getuid() == 0:
        return Machine(program, _SERVICE_USER)
    try:
        return Machine(program, pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:  # a user without a name, as in some containers
        return Machine(program, str(os.getuid()))

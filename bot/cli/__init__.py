"""The command line: the only place that wires everything, and it imports lazily.

Exit codes: 0 all is well; 1 there is something to mend; 2 the command could not do its work.
"""

from __future__ import annotations

import os
import sys

import typer

from bot.cli import (
    audit,
    backup,
    check,
    doctor,
    explain,
    importing,
    init,
    ledger,
    new,
    plan,
    preview,
    rehearse,
    run,
    schema,
    settle,
    silence,
    status,
    tasks,
    when,
)
from bot.cli.language import LANG, InLanguage, Language

app = typer.Typer(
    name="banditore",
    cls=InLanguage,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Announce an institution's events on Telegram and X: in time, once, and on the record.",
)
check.register(app)
importing.register(app)
explain.register(app)
plan.register(app)
preview.register(app)
when.register(app)
init.register(app)
ledger.register(app)
new.register(app)
backup.register(app)
audit.register(app)
run.register(app)
schema.register(app)
status.register(app)
doctor.register(app)
silence.register(app)
settle.register(app)
tasks.register(app)
rehearse.register(app)


@app.callback(invoke_without_command=True)
def _options(
    *,
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
    lang: Language | None = LANG,
) -> None:
    del lang  # remembered when it was read
    if version:
        from bot import __version__

        typer.echo(f"banditore {__version__}")
        raise typer.Exit


def main() -> None:
    """Entry of the command `banditore`."""
    try:
        app(color=False if os.environ.get("NO_COLOR") else None)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (head, less) left; there is nobody to tell.
        sys.stderr.close()
        sys.exit(1)

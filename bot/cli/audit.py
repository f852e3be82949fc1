"""`banditore audit verify` checks the audit trail, `banditore audit export` writes it out for an archive."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import DATABASE, DatabaseOption, JsonOption, fail, read_day

if TYPE_CHECKING:
    from bot.ledger import Store
    from bot.ledger.entries import Entry

app = typer.Typer(
    no_args_is_help=True,
    help="The audit trail: who queued, approved, paused and resolved what, and what was sent.",
)


def register(whole: typer.Typer) -> None:
    whole.add_typer(app, name="audit")


@app.command()
def verify(
    *,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="EXPORT.jsonl",
            help="An earlier export: is each of its entries still there, unchanged?",
        ),
    ] = None,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Find every entry and row of the ledger that was altered, removed, added or reordered.

    Changes nothing, and may run while the service does. A ledger that was put back whole to an earlier
    time is found only by --against.

    Exit codes: 0 all is as it was written, 1 it is not, 2 the ledger or the export can't be read.
    """
    from bot.ledger import LedgerError
    from bot.ledger.archive import ExportError
    from bot.ledger.verify import Report
    from bot.ledger.verify import verify as findings

    report, found = Report(), 0
    try:
        with _opened(database) as store, _export(against) as earlier:
            for finding in findings(store, earlier, report):
                found += 1
                told = {"where": finding.where, "what": finding.what}
                typer.echo(json.dumps(told) if as_json else str(finding))
    except LedgerError as error:
        fail(str(error))
    except ExportError as error:
        fail(f"{error.__doc__} {against}, {error}")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{against} can't be read: {getattr(error, 'strerror', None) or 'it is no text'}")
    if as_json:
        counts = {"entries": report.entries, "rows": report.rows, "compared": report.compared}
        typer.echo(json.dumps({**counts, "findings": found}))
    else:
        compared = f", {report.compared:,} of the export compared" if against else ""
        looked_at = f"{report.entries:,} entries, {report.rows:,} rows{compared}"
        typer.echo(
            f"{looked_at}: {f'{found:,} not as written' if found else 'all as it was written'}"
        )
    if found:
        raise typer.Exit(1)


@app.command()
def export(
    *,
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to; default: standard output."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="From this day on.")
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="A table, for a spreadsheet, instead of JSON lines.")
    ] = False,
    database: DatabaseOption = DATABASE,
) -> None:
    """Write the audit trail as JSON lines, or as a table, for the archive; the service may run meanwhile.

    JSON lines can be given to `audit verify --against` later; a table can't. FILE must not be there yet.

    Exit code 2: nothing was written.
    """
    from bot.ledger import LedgerError
    from bot.ledger.archive import as_lines, as_table
    from bot.ledger.verify import entries_of

    day = read_day(since, "--since")
    start = datetime(day.year, day.month, day.day).astimezone(UTC) if day else None
    try:
        with _opened(database) as store:
            entries = entries_of(store, start)
            _write(as_table(entries) if as_csv else as_lines(entries), file)
    except LedgerError as error:
        fail(str(error))
    except FileExistsError:
        fail(f"{file} is there already; name another file")
    except OSError as error:
        if file is None:
            raise
        fail(f"{file}: {error.strerror}")


@contextlib.contextmanager
def _opened(database: str) -> Iterator[Store]:
    from bot.ledger import open_store
    from bot.ledger.connecting import MIGRATING

    # To sort a million entries takes a server longer than a post may wait for it.
    store = open_store(database, timeouts=MIGRATING)
    try:
        yield store
    finally:
        store.close()


@contextlib.contextmanager
def _export(file: Path | None) -> Iterator[Iterator[Entry] | None]:
    from bot.ledger.archive import read_lines

    if file is None:
        yield None
        return
    with file.open(encoding="utf-8") as lines:
        yield read_lines(lines)


def _write(lines: Iterable[str], file: Path | None) -> None:
    """Write all of it, or nothing: half an export looks like a whole one."""
    if file is None:
        for line in lines:
            sys.stdout.write(line)
        return
    # The name is ours from here on; what is not whole goes again.
    with file.open("x", encoding="utf-8", newline="") as written:
        try:
            file.chmod(0o600)
            written.writelines(lines)
            written.flush()
            os.fsync(written.fileno())
        except BaseException:
            file.unlink(missing_ok=True)
            raise

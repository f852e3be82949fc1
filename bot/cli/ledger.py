"""`banditore init` makes the ledger, `banditore log` reads it."""

from __future__ import annotations

import json
from datetime import datetime
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
    fail,
    load_files,
    read_day,
)
from bot.cli.spoken import delivery_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.ledger import Attempt


def register(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(log)


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
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
) -> None:
    """Make the ledger; where there is no content/ or schedules/ yet, a commented example.

    Channels speak from this moment: what was due before is not announced.
    """
    if restored_from:
        from bot.cli.restored import hold_since

        hold_since(restored_from, content, schedules, database)
        return
    from bot.core.model import Severity, Status
    from bot.example import write_example
    from bot.ledger import Ledger, LedgerError, create, shown

    try:
        for path in write_example(content, schedules):
            typer.echo(f"made {path}")
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")
    catalog, problems = load_files(content, schedules)
    if any(problem.severity is Severity.ERROR for problem in problems):
        fail(
            "mend the problems that `banditore check` tells first: the ledger remembers what is there "
            "when it is made, and what it can't read now would later count as new"
        )
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
    typer.echo(
        f"made the ledger {shown(database)}: {len(catalog.channels)} channel(s) speak from now on"
    )
    typer.echo("next: write items in content/ (`status: ready` when they may go out), then")
    typer.echo(
        "`banditore check`, `banditore rehearse` (`--drafts` plays drafts, too), `banditore run`"
    )


def log(
    *,
    item: Annotated[str, typer.Option("--item", help="Of this item only.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="Of this channel only.")] = "",
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="From this day on.")
    ] = None,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Print the attempts in the ledger, oldest first, with the link to each post."""
    from bot.ledger import Ledger, LedgerError, open_store

    start = read_day(since, "--since")
    try:
        store = open_store(database)
    except LedgerError as error:
        fail(str(error))
    try:
        ledger = Ledger(store, node="reader")
        attempts = ledger.attempts(
            item=item,
            channel=channel,
            since=datetime(start.year, start.month, start.day).astimezone() if start else None,
        )
    finally:
        store.close()
    if as_json:
        typer.echo(json.dumps([_as_json(each) for each in attempts], ensure_ascii=False, indent=2))
        return
    if not attempts:
        typer.echo("The ledger has no such attempt.")
    for each in attempts:
        _print(each)


_COLOURS = {
    "published": "green",
    "unknown": "red",
    "sending": "yellow",
    "handed": "yellow",
    "rejected": "red",
}
_VIA = {"person": " (by a person)", "adopted": " (adopted)"}


def _print(attempt: Attempt) -> None:
    at = (attempt.committed_at or attempt.reserved_at).astimezone()
    named = delivery_in_words(attempt.item, attempt.occurrence, attempt.step)
    state = typer.style(f"{attempt.state:<9}", fg=_COLOURS.get(attempt.state))
    within = " (in a round-up)" if attempt.within else ""
    via = _VIA.get(attempt.via, "")
    typer.echo(f"{at:%Y-%m-%d %H:%M %Z}  {state}  {attempt.channel}  {named}{within}{via}")
    for line in (attempt.url or attempt.reason, *_what_to_do(attempt)):
        if line:
            typer.echo(f"                  {line}")


def _what_to_do(attempt: Attempt) -> Iterator[str]:
    """What becomes of an attempt that is not over; a round-up's own says it for all that it settles."""
    if attempt.within is not None:
        return
    if attempt.state == "handed":
        yield "a person has it to send: `banditore tasks`"
    elif attempt.state == "unknown" and attempt.look_at is not None:
        at = f"{attempt.look_at.astimezone():%H:%M:%S}"
        yield f"may be public: look at the channel, or wait: it is looked for again at {at}"
    elif attempt.state == "unknown":
        yield "may be public: look at the channel, then one of"
        yield f"  banditore resolve {attempt.id} published --url ..."
        yield f"  banditore resolve {attempt.id} absent"


def _as_json(attempt: Attempt) -> dict[str, Any]:
    def text(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "key": attempt.key,
        "item": attempt.item,
        "occurrence": attempt.occurrence,
        "step": attempt.step,
        "channel": attempt.channel,
        "platform": attempt.platform,
        "due": text(attempt.due),
        "deadline": text(attempt.deadline),
        "state": attempt.state,
        "reason": attempt.reason,
        "cost": f"{attempt.cost:f}",
        "via": attempt.via,
        "look_at": text(attempt.look_at),
        "attempt": attempt.id,
        "within": attempt.within,
        "committed": text(attempt.committed_at),
        "ended": text(attempt.ended_at),
        "external_id": attempt.external_id,
        "url": attempt.url,
        "text": attempt.text,
        "digest": attempt.digest,
    }

"""`banditore log`: the attempts in the ledger."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import DATABASE, DatabaseOption, JsonOption, fail, read_day
from bot.cli.spoken import delivery_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.ledger import Attempt


def register(app: typer.Typer) -> None:
    app.command()(log)


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

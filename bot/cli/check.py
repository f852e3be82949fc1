"""`banditore check`: every problem in staff's files at once, before anything is public."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import (
    CONTENT,
    SCHEDULES,
    ContentOption,
    JsonOption,
    SchedulesOption,
    load_files,
)
from bot.core.said import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bot.core.model import Catalog, Key, Problem
    from bot.render import Unfit
    from bot.render.bill import Bill


def register(app: typer.Typer) -> None:
    app.command()(check)


def check(
    *,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as problems.")] = False,
    links: Annotated[
        bool, typer.Option("--links", help="Ask, over the network, whether each link works.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check content/ and schedules/: print every problem, exit 1 if there is any."""
    from bot.core.model import Severity
    from bot.desk.uncarried import notes_of

    catalog, found = load_files(content, schedules)
    written = [*found, *unfit(catalog)]
    problems = sorted([*written, *(_bad_links(content, catalog) if links else ())])
    notes = sorted([*problems, *notes_of(catalog)])
    bill = _bill(catalog)
    if as_json:
        told = {
            "problems": [_as_json(each) for each in notes],
            "x": {
                "with_link": bill.with_link,
                "without_link": bill.without_link,
                "cost": str(bill.cost),
            },
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    for problem in () if as_json else notes:
        prefix = "" if problem.severity is Severity.ERROR else f"{problem.severity}: "
        hint = f" ({problem.hint})" if problem.hint else ""
        typer.echo(f"{problem.mark}: {prefix}{problem.message}{hint}")
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if errors or (strict and problems):
        files = {problem.mark.file for problem in problems}
        warnings = (
            f", {counted(len(problems) - errors, 'warning')}" if errors < len(problems) else ""
        )
        in_files = f"{counted(errors, 'problem')}{warnings} in {counted(len(files), 'file')}"
        # a page that is not there holds nothing: it may be back when the post goes out
        is_held = any(problem.severity is Severity.ERROR for problem in written)
        held = "; nothing of a file with a problem goes out" if is_held else ""
        typer.echo(f"{in_files}{held}", err=True)
        raise typer.Exit(1)
    if as_json:
        return
    ready = sum(item.status == "ready" for item in catalog.items.values())
    typer.echo(
        f"{counted(len(catalog.items), 'item')} ({ready} ready), "
        f"{counted(len(catalog.channels), 'channel')}, "
        f"{counted(len(catalog.schedules), 'schedule')}: no problem found"
    )
    if any(channel.platform == "x" for channel in catalog.channels.values()):
        with_link = counted(bill.with_link, "post")
        typer.echo(
            f"to come on X: {with_link} with a link, {bill.without_link} without: ${bill.cost}"
        )


def _bill(catalog: Catalog) -> Bill:
    from bot.render.bill import bill_of_x

    return bill_of_x(catalog, datetime.now(UTC))


def _as_json(problem: Problem) -> dict[str, str | int]:
    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "severity": str(problem.severity),
        "message": problem.message,
        "hint": problem.hint,
    }


def _bad_links(content: Path, catalog: Catalog) -> list[Problem]:
    """What is wrong with the links of the items that are ready; how many were asked is told on stderr."""
    from bot.cli.links import asked
    from bot.load.places import places_of_links

    places = places_of_links(content, catalog.items)
    typer.echo(f"asking {counted(len(places), 'link')}", err=True)
    return asked(places)


def counted(number: int, name: str) -> str:
    """`1 item`, `2 items`."""
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def unfit(catalog: Catalog) -> Iterator[Problem]:
    """Items of which even the shortest post would not fit a channel that carries them; as warnings, those
    that would be held once its budget is used up, though it then sends posts without their link."""
    from bot.core.agenda import agenda
    from bot.core.model import Problem, Severity, Status
    from bot.render.misfit import doubtful, misfits

    # A draft is looked at as it will be once it is ready.
    ready = {
        item.id: replace(item, status=Status.READY)
        for item in (*doubtful(catalog), *doubtful(catalog, without_link=True))
        if item.status is not Status.CANCELLED
    }
    made = agenda(replace(catalog, items=ready))
    found = misfits(made)
    for item_id, unfit in _each_once(found.items()):
        told = said("{item}: {reason}", item=item_id, reason=unfit.reason)
        yield Problem(catalog.items[item_id].mark, told, unfit.hint, kind=unfit.kind)
    at_limit = misfits(made, without_link=True)
    dear = ((key, post) for key, post in at_limit.items() if key not in found)
    for item_id, unfit in _each_once(dear):
        told = said(
            "{item}: held once the budget is used up: {reason}", item=item_id, reason=unfit.reason
        )
        mark = catalog.items[item_id].mark
        yield Problem(mark, told, unfit.hint, Severity.WARNING, kind=unfit.kind)


def _each_once(posts: Iterable[tuple[Key, Unfit]]) -> Iterable[tuple[str, Unfit]]:
    """By item: several of its posts may be unfit for the same reason."""
    return {(key.item, post.reason, post.hint): (key.item, post) for key, post in posts}.values()

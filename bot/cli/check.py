"""`banditore check`: every problem in staff's files at once, before anything is public."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.language import spoken
from bot.cli.options import (
    CONTENT,
    SCHEDULES,
    ContentOption,
    JsonOption,
    SchedulesOption,
    load_files,
)
from bot.cli.problems import as_json as described
from bot.cli.problems import tell
from bot.core.said import said, said_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from bot.core.model import Catalog, Key, Problem
    from bot.core.said import Said
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
            "problems": [described(each) for each in notes],
            "x": {
                "with_link": bill.with_link,
                "without_link": bill.without_link,
                "cost": str(bill.cost),
            },
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        tell(notes, (content, schedules))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if errors or (strict and problems):
        # a page that is not there holds nothing: it may be back when the post goes out
        is_held = any(problem.severity is Severity.ERROR for problem in written)
        typer.echo(spoken(_in_short(problems, errors, is_held=is_held)), err=True)
        raise typer.Exit(1)
    if as_json:
        return
    ready = sum(item.status == "ready" for item in catalog.items.values())
    good = said(
        "{items} ({ready} ready), {channels}, {schedules}: no problem found",
        items=said_of(len(catalog.items), "{number} item", "{number} items"),
        ready=ready,
        channels=said_of(len(catalog.channels), "{number} channel", "{number} channels"),
        schedules=said_of(len(catalog.schedules), "{number} schedule", "{number} schedules"),
    )
    typer.echo(spoken(good))
    if any(channel.platform == "x" for channel in catalog.channels.values()):
        to_come = said(
            "to come on X: {posts} with a link, {without} without: ${cost}",
            posts=said_of(bill.with_link, "{number} post", "{number} posts"),
            without=bill.without_link,
            cost=bill.cost,
        )
        typer.echo(spoken(to_come))


def _bill(catalog: Catalog) -> Bill:
    from bot.render.bill import bill_of_x

    return bill_of_x(catalog, datetime.now(UTC))


def _in_short(problems: Collection[Problem], errors: int, *, is_held: bool) -> Said:
    """How many there are, and what becomes of their files."""
    found = said_of(errors, "{number} problem", "{number} problems")
    if warnings := len(problems) - errors:
        found = said(
            "{problems}, {warnings}",
            problems=found,
            warnings=said_of(warnings, "{number} warning", "{number} warnings"),
        )
    files = len({problem.mark.file for problem in problems})
    told = said(
        "{problems} in {files}",
        problems=found,
        files=said_of(files, "{number} file", "{number} files"),
    )
    if not is_held:
        return told
    return said("{problems}; nothing of a file with a problem goes out", problems=told)


def _bad_links(content: Path, catalog: Catalog) -> list[Problem]:
    """What is wrong with the links of the items that are ready; how many were asked is told on stderr."""
    from bot.cli.links import asked
    from bot.load.places import places_of_links

    places = places_of_links(content, catalog.items)
    links = said_of(len(places), "{number} link", "{number} links")
    typer.echo(spoken(said("asking {links}", links=links)), err=True)
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

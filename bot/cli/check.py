"""`banditore check`: every problem in staff's files at once, before anything is public."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import CONTENT, SCHEDULES, ContentOption, SchedulesOption, load_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.model import Catalog, Problem


def register(app: typer.Typer) -> None:
    app.command()(check)


def check(
    *,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as problems.")] = False,
) -> None:
    """Check content/ and schedules/: print every problem, exit 1 if there is any."""
    from bot.core.model import Severity

    catalog, found = load_files(content, schedules)
    problems = sorted([*found, *unfit(catalog)])
    for problem in problems:
        prefix = "" if problem.severity is Severity.ERROR else "warning: "
        hint = f" ({problem.hint})" if problem.hint else ""
        typer.echo(f"{problem.mark}: {prefix}{problem.message}{hint}")
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if errors or (strict and problems):
        files = len({problem.mark.file for problem in problems})
        typer.echo(f"{len(problems)} problem(s) in {files} file(s)", err=True)
        raise typer.Exit(1)
    ready = sum(item.status == "ready" for item in catalog.items.values())
    typer.echo(
        f"{len(catalog.items)} items ({ready} ready), {len(catalog.channels)} channels, "
        f"{len(catalog.schedules)} schedules: no problem found"
    )


def unfit(catalog: Catalog) -> Iterator[Problem]:
    """Items of which even the shortest post would not fit a channel that carries them."""
    from bot.core.agenda import agenda, channels_of
    from bot.core.model import Problem, Status
    from bot.render import Unfit, render
    from bot.render.bound import surely_fits

    for item in catalog.items.values():
        channels = channels_of(item, catalog.channels.values())
        if all(surely_fits(item, channel) for channel in channels):
            continue
        ready = replace(item, status=Status.READY)
        alone = agenda(replace(catalog, items={item.id: ready}))
        reasons = {}
        for delivery in alone.deliveries.values():
            channel = alone.channels[delivery.key.channel]
            zone = alone.calendars[channel.name].zone
            post = render(ready, delivery, channel, at=delivery.placed, zone=zone)
            if isinstance(post, Unfit):
                reasons[post.reason] = post.hint
        for reason, hint in reasons.items():
            yield Problem(item.mark, f"{item.id}: {reason}", hint)

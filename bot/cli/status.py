"""`banditore status`: does it live, what comes next, what needs a person. It changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from bot.cli.options import (
    CONTENT,
    DATABASE,
    SCHEDULES,
    ContentOption,
    DatabaseOption,
    JsonOption,
    SchedulesOption,
    warn_of,
)

if TYPE_CHECKING:
    from bot.cli.standing import Standing


def register(app: typer.Typer) -> None:
    app.command()(status)


def status(
    *,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Show whether the crier lives, what goes out next, and everything that needs a person.

    Exit codes: 0 all is well, 1 something needs a person, 2 files or ledger can't be read.
    """
    from bot.cli.outlook import opened, read_files
    from bot.cli.settings import read_settings
    from bot.cli.standing import as_object, standing

    with opened(database) as book:
        edition = read_files(content, schedules)
        found = standing(book, edition, content, schedules, read_settings().interval)
    if as_json:
        typer.echo(json.dumps(as_object(found), ensure_ascii=False, indent=2))
    else:
        warn_of(edition.problems)
        _print(found)
    if found.needs:
        raise typer.Exit(1)


def _print(found: Standing) -> None:
    from bot.cli.instants import moment
    from bot.cli.outlook import heading, resume_of, say, scope_of
    from bot.cli.spoken import delivery_in_words

    if found.needs:
        heading(f"needs a person: {', '.join(found.needs)}", "red")
    else:
        heading("all is well", "green")
    for node in found.nodes:
        seen = f"since {moment(node.started_at, None)}, seen {moment(node.seen_at, None)}"
        state = "alive" if node.is_alive else "DEAD"
        say(f"{state}  {node.name}, {seen}{f': {node.fault}' if node.fault else ''}")
    say(f"ledger: {found.ledger}")
    for one in found.stopped:
        heading(f"stopped: {one.channel}", "red")
        say(one.reason, 2)
    for pause in found.pauses:
        heading(f"paused: {scope_of(pause.channel, pause.item, pause.key)}", "yellow")
        say(str(pause), 2)
        typer.echo(f"  {resume_of(pause.channel, pause.item, pause.key)}")
    for each in found.unknown:
        named = delivery_in_words(each.item, each.occurrence, each.step)
        heading(f"may be public: {named} on {each.channel}", "red")
        say(each.reason, 2)
        if each.look_at is not None:
            say(f"looked for again at {each.look_at.astimezone():%H:%M:%S}", 2)
            continue
        say("look at the channel, then one of", 2)
        typer.echo(f"    banditore resolve {each.id} published --url ...")
        typer.echo(f"    banditore resolve {each.id} absent")
    if found.overdue:
        heading("overdue:", "red")
        for line in found.overdue:
            typer.echo(f"  {line}")
    if found.tasks:
        heading(f"to be sent by a person: {len(found.tasks)}, see `banditore tasks`")
        for task in found.tasks:
            attempt = task.attempt
            named = delivery_in_words(attempt.item, attempt.occurrence, attempt.step)
            typer.echo(f"  before {task.zone_deadline}  {attempt.channel}  {named}")
    heading("next:" if found.coming else "nothing is to go out as things stand")
    for line in found.coming:
        typer.echo(f"  {line}")
    if found.held:
        heading(f"held: {sum(found.held.values())}, see `banditore plan`", "yellow")
        for reason, number in found.held.items():
            say(f"{number}  {reason}", 2)
    for draft in found.drafts:
        say(f"draft: {draft} would have been announced by now, were it ready")
    for line in found.money:
        say(line)

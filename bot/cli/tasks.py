"""`banditore tasks`: what a person has to send on the channels that are assisted, and what became of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlencode

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
)
from bot.cli.person import ByOption, person
from bot.cli.spoken import delivery_in_words

if TYPE_CHECKING:
    from bot.cli.outlook import Opened, Outlook
    from bot.core.model import Delivery, Post
    from bot.ledger import Attempt

# https://docs.x.com/x-for-websites/tweet-button/guides/web-intent
_ON_X = "https://x.com/intent/post"
# https://core.telegram.org/widgets/share
_ON_TELEGRAM = "https://t.me/share/url"

# What `tasks` takes itself; behind `done` and `skip` it would be lost, and they might ask another ledger.
_OPTIONS = {
    "content": "--content",
    "schedules": "--schedules",
    "database": "--database",
    "as_json": "--json",
}

_tasks = typer.Typer(rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    app.add_typer(_tasks, name="tasks")


@dataclass(frozen=True, slots=True)
class Task:
    """A post that a person was handed."""

    attempt: Attempt
    zone_deadline: str  # on the clocks of its channel
    text: str  # to be sent now
    intent: str  # opens the platform with the text; "" where it needs a link and the post has none
    image: str  # its path; "" = none
    warning: str  # "" = its words are as true as when it was handed over


@_tasks.callback(invoke_without_command=True)
def tasks(
    context: typer.Context,
    *,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """List what a person has to send: channel, deadline, text, a link that opens the platform with it.

    Where its words are no longer true, the new ones are shown. Exit code 1: something waits to be sent.
    """
    if context.invoked_subcommand is not None:
        given = [
            option
            for name, option in _OPTIONS.items()
            if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
        ]
        if given:
            fail(
                f"write {', '.join(given)} behind {context.invoked_subcommand}; nothing was changed"
            )
        return
    from bot.cli.outlook import opened

    with opened(database) as book:
        found = waiting(book, content, schedules)
    if as_json:
        typer.echo(json.dumps([as_object(each) for each in found], ensure_ascii=False, indent=2))
    elif not found:
        typer.echo("Nobody has anything to send.")
    for each in () if as_json else found:
        _print(each)
    if found:
        raise typer.Exit(1)


@_tasks.command()
def done(
    attempt: Annotated[
        str, typer.Argument(metavar="ATTEMPT", help="Its id, or the first 4 characters or more.")
    ],
    *,
    url: Annotated[str, typer.Option("--url", metavar="U", help="Where the post is.")] = "",
    by: ByOption = "",
    database: DatabaseOption = DATABASE,
) -> None:
    """Say that you sent it: it counts as published. Exit code 2: nothing was changed."""
    from bot.cli.outlook import opened
    from bot.cli.settle import open_one, settle_as_public

    with opened(database) as book:
        settle_as_public(book, open_one(book, attempt), url, person(by))


@_tasks.command()
def skip(
    attempt: Annotated[
        str, typer.Argument(metavar="ATTEMPT", help="Its id, or the first 4 characters or more.")
    ],
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is not sent.")],
    by: ByOption = "",
    database: DatabaseOption = DATABASE,
) -> None:
    """Say that nobody will send it: it is withdrawn for good. Exit code 2: nothing was changed."""
    from bot.cli.outlook import opened
    from bot.cli.settle import open_one

    with opened(database) as book:
        found = open_one(book, attempt)
        if found.state != "handed":
            fail(
                f"{found.id} is {found.state}: it may be public. Look, then `banditore resolve "
                f"{found.id} published` or `absent`; nothing was changed"
            )
        book.ledger.orders.skip(found.id, reason=reason, by=person(by))
        typer.secho(f"skipped: {found.item} on {found.channel} is not sent", bold=True)


# --- what waits ---------------------------------------------------------------------------------


def waiting(book: Opened, content: Path, schedules: Path) -> list[Task]:
    """What a person was handed and has not settled, the most urgent first."""
    from bot.cli.outlook import look, read_files
    from bot.ledger.status import open_attempts

    handed = [each for each in open_attempts(book.store) if each.state == "handed"]
    if not handed:
        return []
    seen = look(book.ledger, read_files(content, schedules))
    return [
        task_of(book, seen, each, content)
        for each in sorted(handed, key=lambda each: (each.deadline, each.id))
    ]


def task_of(book: Opened, seen: Outlook, attempt: Attempt, content: Path) -> Task:
    """An attempt as the person sees it who has to send it."""
    from bot.cli.instants import moment
    from bot.cli.outlook import zone_of
    from bot.ledger.status import facts_of

    zone = zone_of(seen.edition, attempt.channel)
    text, image, warning = attempt.text, "", ""
    anew = _anew(seen, attempt)
    if isinstance(anew, str):
        warning = f"see whether its words are still true: {anew}"
    else:
        image = str(content / anew.image.file) if anew.image else ""
        if anew.text != attempt.text:
            text = anew.text
            warning = "its words have changed since it was handed over; this is the new text"
    link = str(facts_of(book.store, attempt.id).get("link", ""))
    return Task(
        attempt,
        moment(attempt.deadline, zone),
        text,
        intent_of(attempt.platform, text, link),
        image,
        warning,
    )


def intent_of(platform: str, text: str, link: str) -> str:
    """The address that opens `platform` with the text; "" for Telegram without a link, which it needs."""
    if platform == "x":
        return f"{_ON_X}?{urlencode({'text': text}, quote_via=quote)}"
    if not link:
        return ""
    return f"{_ON_TELEGRAM}?{urlencode({'url': link, 'text': text}, quote_via=quote)}"


def _anew(seen: Outlook, attempt: Attempt) -> Post | str:
    """The post as it would be made now, or why none can be."""
    from bot.render import Unfit, render

    delivery = _delivery(seen, attempt)
    if delivery is None:
        return "no file asks for it any more, or not as it was"
    channel = seen.agenda.channels[delivery.key.channel]
    zone = seen.agenda.calendars[channel.name].zone
    post = render(seen.agenda.items, delivery, channel, at=seen.now, zone=zone)
    return post.reason if isinstance(post, Unfit) else post


def _delivery(seen: Outlook, attempt: Attempt) -> Delivery | None:
    # A round-up of what joined late stands in no file: only the plan that made it knew it.
    known = (each for key, each in seen.agenda.deliveries.items() if str(key) == attempt.key)
    return next(known, None)


def _print(task: Task) -> None:
    from bot.cli.outlook import heading, say

    attempt = task.attempt
    named = delivery_in_words(attempt.item, attempt.occurrence, attempt.step)
    heading(f"{attempt.channel}  {named}")
    say(f"before {task.zone_deadline}, then it is too late", 2)
    if task.warning:
        typer.secho(f"  warning: {task.warning}", fg="yellow")
    typer.echo()
    for line in task.text.splitlines():
        typer.echo(f"    {line}".rstrip())
    typer.echo()
    if task.intent:
        typer.echo(f"  open:  {task.intent}")
    if task.image:
        typer.echo(f"  image: {task.image}")
    typer.echo(f"  then:  banditore tasks done {attempt.id} --url ...")
    typer.echo(f"  or:    banditore tasks skip {attempt.id} --reason ...\n")


def as_object(task: Task) -> dict[str, Any]:
    """A task for programs."""
    attempt = task.attempt

    def text(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "attempt": attempt.id,
        "key": attempt.key,
        "item": attempt.item,
        "channel": attempt.channel,
        "platform": attempt.platform,
        "handed": text(attempt.committed_at),
        "deadline": text(attempt.deadline),
        "text": task.text,
        "intent": task.intent,
        "image": task.image,
        "warning": task.warning,
    }

"""`banditore rehearse` plays weeks in seconds; `banditore sandbox` serves the make-believe platforms alone."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.language import language, spoken
from bot.cli.options import (
    CONTENT,
    SCHEDULES,
    ContentOption,
    SchedulesOption,
    fail,
    load_files,
    morning,
    read_day,
    warn_of,
)
from bot.cli.spoken import delivery_in_words, short_weekday
from bot.core.said import said

if TYPE_CHECKING:
    from bot.core.model import Catalog
    from bot.engine import Ended
    from bot.sandbox.rehearsal import Report

# Staff queue their files when the office opens.
OFFICE_OPENS = timedelta(hours=9)


def register(app: typer.Typer) -> None:
    app.command()(rehearse)
    app.command()(sandbox)


def rehearse(
    *,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", help="First day; default: a day before the first announcement."
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DAY", help="Last day, included; default: the last announcement's."
        ),
    ] = None,
    queued: Annotated[
        str | None,
        typer.Option(
            "--queued",
            metavar="DAY",
            help="Day on which staff queue the files, at 09:00; default: the first.",
        ),
    ] = None,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Play drafts, too, as if they were ready.")
    ] = False,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve/--no-serve",
            help="Serve the page of the channels afterwards; only on a terminal.",
        ),
    ] = True,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 takes a free one.")
    ] = 0,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
) -> None:
    """Play the announcements of some weeks in seconds: the real engine against a local Telegram and X.

    Nothing leaves this machine and no credentials are needed. Each post is printed as it goes out.
    """
    from bot.core.agenda import agenda
    from bot.core.model import Status

    catalog, problems = load_files(content, schedules)
    warn_of(problems)
    if drafts:
        items = {
            item.id: replace(item, status=Status.READY) if item.status is Status.DRAFT else item
            for item in catalog.items.values()
        }
        catalog = replace(catalog, items=items)
    made = agenda(catalog)
    zone = next((calendar.zone for calendar in made.calendars.values()), None)
    if zone is None:
        fail(said("there is no channel with a valid schedule: see `banditore check`"))
    if not made.deliveries:
        drafts_there = sum(item.status is Status.DRAFT for item in catalog.items.values())
        if not drafts_there:
            fail(said("there is nothing to rehearse: no item is ready"))
        fail(
            said(
                "there is nothing to rehearse: no item is ready; {number} are drafts: "
                "`banditore rehearse --drafts` plays them, too",
                number=drafts_there,
            )
        )
    start_day = read_day(first, "--from")
    end_day = read_day(last, "--to")
    queued_day = read_day(queued, "--queued")
    if start_day is None:
        earliest = min(each.placed for each in made.deliveries.values()).astimezone(zone).date()
        start_day = min(earliest - timedelta(days=1), queued_day or earliest)
    if end_day is None:
        end_day = max(each.deadline for each in made.deliveries.values()).astimezone(zone).date()
    if end_day < start_day:
        fail(f"--to {end_day} is before --from {start_day}")
    start, until = morning(start_day, zone), morning(end_day + timedelta(days=1), zone)
    appear = morning(queued_day, zone) + OFFICE_OPENS if queued_day else start
    try:
        asyncio.run(
            _play(
                catalog,
                zone,
                start,
                until,
                appear,
                keep=serve and sys.stdout.isatty(),
                port=port,
                content=content.absolute(),
            )
        )
    except BrokenPipeError:
        raise
    except OSError as error:
        fail(f"the sandbox could not be served: {error.strerror or error}")


def sandbox(
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")
    ] = 8800,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
) -> None:
    """Serve a local Telegram and X, to try `banditore run` without the real ones.

    It takes the bot token that it prints, any chat, and the keys that it prints for an X account.
    """
    from bot.core.model import Platform
    from bot.load import load
    from bot.publishers.x import variable
    from bot.sandbox import TELEGRAM_TOKEN, Account, Address, run_sandbox
    from bot.sandbox.places import ACCESS_TOKEN_PREFIX
    from bot.sandbox.rehearsal import admins_of

    catalog = load(content, schedules)[0] if schedules.is_dir() else None
    speaking = catalog.channels.values() if catalog else ()
    accounts = [each.address for each in speaking if each.platform is Platform.X] or ["ACCOUNT"]
    admins = admins_of(catalog) if catalog else []

    def started(address: Address) -> None:
        believed = Account.make_believe("any")
        lines = {
            "BANDITORE_TELEGRAM_API": address.telegram,
            "BANDITORE_TELEGRAM_PAGE": address.telegram_page,
            "BANDITORE_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
            "BANDITORE_X_API": address.x,
            "BANDITORE_X_CONSUMER_KEY": believed.consumer_key,
            "BANDITORE_X_CONSUMER_SECRET": believed.consumer_secret,
        }
        for account in accounts:
            lines[variable(account, "ACCESS_TOKEN")] = f"{ACCESS_TOKEN_PREFIX}{account}"
            lines[variable(account, "ACCESS_SECRET")] = believed.access_token_secret
        typer.echo(f"The page of the channels: {address.page}")
        typer.echo("For `banditore run` in another terminal:")
        for name, value in lines.items():
            typer.echo(f"  export {name}={value}")
        sys.stdout.flush()

    try:
        run_sandbox(host=host, port=port, chats=admins, started=started)
    except OSError as error:
        fail(f"the sandbox could not be served: {error.strerror or error}")


async def _play(
    catalog: Catalog,
    zone: tzinfo,
    start: datetime,
    until: datetime,
    appear: datetime,
    *,
    keep: bool,
    port: int,
    content: Path,
) -> None:
    import logging

    from bot.sandbox.rehearsal import rehearsing

    logging.getLogger("banditore").setLevel(logging.CRITICAL)  # the posts themselves tell it here
    async with rehearsing(catalog, start, port=port, content=content) as stage:
        with _progress(start, until) as (show, jump):
            report = await stage.rehearsal.run(
                until,
                queued=appear,
                on_end=lambda ended: show(_told(ended, zone)),
                on_jump=jump,
            )
        _print_summary(report)
        if keep:
            page = stage.address.page
            served = said("The channels as followers see them: {page}  (Ctrl-C ends it)", page=page)
            typer.echo(f"\n{spoken(served)}")
            await asyncio.Event().wait()


@contextmanager
def _progress(
    start: datetime, until: datetime
) -> Iterator[tuple[Callable[[str], None], Callable[[datetime], None]]]:
    """A way to print above a bar of the days gone by, and one to move it; no bar without a terminal."""
    if not sys.stdout.isatty():
        yield typer.echo, lambda _moment: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=(until - start).total_seconds())

        def jump(moment: datetime) -> None:
            bar.update(
                task, completed=(moment - start).total_seconds(), description=f"{moment:%Y-%m-%d}"
            )

        yield lambda text: console.print(text, markup=False, soft_wrap=True), jump


def _told(ended: Ended, zone: tzinfo) -> str:
    """One post as it went out: when, where, which, and its text."""
    from bot.cli.pictured import pictured
    from bot.core.model import Published

    key = ended.delivery.key
    named = delivery_in_words(key.item, key.occurrence, key.step)
    at = ended.at.astimezone(zone)
    head = f"{short_weekday(at, language())} {at:%Y-%m-%d %H:%M}  {key.channel}  {named}"
    if ended.outcome is None:
        head += f"  ({spoken(said('a person sends it'))})"
    elif not isinstance(ended.outcome, Published):
        head += f"  {type(ended.outcome).__name__.upper()}: {ended.outcome.reason}"
    lines = (
        [f"[{pictured(ended.post)}]"] if ended.post.image else []
    ) + ended.post.text.splitlines()
    body = "\n".join(f"    {line}".rstrip() for line in lines)
    return f"{head}\n{body}\n"


def _print_summary(report: Report) -> None:
    posts = [each for each in report.attempts if each.within is None]
    published = [each for each in posts if each.state == "published"]
    typer.secho(spoken(said("Published: {number}", number=len(published))), bold=True)
    for channel, count in sorted(Counter(each.channel for each in published).items()):
        cost = sum((each.cost for each in published if each.channel == channel), Decimal())
        money = f"  ${cost:.2f}" if cost else ""
        typer.echo(f"  {channel:<16} {count:>4}{money}")
    total = sum((each.cost for each in published), Decimal())
    typer.echo(f"  {spoken(said('cost on X: {amount}', amount=f'${total:.2f}'))}")
    sections = {
        said("Not sent"): [
            f"{each.delivery.key}: {each.verdict}, {each.reason}" for each in report.verdicts
        ],
        said("Held"): [f"{each.delivery.key}: {each.reason}" for each in report.held],
        said("Not published"): [
            f"{each.key}: {each.state}, {each.reason}"
            for each in posts
            if each.state != "published"
        ],
    }
    for title, lines in sections.items():
        if lines:
            typer.secho(f"{spoken(title)}: {len(lines)}", bold=True)
            for line in lines:
                typer.echo(f"  {line}")

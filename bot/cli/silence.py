"""`banditore pause` silences the crier at once, `banditore resume` lets it speak again.

A pause is an emergency brake: it asks the ledger alone, and no fault in a file keeps it from holding.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import (
    CONTENT,
    DATABASE,
    SCHEDULES,
    ContentOption,
    DatabaseOption,
    SchedulesOption,
    fail,
    nearest,
)
from bot.cli.person import ByOption, person

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.cli.outlook import Opened
    from bot.core.history import Pause
    from bot.load.library import Edition

# What a pause stops, and what goes out after it, is told so far ahead.
SHOWN = timedelta(hours=24)
MOST_SHOWN = 8

ChannelOption = Annotated[str, typer.Option("--channel", metavar="C", help="This channel only.")]
ItemOption = Annotated[str, typer.Option("--item", metavar="ITEM", help="This item only.")]
KeyOption = Annotated[
    str,
    typer.Option(
        "--key", metavar="KEY", help="This one delivery only, see `banditore plan --json`."
    ),
]


def register(app: typer.Typer) -> None:
    app.command()(pause)
    app.command()(resume)


def pause(
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; admins read it.")],
    channel: ChannelOption = "",
    item: ItemOption = "",
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="T",
            help="Its end: 2h, 3d, 18:00, 2026-05-03 or '2026-05-03 18:00'; default: "
            "`banditore resume`.",
        ),
    ] = "",
    by: ByOption = "",
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
) -> None:
    """Silence everything, a channel, an item, or an item on a channel, at once and on every node.

    A call that has already begun is not cut off. What becomes due meanwhile is judged when the pause ends.
    Exit code 2: nothing was changed, the crier speaks as before.
    """
    from bot.cli.instants import is_length, moment, read_until, zone_name
    from bot.cli.outlook import opened, resume_of, say, scope_of, warn, zone_of

    if not reason.strip():
        fail("--reason must say why: admins are reminded of it each day; nothing was changed")
    with opened(database) as book:
        needs_zone = bool(until) and not is_length(until)
        edition: Edition | str = ""
        if needs_zone or not _knows(book, channel, item):
            edition = _files(content, schedules)
            _require_known(book, channel, item, edition)
        zone = None if isinstance(edition, str) else zone_of(edition, channel)
        now = book.ledger.now()
        end = read_until(until, "--until", now, zone) if until else None
        made = book.ledger.orders.pause(
            channel=channel, item=item, until=end, reason=reason.strip(), by=person(by)
        )
        typer.secho(f"paused: {scope_of(channel, item)}", fg="yellow", bold=True)
        if end is not None:
            say(f"until {moment(end, zone)} ({zone_name(zone, end)})")
        say("It holds from now on, on every node. What was sent before stays public.")
        edition = edition or _files(content, schedules)
        if isinstance(edition, str):
            warn(f"the pause holds, but what it stops can't be told: {edition}")
        else:
            _tell_stopped(book, edition, made)
        typer.echo(f"to end it: {resume_of(channel, item)}")


def resume(
    *,
    channel: ChannelOption = "",
    item: ItemOption = "",
    key: KeyOption = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Every pause, and every channel that was stopped.")
    ] = False,
    by: ByOption = "",
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
) -> None:
    """End the pause of exactly this channel and item; without options, the pause of everything.

    With --key a single delivery that was stopped goes out after all, until its deadline.
    With --channel alone also a channel that was stopped, by failures or by a changed address, speaks again.
    Exit code 1: nothing of that name was silent, but something else is.
    """
    from bot.cli.outlook import opened, say, scope_of
    from bot.ledger.status import stopped_channels

    if everything and (channel or item or key):
        fail("--all is all: leave out --channel, --item and --key; nothing was changed")
    if key and (channel or item):
        fail("--key names one delivery: leave out --channel and --item; nothing was changed")
    with opened(database) as book:
        stopped = {each.channel: each.reason for each in stopped_channels(book.store)}
        ended = book.ledger.orders.resume(
            channel=channel, item=item, key=key, everything=everything, by=person(by)
        )
        for each in ended.pauses:
            typer.secho(
                f"resumed: {scope_of(each.channel, each.item, each.key)}", fg="green", bold=True
            )
            say(f"it was {each}", 2)
        for name in ended.channels:
            typer.secho(f"resumed: {name}, which had been stopped", fg="green", bold=True)
            say(stopped.get(name, "by another node, a moment ago"), 2)
        if not ended.pauses and not ended.channels:
            _nothing_matched(book, channel, item, key)
            return
        _list_silent(book, "still silent:")
        _tell_next(book, content, schedules)


# --- what is silent -----------------------------------------------------------------------------


def _nothing_matched(book: Opened, channel: str, item: str, key: str) -> None:
    """Say that there was nothing to end, and end with 1 where something else is silent."""
    from bot.cli.outlook import scope_of
    from bot.ledger.status import channels

    known = channels(book.store)
    hint = nearest(channel, known) if channel and channel not in known else ""
    typer.echo(f"{scope_of(channel, item, key)} was not paused: nothing was changed{hint}")
    if _list_silent(book, "silent at present:"):
        raise typer.Exit(1)


def _list_silent(book: Opened, title: str) -> bool:
    """Everything that is paused or stopped, each with the command that ends it. False where nothing is."""
    from bot.cli.outlook import heading, resume_of, say, scope_of
    from bot.ledger.status import stopped_channels

    now = book.ledger.now()
    pauses = [each for each in book.ledger.orders.pauses() if not each.until or each.until > now]
    stopped = stopped_channels(book.store)
    if not pauses and not stopped:
        return False
    heading(title)
    for each in pauses:
        say(f"{scope_of(each.channel, each.item, each.key)}: {each}", 2)
        typer.echo(f"    {resume_of(each.channel, each.item, each.key)}")
    for one in stopped:
        say(f"{one.channel}: {one.reason}", 2)
    return True


# --- names --------------------------------------------------------------------------------------


def _files(content: Path, schedules: Path) -> Edition | str:
    """The files, or why they can't be read: whatever it is, the brake must hold."""
    from bot.cli.outlook import read_files

    try:
        return read_files(content, schedules)
    except typer.Exit:
        return "see above"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _knows(book: Opened, channel: str, item: str) -> bool:
    """Are these names of which the ledger has heard?"""
    from bot.ledger.status import channels, knows_item

    is_channel = not channel or channel in channels(book.store)
    return is_channel and (not item or knows_item(book.store, item))


def _require_known(book: Opened, channel: str, item: str, edition: Edition | str) -> None:
    """End the command where a name is surely a slip. Where files can't be read, nobody can be sure."""
    from bot.cli.outlook import warn
    from bot.ledger.status import channels, knows_item

    channels_there = set(channels(book.store))
    items_there: Collection[str] = ()
    doubt = "files have faults, see `banditore check`"
    if isinstance(edition, str):
        doubt = edition
    else:
        channels_there |= edition.catalog.channels.keys()
        items_there = edition.catalog.items.keys()
        doubt = doubt if edition.problems else ""
    unknown: list[str] = []
    if channel and channel not in channels_there:
        unknown.append(f"there is no channel {channel}{nearest(channel, channels_there)}")
    if item and item not in items_there and not knows_item(book.store, item):
        unknown.append(f"there is no item {item}{nearest(item, items_there)}")
    if not unknown:
        return
    told = "; ".join(unknown)
    if not doubt:
        fail(f"{told}; nothing was changed, and nothing is paused")
    warn(f"{told}, as far as can be told ({doubt}); it is paused under this name")


# --- what follows -------------------------------------------------------------------------------


def _tell_stopped(book: Opened, edition: Edition, made: Pause) -> None:
    """What of the next hours the pause stops."""
    from bot.cli.outlook import look, say, warn

    try:
        seen = look(book.ledger, edition)
        stops = [
            each
            for each in seen.coming(seen.without(made))
            if each.at < seen.now + SHOWN
            and made.covers(
                each.delivery.key.channel,
                each.delivery.items,
                each.at,
                keys=(str(each.delivery.key),),
            )
        ]
    except Exception as error:
        warn(f"the pause holds, but what it stops can't be told: {type(error).__name__}: {error}")
        return
    if not stops:
        say("Nothing of the next 24 hours is stopped by it.")
        return
    say(f"Of the next 24 hours it stops {len(stops)}:")
    _print([seen.line(each) for each in stops])


def _tell_next(book: Opened, content: Path, schedules: Path) -> None:
    """What goes out next."""
    from bot.cli.outlook import look, say, warn

    edition = _files(content, schedules)
    if isinstance(edition, str):
        warn(f"it is resumed, but what goes out next can't be told: {edition}")
        return
    seen = look(book.ledger, edition)
    if not (coming := seen.coming()):
        say("Nothing is to go out as things stand.")
        return
    say("What goes out next:")
    _print([seen.line(each) for each in coming[:MOST_SHOWN]], more=len(coming) - MOST_SHOWN)


def _print(lines: list[str], more: int = 0) -> None:
    shown = lines[:MOST_SHOWN]
    for line in shown:
        typer.echo(f"  {line}")
    if (left := max(more, 0) + len(lines) - len(shown)) > 0:
        typer.echo(f"  and {left} more: `banditore plan` shows them")

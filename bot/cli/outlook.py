"""What a command knows before it orders or tells something: the ledger, and what files and ledger plan together."""

from __future__ import annotations

import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import typer

from bot.cli.instants import moment
from bot.cli.options import fail, require_folders
from bot.cli.person import person
from bot.cli.settings import read_settings
from bot.cli.spoken import delivery_in_words
from bot.core.agenda import Agenda
from bot.core.history import ChannelPast, History, Pause
from bot.core.plan import Plan, plan
from bot.core.turns import Planned
from bot.ledger import Ledger, LedgerError, OrderError, Store, open_store
from bot.load.library import Edition, Library
from bot.render.misfit import misfits


@dataclass(frozen=True, slots=True)
class Opened:
    """The ledger, open for a command."""

    store: Store
    ledger: Ledger


@contextmanager
def opened(database: str, *, upgrade: bool = False) -> Iterator[Opened]:
    """The ledger; what can't be done with it ends the command with 2 and what to do."""
    try:
        store = open_store(database, upgrade=upgrade)
    except LedgerError as error:
        fail(str(error))
    try:
        yield Opened(store, Ledger(store, node=person()))
    except (LedgerError, OrderError) as error:
        fail(str(error))
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class Outlook:
    """The files, the ledger, and what they plan at `now` (UTC)."""

    edition: Edition
    history: History
    now: datetime
    plan: Plan

    @property
    def agenda(self) -> Agenda:
        return self.edition.agenda

    def at(self, now: datetime, history: History | None = None) -> Plan:
        """What would be planned at another instant, or with another past."""
        history = history or self.history
        unfit = {key: post.reason for key, post in misfits(self.agenda).items()}
        return plan(self.agenda, history, now, settled=self.edition.settled, unfit=unfit)

    def without(self, pause: Pause) -> Plan:
        """What would be planned if `pause` were not."""
        others = tuple(each for each in self.history.pauses if each.id != pause.id)
        return self.at(self.now, replace(self.history, pauses=others))

    def coming(self, among: Plan | None = None) -> tuple[Planned, ...]:
        """What goes out as things stand, the first first."""
        found = among or self.plan
        return (*found.due, *found.later)

    def line(self, each: Planned) -> str:
        """`Sun 2026-05-03 18:00  telegram-it  festa start-1d`, on the clocks of its channel."""
        key = each.delivery.key
        zone = self.agenda.calendars[key.channel].zone
        named = delivery_in_words(key.item, key.occurrence, key.step)
        return f"{moment(each.at, zone)}  {key.channel}  {named}"


def read_files(content: Path, schedules: Path, now: datetime | None = None) -> Edition:
    """The files as they are; a folder that isn't there ends the command.

    With `now`, what had not settled at that instant is not settled.
    """
    require_folders(content, schedules)
    settling = timedelta(minutes=read_settings().settling)
    if now is None:
        return Library(content, schedules, settling=settling).current
    return Library(content, schedules, settling=settling, clock=lambda: now).current


def look(ledger: Ledger, edition: Edition) -> Outlook:
    """What the files and the ledger plan now."""
    history = ledger.history(edition.catalog.items)
    now = ledger.now()
    # A channel that the ledger has not met begins when it does.
    met = history.channels
    begins = {name: ChannelPast(now) for name in edition.agenda.channels if name not in met}
    history = replace(history, channels={**met, **begins})
    nothing = Plan(now, (), (), (), ())
    seen = Outlook(edition, history, now, nothing)
    return replace(seen, plan=seen.at(now))


def zone_of(edition: Edition, channel: str) -> tzinfo | None:
    """The zone of `channel`; of none in particular, the one that all share. None: there is no such zone."""
    calendars = edition.agenda.calendars
    if channel in calendars:
        return calendars[channel].zone
    zones = {each.zone_name: each.zone for each in calendars.values()}
    return next(iter(zones.values())) if len(zones) == 1 else None


def command(*words: str) -> str:
    """A command to be typed, such as `banditore resume --channel x-it`."""
    return shlex.join(["banditore", *filter(None, words)])


def resume_of(channel: str, item: str, key: str = "") -> str:
    """The command that ends a pause of exactly this."""
    if key:
        return command("resume", "--key", key)
    words = ["--channel", channel] if channel else []
    return command("resume", *words, *(["--item", item] if item else []))


def scope_of(channel: str, item: str, key: str = "") -> str:
    """What a pause silences, in words."""
    if key:
        return f"the one delivery {key}"
    what = f"item {item}" if item else "everything"
    return f"{what} on {channel}" if channel else what


def say(text: str, indent: int = 0) -> None:
    """Print a line; on a terminal it is broken between words, and no command that can be copied loses a sign."""
    margin = " " * indent
    if not sys.stdout.isatty():
        typer.echo(margin + text)
        return
    width = shutil.get_terminal_size().columns
    for line in textwrap.wrap(
        text,
        width,
        initial_indent=margin,
        subsequent_indent=margin + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    ):
        typer.echo(line)


def heading(text: str, colour: str | None = None) -> None:
    """What begins a paragraph."""
    typer.secho(text, bold=True, fg=colour)


def warn(text: str) -> None:
    """What is not as it should be, though the command does its work."""
    typer.echo(f"banditore: {text}", err=True)

"""`banditore resolve` and `banditore adopt`: a person tells the ledger what it can't see.

Nothing is sent by either, and neither takes back what the ledger knows already.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from urllib.parse import urlsplit

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
from bot.cli.spoken import delivery_in_words

if TYPE_CHECKING:
    from bot.cli.outlook import Opened, Outlook
    from bot.core.model import Delivery
    from bot.ledger import Attempt

# Less of an attempt's id than this may be a slip.
SHORTEST = 4

_TELEGRAM = re.compile(r"/(?:s/)?(?P<name>[A-Za-z0-9_]+)/(?P<id>\d+)")
_TELEGRAM_NUMBER = re.compile(r"/c/(?P<name>\d+)/(?P<id>\d+)")
_X = re.compile(r"/(?P<name>[A-Za-z0-9_]+)/status/(?P<id>\d+)(?:/.*)?")


def register(app: typer.Typer) -> None:
    app.command()(resolve)
    app.command()(adopt)


class Place(NamedTuple):
    """A post as its address on the web names it."""

    address: str  # of its channel, as channels.yaml would write it
    external_id: str


def resolve(
    attempt: Annotated[
        str, typer.Argument(metavar="ATTEMPT", help="Its id, or the first 4 characters or more.")
    ],
    outcome: Annotated[
        str, typer.Argument(metavar="published|absent", help="What you saw on the channel.")
    ],
    *,
    url: Annotated[
        str, typer.Option("--url", metavar="U", help="Where the post is, if it is out.")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask, though it may be resent.")
    ] = False,
    by: ByOption = "",
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
) -> None:
    """Say what became of an unknown attempt, after a look at the channel: it is out, or it is not.

    What is not out may be sent again, so `absent` asks first. Exit codes: 1 nothing was changed, since you
    did not confirm it; 2 nothing was changed, since it could not be.
    """
    from bot.cli.outlook import opened, say

    if outcome not in ("published", "absent"):
        fail(f"write `published` or `absent`, not {outcome!r}{nearest(outcome, _OUTCOMES)}")
    if outcome == "absent" and url:
        fail("--url is for what is published; nothing was changed")
    with opened(database) as book:
        found = open_one(book, attempt)
        if outcome == "published":
            settle_as_public(book, found, url, person(by))
            return
        zone_note = f"{found.deadline.astimezone():%Y-%m-%d %H:%M %Z}"
        say(f"{_named(found)}: if it is not out, it may be sent again before {zone_note}.")
        if not yes:
            _confirm("Did you look at the channel, and it is not there?")
        book.ledger.orders.resolve(found.id, is_public=False, by=person(by))
        typer.secho("settled: it is not public", fg="green", bold=True)
        _tell_again(book, found, content, schedules)


_OUTCOMES = ("published", "absent")


def settle_as_public(book: Opened, attempt: Attempt, url: str, by: str) -> None:
    """Write down that an attempt is out, at `url` if that is known; a URL that can't be its ends the command."""
    external_id = ""
    if url:
        external_id = _id_at(book, attempt, url)
    book.ledger.orders.resolve(attempt.id, is_public=True, url=url, external_id=external_id, by=by)
    typer.secho(f"settled: {_named(attempt)} is public", fg="green", bold=True)
    typer.echo(f"  {url}" if url else "  (without --url nobody can find it from the log)")


def open_one(book: Opened, beginning: str) -> Attempt:
    """The one open attempt whose id begins so; otherwise the command ends with those that there are."""
    from bot.ledger.status import open_attempts

    beginning = beginning.strip().lower()
    if len(beginning) < SHORTEST:
        fail(f"write at least {SHORTEST} characters of the attempt's id; nothing was changed")
    waiting = [each for each in open_attempts(book.store) if each.state in ("unknown", "handed")]
    found = [each for each in waiting if each.id.startswith(beginning)]
    if len(found) != 1:
        fail(_not_one(beginning, found, waiting))
    return found[0]


def _not_one(beginning: str, found: list[Attempt], waiting: list[Attempt]) -> str:
    """Why no attempt, or more than one, is meant, and which there are."""
    if not waiting:
        return "no attempt waits for a person: there is nothing to settle, and nothing was changed"
    why = "more than one attempt begins" if found else "no attempt that waits for a person begins"
    told = [f"  {each.id}  {each.state}  {_named(each)}" for each in found or waiting]
    return "\n".join([f"{why} with {beginning}; nothing was changed. There are:", *told])


def place_of(url: str) -> Place | None:
    """The channel and the id in a post's address on the web; None where it is no such address."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.")
    path = parts.path.rstrip("/")
    if host in ("t.me", "telegram.me"):
        if match := _TELEGRAM_NUMBER.fullmatch(path):
            return Place(f"-100{match['name']}", match["id"])
        match = _TELEGRAM.fullmatch(path)
        return Place(f"@{match['name']}", match["id"]) if match else None
    if host in ("x.com", "twitter.com"):
        match = _X.fullmatch(path)
        return Place(match["name"], match["id"]) if match else None
    return None


def _id_at(book: Opened, attempt: Attempt, url: str) -> str:
    """The id of the post at `url`, which must be one of the attempt's channel and no other attempt's."""
    from bot.ledger.status import channels, other_with

    form = (
        "https://t.me/NAME/ID" if attempt.platform == "telegram" else "https://x.com/NAME/status/ID"
    )
    place = place_of(url)
    if place is None:
        fail(f"{url} is no address of a post, such as {form}; nothing was changed")
    address = channels(book.store)[attempt.channel].address
    if place.address.casefold() != address.casefold():
        fail(
            f"{url} is a post of {place.address}, and {attempt.channel} is {address}: look again, or "
            "leave --url out; nothing was changed"
        )
    if (other := other_with(book.store, attempt, place.external_id)) is not None:
        fail(
            f"{url} is the post of another attempt, {_named(other)} ({other.id}): look again; "
            "nothing was changed"
        )
    return place.external_id


def _named(attempt: Attempt) -> str:
    named = delivery_in_words(attempt.item, attempt.occurrence, attempt.step)
    return f"{named} on {attempt.channel}"


def _confirm(question: str) -> None:
    """Ask on a terminal; elsewhere somebody must have said --yes."""
    if not sys.stdin.isatty():
        fail(
            "this may be sent again: say --yes if you looked and it is not there; nothing was changed"
        )
    if not typer.confirm(question):
        typer.echo("nothing was changed")
        raise typer.Exit(1)


def _tell_again(book: Opened, attempt: Attempt, content: Path, schedules: Path) -> None:
    """When it is sent again, or why it is not."""
    from bot.cli.outlook import look, read_files, say

    seen = look(book.ledger, read_files(content, schedules))
    for each in seen.coming():
        keys = (each.delivery.key, *(part.key for part in each.delivery.settles))
        if attempt.key in map(str, keys):
            say(f"It goes out again: {seen.line(each)}")
            return
    for held in seen.plan.held:
        if str(held.delivery.key) == attempt.key:
            say(f"It is held: {held.reason}")
            return
    for judged in seen.plan.judged:
        if str(judged.delivery.key) == attempt.key:
            say(f"It is not sent again ({judged.verdict}): {judged.reason}")
            return
    say("It is not sent again: the files no longer ask for it, or its time is over.")


# --- adopt --------------------------------------------------------------------------------------


def adopt(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="What was announced.")],
    *,
    channel: Annotated[
        str, typer.Option("--channel", metavar="C", help="On this channel; default: on each.")
    ] = "",
    all_steps: Annotated[
        bool, typer.Option("--all-steps", help="Also what is still to come: nothing more goes out.")
    ] = False,
    by: ByOption = "",
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
) -> None:
    """Say that an item was announced by other means, by hand or before there was a crier.

    What is due by now counts as published; where nothing is due yet, the next announcement does. What is
    still to come goes out as planned. Round-ups are not touched. May be repeated: nothing counts twice.
    Exit code 1: something could not be adopted.
    """
    from bot.cli.instants import moment
    from bot.cli.outlook import heading, look, opened, read_files, say, zone_of

    with opened(database) as book:
        seen = look(book.ledger, read_files(content, schedules))
        chosen = _chosen(seen, item, channel, all_steps=all_steps)
        is_whole = True
        for delivery in chosen:
            zone = zone_of(seen.edition, delivery.key.channel)
            named = delivery_in_words(item, delivery.key.occurrence, delivery.key.step)
            told = _adopt(book, seen, delivery, person(by))
            is_whole = is_whole and told in (_ADOPTED, _KNOWN)
            line = f"{moment(delivery.placed, zone)}  {delivery.key.channel}  {named}: {told}"
            say(line)
        if not chosen:
            say(f"Nothing of {item} is due or open: nothing was adopted.")
        after = look(book.ledger, seen.edition)
        left = [each for each in after.coming() if item in each.delivery.items]
        heading("still to go out:" if left else f"nothing more of {item} goes out")
        for each in left:
            typer.echo(f"  {after.line(each)}")
        if any(not each.delivery.is_round_up for each in left):
            say("If that, too, was announced: " + f"banditore adopt {item} --all-steps")
    if not is_whole:
        raise typer.Exit(1)


_ADOPTED = "adopted"
_KNOWN = "in the ledger already"


def _chosen(seen: Outlook, item: str, channel: str, *, all_steps: bool) -> list[Delivery]:
    """What `item` was announced by, on `channel` or ("") on each of its own."""
    from bot.core.history import is_over
    from bot.core.model import Status

    known = seen.edition.catalog
    if item not in known.items:
        fail(f"there is no item {item}{nearest(item, known.items)}; nothing was changed")
    if channel and channel not in known.channels:
        fail(
            f"there is no channel {channel}{nearest(channel, known.channels)}; nothing was changed"
        )
    if (status := known.items[item].status) is not Status.READY:
        fail(
            f"{item} is {status}: nothing of it is sent, so nothing was changed. Before it is ready: "
            f"`banditore pause --item {item} --reason ...`, then adopt and resume it"
        )
    asked = [seen.agenda.deliveries[each.key] for each in seen.agenda.asked.get(item, ())]
    if channel:
        asked = [each for each in asked if each.key.channel == channel]
    if not asked:
        on = f" on {channel}" if channel else ""
        fail(f"no announcement of {item}{on} is planned: `banditore plan --why {item}` tells why")
    chosen: list[Delivery] = []
    for name in sorted({each.key.channel for each in asked}):
        of_channel = sorted(
            (each for each in asked if each.key.channel == name), key=lambda each: each.placed
        )
        due = [each for each in of_channel if each.placed <= seen.now]
        # The first, whether or not it was adopted before: said twice, it must not take the next one, too.
        wanted = of_channel if all_steps else due or of_channel[:1]
        chosen += [each for each in wanted if not is_over(each, seen.history, seen.now)]
    return chosen


def _adopt(book: Opened, seen: Outlook, delivery: Delivery, by: str) -> str:
    """What became of it, in words."""
    from bot.core.states import RELEASES_KEY
    from bot.engine.lanes import as_announced
    from bot.ledger import OrderError
    from bot.render import Unfit, render

    past = seen.history.past.get(delivery.key)
    if past is not None and past.state not in RELEASES_KEY:
        return f"it is {past.state}, see `banditore status`: not adopted"
    channel = seen.agenda.channels[delivery.key.channel]
    zone = seen.agenda.calendars[channel.name].zone
    post = render(seen.agenda.items, delivery, channel, at=seen.now, zone=zone)
    if isinstance(post, Unfit):
        return f"not adopted, no post can be made of it: {post.reason} ({post.hint})"
    try:
        is_new = book.ledger.orders.adopt(delivery, as_announced(post, seen.agenda), by=by)
    except OrderError as error:  # the service was quicker
        return f"{error}: not adopted"
    return _ADOPTED if is_new else _KNOWN

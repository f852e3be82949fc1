"""`banditore plan` and `banditore preview`: what will be said and when, and the very words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    load_files,
    morning,
    nearest,
    read_day,
    read_history,
    require_folders,
    warn_of,
)
from bot.cli.spoken import delivery_in_words

if TYPE_CHECKING:
    from bot.core.agenda import Agenda
    from bot.core.history import History
    from bot.core.model import Delivery, Post
    from bot.core.plan import Plan


def register(app: typer.Typer) -> None:
    app.command()(plan)
    app.command()(preview)


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery as `plan` shows it."""

    delivery: Delivery
    at: datetime
    state: str
    reason: str


def plan(
    *,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="From this day on.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Up to this day.")] = None,
    channel: Annotated[str, typer.Option("--channel", help="Of this channel only.")] = "",
    item: Annotated[
        str,
        typer.Option(
            "--why", metavar="ITEM", help="Tell in sentences why an item stands where it does."
        ),
    ] = "",
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Show every delivery: when, where, which step, in what state, and why if it is held.

    Without a ledger nothing has been said yet, and the plan is the one of the day given with --from.
    """
    from bot.cli.settings import read_settings
    from bot.cli.why import why
    from bot.core.history import ChannelPast, History
    from bot.core.model import Status
    from bot.core.plan import plan as plan_now
    from bot.ledger import shown
    from bot.load.library import Library
    from bot.render.misfit import misfits

    require_folders(content, schedules)
    settling = timedelta(minutes=read_settings().settling)
    edition = Library(content, schedules, settling=settling).current
    warn_of(edition.problems)
    made = edition.agenda
    zone = _zone(made)
    start, end = read_day(first, "--from"), read_day(last, "--to")
    if start and end and end < start:
        fail(f"--to {end} is before --from {start}")
    if channel and channel not in made.channels:
        fail(f"there is no channel {channel}{nearest(channel, made.channels)}")
    known = read_history(database)
    if known is None:
        now = morning(start, zone) if start else datetime.now(UTC)
        history = History()
        typer.echo(
            f"banditore: no ledger at {shown(database)}: shown as of {now.astimezone(zone):%Y-%m-%d %H:%M}, "
            "as if nothing had been said",
            err=True,
        )
    else:
        history, now = known
        # A channel that the ledger has not met begins when it does.
        begins = {name: ChannelPast(now) for name in made.channels if name not in history.channels}
        history = replace(history, channels={**history.channels, **begins})
    unfit = {key: post.reason for key, post in misfits(made).items()}
    settled = edition.settled if known else {}  # on another day than today files are long settled
    planned = plan_now(made, history, now, settled=settled, unfit=unfit)
    if item:
        if item not in made.items:
            fail(f"there is no item {item}{nearest(item, made.items)}")
        for sentence in why(made, item, planned, history):
            typer.echo(sentence)
        return
    rows = [
        row
        for row in _rows(made, history, planned)
        if _within(row.at.astimezone(_zone_of(row.delivery, made, zone)).date(), start, end)
        and channel in ("", row.delivery.key.channel)
    ]
    if as_json:
        typer.echo(
            json.dumps([_as_json(row, made, zone) for row in rows], ensure_ascii=False, indent=2)
        )
        return
    _print(rows, made, zone)
    if drafts := sum(each.status is Status.DRAFT for each in made.items.values()):
        typer.echo(
            f"{drafts} draft(s) are not shown: they go out when their status is ready", err=True
        )


def preview(
    *,
    item: Annotated[str, typer.Argument(help="Id of the item.")],
    channel: Annotated[str, typer.Option("--channel", help="For this channel only.")] = "",
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Show each post of an item exactly as it will be sent, with its count.

    Each is shown as of the instant at which the plan sends it: what is late says what is true then.
    """
    from bot.cli.pictured import pictured

    posts = list(_posts(content, schedules, database, item, channel))
    if as_json:
        shown = [
            {
                "key": str(post.key),
                "item": post.key.item,
                "step": post.key.step,
                "channel": post.key.channel,
                "platform": post.platform,
                "text": post.text,
                "length": post.length,
                "limit": post.limit,
                "cost": str(post.cost),
                "image": post.image.file if post.image else "",
                "request": post.request,
            }
            for _, post in posts
        ]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for at, post in posts:
        cost = f", ${post.cost}" if post.cost else ""
        typer.secho(
            f"{post.key.channel}  {_step_of(post)}  {at:%Y-%m-%d %H:%M}  "
            f"{post.length}/{post.limit}{cost}",
            bold=True,
        )
        typer.echo(f"\n{post.text}\n")
        if post.image:
            typer.secho(f"{pictured(post)}\n", dim=True)
        if (link := post.facts.get("link", "")) and link not in post.text:
            typer.secho(f"links to {link}\n", dim=True)


def _step_of(post: Post) -> str:
    key = post.key
    return delivery_in_words(key.item, key.occurrence, key.step) if post.settles else key.step


def _posts(
    content: Path, schedules: Path, database: str, item_id: str, channel: str
) -> Iterator[tuple[datetime, Post]]:
    """The posts of an item that are still to come, each with the local time at which it goes out as
    things stand; all of them where all are over."""
    from bot.core.agenda import agenda
    from bot.core.history import History
    from bot.core.model import Status
    from bot.core.plan import plan as plan_now
    from bot.render import Unfit, render

    catalog, problems = load_files(content, schedules)
    warn_of(problems)
    if item_id not in catalog.items:
        fail(f"there is no item {item_id}{nearest(item_id, catalog.items)}")
    if channel and channel not in catalog.channels:
        fail(f"there is no channel {channel}{nearest(channel, catalog.channels)}")
    item = catalog.items[item_id]
    # A draft is shown as it will be once it is ready; it is not sent before.
    ready = {**catalog.items, item_id: replace(item, status=Status.READY)}
    if item.status is not Status.READY:
        typer.echo(f"banditore: {item_id} is {item.status}: nothing of this is sent", err=True)
    made = agenda(replace(catalog, items=ready))
    asked = [each.key for each in made.asked.get(item_id, ()) if channel in ("", each.key.channel)]
    if not asked:
        to = f" to {channel}" if channel else ""
        fail(f"{item_id} has no delivery{to}: see `banditore plan`")
    history, now = read_history(database) or (History(), datetime.now(UTC))
    planned = plan_now(made, history, now)
    to_come = [
        (each.delivery, each.at)
        for each in (*planned.due, *planned.later)
        if item_id in each.delivery.items and channel in ("", each.delivery.key.channel)
    ]
    everything = [(made.deliveries[key], made.deliveries[key].placed) for key in asked]
    wanted = to_come or everything
    for delivery, at in sorted(wanted, key=lambda each: (each[0].key.channel, each[1])):
        zone = made.timetables[delivery.key.channel].calendar.zone
        post = render(made.items, delivery, made.channels[delivery.key.channel], at=at, zone=zone)
        if isinstance(post, Unfit):
            fail(f"{delivery.key}: {post.reason}", code=1)
        yield at.astimezone(zone), post


def _rows(made: Agenda, history: History, planned: Plan) -> list[Row]:
    """Every delivery of the agenda with its state, in order of time."""
    from bot.core.states import RELEASES_KEY

    rows = [Row(each.delivery, each.at, "due", each.reason) for each in planned.due]
    rows += [Row(each.delivery, each.at, "later", each.reason) for each in planned.later]
    for each in planned.held:
        past = history.past.get(each.delivery.key)
        state = past.state if past and past.state not in RELEASES_KEY else "held"
        rows.append(Row(each.delivery, each.delivery.placed, state, each.reason))
    rows += [
        Row(each.delivery, each.delivery.placed, each.verdict, each.reason)
        for each in planned.judged
    ]
    told = {row.delivery.key for row in rows}
    for key, delivery in made.deliveries.items():
        if key in told:
            continue
        if given := history.verdicts.get(key):
            rows.append(Row(delivery, delivery.placed, given.verdict, given.reason))
        elif past := history.past.get(key):
            rows.append(Row(delivery, past.at, past.state, ""))
    return sorted(rows, key=lambda row: (row.at, row.delivery.key))


def _as_json(row: Row, made: Agenda, zone: tzinfo) -> dict[str, Any]:
    delivery = row.delivery
    local = _zone_of(delivery, made, zone)
    return {
        "key": str(delivery.key),
        "item": delivery.key.item,
        "items": list(delivery.items),
        "occurrence": delivery.key.occurrence,
        "step": delivery.key.step,
        "channel": delivery.key.channel,
        "platform": delivery.platform,
        "due": row.at.astimezone(local).isoformat(),
        "deadline": delivery.deadline.astimezone(local).isoformat(),
        "state": row.state,
        "reason": row.reason,
        "cost": _cost(delivery, made),
    }


def _cost(delivery: Delivery, made: Agenda) -> str:
    """What the post costs in US dollars, as text so that no digit is lost."""
    from bot.render import Unfit, render

    channel = made.channels[delivery.key.channel]
    zone = made.calendars[channel.name].zone
    post = render(made.items, delivery, channel, at=delivery.placed, zone=zone)
    return "0" if isinstance(post, Unfit) else str(post.cost)


_COLOURS = {"due": "green", "held": "red", "missed": "red", "unknown": "red", "published": "cyan"}


def _print(rows: list[Row], made: Agenda, zone: tzinfo) -> None:
    if not rows:
        typer.echo("Nothing in these days.")
        return
    channels = max(len(row.delivery.key.channel) for row in rows)
    states = max(len(row.state) for row in rows)
    shown: date | None = None
    for row in rows:
        at = row.at.astimezone(_zone_of(row.delivery, made, zone))
        if at.date() != shown:
            zone_named = f"  (times of {zone})" if shown is None else ""
            shown = at.date()
            typer.secho(f"{shown:%a %Y-%m-%d}{zone_named}", bold=True)
        key = row.delivery.key
        named = delivery_in_words(key.item, key.occurrence, key.step)
        state = f"{row.state:<{states}}"
        if colour := _COLOURS.get(row.state):
            state = typer.style(state, fg=colour)
        typer.echo(f"  {at:%H:%M}  {key.channel:<{channels}}  {state}  {named}")
        if row.delivery.is_round_up:
            typer.secho(f"         lists {', '.join(row.delivery.items)}", dim=True)
        if row.reason:
            typer.secho(f"         {row.reason}", dim=True)


def _zone(made: Agenda) -> tzinfo:
    return next((calendar.zone for calendar in made.calendars.values()), UTC)


def _zone_of(delivery: Delivery, made: Agenda, otherwise: tzinfo) -> tzinfo:
    calendar = made.calendars.get(delivery.key.channel)
    return calendar.zone if calendar else otherwise


def _within(day: date, start: date | None, end: date | None) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)

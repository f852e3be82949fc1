"""`banditore plan`: what will be said, when, and why if it is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.language import language, spoken
from bot.cli.options import (
    CONTENT,
    DATABASE,
    SCHEDULES,
    ContentOption,
    DatabaseOption,
    JsonOption,
    SchedulesOption,
    fail,
    morning,
    nearest,
    read_day,
    read_history,
    require_folders,
    warn_of,
)
from bot.cli.spoken import delivery_in_words, short_weekday
from bot.core.said import said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from bot.core.agenda import Agenda
    from bot.core.history import History
    from bot.core.model import Delivery
    from bot.core.plan import Plan


def register(app: typer.Typer) -> None:
    app.command()(plan)


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
    costs: Annotated[
        bool,
        typer.Option("--forecast", help="Only what the posts to come cost, by channel and month."),
    ] = False,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Show every delivery: when, where, which step, in what state, and why if it is held.

    Without a ledger nothing has been said yet, and the plan is the one of the day given with --from.
    """
    from bot.cli.foreseen import as_json as forecast_as_json
    from bot.cli.foreseen import foreseen, lines, spent_by_month
    from bot.cli.outlook import opened
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
    spent: Mapping[tuple[str, str], Decimal] = {}
    if known is not None:
        with opened(database) as book:
            coming = (*planned.due, *planned.later)
            spent = spent_by_month(book.ledger, made, coming, now)
    months = foreseen(made, planned, start, end, channel, spent)
    if costs:
        if as_json:
            _print_json({"forecast": [forecast_as_json(month) for month in months]})
        for line in () if as_json else lines(months):
            typer.echo(line)
        return
    rows = [
        row
        for row in _rows(made, history, planned)
        if _within(row.at.astimezone(_zone_of(row.delivery, made, zone)).date(), start, end)
        and channel in ("", row.delivery.key.channel)
    ]
    if as_json:
        _print_json([_as_json(row, made, zone) for row in rows])
        return
    _print(rows, made, zone)
    for line in lines(months) if rows else ():
        typer.echo(line)
    if drafts := sum(each.status is Status.DRAFT for each in made.items.values()):
        hidden = said(
            "{number} draft(s) are not shown: they go out when their status is ready",
            number=drafts,
        )
        typer.echo(spoken(hidden), err=True)


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


def _print_json(told: object) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


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
        typer.echo(spoken(said("Nothing in these days.")))
        return
    channels = max(len(row.delivery.key.channel) for row in rows)
    states = max(len(row.state) for row in rows)
    shown: date | None = None
    for row in rows:
        at = row.at.astimezone(_zone_of(row.delivery, made, zone))
        if at.date() != shown:
            times = said("times of {zone}", zone=zone)
            zone_named = f"  ({spoken(times)})" if shown is None else ""
            shown = at.date()
            weekday = short_weekday(shown, language())
            typer.secho(f"{weekday} {shown:%Y-%m-%d}{zone_named}", bold=True)
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

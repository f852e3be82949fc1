"""Writes the page docs/ladders-2021-05.md: every post of the May 2021 issue, as it would have been made.

`python -m tests.docs.ladders` writes it anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.agenda import Agenda, agenda
from bot.core.calendar import instant
from bot.core.judging import Judged
from bot.core.model import WHOLE, Delivery, Item, Post
from bot.load import load
from bot.render import render
from tests.core.book import Book, Played, play

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "ladders-2021-05.md"
ROME = ZoneInfo("Europe/Rome")
CHANNEL = "telegram-it"

# The channel speaks since before; in the morning staff queue the issue: early, or when it is out.
BEGINS = instant(date(2021, 4, 1), time(9), ROME)
QUEUED = (date(2021, 4, 20), date(2021, 5, 3))
QUEUED_AT = time(9)
ENDS = instant(date(2021, 12, 1), time(9), ROME)


def page() -> str:
    """The page, as Markdown."""
    catalog, problems = load(ROOT / "content", ROOT / "schedules")
    assert not problems
    items = {
        name: item
        for name, item in catalog.items.items()
        if item.mark.file.endswith("2021-05.yaml")
    }
    channels = {CHANNEL: catalog.channels[CHANNEL]}
    catalog = replace(catalog, items=items, channels=channels)
    made, nothing = agenda(catalog), agenda(replace(catalog, items={}))
    stories = [
        play(
            [(BEGINS, nothing), (instant(day, QUEUED_AT, ROME), made)],
            ENDS,
            book=Book(since=BEGINS),
        )
        for day in QUEUED
    ]
    lines = [
        "# The ladders of May 2021",
        "",
        f"Every post on `{CHANNEL}` of the {len(items)} items of `content/2021-05.yaml`, if staff queue the",
        "issue on April 20 or, late, on May 3, at 9:00 each. The last column is the first line of the post, in",
        "italics there; where it is empty, the post begins with its title. `python -m tests.docs.ladders` writes",
        "this page anew, and a test keeps it true.",
    ]
    for item in items.values():
        lines += ["", f"## {item.words['it'].title}", "", f"`{item.id}`, {_dates(item)}"]
        for day, played in zip(QUEUED, stories, strict=True):
            lines += ["", f"Queued on {day:%B} {day.day}:", "", *_table(item, played, made)]
    lines += [
        "",
        "## The round-up of May 3",
        "",
        *_round_up(stories[-1], made),
        "## Day by day",
        "",
    ]
    for day, played in zip(QUEUED, stories, strict=True):
        lines += [f"Queued on {day:%B} {day.day}:", "", *_days(played), ""]
    return "\n".join(lines).rstrip() + "\n"


def _dates(item: Item) -> str:
    dated = [entry.when.wording for entry in item.entries] or ["no date"]
    when = item.when.wording if item.when and item.when.wording else ", ".join(dated)
    return f"{when}; ladder `{item.schedule or 'standard'}`"


def _table(item: Item, played: Played, made: Agenda) -> list[str]:
    rows = [
        (at, f"| {_moment(at)} | {_step(said)} | {_lead(delivery, at, made)} |")
        for delivery, at in played.published
        for said in (delivery, *delivery.settles)
        if said.key.item == item.id
    ]
    unsaid = [
        f"Not said: {_step(each.delivery)}, {each.verdict}: {each.reason}."
        for each in _judged(item, played)
    ]
    table = ["| when | step | lead |", "|---|---|---|", *(row for _, row in sorted(rows))]
    return [*(table if rows else ["Nothing."]), *([""] if unsaid else []), *unsaid]


def _judged(item: Item, played: Played) -> list[Judged]:
    return [each for each, _ in played.judged if each.delivery.key.item == item.id]


def _step(delivery: Delivery) -> str:
    key = delivery.key
    return key.step if key.occurrence == WHOLE else f"{key.occurrence} {key.step}"


def _lead(delivery: Delivery, at: datetime, made: Agenda) -> str:
    """The line above the title, which is all that says how far away the event is."""
    channel = made.channels[delivery.key.channel]
    post = render(made.items, delivery, channel, at=at, zone=ROME)
    assert isinstance(post, Post), post
    first = post.text.splitlines()[0]
    if delivery.is_round_up:
        return f"{first} (round-up)"
    return "" if first == post.facts["title"] else first


def _days(played: Played) -> list[str]:
    days: dict[date, list[str]] = defaultdict(list)
    for delivery, at in played.published:
        local = at.astimezone(ROME)
        said = f"`{delivery.key.item}` {_step(delivery)}"
        if delivery.is_round_up:
            said = f"round-up of {len(delivery.items)} items"
        days[local.date()].append(f"{local:%H:%M} {said}")
    return [f"- {day:%a %d %b}: {', '.join(posts)}" for day, posts in sorted(days.items())]


def _round_up(played: Played, made: Agenda) -> list[str]:
    """What is late by then, in one post; on Telegram each title leads to its item's page."""
    delivery, at = next(each for each in played.published if each[0].is_round_up)
    post = render(made.items, delivery, made.channels[CHANNEL], at=at, zone=ROME)
    assert isinstance(post, Post), post
    return [*(f"> {line}".rstrip() for line in post.text.splitlines()), ""]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ROME):%a %d %b %H:%M}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""Writes the page docs/posts-2021-05.md: the words of every post of the May 2021 issue, on every channel.

`python -m tests.docs.posts` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.agenda import Agenda, agenda
from bot.core.calendar import instant
from bot.core.model import MONTH, WEEK, WHOLE, Catalog, Delivery, Platform, Post, Weekly
from bot.load import load
from bot.render import render
from tests.core.book import Book, play

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "posts-2021-05.md"
ROME = ZoneInfo("Europe/Rome")

BEGINS = instant(date(2021, 4, 1), time(9), ROME)
ENDS = instant(date(2021, 12, 1), time(9), ROME)
EARLY, LATE = date(2021, 4, 20), date(2021, 5, 3)
MONDAY_AT_NINE = Weekly(0, time(9))

Said = tuple[Delivery, datetime]


def page() -> str:
    """The page, as Markdown."""
    catalog, problems = load(ROOT / "content", ROOT / "schedules")
    assert not problems
    items = {
        name: item
        for name, item in catalog.items.items()
        if item.mark.file.endswith("2021-05.yaml")
    }
    catalog = replace(catalog, items=items)
    made = agenda(catalog)
    said = _published(catalog, EARLY)
    late = [each for each in _published(catalog, LATE) if each[0].key.step == MONTH]
    weekly = _with_weeks(catalog)
    weeks = [each for each in _published(weekly, EARLY) if each[0].key.step == WEEK]
    lines = [
        "# The posts of May 2021",
        "",
        f"The words of every post of the {len(items)} items of `content/2021-05.yaml`, as they go out on each channel",
        "if staff queue the issue on April 20; then its round-ups. On Telegram with the marks for bold, italic and",
        "links that are sent; in brackets the length and its limit. [ladders-2021-05.md](ladders-2021-05.md) tells",
        "why they go out on these days. `python -m tests.docs.posts` writes this page anew, and a test keeps it true.",
    ]
    for item in items.values():
        lines += ["", f"## {item.words[item.language].title}"]
        lines += _steps([each for each in said if each[0].key.item == item.id], made)
    lines += ["", "## The month in one post", "", "If the issue is queued on May 3 only, at 9:00."]
    lines += _steps(late, made)
    lines += ["", "## The week's events", "", "If the schedule has `round_up: mon at 09:00`."]
    lines += _steps(weeks, agenda(weekly))
    return "\n".join(lines) + "\n"


def _published(catalog: Catalog, queued: date) -> list[Said]:
    """What goes out, and when, if staff queue everything on a morning."""
    scenes = [
        (BEGINS, agenda(replace(catalog, items={}))),
        (instant(queued, time(9), ROME), agenda(catalog)),
    ]
    return play(scenes, ENDS, book=Book(since=BEGINS)).published


def _with_weeks(catalog: Catalog) -> Catalog:
    standard = replace(catalog.schedules["standard"], round_up=MONDAY_AT_NINE)
    return replace(catalog, schedules={**catalog.schedules, "standard": standard})


def _steps(said: Iterable[Said], made: Agenda) -> Iterator[str]:
    """Each step with its posts, channel by channel; channels that speak at another instant say so."""
    ordered = sorted(said, key=lambda each: (each[0].nominal, _step(each[0]), each[0].key.channel))
    for step, same in groupby(ordered, key=lambda each: _step(each[0])):
        yield from ("", f"### {step}")
        for delivery, at in same:
            yield from _post(delivery, at, made)


def _step(delivery: Delivery) -> str:
    key = delivery.key
    if key.step == MONTH:
        return f"Joined late, {key.occurrence} first"
    if key.step == WEEK:
        return f"Week from {key.occurrence}"
    return key.step if key.occurrence == WHOLE else f"{key.occurrence} {key.step}"


def _post(delivery: Delivery, at: datetime, made: Agenda) -> Iterator[str]:
    channel = made.channels[delivery.key.channel]
    post = render(made.items, delivery, channel, at=at, zone=ROME)
    assert isinstance(post, Post), post
    head = f"`{channel.name}`, {at.astimezone(ROME):%a %d %b %H:%M} ({post.length}/{post.limit})"
    marks, text = (
        ("html", post.request["params"]["text"])
        if channel.platform is Platform.TELEGRAM
        else ("text", post.text)
    )
    yield from ("", head, "", f"```{marks}", text, "```")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""How long 40,000 renders take, and how that compares with Jinja2 setting the same texts from templates.

Ten thousand items, a channel on each platform, two steps of the ladder. Run as
`python benchmarks/bench_render.py`; the best of some rounds counts, ours and Jinja2's in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, Template

from bot.core.model import (
    WHOLE,
    Channel,
    Delivery,
    Item,
    Key,
    Mark,
    Platform,
    Post,
    Precision,
    Span,
    Status,
    When,
    Words,
)
from bot.render import render

ROME = ZoneInfo("Europe/Rome")
ITEMS = 10_000
STEPS = (7, 1)  # days before
ROUNDS = 3
BOUND = 2.0  # seconds
CHANNELS = (
    Channel("telegram-it", Platform.TELEGRAM, "@a", "it", "standard"),
    Channel("x-it", Platform.X, "a", "it", "standard"),
)

# What our posts come to, for Jinja2: it neither chooses, nor counts, nor says what day it is.
TELEGRAM = """{% if lead %}<i>{{ lead }}</i>
{% endif %}<b>{{ title }}</b>

{{ when }}
{{ where }}

{{ summary }}

<a href="{{ link }}">Maggiori informazioni</a>

{{ tags }}"""
X = """{% if lead %}{{ lead }}
{% endif %}{{ title }}

{{ when }}
{{ where }}

{{ summary }}

{{ tags }}
{{ link }}"""


class Work(NamedTuple):
    delivery: Delivery
    channel: Channel


def catalog(edition: int) -> dict[str, Item]:
    """Items that differ from each other, and from those of another `edition`, in every line."""
    made = {}
    for number in range(edition * ITEMS, (edition + 1) * ITEMS):
        on = date(2027, 1, 1) + timedelta(days=number % 365)
        words = Words(
            title=f"Incontro {number} sulle città gemelle e i progetti europei",
            summary=f"Incontro numero {number} dell’anno. Si discute di innovazione nella pubblica "
            "amministrazione e di nuovi scambi.",
            where=f"Sala {number}, Palazzo Civico",
            link=f"https://www.comune.torino.it/relint/{number}",
        )
        when = When((Span(on, on, Precision.DAY),), f"{on.day}/{on.month}", "it")
        made[f"incontro-{number}"] = Item(
            f"incontro-{number}",
            Status.READY,
            when,
            {"it": words},
            Mark("content/2027-01.yaml", number + 1, 1),
            "1",
            tags=("progetti UE",),
        )
    return made


def work(items: Mapping[str, Item]) -> list[Work]:
    """Every delivery of `items`, in the order in which they are due."""
    made = []
    for item in items.values():
        assert item.when is not None
        for channel in CHANNELS:
            for days in STEPS:
                day = item.when.first.first - timedelta(days=days)
                at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
                key = Key(item.id, 1, WHOLE, f"start-{days}d", channel.name)
                delivery = Delivery(key, channel.platform, item.when, 0, at, at, at)
                made.append(Work(delivery, channel))
    return sorted(made, key=lambda each: (each.delivery.placed, each.delivery.key))


def posts_of(items: Mapping[str, Item], todo: list[Work]) -> list[Post]:
    made = []
    for delivery, channel in todo:
        post = render(items, delivery, channel, at=delivery.placed, zone=ROME)
        assert isinstance(post, Post)
        made.append(post)
    return made


def by_jinja(items: Mapping[str, Item], posts: list[Post]) -> Callable[[], None]:
    """Sets the same texts from templates, with every part at hand."""
    templates = {
        Platform.TELEGRAM: Environment(autoescape=True).from_string(TELEGRAM),
        Platform.X: Environment(autoescape=False).from_string(X),
    }
    parts: list[tuple[Template, dict[str, str]]] = []
    for post in posts:
        words = items[post.key.item].words["it"]
        given = {"summary": words.summary, "tags": "#ProgettiUE", "lead": post.text.split("\n")[0]}
        parts.append((templates[post.platform], {**post.facts, **given}))
    ours = [post.request.get("body", post.request.get("params"))["text"] for post in posts]
    assert [template.render(part) for template, part in parts] == ours

    def run() -> None:
        for template, part in parts:
            template.render(part)

    return run


def main() -> None:
    theirs, ours = [], []
    for edition in range(ROUNDS):
        items = catalog(edition)  # new to every cache, as after a reload
        todo = work(items)
        begin = time.process_time()
        posts = posts_of(items, todo)
        ours.append(time.process_time() - begin)
        jinja = by_jinja(items, posts)
        begin = time.process_time()
        jinja()
        theirs.append(time.process_time() - begin)
    best, other = min(ours), min(theirs)
    print(
        f"{len(todo):,} renders ({ITEMS:,} items, {len(CHANNELS)} channels, {len(STEPS)} steps): "
        f"{best:.2f} s, {best / len(todo) * 1e6:.0f} µs each (bound {BOUND:.0f} s)"
    )
    print(f"bare Jinja2, the same texts: {other:.2f} s; ratio {best / other:.1f}")
    if best > BOUND:
        raise SystemExit(f"slower than the bound of {BOUND:.0f} s")


if __name__ == "__main__":
    main()

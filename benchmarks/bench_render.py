"""How long a render takes, and how that compares with Jinja2 setting the same text from a template.

Run as `python benchmarks/bench_render.py [renders]`; prints microseconds for each render.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from jinja2 import Environment

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
ITEMS = 2_000
TEMPLATE = """{% if lead %}<i>{{ lead }}</i>
{% endif %}<b>{{ title }}</b>

{{ dates }}
{{ where }}

{{ summary }}

<a href="{{ link }}">Maggiori informazioni</a>

{{ tags }}"""


def items() -> list[Item]:
    """Items that differ from each other in every line, as those of a real catalog do."""
    made = []
    for number in range(ITEMS):
        on = date(2027, 1, 1) + timedelta(days=number % 365)
        words = Words(
            title=f"Incontro {number} sulle città gemelle e i progetti europei",
            summary=f"Incontro numero {number} dell’anno. Si discute di innovazione nella pubblica "
            "amministrazione e di nuovi scambi tra le città.",
            where=f"Sala {number}, Palazzo Civico",
            link=f"https://www.comune.torino.it/relint/{number}",
        )
        when = When((Span(on, on, Precision.DAY),), f"{on.day}/{on.month}", "it")
        mark = Mark("content/2027-01.yaml", number + 1, 1)
        made.append(
            Item(
                f"incontro-{number}",
                Status.READY,
                when,
                {"it": words},
                mark,
                "1",
                tags=("progetti UE",),
            )
        )
    return made


def measure(channel: Channel, renders: int) -> tuple[list[Post], float]:
    """The posts and the seconds that they took."""
    catalog = {item.id: item for item in items()}
    in_order = list(catalog.values())
    posts: list[Post] = []
    work = []
    for number in range(renders):
        item = in_order[number % ITEMS]
        assert item.when is not None
        day = item.when.first.first - timedelta(days=1 + number // ITEMS % 7)
        at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        key = Key(item.id, 1, WHOLE, "start-1d", channel.name)
        work.append((Delivery(key, channel.platform, item.when, 0, at, at, at), at))
    begin = time.perf_counter()
    for delivery, at in work:
        post = render(catalog, delivery, channel, at=at, zone=ROME)
        assert isinstance(post, Post)
        posts.append(post)
    return posts, time.perf_counter() - begin


def bare_jinja(posts: list[Post]) -> float:
    """Seconds that Jinja2 alone needs for the same parts, without choosing, counting or hashing."""
    template = Environment(autoescape=True).from_string(TEMPLATE)
    parts = [
        {
            **post.facts,
            "lead": "Domani",
            "dates": post.facts["when"],
            "summary": "x" * 130,
            "tags": "#ProgettiUE",
        }
        for post in posts
    ]
    begin = time.perf_counter()
    for part in parts:
        template.render(part)
    return time.perf_counter() - begin


def report(what: str, seconds: float, count: int) -> None:
    print(f"{what}: {count} in {seconds:.2f} s, {seconds / count * 1e6:.1f} µs each")


def main() -> None:
    renders = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    telegram = Channel("telegram-it", Platform.TELEGRAM, "@a", "it", "standard")
    x = Channel("x-it", Platform.X, "a", "it", "standard")
    for channel in (telegram, x):
        posts, ours = measure(channel, renders)
        jinja = bare_jinja(posts)
        report(f"render for {channel.platform}", ours, renders)
        report("bare Jinja2", jinja, renders)
        print(f"ratio: {ours / jinja:.1f}")


if __name__ == "__main__":
    main()

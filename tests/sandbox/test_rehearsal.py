"""The rehearsal of the May 2021 issue: the main job, on real input, with the real engine and clients."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.agenda import agenda
from bot.core.calendar import instant
from bot.core.model import SEVERAL, Item, Platform
from bot.core.text import telegram, x
from bot.load import load
from bot.sandbox.rehearsal import Report, rehearsing
from bot.sandbox.sandbox import Sandbox
from tests.core.build import TELEGRAM, at, catalog, days, item

ROOT = Path(__file__).parents[2]
ROME = ZoneInfo("Europe/Rome")
FROM, TO = date(2021, 4, 20), date(2021, 6, 1)

CATALOG, PROBLEMS = load(ROOT / "content", ROOT / "schedules")


@lru_cache
def midnight(day: date) -> datetime:
    return instant(day, datetime.min.time(), ROME)


async def play(queued: date) -> tuple[Report, Sandbox]:
    async with rehearsing(CATALOG, midnight(FROM)) as stage:
        report = await stage.rehearsal.run(
            midnight(TO + timedelta(days=1)),
            queued=midnight(queued) + timedelta(hours=9 if queued != FROM else 0),
        )
        return report, stage.sandbox


def over(item: Item, occurrence: str) -> date | None:
    """The last day on which the item, or one of its entries, is still to come or going on."""
    when = next((entry.when for entry in item.entries if entry.id == occurrence), item.when)
    if when is None or not when.spans or when.spans[-1].end is None:
        return None
    return when.spans[-1].last


@pytest.mark.parametrize("queued", [FROM, date(2021, 5, 3)], ids=["from-the-start", "on-3-may"])
async def test_the_month_goes_out_as_an_editor_would_have_it(queued: date) -> None:
    assert PROBLEMS == ()
    assert len(CATALOG.items) == 14
    report, sandbox = await play(queued)

    assert {attempt.state for attempt in report.attempts} == {"published"}
    assert report.held == ()
    posts = [attempt for attempt in report.attempts if attempt.within is None]
    assert len(sandbox.posts) == len(posts)

    # Each item is announced in each language that it has, on both platforms.
    said = {
        (attempt.item, attempt.channel) for attempt in report.attempts if attempt.item != SEVERAL
    }
    assert said == {
        (item.id, channel.name)
        for item in CATALOG.items.values()
        for channel in CATALOG.channels.values()
        if channel.language in item.words
    }
    # Each event of an item that holds several, too.
    occurrences = {(attempt.item, attempt.occurrence) for attempt in report.attempts}
    for known in CATALOG.items.values():
        assert {(known.id, entry.id) for entry in known.entries} <= occurrences

    # None twice: neither a key nor a text on a channel.
    assert max(Counter(attempt.key for attempt in report.attempts).values()) == 1
    assert (
        max(Counter((post.channel, post.platform, post.text) for post in sandbox.posts).values())
        == 1
    )

    days: dict[tuple[str, date], list[datetime]] = defaultdict(list)
    for attempt in report.attempts:
        assert attempt.committed_at is not None
        sent = attempt.committed_at.astimezone(ROME)
        if attempt.within is None:
            days[attempt.channel, sent.date()].append(sent)
        # No post after its event, nor before staff wrote it, nor when the office is closed.
        if attempt.item != SEVERAL:
            last = over(CATALOG.items[attempt.item], attempt.occurrence)
            assert last is None or sent.date() <= last
        assert attempt.committed_at < attempt.deadline
        assert sent.date() >= queued
        assert sent.weekday() < 5
        assert "08:30" <= f"{sent:%H:%M}" <= "19:30"
        assert sent.date() != date(2021, 5, 1)

    # What joins late is said in round-ups: in one where there is room, in two and a half on X.
    late = Counter(
        (attempt.channel, attempt.item == SEVERAL)
        for attempt in posts
        if attempt.committed_at and attempt.committed_at < midnight(date(2021, 5, 4))
    )
    if queued != FROM:
        assert late[("telegram-it", True)] == late[("telegram-en", True)] == 1
        assert late[("x-it", True)] == late[("x-en", True)] == 2
        assert late.total() == 7

    # No flood, on the first day or any other.
    for sent_on_a_day in days.values():
        assert len(sent_on_a_day) <= 3
        for earlier, later in pairwise(sent_on_a_day):
            assert later - earlier >= timedelta(minutes=30)

    for post in sandbox.posts:
        if post.platform is Platform.X:
            assert x.weighted_length(post.request["text"]) <= 280
        else:
            assert telegram.length(post.text) <= 4096


async def test_the_sandbox_took_the_very_requests_that_the_ledger_holds() -> None:
    report, sandbox = await play(FROM)
    by_id = {(post.platform, post.channel.lstrip("@"), post.id): post for post in sandbox.posts}
    for attempt in report.attempts:
        channel = CATALOG.channels[attempt.channel]
        assert attempt.external_id is not None
        post = by_id[channel.platform, channel.address.lstrip("@"), attempt.external_id]
        assert post.text == attempt.text
        assert post.url == attempt.url


async def test_a_rehearsal_says_what_the_agenda_says() -> None:
    report, _ = await play(FROM)
    made = agenda(CATALOG)
    end = midnight(TO + timedelta(days=1))
    planned = {str(key): each.placed for key, each in made.deliveries.items() if each.placed < end}
    assert {attempt.key: attempt.committed_at for attempt in report.attempts} == planned


async def test_on_an_assisted_channel_a_person_sends_and_the_rehearsal_is_that_person() -> None:
    channel = replace(TELEGRAM, is_assisted=True)
    made = catalog(item("festa", days("2021-05-20")), channels=(channel,))
    async with rehearsing(made, at("2021-05-10 09:00")) as stage:
        report = await stage.rehearsal.run(at("2021-05-21 09:00"), queued=at("2021-05-10 09:00"))
        assert stage.sandbox.posts == []
    assert [(each.step, each.state, each.via) for each in report.attempts] == [
        ("start-7d", "published", "person"),
        ("start-1d", "published", "person"),
    ]


def test_without_a_terminal_the_command_prints_each_post_and_ends() -> None:
    command = [
        sys.executable,
        "-m",
        "bot",
        "rehearse",
        "--from",
        "2021-04-20",
        "--to",
        "2021-05-05",
    ]
    played = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert played.returncode == 0, played.stderr
    assert (
        "Tue 2021-05-04 17:30  telegram-it  connect-alpine-space-2021 clima start-1d"
        in played.stdout
    )
    assert "    Domani" in played.stdout
    assert "Published: " in played.stdout
    assert "cost on X: $" in played.stdout
    assert "\x1b" not in played.stdout

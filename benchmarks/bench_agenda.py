"""What large queues cost: an agenda made from nothing, one file that changed, and a tick.

Run as `python benchmarks/bench_agenda.py`. Every build runs in a fresh process, whose peak of memory the
system tells; times are the best of some runs. Two kinds of queue: `dense`, all items within a year on a
channel that may speak at any minute, and `long`, 300 items a year, for as many years as it takes, by
the rules that ship (30 minutes, three a day).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.agenda import Agenda, agenda
from bot.core.candidates import Memory
from bot.core.history import ChannelPast, History, Past
from bot.core.ladder import read_step
from bot.core.model import (
    Catalog,
    Channel,
    Hours,
    Item,
    Mark,
    Platform,
    Precision,
    Schedule,
    Span,
    Status,
    Step,
    When,
    Words,
)
from bot.core.plan import plan
from bot.core.states import State
from bot.load.library import Library

ITEMS = 100_000
FILES, EACH = 1_000, 100
FIRST = date(2027, 1, 1)
ROUNDS = 3
BUILD_BOUND, MEMORY_BOUND, FILE_BOUND = 5.0, 400.0, 100.0  # seconds, MB, milliseconds

CHANNELS = """\
channels:
  telegram-it: {platform: telegram, chat: "@an_example", language: it, schedule: standard}
"""
SCHEDULE = """\
timezone: Europe/Rome
announce: [7 days before at 10:00, 1 day before at 17:30]
each_date: [1 day before at 17:30]
hours: {days: mon-fri, from: "08:30", to: "19:30"}
holidays: IT-TO
gap: 10 minutes
per_day: 30
"""


def catalog(count: int, channels: int, kind: str) -> Catalog:
    """So many items of two steps each for every channel."""
    dense = kind == "dense"
    schedule = Schedule(
        name="standard",
        zone=ZoneInfo("Europe/Rome"),
        zone_name="Europe/Rome",
        announce=(_step("7 days before at 10:00"), _step("1 day before at 17:30")),
        each_date=(),
        hours=Hours(frozenset(range(7)), clock(0), clock(23, 59))
        if dense
        else Hours(frozenset(range(5)), clock(8, 30), clock(19, 30)),
        holidays=frozenset(),
        gap=timedelta(minutes=1 if dense else 30),
        per_day=1000 if dense else 3,
    )
    span = 365 if dense else max(count * 365 // 300, 1)
    items = (_item(number, FIRST + timedelta(days=number * 131 % span)) for number in range(count))
    names = [f"channel-{number}" for number in range(channels)]
    return Catalog(
        items={each.id: each for each in items},
        channels={
            name: Channel(name, Platform.TELEGRAM, "@an_example", "it", "standard")
            for name in names
        },
        schedules={"standard": schedule},
    )


def _step(text: str) -> Step:
    step = read_step(text)
    assert step is not None
    return step


def _item(number: int, day: date) -> Item:
    name = f"item-{number}"
    return Item(
        id=name,
        status=Status.READY,
        when=When((Span(day, day, Precision.DAY),), "", "it"),
        words={"it": Words(name)},
        mark=Mark(f"content/{number // EACH}.yaml", number % EACH + 1, 1),
        revision="1",
    )


# --- from nothing -------------------------------------------------------------------------------


def build(count: int, channels: int, kind: str) -> None:
    """Prints seconds, those of the processor, the peak before and after in MB, and the deliveries."""
    source = catalog(count, channels, kind)
    before = _peak()
    start, busy = time.perf_counter(), time.process_time()
    made = agenda(source)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    held = sum(bool(each.held) for each in made.deliveries.values())
    print(seconds, busy, before, _peak(), len(made.deliveries), held)


def _peak() -> float:
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def report_builds() -> None:
    for kind in ("dense", "long"):
        for channels in (1, 2):
            words = [sys.executable, __file__, "build", str(ITEMS), str(channels), kind]
            runs = []
            for _ in range(ROUNDS):
                answer = subprocess.run(words, check=True, capture_output=True, text=True)
                runs.append([float(each) for each in answer.stdout.split()])
            seconds, busy, before, peak, deliveries, held = min(runs)
            print(
                f"agenda, {kind}, {ITEMS:,} items, {channels} channel(s), {deliveries:,.0f} deliveries "
                f"({held:,.0f} held): {seconds:.2f} s ({seconds / BUILD_BOUND:.2f} of the bound; "
                f"{busy:.2f} s of the processor), peak "
                f"{peak:.0f} MB ({peak / MEMORY_BOUND:.2f} of the bound), {before:.0f} MB of it before"
            )


# --- one file that changed ----------------------------------------------------------------------


def report_changed_file() -> None:
    with tempfile.TemporaryDirectory() as folder:
        content, schedules = Path(folder, "content"), Path(folder, "schedules")
        content.mkdir()
        schedules.mkdir()
        (schedules / "standard.yaml").write_text(SCHEDULE, encoding="utf-8")
        (schedules / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
        for number in range(FILES):
            (content / f"{number:04}.yaml").write_text(_issue(number, 0), encoding="utf-8")
        start = time.perf_counter()
        library = Library(content, schedules)
        first = time.perf_counter() - start
        assert not library.current.problems, library.current.problems[:3]
        assert len(library.current.catalog.items) == FILES * EACH
        times, idle = [], []
        for turn in range(1, ROUNDS + 3):
            (content / "0500.yaml").write_text(_issue(500, turn), encoding="utf-8")
            times.append(_seconds(library.refresh))
            idle.append(_seconds(library.refresh))
        best = min(times) * 1_000
        print(
            f"one file of {FILES:,}, {EACH} items each: {best:.0f} ms ({best / FILE_BOUND:.2f} of the bound; "
            f"median {sorted(times)[len(times) // 2] * 1_000:.0f}); to see that none changed: "
            f"{min(idle) * 1_000:.0f} ms; to read them all at first: {first:.1f} s"
        )


def _issue(number: int, turn: int) -> str:
    """A month of an office with many events; each turn says the same of them under another title."""
    year, month = 2016 + number // 12, number % 12 + 1
    lines = [f"year: {year}", "link: https://example.org/", "items:"]
    for each in range(EACH):
        day, title = date(year, month, each % 28 + 1), f"Title {turn}"
        lines.append(
            f"  - {{id: item-{number}-{each}, status: ready, title: {title}, when: {day}}}"
        )
    return "\n".join(lines) + "\n"


# --- a tick -------------------------------------------------------------------------------------


def report_ticks() -> None:
    for kind in ("dense", "long"):
        few, many = (_tick(count, kind) for count in (1_000, ITEMS))
        for what, of_few, of_many in zip(
            ("nothing due, nothing new", "just after a post"), few, many, strict=True
        ):
            print(
                f"a tick in the middle, {kind}, {what}: 1,000 items {of_few * 1_000:.3f} ms, "
                f"{ITEMS:,} items {of_many * 1_000:.3f} ms, ratio {of_many / of_few:.1f}"
            )


def _tick(count: int, kind: str) -> tuple[float, float]:
    """Seconds of a tick with a memory, everything before it published, nothing due at it: after another
    such tick, and when something has been written since."""
    made = agenda(catalog(count, 1, kind))
    now, history = _halfway(made)
    written = _halfway(made, seq=2)[1]
    memory = Memory()
    plan(made, history, now, memory=memory)
    quiet = [_seconds(lambda: plan(made, history, now, memory=memory)) for _ in range(10)]
    busy = []
    for _ in range(5):
        busy.append(_seconds(lambda: plan(made, written, now, memory=memory)))
        plan(made, history, now, memory=memory)
    return min(quiet), min(busy)


def _halfway(made: Agenda, seq: int = 1) -> tuple[datetime, History]:
    placed = sorted(each.placed for each in made.deliveries.values())
    middle = placed[len(placed) // 2]
    now = middle.replace(hour=3, minute=0).astimezone(UTC)
    past = {
        key: Past(State.PUBLISHED, each.placed)
        for key, each in made.deliveries.items()
        if each.placed <= now
    }
    spoken = tuple(each for each in placed if now - timedelta(days=3) < each <= now)
    since = datetime(2000, 1, 1, tzinfo=UTC)
    channels = {name: ChannelPast(since, spoken, seq=seq) for name in made.channels}
    return now, History(past=past, channels=channels)


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def main() -> None:
    if sys.argv[1:2] == ["build"]:
        build(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
        return
    report_builds()
    report_changed_file()
    report_ticks()


if __name__ == "__main__":
    main()

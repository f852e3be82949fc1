"""Random catalogs for property tests: every kind of date, ladders, hours and both days on which clocks change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.core.model import (
    Anchor,
    AnnounceOn,
    Blackout,
    Catalog,
    Channel,
    Entry,
    Hours,
    Item,
    Mark,
    Platform,
    Precision,
    Schedule,
    Silence,
    Span,
    Status,
    Step,
    Weekly,
    When,
    Words,
)

# Each zone with the days of 2026 around which its events are drawn; where clocks change, both days.
ZONES = {
    "Europe/Rome": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Pacific/Auckland": (date(2026, 4, 5), date(2026, 9, 27)),
    "UTC": (date(2026, 6, 15),),
    "Asia/Kolkata": (date(2026, 12, 28),),
}
CHANNELS = {
    "telegram-it": Channel("telegram-it", Platform.TELEGRAM, "@torino", "it", "first"),
    "x-it": Channel("x-it", Platform.X, "torino", "it", "second"),
}
FILES = ("content/a.yaml", "content/b.yaml", "content/c.yaml")
NAMES = ("acqua", "bando", "cena", "danza", "erba", "festa", "giro", "luce", "mare", "neve")

# By the hour mostly, so that they meet; in the night too, where clocks change.
clocks = st.sampled_from(
    [time(hour, minute) for hour in (8, 9, 10, 11, 12, 17, 18, 19) for minute in (0, 10, 30)]
    + [time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(23, 50)]
)


def days(anchor: date) -> st.SearchStrategy[date]:
    return st.integers(-2, 12).map(lambda count: anchor + timedelta(days=count))


# --- dates --------------------------------------------------------------------------------------


@st.composite
def single_days(draw: st.DrawFn, anchor: date) -> Span:
    day = draw(days(anchor))
    at = draw(st.none() | clocks)
    until = draw(st.none() | st.just(time(23, 55))) if at else None
    return Span(day, day, Precision.TIME if at else Precision.DAY, at, until)


@st.composite
def ranges(draw: st.DrawFn, anchor: date) -> Span:
    start = draw(days(anchor))
    length = draw(st.sampled_from([1, 2, 12, 13, 20, 60]))
    return Span(start, start + timedelta(days=length), Precision.DAY)


@st.composite
def coarse(draw: st.DrawFn, anchor: date) -> Span:
    start = draw(days(anchor))
    precision, length = draw(st.sampled_from([(Precision.PART, 9), (Precision.MONTH, 30)]))
    return Span(start, start + timedelta(days=length), precision)


@st.composite
def whens(draw: st.DrawFn, anchor: date) -> When:
    match draw(
        st.sampled_from(["day", "day", "range", "list", "coarse", "from", "until", "by", "none"])
    ):
        case "day":
            spans = [draw(single_days(anchor))]
        case "range":
            spans = [draw(ranges(anchor))]
        case "list":
            listed = draw(st.lists(days(anchor), min_size=2, max_size=4, unique=True))
            spans = [Span(day, day, Precision.DAY) for day in sorted(listed)]
        case "coarse":
            spans = [draw(coarse(anchor))]
        case "from":
            spans = [Span(draw(days(anchor)), None, Precision.DAY)]
        case "until":
            spans = [Span(None, draw(days(anchor)), Precision.DAY)]
        case "by":
            by = Span(None, draw(days(anchor)), Precision.DAY)
            return When((by,), "entro", "it", is_deadline=True)
        case _:
            spans = []
    return When(tuple(spans), "", "it")


# --- items --------------------------------------------------------------------------------------


@st.composite
def items(draw: st.DrawFn, name: str, anchor: date) -> Item:
    when: When | None = draw(whens(anchor))
    entries: tuple[Entry, ...] = ()
    asked: tuple[AnnounceOn, ...] = ()
    queued = expires = None
    match draw(st.sampled_from(["plain", "plain", "plain", "entries", "both", "asked", "news"])):
        case "entries" | "both" as kind:
            dated = [draw(whens(anchor)) for _ in range(draw(st.integers(1, 3)))]
            entries = tuple(Entry(f"e{n}", each, {}) for n, each in enumerate(dated))
            when = when if kind == "both" else None
        case "asked":
            chosen = draw(st.lists(days(anchor), min_size=1, max_size=3, unique=True))
            asked = tuple(AnnounceOn(day, draw(st.none() | clocks)) for day in chosen)
        case "news":
            when, queued = None, draw(days(anchor))
            expires = queued + timedelta(days=draw(st.integers(0, 40)))
    return Item(
        id=name,
        status=draw(st.sampled_from([Status.READY] * 6 + [Status.DRAFT, Status.CANCELLED])),
        when=when,
        words={"it": Words(name.title())},
        mark=Mark(draw(st.sampled_from(FILES)), 1, 1),
        revision="1",
        expires=expires,
        queued_from=queued,
        entries=entries,
        edition=draw(st.sampled_from([1, 1, 1, 2])),
        schedule=draw(st.sampled_from(["", "", "first", "second", "missing"])),
        channels=draw(st.sampled_from([(), (), ("telegram-it",), ("x-it",)])),
        essential=draw(st.booleans()),
        announce_on=asked,
    )


# --- schedules ----------------------------------------------------------------------------------


@st.composite
def steps(draw: st.DrawFn) -> Step:
    return Step(
        draw(st.sampled_from([Anchor.START, Anchor.START, Anchor.START, Anchor.END])),
        draw(st.sampled_from([0, 1, 1, 2, 3, 7, 14])),
        draw(clocks),
    )


def ladders(longest: int) -> st.SearchStrategy[tuple[Step, ...]]:
    return st.lists(steps(), min_size=1, max_size=longest, unique_by=lambda each: each.name).map(
        tuple
    )


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    opens, closes = draw(
        st.sampled_from(
            [
                (time(8, 30), time(19, 30)),
                (time(9), time(10)),
                (time(0), time(23, 59)),
                (time(1, 30), time(12)),
                (time(17), time(23, 50)),
            ]
        )
    )
    week = draw(st.sampled_from([range(7), range(5), (1, 3), (0,), (5, 6)]))
    return Hours(frozenset(week), opens, closes)


@st.composite
def blackouts(draw: st.DrawFn, anchor: date) -> Blackout:
    start = draw(days(anchor)) - timedelta(days=draw(st.integers(0, 10)))
    end = start + timedelta(days=draw(st.integers(0, 9)))
    return Blackout(start, end, "par condicio", except_essential=draw(st.booleans()))


@st.composite
def silences(draw: st.DrawFn, anchor: date) -> Silence:
    begins, ends = draw(
        st.lists(clocks, min_size=2, max_size=2, unique=True).map(lambda pair: sorted(pair))
    )
    weekdays = draw(st.sets(st.integers(0, 6), max_size=3))
    day = draw(days(anchor))
    return Silence(
        begins, ends, "two minutes", frozenset(weekdays), frozenset({(day.month, day.day)})
    )


@st.composite
def schedules(draw: st.DrawFn, name: str, zone: str, anchor: date) -> Schedule:
    return Schedule(
        name=name,
        zone=ZoneInfo(zone),
        zone_name=zone,
        announce=draw(ladders(4)),
        each_date=draw(ladders(2)),
        hours=draw(hours()),
        holidays=draw(st.frozensets(days(anchor - timedelta(days=5)), max_size=3)),
        gap=timedelta(minutes=draw(st.sampled_from([0, 1, 30, 30, 100, 14 * 60, 25 * 60]))),
        per_day=draw(st.sampled_from([1, 2, 3, 3])),
        blackouts=tuple(draw(st.lists(blackouts(anchor), max_size=2))),
        silences=tuple(draw(st.lists(silences(anchor), max_size=2))),
        round_up=draw(st.none() | st.builds(Weekly, st.integers(0, 6), clocks)),
    )


# --- catalogs -----------------------------------------------------------------------------------


@st.composite
def frames(draw: st.DrawFn) -> tuple[Catalog, date]:
    """A catalog without items, and the day around which its events are to be drawn."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    anchor = draw(st.sampled_from(ZONES[zone]))
    other = draw(st.sampled_from([zone, zone, zone, *sorted(ZONES)]))
    both = {
        "first": draw(schedules("first", zone, anchor)),
        "second": draw(schedules("second", other, anchor)),
    }
    return Catalog({}, CHANNELS, both), anchor


@st.composite
def catalogs(draw: st.DrawFn, most: int = 8) -> Catalog:
    frame, anchor = draw(frames())
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=most, unique=True))
    return with_items(frame, {name: draw(items(name, anchor)) for name in names})


@st.composite
def catalogs_and_one_more(draw: st.DrawFn) -> tuple[Catalog, Catalog]:
    """A catalog, and the same with one item that it has not; the new one's place is anywhere."""
    more = draw(catalogs().filter(lambda each: len(each.items) > 1))
    added = draw(st.sampled_from(sorted(more.items)))
    fewer = {name: each for name, each in more.items.items() if name != added}
    return with_items(more, fewer), more


@st.composite
def editing(draw: st.DrawFn) -> list[Catalog]:
    """The same office over some edits: items come, are reworded and go, files break and are mended."""
    frame, anchor = draw(frames())
    known: dict[str, Item] = {}
    broken: frozenset[str] = frozenset()
    made: list[Catalog] = []
    for _ in range(draw(st.integers(2, 5))):
        for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4)):
            edit = draw(st.sampled_from(["written", "written", "reworded", "removed"]))
            if edit == "written" or name not in known:
                known[name] = draw(items(name, anchor))
            elif edit == "reworded":
                known[name] = replace(known[name], revision=known[name].revision + "1")
            else:
                del known[name]
        broken ^= draw(st.frozensets(st.sampled_from(FILES), max_size=1))
        made.append(replace(with_items(frame, known), broken=broken))
    return made


def with_items(frame: Catalog, found: Mapping[str, Item]) -> Catalog:
    return replace(frame, items=dict(found))

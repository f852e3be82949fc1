"""When a schedule says nothing: its blackouts, by date, and its silences, which come again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time

from bot.core.kinds import Kind
from bot.core.model import Blackout, Silence
from bot.core.said import said
from bot.load.nodes import Listed, Mapped, Place
from bot.load.phrase import clock_under, is_possible, read_day, read_weekdays
from bot.load.report import Reason, Report, shown
from bot.load.schema import WrittenBlackout, WrittenSchedule, WrittenSilence

_DAY_HINT = said("write it as 2026-01-20")
_SILENCE_DAYS_HINT = said(
    'write mon-fri, daily, "05-04" for 4 May of each year, or a list of these'
)
_SILENCE_HINT = said('such as {days: fri, from: "12:30", to: "14:00", reason: Friday prayer}')

_YEARLY = re.compile(r"(\d{2})-(\d{2})")
_LEAP_YEAR = 2024  # has every day that a year can have


def blackouts_of(written: WrittenSchedule, top: Mapped, report: Report) -> Iterator[Blackout]:
    for blackout, node in zip(written.blackouts, top.members("blackouts"), strict=False):
        if isinstance(node, Mapped):  # else it was told when its shape was checked
            yield from _blackout(blackout, node, report)


def silences_of(written: WrittenSchedule, top: Mapped, report: Report) -> Iterator[Silence]:
    for silence, node in zip(written.silences, top.members("silences"), strict=False):
        if isinstance(node, Mapped):  # else it was told when its shape was checked
            yield from _silence(silence, node, report)


def texts(written: str | tuple[str, ...], place: Place) -> Iterator[tuple[str, Place]]:
    """What may be written as one text or as a list of them: each text with its place."""
    if isinstance(written, str):
        yield written.strip(), place
    elif isinstance(place, Listed):
        yield from ((text.strip(), inner) for text, inner in zip(written, place.inner, strict=True))


# --- blackouts ----------------------------------------------------------------------------------


def _blackout(written: WrittenBlackout, node: Mapped, report: Report) -> Iterator[Blackout]:
    start = _day(written.start, node, "from", report)
    end = _day(written.end, node, "to", report) if written.end else start
    if written.exception not in ("", "essential"):
        report.error(
            node.inner["except"],
            Kind.BLACKOUT,
            said("{value} is not possible here", value=shown(written.exception)),
            said("write 'except: essential', or leave it out"),
        )
    if start is None or end is None:
        return
    if end < start:
        report.error(
            node.inner["to"],
            Kind.BLACKOUT,
            said("the blackout ends before it begins"),
            said("change the two days round"),
        )
    yield Blackout(start, end, written.reason.strip(), written.exception == "essential")


def _day(text: str, node: Mapped, key: str, report: Report) -> date | None:
    if not text.strip():
        report.missing(
            node, key, Kind.BLACKOUT, said("a blackout needs '{key}'", key=key), _DAY_HINT
        )
        return None
    day = read_day(text.strip())
    if day is None:
        message = said("{text} is not a day", text=shown(text))
        report.error(node.inner[key], Kind.DAY, message, _DAY_HINT)
        return None
    return day if is_possible(day, node.inner[key], report) else None


# --- silences -----------------------------------------------------------------------------------


def _silence(written: WrittenSilence, node: Mapped, report: Report) -> Iterator[Silence]:
    weekdays, days = _recurring(written.days, node, report)
    begins = _clock(written.begins.strip(), node, "from", report)
    ends = _clock(written.ends.strip(), node, "to", report)
    reason = " ".join(written.reason.split())
    if not reason:
        report.missing(
            node,
            "reason",
            Kind.BLACKOUT,
            said("a silence needs a reason"),
            said("such as 'reason: Friday prayer'; it is told whenever a post makes way"),
        )
    if begins is None or ends is None:
        return
    if ends <= begins:
        report.error(
            node.inner["to"],
            Kind.BLACKOUT,
            said("the silence ends before it begins"),
            said("one that lasts over midnight is two: up to 23:59, and from 00:00"),
        )
    yield Silence(begins, ends, reason, weekdays, days)


def _recurring(
    written: str | tuple[str, ...], node: Mapped, report: Report
) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """The weekdays, and the days of each year as month and day."""
    weekdays: set[int] = set()
    days: set[tuple[int, int]] = set()
    if not written:
        report.missing(
            node, "days", Kind.BLACKOUT, said("a silence needs days"), _SILENCE_DAYS_HINT
        )
        return frozenset(), frozenset()
    for text, place in texts(written, node.inner["days"]):
        for part in text.split(","):
            yearly = _YEARLY.fullmatch(part.strip())
            if yearly and (day := read_day(f"{_LEAP_YEAR}-{part.strip()}")):
                days.add((day.month, day.day))
            elif found := read_weekdays(part):
                weekdays |= found
            else:
                message = said(
                    "{text} is neither a weekday nor a day of each year", text=shown(part)
                )
                report.error(place, Kind.BLACKOUT, message, _SILENCE_DAYS_HINT)
    return frozenset(weekdays), frozenset(days)


def _clock(text: str, node: Mapped, key: str, report: Report) -> time | None:
    missing = Reason(Kind.BLACKOUT, said("a silence needs '{key}'", key=key), _SILENCE_HINT)
    return clock_under(node, key, text, report, missing=missing)

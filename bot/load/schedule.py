"""A schedule file -> a `Schedule`. Regions with public holidays are only named; `load` knows the years."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from bot.core.kinds import Kind
from bot.core.ladder import FORMS, read_step
from bot.core.model import Anchor, Hours, Schedule, Step, Weekly
from bot.core.said import said
from bot.load.closed import blackouts_of, silences_of, texts
from bot.load.days_off import why_no_region
from bot.load.nodes import Mapped
from bot.load.phrase import clock_under, is_possible, read_clock, read_day, read_weekdays
from bot.load.report import Reason, Report, did_you_mean, nearest_of, shown
from bot.load.schema import WrittenSchedule
from bot.load.shape import check

_DAYS_HINT = said("write mon-fri, daily, or a list: [mon, wed, fri]")
_HOURS_HINT = said('write \'hours: {days: mon-fri, from: "08:30", to: "19:30"}\'')
_ROUND_UP_HINT = said("write 'round_up: mon at 09:00', or leave it out")
_ZONE_HINT = said("such as Europe/Rome")

_GAP = re.compile(r"(?P<count>\d{1,4}) *(?P<unit>minute|hour)s?|0")
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")


class Draft(NamedTuple):
    """A schedule whose holidays are the listed days only, and the regions whose holidays it keeps."""

    schedule: Schedule
    regions: tuple[str, ...]


def read_schedule(top: Mapped, name: str, report: Report) -> Draft | None:
    """The schedule under `top`, or None, and its problems, where it has faults."""
    written = check(WrittenSchedule, top, report)
    zone = _zone(written.timezone.strip(), top, report)
    if not written.announce:
        report.missing(
            top,
            "announce",
            Kind.LADDER,
            said("a schedule needs 'announce'"),
            said("a list of: {forms}", forms=FORMS),
        )
    announce = _ladder(written.announce, top, "announce", report)
    each_date = _ladder(written.each_date, top, "each_date", report)
    hours = _hours(written, top, report)
    days, regions = _holidays(written.holidays, top, report)
    gap = _gap(written.gap.strip(), top, report)
    if written.per_day < 1:
        report.error(
            top.inner["per_day"],
            Kind.PACE,
            said("at least one post a day"),
            said("to say nothing, use a blackout"),
        )
    blackouts = tuple(blackouts_of(written, top, report))
    silences = tuple(silences_of(written, top, report))
    round_up = _round_up(written.round_up.strip(), hours, top, report)
    if report.is_broken:
        return None
    assert zone is not None, "its absence was told"
    assert hours is not None, "their absence was told"
    schedule = Schedule(
        name=name,
        zone=zone,
        zone_name=zone.key,
        announce=announce,
        each_date=each_date,
        hours=hours,
        holidays=days,
        gap=gap,
        per_day=written.per_day,
        blackouts=blackouts,
        silences=silences,
        round_up=round_up,
    )
    return Draft(schedule, regions)


def _zone(name: str, top: Mapped, report: Report) -> ZoneInfo | None:
    if not name:
        report.missing(
            top, "timezone", Kind.TIMEZONE, said("a schedule needs a time zone"), _ZONE_HINT
        )
        return None
    if _ZONE.fullmatch(name):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass  # told below; a folder of zones (Europe) is an OSError
    likely = did_you_mean(name, available_timezones())
    hint = _ZONE_HINT if nearest_of(likely) is None else likely
    message = said("there is no time zone {name}", name=shown(name))
    report.error(top.inner["timezone"], Kind.TIMEZONE, message, hint)
    return None


def _ladder(rungs: tuple[str, ...], top: Mapped, key: str, report: Report) -> tuple[Step, ...]:
    """The steps in the order in which they come, those counted from the start before the others."""
    steps: dict[str, Step] = {}
    for rung, place in zip(rungs, top.members(key), strict=False):
        step = read_step(rung)
        if step is None:
            report.error(
                place,
                Kind.LADDER,
                said("{text} is not understood", text=shown(rung)),
                said("understood: {forms}", forms=FORMS),
            )
        elif step.name in steps:
            report.error(
                place,
                Kind.LADDER,
                said("{text} falls on the day of another step", text=shown(rung)),
                said("one post a day; remove one"),
            )
        else:
            steps[step.name] = step
    return tuple(
        sorted(steps.values(), key=lambda step: (step.anchor is Anchor.END, -step.days_before))
    )


def _hours(written: WrittenSchedule, top: Mapped, report: Report) -> Hours | None:
    hours = written.hours
    if hours is None:
        report.missing(top, "hours", Kind.HOURS, said("a schedule needs hours"), _HOURS_HINT)
        return None
    node = top.mapped("hours")
    weekdays = _weekdays(hours.days, node, report)
    opens = _clock(hours.opens.strip(), node, "from", report)
    closes = _clock(hours.closes.strip(), node, "to", report)
    if opens is None or closes is None:
        return None
    if opens >= closes:
        report.error(
            node.inner["to"], Kind.HOURS, said("the hours end before they begin"), _HOURS_HINT
        )
    return Hours(weekdays, opens, closes)


def _round_up(text: str, hours: Hours | None, top: Mapped, report: Report) -> Weekly | None:
    """`mon at 09:00`: the weekday and hour at which the events of a week are listed."""
    if not text:
        return None
    day, _, clock = text.partition(" at ")
    weekdays, at = read_weekdays(day), read_clock(clock.strip())
    place = top.inner["round_up"]
    if weekdays is None or len(weekdays) != 1 or at is None:
        message = said("{text} is not understood", text=shown(text))
        report.error(place, Kind.LADDER, message, _ROUND_UP_HINT)
        return None
    weekly = Weekly(min(weekdays), at)
    if hours is not None and (
        weekly.weekday not in hours.weekdays or not hours.opens <= at <= hours.closes
    ):
        report.warn(
            place,
            Kind.HOURS,
            said("{text} is outside the hours of this schedule", text=shown(text)),
            said("the round-up goes out at the last open instant before it"),
        )
    return weekly


def _weekdays(days: str | tuple[str, ...], node: Mapped, report: Report) -> frozenset[int]:
    found: set[int] = set()
    if not days:
        report.missing(node, "days", Kind.HOURS, said("hours need days"), _DAYS_HINT)
        return frozenset()
    for text, place in texts(days, node.inner["days"]):
        for part in text.split(","):
            weekdays = read_weekdays(part)
            if weekdays is None:
                message = said("{text} is no weekday", text=shown(part))
                report.error(place, Kind.HOURS, message, _DAYS_HINT)
            else:
                found |= weekdays
    return frozenset(found)


def _clock(text: str, node: Mapped, key: str, report: Report) -> time | None:
    missing = Reason(Kind.HOURS, said("hours need '{key}'", key=key), _HOURS_HINT)
    return clock_under(node, key, text, report, missing=missing)


def _holidays(
    written: str | tuple[str, ...], top: Mapped, report: Report
) -> tuple[frozenset[date], tuple[str, ...]]:
    days: set[date] = set()
    regions: list[str] = []
    for text, place in texts(written, top.inner.get("holidays", top)):
        day = read_day(text)
        if day:
            if is_possible(day, place, report):
                days.add(day)
        elif text and text != "none":
            fault = why_no_region(text)
            if fault:
                report.error(place, *fault)
            else:
                regions.append(text)
    return frozenset(days), tuple(regions)


def _gap(text: str, top: Mapped, report: Report) -> timedelta:
    match = _GAP.fullmatch(text)
    if match is None:
        report.missing(
            top,
            "gap",
            Kind.PACE,
            said("{text} is not a gap", text=shown(text)),
            said("write 30 minutes, 1 hour, or 0 for none"),
        )
        return timedelta()
    count = int(match["count"] or 0)
    return timedelta(hours=count) if match["unit"] == "hour" else timedelta(minutes=count)

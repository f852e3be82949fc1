"""One schedule by itself, for whoever asks what a ladder would do: reads no item and no channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bot.core.model import Problem, Schedule
from bot.load.days_off import days_off
from bot.load.report import Report
from bot.load.schedule import Draft, read_schedule
from bot.load.source import decode, files_of, read
from bot.load.tree import build

_CHANNELS = "channels"


def schedule_names(folder: Path) -> tuple[str, ...]:
    """The schedules of which there is a file in `folder`, faulty or not."""
    return tuple(sorted({Path(file.path).stem for file in files_of(folder)} - {_CHANNELS}))


def load_schedule(folder: Path, name: str, years: Iterable[int]) -> Schedule | tuple[Problem, ...]:
    """The schedule `name` of `folder` with its holidays in `years`, or the problems of its file.

    Raises `KeyError` where `folder` has no file of that name.
    """
    found = next((file for file in files_of(folder) if Path(file.path).stem == name), None)
    if found is None or name == _CHANNELS:
        raise KeyError(name)
    report = Report(found.name)
    draft = _draft(Path(found.path), folder, report)
    if draft is None:
        return tuple(sorted(report.problems))
    wanted = tuple(years)
    holidays = draft.schedule.holidays.union(*(days_off(each, wanted) for each in draft.regions))
    return replace(draft.schedule, holidays=holidays)


def _draft(path: Path, folder: Path, report: Report) -> Draft | None:
    raw = read(path, folder, report)
    text = None if raw is None else decode(raw, report)
    top = None if text is None else build(text, report)
    return None if top is None else read_schedule(top, path.stem, report)

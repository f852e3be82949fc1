"""YAML -> Catalog and Problems: everything that staff write, read in one go, each fault at file, line, column.

Never raises for what a file holds, never writes a file, has no clock. A file with an error gives nothing
of its own, and takes nothing from the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bot.core.collector import without_collector
from bot.core.kinds import Kind
from bot.core.model import Admins, Catalog, Channel, Item, Mark, Problem, Schedule
from bot.core.said import said
from bot.load.channels import Destinations, read_channels
from bot.load.content import read_content
from bot.load.days_off import days_off
from bot.load.item import Names
from bot.load.nodes import Mapped
from bot.load.open_questions import warn_of_open_questions
from bot.load.report import Report, shown
from bot.load.schedule import Draft, read_schedule
from bot.load.shelf import Shelf, Shelved, Written, said_by_file, together
from bot.load.source import are_unchanged, decode, files_of, read, revision
from bot.load.tree import build
from bot.load.twins import may_be_twins, refuse_twins

__all__ = ["Shelf", "load"]

_CHANNELS = "channels"


def load(
    content: Path, schedules: Path, shelf: Shelf | None = None
) -> tuple[Catalog, tuple[Problem, ...]]:
    """Everything in the folders `content` and `schedules`, and what is wrong with it, in order of place.

    The items of a content file with an error are left out and the file is named in `Catalog.broken`; so
    is a schedule with an error, and every channel if channels.yaml has one. A channel or an item may
    therefore name a schedule or a channel that the catalog lacks. Public holidays are those of the years
    that the items speak of, and one more on either side. A `shelf` keeps what each content file gave:
    the next call with it reads only those that have changed.
    """
    shelf = Shelf() if shelf is None else shelf
    with without_collector():
        arrangement = _read_arrangement(schedules)
        files = _read_contents(content, arrangement.names, shelf)
        shelf.together = together(files, shelf.together)
    written, items = list(files.values()), shelf.together.items
    accounts = arrangement.channels.values()
    if shelf.together.is_shared or may_be_twins(accounts):
        # The shelf keeps what a file's own faults are; what files have to agree on is told in a copy.
        written = [each._replace(report=each.report.copy()) for each in written]
        _refuse_shared_ids(written)
        refuse_twins(((i, each.report) for each in written for i in each.items.values()), accounts)
        good = (each.items for each in written if not each.report.is_broken)
        items = {item_id: item for said in good for item_id, item in said.items()}
    shelf.said = said_by_file(written)
    reports = [*arrangement.reports, *(each.report for each in written)]
    catalog = Catalog(
        items=items,
        channels=arrangement.channels,
        schedules=_with_holidays(
            arrangement.drafts, {year for each in written for year in each.years}
        ),
        broken=frozenset(report.file for report in reports if report.is_broken),
        halted=arrangement.halted,
        admin_chat=arrangement.admin_chat,
        admins=arrangement.admins,
    )
    return catalog, tuple(sorted({problem for report in reports for problem in report.problems}))


class _Arrangement(NamedTuple):
    """What the folder of schedules gave."""

    channels: dict[str, Channel]
    admin_chat: str
    admins: Admins
    drafts: dict[str, Draft]
    names: Names
    reports: list[Report]
    halted: str


class _Opened(NamedTuple):
    top: Mapped  # the keys and values of a file
    source: str  # its text
    revision: str


def _open(path: Path, folder: Path, report: Report) -> _Opened | None:
    """What a file holds; None, and its problems, where that can't be read."""
    raw = read(path, folder, report)
    text = None if raw is None else decode(raw, report)
    top = None if text is None else build(text, report)
    if raw is None or text is None or top is None:
        return None
    return _Opened(top, text, revision(raw))


def _read_arrangement(folder: Path) -> _Arrangement:
    reports: list[Report] = []
    drafts: dict[str, Draft] = {}
    broken: set[str] = set()
    files: dict[str, str] = {}
    channels_file: tuple[_Opened | None, Report] | None = None
    for file in files_of(folder):
        path, report = Path(file.path), Report(file.name)
        reports.append(report)
        name = path.stem
        opened = _open(path, folder, report)
        if name in files:
            report.at(
                1,
                1,
                Kind.FILE,
                said("{name} is already the name of {file}", name=shown(name), file=files[name]),
                said("rename one of them"),
            )
            broken.add(name)
        elif name == _CHANNELS:
            channels_file = opened, report
        elif draft := read_schedule(opened.top, name, report) if opened else None:
            drafts[name] = draft
        else:
            broken.add(name)
        files.setdefault(name, report.file)
    for name in broken & drafts.keys():
        del drafts[name]
    if channels_file is None:
        missing = Report(f"{folder.absolute().name}/{_CHANNELS}.yaml")
        missing.at(
            1, 1, Kind.FILE, said("there is no such file"), said("without it nothing is announced")
        )
        channels_file = None, missing
        reports.append(missing)
    found, report = channels_file
    known, faulty = frozenset(drafts), frozenset(broken)
    destinations = Destinations({})
    written = None
    if found is not None:
        destinations = read_channels(found.top, found.source, known, faulty, report)
        written = frozenset(found.top.mapped("channels").keys)
    if report.is_broken:  # nothing is announced, but admins have to be told so
        destinations = destinations._replace(channels={})
    return _Arrangement(
        channels=destinations.channels,
        admin_chat=destinations.admin_chat,
        admins=destinations.admins,
        drafts=drafts,
        names=Names(written, known, faulty),
        reports=reports,
        halted=f"{report.file} has a fault" if report.is_broken else "",
    )


def _read_contents(folder: Path, names: Names, shelf: Shelf) -> dict[str, Written]:
    """What each content file gave, by path: what is on the shelf, where the file is as it was."""
    found: dict[str, Written] = {}
    kept, shelf.files = shelf.files, {}
    for file in files_of(folder):
        # The signature is older than what is read now: a file that changes meanwhile is read once more.
        old = kept.get(file.path)
        is_same = (
            old is not None
            and (old.signature, old.names) == (file.signature, names)
            and are_unchanged(old.written.images)
        )
        if old is None or not is_same:
            written = _read_content(Path(file.path), folder, names, Report(file.name))
            old = Shelved(file.signature, names, written) if file.signature else None
        else:
            written = old.written
        if old is not None:
            shelf.files[file.path] = old
        found[file.path] = written
    return found


def _read_content(path: Path, folder: Path, names: Names, report: Report) -> Written:
    opened = _open(path, folder, report)
    if opened is None:
        return Written({}, {}, report, frozenset())
    content = read_content(opened.top, path.name, opened.revision, names, report, folder)
    ids = dict(content.ids)
    if report.is_broken:
        return Written({}, ids, report, frozenset(), content.images)
    warn_of_open_questions(content.items, opened.source, report)
    years = frozenset(day.year for item in content.items for day in _days_of(item))
    return Written({item.id: item for item in content.items}, ids, report, years, content.images)


def _refuse_shared_ids(written: Iterable[Written]) -> None:
    """An id in two files: nobody can tell which of them is meant, so both are refused."""
    places: dict[str, list[tuple[Report, Mark]]] = defaultdict(list)
    for each in written:
        for item_id, mark in each.ids.items():
            places[item_id].append((each.report, mark))
    for item_id, found in places.items():
        if len(found) == 1:
            continue
        for report, mark in found:
            other = next(elsewhere for _, elsewhere in found if elsewhere != mark)
            report.at(
                mark.line,
                mark.column,
                Kind.DUPLICATE_ID,
                said("the id {id} is used in another file too", id=shown(item_id)),
                said("at {place}; give one of them another id", place=str(other)),
            )


def _with_holidays(drafts: Mapping[str, Draft], years: set[int]) -> dict[str, Schedule]:
    needed = {year + nearby for year in years for nearby in (-1, 0, 1)}
    return {
        name: replace(
            draft.schedule,
            holidays=draft.schedule.holidays.union(
                *(days_off(region, needed) for region in draft.regions)
            ),
        )
        for name, draft in drafts.items()
    }


def _days_of(item: Item) -> Iterator[date]:
    """The days that decide in which years an item can be announced."""
    for when in (item.when, *(entry.when for entry in item.entries)):
        for span in when.spans if when else ():
            yield span.first
            yield span.last
    for asked in item.announce_on:
        yield asked.day
    if item.expires:
        yield item.expires

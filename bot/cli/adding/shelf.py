"""The file that a new item goes to, and what the loader thinks of it there, before anything is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.core.model import Catalog, Item, Problem, Schedule, Severity
from bot.load import Shelf, load
from bot.load.alone import load_schedule
from bot.load.content import DEFAULT_LANGUAGE, read_content
from bot.load.item import Names
from bot.load.phrase import LANGUAGES
from bot.load.report import Report
from bot.load.source import decode, revision
from bot.load.tree import build
from bot.newsletter.writing import Refused, insert

_YEAR_IN_NAME = re.compile(r"\d{4}(?=-\d{2})")
_BOM = b"\xef\xbb\xbf"
_SCHEMA = "schemas/content.schema.json"


@dataclass(frozen=True, slots=True)
class Place:
    """A file of content/ as it is now."""

    path: Path
    before: bytes | None  # None = it is not there yet
    text: str  # what entries are put into
    folder: Path

    @property
    def name(self) -> str:
        """As marks give it: `content/2021-05.yaml`."""
        return f"{self.folder.absolute().name}/{self.path.resolve().relative_to(self.folder.resolve()).as_posix()}"


@dataclass(frozen=True, slots=True)
class Trial:
    """The file with the item in it, and what is new in it."""

    text: str
    problems: tuple[Problem, ...]  # that it did not have before; notes and warnings, too
    item: Item | None  # None where it, or its file, is faulty

    @property
    def is_good(self) -> bool:
        return all(each.severity is not Severity.ERROR for each in self.problems)


@dataclass(frozen=True, slots=True)
class Folders:
    """What stands in both folders."""

    content: Path
    schedules: Path
    catalog: Catalog
    ids: frozenset[str]  # of all items, faulty ones too


def folders(content: Path, schedules: Path) -> Folders:
    shelf = Shelf()
    catalog, _ = load(content, schedules, shelf)
    ids = {item for each in shelf.files.values() for item in each.written.ids}
    return Folders(content, schedules, catalog, frozenset(ids))


def newest(content: Path) -> Path | None:
    """The file of content/ that was changed last; None where there is none."""
    files = [
        each for each in content.glob("*.yaml") if each.is_file() and each.name[0] not in ".#~"
    ]
    return max(files, key=lambda each: (each.stat().st_mtime_ns, each.name), default=None)


def place_of(path: Path, folder: Path) -> Place | tuple[Problem, ...]:
    """The file at `path` as it stands, or why it can't be read. Raises OSError."""
    raw = path.read_bytes()
    report = Report(path.name)
    text = decode(raw, report)
    return tuple(report.problems) if text is None else Place(path, raw, text, folder)


def new_place(path: Path, folder: Path, month: date, language: str) -> Place:
    """A file that is not there yet, with what stands above its items."""
    modeline = (
        f"# yaml-language-server: $schema=../{_SCHEMA}\n"
        if (folder.absolute().parent / _SCHEMA).is_file()
        else ""
    )
    text = f"{modeline}year: {month.year}\nmonth: {month.month}\nlanguage: {language}\n\nitems:\n"
    return Place(path, None, text, folder)


def issue_of(place: Place) -> tuple[int | None, str]:
    """The year and the language of a file's items; None for a year that it does not tell."""
    top = build(place.text, Report("")) if place.text.strip() else None
    said = {} if top is None else top.value
    named = _YEAR_IN_NAME.match(place.path.name)
    written = str(said.get("year") or (named[0] if named else ""))
    language = str(said.get("language") or DEFAULT_LANGUAGE)
    return (int(written) if written.isdecimal() else None), (
        language if language in LANGUAGES else DEFAULT_LANGUAGE
    )


def bytes_of(place: Place, text: str) -> bytes:
    """What is to be written for `text`: a byte order mark stays where there is one."""
    begins = _BOM if place.before is not None and place.before.startswith(_BOM) else b""
    return begins + text.encode()


def tried(place: Place, entry: str, known: Folders) -> Trial | Refused:
    """`place` with `entry` in it, read as the loader reads it."""
    text = insert(place.text, entry)
    if isinstance(text, Refused):
        return text
    old, _ = _read(place, place.text, known)
    new, items = _read(place, text, known)
    more = Counter(map(_said, new)) - Counter(map(_said, old))
    added = []
    for problem in reversed(new):  # the entry is the last
        if more[_said(problem)] > 0:
            more[_said(problem)] -= 1
            added.append(problem)
    return Trial(text, tuple(reversed(added)), items[-1] if items else None)


def _said(problem: Problem) -> tuple[str, str, Severity]:
    return problem.message, problem.hint, problem.severity


def _read(place: Place, text: str, known: Folders) -> tuple[list[Problem], tuple[Item, ...]]:
    report = Report(place.name)
    top = build(text, report)
    if top is None:
        return sorted(report.problems), ()
    catalog = known.catalog
    names = Names(frozenset(catalog.channels), frozenset(catalog.schedules), frozenset())
    content = read_content(
        top, place.path.name, revision(text.encode()), names, report, place.folder
    )
    return sorted(report.problems), content.items


def with_item(known: Folders, item: Item) -> Catalog:
    """The catalog as it will be, with the holidays of the years in which `item` can be announced."""
    years = {*_years(item)}
    schedules = {}
    for name, schedule in known.catalog.schedules.items():
        again = load_schedule(known.schedules, name, years)
        more = again.holidays if isinstance(again, Schedule) else frozenset()
        schedules[name] = replace(schedule, holidays=schedule.holidays | more)
    items = {**known.catalog.items, item.id: item}
    return replace(known.catalog, items=items, schedules=schedules)


def _years(item: Item) -> Iterable[int]:
    spans = item.when.spans if item.when else ()
    for year in (day.year for span in spans for day in (span.first, span.last)):
        yield from (year - 1, year, year + 1)

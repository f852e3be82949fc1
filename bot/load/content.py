"""A content file -> its items. It answers for one file; what files must agree on is the caller's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.kinds import Kind
from bot.core.model import Item, Mark
from bot.core.said import said
from bot.load.image import Gallery
from bot.load.item import Names, Sheet, read_item
from bot.load.link import read_link
from bot.load.nodes import Mapped
from bot.load.phrase import FIRST_YEAR, LAST_YEAR, is_language
from bot.load.report import Report, shown
from bot.load.schema import WrittenContent
from bot.load.shape import check
from bot.load.source import Signatures

DEFAULT_LANGUAGE = "it"

_MONTH_IN_NAME = re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True, slots=True)
class Content:
    """What a content file gave: its items (faulty ones too), and where each id stands."""

    items: tuple[Item, ...]
    ids: tuple[tuple[str, Mark], ...]
    images: Signatures = field(default_factory=dict)  # that its items name


def read_content(
    top: Mapped, file_name: str, revision: str, names: Names, report: Report, folder: Path
) -> Content:
    """The items under `top`, of a file in the content folder `folder`. They may be used if `report` has
    no error in the end."""
    written = check(WrittenContent, top, report)
    year, month = _month(written, top, file_name, report)
    language = DEFAULT_LANGUAGE
    if written.language and is_language(written.language, top.inner["language"], report):
        language = written.language
    link = read_link(written.link, top.inner.get("link", top), report)
    gallery = Gallery(folder)
    sheet = Sheet(report, revision, names, language, year, month, link, gallery)
    items: list[Item] = []
    ids: dict[str, Mark] = {}
    for item, node in zip(written.items, top.members("items"), strict=False):
        if not isinstance(node, Mapped):
            continue  # told when its shape was checked
        items.append(read_item(item, node, sheet))
        if not item.id:
            continue
        place = node.inner["id"]
        first = ids.setdefault(item.id, report.mark(place))
        if first != report.mark(place):
            report.error(
                place,
                Kind.DUPLICATE_ID,
                said("the id {id} is already used", id=shown(item.id)),
                said("on line {line} of this file; give one of them another id", line=first.line),
            )
    return Content(tuple(items), tuple(ids.items()), gallery.seen)


def year_in_name(file_name: str) -> int | None:
    """The year that a name such as 2021-05.yaml tells."""
    match = _MONTH_IN_NAME.match(file_name)
    return int(match["year"]) if match else None


def _month(
    written: WrittenContent, top: Mapped, file_name: str, report: Report
) -> tuple[int | None, int | None]:
    """Year and month of the issue, each from its key or else from a name such as 2021-05.yaml."""
    match = _MONTH_IN_NAME.match(file_name)
    named_year = int(match["year"]) if match else None
    named_month = int(match["month"]) if match else None
    year = written.year if written.year is not None else named_year
    month = written.month if written.month is not None else named_month
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        report.error(
            top.inner.get("year", top),
            Kind.YEAR,
            said("{year} can't be the year", year=year),
            said("write 'year: {year}'", year=f"20{year}")
            if 10 <= year <= 99
            else said("a year has four digits"),
        )
        year = None
    if month is not None and not 1 <= month <= 12:
        report.error(
            top.inner.get("month", top),
            Kind.YEAR,
            said("{month} is no month", month=month),
            said("1 is January, 12 December"),
        )
        month = None
    for key, value, named in (("year", year, named_year), ("month", month, named_month)):
        if value is not None and named is not None and value != named:
            report.warn(
                top.inner[key],
                Kind.YEAR,
                said("the file's name says another year, {named}", named=named)
                if key == "year"
                else said("the file's name says another month, {named}", named=named),
                said("{value} is used", value=value),
            )
    return year, month

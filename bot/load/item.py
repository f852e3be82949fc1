"""One item as staff wrote it -> an `Item`, with every rule that a single item must keep."""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.kinds import Kind
from bot.core.model import AnnounceOn, Entry, Image, Item, Status, When, Words
from bot.core.said import Said, said
from bot.load.image import Gallery, read_image
from bot.load.link import NONE, read_link
from bot.load.nodes import Mapped
from bot.load.phrase import (
    in_one_line,
    is_language,
    is_possible,
    read_clock,
    read_day,
    read_when,
    why_no_id,
)
from bot.load.reasons import faulty_schedule, no_schedule
from bot.load.report import Report, did_you_mean, shown
from bot.load.schema import WrittenEntry, WrittenItem
from bot.load.tone import warn_of_emoji, warn_of_tags
from bot.load.words import translations_of, words_of

# News without a date is news for the month of its issue and so many days more.
UNDATED_DAYS = 30

_ITEM_NEEDS_ID = said("an item needs an id")
_DATE_NEEDS_ID = said("each of the dates needs an id")

_ASKED_DAY = re.compile(r"(\S+)(?:\s+at\s+(\S+))?")


@dataclass(frozen=True, slots=True)
class Names:
    """What an item may name. `channels` is None where the file of channels can't be read."""

    channels: frozenset[str] | None
    schedules: frozenset[str]
    broken_schedules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a content file says for all its items."""

    report: Report
    revision: str
    names: Names
    language: str
    year: int | None
    month: int | None
    link: str | None  # None: it has none; "": it says that none is meant
    gallery: Gallery


def read_item(written: WrittenItem, node: Mapped, sheet: Sheet) -> Item:
    """The item. Where it has faults they are told, and what comes back is good for nothing else."""
    report = sheet.report
    _check_id(written.id, node, _ITEM_NEEDS_ID, report)
    if not any(map(str.isalnum, written.title)):
        report.missing(
            node,
            "title",
            Kind.TITLE,
            said("an item needs a title"),
            said("write 'title: ...', in words"),
        )
    language = sheet.language
    if written.language and is_language(written.language, node.inner["language"], report):
        language = written.language
    when = _when(written, node, language, sheet)
    announce_on = tuple(_announce_on(written, node, report))
    first_day, last_day = _undated(written, node, when, sheet)
    own = words_of(written, node, language, report, _link(written, node, sheet))
    others = translations_of(written, node, own, when, language, sheet.year, report)
    words = {language: own, **dict(others)}
    entries = tuple(_entries(written, node, words, language, sheet))
    image = read_image(written, node, language, sheet.gallery, report)
    _check_names(written, node, sheet)
    warn_of_tags(
        written.tags, node.members("tags"), f"{own.title} {own.summary} {own.where}", report
    )
    warn_of_emoji(words, entries, node, report)
    if written.edition < 1:
        report.error(
            node.inner["edition"],
            Kind.VALUE,
            said("editions are counted from 1"),
            said("write 'edition: 2' for the first postponement"),
        )
    return Item(
        id=written.id,
        status=written.status,
        when=when,
        words=words,
        mark=report.mark(node),
        revision=_revision(sheet, image),
        expires=last_day,
        queued_from=first_day,
        entries=entries,
        tags=tuple(tag for tag in map(in_one_line, written.tags) if tag),
        contact=in_one_line(written.contact),
        edition=written.edition,
        schedule=written.schedule,
        channels=written.channels,
        essential=written.essential,
        announce_on=announce_on,
        page=sheet.link or "",
        image=image,
    )


def _revision(sheet: Sheet, image: Image | None) -> str:
    """Another image is another item, though its file of YAML is the same."""
    if image is None:
        return sheet.revision
    return hashlib.sha256(f"{sheet.revision} {image.sha256}".encode()).hexdigest()


def _check_id(text: str, node: Mapped, missing: Said, report: Report) -> None:
    if not text:
        report.missing(node, "id", Kind.ID, missing, said("such as 'id: festa-della-musica'"))
        return
    fault = why_no_id(text)
    if fault:
        report.error(
            node.inner["id"], Kind.ID, said("{text} can't be an id", text=shown(text)), fault
        )


def _when(
    written: WrittenItem | WrittenEntry, node: Mapped, language: str, sheet: Sheet
) -> When | None:
    phrase = in_one_line(written.when)
    if not phrase:
        return None
    return read_when(phrase, node.inner["when"], language, sheet.year, sheet.report)


def _link(written: WrittenItem, node: Mapped, sheet: Sheet) -> str:
    link = read_link(written.link, node.inner.get("link", node), sheet.report)
    if link is None:
        link = sheet.link
    if link is None and written.status is Status.READY:
        sheet.report.missing(
            node,
            "link",
            Kind.LINK_MISSING,
            said("an item that is ready needs a link"),
            said("here or at the top of the file; 'link: {none}' says that it has none", none=NONE),
        )
    return link or ""


def _undated(
    written: WrittenItem, node: Mapped, when: When | None, sheet: Sheet
) -> tuple[date | None, date | None]:
    """From when and up to when news without a date may go out; a pair of None for what has one."""
    is_misread = when is None and written.when.strip()
    if is_misread or written.dates or (when and when.spans):
        return None, None
    if sheet.year and sheet.month:
        _, length = calendar.monthrange(sheet.year, sheet.month)
        last = date(sheet.year, sheet.month, length)
        return last.replace(day=1), last + timedelta(days=UNDATED_DAYS)
    if not written.announce_on:
        sheet.report.missing(
            node,
            "when",
            Kind.YEAR,
            said("an item without a date needs the month of its file"),
            said(
                "write 'when:' or 'announce_on:' here, or 'year:' and 'month:' at the top of the file"
            ),
        )
    return None, None


def _announce_on(written: WrittenItem, node: Mapped, report: Report) -> Iterator[AnnounceOn]:
    seen: set[date] = set()
    for text, place in zip(written.announce_on, node.members("announce_on"), strict=False):
        match = _ASKED_DAY.fullmatch(text.strip())
        day = read_day(match[1]) if match else None
        at = read_clock(match[2]) if match and match[2] else None
        if match is None or day is None or (match[2] and at is None):
            report.error(
                place,
                Kind.DAY,
                said("{text} is not a day", text=shown(text)),
                said("write it as 2021-05-03, or as 2021-05-03 at 10:00"),
            )
        elif not is_possible(day, place, report):
            continue
        elif day in seen:
            report.error(
                place,
                Kind.DAY,
                said("{text} stands twice here", text=day.isoformat()),
                said("one post a day; remove one"),
            )
        else:
            seen.add(day)
            yield AnnounceOn(day, at)


def _entries(
    written: WrittenItem, node: Mapped, words: dict[str, Words], language: str, sheet: Sheet
) -> Iterator[Entry]:
    report = sheet.report
    seen: set[str] = set()
    for entry, place in zip(written.dates, node.members("dates"), strict=False):
        if not isinstance(place, Mapped):
            continue  # told when its shape was checked
        _check_id(entry.id, place, _DATE_NEEDS_ID, report)
        if read_day(entry.id):
            report.error(
                place.inner["id"],
                Kind.ID,
                said("an id can't be a day"),
                said("name what happens then"),
            )
        elif entry.id and entry.id in seen:
            report.error(
                place.inner["id"],
                Kind.DUPLICATE_ID,
                said("{id} stands twice among these dates", id=shown(entry.id)),
                said("give one of them another id"),
            )
        seen.add(entry.id)
        when = _when(entry, place, language, sheet)
        if not (when.spans if when else entry.when.strip()):
            report.missing(
                place,
                "when",
                Kind.DATE,
                said("each of the dates needs a day"),
                said("write 'when: 5 maggio'"),
            )
        link = read_link(entry.link, place.inner.get("link", place), report)
        if link == "":
            report.error(
                place.inner["link"],
                Kind.LINK,
                said("'link: {none}' is not possible here", none=NONE),
                said("leave it out: the item's link is used"),
            )
        own = words_of(entry, place, language, report, link or "")
        others = dict(translations_of(entry, place, Words(""), when, language, sheet.year, report))
        for other in others.keys() - words.keys():
            report.warn(
                place.mapped("translations").keys[other],
                Kind.TRANSLATION,
                said(
                    "never used: the item itself is not translated into {language}",
                    language=shown(other),
                ),
                said("translate the item, too, or remove this"),
            )
        if when:
            yield Entry(entry.id, when, {language: own, **others})


def _check_names(written: WrittenItem, node: Mapped, sheet: Sheet) -> None:
    report, names = sheet.report, sheet.names
    if written.channels and names.channels is not None:
        for name, place in zip(written.channels, node.members("channels"), strict=False):
            if name not in names.channels:
                hint = did_you_mean(name, names.channels)
                message = said("there is no channel {name}", name=shown(name))
                report.error(place, Kind.UNKNOWN_CHANNEL, message, hint)
    name = written.schedule
    if not name or name in names.schedules:
        return
    place = node.inner["schedule"]
    if name not in names.broken_schedules:
        report.error(place, *no_schedule(name, names.schedules))
    elif report.first_time(f"schedule {name}"):
        report.warn(place, *faulty_schedule(name))

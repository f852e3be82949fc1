"""Where the links of the items stand, for whoever asks them: an item itself keeps one place alone, its beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.core.model import Item, Mark, Status
from bot.load.link import NONE
from bot.load.nodes import Mapped, Place
from bot.load.report import Report
from bot.load.source import decode, files_of, read
from bot.load.tree import build


def places_of_links(content: Path, items: Mapping[str, Item]) -> dict[str, tuple[Mark, ...]]:
    """Each link that followers of the ready `items` are given, and every place in `content` where it stands.

    Reads the files once more. An item that has changed since it was loaded is left out.
    """
    found: dict[str, dict[Mark, None]] = {}
    for file in files_of(content):
        report = Report(file.name)
        raw = read(Path(file.path), content, report)
        text = None if raw is None else decode(raw, report)
        top = None if text is None else build(text, report)
        for link, place in _links(top, items, report) if top else ():
            if link != NONE:
                found.setdefault(link, {})[report.mark(place)] = None
    return {link: tuple(marks) for link, marks in found.items()}


def _links(top: Mapped, items: Mapping[str, Item], report: Report) -> Iterator[tuple[str, Place]]:
    for node in top.members("items"):
        if not isinstance(node, Mapped):
            continue
        item = items.get(str(node.value.get("id")))
        if item is None or item.status is not Status.READY or item.mark != report.mark(node):
            continue
        yield from _written(node) or _written(top)
        events = [each for each in node.members("dates") if isinstance(each, Mapped)]
        for event in events:
            yield from _written(event)
        for block in (node, *events):
            translations = block.mapped("translations")
            for language in translations.keys:
                yield from _written(translations.mapped(language))


def _written(node: Mapped) -> tuple[tuple[str, Place], ...]:
    """What stands under `link` in `node`, and where; nothing where nothing does."""
    link = node.value.get("link")
    if not isinstance(link, str) or not link.strip():
        return ()
    return ((link.strip(), node.inner["link"]),)

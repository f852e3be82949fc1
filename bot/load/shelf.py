"""What content files gave when they were last read, so that a change costs what the changed files cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from bot.core.layered import changed
from bot.core.model import Item, Mark
from bot.load.item import Names
from bot.load.report import Report
from bot.load.source import Signature, Signatures


class Written(NamedTuple):
    """What one content file gave."""

    items: Mapping[str, Item]  # by id; none where the file has an error
    ids: Mapping[str, Mark]  # of faulty items, too
    report: Report
    years: frozenset[int]  # of which its items speak
    images: Signatures = MappingProxyType({})  # that its items name


class Shelved(NamedTuple):
    """A file's gift, and what it rests on."""

    signature: Signature
    names: Names
    written: Written


class Together(NamedTuple):
    """What all content files give together."""

    files: Mapping[str, Written]  # by path
    items: Mapping[str, Item]  # by id, of the files without an error
    faulty: frozenset[str]  # the ids in the files with one
    is_shared: bool = False  # does an id stand in two files?


NOTHING = Together({}, {}, frozenset())

# By the name that marks give a file: its items, if it could be used. Those of a file that is as it was
# are the very same mapping.
Said = Mapping[str, Mapping[str, Item]]


class Shelf:
    """It can be thrown away at any moment."""

    def __init__(self) -> None:
        self.files: dict[str, Shelved] = {}  # by path
        self.together = NOTHING
        self.said: Said = {}

    def images(self) -> dict[str, Signatures]:
        """The image files that each content file names, by the name that marks give it."""
        written = (each.written for each in self.files.values())
        return {each.report.file: each.images for each in written if each.images}


def said_by_file(written: Iterable[Written]) -> Said:
    said: dict[str, Mapping[str, Item]] = {}
    for each in written:
        if not each.report.is_broken:
            file = each.report.file  # two names that can't be printed may look the same
            said[file] = {**said[file], **each.items} if file in said else each.items
    return said


def together(files: Mapping[str, Written], before: Together) -> Together:
    """What `files` give; as if made from nothing, but for the order of items, at the cost of what changed."""
    if before.is_shared:
        before = NOTHING
    old = [each for path, each in before.files.items() if files.get(path) is not each]
    new = [each for path, each in files.items() if before.files.get(path) is not each]
    gone = {item_id for each in old for item_id in each.items}
    faulty = set(before.faulty)
    for each in old:
        faulty.difference_update(each.ids)
    items: dict[str, Item] = {}
    is_shared = False
    for each in new:
        is_shared = is_shared or any(
            item_id in items
            or item_id in faulty
            or (item_id in before.items and item_id not in gone)
            for item_id in each.ids
        )
        items.update(each.items)
        faulty.update(each.ids.keys() - each.items.keys())
    return Together(files, changed(before.items, items, gone), frozenset(faulty), is_shared)

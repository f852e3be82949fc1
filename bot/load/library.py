"""What staff's files say, kept up to date: a file that breaks holds its own deliveries, the others go on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.agenda import Agenda, agenda
from bot.core.model import Catalog, Item, Problem, Severity
from bot.load import load

# What tells one state of a file from another without reading it.
Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Edition:
    """One reading of all files. `root` is the folder that a mark's file name starts from."""

    catalog: Catalog
    agenda: Agenda
    problems: tuple[Problem, ...]
    signatures: dict[str, Signature]
    root: Path

    def still_says(self, item: Item) -> bool:
        """Is the file of `item`, on disk, the one that was read?"""
        return self.signatures.get(item.mark.file) == _signature(self.root / item.mark.file)


class Library:
    """Reads the folders, and reads them again when something in them changed."""

    def __init__(self, content: Path, schedules: Path) -> None:
        self._content = content
        self._schedules = schedules
        self.current = self._read(None)

    def refresh(self) -> Edition | None:
        """Read again if any file changed, came or went; returns the new edition, or None."""
        if self._signatures() == self.current.signatures:
            return None
        self.current = self._read(self.current)
        return self.current

    def _read(self, previous: Edition | None) -> Edition:
        # Taken before reading: a file that changes meanwhile is read once more, never missed.
        signatures = self._signatures()
        catalog, problems = load(self._content, self._schedules)
        if previous is not None:
            catalog = _held_over(catalog, previous.catalog, self._schedules.name)
        return Edition(
            catalog=catalog,
            agenda=agenda(catalog),
            problems=tuple(p for p in problems if p.severity is Severity.ERROR),
            signatures=signatures,
            root=self._content.absolute().parent,
        )

    def _signatures(self) -> dict[str, Signature]:
        return {
            f"{folder.name}/{path.relative_to(folder).as_posix()}": signature
            for folder in (self._content, self._schedules)
            for path in _files(folder)
            if (signature := _signature(path)) is not None
        }


def _files(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where, name) for name in names if name.endswith((".yaml", ".yml")))


def _signature(path: Path) -> Signature | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _held_over(new: Catalog, old: Catalog, schedules: str) -> Catalog:
    """`new`, with what its broken files said before they broke: in its place, but held."""
    items = {
        item.id: item
        for item in old.items.values()
        if item.mark.file in new.broken and item.id not in new.items
    }
    new = replace(new, items=items | dict(new.items))
    broken = sorted(file for file in new.broken if file.startswith(f"{schedules}/"))
    if not broken:
        return new
    return replace(
        new,
        channels=dict(old.channels) | dict(new.channels),
        schedules=dict(old.schedules) | dict(new.schedules),
        halted=f"{broken[0]} has a fault",
    )

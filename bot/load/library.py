"""What staff's files say, kept up to date: a file that breaks holds its own deliveries, the others go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.agenda import Agenda, agenda
from bot.core.model import Catalog, Item, Problem, Severity
from bot.load import Shelf, load
from bot.load.source import Signature, are_unchanged, files_of, signature_of

# A file goes out only when it has been valid and unchanged for so long: staff save more than once.
SETTLING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Edition:
    """One reading of all files."""

    catalog: Catalog
    agenda: Agenda
    problems: tuple[Problem, ...]
    signatures: Mapping[str, tuple[Path, Signature]]  # by the name that marks give a file
    schedules: tuple[tuple[Path, Signature], ...]
    images: Mapping[str, Mapping[Path, Signature | None]]  # that a file's items name, by its name
    settled: Mapping[str, datetime]  # from when on the items of a file may go out, if it is to come

    def still_says(self, item: Item) -> bool:
        """Are the file of `item`, its images and the schedules, on disk, the ones that were read?"""
        of_item = self.signatures.get(item.mark.file)
        return (
            of_item is not None
            and are_unchanged(dict((of_item, *self.schedules)))
            and are_unchanged(self.images.get(item.mark.file, {}))
        )


class Library:
    """Reads the folders, and reads again what changed in them."""

    def __init__(
        self,
        content: Path,
        schedules: Path,
        *,
        settling: timedelta = SETTLING,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._content = content
        self._schedules = schedules
        self._settling = settling
        self._clock = clock
        self._shelf = Shelf()
        self.current = self._read(None)

    def refresh(self) -> Edition | None:
        """Read again if any file changed, came or went; returns the new edition, or None."""
        if self._signatures() == self.current.signatures and all(
            map(are_unchanged, self.current.images.values())
        ):
            return None
        self.current = self._read(self.current)
        return self.current

    def _read(self, before: Edition | None) -> Edition:
        # Taken before reading: a file that changes meanwhile is read once more, never missed.
        signatures = self._signatures()
        catalog, problems = load(self._content, self._schedules, self._shelf)
        images = self._shelf.images()
        if before is not None:
            catalog = _held_over(catalog, before.catalog, self._schedules.absolute().name)
        return Edition(
            catalog=catalog,
            agenda=agenda(catalog, before.agenda if before else None),
            problems=tuple(p for p in problems if p.severity is Severity.ERROR),
            signatures=signatures,
            schedules=tuple(
                (path, signature)
                for path, signature in signatures.values()
                if path.is_relative_to(self._schedules)
            ),
            images=images,
            settled=self._settled(signatures, images, before),
        )

    def _settled(
        self,
        signatures: Mapping[str, tuple[Path, Signature]],
        images: Mapping[str, Mapping[Path, Signature | None]],
        before: Edition | None,
    ) -> dict[str, datetime]:
        """A change counts from when it was made or, if its file lies about that, from when it was seen."""
        now = self._clock()
        settled: dict[str, datetime] = {}
        for file, (path, signature) in signatures.items():
            pictures = images.get(file, {})
            if before is None or (before.signatures.get(file), before.images.get(file, {})) == (
                (path, signature),
                pictures,
            ):
                changes = [each.latest for each in (signature, *pictures.values()) if each]
                since = min(max(changes), now)
                until = before.settled.get(file) if before else None
            else:
                since, until = now, None
            until = until or since + self._settling
            if until > now:
                settled[file] = until
        return settled

    def _signatures(self) -> dict[str, tuple[Path, Signature]]:
        return {
            report.file: (path, signature)
            for folder in (self._content, self._schedules)
            for path, report in files_of(folder)
            if (signature := signature_of(path)) is not None
        }


def _held_over(new: Catalog, old: Catalog, schedules: str) -> Catalog:
    """`new`, with what its broken files said before they broke: in its place, but held."""
    items = {
        item.id: item
        for item in old.items.values()
        if item.mark.file in new.broken and item.id not in new.items
    }
    if items:
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

"""What staff's files say, kept up to date: a file that breaks holds its own deliveries, the others go on."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bot.core.agenda import Agenda, agenda
from bot.core.collector import without_collector
from bot.core.layered import changed
from bot.core.model import Authors, Catalog, Item, Mark, Problem, Severity
from bot.load import Shelf, load
from bot.load.authorship import Authorship, together
from bot.load.shelf import Said
from bot.load.source import MAX_BYTES, Signature, Signatures, are_unchanged, files_of

# A file goes out only when it has been valid and unchanged for so long: staff save more than once.
SETTLING = timedelta(minutes=10)


class Signed(NamedTuple):
    """Where a file lies, and the state in which it was read."""

    path: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Edition:
    """One reading of all files."""

    catalog: Catalog
    said: Said  # its items by file, what is held over among them
    agenda: Agenda
    problems: tuple[Problem, ...]
    signatures: Mapping[str, Signed]  # by the name that marks give a file
    schedules: tuple[Signed, ...]
    images: Mapping[str, Signatures]  # that a file's items name, by its name
    settled: Mapping[str, datetime]  # from when on the items of a file may go out, if it is to come
    revision: str  # SHA-256 of all files, and of nothing else
    modified: datetime  # when the latest of them was changed, or one went; UTC
    authorship: Authorship

    def still_says(self, item: Item) -> bool:
        """Are the file of `item`, its images and the schedules, on disk, the ones that were read?"""
        of_item = self.signatures.get(item.mark.file)
        return (
            of_item is not None
            and are_unchanged(dict((of_item, *self.schedules)))
            and are_unchanged(self.images.get(item.mark.file, {}))
        )

    async def authors(self, items: Sequence[Item]) -> Authors:
        """Who changed `items` last, and who made them ready. Never raises; takes two seconds at most for
        each of their files."""
        found: list[Authors] = []
        for item in items:
            if (file := self.signatures.get(item.mark.file)) is not None:
                known = self.authorship.known(*file, item.mark)
                if known is None:
                    known = await asyncio.to_thread(self.authorship.ask, *file, item.mark)
                found.append(known)
        return together(found)

    def last_author(self, mark: Mark) -> str:
        """Who last changed what stands at `mark`; "" where nobody knows. Blocks, for two seconds at most."""
        file = self.signatures.get(mark.file)
        return "" if file is None else self.authorship.ask(*file, mark).queued


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
        self._authorship = Authorship()
        self._digests: dict[Signed, str] = {}  # of the files as they were last read
        self.current = self._read(self._signatures(), None)

    def refresh(self) -> Edition | None:
        """Read again if any file changed, came or went; returns the new edition, or None."""
        signatures = self._signatures()
        are_images_as_they_were = all(map(are_unchanged, self.current.images.values()))
        if signatures == self.current.signatures and are_images_as_they_were:
            return None
        self.current = self._read(signatures, self.current)
        return self.current

    @without_collector()
    def _read(self, signatures: Mapping[str, Signed], before: Edition | None) -> Edition:
        """An edition of the files; `signatures` were taken before: what changes meanwhile is read once more."""
        catalog, problems = load(self._content, self._schedules, self._shelf)
        said = self._shelf.said
        images = self._shelf.images()
        if before is None:
            made = agenda(catalog)
        else:
            catalog, said = _held_over(catalog, said, before)
            catalog = _halted(catalog, before.catalog, self._schedules.absolute().name)
            made = agenda(catalog, before.agenda, among=_touched(said, before.said))
        revision, modified = self._revised(signatures, before)
        return Edition(
            catalog=catalog,
            said=said,
            agenda=made,
            problems=tuple(p for p in problems if p.severity is Severity.ERROR),
            signatures=signatures,
            schedules=tuple(
                signed
                for signed in signatures.values()
                if signed.path.startswith(f"{self._schedules}{os.sep}")
            ),
            images=images,
            settled=self._settled(signatures, images, before),
            revision=revision,
            modified=modified,
            authorship=self._authorship,
        )

    def _revised(
        self, signatures: Mapping[str, Signed], before: Edition | None
    ) -> tuple[str, datetime]:
        """The revision of all files, and when it came to be.

        When the process starts, that is when the latest file was written, on whatever machine; a file that
        is put in its place, or goes, before our eyes makes a newer revision even if its own date is old.
        """
        known, self._digests = self._digests, {}
        for signed in signatures.values():
            self._digests[signed] = known.get(signed) or _digest(signed.path)
        whole = hashlib.sha256()
        for name in sorted(signatures):
            whole.update(f"{name}\0{self._digests[signatures[name]]}\n".encode(errors="replace"))
        revision = whole.hexdigest()
        if before is not None and revision == before.revision:
            return revision, before.modified
        times = [signed.signature.modified for signed in signatures.values()]
        latest = datetime.fromtimestamp(max(times, default=0) / 1e9, UTC)
        return revision, latest if before is None else max(latest, self._clock())

    def _settled(
        self,
        signatures: Mapping[str, Signed],
        images: Mapping[str, Signatures],
        before: Edition | None,
    ) -> dict[str, datetime]:
        """A change counts from when it was made or, if its file lies about that, from when it was seen."""
        now = self._clock()
        settled: dict[str, datetime] = {}
        for file, signed in signatures.items():
            pictures = images.get(file, {})
            if before is None or (before.signatures.get(file), before.images.get(file, {})) == (
                signed,
                pictures,
            ):
                changes = [each.latest for each in (signed.signature, *pictures.values()) if each]
                since = min(max(changes), now)
                until = before.settled.get(file) if before else None
            else:
                since, until = now, None
            until = until or since + self._settling
            if until > now:
                settled[file] = until
        return settled

    def _signatures(self) -> dict[str, Signed]:
        return {
            file.name: Signed(file.path, file.signature)
            for folder in (self._content, self._schedules)
            for file in files_of(folder)
            if file.signature is not None
        }


def _digest(path: str) -> str:
    """SHA-256 of a file, as far as it is read; "" for one that can't be."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.sha256(file.read(MAX_BYTES + 1)).hexdigest()
    except OSError:
        return ""


def _held_over(new: Catalog, said: Said, before: Edition) -> tuple[Catalog, Said]:
    """`new`, with what its broken files said before they broke: in its place, but held."""
    held = {
        file: {
            item_id: item for item_id, item in before.said[file].items() if item_id not in new.items
        }
        for file in new.broken & before.said.keys()
    }
    if not held:
        return new, said
    items = {item_id: item for of_file in held.values() for item_id, item in of_file.items()}
    of_both = {file: {**said.get(file, {}), **of_file} for file, of_file in held.items()}
    return replace(new, items=changed(new.items, items)), {**said, **of_both}


def _halted(new: Catalog, old: Catalog, schedules: str) -> Catalog:
    """`new`, with the channels and schedules of `old` where a file of theirs is broken: nothing goes out."""
    broken = sorted(file for file in new.broken if file.startswith(f"{schedules}/"))
    if not broken:
        return new
    return replace(
        new,
        channels=dict(old.channels) | dict(new.channels),
        schedules=dict(old.schedules) | dict(new.schedules),
        halted=f"{broken[0]} has a fault",
    )


def _touched(said: Said, before: Said) -> set[str]:
    """The items of the files that were read again, that broke, were mended, came or went."""
    return {
        item_id
        for file in said.keys() | before.keys()
        if said.get(file) is not before.get(file)
        for each in (said, before)
        for item_id in each.get(file, ())
    }

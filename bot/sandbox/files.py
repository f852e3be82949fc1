"""The files that people and bots send, kept in memory up to a bound; the oldest go first."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import PurePosixPath

from bot.sandbox.people import Document

# So many bytes of files are kept, as many as of images.
ROOM = 64_000_000


class Files:
    """The bytes, by the id that the Bot API gives the file."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: dict[str, tuple[Document, bytes]] = {}
        self._count = 0

    def keep(self, name: str, content: bytes) -> Document:
        """Keep a file under a new id."""
        self._count += 1
        suffix = PurePosixPath(name).suffix
        document = Document(
            file_id=f"document-{self._count}",
            file_unique_id=hashlib.sha256(content).hexdigest()[:16],
            name=name,
            media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            size=len(content),
            path=f"documents/file_{self._count}{suffix}",
        )
        self._kept[document.file_id] = (document, content)
        while sum(len(each) for _, each in self._kept.values()) > self._room:
            del self._kept[next(iter(self._kept))]
        return document

    def of(self, file_id: str) -> Document | None:
        """The file of an id; None where it is not, or no longer, kept."""
        kept = self._kept.get(file_id)
        return kept[0] if kept else None

    def at(self, path: str) -> tuple[Document, bytes] | None:
        """The file that stands at a path that getFile told."""
        return next((kept for kept in self._kept.values() if kept[0].path == path), None)

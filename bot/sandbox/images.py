"""What clients upload: images as followers will see them, kept in memory up to a bound, the newest last."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.core.picture import Header

# So many bytes of images are kept; a month of posts has far fewer, and no test may fill the memory.
ROOM = 64_000_000

# A text longer than any that followers read is a file in disguise, such as one in Base64.
_LONG = 100_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a post; its bytes are with `Images`."""

    sha256: str
    media_type: str
    width: int
    height: int
    alt: str = ""  # "" = none was given, or the platform has none


@dataclass(frozen=True, slots=True)
class Media:
    """What an X account uploaded and may name in a post."""

    owner: str  # a handle
    picture: Picture
    until: datetime  # X forgets it then


class Images:
    """The bytes, by their digest; the oldest go when there is no room left."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: dict[str, tuple[str, bytes]] = {}

    def keep(self, content: bytes, header: Header) -> Picture:
        """Keep an image that a platform took."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._kept.pop(sha256, None)
        self._kept[sha256] = (header.media_type, content)
        while sum(len(each) for _, each in self._kept.values()) > self._room:
            del self._kept[next(iter(self._kept))]
        return Picture(sha256, header.media_type, header.width, header.height)

    def of(self, sha256: str) -> tuple[str, bytes] | None:
        """Media type and bytes; None where they are not, or no longer, kept."""
        return self._kept.get(sha256)


def without_bytes(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a client gave, fit to be written down: of a file only its name or its length."""
    return {name: _named(value) for name, value in given.items()}


def _named(value: Any) -> Any:
    if isinstance(value, Upload):
        return value.name
    if isinstance(value, str) and len(value) > _LONG:
        return f"({len(value)} characters)"
    return value

"""The bytes of a post's image, read when the post is about to go: the very ones that were checked, or none.

The digest decides, not the name: what was swapped, cut or lost since the check is not sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

from bot.core.model import Deferred, Post
from bot.core.picture import MAX_BYTES


class Images:
    """The content folder, as the place where images are; None where there are none to send."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    async def of(self, post: Post) -> bytes | Deferred:
        """The image of `post`, b"" where it has none; Deferred where it is not the one that was checked."""
        wanted = post.request.get("image")
        if wanted is None:
            return b""
        if post.image is None:
            return Deferred("nobody said where the image is; nothing was sent")
        return await self.read(post.image.file, str(wanted["sha256"]))

    async def read(self, name: str, sha256: str) -> bytes | Deferred:
        """The image `name` in the content folder; Deferred where it is not the one with that digest."""
        if self._folder is None:
            return Deferred("nobody said where the image is; nothing was sent")
        try:
            content = await asyncio.to_thread(_read, self._folder / name)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "no such path"
            return Deferred(f"the image {name} can't be read ({why}); nothing was sent")
        if hashlib.sha256(content).hexdigest() != sha256:
            return Deferred(f"the image {name} is another than was checked; nothing was sent")
        return content


def _read(path: Path) -> bytes:
    """Never more than a picture may have, and never waiting for a pipe's other end. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1) or b""
    finally:
        os.close(descriptor)

"""Puts a text in the place of a file at once, or not at all: nobody ever reads half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class ChangedMeanwhileError(Exception):
    """somebody else changed the file meanwhile"""


def save(path: Path, content: bytes, *, instead_of: bytes | None) -> None:
    """Write `content` to `path`, which holds `instead_of` (None = it is not there); its mode is kept.

    Raises ChangedMeanwhileError where it holds something else by now, and OSError; the file is then as it was.
    """
    target = path.resolve()
    mode = target.stat().st_mode & 0o7777 if instead_of is not None else 0o644
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        found = target.read_bytes() if target.exists() else None
        if found != instead_of:
            raise ChangedMeanwhileError
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""Reads a file in a process of its own, which has little memory and little time, and is thrown away afterwards.

What a stranger's PDF can do to a parser, it does to that process: no library can be asked to give up in time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import bot
from bot.core.said import said
from bot.newsletter.document import Document
from bot.newsletter.reading.formats import Format
from bot.newsletter.reading.unreadable import Unreadable
from bot.newsletter.reading.wire import unpacked

# The processor's time is bounded inside; this is for a machine that is busy with other things
_WALL: Final = 9.0  # seconds
_NOTE: Final = 500  # characters of what the process said at its end


def read_apart(content: bytes, file_format: Format, seconds: float = _WALL) -> Document:
    """The document that `content` is. Raises Unreadable, also where reading takes too much of the machine.

    Waits for it, at most `seconds`; may be called from any thread.
    """
    try:
        process = subprocess.run(  # noqa: S603 - our own interpreter, and one of six words
            [sys.executable, "-P", "-s", "-m", "bot.newsletter.reading", file_format],
            input=content,
            capture_output=True,
            timeout=seconds,
            cwd="/",
            env={"PYTHONPATH": _path()},  # it has no business with the tokens in ours
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _endless() from error
    if process.returncode == 0:
        result = unpacked(process.stdout)
        if isinstance(result, Unreadable):
            raise result
        return result
    if process.returncode < 0:
        raise _endless()
    damaged = Unreadable(
        said("the file is damaged, or not what its name says"),
        said("open it in the program that made it, and save it again"),
    )
    damaged.add_note(process.stderr.decode("utf-8", "replace")[-_NOTE:])
    raise damaged


def _path() -> str:
    """Where the process finds what we found."""
    own = Path(bot.__file__).resolve().parent.parent
    return os.pathsep.join(map(str, [own, *(path for path in sys.path if path)]))


def _endless() -> Unreadable:
    return Unreadable(
        said("the file takes too much time or memory to read"),
        said("copy the text of the newsletter into a new document, and save that"),
    )

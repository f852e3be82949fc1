"""Has a newsletter read in a process of its own, one that is killed where it takes too long.

Nothing of it runs where posts go out: neither its parsers nor its memory can keep one waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Final

import bot
from bot.cli.drafting.wire import answer_of, asked
from bot.core.said import said
from bot.desk.drafts import Drafts, Received, Refused

# The processor's time is bounded inside; this is for a machine that is busy with other things.
_WALL: Final = 180.0  # seconds
_NOTE: Final = 500  # characters of what the process said at its end


class DraftingError(Exception):
    """The process that reads newsletters failed:"""


class Drafting:
    """A `Reader` that knows staff's two folders."""

    def __init__(self, content: Path, schedules: Path, *, wall: float = _WALL) -> None:
        """`wall` is in seconds: after so many, reading is given up."""
        self._folders = (str(content.absolute()), str(schedules.absolute()))
        self._wall = wall

    async def __call__(self, received: Received) -> Drafts | Refused:
        """What becomes of it. Raises DraftingError for a fault of ours; where it is cancelled, the process ends."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-s", "-m", "bot.cli.drafting", *self._folders),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd="/",
            env={"PYTHONPATH": _path()},  # it has no business with the tokens in ours
            start_new_session=True,  # so that it can be ended with the process that it starts itself
        )
        try:
            async with asyncio.timeout(self._wall):
                output, errors = await process.communicate(asked(received))
        except TimeoutError:
            return _endless()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process.returncode == 0:
            return answer_of(output)
        if process.returncode is not None and process.returncode < 0:
            return _endless()
        raise DraftingError(errors.decode("utf-8", "replace")[-_NOTE:])


def _path() -> str:
    """Where the process finds what we found."""
    own = Path(bot.__file__).resolve().parent.parent
    return os.pathsep.join(map(str, [own, *(path for path in sys.path if path)]))


def _endless() -> Refused:
    return Refused(
        said("the file takes too much time or memory to read"),
        said("copy the text of the newsletter into a new document, and save that"),
    )

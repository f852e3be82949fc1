"""The process that reads newsletters: `python -m bot.cli.drafting CONTENT SCHEDULES`, one comes in, its drafts go out."""

from __future__ import annotations

import logging
import resource
import sys
from pathlib import Path
from typing import Final

from bot.cli.drafting.draft import drafts_of
from bot.cli.drafting.wire import answered, question_of
from bot.desk.drafts import Refused
from bot.newsletter.reading.limits import too_long

# Beside a queue of ten thousand items a newsletter takes 150 MB and 13 s.
_MEMORY: Final = 1_000_000_000  # bytes
_SECONDS: Final = 60  # of the processor


def main() -> None:
    logging.disable()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    content, schedules = map(Path, sys.argv[1:])
    try:
        result = drafts_of(question_of(sys.stdin.buffer.read()), content, schedules)
    except MemoryError:
        refusal = too_long()
        result = Refused(refusal.message, refusal.hint)
    sys.stdout.buffer.write(answered(result))


if __name__ == "__main__":
    main()

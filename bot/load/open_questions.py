"""Questions of an import that nobody answered: `# ?` beside an item that is ready.

A comment is no part of YAML, so the lines themselves are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.kinds import Kind
from bot.core.model import Item, Severity, Status
from bot.core.said import said
from bot.load.report import Report, shown

_QUESTION = re.compile(r"^\s*#\s*\?\s*(?P<text>.*)$")


def warn_of_open_questions(items: Iterable[Item], text: str, report: Report) -> None:
    """Warn, at its line, of each question that stands above or within an item that may go out."""
    if "?" not in text:
        return
    lines = text.splitlines()
    first = ((_first_line(lines, item.mark.line), item) for item in items)
    starts = sorted(first, key=lambda each: each[0])
    ends = [start for start, _ in starts[1:]] + [len(lines) + 1]
    for (start, item), end in zip(starts, ends[: len(starts)], strict=True):
        if item.status is not Status.READY:
            continue
        for number in range(start, min(end, len(lines) + 1)):
            found = _QUESTION.match(lines[number - 1])
            if found is not None:
                report.at(
                    number,
                    lines[number - 1].index("#") + 1,
                    Kind.QUESTION,
                    said(
                        "{item} is ready, and this is still asked: {question}",
                        item=item.id,
                        question=shown(found["text"]),
                    ),
                    said("answer it in the keys below, then delete the line"),
                    Severity.WARNING,
                )


def _first_line(lines: list[str], mark: int) -> int:
    """The first of the comments that stand right above an item's first line, counted from 1."""
    at = min(mark, len(lines))
    while at > 1 and lines[at - 2].lstrip().startswith("#"):
        at -= 1
    return at

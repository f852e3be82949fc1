"""Puts entries at the end of a file's `items:`. Nothing that stands there is changed, not a blank nor a comment.

It would rather refuse than guess: what it made is read again, and must say what stood there and then the new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.core.model import Severity
from bot.core.said import Said, said
from bot.load.nodes import Mapped
from bot.load.report import Report
from bot.load.tree import build
from bot.newsletter.writing.spot import KEY, Spot, spot_of, without_brackets

_LINE_END = re.compile("\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file was left as it is, for whoever wanted it changed."""

    reason: Said


def insert(text: str, items: str) -> str | Refused:
    """`text`, a file of content/, with the entries `items` at the end of its list.

    The entries are as `written` makes them, whatever their indentation: that of the file is taken, as are
    its line ends. The text after is the text before with one insertion; only the brackets of `items: []`
    make way for it. A byte order mark is the caller's.
    """
    report = Report("")
    top = None if _says_nothing(text) else build(text, report)
    if report.is_broken:
        fault = min(each for each in report.problems if each.severity is Severity.ERROR)
        return Refused(
            said("line {line} can't be read: {fault}", line=fault.mark.line, fault=fault.message)
        )
    old = _entries(top)
    if old is None:
        return Refused(said("'items:' is no list"))
    text = without_brackets(text)
    spot = spot_of(text)
    if spot is None:
        return Refused(
            said("it is written within brackets or braces: put each item on lines of its own")
        )
    made = _inserted(text, items, spot)
    again = build(made, Report(""))
    new = _entries(again)
    if not new or _evened(new[: len(old)]) != _evened(old) or _others(again) != _others(top):
        return Refused(said("nobody can tell where its list of items ends"))
    return made


def _inserted(text: str, items: str, spot: Spot) -> str:
    before, after = text[: spot.at], text[spot.at :]
    found = _LINE_END.search(text)
    line_end = found.group() if found else "\n"
    lines = list(_indented(items.splitlines(), spot.indent))
    if spot.heading:
        lines.insert(0, spot.heading)
    if spot.is_apart and before:
        lines.insert(0, "")
    if before and not before.endswith(("\n", "\r")):
        before += line_end
    return before + "".join(line + line_end for line in lines) + after


def _indented(lines: list[str], indent: int) -> Iterator[str]:
    """`lines` moved as a whole, so that the first stands `indent` columns in."""
    has = len(lines[0]) - len(lines[0].lstrip(" "))
    for line in lines:
        yield " " * indent + line[has:] if line else ""


# --- what a file says ---------------------------------------------------------------------------


def _says_nothing(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _entries(top: Mapped | None) -> list[Any] | None:
    """What `items:` says; None where it is no list."""
    value = None if top is None else top.value.get(KEY)
    if not value:
        return []
    return value if isinstance(value, list) else None


def _others(top: Mapped | None) -> Any:
    """What the file says beside its items."""
    return _evened({} if top is None else {k: v for k, v in top.value.items() if k != KEY})


def _evened(value: Any) -> Any:
    """As the loader takes it: white space at the ends of a text means nothing."""
    match value:
        case str():
            return value.strip()
        case dict():
            return {key: _evened(inner) for key, inner in value.items()}
        case _:
            return [_evened(inner) for inner in value]

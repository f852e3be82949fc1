"""Where in a file of content/ another entry of `items:` has its place; found by YAML's own events."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

import yaml

KEY = "items"

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_END = "[^\n\r\x85\u2028\u2029]"
_LINE = re.compile(f"{_NO_END}*(?:\r\n|[\n\r\x85\u2028\u2029])|{_NO_END}+")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place between two lines of a file, and how entries are set there."""

    at: int  # characters of the text before it
    indent: int  # of the entries' hyphens, in columns
    is_apart: bool  # does an empty line stand before them?
    heading: str = ""  # the line that has to stand above them


class _Place(NamedTuple):
    """Counted from 0."""

    line: int
    column: int


@dataclass(slots=True)
class _Seen:
    """What the events tell of a file's mapping, and of its list of items."""

    top: yaml.Event | None = None
    key: yaml.Event | None = None
    value: yaml.Event | None = None
    entries: list[yaml.Event] = field(default_factory=list)
    last: yaml.Event | None = None  # of the list: the last that is more than an end of indentation


def spot_of(text: str) -> Spot | None:
    """Where entries go; None where the file, or its list, stands within brackets or braces.

    `text` is one that the loader can read.
    """
    lines = _LINE.findall(text)
    before = [0, *accumulate(map(len, lines))]
    seen = _seen(text)
    if _is_flow(seen.top) or _is_flow(seen.value):
        return None
    if seen.key is None:
        margin = _start(seen.top).column if seen.top else 0
        end = before[_without_blanks(lines, len(lines))]
        return Spot(end, margin + 2, is_apart=True, heading=f"{' ' * margin}{KEY}:")
    if seen.last is None:
        below = min(_start(seen.key).line + 1, len(lines))
        return Spot(before[below], _start(seen.key).column + 2, is_apart=False)
    indent = _start(seen.value).column
    end = _without_blanks(lines, _line_after(seen.last))
    while end < len(lines) and _is_remark_within(lines[end], indent):
        end += 1
    return Spot(before[end], indent, is_apart=_stand_apart(lines, seen.entries))


def without_brackets(text: str) -> str:
    """`text` with `items:` in place of `items: []`."""
    seen = _seen(text)
    if seen.entries or seen.last is None or _is_flow(seen.top) or not _is_flow(seen.value):
        return text
    lines = _LINE.findall(text)
    before = [0, *accumulate(map(len, lines))]
    begins, ends = _start(seen.value), _end(seen.last)
    start, end = before[begins.line] + begins.column, before[ends.line] + ends.column
    is_empty = not text[start + 1 : end - 1].strip()
    return text[:start].rstrip(" ") + text[end:] if is_empty else text


def _seen(text: str) -> _Seen:
    seen = _Seen()
    depth, key, is_within = 0, "", False
    for event in yaml.parse(text, Loader=_LOADER):
        match event:
            case yaml.CollectionStartEvent():
                if depth == 0:
                    seen.top = event
                elif depth == 1:
                    if is_within := key == KEY:
                        seen.value = event
                    key = ""
                elif depth == 2 and is_within:
                    seen.entries.append(event)
                depth += 1
            case yaml.CollectionEndEvent():
                depth -= 1
                if is_within and _end(event) > _start(event):  # a bracket or a brace
                    seen.last = event
                is_within = is_within and depth > 1
            case yaml.ScalarEvent() if depth == 1 and not key:
                key = event.value
                if key == KEY:
                    seen.key = event
            case yaml.ScalarEvent() if depth == 1:
                if key == KEY:
                    seen.value = event
                key = ""
            case yaml.ScalarEvent() if is_within:
                seen.last = event
                if depth == 2:
                    seen.entries.append(event)
    return seen


def _stand_apart(lines: list[str], entries: list[yaml.Event]) -> bool:
    """Do empty lines stand between the entries? A single one, and those that will follow it, do."""
    if len(entries) < 2:
        return True
    number = _start(entries[-1]).line
    while lines[number - 1].lstrip(" ").startswith("#"):
        number -= 1
    return not lines[number - 1].strip()


def _is_remark_within(line: str, indent: int) -> bool:
    """A comment further in than the hyphens is about the entry above it."""
    words = line.lstrip(" ")
    return words.startswith("#") and len(line) - len(words) > indent


def _without_blanks(lines: list[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _line_after(event: yaml.Event) -> int:
    """The first line, from 0, below `event`; a block of text ends where the next line begins."""
    end = _end(event)
    return end.line + 1 if end.column else end.line


def _is_flow(event: yaml.Event | None) -> bool:
    return bool(getattr(event, "flow_style", False))


def _start(event: yaml.Event | None) -> _Place:
    assert event is not None, "it was seen"
    assert event.start_mark is not None, "an event that was read has a place"
    return _Place(event.start_mark.line, event.start_mark.column)


def _end(event: yaml.Event) -> _Place:
    assert event.end_mark is not None, "an event that was read has a place"
    return _Place(event.end_mark.line, event.end_mark.column)

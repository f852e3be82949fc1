"""An item as the lines of one entry of `items:`. Keys stand in the order in which they are given."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from bot.newsletter.writing.scalar import WIDTH, held, in_line, lines_of

Value: TypeAlias = "str | int | bool | Sequence[Value] | Mapping[str, Value]"
Comments: TypeAlias = Mapping[str, Sequence[str]]

_NOTHING: Comments = MappingProxyType({})
_STEP = 2  # columns that each level stands further in


def written(item: Mapping[str, Value], comments: Comments = _NOTHING, indent: int = 2) -> str:
    """The entry of `items:` for `item`, its hyphen behind `indent` blanks; every line ends with `\\n`.

    Comments stand above the key by which they are given: `when`, or `dates.0.when` further in; those of ""
    and of the first key above the whole. Text is read back by the loader as it was given, but for its white
    space, where it has several lines, and for characters that no file can hold, which are left out.
    """
    return "".join(f"{line}\n" for line in _entry(item, "", comments, indent))


def _entry(item: Mapping[str, Value], path: str, comments: Comments, indent: int) -> Iterator[str]:
    """A mapping as an entry of a list: its first key stands behind the hyphen."""
    if not item:
        yield " " * indent + "- {}"
        return
    first = next(iter(item))
    for above in dict.fromkeys((path, _below(path, first))):
        yield from _remarks(comments.get(above, ()), indent)
    keys = {path_: lines for path_, lines in comments.items() if path_ != _below(path, first)}
    lines = _keys(item, path, keys, indent + _STEP)
    yield " " * indent + "- " + next(lines).lstrip(" ")
    yield from lines


def _keys(item: Mapping[str, Value], path: str, comments: Comments, indent: int) -> Iterator[str]:
    for key, value in item.items():
        here = _below(path, key)
        yield from _remarks(comments.get(here, ()), indent)
        start = f"{' ' * indent}{in_line(held(key))}:"
        yield from _valued(start, value, here, comments, indent)


def _valued(start: str, value: Value, path: str, comments: Comments, indent: int) -> Iterator[str]:
    """The lines of `value` behind `start`, which stands `indent` columns in."""
    match value:
        case str():
            first, *others = lines_of(value, len(start) + 1, indent + _STEP)
            yield f"{start} {first}"
            yield from others
        case bool():
            yield f"{start} {'true' if value else 'false'}"
        case int():
            yield f"{start} {value}"
        case Mapping():
            yield start if value else f"{start} {{}}"
            yield from _keys(value, path, comments, indent + _STEP)
        case _:
            yield from _listed(start, value, path, comments, indent)


def _listed(
    start: str, values: Sequence[Value], path: str, comments: Comments, indent: int
) -> Iterator[str]:
    """`[one, two]` where that fits on the line, else each by itself."""
    words = [held(value) for value in values if isinstance(value, str)]
    line = f"{start} [{', '.join(in_line(word, in_brackets=True) for word in words)}]"
    if len(words) == len(values) and len(line) <= WIDTH and not any("\n" in word for word in words):
        yield line
        return
    yield start
    for number, value in enumerate(values):
        here = _below(path, str(number))
        if isinstance(value, Mapping):
            yield from _entry(value, here, comments, indent + _STEP)
        else:
            yield from _remarks(comments.get(here, ()), indent + _STEP)
            hyphen = " " * (indent + _STEP) + "-"
            yield from _valued(hyphen, value, here, comments, indent + _STEP)


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _remarks(remarks: Sequence[str], indent: int) -> Iterator[str]:
    for remark in remarks:
        for line in held(remark).split("\n"):
            yield from textwrap.wrap(
                line,
                WIDTH,
                initial_indent=f"{' ' * indent}# ",
                subsequent_indent=f"{' ' * indent}# ",
                break_long_words=False,
                break_on_hyphens=False,
            )

"""YAML text to nodes. Every scalar stays the text that staff typed: `18:30` is no number, `no` no bool.

Refuses what staff never need and what surprises or explodes: duplicate keys, keys that are not words,
aliases and anchors, tags, several documents, deep nesting. It reads PyYAML's events and never its
composed nodes, because the C composer recurses and dies on deep input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.core.kinds import Kind
from bot.core.model import Severity
from bot.core.said import said
from bot.load.nodes import Listed, Mapped, Place, Value, position
from bot.load.report import Report, shown
from bot.load.syntax import explain

MAX_DEPTH = 20

_LOADER: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)
_NULLS = frozenset({"~", "null", "Null", "NULL"})

# A comment that may be meant as text: ' #arte', or a lone ' #'. Who means a comment writes a space after it.
_ODD_COMMENT = re.compile(r"(?<=[^ \t\n])[ \t]+(?=#(?:\S|$))", re.MULTILINE)

# Stands for a key that can't be used: its value is read, for its own faults, and left out.
_LEFT_OUT = ""


def build(text: str, report: Report) -> Mapped | None:
    """The file's keys and values, or None where it ends in an error that leaves nothing to check.

    Everything else that is wrong is told and left out, so that later faults are found as well.
    """
    try:
        loader: Any = _LOADER(text)
        builder = _Builder(report, _odd_comments(text))
        try:
            root = builder.walk(loader)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        fault = explain(error, text, builder.last, in_flow=builder.is_in_flow)
        # A tab already told is the better explanation of what goes wrong on its line.
        if all(
            problem.mark.line != fault.line
            for problem in report.problems
            if problem.severity is Severity.ERROR
        ):
            report.at(*fault)
        return None
    if root is None:
        return None
    if not root.inner or root.value == [""]:
        report.at(
            1,
            1,
            Kind.FILE,
            said("the file is empty"),
            said("remove it, or write what belongs in it"),
        )
        return None
    top = root.inner[0]
    if isinstance(top, Mapped):
        return top
    report.error(
        top,
        Kind.YAML,
        said("the file must begin with a key"),
        said("such as 'items:' or 'timezone: Europe/Rome'"),
    )
    return None


def _odd_comments(text: str) -> dict[tuple[int, int], int]:
    """Line and column where text ends before an odd comment -> column of its '#', all from 0."""
    if _ODD_COMMENT.search(text) is None:
        return {}
    return {
        (number, match.start()): match.end()
        for number, line in enumerate(text.splitlines())
        for match in _ODD_COMMENT.finditer(line)
    }


@dataclass(slots=True)
class _Builder:
    """Where the walk over the events stands: the open node, its pending key, and those above it."""

    report: Report
    odd_comments: dict[tuple[int, int], int]
    last: yaml.Event | None = None
    top: Listed | Mapped = field(init=False)
    key: str | None = None
    above: list[tuple[Listed | Mapped, str | None]] = field(default_factory=list)
    two_in_one: set[int] = field(default_factory=set)  # mappings that hold two items

    def walk(self, loader: Any) -> Listed | None:
        """The documents of the stream as one list; None where reading on makes no sense."""
        next_event = loader.get_event
        root = self.top = Listed(next_event())
        while True:
            event = self.last = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                if event.tag is not None or event.anchor is not None:
                    self._refuse_extras(event)
                value = event.value
                if self.odd_comments and event.implicit[0]:
                    self._warn_of_comment(event)
                self._add("" if event.implicit[0] and value in _NULLS else value, event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if len(self.above) == MAX_DEPTH:
                    self.report.error(
                        event,
                        Kind.YAML,
                        said("nested more than {most} levels deep", most=MAX_DEPTH),
                        said("the file was not read from here on"),
                    )
                    return None
                self._open(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.top, self.key = self.above.pop()
            elif kind is yaml.AliasEvent:
                self.report.refuse(
                    event,
                    Kind.SPECIAL_CHARACTER,
                    said("an alias, {alias}", alias=shown("*" + event.anchor)),
                    said("put text that begins with '*' in quotation marks"),
                )
                self._add("", event)
            elif kind is yaml.DocumentStartEvent and root.inner:
                self.report.error(
                    event,
                    Kind.YAML,
                    said("a second document begins here"),
                    said("one file holds one: remove the '---'"),
                )
                return None
            elif kind is yaml.StreamEndEvent:
                return root

    @property
    def is_in_flow(self) -> bool:
        return bool(getattr(self.top.event, "flow_style", False))

    def _warn_of_comment(self, event: Any) -> None:
        """Text without quotation marks ends at ' #', and nobody is told what got lost."""
        end = event.end_mark
        column = self.odd_comments.get((end.line, end.column))
        if column is not None:
            self.report.at(
                end.line + 1,
                column + 1,
                Kind.SPECIAL_CHARACTER,
                said("'#' begins a comment: it and what follows are not read"),
                said("put text that has a '#' in quotation marks; a comment begins with '# '"),
                Severity.WARNING,
            )

    def _open(self, event: Any) -> None:
        if event.tag is not None or event.anchor is not None:
            self._refuse_extras(event)
        node: Listed | Mapped
        node = Mapped(event) if type(event) is yaml.MappingStartEvent else Listed(event)
        self._add(node.value, node)
        self.above.append((self.top, self.key))
        self.top, self.key = node, None

    def _add(self, value: Value, place: Place) -> None:
        """Put `value` where the walk stands; in a mapping that is a key, then its value, in turn."""
        top = self.top
        if isinstance(top, Listed):
            top.value.append(value)
            top.inner.append(place)
        elif self.key is None:
            self.key = self._usable_key(top, value, place)
        elif self.key is _LEFT_OUT:
            self.key = None
        else:
            top.value[self.key] = value
            top.inner[self.key] = place
            self.key = None

    def _usable_key(self, top: Listed | Mapped, value: Value, place: Place) -> str:
        assert isinstance(top, Mapped), "only a mapping has keys"
        if not isinstance(place, yaml.ScalarEvent):
            self.report.error(
                place,
                Kind.YAML,
                said("a key must be a word"),
                said("put text with braces in quotes"),
            )
            return _LEFT_OUT
        if not value:
            self.report.error(
                place,
                Kind.COLON,
                said("a key is missing before this colon"),
                said("write 'key: value'"),
            )
            return _LEFT_OUT
        first = top.keys.get(value)
        if first is not None:
            self._refuse_again(top, value, place, position(first)[0])
            return _LEFT_OUT
        top.keys[value] = place
        return str(value)

    def _refuse_again(self, top: Mapped, key: str, place: Place, first: int) -> None:
        """A second `id` is another item that lacks its '-': its other keys are no faults of their own."""
        if id(top) in self.two_in_one:
            return
        message = said("{key} stands twice here", key=shown(key))
        hint = said("the first is on line {line}; keep one", line=first)
        if key == "id":
            self.two_in_one.add(id(top))
            hint = said(
                "the first is on line {line}; if another item begins here, write '- id: ...'",
                line=first,
            )
        kind = Kind.HYPHEN if key == "id" else Kind.DUPLICATE_KEY
        self.report.error(place, kind, message, hint)

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self.report.error(
                event,
                Kind.SPECIAL_CHARACTER,
                said("an anchor, {anchor}", anchor=shown("&" + event.anchor)),
                said("put text that begins with '&' in quotation marks"),
            )
        if event.tag is not None:
            self.report.error(
                event,
                Kind.SPECIAL_CHARACTER,
                said("a tag, {tag}", tag=shown(event.tag)),
                said("put text that begins with '!' in quotation marks"),
            )

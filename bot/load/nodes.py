"""The parts of a YAML file as plain values, each beside the place where it stands.

`value` is what the schema checks (text, lists and dicts of text); `inner` and `keys` say where each part
of it was written, so that a fault can be told with line and column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

Value: TypeAlias = Any  # str | list[Value] | dict[str, Value]; pydantic narrows it


@dataclass(slots=True, eq=False)
class Listed:
    """A list, and where each of its members stands."""

    event: yaml.Event
    value: list[Value] = field(default_factory=list)
    inner: list[Place] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapped:
    """Keys with values, and where each key and each value stands."""

    event: yaml.Event
    value: dict[str, Value] = field(default_factory=dict)
    keys: dict[str, yaml.Event] = field(default_factory=dict)
    inner: dict[str, Place] = field(default_factory=dict)

    def mapped(self, key: str) -> Mapped:
        """The keys and values under `key`; where it has none, an empty mapping on the same spot."""
        place = self.inner.get(key, self)
        if isinstance(place, Mapped) and place is not self:
            return place
        return Mapped(event_of(place))

    def members(self, key: str) -> list[Place]:
        """The places of the members of the list under `key`; none where there is no list."""
        place = self.inner.get(key)
        return place.inner if isinstance(place, Listed) else []


# A scalar needs no node of its own: its event knows where it stands.
Place: TypeAlias = Listed | Mapped | yaml.Event


def event_of(place: Place) -> yaml.Event:
    """The event with which `place` begins."""
    return place.event if isinstance(place, (Listed, Mapped)) else place


def position(place: Place) -> tuple[int, int]:
    """Line and column where `place` begins, counted from 1."""
    start = event_of(place).start_mark
    assert start is not None, "an event that was read has a place"
    return start.line + 1, start.column + 1


def is_literal(place: Place) -> bool:
    """Is it a block of text whose line ends are meant (`|`)?"""
    return isinstance(place, yaml.ScalarEvent) and place.style == "|"


def is_plain(place: Place) -> bool:
    """Is it text without quotation marks around it, in no block of its own?"""
    return isinstance(place, yaml.ScalarEvent) and bool(place.implicit[0])


def is_in_lines(place: Mapped) -> bool:
    """Does each of its keys stand on a line of its own, with no braces around them?"""
    return bool(place.keys) and not getattr(place.event, "flow_style", False)


def columns_before(place: Place, length: int) -> int | None:
    """How many columns (0, or 1 for a quotation mark) stand before the first character of a scalar.

    None where its characters can't be counted off in the file: it runs over several lines, or is
    written with escapes, so that its `length` is not its width.
    """
    event = event_of(place)
    start, end = event.start_mark, event.end_mark
    if start is None or end is None or start.line != end.line:
        return None
    return {length: 0, length + 2: 1}.get(end.column - start.column)

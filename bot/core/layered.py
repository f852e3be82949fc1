"""A large mapping in which little changes: an edition shares with the one before it what both have in common.

A dictionary of a hundred thousand entries takes a while to copy, and the collector another while to look
through the copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

# When so large a part of a mapping has changed, it is copied after all: a look-up has fewer places to search.
_PART = 8


class Layered(Mapping[K, V]):
    """What lies `above` hides what lies `below`; what is `gone` from below is not there. Never changes."""

    __slots__ = ("above", "below", "gone")

    def __init__(self, below: Mapping[K, V], above: Mapping[K, V], gone: frozenset[K]) -> None:
        self.below = below
        self.above = above
        self.gone = gone

    def __getitem__(self, key: K) -> V:
        if key in self.above:
            return self.above[key]
        if key in self.gone:
            raise KeyError(key)
        return self.below[key]

    def __contains__(self, key: object) -> bool:
        return key in self.above or (key in self.below and key not in self.gone)

    def __iter__(self) -> Iterator[K]:
        yield from (key for key in self.below if key not in self.gone)
        yield from (key for key in self.above if key not in self.below)

    def __len__(self) -> int:
        added = sum(key not in self.below for key in self.above)
        return len(self.below) - len(self.gone) + added


def changed(before: Mapping[K, V], new: Mapping[K, V], gone: Iterable[K] = ()) -> Mapping[K, V]:
    """`before` without the keys in `gone` and then with the entries of `new`, at the cost of these."""
    if not before:
        return new
    below, above, lost = before, dict[K, V](), set[K]()
    if isinstance(before, Layered):
        below, above, lost = before.below, dict(before.above), set(before.gone)
    for key in gone:
        above.pop(key, None)
        if key in below:
            lost.add(key)
    above.update(new)
    lost.difference_update(new)
    if (len(above) + len(lost)) * _PART < len(below):
        return Layered(below, above, frozenset(lost))
    whole = {key: value for key, value in below.items() if key not in lost}
    whole.update(above)
    return whole

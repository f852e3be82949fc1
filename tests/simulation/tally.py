"""Plays many seeds and counts what happened in them."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.simulation.world import Run, run


@dataclass(slots=True)
class Tally:
    """How many seeds went."""

    seeds: int = 0
    turns: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    failed: list[Run] = field(default_factory=list)

    def add(self, one: Run) -> None:
        self.seeds += 1
        self.turns += one.turns
        self.happened.update(one.happened)
        if one.broken:
            self.failed.append(one)

    def join(self, other: Tally) -> None:
        self.seeds += other.seeds
        self.turns += other.turns
        self.happened.update(other.happened)
        self.failed += other.failed


def played(seeds: Sequence[int]) -> Tally:
    """Play `seeds`, one after another."""
    _keep_order()
    tally = Tally()
    for seed in seeds:
        tally.add(run(seed))
    gc.collect()
    return tally


def first_broken(most: int) -> str:
    """The first of so many seeds that breaks a promise, and which; "" if none does."""
    _keep_order()
    for seed in range(most):
        if broken := run(seed).broken:
            return f"{seed} {broken[0].promise}"
        if seed % 50 == 49:
            gc.collect()
    return ""


def _keep_order() -> None:
    """What is collected, and when, is no part of a seed; what is there before it is not looked at again."""
    gc.disable()
    gc.freeze()

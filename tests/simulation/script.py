"""What may go wrong, as a table, and the seed's choice from it. A new fault is a line here and a branch where it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

# By the place where it happens; each place asks for its own.
FAULTS: Mapping[str, Sequence[str]] = {
    "prepare": (
        "an upload takes a while",
        "an upload outlives its reservation",
        "an upload is deferred",
        "an upload is rejected",
        "prepare raises",
    ),
    "publish": (
        "refused before connecting",
        "credentials refused",
        "429 with a time to wait",
        "rejected",
        "slow",
        "very slow",
        "the answer is lost",
        "5xx after acceptance",
        "reset before acceptance",
        "accepted after the deadline of the call",
        "publish raises before the call",
        "publish raises after acceptance",
    ),
    "lookup": (
        "a look-up does not find",
        "a look-up fails",
        "a look-up raises",
        "a look-up is slow",
        "a post is seen late",
    ),
    "ledger": (
        "a transaction does not begin",
        "a commit fails",
        "a commit is done and its answer lost",
        "the database is away",
    ),
    "book": ("the ledger's thread is slow",),
    "process": ("killed", "frozen for seconds", "frozen for minutes", "stopped"),
    "staff": ("files edited", "files edited during an upload", "a node has older files"),
    "admin": (
        "everything is paused",
        "a channel is paused",
        "an item is paused",
        "a pause is ordered during an upload",
    ),
    "person": (
        "a person posts late",
        "a person never posts",
        "a person posts and does not say so",
        "a person skips",
    ),
}

# How often a place that is asked has something to choose, in a mild, a bad and a terrible world.
_RATES: Mapping[str, Sequence[float]] = {
    "prepare": (0.05, 0.2, 0.5),
    "publish": (0.1, 0.3, 0.7, 1.0),
    "lookup": (0.1, 0.3, 0.7),
    "ledger": (0.003, 0.01, 0.05),
    "book": (0.01, 0.05, 0.2),
    "staff": (0.1, 0.3, 0.7),
    "admin": (0.05, 0.1, 0.3),
    "person": (0.3, 0.6, 0.9),
}

# Turns of the loop between two faults of processes, in the mean.
_TURNS = (100, 300, 1_000)


class Event(NamedTuple):
    """One line of a trace."""

    micros: int
    process: str
    what: str

    def __str__(self) -> str:
        seconds, micros = divmod(self.micros, 1_000_000)
        minutes, second = divmod(seconds, 60)
        hours, minute = divmod(minutes, 60)
        return f"{hours:3}:{minute:02}:{second:02}.{micros:06} {self.process:8} {self.what}"


class Script:
    """The choices of one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.happened: Counter[str] = Counter()
        self.is_calm = False  # from here on nothing goes wrong any more
        # Half of all faults, others for each seed: one that hides another must not always be there.
        self._on = {
            place: [each for each in faults if self.chance.random() < 0.5]
            for place, faults in FAULTS.items()
        }
        self._rates = {place: self.chance.choice(rates) for place, rates in _RATES.items()}
        self._turns = self.chance.choice(_TURNS)

    def pick(self, place: str, *, among: Sequence[str] = ()) -> str:
        """What goes wrong here and now, or ""."""
        faults = [each for each in self._on[place] if not among or each in among]
        if self.is_calm or not faults or self.chance.random() >= self._rates[place]:
            return ""
        fault = self.chance.choice(faults)
        self.happened[fault] += 1
        return fault

    def pick_of_process(self) -> str:
        """What becomes of a process at the turn that `turns_to_next` named."""
        faults = self._on["process"]
        if self.is_calm or not faults:
            return ""
        fault = self.chance.choice(faults)
        self.happened[fault] += 1
        return fault

    def turns_to_next(self) -> int:
        return 1 + int(self.chance.expovariate(1 / self._turns))

    def between(self, low: float, high: float) -> float:
        return self.chance.uniform(low, high)

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

"""What goes wrong on the wire while nobody kills anything: by chance, a trouble for each call."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bot.sandbox import Arrival, Fault, Kind, Moment, Sandbox

_BEFORE, _AFTER = Moment.BEFORE, Moment.AFTER

# How often, of a hundred calls. Those that are only slow are there to be killed.
_TROUBLES = {
    (Kind.SLOW, _BEFORE): 40,
    (Kind.SLOW, _AFTER): 40,
    (Kind.CUT, _AFTER): 6,
    (Kind.CUT, _BEFORE): 2,
    (Kind.HALF, _AFTER): 2,
    (Kind.SERVER_ERROR, _BEFORE): 2,
    (Kind.SERVER_ERROR, _AFTER): 2,
    (Kind.BAD_GATEWAY, _AFTER): 1,
    (Kind.TOO_MANY, _BEFORE): 5,
}

# So many troubles wait in the sandbox's queue: few, so that one that is asked for soon comes to its turn.
_QUEUED = 2

# More in a row than a channel bears before it is stopped: see bot.ledger.ledger.FAILURES.
_SQUALL = 6


@dataclass
class Weather:
    """Keeps the queue of a sandbox filled until it is calm."""

    sandbox: Sandbox
    chance: random.Random
    slowest: float  # seconds that a call takes at most before it is taken, and after
    calls: int  # so many at most have their ordinary troubles before one is held
    is_foul: bool = False
    _hold: Fault | None = None
    _calls_before: int = 0  # it is held

    def foul(self) -> None:
        self.is_foul = True
        for _ in range(_QUEUED):
            self.sandbox.fail(self._next())

    def calm(self) -> None:
        self.is_foul = False
        self.sandbox.faults.clear()

    def squall(self, channel: str) -> None:
        """One channel's answers are lost, one after the other."""
        self.sandbox.fail(Fault(Kind.CUT, _AFTER, channel=channel, times=_SQUALL))

    async def hold(self, moment: Moment) -> None:
        """Wait until one of the next calls is held there. Raises TimeoutError where none comes."""
        self._hold = Fault(Kind.HOLD, moment)
        self._calls_before = self.chance.randint(0, self.calls)
        try:
            await self.sandbox.gate.until_held()
        except BaseException:
            self._hold = None
            self.calm()
            self.foul()
            raise
        self.sandbox.fail(self._next())

    def _next(self) -> Fault:
        if self._hold is not None:
            self._calls_before -= 1
            if self._calls_before < 0:
                held, self._hold = self._hold, None
                return held
        [(kind, moment)] = self.chance.choices([*_TROUBLES], [*_TROUBLES.values()])
        seconds = self.chance.uniform(0, self.slowest) if kind is Kind.SLOW else 1.0
        return Fault(kind, moment, seconds=seconds, hook=self._drawn)

    async def _drawn(self, _arrival: Arrival) -> None:
        if self.is_foul:
            self.sandbox.fail(self._next())

"""Troubles on demand: which there are, which request each one meets, and the gate where requests wait.

What a fault does to an answer or a wire stands in `wire`; this module only chooses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.core.model import Platform
from bot.sandbox.places import Arrival


class Kind(StrEnum):
    """What goes wrong."""

    TOO_MANY = "429"  # refused, with a wait of `seconds`
    NO_CREDIT = "402"  # refused as X does when its prepaid credits are gone
    SERVER_ERROR = "500"  # in the platform's own JSON
    BAD_GATEWAY = "502"  # an HTML page of a machine in between
    HTML = "html"  # 200 and an HTML page
    NOT_OK = "not-ok"  # 200 and a body that says it failed
    SLOW = "slow"  # `seconds` pass, then all goes well
    DRIP = "drip"  # the answer comes byte by byte, `seconds` apart
    HALF = "half"  # half an answer, then the connection ends
    CUT = "cut"  # the connection is cut without an answer
    HOLD = "hold"  # waits until it is released, then all goes well


class Moment(StrEnum):
    """Where the request stands when it is struck."""

    BEFORE = "before"  # arrived, not taken: nothing is public
    AFTER = "after"  # taken, not answered: it is public


_NEVER_TAKEN = frozenset({Kind.TOO_MANY, Kind.NO_CREDIT})
_NEEDS_ANSWER = frozenset({Kind.DRIP, Kind.HALF})
_AT_THE_END = frozenset({Kind.DRIP, Kind.HALF, Kind.SLOW})

# The calls that change what followers see: the ones a fault meets unless it names others.
PUBLIC_CALLS = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "editMessageText",
        "editMessageCaption",
        "editMessageReplyMarkup",
        "deleteMessage",
        "POST /2/tweets",
        "DELETE /2/tweets/:id",
    }
)

Hook = Callable[[Arrival], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A trouble that waits for the next `times` requests it fits.

    `moment` may stay open: slow and broken answers then strike after the request was taken, all
    else before. `hook` runs at that moment, inside the sandbox's process only.
    """

    kind: Kind
    moment: Moment | None = None
    platform: Platform | None = None  # None = both
    channel: str = ""  # an address; "" = any
    call: str = ""  # "" = any call that changes what followers see, "*" = any call
    times: int = 1
    seconds: float = 1.0  # real seconds, but for the wait that a 429 asks for: those are virtual
    hook: Hook | None = None

    def __post_init__(self) -> None:
        if self.times < 1 or self.seconds < 0:
            raise ValueError("a fault strikes at least once and never waits less than 0 seconds")
        if self.kind in _NEVER_TAKEN and self.moment is Moment.AFTER:
            raise ValueError(f"a request that is refused with {self.kind} is never taken")
        if self.kind in _NEEDS_ANSWER and self.moment is Moment.BEFORE:
            raise ValueError(f"{self.kind} needs an answer, so the request was taken before")

    @property
    def strikes(self) -> Moment:
        """The moment, also where it was left open."""
        return self.moment or (Moment.AFTER if self.kind in _AT_THE_END else Moment.BEFORE)

    def fits(self, arrival: Arrival) -> bool:
        return (
            self.platform in (None, arrival.platform)
            and self.channel.lower() in ("", arrival.channel.lower())
            and (
                self.call in ("*", arrival.call) or (not self.call and arrival.call in PUBLIC_CALLS)
            )
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.strikes}"


def read_fault(raw: Any) -> Fault:
    """A fault from the JSON that `POST /sandbox/faults` takes. Raises ValueError, saying what is wrong."""
    if not isinstance(raw, dict):
        raise ValueError("a fault is a JSON object")
    known = {"kind", "moment", "platform", "channel", "call", "times", "seconds"}
    if unknown := sorted(raw.keys() - known):
        raise ValueError(f"unknown: {', '.join(unknown)}; a fault has {', '.join(sorted(known))}")
    try:
        return Fault(
            kind=Kind(raw.get("kind", "")),
            moment=Moment(raw["moment"]) if raw.get("moment") else None,
            platform=Platform(raw["platform"]) if raw.get("platform") else None,
            channel=str(raw.get("channel", "")),
            call=str(raw.get("call", "")),
            times=int(raw.get("times", 1)),
            seconds=float(raw.get("seconds", 1.0)),
        )
    except TypeError as error:
        raise ValueError(str(error)) from None


@dataclass(slots=True)
class Faults:
    """The faults that still wait, in the order in which they were queued."""

    _waiting: list[tuple[Fault, int]] = field(default_factory=list)

    def queue(self, fault: Fault) -> None:
        self._waiting.append((fault, fault.times))

    def draw(self, arrival: Arrival) -> Fault | None:
        """The first fault that fits, one time less of it left."""
        for index, (fault, left) in enumerate(self._waiting):
            if fault.fits(arrival):
                if left > 1:
                    self._waiting[index] = (fault, left - 1)
                else:
                    del self._waiting[index]
                return fault
        return None

    def clear(self) -> None:
        self._waiting.clear()


@dataclass(slots=True)
class Gate:
    """Where held requests wait, on the event loop of the server."""

    _held: list[tuple[Arrival, asyncio.Future[bool]]] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def held(self) -> list[Arrival]:
        return [arrival for arrival, _ in self._held]

    async def wait(self, arrival: Arrival) -> bool:
        """Wait for `release`; False = the request is to be dropped as if it had never arrived."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._held.append((arrival, future))
        self._changed.set()
        return await future

    async def until_held(self, count: int = 1) -> list[Arrival]:
        """Wait until at least `count` requests are held, and tell which."""
        while len(self._held) < count:
            self._changed.clear()
            await self._changed.wait()
        return self.held

    def release(self, *, drop: bool = False) -> int:
        """Let every held request go on, or drop it: a dropped one that was not taken never is."""
        released, self._held = self._held, []
        for _, future in released:
            if not future.done():
                future.set_result(not drop)
        return len(released)

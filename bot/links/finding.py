"""What can be said of a link once it was asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answers:
    """The page is there."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The page is there, and its site says that it has another address for good."""

    to: str


@dataclass(frozen=True, slots=True)
class Slow:
    """No answer within so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Broken:
    """Followers would not get to see the page either."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Nothing can be said: a site keeps robots away, or the trouble may lie on our side."""

    reason: str


Finding = Answers | Moved | Slow | Broken | Unchecked

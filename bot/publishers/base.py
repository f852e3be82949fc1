"""What a platform must do for us, and the few words it says it in.

A publisher never retries, never waits for a rate limit and never decides: it makes one call and tells
truthfully what is known of it. Whatever may have reached followers is `Unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Protocol

from bot.core.model import Channel, Deferred, Outcome, Post, Published, Rejected, Unknown


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long one call may take, in seconds."""

    connect: float = 3.0  # for one address to take the connection
    total: float = 8.0  # for all of it, from the first name look-up to the last byte of the answer


@dataclass(frozen=True, slots=True)
class Ready:
    """A post with everything uploaded that it needs; nothing of it is public yet."""

    post: Post
    request: Mapping[str, Any]  # as it goes: with the ids of what was uploaded
    image: bytes = field(default=b"", repr=False)  # where the call itself carries it


@dataclass(frozen=True, slots=True)
class Sought:
    """What a look-up needs to know of an attempt whose outcome is Unknown."""

    attempt_id: str
    request: Mapping[str, Any]
    text: str  # as followers read it
    committed_at: datetime
    channel: Channel  # says how to look
    above: str = ""  # the channel's highest id known when the call was made: only later posts count
    taken: frozenset[str] = frozenset()  # ids above it that belong to other attempts
    admin_chat: str = ""  # where a look-up may forward messages to; it deletes them there


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look-up came to, and what the platform takes for it, in US dollars."""

    outcome: Published | Unknown
    cost: Decimal = Decimal(0)


def always() -> bool:
    """The lease of a call that nobody else could make."""
    return True


def still(holds: Callable[[], bool]) -> bool:
    """Does a lease still hold? One of which nothing can be known doesn't."""
    try:
        return holds()
    except Exception:
        return False


class LeaseOverError(Exception):
    """The attempt's lease was over when its connection stood: not a byte of the request was written."""


# What a call comes to whose lease was over when its connection stood.
LEASE_OVER: Final = Deferred(
    "it was stopped before the first byte: its lease, or what it rested on, no longer held; "
    "nothing was sent"
)


class Publisher(Protocol):
    """One platform account; serves every channel that it can write to."""

    async def prepare(self, post: Post, attempt_id: str) -> Ready | Deferred | Rejected:
        """Do all that can be done before the irreversible call, such as uploading media."""
        ...

    async def publish(self, ready: Ready, *, holds: Callable[[], bool] = always) -> Outcome:
        """Make the one irreversible call. Never retried, never cancelled; ends within its deadline.

        `holds` tells whether the attempt's lease still holds. It is asked after the connection stands and
        before the first byte; where it doesn't, nothing is sent: Deferred.
        """
        ...

    async def lookup(self, sought: Sought) -> Looked:
        """Look whether an attempt became public, in the way that `sought.channel` says.

        Unknown where it was not found: that proves nothing. Never raises, makes nothing public, ends
        within the deadline of one call.
        """
        ...

    async def close(self) -> None:
        """Give back sockets and threads."""
        ...

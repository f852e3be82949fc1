"""What a look at credentials and chats comes to: whether they work, as far as a platform tells without a post.

A probe asks and changes nothing: what it can't find out, because the network is away, is no verdict about them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Protocol

from bot.core.model import Channel, Platform


class Sign(StrEnum):
    """What a finding is worth."""

    OK = "ok"
    ATTENTION = "attention"  # it works, and a person should know
    FAULT = "fault"  # it surely does not work
    UNKNOWN = "unknown"  # it could not be found out
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str  # in a word or two: "bot", "chat", "admin chat", "account"
    channel: str  # whose; "" = of no one channel
    sign: Sign
    said: str  # what was found, without secrets
    do: str = ""  # what a person should do; "" = nothing


@dataclass(frozen=True, slots=True)
class Heard:
    """What another clock showed, at some instant between two of ours. Instants are UTC."""

    theirs: datetime
    asked: datetime  # on our clock
    answered: datetime  # likewise
    grain: timedelta = timedelta(seconds=1)  # theirs is cut down to multiples of it


@dataclass(frozen=True, slots=True)
class Probed:
    """What one probe found. `cost` is what the platform may take for it, in US dollars."""

    platform: Platform
    findings: tuple[Finding, ...]
    heard: Heard | None = None  # None where no answer told its time
    cost: Decimal = Decimal(0)


class Probing(Protocol):
    """A publisher whose credentials can be looked at."""

    async def probe(self, channels: Sequence[Channel], admin_chats: Sequence[str] = ()) -> Probed:
        """Ask what may be done in each of `channels`, which this publisher serves, and in `admin_chats`.

        Never raises, writes nothing that followers could see, asks nothing twice, and ends within the
        deadline of one call.
        """
        ...


def heard(date: str | None, asked: datetime, now: Callable[[], datetime]) -> Heard | None:
    """What the Date header of an answer says that has just come; None where it is no date."""
    answered = now()
    try:
        theirs = parsedate_to_datetime(date or "")
    except (ValueError, TypeError):
        return None
    if theirs.tzinfo is None:  # "-0000": in UTC, of unknown origin (RFC 5322, section 3.3)
        theirs = theirs.replace(tzinfo=UTC)
    return Heard(theirs.astimezone(UTC), asked, answered)

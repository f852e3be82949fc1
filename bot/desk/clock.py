"""How far this machine's clock is from another's, and when that needs a person. It sets no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.ledger.clock import LARGEST_DRIFT
from bot.publishers.probe import Finding, Heard, Sign

_DO = "set this machine's clock, and let it be kept right (chrony, or timedatectl set-ntp true)"


@dataclass(frozen=True, slots=True)
class Offset:
    """How far this machine's clock is ahead of another; negative, behind. The truth lies between the two."""

    least: timedelta
    most: timedelta

    @property
    def middle(self) -> timedelta:
        return (self.least + self.most) / 2

    @property
    def is_too_far(self) -> bool:
        """Is it surely more than `LARGEST_DRIFT` away?"""
        return self.least > LARGEST_DRIFT or self.most < -LARGEST_DRIFT


def offset(heard: Heard) -> Offset:
    """The offset that one answer tells.

    The other clock was read somewhere between question and answer, and showed up to a `grain` more than it said.
    """
    return Offset(
        least=heard.asked - (heard.theirs + heard.grain), most=heard.answered - heard.theirs
    )


def judged(heard: Heard, whose: str) -> Finding:
    """What is to be said of this machine's clock beside that of `whose` ("Telegram's", "the database's")."""
    found = offset(heard)
    if found.is_too_far:
        way = "ahead of" if found.middle > timedelta(0) else "behind"
        said = f"this machine's clock is {in_words(abs(found.middle))} {way} {whose}"
        return Finding("clock", "", Sign.FAULT, said, _DO)
    apart = max(abs(found.least), abs(found.most))
    if apart <= LARGEST_DRIFT:
        within = f"{max(1, -(-apart // timedelta(seconds=1)))} s"
        return Finding("clock", "", Sign.OK, f"this machine's clock is within {within} of {whose}")
    said = f"the answer was too slow to tell whether this machine's clock is right by {whose}"
    return Finding("clock", "", Sign.UNKNOWN, said, "ask again")


def in_words(length: timedelta) -> str:
    """`45 seconds`, `10 minutes`, `3 hours`, `2 days`; two units are one too many to act on."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if length.total_seconds() >= 1.5 * size:
            return f"{round(length.total_seconds() / size)} {unit}s"
    seconds = round(length.total_seconds())
    return f"{seconds} second{'' if seconds == 1 else 's'}"

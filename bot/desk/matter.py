"""What admins may have to know or to decide, as a value. It has no words: `desk/words` has those of each language.

A matter is no event but a state: it stands as long as it is true, is told when it begins, and is over when
it is true no more. So whoever tells may die at any moment, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.ledger import Raised


class Kind(StrEnum):
    """What a matter is about; its words hang on it."""

    UNKNOWN = "unknown"  # a post that may be public, and that only a person can look for
    TASK = "task"  # a post that a person has to send
    STOPPED = "stopped"  # a channel that says nothing until a person says so
    SILENT = "silent"  # a channel without credentials
    ACCESS = "access"  # credentials or rights that would fail at the next post
    REJECTED = "rejected"  # the platform refused a post for good
    MISSED = "missed"  # it did not go out in time
    HELD = "held"  # it waits for a person, and its time is near
    OVERDUE = "overdue"  # it should have gone out
    FILE = "file"  # a file with a fault
    CHANGED = "changed"  # what was announced is not what the files say now
    BUDGET = "budget"  # a month's money is nearly used up
    EMPTY = "empty"  # nothing is to be said for two weeks
    PAUSED = "paused"  # a pause that has stood for a day
    NODE = "node"  # another process is dead, or may not speak
    LEDGER = "ledger"  # ticks fail
    CLOCK = "clock"  # this machine's clock is wrong
    GIT = "git"  # the files can't be brought up to date


class Public(StrEnum):
    """Is anything of it in front of followers?"""

    NO = "no"
    YES = "yes"
    MAYBE = "maybe"
    IN_FLIGHT = "in flight"  # only what was on its way just then


class Action(StrEnum):
    """What a person may press."""

    OUT = "out"  # it is out: nothing more happens
    AGAIN = "again"  # it is not out: asks once more
    SURELY = "surely"  # yes, send it again
    BACK = "back"  # no, leave it as it is
    SKIP = "skip"  # nobody will send it
    RESUME = "resume"  # speak again
    DONE = "done"  # a person has seen to it
    STOP = "stop"  # this post does not go out
    GO = "go"  # it does after all


# What ACCESS is about where it is the bot's token, on which all channels of Telegram hang.
BOT = "bot/"

# These pass without a word: nothing can be done about them any more.
PASSING = frozenset({Kind.MISSED, Kind.REJECTED})

_IS_PUBLIC = {
    Kind.UNKNOWN: Public.MAYBE,
    Kind.CHANGED: Public.YES,
    Kind.LEDGER: Public.IN_FLIGHT,
}

ACTIONS: Mapping[Kind, tuple[Action, ...]] = {
    Kind.UNKNOWN: (Action.OUT, Action.AGAIN),
    Kind.TASK: (Action.OUT, Action.SKIP),
    Kind.STOPPED: (Action.RESUME,),
    Kind.PAUSED: (Action.RESUME,),
    Kind.CHANGED: (Action.DONE,),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. `facts` are what its words need, as JSON has it; instants are ISO text in UTC."""

    kind: Kind
    about: str  # with the kind, its name: the same matter has the same one tomorrow
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        whole = f"{self.kind}/{self.about}"
        if len(whole) <= _LONGEST:
            return whole
        # Two that differ at their end alone are two.
        return whole[: _LONGEST - _DIGEST] + sha256(whole.encode()).hexdigest()[:_DIGEST]

    @property
    def public(self) -> Public:
        return _IS_PUBLIC.get(self.kind, Public.NO)

    def raised(self) -> Raised:
        """As the ledger keeps it."""
        return Raised(self.subject, self.kind, self.facts)


_DIGEST = 16  # characters of it that stand for what is too long
_LONGEST = 512  # characters of a subject, as the ledger has room for them

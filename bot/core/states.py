"""The states of an attempt and the only ways between them; whoever changes a state asks this table."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from bot.core.model import Absent, Deferred, Outcome, Published, Rejected, Unknown


class State(StrEnum):
    RESERVED = "reserved"  # the key is taken, nothing has been sent; freed when the lease runs out
    SENDING = "sending"  # on disk before the call: from here on it may be public
    HANDED = "handed"  # a person has the text and may send it at any moment
    PUBLISHED = "published"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    ABSENT = "absent"
    FREED = "freed"  # given back before anything was sent


# A state that is not among these occupies its key: no second attempt may begin.
RELEASES_KEY = frozenset({State.FREED, State.REJECTED, State.DEFERRED, State.ABSENT})

# After these the key's delivery is over for the bot: it is out, or it never will be.
SETTLES_DELIVERY = frozenset({State.PUBLISHED, State.REJECTED})

# In these the post is, or may be, in front of followers.
MAY_BE_PUBLIC = frozenset({State.SENDING, State.HANDED, State.PUBLISHED, State.UNKNOWN})

# These are not over yet: somebody, or a lease that runs out, will end them.
OPEN = frozenset({State.RESERVED, State.SENDING, State.HANDED, State.UNKNOWN})

TRANSITIONS: dict[State, frozenset[State]] = {
    # prepare may find out that the post can't go: deferred or rejected without a call
    State.RESERVED: frozenset(
        {State.SENDING, State.HANDED, State.FREED, State.DEFERRED, State.REJECTED}
    ),
    State.SENDING: frozenset(
        {State.PUBLISHED, State.REJECTED, State.DEFERRED, State.ABSENT, State.UNKNOWN}
    ),
    # the person who has the text says that it is out, or that it will not be, or says nothing in time
    State.HANDED: frozenset({State.PUBLISHED, State.ABSENT, State.UNKNOWN}),
    # a look-up or a person settles it; a late answer may still prove it published or refused
    State.UNKNOWN: frozenset({State.PUBLISHED, State.ABSENT, State.REJECTED, State.DEFERRED}),
    State.PUBLISHED: frozenset(),
    State.REJECTED: frozenset(),
    State.DEFERRED: frozenset(),
    # a person, or a look, was wrong: what is out is out, unless another attempt has taken its place
    State.ABSENT: frozenset({State.PUBLISHED}),
    State.FREED: frozenset(),
}


def may_become(old: State, new: State) -> bool:
    """Is the step from `old` to `new` one that an attempt can take?"""
    return new in TRANSITIONS[old]


def state_of(outcome: Outcome) -> State:
    """The state in which an outcome leaves its attempt."""
    match outcome:
        case Published():
            return State.PUBLISHED
        case Rejected():
            return State.REJECTED
        case Deferred():
            return State.DEFERRED
        case Absent():
            return State.ABSENT
        case Unknown():
            return State.UNKNOWN
        case _ as never:
            assert_never(never)

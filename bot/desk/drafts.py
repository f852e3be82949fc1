"""What comes of a newsletter that was sent to the admin chat: drafts with questions, and posts as they would be.

Who reads it stands outside this room, and is handed in: see `Reader`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.said import Said


@dataclass(frozen=True, slots=True)
class Received:
    """A document as somebody sent it."""

    content: bytes
    name: str  # of the file: its ending tells the format
    year: int | None  # of its dates, where a person said it
    language: str  # of remarks and questions: that of the admins
    now: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Unclear:
    """A new draft of which something is asked."""

    title: str
    when: str  # "" = no date was found
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftPost:
    """The first post of a draft on one channel, as if the draft were ready."""

    at: datetime  # UTC
    zone: str  # of its channel, as `Europe/Rome`
    channel: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Drafts:
    """What a document became. All words are in the language that was asked for."""

    file: str  # a name for it in content/
    yaml: str  # "" = nothing in it is new
    found: int
    new: int
    sure: int  # of the new ones
    known: int  # staff's files have them
    changed: tuple[str, ...]  # they have them otherwise: each with what differs
    questions: tuple[str, ...]  # about the file as a whole
    unclear: tuple[Unclear, ...]
    left_out: tuple[str, ...]  # a line for each reason
    ignored: int  # parts of the document that became nothing
    posts: tuple[DraftPost, ...]  # the first few
    more_posts: int  # that are not among these
    unmade: tuple[str, ...]  # what no post can be made of, and why


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing came of it: what is wrong with it, and how to get one that is read."""

    message: Said
    hint: Said


Reader = Callable[[Received], Awaitable[Drafts | Refused]]

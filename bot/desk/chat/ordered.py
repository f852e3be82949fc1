"""A command as it was heard in the admin chat, and what is answered to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.history import Pause
from bot.desk.chat.silencing import cleaned
from bot.desk.chat.wire import Button
from bot.desk.message import Message
from bot.desk.mouth import Place
from bot.desk.seen import Seen
from bot.ledger import Alert, mark_of
from bot.render.markup import Plain

# What stands before the number of a pause in what its button says back.
_MARK = "p"
_SHOWN = 64  # characters of a name that nothing has


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a member of the list wrote."""

    command: str  # without its slash, in small letters
    rest: str  # what follows it
    by: str  # the member's name
    place: Place
    seen: Seen  # what the desk saw last


@dataclass(frozen=True, slots=True)
class Reply:
    """A message that answers."""

    message: Message
    buttons: tuple[Button, ...] = ()
    alert: Alert | None = None  # whose message this is from now on, with its buttons


def said(*sentences: str) -> Message:
    """A message of a few sentences, each on a line."""
    return Message(sentences[0], (tuple(map(Plain, sentences)),))


def no_such(phrase: str, name: str, nearest: Sequence[str], place: Place, *more: str) -> Reply:
    """Nothing has that name, and so nothing was done; names that are much like it."""
    language = place.language
    sentences = [language.phrase(phrase, name=cleaned(name)[:_SHOWN])]
    if nearest:
        sentences.append(language.phrase("perhaps", names=", ".join(nearest)))
    return Reply(said(*sentences, *more))


def data_of_pause(pause: Pause) -> str:
    """What the button says back that ends a pause. Its number alone would not do: a ledger that was put back
    gives the numbers of lost pauses to others."""
    return f"{_MARK}:{pause.id}:{mark_of(str(pause.id), pause.since)}"


def is_of_pause(data: str) -> bool:
    """Does the button below a pause say this?"""
    return data.startswith(f"{_MARK}:")

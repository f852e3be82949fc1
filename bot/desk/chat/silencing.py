"""What is meant by the words behind /pause and /resume: which channel or item, until when, and why. Orders nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo
from difflib import get_close_matches

from bot.desk.instants import Amiss, end_of
from bot.desk.words import LANGUAGES

# Characters of a reason that are kept: it is read on phones, each day anew.
LONGEST = 300

# Signs that are not seen and turn the direction of what follows, https://www.unicode.org/reports/tr9/
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_EVERYTHING = frozenset({"all", *(each.phrases["everything"] for each in LANGUAGES.values())})

# Nearer than this to a name, a word is that name with a slip of the finger.
_SLIP = 0.8
# Words that look like names: nobody begins a reason so.
_LIKE_A_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Names:
    """What can be named."""

    channels: Collection[str]
    items: Collection[str]


@dataclass(frozen=True, slots=True)
class Silence:
    """What somebody wants silent, or no longer silent."""

    channel: str = ""  # "" = every one
    item: str = ""  # "" = every one
    until: datetime | None = None  # UTC
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoSuch:
    """A name that nothing has."""

    name: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoEnd:
    """An end that no pause can have."""

    text: str
    amiss: Amiss


def read_scope(words: list[str], names: Names) -> tuple[Silence, list[str]] | NoSuch:
    """What the first words name, and the words that are left. A channel and an item may stand together;
    NoSuch where the first is surely meant as a name, and is none."""
    channel = item = ""
    left = list(words)
    if left and left[0].casefold() in _EVERYTHING:
        return Silence(), left[1:]
    while left and not (channel and item):
        word = left[0].casefold()
        if not channel and (found := _meant(word, names.channels)):
            channel = found
        elif not item and (found := _meant(word, names.items)):
            item = found
        else:
            break
        left.pop(0)
    if left and not channel and not item:
        known = [*names.channels, *names.items]
        word = left[0].casefold()
        slip = get_close_matches(word, known, n=1, cutoff=_SLIP)
        if slip or (_LIKE_A_NAME.fullmatch(word) and not word[0].isdigit()):
            return NoSuch(left[0], nearest(word, known))
    return Silence(channel, item), left


def read_end(
    words: list[str], now: datetime, zone: tzinfo
) -> tuple[datetime | None, list[str]] | NoEnd:
    """The end that the first one or two words name, if they name one, and the words that are left."""
    for number in (2, 1):
        text = " ".join(words[:number])
        if len(words) < number:
            continue
        found = end_of(text, now, zone)
        if isinstance(found, datetime):
            return found, words[number:]
        if found is not Amiss.UNREADABLE:
            return NoEnd(text, found)
    return None, words


def cleaned(text: str) -> str:
    """On one line, without what can't be seen: it is shown beside words of ours."""
    seen = (" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in text)
    return " ".join("".join(each for each in seen if each not in _TURNING).split())


def nearest(name: str, names: Collection[str]) -> tuple[str, ...]:
    """Names that are much like it, the likest first; at most three."""
    within = [each for each in names if len(name) >= _PART and name in each]
    close = get_close_matches(name, names, n=_MOST, cutoff=0.6)
    return tuple(dict.fromkeys((*within[:_MOST], *close)))[:_MOST]


_PART = 3  # characters of which a name is known by a part of it
_MOST = 3


def _meant(word: str, names: Collection[str]) -> str:
    return next((each for each in names if each.casefold() == word), "")

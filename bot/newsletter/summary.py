"""The sentences of an item that a post can carry: the document's own, whole, in their order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.newsletter.cues import CUES
from bot.newsletter.lines import Line
from bot.newsletter.marks import has
from bot.newsletter.sentences import sentences

# Telegram takes far more, but nobody reads it; on X the first sentence is what remains.
LONGEST = 320
# The first sentence mostly says what it is all about: it may be longer, alone.
LONGEST_FIRST = 420
# Where no sentence is as short as that, the first is taken as it is, up to this.
LONGEST_SENTENCE = 600

_ADDRESS = re.compile(r"https?://|www\.|@\w|\btel\b", re.IGNORECASE)


# A paragraph that breaks off before its end is as long as this; a line of a list is not.
_SHORTEST_BREAK = 50


def text_of(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """The paragraphs of an item with their language; one that breaks off goes on in the next."""
    found: list[tuple[str, str]] = []
    block = -1
    for line in lines:
        text = " ".join(line.text.split())
        goes_on = (
            bool(found)
            and line.piece.block <= block + 1
            and len(found[-1][0]) >= _SHORTEST_BREAK
            and found[-1][0][-1] not in '.!?…:;»”"'
            and text[:1].islower()
        )
        block = line.piece.block
        if goes_on:
            found[-1] = f"{found[-1][0]} {text}", found[-1][1]
        elif text:
            found.append((text, line.language))
    return found


def summary_of(lines: Sequence[Line]) -> tuple[str, bool]:
    """The sentences chosen, and whether they are as short as a post likes it."""
    texts = [line for line in lines if line.date is None and line.labelled is None]
    chosen: list[str] = []
    length, longest = 0, ""
    for text, language in text_of(texts):
        for sentence in sentences(text, CUES[language]):
            if not _tells(sentence.text):
                continue
            if not longest:
                longest = sentence.text
                if LONGEST < len(longest) <= LONGEST_FIRST:
                    return longest, True
            if length + len(sentence.text) + 1 > LONGEST:
                if chosen:
                    return " ".join(chosen), True
                continue
            chosen.append(sentence.text)
            length += len(sentence.text) + 1
    if chosen:
        return " ".join(chosen), True
    return (longest, False) if len(longest) <= LONGEST_SENTENCE else ("", False)


def _tells(sentence: str) -> bool:
    """Does it say something of the event, more than where to read on?"""
    if len(sentence) < 25 or sentence.endswith(":"):
        return False
    if sentence[-1] not in '.!?…»”")' and len(sentence) < _SHORTEST_BREAK:
        return False  # a line of a list
    return not (_ADDRESS.search(sentence) or (has(sentence, "info") and len(sentence) < 70))

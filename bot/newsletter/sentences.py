"""Cuts a text into its sentences. A dot that ends an abbreviation, a number or an address ends none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.newsletter.cues import Cues


class Sentence(NamedTuple):
    """A sentence, and where it stands in its text."""

    start: int
    end: int
    text: str


# What may end a sentence, with the marks that close what it stands in.
_END = re.compile(r"[.!?…]+[\"'»”’)\]]*(?=\s)")
_WORD_BEFORE = re.compile(r"[\w.]*$")
# Far back enough for any word, and not so far that a text without blanks is searched again and again.
_LONGEST_WORD = 40


def sentences(text: str, cues: Cues) -> tuple[Sentence, ...]:
    return tuple(_cut(text, cues))


def _cut(text: str, cues: Cues) -> Iterator[Sentence]:
    start = 0
    for match in _END.finditer(text):
        after = text[match.end() :].lstrip()[:2] if match.end() < len(text) else ""
        if not _ends_here(text, match, after, cues):
            continue
        yield from _stripped(text, start, match.end())
        start = match.end()
    yield from _stripped(text, start, len(text))


def _ends_here(text: str, match: re.Match[str], after: str, cues: Cues) -> bool:
    if match[0][0] != ".":
        return True
    begins_anew = after[:1].isupper() or after[:1].isdigit() or after[:1] in "\"'«“‘(["
    if not begins_anew:
        return False
    before = _WORD_BEFORE.search(text[max(0, match.start() - _LONGEST_WORD) : match.start()])
    word = before[0].casefold() if before else ""
    is_initial = len(word) == 1 and word.isalpha()
    return not (is_initial or word in cues.abbreviations)


def _stripped(text: str, start: int, end: int) -> Iterator[Sentence]:
    part = text[start:end]
    bare = part.strip()
    if bare:
        begin = start + len(part) - len(part.lstrip())
        yield Sentence(begin, begin + len(bare), " ".join(bare.split()))

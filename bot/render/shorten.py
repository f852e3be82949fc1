"""Shortens a summary at a sentence, else at a word with an ellipsis; never inside a word.

Cutting only at spaces is what keeps links, tags, combining marks and joined emoji whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SHORTEST = 30  # characters; fewer words of a cut sentence say nothing

_STOP = re.compile(r"""[.!?…]+["”’»)\]]* (?=["“‘«(\[¿¡]*[^\W_a-zà-öø-ÿ])""")
_LAST_WORD = re.compile(r"([^\s(«“\"]*)\.$")
LOOSE_END = " ,;:.–—-([«“‘/&+…"


def shorten(
    text: str, fits: Callable[[str], bool], abbreviations: frozenset[str], *, at_words: bool
) -> str:
    """The longest beginning of `text` that fits; "" where none does that is worth reading."""
    for end in reversed(sentence_ends(text, abbreviations)):
        if fits(text[:end]):
            return text[:end]
    return _at_a_word(text, fits) if at_words else ""


def sentence_ends(text: str, abbreviations: frozenset[str]) -> list[int]:
    """Where each sentence of `text` ends, the last one at its end."""
    ends = [
        match.end() - 1
        for match in _STOP.finditer(text)
        if not _is_abbreviation(text[: match.end() - 1], abbreviations)
    ]
    return [*ends, len(text)]


def _is_abbreviation(before: str, abbreviations: frozenset[str]) -> bool:
    match = _LAST_WORD.search(before, max(0, len(before) - 24))
    if match is None:
        return False
    word = match[1].lower()
    is_initial = len(word.rpartition(".")[2]) == 1 and word[-1].isalpha()
    return is_initial or re.split("['’]", word)[-1] in abbreviations


def _at_a_word(text: str, fits: Callable[[str], bool]) -> str:
    gaps = [match.start() for match in re.finditer(" ", text)]
    low, high = 0, len(gaps)
    while low < high:
        middle = (low + high) // 2
        if fits(_cut(text, gaps[middle])):
            low = middle + 1
        else:
            high = middle
    for gap in reversed(gaps[:low]):
        cut = _cut(text, gap)
        if len(cut) < SHORTEST:
            break
        if fits(cut):
            return cut
    return ""


def _cut(text: str, end: int) -> str:
    return text[:end].rstrip(LOOSE_END) + "…"

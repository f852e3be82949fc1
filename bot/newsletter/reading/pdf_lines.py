"""The words of a page -> its lines, in the order in which a person reads them, columns from left to right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from bot.newsletter.reading.pdf_words import Word

# All in heights of the letters
_SAME_LINE: Final = 0.4  # raised figures and small capitals stand on the line of their neighbours
_BLANK: Final = 0.17  # blanks are 0.25 wide; letters are spaced out by a tenth at most
_GUTTER: Final = 1.4  # columns stand 1.5 to 3 apart; blanks of a justified line hardly ever reach 1
# A column has at least so many lines, and those to its left mostly reach it: in a table, they don't
_COLUMN: Final = 3
_FULL: Final = 0.75


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line, from left to right."""

    words: tuple[Word, ...]
    page: int  # from 1

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    @property
    def y(self) -> float:
        return self.words[0].y

    @property
    def size(self) -> float:
        """That of most of its letters."""
        sizes: Counter[float] = Counter()
        for word in self.words:
            sizes[word.size] += len(word.text)
        return sizes.most_common(1)[0][0]

    @property
    def is_bold(self) -> bool:
        return all(word.is_bold for word in self.words)

    @property
    def text(self) -> str:
        return "".join(f" {word.text}" if apart else word.text for word, apart in self.parts())

    def parts(self) -> list[tuple[Word, bool]]:
        """Each word, and whether there is a blank before it."""
        first, *others = self.words
        return [
            (first, False),
            *(
                (word, word.is_apart or word.left - before.right > _BLANK * word.size)
                for before, word in zip(self.words, others, strict=False)
            ),
        ]


def lines_of(words: Sequence[Word], page: int) -> list[Line]:
    """The lines of a page, `page` being its number."""
    stretches = [stretch for line in _on_base_lines(words) for stretch in _parted(line)]
    gutter = _gutter(stretches)
    if gutter is None:
        return [Line(tuple(line), page) for line in _on_base_lines(words)]
    return [Line(tuple(line), page) for line in _in_columns(stretches, gutter)]


def _on_base_lines(words: Sequence[Word]) -> list[list[Word]]:
    """The words by base lines, from the top of the page, each from the left."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.y):
        if lines and lines[-1][0].y - word.y <= _SAME_LINE * min(lines[-1][0].size, word.size):
            lines[-1].append(word)
        else:
            lines.append([word])
    for line in lines:
        line.sort(key=lambda word: word.left)
    return lines


def _parted(line: list[Word]) -> list[list[Word]]:
    """A line, where it has gaps as wide as between columns, in parts."""
    parts = [[line[0]]]
    for before, word in pairwise(line):
        if word.left - before.right > _GUTTER * word.size:
            parts.append([])
        parts[-1].append(word)
    return parts


def _gutter(stretches: list[list[Word]]) -> float | None:
    """Where the second column of a page begins; None where it has one column."""
    begins = Counter(round(stretch[0].left) for stretch in stretches)
    margin = min((stretch[0].left for stretch in stretches), default=0.0)
    for left, count in begins.most_common(6):
        if count < _COLUMN:
            return None
        before = [stretch for stretch in stretches if stretch[-1].right < left]
        if left - margin < 10 * _GUTTER or len(before) < _COLUMN:
            continue
        second = [stretch for stretch in stretches if abs(stretch[0].left - left) < 2]
        top, bottom = second[0][0].y, second[-1][0].y
        beside = [stretch for stretch in before if bottom - 1 <= stretch[0].y <= top + 1]
        reaching = median(
            (stretch[-1].right - margin) / (left - margin) for stretch in beside or before
        )
        if len(beside) >= _COLUMN and reaching >= _FULL:
            return left - 1.0
    return None


def _in_columns(stretches: list[list[Word]], gutter: float) -> list[list[Word]]:
    """Down the first column, then down the second; what runs across both parts what is above it from what is below."""
    ordered: list[list[Word]] = []
    second: list[list[Word]] = []
    for stretch in stretches:
        if stretch[0].left >= gutter:
            second.append(stretch)
            continue
        if stretch[-1].right > gutter:
            ordered += second
            second = []
        ordered.append(stretch)
    return ordered + second

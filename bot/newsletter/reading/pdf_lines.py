"""The words of a page -> its lines, in the order in which a person reads them, columns from left to right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from bot.newsletter.reading.pdf_words import Word

# In heights of the letters
_SAME_LINE: Final = 0.4  # raised figures and small capitals stand on the line of their neighbours
_BLANK: Final = 0.17  # blanks are 0.25 wide; letters are spaced out by a tenth at most
_WIDE_BLANK: Final = 0.5  # in a line that is stretched to its margins
_GUTTER: Final = 0.7  # browsers keep columns 1 apart, paper 1.5 to 3
_NARROWEST: Final = 8.0  # a column: less is what stands before entries of a list
# A second column has at least so many lines, and the lines to its left mostly reach it: in a table, they don't
_COLUMN: Final = 3
_FULL: Final = 0.75
# Of the lines beside a column, at most so many run across: titles, where two columns have one
_ACROSS: Final = 0.2


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
    return [Line(tuple(line), page) for line in _in_reading_order(_on_base_lines(words))]


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


def _in_reading_order(lines: list[list[Word]]) -> list[list[Word]]:
    """Down the first column, then down the next; what runs across parts what is above from what is below."""
    gutter = _gutter(lines)
    if gutter is None:
        return lines
    ordered: list[list[Word]] = []
    first: list[list[Word]] = []
    second: list[list[Word]] = []
    for line in lines:
        if _runs_across(line, gutter):
            ordered += [*_in_reading_order(first), *_in_reading_order(second), line]
            first, second = [], []
            continue
        before = [word for word in line if word.left < gutter]
        after = [word for word in line if word.left >= gutter]
        first += [before] if before else []
        second += [after] if after else []
    return [*ordered, *_in_reading_order(first), *_in_reading_order(second)]


def _gutter(lines: list[list[Word]]) -> float | None:
    """Where another column begins; None where there is but one."""
    begins = [word for line in lines for word in _beginnings(line)]
    margin = min((word.left for word in begins), default=0.0)
    for left, count in Counter(round(word.left) for word in begins).most_common(8):
        if count < _COLUMN:
            return None
        column = [word for word in begins if round(word.left) == left]
        if left - margin > _NARROWEST * column[0].size and _is_column(column, lines, margin):
            return left - 1.0
    return None


def _beginnings(line: list[Word]) -> Iterator[Word]:
    """The words of a line that may stand at the beginning of a column."""
    yield line[0]
    for before, word in pairwise(line):
        if word.left - before.right > _GUTTER * word.size:
            yield word


def _is_column(column: list[Word], lines: list[list[Word]], margin: float) -> bool:
    """Do these words begin the lines of a column that has another one to its left?"""
    left = column[0].left - 1.0
    beside = [line for line in lines if column[-1].y - 1 <= line[0].y <= column[0].y + 1]
    across = 0
    ends: list[float] = []  # of the lines to its left
    for line in beside:
        if _runs_across(line, left):
            across += 1
        elif line[0].left < left:
            ends.append(max(word.right for word in line if word.left < left))
    return (
        across <= _ACROSS * len(beside)
        and len(ends) >= _COLUMN
        and median((end - margin) / (left - margin) for end in ends) >= _FULL
    )


def _runs_across(line: list[Word], gutter: float) -> bool:
    """Does `line` run over the gutter, be it with a blank of its own?"""
    return any(
        before.left < gutter <= word.left and word.left - before.right <= _WIDE_BLANK * word.size
        for before, word in pairwise(line)
    ) or any(word.left < gutter < word.right for word in line)

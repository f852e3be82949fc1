"""The words of a page -> its lines, in the order in which a person reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.newsletter.reading.pdf_columns import in_reading_order
from bot.newsletter.reading.pdf_words import Word

# In heights of the letters
_SAME_LINE: Final = 0.4  # raised figures and small capitals stand on the line of their neighbours
_BLANK: Final = 0.17  # blanks are 0.25 wide; letters are spaced out by a tenth at most


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line, from left to right."""

    words: tuple[Word, ...]
    page: int  # from 1
    row: float | None = None  # of a table: where it begins on its page; None = it is of no table

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
    return [
        Line(words_of_line, page, row)
        for words_of_line, row in in_reading_order(_on_base_lines(words))
    ]


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

"""The lines of a page -> the order in which a person reads them: column after column, a table row by row.

Columns are told by a strip of white that no word crosses. So is a table; what tells the two apart is that
the cells of a row begin at one height, and that the rows keep apart on both sides of the strip at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from bot.newsletter.reading.pdf_words import Word

Words = list[Word]  # on one base line, from left to right; at least one

# In heights of the letters
_WIDE_BLANK: Final = 0.5  # in a line that is stretched to its margins
_GUTTER: Final = 0.7  # browsers keep columns 1 apart, paper 1.5 to 3
_NARROWEST: Final = (
    8.0  # a column: less is a date, a figure, or what stands before entries of a list
)
_INDENT: Final = 4.0  # of what still belongs to a column, at most
_SAME_HEIGHT: Final = 0.12  # of cells of one row, whose letters may differ in size
_VOID: Final = 2.5  # above what stands at the foot of the page, and around a title over two columns
_SAME_EDGE: Final = 2.0  # points
# Words that many lines have in common are what a column begins with
_COLUMN: Final = 3
_MOST_COLUMNS: Final = 8
_FULL: Final = 0.75  # the lines of a column mostly reach so far across it: cells don't
# Of the lines on each side, so many stand beside none on the other: the columns go their own ways
_LOOSE: Final = 0.15
_NEARLY_ALL: Final = 0.8
_APART: Final = 1.15  # rows of a table, in steps from line to line
_LOOSEST: Final = 1.4  # the lines of a cell, in steps: some are larger than others
_CLOSEST: Final = 0.9  # lines of one column, in heights of their letters
_LARGER: Final = 1.15  # the letters of a title
_FOOT: Final = 3  # lines at most
_DEEPEST: Final = 24  # bands and columns inside others; the parts of a page have four


class Placed(NamedTuple):
    """A line where it is read."""

    words: Words
    row: float | None = None  # of a table: where it begins, in points; None = it is of no table


@dataclass(frozen=True, slots=True)
class _Strip:
    """White from one line of a page down to another."""

    at: float  # what begins to its right begins here
    first: int  # of the page's lines
    end: int  # the first line below it
    width: float
    cells: tuple[float, ...] = ()  # of a table: where each but the first begins
    step: float = 0.0  # of a table: from line to line in one cell

    @property
    def worth(self) -> tuple[bool, int, float]:
        """Which of several is followed first: columns, then what is longest, then what is widest."""
        return not self.cells, self.end - self.first, self.width


def in_reading_order(lines: list[Words], depth: int = 0) -> list[Placed]:
    """`lines`, from the top of a page, parted at its columns.

    What runs across parts the page into bands, and each has columns of its own.
    """
    strip = _strip(lines) if depth < _DEEPEST else None
    if strip is None:
        return [Placed(line) for line in lines]
    beside = lines[strip.first : strip.end]
    if strip.cells:
        within = [
            Placed(line, row[0][0].y)
            for row in _rows(beside, strip.step)
            for line in _read_by_cells(row, strip.cells)
        ]
    else:
        left, right = _sides(beside, strip.at)
        within = [*in_reading_order(left, depth + 1), *in_reading_order(right, depth + 1)]
    return [
        *in_reading_order(lines[: strip.first], depth + 1),
        *within,
        *in_reading_order(lines[strip.end :], depth + 1),
    ]


def _strip(lines: list[Words]) -> _Strip | None:
    """The strip to part `lines` at; None where there is but one column."""
    begins = Counter(round(word.left) for line in lines for word in _beginnings(line))
    edges = [left - 1.0 for left, count in begins.most_common(_MOST_COLUMNS) if count >= _COLUMN]
    found = [
        strip
        for at in edges
        for first, end in _runs(lines, at, edges)
        if (strip := _judged(lines, first, end, at, edges)) is not None
    ]
    best = max(found, key=lambda strip: strip.worth, default=None)
    if best is None or not best.cells:
        return best
    others = (other for other in found if other.first < best.end and best.first < other.end)
    return replace(best, cells=tuple(sorted({other.at for other in others})))


def _beginnings(line: Words) -> Iterator[Word]:
    """The words of a line that may stand at the beginning of a column."""
    yield line[0]
    for before, word in pairwise(line):
        if _is_gap(before, word):
            yield word


def _runs(lines: list[Words], at: float, edges: list[float]) -> Iterator[tuple[int, int]]:
    """The stretches of lines of which none runs over `at`."""
    others = [edge for edge in edges if at < edge < _reach(lines, at)]
    first = 0
    for number, line in enumerate(lines):
        if (
            _runs_across(line, at)
            or _is_over_both(lines, number, at)
            or _is_of_others(line, at, others)
        ):
            if number - first >= _COLUMN:
                yield first, number
            first = number + 1
    if len(lines) - first >= _COLUMN:
        yield first, len(lines)


def _reach(lines: list[Words], at: float) -> float:
    """How far to the right a column mostly reaches that begins at `at`."""
    ends = [
        next(
            (word.right for word, after in pairwise(words) if _is_gap(word, after)), words[-1].right
        )
        for words in ([word for word in line if word.left >= at] for line in lines)
        if words and words[0].left - at <= _SAME_EDGE
    ]
    return median(ends) if ends else at


def _is_gap(word: Word, after: Word) -> bool:
    return after.left - word.right > _GUTTER * after.size


def _is_of_others(line: Words, at: float, others: list[float]) -> bool:
    """Does `line` belong to a band with other columns, one of which begins in the midst of the one at `at`?"""
    first = next((word for word in line if word.left >= at), None)
    return (
        first is not None
        and first.left - at > _INDENT * first.size
        and any(0.0 <= first.left - other <= _SAME_EDGE for other in others)
    )


def _runs_across(line: Words, at: float) -> bool:
    """Does `line` run over `at`, be it with a blank of its own?"""
    return any(
        before.left < at <= word.left and word.left - before.right <= _WIDE_BLANK * word.size
        for before, word in pairwise(line)
    ) or any(word.left < at < word.right for word in line)


def _is_over_both(lines: list[Words], number: int, at: float) -> bool:
    """Is this line a short title above two columns, which both begin below it?"""
    line = lines[number]
    if not 0 < number < len(lines) - 1 or line[-1].right > at:
        return False
    below = lines[number + 1]
    if below[0].left >= at or below[-1].left < at or line[0].size < _LARGER * below[0].size:
        return False
    above = next((above for above in reversed(lines[:number]) if above[-1].left >= at), None)
    return above is not None and above[-1].y - below[-1].y > _VOID * line[0].size


def _sides(lines: list[Words], at: float) -> tuple[list[Words], list[Words]]:
    """The lines to the left of `at`, and those to its right."""
    left = [[word for word in line if word.left < at] for line in lines]
    right = [[word for word in line if word.left >= at] for line in lines]
    return [line for line in left if line], [line for line in right if line]


def _judged(
    lines: list[Words], first: int, end: int, at: float, edges: list[float]
) -> _Strip | None:
    """What the white at `at` between these lines is: that of columns, that of a table, or none of both."""
    behind = [number for number in range(first, end) if lines[number][-1].left >= at]
    if len(behind) < _COLUMN:
        return None
    beside = lines[behind[0] : behind[-1] + 1]
    left, right = _sides(beside, at)
    begin = sum(line[0].left - at <= _SAME_EDGE for line in right)
    if len(left) < _COLUMN or begin < _COLUMN:
        return None
    width = at - max(line[-1].right for line in left)
    columns = _Strip(at, behind[0], _above_foot(lines, behind[-1], end), width)
    size = right[0][0].size
    margin = min(line[0].left for line in left)
    is_narrow = at - margin <= _NARROWEST * size
    if not is_narrow and _are_cards(beside, at):
        return columns
    table = _table(lines, first, end, at, _step(left, right))
    if table is not None:
        return table
    if is_narrow:
        return None
    together = sum(
        abs(line[0].y - line[-1].y) <= _SAME_HEIGHT * line[0].size
        for line in beside
        if line[0].left < at <= line[-1].left
    )
    loose = min(1 - together / len(left), 1 - together / len(right))
    if loose < _LOOSE:
        margin = max([margin, *(edge for edge in edges if at - edge > _NARROWEST * size)])
        reach = median(line[-1].right - margin for line in left)
        is_of_cells = median(line[-1].right - line[0].left for line in right) < _NARROWEST * size
        if is_of_cells or reach < _FULL * (at - margin):
            return None
    return columns


def _above_foot(lines: list[Words], last: int, end: int) -> int:
    """Where a column ends that is longer than the one beside it, whose last line is `last`."""
    for number in range(max(last + 1, end - _FOOT), end):
        if lines[number - 1][0].y - lines[number][0].y > _VOID * lines[number - 1][0].size:
            return number
    return end


def _are_cards(lines: list[Words], at: float) -> bool:
    """Does title stand beside title and text beside text? What is alike at each height is of one kind."""
    pairs = [
        (_look(left[0][0]), _look(right[0][0]))
        for left, right in (_sides([line], at) for line in lines)
        if left and right
    ]
    looks = Counter(left for left, _ in pairs)
    alike = sum(left == right for left, right in pairs)
    others = len(pairs) - max(looks.values(), default=0)
    return len(pairs) > _COLUMN and alike >= _NEARLY_ALL * len(pairs) and others >= len(pairs) / 4


def _look(word: Word) -> tuple[float, bool]:
    return word.size, word.is_bold


def _table(lines: list[Words], first: int, end: int, at: float, step: float) -> _Strip | None:
    """The rows of a table among these lines: the first has words on both sides, and so has the last."""
    rows = _rows(lines[first:end], step)
    while rows and not _is_whole(rows[0], at):
        first += len(rows.pop(0))
    while rows and not _is_whole(rows[-1], at):
        end -= len(rows.pop())
    if not _are_rows(rows, at):
        return None
    width = at - max(word.right for line in lines[first:end] for word in line if word.left < at)
    return _Strip(at, first, end, width, (at,), step)


def _is_whole(row: list[Words], at: float) -> bool:
    left, right = _sides(row, at)
    return bool(left and right)


def _step(*sides: list[Words]) -> float:
    """From line to line where they stand closest."""
    return min((step for side in sides for step in _steps(side)), default=0.0)


def _rows(lines: list[Words], step: float) -> list[list[Words]]:
    """The lines by rows of a table: they keep farther apart than lines that are a `step` apart."""
    rows = [[lines[0]]]
    for before, line in pairwise(lines):
        if before[0].y - line[0].y > _APART * step:
            rows.append([line])
        else:
            rows[-1].append(line)
    return rows


def _steps(lines: list[Words]) -> Iterator[float]:
    """From each line to the next, unless one of them is a raised figure."""
    for before, line in pairwise(lines):
        step = before[0].y - line[0].y
        if step > _CLOSEST * line[0].size:
            yield step


def _are_rows(rows: list[list[Words]], at: float) -> bool:
    """Are these the rows of a table? Nearly all have words on both sides, and few cells have gaps of their own."""
    cells = [cell for row in rows for cell in _sides(row, at)]
    loose = sum(
        max(_steps(cell), default=0.0) > _LOOSEST * min(_steps(cell), default=0.0) for cell in cells
    )
    return (
        len(rows) >= _COLUMN
        and sum(_is_whole(row, at) for row in rows) >= _NEARLY_ALL * len(rows)
        and loose <= (1 - _NEARLY_ALL) * len(rows)
    )


def _read_by_cells(row: list[Words], beginnings: Sequence[float]) -> list[Words]:
    """The cells of a row one after the other; one of a single line stands in the line of the other."""
    read: list[Words] = []
    before: list[Words] = []
    rest = row
    for at in (*beginnings, math.inf):
        cell, rest = _sides(rest, at)
        if before and len(cell) and 1 in (len(before), len(cell)):
            read[-1] = read[-1] + cell[0]
            read += cell[1:]
        else:
            read += cell
        before = cell or before
    return read

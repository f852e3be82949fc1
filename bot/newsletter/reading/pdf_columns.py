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

# In heights of the letters
_WIDE_BLANK: Final = 0.5  # in a line that is stretched to its margins
_GUTTER: Final = 0.7  # browsers keep columns 1 apart, paper 1.5 to 3
_NARROWEST: Final = (
    8.0  # a column: less is a date, a figure, or what stands before entries of a list
)
_INDENT: Final = 4.0  # of what still belongs to a column, at most
_SAME_HEIGHT: Final = 0.12  # of cells of one row, whose letters may differ in size
_VOID: Final = 2.5  # above what stands at the foot of the page, and around a title over two columns
_CLOSEST: Final = 0.9  # lines of one column
_SAME_EDGE: Final = 2.0  # points
# Lines that begin at one place, and the columns that are looked for at such places
_COLUMN: Final = 3
_MOST_COLUMNS: Final = 8
_FULL: Final = 0.75  # the lines of a column mostly reach so far across it: cells don't
# Of the lines on each side, so many stand beside none on the other: the columns go their own ways
_LOOSE: Final = 0.15
_NEARLY_ALL: Final = 0.8
# In steps from line to line
_APART: Final = 1.15  # rows of a table
_LOOSEST: Final = 1.4  # the lines of a cell: some are larger than others
_LARGER: Final = 1.15  # the letters of a title
_FOOT: Final = 3  # lines at most
_DEEPEST: Final = 12  # bands and columns inside others; the parts of a page have four


class Piece(NamedTuple):
    """Words of a line that no wide blank parts. A line has at least one piece."""

    words: tuple[Word, ...]
    left: float
    right: float
    y: float
    size: float
    is_bold: bool


Pieces = list[Piece]  # of one line, from left to right


class Placed(NamedTuple):
    """A line where it is read."""

    words: tuple[Word, ...]
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


def in_reading_order(lines: Sequence[Sequence[Word]]) -> list[Placed]:
    """`lines`, from the top of a page, parted at its columns; the words of each from the left.

    What runs across parts the page into bands, and each has columns of its own.
    """
    return _ordered([list(_pieces(line)) for line in lines], depth=0)


def _pieces(line: Sequence[Word]) -> Iterator[Piece]:
    start = 0
    for number, (before, word) in enumerate(pairwise(line), start=1):
        if word.left - before.right > _WIDE_BLANK * word.size:
            yield _piece(line[start:number])
            start = number
    yield _piece(line[start:])


def _piece(words: Sequence[Word]) -> Piece:
    first = words[0]
    return Piece(tuple(words), first.left, words[-1].right, first.y, first.size, first.is_bold)


def _ordered(lines: list[Pieces], depth: int) -> list[Placed]:
    ordered: list[Placed] = []
    end = 0
    for strip in _strips(lines) if depth < _DEEPEST else ():
        ordered += _ordered(lines[end : strip.first], depth + 1)
        beside = lines[strip.first : strip.end]
        if strip.cells:
            for row in _rows(beside, strip.step):
                read = _read_by_cells(row, strip.cells)
                ordered += [Placed(_words(line), row[0][0].y) for line in read]
        else:
            for side in _sides(beside, strip.at):
                ordered += _ordered(side, depth + 1)
        end = strip.end
    if end:
        return ordered + _ordered(lines[end:], depth + 1)
    return [Placed(_words(line)) for line in lines]


def _words(line: Pieces) -> tuple[Word, ...]:
    return tuple(word for piece in line for word in piece.words)


def _strips(lines: list[Pieces]) -> list[_Strip]:
    """The strips to part `lines` at, from the top; all begin at one place. None where there is but one column."""
    begins = Counter(round(piece.left) for line in lines for piece in _beginnings(line))
    margin = min(begins, default=0)
    edges = [
        left - 1.0
        for left, count in begins.most_common(_MOST_COLUMNS)
        if count >= _COLUMN and left - margin > _SAME_EDGE
    ]
    found = [
        strip
        for at in edges
        for first, end in _runs(lines, at, edges)
        if (strip := _judged(lines, first, end, at, edges)) is not None
    ]
    best = max(found, key=lambda strip: strip.worth, default=None)
    if best is None:
        return []
    if not best.cells:
        return [strip for strip in found if strip.at == best.at and not strip.cells]
    others = (other for other in found if other.first < best.end and best.first < other.end)
    return [replace(best, cells=tuple(sorted({other.at for other in others})))]


def _beginnings(line: Pieces) -> Iterator[Piece]:
    """The pieces of a line that may stand at the beginning of a column."""
    yield line[0]
    for before, piece in pairwise(line):
        if piece.left - before.right > _GUTTER * piece.size:
            yield piece


def _runs(lines: list[Pieces], at: float, edges: list[float]) -> Iterator[tuple[int, int]]:
    """The stretches of lines of which none runs over `at`."""
    reach = _reach(lines, at)
    others = [edge for edge in edges if at < edge < reach]
    first, above = 0, math.inf  # the height of the last line with words behind `at`
    for number, line in enumerate(lines):
        parts = (
            any(piece.left < at < piece.right for piece in line)
            or _is_of_others(line, at, others)
            or _is_over_both(lines[number : number + 2], at, above)
        )
        if parts:
            if number - first >= _COLUMN:
                yield first, number
            first, above = number + 1, math.inf
        elif line[-1].left >= at:
            above = line[-1].y
    if len(lines) - first >= _COLUMN:
        yield first, len(lines)


def _reach(lines: list[Pieces], at: float) -> float:
    """How far to the right a column mostly reaches that begins at `at`."""
    ends = [piece.right for line in lines for piece in line if 0 <= piece.left - at <= _SAME_EDGE]
    return median(ends)


def _is_of_others(line: Pieces, at: float, others: list[float]) -> bool:
    """Does `line` belong to a band with other columns, one of which begins in the midst of the one at `at`?"""
    first = next((piece for piece in line if piece.left >= at), None) if others else None
    return (
        first is not None
        and first.left - at > _INDENT * first.size
        and any(0.0 <= first.left - other <= _SAME_EDGE for other in others)
    )


def _is_over_both(lines: list[Pieces], at: float, above: float) -> bool:
    """Is the first of two lines a short title over two columns, which both begin with the second?

    `above` is the height of the last words behind `at`.
    """
    title, *below = lines
    if not below or title[-1].right > at:
        return False
    (line,) = below
    return (
        line[0].left < at <= line[-1].left
        and title[0].size >= _LARGER * line[0].size
        and math.inf > above > line[-1].y + _VOID * title[0].size
    )


def _sides(lines: list[Pieces], at: float) -> tuple[list[Pieces], list[Pieces]]:
    """The lines to the left of `at`, and those to its right."""
    left = [[piece for piece in line if piece.left < at] for line in lines]
    right = [[piece for piece in line if piece.left >= at] for line in lines]
    return [line for line in left if line], [line for line in right if line]


def _judged(
    lines: list[Pieces], first: int, end: int, at: float, edges: list[float]
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
    if min(1 - together / len(left), 1 - together / len(right)) < _LOOSE:
        margin = max([margin, *(edge for edge in edges if at - edge > _NARROWEST * size)])
        reach = median(line[-1].right - margin for line in left)
        is_of_cells = median(line[-1].right - line[0].left for line in right) < _NARROWEST * size
        if is_of_cells or reach < _FULL * (at - margin):
            return None
    return columns


def _above_foot(lines: list[Pieces], last: int, end: int) -> int:
    """Where a column ends that is longer than the one beside it, whose last line is `last`."""
    for number in range(max(last + 1, end - _FOOT), end):
        if lines[number - 1][0].y - lines[number][0].y > _VOID * lines[number - 1][0].size:
            return number
    return end


def _are_cards(lines: list[Pieces], at: float) -> bool:
    """Does title stand beside title and text beside text? What is alike at each height is of one kind."""
    pairs = [
        ((line[0].size, line[0].is_bold), next((p.size, p.is_bold) for p in line if p.left >= at))
        for line in lines
        if line[0].left < at <= line[-1].left
    ]
    looks = Counter(left for left, _ in pairs)
    alike = sum(left == right for left, right in pairs)
    others = len(pairs) - max(looks.values(), default=0)
    return len(pairs) > _COLUMN and alike >= _NEARLY_ALL * len(pairs) and others >= len(pairs) / 4


def _table(lines: list[Pieces], first: int, end: int, at: float, step: float) -> _Strip | None:
    """The rows of a table among these lines: the first has words on both sides, and so has the last."""
    rows = _rows(lines[first:end], step)
    while rows and not _is_whole(rows[0], at):
        first += len(rows.pop(0))
    while rows and not _is_whole(rows[-1], at):
        end -= len(rows.pop())
    if not _are_rows(rows, at):
        return None
    width = at - max(piece.right for line in lines[first:end] for piece in line if piece.left < at)
    return _Strip(at, first, end, width, (at,), step)


def _is_whole(row: list[Pieces], at: float) -> bool:
    """Has this row words on both sides?"""
    return any(line[0].left < at for line in row) and any(line[-1].left >= at for line in row)


def _step(*sides: list[Pieces]) -> float:
    """From line to line where they stand closest."""
    return min((step for side in sides for step in _steps(side)), default=0.0)


def _steps(lines: list[Pieces]) -> Iterator[float]:
    """From each line to the next, unless one of them is a raised figure."""
    for before, line in pairwise(lines):
        step = before[0].y - line[0].y
        if step > _CLOSEST * line[0].size:
            yield step


def _rows(lines: list[Pieces], step: float) -> list[list[Pieces]]:
    """The lines by rows of a table: they keep farther apart than lines that are a `step` apart."""
    rows = [[lines[0]]]
    for before, line in pairwise(lines):
        if before[0].y - line[0].y > _APART * step:
            rows.append([line])
        else:
            rows[-1].append(line)
    return rows


def _are_rows(rows: list[list[Pieces]], at: float) -> bool:
    """Are these the rows of a table? Nearly all have words on both sides, and few cells have gaps of their own."""
    if len(rows) < _COLUMN or sum(_is_whole(row, at) for row in rows) < _NEARLY_ALL * len(rows):
        return False
    steps = [list(_steps(cell)) for row in rows for cell in _sides(row, at)]
    loose = sum(max(cell) > _LOOSEST * min(cell) for cell in steps if cell)
    return loose <= (1 - _NEARLY_ALL) * len(rows)


def _read_by_cells(row: list[Pieces], beginnings: Sequence[float]) -> list[Pieces]:
    """The cells of a row one after the other; one of a single line stands in the line of the other."""
    read: list[Pieces] = []
    before: list[Pieces] = []
    rest = row
    for at in (*beginnings, math.inf):
        cell, rest = _sides(rest, at)
        if before and cell and 1 in (len(before), len(cell)):
            read[-1] = read[-1] + cell[0]
            read += cell[1:]
        else:
            read += cell
        before = cell or before
    return read

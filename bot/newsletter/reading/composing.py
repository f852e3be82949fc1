"""Words as a reader meets them -> blocks: evens white space, and keeps what was linked, bold and large.

Knows no format; every reader composes its blocks here, so that all even them in the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.newsletter.document import Block, Kind, Link, Place
from bot.newsletter.reading import limits


@dataclass(frozen=True, slots=True)
class Look:
    """How a stretch of words is set."""

    target: str | None = None  # what stands behind it; None = it is no link
    bold: bool = False  # or italic
    size: float = 0.0  # in points; 0 = unknown
    struck: bool = False  # through, as what holds no more
    wraps: bool = False  # no words: the file has a line end here, and the format a blank


PLAIN: Final = Look()

# What nobody sees: soft hyphens, fillers of mail previews, marks of direction, the byte order mark; and what
# is no character: controls, halves of pairs. The joiner U+200D stays, since it holds emoji together.
_UNSEEN: Final = dict.fromkeys(
    [
        *map(ord, "\u00ad\u034f\u200b\u200c\u200e\u200f\u2060\ufeff\ufffe\uffff\u007f"),
        *(code for code in (*range(0x20), *range(0x80, 0xA0)) if not chr(code).isspace()),
        *range(0xD800, 0xE000),
    ]
)
# Every line end that is a character of its own is one; other white space is white space by itself.
_LINE_ENDS: Final = dict.fromkeys(map(ord, "\u000b\u000c\u2028"), "\n") | {0x2029: "\n\n"}
_SEEN: Final = _UNSEEN | _LINE_ENDS
_PIECES: Final = re.compile(r"\S+(?: \S+)*|\s+")

Run = tuple[str, Look]


def evened(text: str) -> str:
    """`text` without what nobody sees, with one blank between its words."""
    return " ".join(text.translate(_SEEN).split())


class Composer:
    """Collects words until their block ends. `place` is where the reader is in the file just now."""

    def __init__(self) -> None:
        self.place = Place()
        self._blocks: list[Block] = []
        self._characters = 0
        self._runs: list[Run] = []
        self._place: Place | None = None  # of the first word of the block that is being collected
        self._images: list[Block] = []
        self._cells: list[Block] | None = None  # of the row that is being collected

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks)

    def words(self, text: str, look: Look = PLAIN) -> None:
        """Adds words to the block. A `\\n` is a line end that the document forces."""
        if not text:
            return
        self._runs.append((text, look))
        self._characters += len(text)
        if self._characters > limits.CHARACTERS:
            raise limits.too_long()
        if self._place is None and not text.isspace():
            self._place = self.place

    def image(self, alt: str) -> None:
        """Adds an image. One inside a sentence stands after it, since it must not part its words."""
        self._images.append(Block(Kind.IMAGE, evened(alt), self.place))
        if self._place is None:
            self._end_images()

    def end(self, kind: Kind = Kind.PARAGRAPH, level: int = 0, is_header: bool = False) -> bool:
        """Ends the block. Returns whether it had any words; inside a cell it only ends a line."""
        if self._cells is not None:
            self._runs.append(("\n", PLAIN))
            return False
        blocks = list(composed(kind, self._runs, self._place or self.place, level, is_header))
        self._add(blocks)
        self._runs, self._place = [], None
        self._end_images()
        return bool(blocks)

    def rule(self) -> None:
        """Adds a line across the page."""
        self._add([Block(Kind.RULE, "", self.place)])

    def begin_row(self) -> None:
        self.end()
        self._cells = []

    def end_cell(self) -> None:
        """What was said since the row began, or since its last cell ended, is a cell."""
        if self._cells is None:
            return
        place = self._place or self.place
        lines = composed(Kind.PARAGRAPH, self._runs, place)
        self._cells.append(_joined(Kind.PARAGRAPH, list(lines), "\n", place))
        self._runs, self._place = [], None

    def end_row(self, is_header: bool = False) -> None:
        cells, self._cells = self._cells or [], None
        if any(cell.text for cell in cells):
            self._add([row_of(cells, cells[0].place, is_header)])
        self._end_images()

    def _end_images(self) -> None:
        if self._cells is None:
            self._add(self._images)
            self._images = []

    def _add(self, blocks: Sequence[Block]) -> None:
        self._blocks.extend(blocks)
        if len(self._blocks) > limits.BLOCKS:
            raise limits.too_long()


def row_of(cells: Sequence[Block], place: Place, is_header: bool = False) -> Block:
    """A row of a table: its text is that of its cells with a blank between them."""
    return replace(_joined(Kind.ROW, cells, " ", place), cells=tuple(cells), is_header=is_header)


def _joined(kind: Kind, blocks: Sequence[Block], between: str, place: Place) -> Block:
    """One block that says what `blocks` say, with links and bold where they are then."""
    blocks = [block for block in blocks if block.text]
    links: list[Link] = []
    bold: list[tuple[int, int]] = []
    at = 0
    for block in blocks:
        links += (Link(link.start + at, link.end + at, link.target) for link in block.links)
        bold += ((start + at, end + at) for start, end in block.bold)
        at += len(block.text) + len(between)
    return Block(
        kind,
        between.join(block.text for block in blocks),
        place,
        links=tuple(links),
        bold=tuple(bold),
        size=blocks[0].size if blocks else 0.0,
        struck=" ".join(block.struck for block in blocks if block.struck),
    )


def composed(
    kind: Kind, runs: Iterable[Run], place: Place, level: int = 0, is_header: bool = False
) -> Iterator[Block]:
    """The blocks that `runs` make: one, or several where an empty line parts them; none without words."""
    text = _Text()
    is_wrapped = False
    ends, is_apart = (
        0,
        False,
    )  # of the white space since the last words: its line ends; is there any?
    last = PLAIN
    for words, look in runs:
        is_same_link = look.target == last.target
        last = look
        for piece in _PIECES.findall(words.translate(_SEEN)):
            is_wrapped = is_wrapped or look.wraps
            if look.struck and not piece.isspace():
                text.strike(piece)
                is_apart = True
                continue
            if piece.isspace():
                ends, is_apart = ends + piece.count("\n"), True
                continue
            if text.parts and ends > 1:
                yield text.block(kind, place, level, is_header)
                text = _Text()
            if is_wrapped:
                text.wrap()
            text.add("\n" if ends else " " if is_apart else "", piece, look, is_same_link)
            ends, is_apart, is_same_link, is_wrapped = 0, False, True, False
    if text.parts:
        yield text.block(kind, place, level, is_header)


class _Text:
    """The text of one block while it grows."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._length = 0
        self._links: list[Link] = []
        self._bold: list[tuple[int, int]] = []
        self._sizes: Counter[float] = Counter()
        self._struck: list[str] = []

        self._wraps: list[int] = []

    def wrap(self) -> None:
        if self.parts:
            self._wraps.append(self._length)

    def strike(self, words: str) -> None:
        self._struck.append(words)

    def add(self, between: str, words: str, look: Look, is_same_link: bool) -> None:
        before = self._length
        if self.parts:
            self.parts.append(between)
            self._length += len(between)
        start, self._length = self._length, self._length + len(words)
        self.parts.append(words)
        self._sizes[look.size] += len(words)
        if look.target is not None:
            if is_same_link and self._links and self._links[-1].end == before:
                start_of_link = self._links.pop().start
            else:
                start_of_link = start
            self._links.append(Link(start_of_link, self._length, look.target))
        if look.bold:
            # White space between two bold words is bold or not, as it happens: nobody sees it
            is_longer = self._bold and self._bold[-1][1] == before
            self._bold.append((self._bold.pop()[0] if is_longer else start, self._length))

    def block(self, kind: Kind, place: Place, level: int, is_header: bool) -> Block:
        return Block(
            kind,
            "".join(self.parts),
            place,
            level,
            tuple(self._links),
            tuple(self._bold),
            self._sizes.most_common(1)[0][0],
            is_header=is_header,
            struck=" ".join(self._struck),
            wraps=tuple(self._wraps),
        )

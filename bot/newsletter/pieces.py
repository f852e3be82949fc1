"""Blocks -> pieces: one line, heading or paragraph each, whatever the format made of line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from bot.newsletter.cues import CUES
from bot.newsletter.document import Block, Document, Kind, Link, Place

# A line that ends so early did not end for want of room.
_SHORT = 0.72

# What stands before a text and is none of it: signs of lists, arrows, emoji, numbers such as `1)`.
_MARKS = re.compile(
    r"^(?:[\s•·▪►▶➤→✓✔*|>=–—\-\u2022\u2190-\u21ff\u2500-\u25ff\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F\u200d]+"
    r"|\s*\d{1,2}\)\s+|\s*\d{1,2}\.\s+(?=[A-ZÀ-Ý«\"“]))+"
)
# Of these, what sets a title apart; a hyphen or a bullet only begins an entry of a list.
_SIGN = re.compile(r">>+|=+>|->|[►▶➤→■◆★●▪]|\d{1,2}[).]|[\U0001F300-\U0001FAFF\u2600-\u27BF]")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'»”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the document that is one thing: a title, a date line, a paragraph, an entry of a list."""

    kind: Kind
    text: str
    place: Place
    block: int  # the number of its block: pieces of one belong together
    level: int = 0
    links: tuple[Link, ...] = ()
    bold: int = 0  # how many of its first characters are set off from the rest
    size: float = 0.0
    cells: tuple[Piece, ...] = ()
    is_first: bool = True  # of its block
    is_run_in: bool = False  # a title that its text follows on the same line
    is_rest: bool = False  # the text that follows it
    is_header: bool = False
    struck: str = ""  # words of it that the document struck out
    wraps: tuple[int, ...] = ()  # where a line of the file ended, and the text goes on
    mark: str = ""  # the sign before it: `>>`, `=>`, an emoji, `1)`

    @property
    def is_bold(self) -> bool:
        return bool(self.text) and self.bold >= len(self.text.rstrip(" .:"))

    @property
    def is_capital(self) -> bool:
        letters = [each for each in self.text if each.isalpha()]
        return len(letters) > 3 and sum(map(str.isupper, letters)) >= 0.9 * len(letters)

    def cut(self, start: int, end: int | None = None) -> Piece:
        """The part of its text from `start` to `end`, without the blanks around it."""
        return _part(self, start, len(self.text) if end is None else end)


def pieces_of(document: Document) -> tuple[Piece, ...]:
    widths = [len(line) for block in document.blocks for line in block.text.split("\n")]
    # The widest lines tell where the page ends; a few overlong ones (addresses) tell nothing.
    width = sorted(widths)[int(len(widths) * 0.9)] if widths else 0
    found: list[Piece] = []
    for number, block in enumerate(document.blocks):
        if not block.text and block.kind is not Kind.RULE:
            continue
        whole = _whole(block, number)
        if block.kind is Kind.ROW:
            found.append(whole)
        elif document.is_lined and block.kind is not Kind.HEADING:
            found.extend(_of_lines(whole, width))
        else:
            found.extend(_of_breaks(whole))
    return tuple(_with_run_in([part for piece in found for part in _by_labels(piece)]))


def body_size(pieces: Sequence[Piece]) -> float:
    """The size of most letters; 0 where nothing tells."""
    sizes = [piece.size for piece in pieces if piece.size for _ in range(1 + len(piece.text) // 40)]
    return median(sizes) if sizes else 0.0


# `# Lavoro {#lavoro}`: a name for links, in some kinds of Markdown
_ANCHOR = re.compile(r"\s*\{#[\w-]+\}$")


def _whole(block: Block, number: int) -> Piece:
    return Piece(
        kind=block.kind,
        text=_ANCHOR.sub("", block.text) if block.kind is Kind.HEADING else block.text,
        place=block.place,
        block=number,
        level=block.level,
        links=block.links,
        bold=_leading(block.bold, block.text),
        size=block.size,
        cells=tuple(_whole(cell, number) for cell in block.cells),
        is_header=block.is_header,
        struck=block.struck,
        wraps=block.wraps,
    )


def _leading(stretches: Sequence[tuple[int, int]], text: str) -> int:
    """How far the text is set off from its beginning on; blanks and marks between two stretches count."""
    end = 0
    for start, stop in sorted(stretches):
        if text[end:start].strip(" \n\t–—-:|*_"):
            break
        end = max(end, stop)
    return end


def _of_breaks(whole: Piece) -> Iterator[Piece]:
    start = 0
    for line in whole.text.split("\n"):
        part = _part(whole, start, start + len(line))
        if part.text or whole.kind is Kind.RULE:
            # what stands on a further line of an entry is its text
            kind = Kind.PARAGRAPH if start and whole.kind is Kind.BULLET else whole.kind
            yield replace(part, kind=kind, is_first=start == 0, cells=whole.cells)
        start += len(line) + 1


def _of_lines(whole: Piece, width: int) -> Iterator[Piece]:
    """Lines that ended for want of room are joined again; others stay what they are."""
    lines = whole.text.split("\n")
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    begin = 0
    for number, line in enumerate(lines):
        is_last = number == len(lines) - 1
        if is_last or _stands_alone(line, lines[number + 1], width, is_begun=begin < number):
            part = _part(whole, starts[begin], starts[number] + len(line))
            text = part.text.replace("\n", " ")
            if text or whole.kind is Kind.RULE:
                yield replace(part, text=text, is_first=begin == 0)
            begin = number + 1


_LABELLED = re.compile(r"[A-ZÀ-Ý][^\W\d_]*(?:[ '’][^\W\d_]+){0,3}:\s")
_BULLET = re.compile(r"\s*(?:[-*•–·]|\d{1,2}[.)])\s")


def _stands_alone(line: str, after: str, width: int, *, is_begun: bool) -> bool:
    """Does a line end here, though the page had room, or because another thing begins?"""
    if _LABELLED.match(after) or _BULLET.match(after):
        return True
    if len(line) < _SHORT * width:
        first = after.lstrip("\"'«“‘([").lstrip()[:1]
        return (
            first.isupper() or first.isdigit() or bool(_SENTENCE_END.search(line)) or not is_begun
        )
    return line.isupper() != after.isupper() and (line.isupper() or after.isupper())


def _part(piece: Piece, start: int, end: int) -> Piece:
    text = piece.text[start:end]
    mark = _MARKS.match(text)
    lead = mark.end() if mark and mark.end() < len(text) else len(text) - len(text.lstrip())
    begin, stop = start + lead, start + len(text.rstrip())
    links = tuple(
        Link(max(each.start, begin) - begin, min(each.end, stop) - begin, each.target)
        for each in piece.links
        if each.start < stop and each.end > begin
    )
    return replace(
        piece,
        text=piece.text[begin:stop],
        links=links,
        bold=max(0, min(piece.bold, stop) - begin),
        is_first=piece.is_first and start == 0,
        mark=_sign(text[:lead]),
        wraps=tuple(at - begin for at in piece.wraps if begin < at < stop),
    )


def _sign(before: str) -> str:
    """The kind of sign that stands before a text, the same for all numbers and for all emoji."""
    found = _SIGN.search(before)
    if found is None:
        return ""
    if found[0][0].isdigit():
        return "1" + found[0][-1]
    return found[0] if found[0][0] in ">=-►▶➤→■◆★●▪" else "emoji"


_LABEL_WITHIN = re.compile(r"(?:^|\s)(?P<word>[A-ZÀ-Ý][^\W\d_]*(?:[ '’-][^\W\d_]+){0,3})\s*:(?=\s)")


def _by_labels(piece: Piece) -> Iterator[Piece]:
    """`Quando: 7 maggio Dove: Torino`, which a format has run together, is two lines."""
    if piece.kind not in (Kind.PARAGRAPH, Kind.BULLET) or ":" not in piece.text:
        yield piece
        return
    starts = [
        m.start("word") for m in _LABEL_WITHIN.finditer(piece.text) if _is_labelled(m["word"])
    ]
    if not _FEWEST_LABELS <= len(starts) <= _MOST_LABELS:
        yield piece
        return
    for start, end in pairwise(sorted({0, *starts, len(piece.text)})):
        part = piece.cut(start, end)
        if part.text:
            yield part if start == 0 else replace(part, kind=Kind.PARAGRAPH)


# One label within a sentence is a word before a colon.
_FEWEST_LABELS = 2
_MOST_LABELS = 40  # more stand in no item: a text made to keep us busy


# --- run-in titles ------------------------------------------------------------------------------

_LONGEST_TITLE = 160
_CLOSES = re.compile(r"\s*[.:–—|\-]\s*$")


def _is_labelled(head: str) -> bool:
    """`Quando:` is what it says, and no title."""
    word = head.partition(":")[0]
    return any(cues.label_of(word) is not None for cues in CUES.values())


def _with_run_in(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """`**Sabato 14 giugno – Laboratorio.** Il testo` becomes a title and its text."""
    for piece in pieces:
        head = piece.text[: piece.bold]
        rest = piece.text[piece.bold :]
        is_title = (
            not _is_labelled(head)
            and piece.kind in (Kind.PARAGRAPH, Kind.BULLET)
            and 5 <= len(head) <= _LONGEST_TITLE
            and len(rest.strip(" .:–—-|")) > 20
            and (_CLOSES.search(head) or rest.lstrip()[:1] in (":", ".", "–", "—", "-", "|", ","))
        )
        if not is_title:
            yield piece
            continue
        title = piece.cut(0, piece.bold)
        yield replace(title, text=_CLOSES.sub("", title.text), is_run_in=True)
        skip = len(rest) - len(rest.lstrip(" .:–—-|,"))
        yield replace(
            piece.cut(piece.bold + skip), kind=Kind.PARAGRAPH, is_first=False, bold=0, is_rest=True
        )

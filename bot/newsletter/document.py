"""A document as readers give it, whatever the file was: blocks of text in reading order, and nothing of its format.

    a file's bytes -> (a reader: Markdown, HTML, DOCX, PDF, text) -> Document -> items

A reader judges nothing: it leaves out what no person sees (scripts, styles, hidden text) and keeps the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a block is, as the document itself says it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"  # an entry of a list
    ROW = "row"  # of a table: its text is that of its cells
    RULE = "rule"  # a line across the page, or the end of a page that was forced
    IMAGE = "image"  # its text is what its `alt` says, which stands in no sentence of the document


@dataclass(frozen=True, slots=True)
class Link:
    """Words with something behind them. `start` and `end` count characters of the block's text."""

    start: int
    end: int
    target: str  # as written: https://…, mailto:…, `#`, `www.example.org`; "" where there is none


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands in the file: what a person would look for."""

    line: int = 0  # from 1; 0 = the format has no lines
    page: int = 0  # from 1; 0 = the format has no pages


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, entry of a list or row of a table.

    White space is evened: one blank between words, and a line end only where the document forces one
    (`<br>`, two blanks in Markdown, each line of plain text and of PDF). No blank stands before or after a
    line end, none at the ends. Two line ends in a row part blocks.
    """

    kind: Kind
    text: str
    place: Place
    level: int = 0  # of a heading, 1 is the highest; of a bullet, 1 is the outermost
    links: tuple[Link, ...] = ()
    bold: tuple[
        tuple[int, int], ...
    ] = ()  # stretches of the text set in bold or italics, as (start, end)
    size: float = 0.0  # of its letters, in points, where the format tells; 0 = unknown
    cells: tuple[Block, ...] = ()  # of a row, each a paragraph
    is_header: bool = False  # a row of column names, or what the format itself sets apart as head or foot of each page
    struck: str = ""  # what the document itself struck out; it stands in no other text
    wraps: tuple[
        int, ...
    ] = ()  # where a line of the file ended and the format sees a blank only (Markdown)


@dataclass(frozen=True, slots=True)
class Document:
    blocks: tuple[Block, ...]
    title: str = ""  # what the format says of the whole: <title>, a PDF's Title; "" = nothing
    language: str = ""  # `lang` of HTML and PDF, "it" or "en"; "" = nothing
    is_lined: bool = False  # its line ends are those of the page (plain text, PDF), not a writer's

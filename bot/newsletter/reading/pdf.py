"""PDF -> a document: lines as they stand on paper, put together to paragraphs by gaps, sizes and weight."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest
from typing import Any, Final

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from bot.core.said import said
from bot.newsletter.document import Block, Document, Kind, Place
from bot.newsletter.reading import limits
from bot.newsletter.reading.composing import Composer, Look, evened
from bot.newsletter.reading.pdf_lines import Line, lines_of
from bot.newsletter.reading.pdf_words import Fonts, Word, words_of
from bot.newsletter.reading.unreadable import Unreadable

_SIGNS: Final = frozenset("•◦▪‣●○■·–-*")  # before an entry of a list, with a blank behind it
_BULLETS: Final = frozenset("•◦▪‣●○■")  # and those that need none
_NUMBERS: Final = re.compile(r"\d+")
_BROKEN: Final = re.compile(r"(?:^|\s)[^\W\d_]+[-\u00ad]$")
# Lines that come back at the same height count as head or foot of the page only this near to its ends
_MARGIN_LINES: Final = 2
_SAME_HEIGHT: Final = 4.0  # points
# In heights of the letters
_WIDEST: Final = 1.7  # from line to line, at most, in one paragraph
_WIDER: Final = 1.25  # so many times the step of the lines beside it, and a paragraph begins
_INDENT: Final = 0.8  # of its first line
_SAME_SIZE: Final = 0.08  # sizes differ by less where a program scales a page to fit


@dataclass(frozen=True, slots=True)
class _Area:
    """A stretch of a page that leads somewhere."""

    left: float
    bottom: float
    right: float
    top: float
    target: str

    def covers(self, word: Word) -> bool:
        middle = (word.left + word.right) / 2
        return (
            self.left <= middle <= self.right and self.bottom <= word.y + word.size / 4 <= self.top
        )


def read_pdf(content: bytes) -> Document:
    """A PDF with text. Raises Unreadable where it is locked, scanned, too long or damaged."""
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise Unreadable(
            said("the PDF is protected by a password"),
            said("save a copy without a password, or use the document that it was made from"),
        )
    if len(reader.pages) > limits.PAGES:
        raise limits.too_long()
    fonts = Fonts()
    lines: list[list[Line]] = []
    areas: dict[int, list[_Area]] = {}
    for number, page in enumerate(reader.pages, start=1):
        lines.append(lines_of(words_of(page, fonts), number))
        areas[number] = _areas(page)
    if not any(lines):
        raise Unreadable(
            said("the PDF has no text: its pages are pictures"),
            said("use the document that it was made from, or have the text recognised first"),
        )
    heads, feet = _around(lines)
    body = [line for page in lines for line in page if line not in heads and line not in feet]
    title = reader.metadata.title if reader.metadata else None
    language = reader.root_object.get("/Lang")
    return Document(
        (
            *_blocks([line for line, is_first in heads.items() if is_first], areas, is_header=True),
            *_blocks(body, areas),
            *_blocks([line for line, is_first in feet.items() if is_first], areas, is_header=True),
        ),
        evened(title or ""),
        str(language).partition("-")[0].lower() if language else "",
        is_lined=True,
    )


def _areas(page: PageObject) -> list[_Area]:
    """The links of a page. One that is not as it should be leads nowhere."""
    areas: list[_Area] = []
    for annotation in _list(page.get("/Annots")):
        link = annotation.get_object()
        if not isinstance(link, DictionaryObject) or link.get("/Subtype") != "/Link":
            continue
        action = _dictionary(link.get("/A"))
        try:
            x, y, x2, y2 = map(float, _list(link.get("/Rect")))
        except (TypeError, ValueError):
            continue
        if "/URI" in action:
            areas.append(
                _Area(min(x, x2), min(y, y2), max(x, x2), max(y, y2), _text(action["/URI"]))
            )
    return areas


def _around(pages: list[list[Line]]) -> tuple[dict[Line, bool], dict[Line, bool]]:
    """The lines above and those below the text of most pages, and whether each is the first of its kind.

    Numbers in them may differ from page to page.
    """
    found: defaultdict[tuple[str, int, bool], list[Line]] = defaultdict(list)
    for page in pages:
        by_height = sorted(page, key=lambda line: -line.y)
        top, others = by_height[:_MARGIN_LINES], by_height[_MARGIN_LINES:]
        for line in (*top, *others[-_MARGIN_LINES:]):
            found[_NUMBERS.sub("0", line.text), round(line.y / _SAME_HEIGHT), line in top].append(
                line
            )
    heads: dict[Line, bool] = {}
    feet: dict[Line, bool] = {}
    for (_, _, is_head), lines in found.items():
        if len({line.page for line in lines}) > max(len(pages) / 2, 1):
            (heads if is_head else feet).update((line, line is lines[0]) for line in lines)
    return heads, feet


def _paragraphs(lines: list[Line]) -> Iterator[list[Line]]:
    """Lines that belong together."""
    paragraph: list[Line] = []
    for line, after in zip_longest(lines, lines[1:]):
        if paragraph and _begins(line, paragraph, after):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _begins(line: Line, paragraph: list[Line], after: Line | None) -> bool:
    """Does `line` begin a paragraph, or go on with this one?"""
    before = paragraph[-1]
    if _sign(line) or not _looks_like(line, before):
        return True
    if line.row is not None or before.row is not None:
        return (line.page, line.row) != (before.page, before.row)
    if line.page != before.page or line.y > before.y:  # the next page, or the next column
        return before.text.endswith((".", "!", "?", ":")) or not line.text[0].islower()
    # What is wide stands beside what is not: the lines above and those below
    step = before.y - line.y
    steps = [_WIDEST * line.size]
    if len(paragraph) > 1 and paragraph[-2].y > before.y:
        steps.append(_WIDER * (paragraph[-2].y - before.y))
    if after is not None and _looks_like(after, line) and line.y > after.y:
        steps.append(_WIDER * (line.y - after.y))
    is_indented = line.left - before.left > _INDENT * line.size
    return step > min(steps) or (is_indented and not _sign(before))


def _looks_like(line: Line, other: Line) -> bool:
    return line.is_bold == other.is_bold and abs(line.size - other.size) <= _SAME_SIZE * other.size


def _sign(line: Line) -> str:
    """The sign before an entry of a list, if `line` is one; its text may stand close to it."""
    first = line.words[0].text
    if first in _SIGNS and len(line.words) > 1:
        return first
    return first[0] if first[0] in _BULLETS and len(first) > 1 else ""


def _blocks(
    lines: list[Line], areas: dict[int, list[_Area]], is_header: bool = False
) -> tuple[Block, ...]:
    composer = Composer()
    for paragraph in _paragraphs(lines):
        sign = _sign(paragraph[0])
        composer.place = Place(page=paragraph[0].page)
        between = ""
        for line, after in zip_longest(paragraph, paragraph[1:]):
            is_broken = after is not None and _is_broken(line, after)
            for word, is_apart in line.parts():
                text = word.text
                if sign and line is paragraph[0] and word is line.words[0]:
                    text = text.removeprefix(sign)
                if is_broken and word is line.words[-1]:
                    text = text[:-1]
                composer.words(
                    between + (" " if is_apart else "") + text, _look(word, areas[line.page])
                )
                between = ""
            between = "" if is_broken else "\n"
        if sign:
            composer.end(Kind.BULLET, 1)
        else:
            composer.end(is_header=is_header)
    return composer.blocks


def _is_broken(line: Line, after: Line) -> bool:
    """Is the last word of `line` one that goes on in the line `after`? An address keeps its hyphen."""
    return bool(_BROKEN.search(line.text)) and after.text[0].islower()


def _look(word: Word, areas: list[_Area]) -> Look:
    target = next((area.target for area in areas if area.covers(word)), None)
    return Look(target, word.is_bold, word.size)


def _dictionary(value: Any) -> DictionaryObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _list(value: Any) -> list[Any]:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, ArrayObject) else []


def _text(value: Any) -> str:
    found = value.get_object()
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)

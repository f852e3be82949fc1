"""A page of a PDF -> its words, where they stand and how large, in the order in which they are drawn.

Runs the page's drawing program as far as it sets text. Where a word ends is told by the widths of its letters, which
is why pypdf's own `extract_text` will not do: it says where a stretch begins, not what lies under a link.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, StreamObject
from pypdf.generic._font import (
    Font,
)  # not exported; held by a test and by the bounds in pyproject.toml

from bot.newsletter.reading.limits import too_long

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_BOLD: Final = re.compile(r"bold|black|heavy|demi|italic|oblique", re.I)
_DEEPEST: Final = 8  # drawings inside drawings
_MOST_DRAWINGS: Final = 2_000  # of a page; a template's letterhead has ten
# What fonts join into one sign, and the signs before entries of lists as Symbol and Wingdings number them
_SIGNS: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "‣"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a part of one: y is its base line, all in points from the lower left corner."""

    text: str
    left: float
    right: float
    y: float
    size: float  # of its letters, as they come out on paper
    is_bold: bool  # or italic
    is_apart: bool  # there is a blank before it


class Face:
    """A font as far as words need it: what its signs stand for, and how wide they are."""

    def __init__(self, font: Font) -> None:
        self.is_bold = bool(_BOLD.search(f"{font.name} {font.font_descriptor.name}"))
        self._font = font
        self._letters: dict[str | int, tuple[str, float]] = {}

    def letters(self, raw: bytes | str) -> Iterator[tuple[str, float]]:
        """The letters of a string, sign by sign, and the width of each in heights of letters."""
        if isinstance(raw, str):
            raw = raw.encode("latin-1", "replace")
        encoding = self._font.encoding
        signs = raw.decode(encoding, "replace") if isinstance(encoding, str) else raw
        for sign in signs:
            found = self._letters.get(sign)
            if found is None:
                found = self._letters[sign] = self._looked_up(sign)
            yield found

    def _looked_up(self, sign: str | int) -> tuple[str, float]:
        font = self._font
        if isinstance(sign, str):
            return font.character_map.get(sign, sign), font.get_text_width(sign) / 1000
        assert isinstance(font.encoding, dict), "signs of a font without names are characters"
        name = font.encoding.get(sign, chr(sign))
        return font.character_map.get(name, name), font.get_text_width(chr(sign)) / 1000


class Fonts:
    """The fonts of a document, each read once."""

    def __init__(self) -> None:
        self._faces: dict[tuple[int, int], Face] = {}

    def named(self, resources: DictionaryObject, name: str) -> Face | None:
        """The font that `resources` call `name`; None where they don't know it."""
        fonts = _dictionary(resources.get("/Font"))
        resource = _dictionary(fonts.get(name))
        if not resource:
            return None
        raw = fonts.raw_get(name)
        if not isinstance(raw, IndirectObject):
            return Face(Font.from_font_resource(resource))
        key = (raw.idnum, raw.generation)
        if key not in self._faces:
            self._faces[key] = Face(Font.from_font_resource(resource))
        return self._faces[key]


def words_of(page: PageObject, fonts: Fonts) -> list[Word]:
    """The words of `page`. Raises Unreadable where it draws more than a page can hold."""
    contents = page.get_contents()
    if contents is None:
        return []
    drawing = _Drawing(page, fonts)
    drawing.run(contents, _dictionary(page.get("/Resources")), depth=0)
    return drawing.words


@dataclass(frozen=True, slots=True)
class _State:
    """What `q` saves and `Q` brings back (ISO 32000-1, 8.4 and 9.3)."""

    matrix: Matrix = _IDENTITY
    face: Face | None = None
    size: float = 0.0
    between_letters: float = 0.0
    between_words: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


class _Drawing:
    """One run of a page's program."""

    def __init__(self, page: PageObject, fonts: Fonts) -> None:
        self.words: list[Word] = []
        self._pdf = page.pdf
        self._fonts = fonts
        self._state = _State()
        self._saved: list[_State] = []
        self._line: Matrix = _IDENTITY  # where the line of text began
        self._at: Matrix = _IDENTITY  # where the next letter goes
        self._is_apart = False  # has there been a blank since the last word?
        self._drawings = 0
        self._seen: set[tuple[str, int, int]] = (
            set()
        )  # words by place: a shadow is the same word again

    def run(self, contents: StreamObject, resources: DictionaryObject, depth: int) -> None:
        operations = ContentStream(contents, self._pdf, "bytes").operations
        for operands, operator in operations:
            try:
                self._do(operator, operands, resources, depth)
            except (ValueError, TypeError, IndexError, OverflowError):
                continue  # a wrong operand: the page is shown without it, as viewers do

    def _do(
        self, operator: bytes, operands: list[Any], resources: DictionaryObject, depth: int
    ) -> None:
        match operator:
            case b"Tj":
                self._show(operands[0])
            case b"TJ":
                for part in operands[0]:
                    if isinstance(part, (bytes, str)):
                        self._show(part)
                    else:
                        self._move(-float(part) / 1000 * self._state.size * self._state.stretch)
            case b"'" | b'"':
                if operator == b'"':
                    self._set(between_words=float(operands[0]), between_letters=float(operands[1]))
                self._next_line(0.0, -self._state.leading)
                self._show(operands[-1])
            case b"Td":
                self._next_line(float(operands[0]), float(operands[1]))
            case b"TD":
                self._set(leading=-float(operands[1]))
                self._next_line(float(operands[0]), float(operands[1]))
            case b"T*":
                self._next_line(0.0, -self._state.leading)
            case b"Tm":
                self._line = self._at = _matrix(operands)
            case b"BT":
                self._line = self._at = _IDENTITY
            case b"Tf":
                face = self._fonts.named(resources, operands[0])
                self._set(face=face, size=float(operands[1]))
            case b"Tc":
                self._set(between_letters=float(operands[0]))
            case b"Tw":
                self._set(between_words=float(operands[0]))
            case b"Tz":
                self._set(stretch=float(operands[0]) / 100)
            case b"TL":
                self._set(leading=float(operands[0]))
            case b"Ts":
                self._set(rise=float(operands[0]))
            case b"cm":
                self._set(matrix=_times(_matrix(operands), self._state.matrix))
            case b"q":
                self._saved.append(self._state)
            case b"Q" if self._saved:
                self._state = self._saved.pop()
            case b"Do":
                self._draw(
                    _dictionary(resources.get("/XObject")).get(operands[0]), resources, depth
                )

    def _set(self, **values: Any) -> None:
        self._state = replace(self._state, **values)

    def _next_line(self, x: float, y: float) -> None:
        self._line = self._at = _times((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def _move(self, x: float) -> None:
        self._at = _times((1.0, 0.0, 0.0, 1.0, x, 0.0), self._at)

    def _draw(self, drawing: Any, resources: DictionaryObject, depth: int) -> None:
        """Draws a form: a program of its own, which may use others."""
        form = drawing.get_object() if drawing is not None else None
        if (
            not isinstance(form, StreamObject)
            or form.get("/Subtype") != "/Form"
            or depth >= _DEEPEST
        ):
            return
        self._drawings += 1
        if self._drawings > _MOST_DRAWINGS:
            raise too_long()
        before, saved = self._state, self._saved
        self._saved = []
        if "/Matrix" in form:
            self._set(matrix=_times(_matrix(form["/Matrix"]), self._state.matrix))
        self.run(form, _dictionary(form.get("/Resources")) or resources, depth + 1)
        self._state, self._saved = before, saved

    def _show(self, raw: bytes | str) -> None:
        """Sets letters from where the last one ended; a blank among them ends a word."""
        state = self._state
        if state.face is None:
            return
        text, before = "", 0.0
        at = 0.0  # of the next letter, from where this stretch begins
        for letters, width in state.face.letters(raw):
            step = width * state.size + state.between_letters
            if letters.isspace():
                self._add(text, before, at)
                text, self._is_apart = "", True
                step += state.between_words
            elif not text:
                text, before = letters, at
            else:
                text += letters
            at += step * state.stretch
        self._add(text, before, at)
        self._move(at)

    def _add(self, text: str, start: float, end: float) -> None:
        if not text:
            return
        a, b, c, d, x, y = _times(self._at, self._state.matrix)
        is_bold = self._state.face is not None and self._state.face.is_bold
        size = abs(self._state.size) * math.hypot(c, d)
        x, y = x + self._state.rise * c, y + self._state.rise * d
        word = Word(
            text.translate(_SIGNS), x + start * a, x + end * a, y + start * b, round(size, 1),
            is_bold, self._is_apart,
        )  # fmt: skip
        self._is_apart = False
        place = (word.text, round(word.left), round(word.y))
        if place not in self._seen:
            self._seen.add(place)
            self.words.append(word)


def _dictionary(value: Any) -> DictionaryObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(operand) for operand in operands)
    return a, b, c, d, e, f


def _times(one: Matrix, other: Matrix) -> Matrix:
    """`one`, and then `other`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )

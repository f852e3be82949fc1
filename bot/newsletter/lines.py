"""Pieces with what each says by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.newsletter.document import Kind
from bot.newsletter.edition import Edition, language_of
from bot.newsletter.marks import DateLine, Labelled, date_line, is_prose, label_of
from bot.newsletter.pieces import Piece

# A title that is longer than this is a sentence.
LONGEST_TITLE = 160

ADDRESS = re.compile(
    r"(?<!\d)\d{5}(?!\d)|\b(?:via|viale|corso|piazza|largo|c\.so|p\.zza|street|road|avenue|square)\b.{0,40}\d"
    r"|\btel\b|\bfax\b|\bphone\b|\+\d{2}[\s\d]{6,}|@[\w-]+\.\w|^(?:https?://|www\.)\S+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A piece, its language, and what it is by itself."""

    piece: Piece
    language: str
    date: DateLine | None = None
    led_date: DateLine | None = None  # one that counts right below a title only
    labelled: Labelled | None = None

    @property
    def text(self) -> str:
        return self.piece.text

    @property
    def kind(self) -> Kind:
        return self.piece.kind

    @property
    def is_prose(self) -> bool:
        return is_prose(self.text, self.language) or len(self.text) > LONGEST_TITLE


def lines_of(pieces: Sequence[Piece], edition: Edition) -> list[Line]:
    """Every piece, looked at. The language of a short line is that of the text around it."""
    return [
        _line(part, edition, language)
        for piece, language in _with_language(pieces, edition)
        for part in _with_date_apart(piece, edition, language)
    ]


def _with_date_apart(piece: Piece, edition: Edition, language: str) -> list[Piece]:
    """`7 maggio` on a line of its own, or set off, though the format runs the next line's text into it."""
    if piece.kind not in (Kind.PARAGRAPH, Kind.BULLET) or piece.is_run_in:
        return [piece]
    end = piece.wraps[0] if piece.wraps else piece.bold
    if not 0 < end < len(piece.text) - 1:
        return [piece]
    head = piece.cut(0, end)
    date = date_line(head.text, edition, language)
    after = piece.text[end:].lstrip()[:1]
    goes_on = (
        head.text.endswith(",") or after.islower() or len(date.rest.split()) > 6 if date else 1
    )
    if date is None or goes_on or not (date.date.when or date.date.is_date):
        return [piece]
    return [head, *_with_date_apart(replace(piece.cut(end), is_first=False), edition, language)]


# A line of fewer letters says too little of its language.
_TELLS_LANGUAGE = 60


def _with_language(pieces: Sequence[Piece], edition: Edition) -> list[tuple[Piece, str]]:
    own = [
        language_of(piece.text) if len(piece.text) >= _TELLS_LANGUAGE else "" for piece in pieces
    ]
    if not {each for each in own if each} - {edition.language}:
        return [(piece, edition.language) for piece in pieces]
    # What stands above a text is its title: a short line belongs to the long one below it.
    language, found = edition.language, []
    for piece, said_by_itself in zip(reversed(pieces), reversed(own), strict=True):
        language = said_by_itself or language_of(piece.text) or language
        if piece.kind is Kind.RULE:
            language = edition.language
        found.append((piece, language))
    return found[::-1]


def _line(piece: Piece, edition: Edition, language: str) -> Line:
    if piece.kind in (Kind.RULE, Kind.IMAGE, Kind.ROW):
        return Line(piece, language)
    date = date_line(piece.text, edition, language)
    if date is None or date.date.when is None:
        for other in {"it", "en"} - {language}:
            found = date_line(piece.text, edition, other)
            if found is not None and found.date.when is not None:
                date = found
    labelled = label_of(piece.text, language)
    if date is not None and date.is_led:
        return Line(piece, language, None, date, labelled)
    return Line(piece, language, date, None, labelled)


# `Leggi di più`, `Book now`: a line that is nothing but a link, and too short for a title.
_LONGEST_BUTTON = 24


def _is_button(piece: Piece) -> bool:
    linked = sum(link.end - link.start for link in piece.links)
    return 0 < len(piece.text) <= _LONGEST_BUTTON and linked >= len(piece.text) - 2


def is_titlelike(line: Line) -> bool:
    """Could this line be a title, by its length and its end?"""
    text = line.text
    if not 3 <= len(text) <= LONGEST_TITLE or sum(map(str.isalpha, text)) < 3:
        return False
    if line.labelled is not None and line.labelled.label.value not in ("title", "deadline"):
        return False
    if ADDRESS.search(text) and len(text) < 60 and "@" in text:
        return False
    if re.fullmatch(r"(?:https?://|www\.)\S+", text) or _is_button(line.piece):
        return False
    return text[-1] not in ".,;" or text.endswith("...") or line.kind is Kind.HEADING

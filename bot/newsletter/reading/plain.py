"""Plain text -> a document: each line is kept as a line, and a bare address is text like any other."""

from __future__ import annotations

import re
from typing import Final

from bot.newsletter.document import Document, Kind, Place
from bot.newsletter.reading.composing import Composer
from bot.newsletter.reading.encoding import decoded

_RULE: Final = re.compile(r"[ \t]*([-=_*~#–—])(?:[ \t]*\1){2,}[ \t]*")
_UNDERLINE: Final = re.compile(r"[ \t]*(=+|-+)[ \t]*")
_BULLET: Final = re.compile(r"([ \t]*)[-*+•◦▪‣·–][ \t]+(?=\S)")
_TAB: Final = 4  # blanks, as editors count them


def read_text(content: bytes) -> Document:
    """Lines of text. Raises Unreadable where it is no text, or too long."""
    return text_of(decoded(content))


def text_of(characters: str) -> Document:
    """The document that `characters` make. Raises Unreadable where they are too many."""
    text = _Text()
    for number, line in enumerate(characters.split("\n"), start=1):
        text.line(number, line.rstrip("\r"))
    return text.document()


class _Text:
    """One walk through the lines."""

    def __init__(self) -> None:
        self._composer = Composer()
        self._kind = Kind.PARAGRAPH
        self._margins: list[
            int
        ] = []  # of the entries of lists around this line, the outermost first
        self._lines: list[str] = []  # of the block that is being collected

    def line(self, number: int, line: str) -> None:
        before, is_new_page, line = line.rpartition("\f")
        if is_new_page:
            self.line(number, before)
            self._end()
            self._rule(number)
        if not line.strip():
            self._end()
        elif self._is_underlined(line):
            self._end(Kind.HEADING, 1 if "=" in line else 2)
        elif _RULE.fullmatch(line):
            self._end()
            self._rule(number)
        elif entry := _BULLET.match(line):
            self._end()
            self._begin_entry(len(entry[1].expandtabs(_TAB)))
            self._add(number, line[entry.end() :])
        else:
            if not self._lines and not line[0].isspace():
                self._margins = []
            self._add(number, line)

    def document(self) -> Document:
        self._end()
        return Document(self._composer.blocks, is_lined=True)

    def _is_underlined(self, line: str) -> bool:
        """Is `line` drawn under a title? Then it is about as long, and the title is one line."""
        if (
            len(self._lines) != 1
            or self._kind is not Kind.PARAGRAPH
            or not _UNDERLINE.fullmatch(line)
        ):
            return False
        title, drawn = len(self._lines[0].strip()), len(line.strip())
        return drawn > 2 and abs(title - drawn) <= max(3, title // 4)

    def _begin_entry(self, margin: int) -> None:
        while self._margins and self._margins[-1] >= margin:
            self._margins.pop()
        self._margins.append(margin)
        self._kind = Kind.BULLET

    def _rule(self, number: int) -> None:
        self._composer.place = Place(line=number)
        self._composer.rule()

    def _add(self, number: int, line: str) -> None:
        self._composer.place = Place(line=number)
        self._lines.append(line)
        self._composer.words(line + "\n")

    def _end(self, kind: Kind | None = None, level: int = 0) -> None:
        kind = kind or self._kind
        self._composer.end(kind, len(self._margins) if kind is Kind.BULLET else level)
        self._kind = Kind.PARAGRAPH
        self._lines = []

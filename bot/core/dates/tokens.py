"""Cuts a phrase into typed tokens. It judges nothing but letters and marks.

Whatever word processors make of hyphens, apostrophes, spaces and ordinals is evened out here, so that
the grammar never meets it; a token remembers where in the phrase it stood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, NamedTuple

from bot.core.dates.words import Role, Table


class Token(NamedTuple):
    """A word, number or mark; `roles` is empty for one that the language doesn't know."""

    text: str
    roles: Mapping[Role, int]  # its value in each role it can play
    start: int
    end: int


_LETTER = r"[^\W\d_ºª]"
_DASH = r"[-\u2010-\u2015\u2043\u2212\uFE58\uFE63\uFF0D]"
_APOSTROPHE = "['\u2018\u2019\u02bc\u2032\u00b4`]"

_LEXEME: Final = re.compile(
    rf"""
    [\s\u200B\u2060\uFEFF]*+
    (?:
      (?P<iso>     [0-9]{{4}} {_DASH} [0-9]{{2}} {_DASH} [0-9]{{2}} (?![0-9]) (?: T(?=[0-9]) )? )
    | (?P<numeric> [0-9]{{1,2}} (?: [./] [0-9]{{1,2}} [./] (?: [0-9]{{4}} | [0-9]{{2}} )
                                  | {_DASH} [0-9]{{1,2}} {_DASH} [0-9]{{4}} ) (?![0-9]) )
    | (?P<clock>   [0-9]{{1,2}} [.:] [0-9]{{2}} (?! [0-9] | [.:][0-9] ) )
    | (?P<number>  [0-9]+ )
    | (?P<word>    (?: {_LETTER}\. )+ {_LETTER} (?!{_LETTER}) \.?
                 | {_LETTER} (?: {_LETTER} | [\u0300-\u036F] )* (?: \. | {_APOSTROPHE} )? )
    | (?P<ordinal> [°º˚ª] )
    | (?P<dash>    {_DASH}{{1,2}} )
    | (?P<mark>    [,;/:.&] )
    | (?P<junk>    . )
    )
    """,
    re.VERBOSE | re.DOTALL,
)

_ANY_APOSTROPHE: Final = re.compile(_APOSTROPHE)

_MARKS: Final[Mapping[str, Mapping[Role, int]]] = {
    ",": {Role.COMMA: 1},
    ";": {Role.COMMA: 1},
    "/": {Role.SLASH: 1},
    ":": {Role.COLON: 1},
    ".": {Role.STOP: 1},
}
# A number of four digits outside these is more likely an hour without its mark, or a slip.
_NUMBERS: Final[Mapping[str, Mapping[Role, int]]] = (
    {str(number): {Role.NUMBER: number} for number in range(100)}
    | {f"0{number}": {Role.NUMBER: number} for number in range(10)}
    | {str(year): {Role.YEAR: year} for year in range(1900, 2200)}
)
_DASHES: Final = {Role.DASH: 1}
_NOTHING: Final[Mapping[Role, int]] = {}


def tokens_of(phrase: str, table: Table) -> list[Token]:
    """The tokens of a phrase; known phrases of several words become one token, the longest first."""
    tokens: list[Token] = []
    words: list[tuple[str, int, int]] = []
    for lexeme in _LEXEME.finditer(phrase):
        kind = lexeme.lastgroup
        assert kind is not None, "each lexeme is of a kind"
        start, end = lexeme.span(kind)
        text = lexeme[kind]
        if kind == "word":
            words.append((_evened(text), start, end))
            continue
        if words:
            _fold(words, table, tokens)
            words.clear()
        tokens.append(Token(text, _roles(kind, text, table), start, end))
    if words:
        _fold(words, table, tokens)
    return tokens


def _roles(kind: str, text: str, table: Table) -> Mapping[Role, int]:
    match kind:
        case "number":
            return _NUMBERS.get(text, _NOTHING)
        case "clock":
            hour, minute = text[:-3], text[-2:]
            return {Role.CLOCK: int(hour) * 60 + int(minute)} if minute < "60" else _NOTHING
        case "dash":
            return _DASHES
        case "mark":
            return _MARKS.get(text) or table.known.get(text, _NOTHING)
        case "ordinal":
            return table.known.get("°", _NOTHING)
        case "iso":
            return {Role.ISO: int(text[:4] + text[5:7] + text[8:10])}
        case "numeric":
            return {Role.NUMERIC: 1}
    return _NOTHING


def _evened(word: str) -> str:
    if word.isascii():
        return word.replace("`", "'").replace(".", "").lower()
    word = _ANY_APOSTROPHE.sub("'", word.replace(".", ""))
    return unicodedata.normalize("NFC", word).lower()


def _fold(words: list[tuple[str, int, int]], table: Table, tokens: list[Token]) -> None:
    known, longest = table.known, table.longest
    at = 0
    while at < len(words):
        text, start, end = words[at]
        size = min(longest.get(text, 1), len(words) - at)
        while size > 1:
            phrase = " ".join([word for word, _, _ in words[at : at + size]])
            if phrase in known:
                text, end = phrase, words[at + size - 1][2]
                break
            size -= 1
        tokens.append(Token(text, known.get(text, _NOTHING), start, end))
        at += size

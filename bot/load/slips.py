"""Recognises the slips behind a YAML parser's complaint: what people meant, and where they slipped.

The parser often notices lines below. Whoever knows none of these has `bot.load.syntax` for the rest.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

import yaml

from bot.core.kinds import Kind
from bot.core.said import Said, said
from bot.load.report import shown

_SHOWN = 60  # characters of a text that is said again in quotation marks


class Mark(Protocol):
    """A place as PyYAML gives it, by its own parser or by the C one; counted from 0."""

    line: int
    column: int


class Fault(NamedTuple):
    """Why a file is not YAML; line and column count from 1."""

    line: int
    column: int
    kind: Kind
    message: Said
    hint: Said


class GivenUp(NamedTuple):
    """Where the parser gave up, and what it had read before; lines and columns count from 0."""

    line: int
    column: int
    begun: Mark | None  # where the construct began that it could not end
    context: str  # what it was reading, in its words
    theirs: str  # what it missed, in its words
    last: yaml.Event | None
    in_flow: bool  # within brackets or braces
    lines: list[str]

    def text(self, number: int) -> str:
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    @property
    def above(self) -> int:
        """The nearest line above that has something in it."""
        return next((n for n in range(self.line - 1, -1, -1) if self.text(n).strip()), 0)


# 'title:"Mostra"' and '-id: festa' are text to YAML, so the parser gives up only on a line that follows.
_NO_SPACE = re.compile(
    r"\s*(?:- +)*(?:(?P<colon>[a-z_]+:)(?!\s|//|$)|(?P<hyphen>-)[a-z_]+:(?:\s|$))"
)

_UNSPACED = {
    "colon": (Kind.COLON, said("a space is missing after this colon"), said("write 'key: value'")),
    "hyphen": (
        Kind.HYPHEN,
        said("a space is missing after this hyphen"),
        said("write '- key: value'"),
    ),
}

# A '#' where a word could begin, as in [#arte]. Quoted text is passed over.
_COMMENT = re.compile(r"""(?<![^\s\[{,])(?:"[^"]*"|'[^']*'|(?P<begun>#[^\s,\]}]*))""")

_KEY = re.compile(r"(?P<indent> *(?:- +)*)(?P<key>[A-Za-z_][\w-]*):(?: +(?P<value>.*\S))?\s*$")
_NO_BREAK = re.compile(r" *(?:- *)*(?:[A-Za-z_]+:)? *(?P<space>[\u00a0\u2007\u202f])")

_DASH = re.compile(r" *(?P<dash>[\u2010-\u2015\u2212]) *[a-z_]+:(?:\s|$)")

# `"Europa" e "Asia"`, and neither `'L'Europa'` nor `"Una "bella" festa"`
_QUOTED_WORD = re.compile(r"""(["'])(?:(?!\1).)+(?<=\S)\1[\s,.;:]""")


def slip(at: GivenUp) -> Fault | None:
    """The slip that explains why the parser gave up; None where none of ours does."""
    return (
        _conflict(at)
        or _no_break_space(at)
        or _dash(at)
        or _forbidden_start(at)
        or _quote_closed_late(at)
        or _quote_closed_early(at)
        or _bracket_closed_early(at)
        or _hidden_by_comment(at)
        or _missing_space(at)
        or _second_colon(at)
        or _list_without_key(at)
        or _otherwise_indented(at)
    )


def quoted(text: str) -> str:
    """`text` in quotation marks that suit it, on one line."""
    text = text.strip()
    text = f"{text[: _SHOWN - 1]}…" if len(text) > _SHOWN else text
    return f'"{text}"' if '"' not in text else "'{}'".format(text.replace("'", "''"))


def in_quotes(text: str) -> Said:
    """A hint that says `text` again in quotation marks."""
    return said("put it in quotation marks: {text}", text=quoted(text))


# --- lines that others write --------------------------------------------------------------------


_CONFLICT = re.compile(r"<{7} |={7}$|>{7} ")


def _conflict(at: GivenUp) -> Fault | None:
    """What git writes into a file where two people changed the same lines."""
    number = next((n for n, line in enumerate(at.lines) if _CONFLICT.match(line)), None)
    if number is None:
        return None
    message = said("git found two versions of these lines, and left both here")
    hint = said(
        "keep the right one, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"
    )
    return Fault(number + 1, 1, Kind.YAML, message, hint)


# --- characters ---------------------------------------------------------------------------------


def _no_break_space(at: GivenUp) -> Fault | None:
    """It looks like a space, and word processors like to write it; to YAML it is a letter."""
    for number in (at.line, at.above):
        match = _NO_BREAK.match(at.text(number))
        if match:
            message = said("a space that is not an ordinary one, U+{code:04X}", code=ord(match[1]))
            hint = said("delete it, and press the space bar")
            return Fault(number + 1, match.start("space") + 1, Kind.ENCODING, message, hint)
    return None


def _dash(at: GivenUp) -> Fault | None:
    """`– id: festa`: a word processor made a dash of the hyphen; to YAML it is a letter."""
    for number in (at.line, at.above):
        match = _DASH.match(at.text(number))
        if match:
            column = match.start("dash") + 1
            message = said("this is a dash, and not the hyphen that begins an entry")
            return Fault(number + 1, column, Kind.HYPHEN, message, said("write '- key: value'"))
    return None


def _forbidden_start(at: GivenUp) -> Fault | None:
    """A value that begins with a sign that has a meaning in YAML."""
    line, column = at.line, at.column
    if "cannot start any token" not in at.theirs:
        if at.begun is None or at.context not in (
            "while scanning an anchor",
            "while scanning an alias",
        ):
            return None
        line, column = at.begun.line, at.begun.column
    text = at.text(line)
    before, rest = text[:column], text[column:]
    # The parser looks ahead within a line: a brace on this one may not have come as an event yet.
    if at.in_flow or sum(map(before.count, "{[")) > sum(map(before.count, "}]")):
        rest = re.split(r"[,}\]]", rest, maxsplit=1)[0]
    message = said("text can't begin with {character}", character=shown(rest[:1]))
    return Fault(line + 1, column + 1, Kind.SPECIAL_CHARACTER, message, in_quotes(rest))


def _hidden_by_comment(at: GivenUp) -> Fault | None:
    """A bracket whose end stands behind a '#': `[#arte]`."""
    if any(f"expected ',' or '{end}'" in at.theirs for end in "]}"):
        begun = at.begun
    elif at.in_flow and "expected node content" in at.theirs and at.last is not None:
        begun = at.last.start_mark
    else:
        return None
    if begun is None:
        return None
    line = at.text(begun.line)
    for match in _COMMENT.finditer(line, begun.column):
        word = match["begun"]
        if word and ("]" in line[match.start() :] or "}" in line[match.start() :]):
            return Fault(
                begun.line + 1,
                match.start() + 1,
                Kind.SPECIAL_CHARACTER,
                said("'#' begins a comment here"),
                in_quotes(word),
            )
    return None


# --- quotation marks and brackets ---------------------------------------------------------------


def _quote_closed_late(at: GivenUp) -> Fault | None:
    """A mark left open is closed by the next one, lines below, and only there the parser stumbles."""
    span = _quoted_span(at)
    if span is None or not span[0].line < span[1].line == at.line:
        return None
    start, end = span
    message = said("this quotation mark is not closed on its line")
    hint = said(
        "close it with the same mark: as it is, its text ends on line {line}", line=end.line + 1
    )
    return Fault(start.line + 1, start.column + 1, Kind.QUOTES, message, hint)


def _quote_closed_early(at: GivenUp) -> Fault | None:
    """`'L'Europa'` and `"Europa" in piazza`: to YAML the text is over at the second mark."""
    span = _quoted_span(at)
    if span is None or not span[0].line == span[1].line == at.line or at.column < span[1].column:
        return None
    start, end = span
    value = at.text(at.line)[start.column :].rstrip()
    if value[0] == value[-1] and not _QUOTED_WORD.match(value):
        value = value[1:-1]
    message = said("text goes on after its closing quotation mark")
    return Fault(at.line + 1, end.column, Kind.QUOTES, message, in_quotes(value))


def _quoted_span(at: GivenUp) -> tuple[Mark, Mark] | None:
    """Where the last text began and ended, if it had quotation marks."""
    last = at.last
    if not isinstance(last, yaml.ScalarEvent) or last.style not in ("'", '"'):
        return None
    if last.start_mark is None or last.end_mark is None:
        return None
    return last.start_mark, last.end_mark


def _bracket_closed_early(at: GivenUp) -> Fault | None:
    """`[Bando] Volontari`: text that begins with a bracket is a list, and what follows is too much."""
    if not isinstance(at.last, yaml.SequenceEndEvent | yaml.MappingEndEvent):
        return None
    end, match = at.last.end_mark, _KEY.match(at.text(at.line))
    if end is None or end.line != at.line or match is None or not match["value"]:
        return None
    if match["value"][0] not in "[{":
        return None
    message = said("text can't begin with {character}", character=shown(match["value"][0]))
    column = match.start("value") + 1
    return Fault(at.line + 1, column, Kind.BRACKETS, message, in_quotes(match["value"]))


# --- colons, hyphens, indentation ---------------------------------------------------------------


def _missing_space(at: GivenUp) -> Fault | None:
    """What only looks like `key: value` or `- key`, where the parser gave up or right above."""
    is_begun = at.begun is not None and at.context == "while scanning a simple key"
    for number in (at.begun.line,) if at.begun and is_begun else (at.line, at.above):
        match = _NO_SPACE.match(at.text(number))
        if match:
            after = match.lastgroup or "colon"
            return Fault(number + 1, match.end(after), *_UNSPACED[after])
    return None


def _second_colon(at: GivenUp) -> Fault | None:
    """`title: Europa: la festa`: to YAML the second colon begins another value."""
    if "mapping values are not allowed" not in at.theirs:
        return None
    match = _KEY.match(at.text(at.line))
    if match is None or at.column <= match.end("key"):
        return None
    message = said("a second ': ' on this line")
    return Fault(at.line + 1, at.column + 1, Kind.COLON, message, in_quotes(match["value"]))


def _list_without_key(at: GivenUp) -> Fault | None:
    """`- id: festa` at the margin, where keys stand, and no `items:` above it."""
    line = at.text(at.line)
    if "expected key" not in at.theirs or at.column != 0 or not line.startswith("- "):
        return None
    message = said("a list begins here, and has no key")
    return Fault(at.line + 1, 1, Kind.HYPHEN, message, said("write 'items:' on the line above it"))


_MISSED_IN_LINES = ("expected key", "expected '-' indicator")


def _otherwise_indented(at: GivenUp) -> Fault | None:
    """A key that stands neither in the column of the keys above it nor where one below them would."""
    match, above = _KEY.match(at.text(at.line)), _KEY.match(at.text(at.above))
    if match is None or above is None or at.line == at.above:
        return None
    column, usual = match.start("key"), above.start("key")
    if "mapping values are not allowed" in at.theirs:
        message = said("this line is indented further than the one above")
    elif at.column <= column and any(each in at.theirs for each in _MISSED_IN_LINES):
        message = said("this does not fit what stands above")
    else:
        return None
    hint = said(
        "let {key} begin in column {column}, as {above} does on line {line}",
        key=shown(match["key"]),
        column=usual + 1,
        above=shown(above["key"]),
        line=at.above + 1,
    )
    return Fault(at.line + 1, column + 1, Kind.INDENTATION, message, hint)

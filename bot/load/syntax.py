"""Puts the YAML parser's complaints into words that help someone who never heard of YAML's grammar."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from bot.core.kinds import Kind
from bot.core.said import Said, said
from bot.load.report import shown


class Fault(NamedTuple):
    """Why a file is not YAML; line and column count from 1."""

    line: int
    column: int
    kind: Kind
    message: Said
    hint: Said


class _Saying(NamedTuple):
    """What the parser says (a part of it), what we say, and which of its two places helps."""

    theirs: str
    kind: Kind
    message: Said
    hint: Said
    at_beginning: bool = False  # of the construct, where the parser only noticed at its end


_INDENTATION = said("look at its indentation, and at quotation marks on it and above it")

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

# The words are libyaml's, src/scanner.c and src/parser.c of 0.2.5.
_SAYINGS = (
    _Saying(
        "mapping values are not allowed",
        Kind.COLON,
        said("a second ': ' on this line, or a line indented too far"),
        said("put text that has a colon in quotation marks"),
    ),
    _Saying(
        "found unexpected end of stream",
        Kind.QUOTES,
        said("this quotation mark is never closed"),
        said("close it with the same mark"),
        at_beginning=True,
    ),
    _Saying(
        "found unexpected document indicator",
        Kind.QUOTES,
        said("this quotation mark is never closed"),
        said("close it with the same mark"),
        at_beginning=True,
    ),
    _Saying(
        "could not find expected ':'",
        Kind.COLON,
        said("a line without 'key: value'"),
        said("indent it if it belongs to the text above"),
        at_beginning=True,
    ),
    _Saying(
        "expected ',' or ']'",
        Kind.BRACKETS,
        said("this '[' is never closed, or a comma is missing"),
        said("close it with ']'"),
        at_beginning=True,
    ),
    _Saying(
        "expected ',' or '}'",
        Kind.BRACKETS,
        said("this '{' is never closed, or a comma is missing"),
        said("close it with '}'"),
        at_beginning=True,
    ),
    _Saying(
        "did not find expected key",
        Kind.INDENTATION,
        said("this does not fit what stands above"),
        _INDENTATION,
    ),
    _Saying(
        "did not find expected '-' indicator",
        Kind.INDENTATION,
        said("a '-' is expected here"),
        _INDENTATION,
    ),
    _Saying(
        "block sequence entries are not allowed",
        Kind.INDENTATION,
        said("a '-' can't stand here"),
        _INDENTATION,
    ),
    _Saying(
        "did not find expected node content",
        Kind.INDENTATION,
        said("a value is expected here"),
        _INDENTATION,
    ),
    _Saying(
        "found unknown escape character",
        Kind.QUOTES,
        said("a backslash that YAML does not know"),
        said("write two of them, or use ' instead of \""),
    ),
    _Saying(
        "violates indentation",
        Kind.TAB,
        said("a tab"),
        said("use spaces"),
    ),
)


def explain(
    error: yaml.YAMLError, text: str, last: yaml.Event | None = None, *, in_flow: bool = False
) -> Fault:
    """Where and why the parser gave up on `text`, and what to do.

    `last` is the last event that it gave; `in_flow` says that the walk stands within brackets or braces.
    """
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Fault(1, 1, Kind.YAML, _not_yaml(shown(str(error))), _INDENTATION)
    theirs = error.problem or ""
    lines = text.splitlines()
    if "cannot start any token" in theirs:
        return _forbidden_start(error.problem_mark, lines, in_flow)
    cause = (
        _quote_closed_late(error.problem_mark, last)
        or _hidden_by_comment(error.context_mark, theirs, lines)
        or _missing_space(error, lines)
    )
    if cause:
        return cause
    for saying in _SAYINGS:
        if saying.theirs in theirs:
            begun = error.context_mark if saying.at_beginning else None
            return _fault(begun or error.problem_mark, saying.kind, saying.message, saying.hint)
    return _fault(error.problem_mark, Kind.YAML, _not_yaml(theirs), _INDENTATION)


def _not_yaml(theirs: str) -> Said:
    return said("this is not YAML: {reason}", reason=theirs)


def _forbidden_start(mark: yaml.Mark, lines: list[str], in_flow: bool) -> Fault:
    line = _line(lines, mark.line)
    before, rest = line[: mark.column], line[mark.column :]
    # The parser looks ahead within a line: a brace on this one may not have come as an event yet.
    if in_flow or sum(map(before.count, "{[")) > sum(map(before.count, "}]")):
        rest = re.split(r"[,}\]]", rest, maxsplit=1)[0]
    return _fault(
        mark,
        Kind.SPECIAL_CHARACTER,
        said("text can't begin with {character}", character=shown(rest[:1])),
        said('put it in quotation marks: "{text}"', text=rest.strip()[:30]),
    )


def _quote_closed_late(mark: yaml.Mark, last: yaml.Event | None) -> Fault | None:
    """A mark left open is closed by the next one, lines below, and only there the parser stumbles."""
    if not isinstance(last, yaml.ScalarEvent) or last.style not in ("'", '"'):
        return None
    start, end = last.start_mark, last.end_mark
    if start is None or end is None or not start.line < end.line == mark.line:
        return None
    message = said("this quotation mark is not closed on its line")
    hint = said(
        "close it with the same mark: as it is, its text ends on line {line}", line=end.line + 1
    )
    return Fault(start.line + 1, start.column + 1, Kind.QUOTES, message, hint)


def _hidden_by_comment(begun: yaml.Mark | None, theirs: str, lines: list[str]) -> Fault | None:
    """A bracket whose end stands behind a '#': `[#arte]`."""
    if begun is None or not any(f"expected ',' or '{end}'" in theirs for end in "]}"):
        return None
    line = _line(lines, begun.line)
    for match in _COMMENT.finditer(line, begun.column):
        word = match["begun"]
        if word and ("]" in line[match.start() :] or "}" in line[match.start() :]):
            return Fault(
                begun.line + 1,
                match.start() + 1,
                Kind.SPECIAL_CHARACTER,
                said("'#' begins a comment here"),
                said('put it in quotation marks: "{text}"', text=word),
            )
    return None


def _missing_space(error: yaml.MarkedYAMLError, lines: list[str]) -> Fault | None:
    """What only looks like `key: value` or `- key`, where the parser gave up or right above."""
    given_up = error.problem_mark
    if given_up is None:
        return None
    begun = error.context_mark if error.context == "while scanning a simple key" else None
    above = next((n for n in range(given_up.line - 1, -1, -1) if _line(lines, n).strip()), 0)
    for number in (begun.line,) if begun else (given_up.line, above):
        match = _NO_SPACE.match(_line(lines, number))
        if match:
            after = match.lastgroup or "colon"
            return Fault(number + 1, match.end(after), *_UNSPACED[after])
    return None


def _line(lines: list[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""


def _fault(mark: yaml.Mark, kind: Kind, message: Said, hint: Said) -> Fault:
    return Fault(mark.line + 1, mark.column + 1, kind, message, hint)

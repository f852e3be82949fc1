"""Puts the YAML parser's complaints into words that help someone who never heard of YAML's grammar."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from bot.load.report import shown


class Fault(NamedTuple):
    """Why a file is not YAML; line and column count from 1."""

    line: int
    column: int
    message: str
    hint: str


class _Saying(NamedTuple):
    """What the parser says (a part of it), what we say, and which of its two places helps."""

    theirs: str
    message: str
    hint: str
    at_beginning: bool = False  # of the construct, where the parser only noticed at its end


_INDENTATION = "look at its indentation, and at quotation marks on it and above it"

# 'title:"Mostra"' and '-id: festa' are text to YAML, so the parser gives up only on a line that follows.
_NO_SPACE = re.compile(
    r"\s*(?:- +)*(?:(?P<colon>[a-z_]+:)(?!\s|//|$)|(?P<hyphen>-)[a-z_]+:(?:\s|$))"
)

# A '#' where a word could begin, as in [#arte]. Quoted text is passed over.
_COMMENT = re.compile(r"""(?<![^\s\[{,])(?:"[^"]*"|'[^']*'|(?P<begun>#[^\s,\]}]*))""")

# The words are libyaml's, src/scanner.c and src/parser.c of 0.2.5.
_SAYINGS = (
    _Saying(
        "mapping values are not allowed",
        "a second ': ' on this line, or a line indented too far",
        "put text that has a colon in quotation marks",
    ),
    _Saying(
        "found unexpected end of stream",
        "this quotation mark is never closed",
        "close it with the same mark",
        at_beginning=True,
    ),
    _Saying(
        "found unexpected document indicator",
        "this quotation mark is never closed",
        "close it with the same mark",
        at_beginning=True,
    ),
    _Saying(
        "could not find expected ':'",
        "a line without 'key: value'",
        "indent it if it belongs to the text above",
        at_beginning=True,
    ),
    _Saying(
        "expected ',' or ']'",
        "this '[' is never closed, or a comma is missing",
        "close it with ']'",
        at_beginning=True,
    ),
    _Saying(
        "expected ',' or '}'",
        "this '{' is never closed, or a comma is missing",
        "close it with '}'",
        at_beginning=True,
    ),
    _Saying(
        "did not find expected key",
        "this does not fit what stands above",
        _INDENTATION,
    ),
    _Saying("did not find expected '-' indicator", "a '-' is expected here", _INDENTATION),
    _Saying("block sequence entries are not allowed", "a '-' can't stand here", _INDENTATION),
    _Saying("did not find expected node content", "a value is expected here", _INDENTATION),
    _Saying(
        "found unknown escape character",
        "a backslash that YAML does not know",
        "write two of them, or use ' instead of \"",
    ),
    _Saying(
        "violates indentation",
        "a tab",
        "use spaces",
    ),
)


def explain(
    error: yaml.YAMLError, text: str, last: yaml.Event | None = None, *, in_flow: bool = False
) -> Fault:
    """Where and why the parser gave up on `text`, and what to do.

    `last` is the last event that it gave; `in_flow` says that the walk stands within brackets or braces.
    """
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Fault(1, 1, f"this is not YAML: {shown(str(error))}", "")
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
            return _fault(begun or error.problem_mark, saying.message, saying.hint)
    return _fault(error.problem_mark, f"this is not YAML: {theirs}", _INDENTATION)


def _forbidden_start(mark: yaml.Mark, lines: list[str], in_flow: bool) -> Fault:
    line = _line(lines, mark.line)
    before, rest = line[: mark.column], line[mark.column :]
    # The parser looks ahead within a line: a brace on this one may not have come as an event yet.
    if in_flow or sum(map(before.count, "{[")) > sum(map(before.count, "}]")):
        rest = re.split(r"[,}\]]", rest, maxsplit=1)[0]
    return _fault(
        mark,
        f"text can't begin with {shown(rest[:1])}",
        f'put it in quotation marks: "{rest.strip()[:30]}"',
    )


def _quote_closed_late(mark: yaml.Mark, last: yaml.Event | None) -> Fault | None:
    """A mark left open is closed by the next one, lines below, and only there the parser stumbles."""
    if not isinstance(last, yaml.ScalarEvent) or last.style not in ("'", '"'):
        return None
    start, end = last.start_mark, last.end_mark
    if start is None or end is None or not start.line < end.line == mark.line:
        return None
    message = "this quotation mark is not closed on its line"
    hint = f"close it with the same mark: as it is, its text ends on line {end.line + 1}"
    return Fault(start.line + 1, start.column + 1, message, hint)


def _hidden_by_comment(begun: yaml.Mark | None, theirs: str, lines: list[str]) -> Fault | None:
    """A bracket whose end stands behind a '#': `[#arte]`."""
    if begun is None or not any(f"expected ',' or '{end}'" in theirs for end in "]}"):
        return None
    line = _line(lines, begun.line)
    for match in _COMMENT.finditer(line, begun.column):
        word = match["begun"]
        if word and ("]" in line[match.start() :] or "}" in line[match.start() :]):
            hint = f'put it in quotation marks: "{word}"'
            return Fault(begun.line + 1, match.start() + 1, "'#' begins a comment here", hint)
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
            after = match.lastgroup or ""
            message = f"a space is missing after this {after}"
            hint = "write 'key: value'" if after == "colon" else "write '- key: value'"
            return Fault(number + 1, match.end(after), message, hint)
    return None


def _line(lines: list[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""


def _fault(mark: yaml.Mark, message: str, hint: str) -> Fault:
    return Fault(mark.line + 1, mark.column + 1, message, hint)

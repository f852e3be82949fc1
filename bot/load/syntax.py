"""Puts the YAML parser's complaints into words that help someone who never heard of YAML's grammar."""

from __future__ import annotations

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


def explain(error: yaml.YAMLError, text: str) -> Fault:
    """Where and why the parser gave up on `text`, and what to do."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Fault(1, 1, f"this is not YAML: {shown(str(error))}", "")
    theirs = error.problem or ""
    if "cannot start any token" in theirs:
        return _forbidden_start(error.problem_mark, text)
    for saying in _SAYINGS:
        if saying.theirs in theirs:
            begun = error.context_mark if saying.at_beginning else None
            return _fault(begun or error.problem_mark, saying.message, saying.hint)
    return _fault(error.problem_mark, f"this is not YAML: {theirs}", _INDENTATION)


def _forbidden_start(mark: yaml.Mark, text: str) -> Fault:
    rest = text.splitlines()[mark.line][mark.column :] if mark.line < len(text.splitlines()) else ""
    return _fault(
        mark,
        f"text can't begin with {shown(rest[:1])}",
        f'put it in quotation marks: "{rest.strip()[:30]}"',
    )


def _fault(mark: yaml.Mark, message: str, hint: str) -> Fault:
    return Fault(mark.line + 1, mark.column + 1, message, hint)

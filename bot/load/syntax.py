"""Puts the YAML parser's complaints into words that help someone who never heard of YAML's grammar."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from bot.core.kinds import Kind
from bot.core.said import Said, said
from bot.load.report import shown
from bot.load.slips import Fault, GivenUp, slip


class _Saying(NamedTuple):
    """What the parser says (a part of it), what we say, and which of its two places helps."""

    theirs: str
    kind: Kind
    message: Said
    hint: Said
    at_beginning: bool = False  # of the construct, where the parser only noticed at its end


_INDENTATION = said("look at its indentation, and at quotation marks on it and above it")

# The words are libyaml's, src/scanner.c and src/parser.c of 0.2.5.
_SAYINGS = (
    _Saying(
        "mapping values are not allowed",
        Kind.COLON,
        said("a ': ' can't stand here"),
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
    mark, begun = error.problem_mark, error.context_mark
    theirs = error.problem or ""
    found = slip(
        GivenUp(
            line=mark.line,
            column=mark.column,
            begun=begun,
            context=error.context or "",
            theirs=theirs,
            last=last,
            in_flow=in_flow,
            lines=text.splitlines(),
        )
    )
    if found is not None:
        return found
    for saying in _SAYINGS:
        if saying.theirs in theirs:
            at = begun if begun is not None and saying.at_beginning else mark
            return Fault(at.line + 1, at.column + 1, saying.kind, saying.message, saying.hint)
    return Fault(mark.line + 1, mark.column + 1, Kind.YAML, _not_yaml(theirs), _INDENTATION)


def _not_yaml(theirs: str) -> Said:
    return said("this is not YAML: {reason}", reason=theirs)

"""A channel's template as staff wrote it -> a `Template`. Jinja2 parses it and never runs it.

Taken over are the few things that a post needs: words, parts, `if` and a handful of tags. Everything
else that Jinja2 can do is refused, and so is a template that would not say title, dates and link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.core.kinds import Kind
from bot.core.model import Platform
from bot.core.said import said
from bot.core.template import Template
from bot.load.nodes import Mapped, columns_before, is_literal
from bot.load.report import Report
from bot.load.template.reader import Reader
from bot.load.template.saying import check_what_it_says
from bot.load.template.told import TOO_DEEP, UNDERSTOOD, Told

__all__ = ["read_template"]

MAX_LENGTH: Final = 4_000
"""Characters; the whole text of a post on Telegram has hardly more."""

_BLOCK_HINT = said("write 'template: |' and the template on the lines below it, indented")


def read_template(
    text: str, channel: Mapped, platform: Platform, source: str, report: Report
) -> Template | None:
    """The template of a channel, which stands under `template` in `channel`; None where it has faults.

    `source` is the text of the file. Each fault is told at its line and column in the file.
    """
    place = channel.inner["template"]
    told = Told(text, place, source, report)
    if not is_literal(place) and columns_before(place, len(text)) is None:
        message = said("the lines of a template must stay as they are")
        report.error(place, Kind.TEMPLATE, message, _BLOCK_HINT)
        return None
    if len(text) > MAX_LENGTH:
        report.error(
            place,
            Kind.TEMPLATE,
            said("{length} characters are too many", length=len(text)),
            said("a template has at most {most}", most=MAX_LENGTH),
        )
        return None
    body = _parsed(text, told)
    if body is None:
        return None
    tree = Reader(told, platform).body(body)
    if told.has_faults:
        return None
    template = Template(tree)
    check_what_it_says(template, platform, told)
    return None if told.has_faults else template


def _parsed(text: str, told: Told) -> Sequence[Any] | None:
    # Most offices have no template, and Jinja2 takes as long to import as all of their files to read.
    import jinja2

    environment = jinja2.Environment(keep_trailing_newline=True, autoescape=True)
    try:
        return environment.parse(text).body
    except jinja2.TemplateSyntaxError as fault:
        told.error(
            fault.lineno,
            "{",
            said("not understood: {reason}", reason=_first_sentence(fault.message or "")),
            UNDERSTOOD,
        )
        return None
    except RecursionError:
        told.error(1, "{", *TOO_DEEP)
        return None


def _first_sentence(message: str) -> str:
    """What Jinja2 says, without its advice, which speaks of things that a template here can't have."""
    return message.partition(". ")[0].rstrip(".")

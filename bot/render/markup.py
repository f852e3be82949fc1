"""Text in typed parts, escaped in this one place: nothing else in `bot` writes HTML for Telegram.

Tags and escapes are those of https://core.telegram.org/bots/api#html-style; only b, i, u, s and a are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import assert_never

from bot.core.template import ANCHOR, Line


@dataclass(frozen=True, slots=True)
class Plain:
    text: str


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Italic:
    text: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """Visible words that lead to an address."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a template, in several styles; its anchors lead to `address`."""

    line: Line
    address: str

    @property
    def text(self) -> str:
        return "".join([run.text for run in self.line])


Part = Plain | Bold | Italic | Anchor | Row
Block = tuple[Part, ...]  # each part is a line of its own


def html(blocks: tuple[Block, ...]) -> str:
    """The blocks with an empty line between them, as Telegram's parse mode HTML wants them."""
    return "\n\n".join(["\n".join(map(_html_of, block)) for block in blocks])


def plain(blocks: tuple[Block, ...]) -> str:
    """The same as followers read it, which is what Telegram counts."""
    return "\n\n".join(["\n".join([part.text for part in block]) for block in blocks])


def _html_of(part: Part) -> str:
    match part:
        case Plain(text):
            return escape(text, quote=False)
        case Bold(text):
            return f"<b>{escape(text, quote=False)}</b>"
        case Italic(text):
            return f"<i>{escape(text, quote=False)}</i>"
        case Anchor(text, address):
            return f'<a href="{escape(address)}">{escape(text, quote=False)}</a>'
        case Row(line, address):
            return "".join(_html_of_runs(line, address))
        case _ as never:
            assert_never(never)


def _html_of_runs(line: Line, address: str) -> list[str]:
    """The runs of a line, each closed before the next begins: what is balanced so can't be unbalanced."""
    found: list[str] = []
    for tags, runs in groupby(line, key=lambda run: run.tags):
        opened = [f'<a href="{escape(address)}">' if tag == ANCHOR else f"<{tag}>" for tag in tags]
        closed = [f"</{tag}>" for tag in reversed(tags)]
        text = escape("".join([run.text for run in runs]), quote=False)
        found += [*opened, text, *closed]
    return found

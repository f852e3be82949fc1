"""Text in typed parts, escaped in this one place: nothing else in `bot` writes HTML for Telegram.

Tags and escapes are those of https://core.telegram.org/bots/api#html-style; only b, i and a are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import assert_never


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


Part = Plain | Bold | Italic | Anchor
Block = tuple[Part, ...]  # each part is a line of its own


def html(blocks: tuple[Block, ...]) -> str:
    """The blocks with an empty line between them, as Telegram's parse mode HTML wants them."""
    return "\n\n".join(["\n".join(map(_html_of, block)) for block in blocks])


def plain(blocks: tuple[Block, ...]) -> str:
    """The same as followers read it, which is what Telegram counts."""
    return "\n\n".join(["\n".join([part.text for part in block]) for block in blocks])


def _html_of(part: Part) -> str:
    text = escape(part.text, quote=False)
    match part:
        case Plain():
            return text
        case Bold():
            return f"<b>{text}</b>"
        case Italic():
            return f"<i>{text}</i>"
        case Anchor():
            return f'<a href="{escape(part.address)}">{text}</a>'
        case _ as never:
            assert_never(never)

"""Text in typed parts, escaped in this one place: nothing else in `bot` writes HTML for Telegram.

Tags and escapes are those of https://core.telegram.org/bots/api#html-style; only b, i, u, s and a are used.
"""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from bot.core.template import ANCHOR, Line


class Plain(NamedTuple):
    text: str

    @property
    def html(self) -> str:
        return _escaped(self.text)


class Bold(NamedTuple):
    text: str

    @property
    def html(self) -> str:
        return f"<b>{_escaped(self.text)}</b>"


class Italic(NamedTuple):
    text: str

    @property
    def html(self) -> str:
        return f"<i>{_escaped(self.text)}</i>"


class Anchor(NamedTuple):
    """Visible words that lead to an address."""

    text: str
    address: str

    @property
    def html(self) -> str:
        return f"{_anchor(self.address)}{_escaped(self.text)}</a>"


class Row(NamedTuple):
    """A line of a template, in several styles; its anchors lead to `address`."""

    line: Line
    address: str

    @property
    def text(self) -> str:
        return "".join([run.text for run in self.line])

    @property
    def html(self) -> str:
        """Each style is ended before the next begins: tags that are written so can't be unbalanced."""
        return "".join(
            [
                _styled("".join([run.text for run in runs]), tags, self.address)
                for tags, runs in groupby(self.line, key=lambda run: run.tags)
            ]
        )


Part = Plain | Bold | Italic | Anchor | Row
Block = tuple[Part, ...]  # each part is a line of its own


def html(blocks: tuple[Block, ...]) -> str:
    """The blocks with an empty line between them, as Telegram's parse mode HTML wants them."""
    return "\n\n".join(["\n".join([part.html for part in block]) for block in blocks])


def plain(blocks: tuple[Block, ...]) -> str:
    """The same as followers read it, which is what Telegram counts."""
    return "\n\n".join(["\n".join([part.text for part in block]) for block in blocks])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _anchor(address: str) -> str:
    quoted = _escaped(address).replace('"', "&quot;").replace("'", "&#x27;")
    return f'<a href="{quoted}">'


def _styled(text: str, tags: tuple[str, ...], address: str) -> str:
    begin = "".join([_anchor(address) if tag == ANCHOR else f"<{tag}>" for tag in tags])
    end = "".join([f"</{tag}>" for tag in reversed(tags)])
    return f"{begin}{_escaped(text)}{end}"

"""Text in typed parts, escaped in this one place: nothing else in `bot` writes HTML for Telegram.

Tags and escapes are those of https://core.telegram.org/bots/api#html-style; only b, i, u, s, a and pre are used.
"""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

from bot.core.template import ANCHOR, Line, Run

_END = Run("")


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


class Verbatim(NamedTuple):
    """Text that a tap copies, as it stands."""

    text: str

    @property
    def html(self) -> str:
        return f"<pre>{_escaped(self.text)}</pre>"


class Row(NamedTuple):
    """A line of a template, in several styles; its anchors lead to `address`."""

    line: Line
    address: str

    @property
    def text(self) -> str:
        return "".join([run.text for run in self.line])

    @property
    def html(self) -> str:
        """Each run in its tags; those that it shares with the one before it stay open."""
        written: list[str] = []
        opened: tuple[str, ...] = ()
        for run in (*self.line, _END):
            shared = _shared(opened, run.tags)
            written += [f"</{tag}>" for tag in reversed(opened[shared:])]
            written += [
                _anchor(self.address) if tag == ANCHOR else f"<{tag}>" for tag in run.tags[shared:]
            ]
            written.append(_escaped(run.text))
            opened = run.tags
        return "".join(written)


Part = Plain | Bold | Italic | Anchor | Verbatim | Row
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


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many tags both begin with."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

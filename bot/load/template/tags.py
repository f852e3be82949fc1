"""The tags in the words of a template: those that posts are set with, each begun and ended in one place."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from bot.core.said import said
from bot.core.template import ANCHOR, STYLES, Body, Choice, Literal, Node, Styled, Value
from bot.load.report import shown
from bot.load.template.told import MAX_DEPTH, TOO_DEEP, Told

TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)?(?P<rest>[^<>]*>?)")
_ANCHOR_BEGINS = re.compile(r"<a\s+href=(?P<quote>[\"'])\Z")
_ENTITY = re.compile("&(lt|gt|amp|quot);")
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAGS_HINT = said(
    'only <b>, <i>, <u>, <s> and <a href="{{ link }}">; for the sign itself write &lt;'
)


@dataclass(frozen=True, slots=True)
class Words:
    """What stands between two of Jinja2's constructs, and the line on which it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    """The beginning of an anchor, up to its '>'."""

    line: int


Piece: TypeAlias = Words | Link | Value | Choice


def with_links(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """`<a href="`, the link and `">` as the one thing that they are."""
    left = deque(pieces)
    while left:
        piece = left.popleft()
        begins = _ANCHOR_BEGINS.search(piece.text) if isinstance(piece, Words) else None
        if begins is None or len(left) < 2 or left[0] != Value("link"):
            yield piece
            continue
        assert isinstance(piece, Words), "it was searched"
        ends = left[1]
        if not isinstance(ends, Words) or not ends.text.startswith(f"{begins['quote']}>"):
            yield piece
            continue
        yield Words(piece.text[: begins.start()], piece.line)
        yield Link(piece.line + piece.text.count("\n", 0, begins.start()))
        left.popleft()
        left[0] = Words(ends.text[2:], ends.line)


class _Open(NamedTuple):
    tag: str
    line: int
    written: str
    before: list[Node]  # what stands beside it


@dataclass(slots=True)
class Tags:
    """Reads the tags of one body: what begins in it must end in it."""

    told: Told
    open: list[_Open] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    def body(self, pieces: Iterator[Piece]) -> Body:
        for piece in pieces:
            match piece:
                case Words(text, line):
                    self._read(text, line)
                case Link(line):
                    self._begin(ANCHOR, line, "<a")
                case _:
                    self.nodes.append(piece)
        while self.open:
            opened = self._end()
            self.told.error(
                opened.line,
                opened.written,
                said("<{tag}> is not closed", tag=opened.tag),
                said("write </{tag}>, in the same 'if' where it begins", tag=opened.tag),
            )
        return tuple(self.nodes)

    def _read(self, text: str, line: int) -> None:
        at = 0
        for tag in TAG.finditer(text):
            self._say(text[at : tag.start()])
            self._tag(tag, line + text.count("\n", 0, tag.start()))
            at = tag.end()
        self._say(text[at:])

    def _say(self, text: str) -> None:
        if text:
            self.nodes.append(Literal(_ENTITY.sub(lambda sign: _CHARACTERS[sign[1]], text)))

    def _tag(self, tag: re.Match[str], line: int) -> None:
        name, written = tag["name"], tag[0]
        if tag["rest"] != ">" or name not in ((*STYLES, ANCHOR) if tag["end"] else STYLES):
            message = said("{tag} is no tag here", tag=shown(written))
            self.told.error(line, written, message, _TAGS_HINT)
        elif not tag["end"]:
            self._begin(name, line, written)
        elif not self.open:
            self.told.error(
                line,
                written,
                said("{tag} ends nothing", tag=written),
                said("<{tag}> begins in the same 'if', or not at all", tag=name),
            )
        elif (opened := self._end()).tag != name:
            self.told.error(
                line,
                written,
                said("{tag} comes before {other}", tag=written, other=f"</{opened.tag}>"),
                said("what began last ends first"),
            )

    def _begin(self, tag: str, line: int, written: str) -> None:
        if len(self.open) == MAX_DEPTH:
            self.told.error(line, written, *TOO_DEEP)
        self.open.append(_Open(tag, line, written, self.nodes))
        self.nodes = []

    def _end(self) -> _Open:
        opened = self.open.pop()
        opened.before.append(Styled(opened.tag, tuple(self.nodes)))
        self.nodes = opened.before
        return opened

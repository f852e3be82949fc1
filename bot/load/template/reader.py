"""Jinja2's tree of a template -> ours. What posts have no use for is refused, not passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.model import Platform
from bot.core.said import said
from bot.core.template import (
    FILTERS,
    PARTS,
    Body,
    Both,
    Choice,
    Either,
    Has,
    Literal,
    Node,
    Not,
    Test,
    Value,
)
from bot.load.report import did_you_mean, shown
from bot.load.template.tags import TAG, Link, Piece, Tags, Words, with_links
from bot.load.template.told import MAX_DEPTH, TOO_DEEP, UNDERSTOOD, Told


@dataclass(frozen=True, slots=True)
class Reader:
    told: Told
    platform: Platform

    def body(self, nodes: Sequence[Any], depth: int = 0) -> Body:
        if depth > MAX_DEPTH:
            self.told.error(nodes[0].lineno if nodes else 1, "{", *TOO_DEEP)
            return ()
        pieces = list(self._pieces(nodes, depth))
        if self.platform is Platform.TELEGRAM:
            return Tags(self.told).body(with_links(pieces))
        return tuple(self._untagged(pieces))

    def _pieces(self, nodes: Sequence[Any], depth: int) -> Iterator[Piece]:
        for node in nodes:
            match type(node).__name__:
                case "Output":
                    yield from self._pieces(node.nodes, depth)
                case "TemplateData":
                    yield Words(node.data, node.lineno)
                case "If":
                    yield self._choice(node, node.elif_, depth)
                case "Name" | "Filter":
                    if value := self._value(node):
                        yield value
                case kind:
                    self._refuse(node, kind)

    def _choice(self, node: Any, elifs: Sequence[Any], depth: int) -> Choice:
        test = self._test(node.test, 0)
        then = self.body(node.body, depth + 1)
        if not elifs:
            return Choice(test, then, self._otherwise(node, depth))
        first, *others = elifs
        first.else_ = node.else_
        return Choice(test, then, (self._choice(first, others, depth),))

    def _otherwise(self, node: Any, depth: int) -> Body:
        return self.body(node.else_, depth + 1) if node.else_ else ()

    def _test(self, node: Any, depth: int) -> Test:
        if depth > MAX_DEPTH:
            self.told.error(node.lineno, "if", *TOO_DEEP)
            return Has(PARTS[0])
        match type(node).__name__:
            case "Name":
                return Has(self._part(node))
            case "Not":
                return Not(self._test(node.node, depth + 1))
            case "And":
                return Both(self._test(node.left, depth + 1), self._test(node.right, depth + 1))
            case "Or":
                return Either(self._test(node.left, depth + 1), self._test(node.right, depth + 1))
            case kind:
                self._refuse(node, kind)
                return Has(PARTS[0])

    def _value(self, node: Any) -> Value | None:
        filters: list[str] = []
        while type(node).__name__ == "Filter" and node.node is not None:
            self._check_filter(node)
            filters.insert(0, node.name)
            node = node.node
        if type(node).__name__ != "Name":
            self._refuse(node, type(node).__name__)
            return None
        part = self._part(node)
        if part == "link" and filters:
            self.told.error(
                node.lineno,
                filters[0],
                said("a link must stay as it is"),
                said("write {{ link }}"),
            )
        return Value(part, tuple(filters))

    def _check_filter(self, node: Any) -> None:
        if node.name not in FILTERS or node.args or node.kwargs:
            self.told.error(
                node.lineno,
                node.name,
                said("there is no filter {name} here", name=shown(node.name)),
                did_you_mean(node.name, FILTERS),
            )
        elif node.name == "upper":
            self.told.warn(
                node.lineno,
                node.name,
                said("capitals shout, and some screen readers spell them"),
                said("leave the letters as they are; <b> makes words stand out"),
            )

    def _part(self, node: Any) -> str:
        if node.name not in PARTS:
            self.told.error(
                node.lineno,
                node.name,
                said("a post has no {name}", name=shown(node.name)),
                did_you_mean(node.name, PARTS),
            )
            return PARTS[0]
        return str(node.name)

    def _refuse(self, node: Any, kind: str) -> None:
        word = _WRITTEN_AS.get(kind, "{")
        what = f"{word!r}" if kind in _WRITTEN_AS else said("this")
        message = said("{what} is not possible in a template", what=what)
        self.told.error(node.lineno, word, message, UNDERSTOOD)

    def _untagged(self, pieces: Sequence[Piece]) -> Iterator[Node]:
        """On a platform without markup; only what would be shown though it was meant as a tag is told."""
        for piece in pieces:
            if not isinstance(piece, Words):
                assert not isinstance(piece, Link), "they are looked for where there are tags"
                yield piece
                continue
            for tag in TAG.finditer(piece.text):
                if tag["name"]:
                    line = piece.line + piece.text.count("\n", 0, tag.start())
                    self.told.error(
                        line,
                        tag[0],
                        said("{tag} would be shown as it stands", tag=shown(tag[0])),
                        said("posts on {platform} have no tags", platform=self.platform),
                    )
            yield Literal(piece.text)


# By Jinja2's name for it: how that is written.
_WRITTEN_AS = {
    "Assign": "set",
    "AssignBlock": "set",
    "Block": "block",
    "CallBlock": "call",
    "Extends": "extends",
    "FilterBlock": "filter",
    "For": "for",
    "FromImport": "from",
    "Import": "import",
    "Include": "include",
    "Macro": "macro",
    "With": "with",
    "Call": "(",
    "Getattr": ".",
    "Getitem": "[",
    "Concat": "~",
}

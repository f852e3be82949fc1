"""A document, or why there is none, as JSON and back: what one process hands to another, and nothing that can run."""

from __future__ import annotations

import json
from typing import Any

from bot.core.said import Said, retold
from bot.newsletter.document import Block, Document, Kind, Link, Place
from bot.newsletter.reading.unreadable import Unreadable


def packed(result: Document | Unreadable) -> bytes:
    """`result` as JSON."""
    if isinstance(result, Unreadable):
        value: dict[str, Any] = {"message": _of_said(result.message), "hint": _of_said(result.hint)}
    else:
        value = {
            "blocks": [_of_block(block) for block in result.blocks],
            "title": result.title,
            "language": result.language,
            "is_lined": result.is_lined,
        }
    return json.dumps(value).encode("ascii")


def unpacked(content: bytes) -> Document | Unreadable:
    """What `packed` packed."""
    value = json.loads(content)
    if "message" in value:
        return Unreadable(_said(value["message"]), _said(value["hint"]))
    return Document(
        tuple(map(_block, value["blocks"])),
        value["title"],
        value["language"],
        value["is_lined"],
    )


def _of_said(text: Said) -> list[Any]:
    return [text.template, dict(text.values)]


def _said(value: list[Any]) -> Said:
    template, values = value  # a literal in the process that it comes from, where catalogs found it
    return retold(template, values)


def _of_block(block: Block) -> list[Any]:
    return [
        block.kind, block.text, [block.place.line, block.place.page], block.level,
        [[link.start, link.end, link.target] for link in block.links], block.bold,
        block.size, [_of_block(cell) for cell in block.cells], block.is_header,
        block.struck,
        block.wraps,
    ]  # fmt: skip


def _block(value: list[Any]) -> Block:
    kind, text, place, level, links, bold, size, cells, is_header, struck, wraps = value
    return Block(
        Kind(kind), text, Place(*place), level,
        tuple(Link(*link) for link in links), tuple((start, end) for start, end in bold),
        size, tuple(map(_block, cells)), is_header, struck, tuple(wraps),
    )  # fmt: skip

"""A newsletter's file -> a document, whatever its format. Judges nothing of what it says, and trusts no byte of it."""

from __future__ import annotations

from bot.core.said import said
from bot.newsletter.document import Document
from bot.newsletter.reading import limits
from bot.newsletter.reading.apart import read_apart
from bot.newsletter.reading.formats import format_of
from bot.newsletter.reading.unreadable import Unreadable

__all__ = ["Unreadable", "read_document"]


def read_document(content: bytes, name: str) -> Document:
    """The document that `content` is, a file called `name`. It has at least one block with words in it.

    Takes a tenth of a second or more, nine at most; may be called from any thread.
    Raises Unreadable, which says what is wrong and how to get a file that is read.
    """
    if len(content) > limits.FILE:
        raise Unreadable(
            said("the file has more than {count} MB", count=limits.FILE // 1_000_000),
            said(
                "take the pictures out of it, or copy its text into a new document, and save that"
            ),
        )
    document = read_apart(content, format_of(content, name))
    if not any(block.text for block in document.blocks):
        raise Unreadable(
            said("the file has no text that could be read"),
            said("if it shows pictures of text, use the document that they were made from"),
        )
    return document

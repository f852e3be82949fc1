"""A newsletter's file -> a document, whatever its format. Judges nothing of what it says, and trusts no byte of it."""

from __future__ import annotations

from bot.newsletter.document import Document
from bot.newsletter.reading.formats import Format, format_of
from bot.newsletter.reading.markdown import read_markdown
from bot.newsletter.reading.pdf import read_pdf
from bot.newsletter.reading.plain import read_text
from bot.newsletter.reading.unreadable import Unreadable
from bot.newsletter.reading.web import read_html
from bot.newsletter.reading.word import read_docx

__all__ = ["Unreadable", "read_document"]


def read_document(content: bytes, name: str) -> Document:
    """The document that `content` is, a file called `name`.

    Raises Unreadable, which says what is wrong and how to get a file that is read.
    """
    match format_of(content, name):
        case Format.MARKDOWN:
            return read_markdown(content)
        case Format.HTML:
            return read_html(content)
        case Format.DOCX:
            return read_docx(content)
        case Format.PDF:
            return read_pdf(content)
        case _:
            return read_text(content)

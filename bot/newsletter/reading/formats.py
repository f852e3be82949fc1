"""Tells what a file is: by its bytes first, then by its name. Refuses what no reader reads."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from bot.core.said import Said, said
from bot.newsletter.reading.unreadable import Unreadable


class Format(StrEnum):
    """What is read."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    MAIL = "mail"
    DOCX = "docx"
    PDF = "pdf"


_SUFFIXES: Final = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    "": Format.TEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".eml": Format.MAIL,
    ".mht": Format.MAIL,
    ".mhtml": Format.MAIL,
}
# How PNG, JPEG, GIF and TIFF begin; others are told by their names
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
_PICTURE_SUFFIXES: Final = (".bmp", ".webp", ".svg")
_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.I | re.S,
)
_HEAD: Final = 4096  # of a file's bytes, where what it is stands


def format_of(content: bytes, name: str) -> Format:
    """What `content`, a file called `name`, is. Raises Unreadable where nothing here reads it."""
    suffix = PurePath(name).suffix.lower()
    head = content[:_HEAD]
    if not content.strip():
        raise Unreadable(said("the file is empty"), said("save the newsletter again, and use that"))
    if b"%PDF-" in head[:1024]:  # PDF 32000-1, annex H.3.4.1: readers take it anywhere up to there
        return Format.PDF
    if head.startswith(b"PK\x03\x04"):
        return _of_package(content, suffix)
    if head.startswith(b"\xd0\xcf\x11\xe0"):  # Microsoft's compound file
        raise _of_compound(content)
    if head.startswith(b"{\\rtf"):
        raise _other(said("the file is RTF"))
    if head.startswith(_PICTURES) or suffix in _PICTURE_SUFFIXES or head[4:8] == b"ftyp":  # HEIC
        raise Unreadable(
            said("the file is a picture: it has no text that could be read"),
            said("use the document that the picture was made from"),
        )
    if _HTML.match(head):
        return Format.HTML
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if suffix in (".docx", ".pdf"):
        raise Unreadable(
            said("the file is called {suffix}, but is none", suffix=suffix),
            said("open it in the program that made it, and save it again"),
        )
    raise _other(said("files that end in {suffix} are not read", suffix=suffix))


def _of_package(content: bytes, suffix: str) -> Format:
    """What a ZIP file is. Names stand unpacked in it, in front of each part and again at its end."""
    if (
        b"word/document" in content
        or b"application/vnd.openxmlformats-officedocument.word" in content
    ):
        return Format.DOCX
    if b"mimetypeapplication/vnd.oasis.opendocument" in content[:_HEAD]:
        raise _other(said("the file is an OpenDocument text"))
    if suffix == ".pages" or b"Index/Document.iwa" in content:
        raise _other(said("the file is from Pages"))
    if suffix == ".docx":
        return Format.DOCX  # whose reader says what is wrong with it
    raise _other(said("the file is an archive, not a document"))


def _of_compound(content: bytes) -> Unreadable:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Unreadable(
            said("the document is protected by a password"),
            said("open it in Word, take the password away, and save it again"),
        )
    return _other(said("the file is a document of Word 2003 or older"))


def _other(message: Said) -> Unreadable:
    return Unreadable(
        message,
        said(
            "open it in the program that made it and save it as Word (.docx), PDF, web page (.html) or text"
        ),
    )

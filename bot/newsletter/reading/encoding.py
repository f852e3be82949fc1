"""The bytes of a text file -> its characters. Believes the bytes before what they say of themselves."""

from __future__ import annotations

import codecs
import re
from typing import Final

from bot.core.said import said
from bot.newsletter.reading import limits
from bot.newsletter.reading.unreadable import Unreadable

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# `<meta charset="…">`, and the older form inside `content="text/html; charset=…"`
_DECLARED: Final = re.compile(rb"""<meta[^>]{1,200}?charset\s*=\s*["']?([\w-]{1,40})""", re.I)
_HEAD: Final = (
    2048  # HTML asks for the declaration within the first 1,024 bytes; Word is less strict
)


def decoded(content: bytes) -> str:
    """The characters of `content`, its line ends made `\\n`.

    By its byte order mark; else as UTF-8 where it is (text in another encoding hardly ever is by chance);
    else as what an HTML file declares; else as Windows-1252, which also reads Latin-1.
    Raises Unreadable where it is no text, or too long.
    """
    text = _characters(content)
    if "\0" in text:
        raise Unreadable(
            said("the file is not text: it has NUL bytes"),
            said("open it in the program that made it, and save it as .docx, .html, .md or .txt"),
        )
    if len(text) > limits.FILE:
        raise limits.too_long()
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _characters(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(_declared(content), "replace")


def _declared(content: bytes) -> str:
    found = _DECLARED.search(content[:_HEAD])
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else ""
    except (LookupError, UnicodeDecodeError):
        name = ""
    # A file that says Latin-1 is Windows-1252 all the same (HTML standard, "encodings", labels);
    # and UTF-8 was tried.
    return "cp1252" if name in ("", "utf-8", "iso8859-1", "ascii") else name

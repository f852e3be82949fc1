"""How much a newsletter may be. What is beyond is refused, never cut: half a newsletter looks like a whole one."""

from __future__ import annotations

from typing import Final

from bot.core.said import said
from bot.newsletter.reading.unreadable import Unreadable

# Telegram hands over files of up to 20 MB (Bot API, getFile); a newsletter with its pictures has a tenth.
FILE: Final = 20_000_000  # bytes
# A printed page has some 3,000 characters: this is a book of six hundred pages.
CHARACTERS: Final = 2_000_000
# Every entry of a list and row of a table is one; the longest monthly issue that was looked at has 150.
BLOCKS: Final = 20_000
# An issue has 10 pages, a yearbook 300.
PAGES: Final = 500
# What a part of a DOCX may be once unpacked: 300 pages of Word are 3 to 5 MB of XML.
PART: Final = 15_000_000  # bytes
# All of its parts that are read. 20 MB of XML take some 150 MB of memory as a tree.
PARTS: Final = 20_000_000  # bytes


def too_long() -> Unreadable:
    """What is said of a document with more blocks or characters than a newsletter has."""
    return Unreadable(
        said("the document is longer than any newsletter"),
        said("keep only the issue that is to be imported, and save it as a file of its own"),
    )

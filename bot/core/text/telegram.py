"""Counts a text as Telegram does; refuses to know markup, so it wants the text after its parsing.

The Bot API limits messages to 4096 and captions to 1024 characters "after entities parsing"
(https://core.telegram.org/bots/api#sendmessage) and measures its entities in UTF-16 code units. Its
server counts code points, of which there are never more than of UTF-16 units: who stays within the
limit in UTF-16 stays within it either way.
"""

from __future__ import annotations

LIMIT = 4096
CAPTION_LIMIT = 1024


def length(plain: str) -> int:
    """The length of `plain`, without markup, in UTF-16 code units."""
    if plain.isascii():
        return len(plain)
    return len(plain.encode("utf-16-le", "surrogatepass")) // 2

"""A text of staff's own, which stands for ours: it is said as it is, and given what followers can't do without.

Dates and link are added where the text has not got them; nothing of the text is ever cut.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from bot.render.clean import one_line, paragraphs

Paragraphs: TypeAlias = tuple[tuple[str, ...], ...]  # each of lines


@lru_cache(maxsize=1_024)
def own_text(text: str, written_link: str, link: str) -> Paragraphs:
    """The paragraphs of `text`; where it has the item's link, that is the `link` that is sent."""
    found = paragraphs(text)
    if not written_link or written_link == link:
        return found
    whole = re.compile(rf"(?<!\S){re.escape(written_link)}(?!\S)")
    return tuple(
        tuple(whole.sub(lambda _: link, line) for line in paragraph) for paragraph in found
    )


@lru_cache(maxsize=1_024)
def lacking(text: Paragraphs, dates: str, link: str) -> tuple[str, str]:
    """The dates and the link of an item, each "" where `text` says it, word for word and by itself."""
    said = " ".join(line for paragraph in text for line in paragraph)
    says_dates = re.search(rf"(?<!\w){re.escape(one_line(dates))}(?!\w)", said, re.IGNORECASE)
    return "" if says_dates else dates, "" if link in said.split(" ") else link

"""Makes a copy short enough for its platform; the order in which parts give way is always the same.

First the contact. Then the summary: at a sentence, then at a word, then gone. Then the tags from the
last, the place, the lead. The title, the dates and the link never give way, nor does a text of staff's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.render.copy import Copy
from bot.render.shorten import shorten

Layout = TypeVar("Layout")


def fitted(
    copy: Copy,
    lay_out: Callable[[Copy], Layout],
    length: Callable[[Layout], int],
    limit: int,
    abbreviations: frozenset[str],
    *,
    at_words: bool,
) -> tuple[Copy, Layout]:
    """The fullest form of `copy` that is at most `limit` long as laid out; where none is, the shortest.

    `at_words` allows a summary to end inside a sentence, with an ellipsis.
    """

    def tried(copy: Copy) -> tuple[Copy, Layout] | None:
        layout = lay_out(copy)
        return (copy, layout) if length(layout) <= limit else None

    if whole := tried(copy):
        return whole
    copy = copy._replace(contact="")
    if whole := tried(copy):
        return whole
    bare = copy._replace(summary="")
    if tried(bare):

        def fits(summary: str) -> bool:
            return tried(copy._replace(summary=summary)) is not None

        summary = shorten(copy.summary, fits, abbreviations, at_words=at_words)
        short = copy._replace(summary=summary)
        return short, lay_out(short)
    while bare.tags:
        bare = bare._replace(tags=bare.tags[:-1])
        if untagged := tried(bare):
            return untagged
    placeless = bare._replace(where="")
    if whole := tried(placeless):
        return whole
    shortest = placeless._replace(lead="")
    return shortest, lay_out(shortest)

"""How two wordings of a delivery differ: the lines that only one of them has, for people to read."""

from __future__ import annotations

from bot.core.model import Post
from bot.core.said import said

LONGEST = 120  # characters of a difference that are shown on one line


def difference(before: Post, after: Post) -> str:
    """What `after` says that `before` does not, such as `Tra sei giorni`; where it only says less, what it
    leaves out, as `without: Domani alle 11`."""
    old, new = before.text.splitlines(), after.text.splitlines()
    added = [line for line in new if line and line not in old]
    if added:
        return _clipped(" / ".join(added))
    gone = [line for line in old if line and line not in new]
    if not gone:
        return said("the same words")
    return said("without: {words}", words=_clipped(" / ".join(gone)))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

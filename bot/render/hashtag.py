"""Turns a tag into a hashtag that a screen reader can read: `fondo sociale europeo` -> `#FondoSocialeEuropeo`."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.render.clean import one_line

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4_096)
def hashtag(tag: str) -> str:
    """Letters and digits only, each word with a large first letter; "" where no letter is left."""
    words = _WORD.findall(one_line(tag))
    joined = "".join(word[0].upper() + word[1:] for word in words)
    return f"#{joined}" if any(map(str.isalpha, joined)) else ""


@lru_cache(maxsize=4_096)
def hashtags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The hashtags of `tags` in order; those that differ only in case are said once."""
    first: dict[str, str] = {}
    for tag in filter(None, map(hashtag, tags)):
        first.setdefault(tag.casefold(), tag)
    return tuple(first.values())

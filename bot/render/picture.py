"""The picture of a post, and what it is said to show; chosen before any text is fitted around it."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.model import Act, Image, Item
from bot.render.clean import one_line


class Picture(NamedTuple):
    """An item's image in one language."""

    image: Image
    alt: str  # on one line


def picture_of(item: Item, act: Act, language: str) -> Picture | None:
    """The picture that goes with a post of `item`, if one does.

    None goes with a withdrawal: a cheerful picture is all that many would take in of it.
    """
    if item.image is None or act is Act.WITHDRAW:
        return None
    return Picture(item.image, one_line(item.image.alt_in(language)))

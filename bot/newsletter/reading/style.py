"""What a `style` attribute says of how words are set, as far as a reader asks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

# Points (CSS Values 4, absolute lengths: 1 in = 72 pt = 96 px)
_POINTS: Final = {"pt": 1.0, "px": 0.75, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0}
# What one unit of the letters around is worth
_RELATIVE: Final = {"em": 1.0, "%": 0.01}
_MEDIUM: Final = 12.0  # browsers' medium, 16 px, which `rem` is, too
# CSS Fonts 4, "absolute-size": multiples of medium
_NAMED: Final = {
    "xx-small": 0.6,
    "x-small": 0.75,
    "small": 0.89,
    "medium": 1.0,
    "large": 1.2,
    "x-large": 1.5,
    "xx-large": 2.0,
}
# `<font size="…">` of HTML 4 in multiples of medium, from 1
_FONT: Final = (0.6, 0.89, 1.0, 1.2, 1.5, 2.0, 3.0)
_LENGTH: Final = re.compile(r"(\d*\.?\d+)\s*(rem|[a-z]{2}|%)?")


class Style(NamedTuple):
    """What one `style` attribute says; None = nothing."""

    is_hidden: bool = False  # with all that is in it
    is_bold: bool | None = None
    is_italic: bool | None = None
    font_size: str | None = None
    is_struck: bool = False
    list_level: int = 0  # of an entry of a list as Word writes it; 0 = it is none


@lru_cache(maxsize=1024)
def style_of(attribute: str) -> Style:
    """What `attribute` says. What can't be understood is passed over, as browsers do."""
    said: dict[str, str] = {}
    for declaration in attribute.lower().split(";"):
        name, _, value = declaration.partition(":")
        said[name.strip()] = value.replace("!important", "").strip()
    weight = said.get("font-weight")
    level = re.search(r"\blevel(\d)\b", said.get("mso-list", ""))
    return Style(
        is_hidden=_hides(said),
        is_bold=None if weight is None else weight.startswith(("bold", "6", "7", "8", "9")),
        is_italic=None
        if "font-style" not in said
        else said["font-style"].startswith(("italic", "oblique")),
        font_size=said.get("font-size"),
        is_struck="line-through" in said.get("text-decoration", "")
        or "line-through" in said.get("text-decoration-line", ""),
        list_level=int(level[1]) if level else 0,
    )


def _hides(said: dict[str, str]) -> bool:
    """Is it hidden? Not by a size of 0 alone: around columns it closes gaps, and those have sizes of their own."""
    return (
        said.get("display") == "none"
        or said.get("visibility") == "hidden"
        or said.get("mso-list") == "ignore"  # the sign before an entry of a list
        or (_is_nothing(said.get("max-height")) and said.get("overflow") == "hidden")
        or _is_nothing(said.get("opacity"))
    )


def _is_nothing(length: str | None) -> bool:
    found = _LENGTH.match(length) if length else None
    return found is not None and float(found[1]) == 0


def points(size: str, around: float) -> float:
    """A font size in points, in letters of `around` points (0 = unknown). Where it says none: `around`."""
    if size in _NAMED:
        return round(_NAMED[size] * _MEDIUM, 1)
    found = _LENGTH.match(size)
    if not found:
        return around
    number, unit = float(found[1]), found[2] or "px"
    if unit == "rem":
        return round(number * _MEDIUM, 1)
    if unit in _RELATIVE:
        return round(number * _RELATIVE[unit] * (around or _MEDIUM), 1)
    return round(number * _POINTS[unit], 1) if unit in _POINTS else around


def points_of_font(size: str, around: float) -> float:
    """What `<font size>` says, in points."""
    return (
        round(_FONT[int(size) - 1] * _MEDIUM, 1) if size in "1234567" and len(size) == 1 else around
    )

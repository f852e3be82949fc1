"""The styles of a DOCX: what a paragraph or a run has of its style, and the style of those it is based on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Names of styles are English in every Word; only what its window shows is translated.
_HEADING: Final = re.compile(r"(?:heading|titolo) (\d)", re.I)
_TITLE: Final = ("title", "titolo")
_BODY: Final = 10  # the outline level of what is no heading, from 1 (ISO/IEC 29500-1, 17.3.1.20)
_DEEPEST: Final = 20  # styles that may be based on each other; Word stops there, too


_T = TypeVar("_T")


def _first(over: _T | None, under: _T | None) -> _T | None:
    return under if over is None else over


@dataclass(frozen=True, slots=True)
class Style:
    """What a style, a paragraph or a run says; None = nothing, so that what is around it counts."""

    heading: int | None = None  # its level; 0 = it is none
    entry: int | None = None  # the level of an entry of a list; 0 = it is none
    is_bold: bool | None = None
    is_italic: bool | None = None
    is_hidden: bool | None = None
    is_struck: bool | None = None
    size: float | None = None  # in points

    def over(self, under: Style) -> Style:
        """What holds where `self` stands over `under`."""
        return Style(
            _first(self.heading, under.heading),
            _first(self.entry, under.entry),
            _first(self.is_bold, under.is_bold),
            _first(self.is_italic, under.is_italic),
            _first(self.is_hidden, under.is_hidden),
            _first(self.is_struck, under.is_struck),
            _first(self.size, under.size),
        )


NO_STYLE: Final = Style()


class Styles:
    """The styles of a document by their ids. Unknown ones say nothing."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, tuple[Style, str]] = {}  # and the id of the one it is based on
        self._known: dict[str, Style] = {}
        self.default = NO_STYLE
        self._paragraph = ""  # the id of the style of a paragraph that names none
        if root is None:
            return
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self.default = run_style(defaults)
        for element in root.iterfind(f"{W}style"):
            name = element.get(f"{W}styleId", "")
            based_on = _value(element, "basedOn") or ""
            self._styles[name] = (_style(element), based_on)
            if element.get(f"{W}type") == "paragraph" and is_on(element.get(f"{W}default", "0")):
                self._paragraph = name

    def of_paragraph(self, properties: etree._Element | None) -> Style:
        """What holds in a paragraph with these `w:pPr`."""
        name = _value(properties, "pStyle") or self._paragraph
        return paragraph_style(properties).over(self._named(name)).over(self.default)

    def of_run(self, properties: etree._Element | None, paragraph: Style) -> Style:
        """What holds in a run with these `w:rPr`."""
        if properties is None:
            return paragraph
        named = self._named(_value(properties, "rStyle") or "")
        return run_style(properties).over(named).over(paragraph)

    def _named(self, name: str) -> Style:
        known = self._known.get(name)
        if known is None:
            known, based_on = NO_STYLE, name
            for _ in range(_DEEPEST):
                if based_on not in self._styles:
                    break
                own, based_on = self._styles[based_on]
                known = known.over(own)
            self._known[name] = known
        return known


def paragraph_style(properties: etree._Element | None) -> Style:
    """What `w:pPr` itself says."""
    if properties is None:
        return NO_STYLE
    outline = _value(properties, "outlineLvl")
    numbers = properties.find(f"{W}numPr")
    return Style(
        heading=None if outline is None else _level(outline) % _BODY,
        entry=None if numbers is None else _entry(numbers),
    )


def run_style(properties: etree._Element | None) -> Style:
    """What `w:rPr` itself says."""
    if properties is None:
        return NO_STYLE
    size = _value(properties, "sz")  # in half points
    return Style(
        is_bold=_switch(properties, "b"),
        is_italic=_switch(properties, "i"),
        is_hidden=_switch(properties, "vanish"),
        is_struck=_either(_switch(properties, "strike"), _switch(properties, "dstrike")),
        size=int(size) / 2 if size and size.isdecimal() else None,
    )


def is_on(value: str) -> bool:
    """Does this value of a switch turn it on?"""
    return value not in ("0", "false", "off")


def _style(element: etree._Element) -> Style:
    said = paragraph_style(element.find(f"{W}pPr")).over(run_style(element.find(f"{W}rPr")))
    name = (_value(element, "name") or "").lower()
    found = _HEADING.fullmatch(name)
    if found and said.heading is None:
        return replace(said, heading=int(found[1]))
    return replace(said, heading=1) if name in _TITLE else said


def _entry(numbers: etree._Element) -> int:
    """The level of an entry; 0 where `w:numId` is 0, which takes it out of its list."""
    if _value(numbers, "numId") == "0":
        return 0
    return _level(_value(numbers, "ilvl") or "0")


def _level(text: str) -> int:
    """Levels count from 0 to 9 in the file, from 1 here; 0 is what is no level."""
    return int(text) + 1 if text in "0123456789" and text else 0


def _switch(properties: etree._Element, name: str) -> bool | None:
    found = properties.find(W + name)
    return None if found is None else is_on(found.get(f"{W}val", "1"))


def _either(one: bool | None, other: bool | None) -> bool | None:
    """On where one of two switches is; off where one turns off what a style has on."""
    return one or other if one or other or one is None else one


def _value(element: etree._Element | None, name: str) -> str | None:
    found = None if element is None else element.find(W + name)
    return None if found is None else found.get(f"{W}val")

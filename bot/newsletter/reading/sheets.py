"""The style sheets within a page: what they say of an element is written into its `style`, as if it stood there.

Looked at are the plainest rules only (`.menu`, `#foot`, `p`, `td.title`), and of those what `style.py` asks for:
what is hidden, bold or large. What holds for small screens or for print is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import html

# No page that a person made has more; a sheet with as many rules as words is an attack or a framework.
_LONGEST: Final = 400_000  # characters
_MOST_RULES: Final = 5_000

_MARKS: Final = re.compile(r"[{};]")
_PLAIN: Final = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*)?(?:(?P<mark>[.#])(?P<name>[\w-]+))?", re.IGNORECASE
)
_ASKED: Final = (
    *("display", "visibility", "opacity", "max-height", "overflow"),
    *("font-weight", "font-style", "font-size", "text-decoration", "text-decoration-line"),
)
_LONGEST_VALUE: Final = 60  # characters; `400 small-caps …` has twenty

Declarations = dict[str, str]
Rules = dict[tuple[str, str], Declarations]  # (tag, `.class` or `#id`); "" = any


def apply_sheets(root: html.HtmlElement) -> None:
    """Give each element of the page what the page's own sheets say of it, before what itself says."""
    text = "\n".join(element.text_content() for element in root.iter("style"))[:_LONGEST]
    rules = _rules(text)
    if not rules:
        return
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        said: Declarations = {}
        for key in _keys(element):
            said |= rules.get(key, {})
        if said:
            declared = ";".join(f"{name}:{value}" for name, value in said.items())
            element.set("style", f"{declared};{element.get('style', '')}")


def _keys(element: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What rules may call it, the weakest first: CSS lets an id win over a class, and that over a tag."""
    tag = element.tag.lower()
    yield tag, ""
    for name in element.get("class", "").split():
        yield "", f".{name}"
        yield tag, f".{name}"
    if "id" in element.attrib:
        yield "", f"#{element.get('id')}"
        yield tag, f"#{element.get('id')}"


def _rules(text: str) -> Rules:
    found: Rules = {}
    for rule in _without_conditions(_without_remarks(text)).split("}", _MOST_RULES)[:_MOST_RULES]:
        before, brace, inside = rule.rpartition("{")
        declarations = _declarations(inside) if brace else {}
        if not declarations:
            continue
        for selector in before.rpartition("{")[2].split(","):
            plain = _PLAIN.fullmatch(selector.strip())
            if plain is None or not plain[0]:
                continue
            key = (plain["tag"] or "").lower(), f"{plain['mark'] or ''}{plain['name'] or ''}"
            found[key] = found.get(key, {}) | declarations
    return found


def _declarations(text: str) -> Declarations:
    found: Declarations = {}
    for declaration in text.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name.lower() in _ASKED and len(value) <= _LONGEST_VALUE:
            found[name.lower()] = value
    return found


def _without_remarks(text: str) -> str:
    before, *remarks = text.split("/*")
    return before + "".join(remark.partition("*/")[2] for remark in remarks)


def _without_conditions(text: str) -> str:
    """The sheet without its `@media` and the like: what holds only sometimes."""
    kept: list[str] = []
    at = 0
    while (begin := text.find("@", at)) >= 0:
        kept.append(text[at:begin])
        at = _end_of_condition(text, begin)
    kept.append(text[at:])
    return "".join(kept)


def _end_of_condition(text: str, begin: int) -> int:
    depth = 0
    for mark in _MARKS.finditer(text, begin):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
        if depth <= 0 and (mark[0] == "}" or (mark[0] == ";" and depth == 0)):
            return mark.end()
    return len(text)

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

_REMARK: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE: Final = re.compile(r"([^{}]*)\{([^{}]*)\}")
_PLAIN: Final = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*)?(?:(?P<mark>[.#])(?P<name>[\w-]+))?", re.IGNORECASE
)
_ASKED: Final = re.compile(
    r"(?:^|;|\s)(?:display|visibility|text-decoration|font|font-weight|font-style|font-size|opacity|max-height)\s*:",
    re.IGNORECASE,
)

Rules = dict[tuple[str, str], str]  # (tag, `.class` or `#id`) -> declarations; "" = any


def apply_sheets(root: html.HtmlElement) -> None:
    """Give each element of the page what the page's own sheets say of it, before what itself says."""
    text = "\n".join(element.text_content() for element in root.iter("style"))[:_LONGEST]
    rules = _rules(text)
    if not rules:
        return
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        said = [rules[key] for key in _keys(element) if key in rules]
        if said:
            element.set("style", ";".join([*said, element.get("style", "")]))


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
    for number, rule in enumerate(_RULE.finditer(_without_conditions(_REMARK.sub("", text)))):
        if number > _MOST_RULES:
            break
        declarations = rule[2].strip()
        if not _ASKED.search(declarations):
            continue
        for selector in rule[1].split(","):
            plain = _PLAIN.fullmatch(selector.strip())
            if plain is None or not plain[0]:
                continue
            key = (plain["tag"] or "").lower(), f"{plain['mark'] or ''}{plain['name'] or ''}"
            found[key] = f"{found[key]};{declarations}" if key in found else declarations
    return found


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
    for mark in re.finditer(r"[{};]", text[begin:]):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
        if depth <= 0 and (mark[0] == "}" or (mark[0] == ";" and depth == 0)):
            return begin + mark.end()
    return len(text)

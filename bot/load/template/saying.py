"""Does a template say what followers can't do without? It is tried on every kind of item."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.model import Platform
from bot.core.template import ANCHOR, NEEDED, PARTS, Template, cases, lines
from bot.core.text import telegram, x
from bot.load.report import shown
from bot.load.template.told import Told

# The template's own words leave at least as much of a post to the item.
_SHARE = {Platform.TELEGRAM: telegram.CAPTION_LIMIT // 2, Platform.X: x.LIMIT // 2}

_LINK = "https://example.org/link"
_LINK_ALONE = re.compile(rf"(?<!\S){re.escape(_LINK)}(?!\S)")


def check_what_it_says(template: Template, platform: Platform, told: Told) -> None:
    """Try it on every kind of item: with and without each of the parts."""
    unsaid: dict[str, frozenset[str]] = {}
    own_words, links = 0, set()
    for case in cases():
        parts = {
            part: (_LINK if part == "link" else part) if part in case else "" for part in PARTS
        }
        shown_lines = lines(template, parts)
        runs = [run for line in shown_lines for run in line]
        said = {run.part for run in runs} | {"link" for run in runs if ANCHOR in run.tags}
        for part in case.intersection(NEEDED) - said:
            if part not in unsaid or len(unsaid[part]) < len(case):
                unsaid[part] = case
        if any(run.tags.count(ANCHOR) > 1 for run in runs):
            told.error(told.mentioned("<a"), "<a", "an <a> within another", "end the first")
            return
        text = "\n".join("".join(run.text for run in line) for line in shown_lines)
        if "link" in {run.part for run in runs} and not _LINK_ALONE.search(text):
            told.error(
                told.mentioned("link"),
                "link",
                "something stands right beside the link",
                "put a blank or a new line around {{ link }}: else it becomes a part of it",
            )
            return
        if platform is Platform.X:
            links |= {found.text for found in x.links(text)} - {_LINK}
        own = "".join(run.text for run in runs if not run.part)
        own_words = max(own_words, _length(platform, own))
    for part, case in sorted(unsaid.items()):
        absent = [each for each in PARTS if each not in case]
        where = f" of an item that has no {' and no '.join(absent)}" if absent else ""
        told.error(
            told.mentioned(part),
            part,
            f"the {part} would not be said{where}",
            _always(part, absent),
        )
    if own_words > _SHARE[platform]:
        told.error(
            1,
            told.lines[0].strip(),
            f"its own words are {own_words} long",
            f"at most {_SHARE[platform]}: the rest is for the item",
        )
    for link in sorted(links):
        told.warn(
            told.mentioned(link), link, f"{shown(link)} becomes a link in each post", "it counts 23"
        )


def _always(part: str, absent: Sequence[str]) -> str:
    if not absent:
        return f"write {{{{ {part} }}}}"
    if part != "link" and "link" in absent:
        return "an <a> goes with its link: write {% if link %}, and what is said without one"
    return f"write {{{{ {part} }}}} outside of 'if', or in {{% if {part} %}}"


def _length(platform: Platform, text: str) -> int:
    return x.weighted_length(text) if platform is Platform.X else telegram.length(text)

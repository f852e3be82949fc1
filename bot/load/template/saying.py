"""Does a template say what followers can't do without? It is tried on every kind of item."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.model import Platform
from bot.core.said import Said, said
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
        spoken = {run.part for run in runs} | {"link" for run in runs if ANCHOR in run.tags}
        for part in case.intersection(NEEDED) - spoken:
            if part not in unsaid or len(unsaid[part]) < len(case):
                unsaid[part] = case
        if any(run.tags.count(ANCHOR) > 1 for run in runs):
            told.error(
                told.mentioned("<a"), "<a", said("an <a> within another"), said("end the first")
            )
            return
        text = "\n".join("".join(run.text for run in line) for line in shown_lines)
        if "link" in {run.part for run in runs} and not _LINK_ALONE.search(text):
            told.error(
                told.mentioned("link"),
                "link",
                said("something stands right beside the link"),
                said("put a blank or a new line around {{ link }}: else it becomes a part of it"),
            )
            return
        if platform is Platform.X:
            links |= {found.text for found in x.links(text)} - {_LINK}
        own = "".join(run.text for run in runs if not run.part)
        own_words = max(own_words, _length(platform, own))
    for part, case in sorted(unsaid.items()):
        absent = [each for each in PARTS if each not in case]
        told.error(
            told.mentioned(part),
            part,
            said(
                "the {part} would not be said of an item that has no {absent}",
                part=part,
                absent=_all_of(absent),
            )
            if absent
            else said("the {part} would not be said", part=part),
            _always(part, absent),
        )
    if own_words > _SHARE[platform]:
        told.error(
            1,
            told.lines[0].strip(),
            said("its own words are {length} long", length=own_words),
            said("at most {most}: the rest is for the item", most=_SHARE[platform]),
        )
    for link in sorted(links):
        told.warn(
            told.mentioned(link),
            link,
            said("{link} becomes a link in each post", link=shown(link)),
            said("it counts 23"),
        )


def _all_of(parts: Sequence[str]) -> str:
    first, *others = parts
    named = first
    for part in others:
        named = said("{first} and no {second}", first=named, second=part)
    return named


def _always(part: str, absent: Sequence[str]) -> Said:
    if not absent:
        return said("write {{{{ {part} }}}}", part=part)
    if part != "link" and "link" in absent:
        return said("an <a> goes with its link: write {% if link %}, and what is said without one")
    return said("write {{{{ {part} }}}} outside of 'if', or in {{% if {part} %}}", part=part)


def _length(platform: Platform, text: str) -> int:
    return x.weighted_length(text) if platform is Platform.X else telegram.length(text)

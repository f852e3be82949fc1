"""Sets a copy as a post on X: plain text, airy, the link whole on the last line.

X shows a summary in full sentences or not at all: half of one reads like a mistake in 280 characters.
What X takes for a link decides the price, whoever meant it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bot.core.model import Act, Channel, Key, Platform, Post
from bot.core.prices import Prices
from bot.core.template import Template, lines
from bot.core.text.x import LIMIT, links, weighted_length
from bot.render.copy import Copy, unlinked
from bot.render.fit import fitted
from bot.render.own_text import lacking
from bot.render.picture import Picture
from bot.render.words import Vocabulary


def post(
    copy: Copy,
    key: Key,
    channel: Channel,
    words: Vocabulary,
    true_until: datetime | None,
    picture: Picture | None = None,
    *,
    without_link: bool = False,
) -> Post:
    """The post that says `copy`; too long where its title, dates and link, or a text of staff's own with
    these, are. `without_link` it says all but the link, and whatever X would take for one gives way like
    what finds no room; a title, dates or a text of staff's own that hold one don't."""
    if without_link:
        copy = unlinked(copy)
    # What says that something has changed, or is off, must not depend on a template's saying so.
    template = channel.template if key.act is Act.ANNOUNCE else None

    def lay_out(copy: Copy) -> list[str]:
        if copy.text:
            return _of_own_text(copy)
        return _of_template(template, copy) if template else _lines(copy)

    def length(lines: list[str]) -> int:
        return LIMIT + 1 if without_link and _are_linked(lines) else _length(lines)

    short, text = fitted(copy, lay_out, length, LIMIT, words.abbreviations, at_words=False)
    return post_of(
        text,
        key,
        channel.prices,
        picture=picture,
        facts=copy.facts,
        true_until=true_until if short.lead else None,
    )


def post_of(
    lines: list[str],
    key: Key,
    prices: Prices,
    *,
    facts: Mapping[str, str],
    true_until: datetime | None,
    settles: Mapping[Key, Mapping[str, str]] | None = None,
    picture: Picture | None = None,
) -> Post:
    """The post of `lines`, too long or not."""
    text = "\n".join(lines)
    # https://docs.x.com/x-api/posts/create-post
    request: dict[str, Any] = {"method": "POST", "path": "/2/tweets", "body": {"text": text}}
    if picture:
        request["image"] = {"sha256": picture.image.sha256, "alt": picture.alt}
    return Post(
        key=key,
        platform=Platform.X,
        text=text,
        request=request,
        length=_length(lines),
        limit=LIMIT,
        cost=price(prices, has_link=_are_linked(lines), has_image=picture is not None),
        facts=facts,
        true_until=true_until,
        settles=settles or {},
        image=picture.image if picture else None,
    )


def price(prices: Prices, *, has_link: bool, has_image: bool) -> Decimal:
    """What a post costs, in US dollars; an image goes with a text for those who don't see it."""
    post = prices.post_with_link if has_link else prices.post
    return post + prices.alt_text if has_image else post


def has_link(text: str) -> bool:
    """Does a post that says `text` cost what one with a link costs?

    What X takes for a link when it charges is nowhere defined: whatever it would make clickable counts,
    and so does everything that begins as a link does.
    """
    return _are_linked(text.split("\n"))


def accidental_links(text: str, link: str) -> tuple[str, ...]:
    """What X would make clickable in `text` though nobody meant it: "evento.Info" for a missing space.

    A `link` that X would cut or not see whole is told too, by the part that it would see.
    """
    return tuple(found.text for found in links(text) if found.text != link)


def _lines(copy: Copy) -> list[str]:
    blocks = (
        (copy.lead, copy.title),
        (copy.dates, copy.where),
        (copy.summary,),
        (copy.contact,),
        (" ".join(copy.tags), copy.link),
    )
    lines: list[str] = []
    for block in blocks:
        present = [line for line in block if line]
        if present:
            lines += ["", *present] if lines else present
    return lines


def _of_own_text(copy: Copy) -> list[str]:
    """The lead above the text, and below it what it lacks."""
    dates, link = lacking(copy.text, copy.dates, copy.link)
    first, *others = copy.text
    text = [copy.lead, *first] if copy.lead else [*first]
    for paragraph in (*others, *[(last,) for last in (dates, link) if last]):
        text += ["", *paragraph]
    return text


def _of_template(template: Template, copy: Copy) -> list[str]:
    return ["".join([run.text for run in line]) for line in lines(template, copy.parts)]


def _length(lines: list[str]) -> int:
    # neither a link nor an emoji nor a combining mark reaches over a line's end, so lines add up
    return sum(map(_line_length, lines)) + len(lines) - 1


def _are_linked(lines: list[str]) -> bool:
    return any(map(_is_linked, lines))


# Most lines of a post come again: on the next step of its ladder, on the next channel, in a preview.
_line_length = lru_cache(maxsize=16_384)(weighted_length)
_is_linked = lru_cache(maxsize=16_384)(lambda line: "://" in line or bool(links(line)))

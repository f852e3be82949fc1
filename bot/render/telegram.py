"""Sets a copy as a Telegram message: HTML from typed parts, the link's preview where the channel wants it.

With a picture the text is its caption, a quarter as long, and stands below it. Telegram has no field for
what a picture shows: the caption says it where staff ask for that, because the picture says something
that the text does not. Elsewhere the text is the alternative, and saying more would be noise to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from bot.core import prices
from bot.core.model import Act, Channel, Key, Platform, Post, Preview
from bot.core.template import Template, lines
from bot.core.text.telegram import CAPTION_LIMIT, LIMIT, length
from bot.render.copy import Copy
from bot.render.fit import fitted
from bot.render.markup import Anchor, Block, Bold, Italic, Plain, Row, html, plain
from bot.render.own_text import lacking
from bot.render.picture import Picture
from bot.render.words import Vocabulary


class Laid(NamedTuple):
    """A message before any request."""

    blocks: tuple[Block, ...]
    text: str  # as followers read it


def laid(blocks: tuple[Block, ...]) -> Laid:
    return Laid(blocks, plain(blocks))


def post(
    copy: Copy,
    key: Key,
    channel: Channel,
    words: Vocabulary,
    true_until: datetime | None,
    picture: Picture | None = None,
    *,
    is_quiet: bool,
) -> Post:
    """The message that says `copy`; too long where its title, dates and link, or a text of staff's own
    with these, are."""
    limit = CAPTION_LIMIT if picture else LIMIT
    pictured = (
        words.pictured.format(alt=picture.alt) if picture and picture.image.in_caption else ""
    )
    # What says that something has changed, or is off, must not depend on a template's saying so.
    template = channel.template if key.act is Act.ANNOUNCE else None

    def lay_out(copy: Copy) -> Laid:
        if copy.text:
            return laid(_of_own_text(copy, pictured, words))
        if template:
            return laid(_of_template(template, copy, pictured))
        return laid(_blocks(copy, pictured, words))

    short, message = fitted(copy, lay_out, _length, limit, words.abbreviations, at_words=True)
    return post_of(
        message,
        key,
        channel,
        link=short.link,
        is_quiet=is_quiet,
        picture=picture,
        facts=copy.facts,
        true_until=true_until if short.lead else None,
    )


def post_of(
    message: Laid,
    key: Key,
    channel: Channel,
    *,
    link: str,
    is_quiet: bool,
    facts: Mapping[str, str],
    true_until: datetime | None,
    settles: Mapping[Key, Mapping[str, str]] | None = None,
    picture: Picture | None = None,
) -> Post:
    """The post of a `message`, too long or not; `link` is the one whose preview is shown."""
    return Post(
        key=key,
        platform=Platform.TELEGRAM,
        text=message.text,
        request=_request(channel, html(message.blocks), link, picture, is_quiet=is_quiet),
        length=length(message.text),
        limit=CAPTION_LIMIT if picture else LIMIT,
        cost=prices.TELEGRAM_POST,
        facts=facts,
        true_until=true_until,
        settles=settles or {},
        image=picture.image if picture else None,
    )


def _length(message: Laid) -> int:
    return length(message.text)


# --- the text -------------------------------------------------------------------------------------


def _blocks(copy: Copy, pictured: str, words: Vocabulary) -> tuple[Block, ...]:
    """Lead and title, dates and place, summary, what the picture shows, contact, link, tags; nothing
    stands for what is missing."""
    title = Bold(copy.title)
    blocks: list[Block] = [(Italic(copy.lead), title) if copy.lead else (title,)]
    if copy.dates or copy.where:
        blocks.append(tuple([Plain(line) for line in (copy.dates, copy.where) if line]))
    blocks += [(Plain(line),) for line in (copy.summary, pictured, copy.contact) if line]
    if copy.link:
        blocks.append((Anchor(words.more, copy.link),))
    if copy.tags:
        blocks.append((Plain(" ".join(copy.tags)),))
    return tuple(blocks)


def _of_own_text(copy: Copy, pictured: str, words: Vocabulary) -> tuple[Block, ...]:
    """The lead above the text; below it what it lacks, and what the picture shows."""
    first, *others = [tuple(map(Plain, paragraph)) for paragraph in copy.text]
    dates, link = lacking(copy.text, copy.dates, copy.link)
    blocks: list[Block] = [(Italic(copy.lead), *first) if copy.lead else first, *others]
    blocks += [(Plain(line),) for line in (dates, pictured) if line]
    if link:
        blocks.append((Anchor(words.more, link),))
    return tuple(blocks)


def _of_template(template: Template, copy: Copy, pictured: str) -> tuple[Block, ...]:
    """What the channel's template makes of the copy, and below it what the picture shows."""
    blocks: list[Block] = [
        tuple([Row(line, copy.link) for line in group])
        for is_text, group in groupby(lines(template, copy.parts), key=bool)
        if is_text
    ]
    return (*blocks, (Plain(pictured),)) if pictured else tuple(blocks)


# --- the request ----------------------------------------------------------------------------------


def _request(
    channel: Channel, text: str, link: str, picture: Picture | None, *, is_quiet: bool
) -> Mapping[str, Any]:
    """The call of https://core.telegram.org/bots/api#sendmessage or, with a picture, #sendphoto; a photo
    has no preview of a link."""
    params: dict[str, Any] = {"chat_id": channel.address, "parse_mode": "HTML"}
    if is_quiet:
        params["disable_notification"] = True
    if picture:
        params["caption"] = text
        return {
            "method": "sendPhoto",
            "params": params,
            "image": {"sha256": picture.image.sha256},
        }
    params["text"] = text
    params["link_preview_options"] = _preview(channel.preview, link)
    return {"method": "sendMessage", "params": params}


def _preview(preview: Preview, link: str) -> Mapping[str, Any]:
    """https://core.telegram.org/bots/api#linkpreviewoptions; below the text is Telegram's own choice."""
    if not link or preview is Preview.NONE:
        return {"is_disabled": True}
    return {"url": link, "show_above_text": True} if preview is Preview.ABOVE else {"url": link}

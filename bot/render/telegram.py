"""Sets a copy as a Telegram message: HTML from typed parts, the link's preview below the text.

With a picture the text is its caption, a quarter as long, and stands below it. Telegram has no field for
what a picture shows: the caption says it where staff ask for that, because the picture says something
that the text does not. Elsewhere the text is the alternative, and saying more would be noise to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core import prices
from bot.core.model import Channel, Key, Platform, Post
from bot.core.text.telegram import CAPTION_LIMIT, LIMIT, length
from bot.render.canonical import digest
from bot.render.copy import Copy
from bot.render.fit import fitted
from bot.render.markup import Anchor, Block, Bold, Italic, Plain, html, plain
from bot.render.picture import Picture
from bot.render.words import Vocabulary


def post(
    copy: Copy,
    key: Key,
    channel: Channel,
    words: Vocabulary,
    true_until: datetime | None,
    picture: Picture | None = None,
) -> Post | None:
    """The message that says `copy`, or None where its title, dates and link are too long."""
    limit = CAPTION_LIMIT if picture else LIMIT
    pictured = (
        words.pictured.format(alt=picture.alt) if picture and picture.image.in_caption else ""
    )

    def lay_out(copy: Copy) -> tuple[Block, ...]:
        return _blocks(copy, pictured, words)

    fit = fitted(copy, lay_out, _length, limit, words.abbreviations, at_words=True)
    if fit is None:
        return None
    short, blocks = fit
    made = post_of(blocks, key, channel, link=short.link, picture=picture)
    return replace(made, facts=copy.facts, true_until=true_until if short.lead else None)


def post_of(
    blocks: tuple[Block, ...],
    key: Key,
    channel: Channel,
    *,
    link: str,
    picture: Picture | None = None,
) -> Post:
    """The message of `blocks`, too long or not; `link` is the one whose preview is shown."""
    text = plain(blocks)
    request = (
        _photo_request(channel.address, html(blocks), picture)
        if picture
        else _request(channel.address, html(blocks), link)
    )
    return Post(
        key=key,
        platform=Platform.TELEGRAM,
        text=text,
        request=request,
        digest=digest(request),
        length=length(text),
        limit=CAPTION_LIMIT if picture else LIMIT,
        cost=prices.TELEGRAM_POST,
        image=picture.image if picture else None,
    )


def _blocks(copy: Copy, pictured: str, words: Vocabulary) -> tuple[Block, ...]:
    """Lead and title, dates and place, summary, what the picture shows, contact, link, tags; nothing
    stands for what is missing."""
    title = Bold(copy.title)
    blocks: tuple[Block, ...] = (
        (Italic(copy.lead), title) if copy.lead else (title,),
        tuple([Plain(line) for line in (copy.dates, copy.where) if line]),
        (Plain(copy.summary),) if copy.summary else (),
        (Plain(pictured),) if pictured else (),
        (Plain(copy.contact),) if copy.contact else (),
        (Anchor(words.more, copy.link),) if copy.link else (),
        (Plain(" ".join(copy.tags)),) if copy.tags else (),
    )
    return tuple(filter(None, blocks))


def _length(blocks: tuple[Block, ...]) -> int:
    return length(plain(blocks))


def _request(chat: str, text: str, link: str) -> Mapping[str, Any]:
    """The call of https://core.telegram.org/bots/api#sendmessage."""
    return {
        "method": "sendMessage",
        "params": {
            "chat_id": chat,
            "text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"url": link} if link else {"is_disabled": True},
        },
    }


def _photo_request(chat: str, text: str, picture: Picture) -> Mapping[str, Any]:
    """The call of https://core.telegram.org/bots/api#sendphoto; a photo has no preview of a link."""
    return {
        "method": "sendPhoto",
        "params": {"chat_id": chat, "caption": text, "parse_mode": "HTML"},
        "image": {"sha256": picture.image.sha256},
    }

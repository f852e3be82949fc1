"""Sets a copy as a Telegram message: HTML from typed parts, the link's preview below the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core import prices
from bot.core.model import Channel, Key, Platform, Post
from bot.core.text.telegram import LIMIT, length
from bot.render.canonical import digest
from bot.render.copy import Copy
from bot.render.fit import fitted
from bot.render.markup import Anchor, Block, Bold, Italic, Plain, html, plain
from bot.render.words import Vocabulary


def post(
    copy: Copy, key: Key, channel: Channel, words: Vocabulary, true_until: datetime | None
) -> Post | None:
    """The message that says `copy`, or None where its title, dates and link are too long."""

    def lay_out(copy: Copy) -> tuple[Block, ...]:
        return _blocks(copy, words)

    fit = fitted(copy, lay_out, _length, LIMIT, words.abbreviations, at_words=True)
    if fit is None:
        return None
    short, blocks = fit
    made = post_of(blocks, key, channel, link=short.link)
    return replace(made, facts=copy.facts, true_until=true_until if short.lead else None)


def post_of(blocks: tuple[Block, ...], key: Key, channel: Channel, *, link: str) -> Post:
    """The message of `blocks`, too long or not; `link` is the one whose preview is shown."""
    text = plain(blocks)
    request = _request(channel.address, html(blocks), link)
    return Post(
        key=key,
        platform=Platform.TELEGRAM,
        text=text,
        request=request,
        digest=digest(request),
        length=length(text),
        limit=LIMIT,
        cost=prices.TELEGRAM_POST,
    )


def _blocks(copy: Copy, words: Vocabulary) -> tuple[Block, ...]:
    """Lead and title, dates and place, summary, contact, link, tags; nothing stands for what is missing."""
    title = Bold(copy.title)
    blocks: tuple[Block, ...] = (
        (Italic(copy.lead), title) if copy.lead else (title,),
        tuple([Plain(line) for line in (copy.dates, copy.where) if line]),
        (Plain(copy.summary),) if copy.summary else (),
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

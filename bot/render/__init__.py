"""Makes the post of a delivery: the one render that check, preview, approval and publisher share.

Pure in its arguments: the moment of sending is handed in. Refuses to send less than title, dates and
link: what does not fit with these is `Unfit`, a value that `check` turns into a problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import assert_never

from bot.core.model import Channel, Delivery, Item, Key, Platform, Post
from bot.core.text.telegram import CAPTION_LIMIT
from bot.render import telegram, x
from bot.render.copy import compose, speaks
from bot.render.picture import picture_of
from bot.render.round_up import round_up
from bot.render.words import VOCABULARIES
from bot.render.x import accidental_links

__all__ = ["Unfit", "accidental_links", "render", "speaks"]


@dataclass(frozen=True, slots=True)
class Unfit:
    """No post can be made; nothing was published, and staff must mend the item."""

    key: Key
    reason: str
    hint: str = ""


def render(
    items: Mapping[str, Item],
    delivery: Delivery,
    channel: Channel,
    *,
    at: datetime,
    zone: tzinfo,
) -> Post | Unfit:
    """The post of `delivery` as it is to be sent at `at` (UTC) by a schedule that lives in `zone`.

    `items` has every item of which the delivery speaks.
    """
    vocabulary = VOCABULARIES.get(channel.language)
    if vocabulary is None:
        known = ", ".join(VOCABULARIES)
        return Unfit(
            delivery.key,
            f"posts can't be written in the language {channel.language!r} of {channel.name}",
            f"languages that have words: {known}",
        )
    if delivery.is_round_up:
        listed = round_up(items, delivery, channel, vocabulary, at, zone)
        return listed or Unfit(
            delivery.key, "too few of its items are left, or fit", "each has posts of its own"
        )
    item = items[delivery.key.item]
    if not speaks(item, channel):
        return Unfit(
            delivery.key,
            f"the item has no title in the language {channel.language!r} of {channel.name}",
            f"add a title under `translations: {{{channel.language}: ...}}`",
        )
    copy, true_until = compose(item, delivery, channel, vocabulary, at, zone)
    picture = picture_of(item, delivery.key.act, channel.language)
    match channel.platform:
        case Platform.TELEGRAM:
            post = telegram.post(
                copy,
                delivery.key,
                channel,
                vocabulary,
                true_until,
                picture,
                is_quiet=channel.is_quiet(at.astimezone(zone)),
            )
        case Platform.X:
            post = x.post(copy, delivery.key, channel, vocabulary, true_until, picture)
        case _ as never:
            assert_never(never)
    if post.length <= post.limit:
        return post
    if copy.text:
        return Unfit(
            delivery.key,
            f"its own text is {post.length} long with dates and link, {channel.name} takes {post.limit}",
            f"shorten it, under `text: {{{channel.platform}: ...}}`",
        )
    if picture and channel.platform is Platform.TELEGRAM:
        told = ", link and the image's description" if picture.image.in_caption else " and link"
        return Unfit(
            delivery.key,
            f"title, dates{told} alone are too long for a caption on {channel.name}",
            f"a text below an image has {CAPTION_LIMIT} characters: shorten it",
        )
    return Unfit(
        delivery.key,
        f"title, dates and link alone are too long for {channel.name}",
        "shorten the title"
        + (f", or the words that the template of {channel.name} adds" if channel.template else ""),
    )

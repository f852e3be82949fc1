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
    without_link: bool = False,
) -> Post | Unfit:
    """The post of `delivery` as it is to be sent at `at` (UTC) by a schedule that lives in `zone`.

    `items` has every item of which the delivery speaks. `without_link` makes the post on X that a used-up
    budget leaves; Unfit where it would still cost what one with a link costs. On Telegram, where a link
    costs nothing, it changes nothing.
    """
    without_link = without_link and channel.platform is Platform.X
    vocabulary = VOCABULARIES.get(channel.language)
    if vocabulary is None:
        known = ", ".join(VOCABULARIES)
        return Unfit(
            delivery.key,
            f"posts can't be written in the language {channel.language!r} of {channel.name}",
            f"languages that have words: {known}",
        )
    if delivery.is_round_up:
        listed = round_up(items, delivery, channel, vocabulary, at, zone, without_link=without_link)
        if listed is None:
            return Unfit(
                delivery.key, "too few of its items are left, or fit", "each has posts of its own"
            )
        return _still_linked(listed, channel) or listed if without_link else listed
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
            post = x.post(
                copy,
                delivery.key,
                channel,
                vocabulary,
                true_until,
                picture,
                without_link=without_link,
            )
        case _ as never:
            assert_never(never)
    if without_link and (linked := _still_linked(post, channel, is_own_text=bool(copy.text))):
        return linked
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


def _still_linked(post: Post, channel: Channel, *, is_own_text: bool = False) -> Unfit | None:
    """Why a post without its link would be no cheaper; None where it is."""
    if not x.has_link(post.text):
        return None
    seen = ", ".join(accidental_links(post.text, "")) or "://"
    if is_own_text:
        reason = f"without its link the item's own text still has one on {channel.name}: {seen}"
        return Unfit(post.key, reason, f"take it out of `text: {{{channel.platform}: ...}}`")
    reason = f"without its link the post still has one on {channel.name}: {seen}"
    return Unfit(
        post.key,
        reason,
        "keep it out of title, dates and template; a full stop needs a blank after it",
    )

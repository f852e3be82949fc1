"""Makes the post of a delivery: the one render that check, preview, approval and publisher share.

Pure in its arguments: the moment of sending is handed in. Refuses to send less than title, dates and
link: what does not fit with these is `Unfit`, a value that `check` turns into a problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import assert_never

from bot.core.kinds import Kind
from bot.core.model import Channel, Delivery, Item, Key, Platform, Post
from bot.core.said import said
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
    kind: Kind = Kind.TOO_LONG


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
            said(
                "posts can't be written in the language {language!r} of {channel}",
                language=channel.language,
                channel=channel.name,
            ),
            said("languages that have words: {known}", known=known),
            Kind.LANGUAGE,
        )
    if delivery.is_round_up:
        listed = round_up(items, delivery, channel, vocabulary, at, zone, without_link=without_link)
        if listed is None:
            return Unfit(
                delivery.key,
                said("too few of its items are left, or fit"),
                said("each has posts of its own"),
            )
        return _still_linked(listed, channel) or listed if without_link else listed
    item = items[delivery.key.item]
    if not speaks(item, channel):
        return Unfit(
            delivery.key,
            said(
                "the item has no title in the language {language!r} of {channel}",
                language=channel.language,
                channel=channel.name,
            ),
            said(
                "add a title under `translations: {{{language}: ...}}`", language=channel.language
            ),
            Kind.TRANSLATION,
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
            said(
                "its own text is {length} long with dates and link, {channel} takes {limit}",
                length=post.length,
                channel=channel.name,
                limit=post.limit,
            ),
            said("shorten it, under `text: {{{platform}: ...}}`", platform=channel.platform),
        )
    if picture and channel.platform is Platform.TELEGRAM:
        return Unfit(
            delivery.key,
            said(
                "title, dates, link and the image's description alone are too long for a caption on"
                " {channel}",
                channel=channel.name,
            )
            if picture.image.in_caption
            else said(
                "title, dates and link alone are too long for a caption on {channel}",
                channel=channel.name,
            ),
            said("a text below an image has {limit} characters: shorten it", limit=CAPTION_LIMIT),
        )
    return Unfit(
        delivery.key,
        said("title, dates and link alone are too long for {channel}", channel=channel.name),
        said(
            "shorten the title, or the words that the template of {channel} adds",
            channel=channel.name,
        )
        if channel.template
        else said("shorten the title"),
    )


def _still_linked(post: Post, channel: Channel, *, is_own_text: bool = False) -> Unfit | None:
    """Why a post without its link would be no cheaper; None where it is."""
    if not x.has_link(post.text):
        return None
    seen = ", ".join(accidental_links(post.text, "")) or "://"
    if is_own_text:
        return Unfit(
            post.key,
            said(
                "without its link the item's own text still has one on {channel}: {link}",
                channel=channel.name,
                link=seen,
            ),
            said("take it out of `text: {{{platform}: ...}}`", platform=channel.platform),
            Kind.ACCIDENTAL_LINK,
        )
    return Unfit(
        post.key,
        said(
            "without its link the post still has one on {channel}: {link}",
            channel=channel.name,
            link=seen,
        ),
        said("keep it out of title, dates and template; a full stop needs a blank after it"),
        Kind.ACCIDENTAL_LINK,
    )

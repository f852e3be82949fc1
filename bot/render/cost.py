"""What a delivery on X costs: the one arithmetic of bill, plan and forecast. No text is set where its link tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from bot.core.model import Channel, Delivery, Item, Platform
from bot.render import Unfit, render
from bot.render.copy import link_of
from bot.render.picture import picture_of
from bot.render.x import has_link, price


class Cost(NamedTuple):
    has_link: bool
    dollars: Decimal  # US dollars


def is_charged(channel: Channel) -> bool:
    """Does the platform charge for the channel's posts? X does, for those that a program sends."""
    return channel.platform is Platform.X and not channel.is_assisted


def cost_of(
    items: Mapping[str, Item], delivery: Delivery, channel: Channel, *, at: datetime, zone: tzinfo
) -> Cost | None:
    """What the post of `delivery` on X costs at `at` (UTC); None where none can be made.

    `items` and `zone` are those of `render`.
    """
    if not delivery.is_round_up:
        item, key = items[delivery.key.item], delivery.key
        if channel.language in item.words and link_of(item, key.occurrence, channel.language):
            has_image = picture_of(item, key.act, channel.language) is not None
            return Cost(True, price(channel.prices, has_link=True, has_image=has_image))
    # in a round-up, and in words without a link of ours, what X takes for one has to be looked for
    post = render(items, delivery, channel, at=at, zone=zone)
    return None if isinstance(post, Unfit) else Cost(has_link(post.text), post.cost)

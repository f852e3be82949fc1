"""What the posts to come on X will cost, by the known prices; no text is set where its link tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from bot.core import prices
from bot.core.agenda import agenda
from bot.core.model import Catalog, Platform
from bot.render import Unfit, render
from bot.render.copy import link_of
from bot.render.x import price


class Bill(NamedTuple):
    """Numbers of posts, and what they cost together in US dollars."""

    with_link: int
    without_link: int
    cost: Decimal


def bill_of_x(catalog: Catalog, now: datetime) -> Bill:
    """The posts that `catalog` places on X from `now` (UTC) on, whatever may still hold one of them."""
    costs = list(_costs(catalog, now))
    with_link = sum(cost >= prices.X_POST_WITH_LINK for cost in costs)
    return Bill(with_link, len(costs) - with_link, sum(costs, Decimal(0)))


def _costs(catalog: Catalog, now: datetime) -> Iterator[Decimal]:
    channels = {
        name: channel
        for name, channel in catalog.channels.items()
        if channel.platform is Platform.X
    }
    if not channels:
        return
    made = agenda(replace(catalog, channels=channels))
    for delivery in made.deliveries.values():
        if delivery.placed <= now:
            continue
        channel = channels[delivery.key.channel]
        if not delivery.is_round_up:
            item = made.items[delivery.key.item]
            if link_of(item, delivery.key.occurrence, channel.language):
                yield price(has_link=True, has_image=item.image is not None)
                continue
        # in a round-up, and in words without a link of ours, what X takes for one has to be looked for
        zone = made.timetables[channel.name].calendar.zone
        post = render(made.items, delivery, channel, at=delivery.placed, zone=zone)
        if not isinstance(post, Unfit):
            yield post.cost

"""Which deliveries can have no post: not even the shortest fits, or the one without a link would have one.

Cheap where none is near: only what might not do is rendered.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.agenda import Agenda, channels_of
from bot.core.model import Catalog, Channel, Item, Key, OnLimit
from bot.render import Unfit, render
from bot.render.bound import surely_fits, surely_unlinked


def may_go_unlinked(channel: Channel) -> bool:
    """Does the channel send posts without their link once its budget is used up?"""
    return channel.budget is not None and channel.budget.on_limit is OnLimit.WITHOUT_LINK


def doubtful(catalog: Catalog, *, without_link: bool = False) -> Iterator[Item]:
    """The items of which it is not certain, without rendering, that every post can be made.

    `without_link` it is about the posts that a used-up budget leaves, on the channels that send these.
    """
    is_sure = surely_unlinked if without_link else surely_fits
    carriers = [
        each for each in catalog.channels.values() if not without_link or may_go_unlinked(each)
    ]
    for item in catalog.items.values():
        if not all(is_sure(item, channel) for channel in channels_of(item, carriers)):
            yield item


def misfits(made: Agenda, *, without_link: bool = False) -> dict[Key, Unfit]:
    """The deliveries of an agenda of which no post can be made when they are due.

    `without_link`: those for which there is none once the budget of their channel is used up.
    """
    found: dict[Key, Unfit] = {}
    for item in doubtful(made.catalog, without_link=without_link):
        for asked in made.asked.get(item.id, ()):
            delivery = made.deliveries[asked.key]
            channel = made.channels[asked.key.channel]
            if without_link and not may_go_unlinked(channel):
                continue
            zone = made.timetables[channel.name].calendar.zone
            post = render(
                made.items,
                delivery,
                channel,
                at=delivery.placed,
                zone=zone,
                without_link=without_link,
            )
            if isinstance(post, Unfit):
                found[asked.key] = post
    return found

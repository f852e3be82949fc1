"""Which deliveries can have no post because even the shortest one would be too long; cheap where none is near."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.agenda import Agenda, channels_of
from bot.core.model import Catalog, Item, Key
from bot.render import Unfit, render
from bot.render.bound import surely_fits


def doubtful(catalog: Catalog) -> Iterator[Item]:
    """The items of which it is not certain, without rendering, that every post fits."""
    for item in catalog.items.values():
        channels = channels_of(item, catalog.channels.values())
        if not all(surely_fits(item, channel) for channel in channels):
            yield item


def misfits(made: Agenda) -> dict[Key, Unfit]:
    """The deliveries of an agenda of which no post can be made when they are due."""
    found: dict[Key, Unfit] = {}
    for item in doubtful(made.catalog):
        for asked in made.asked.get(item.id, ()):
            delivery = made.deliveries[asked.key]
            channel = made.channels[asked.key.channel]
            zone = made.timetables[channel.name].calendar.zone
            post = render(made.items, delivery, channel, at=delivery.placed, zone=zone)
            if isinstance(post, Unfit):
                found[asked.key] = post
    return found

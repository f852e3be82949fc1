"""What the posts to come on X will cost, by the prices of each channel.

Counts what the ladders ask for, wherever it is placed in the end: placing moves posts and makes none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from bot.core.agenda import channels_of
from bot.core.ladder import deliveries_of
from bot.core.model import Catalog, Channel, Delivery, Schedule, Status
from bot.core.week import mondays, of_week
from bot.render.cost import cost_of, is_charged


class Bill(NamedTuple):
    """Numbers of posts, and what they cost together in US dollars."""

    with_link: int
    without_link: int
    cost: Decimal


def bill_of_x(catalog: Catalog, now: datetime) -> Bill:
    """The posts on X for which the ladders of `catalog` ask after `now` (UTC)."""
    costs = [
        cost
        for channel in catalog.channels.values()
        if is_charged(channel) and (calendar := catalog.schedules.get(channel.schedule))
        for delivery in _asked_for(catalog, channel, calendar)
        if delivery.nominal > now
        if (
            cost := cost_of(
                catalog.items, delivery, channel, at=delivery.nominal, zone=calendar.zone
            )
        )
    ]
    with_link = sum(cost.has_link for cost in costs)
    total = sum((cost.dollars for cost in costs), Decimal(0))
    return Bill(with_link, len(costs) - with_link, total)


def _asked_for(catalog: Catalog, channel: Channel, calendar: Schedule) -> Iterator[Delivery]:
    listed: dict[date, set[str]] = defaultdict(set)
    for item in catalog.items.values():
        if item.status is not Status.READY or not any(channels_of(item, (channel,))):
            continue
        ladder = catalog.schedules.get(item.schedule) if item.schedule else calendar
        if ladder is not None:
            yield from deliveries_of(item, channel, ladder)
        if calendar.round_up:
            for monday in mondays(item):
                listed[monday].add(item.id)
    for monday, ids in listed.items():
        if round_up := of_week(channel, monday, ids, calendar):
            yield round_up

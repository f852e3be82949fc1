"""Every wording that a delivery can have between its instant and its deadline, in the order of time.

A post that goes out late says what is true then: `Tra una settimana` becomes `Tra sei giorni` at midnight.
Only open instants count, since nothing goes out at others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.core.calendar import end_of_day, local_day, next_open, windows
from bot.core.model import Channel, Delivery, Item, Move, Post, Schedule
from bot.render import Unfit, render

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


class Variant(NamedTuple):
    """A post, and the stretch in which the delivery would be sent with these very words; in UTC."""

    since: datetime  # an open instant
    until: datetime  # without this instant itself
    post: Post

    def days(self, calendar: Schedule, *, essential: bool = False) -> tuple[date, date]:
        """The first and the last of its days on which the channel speaks."""
        first = local_day(self.since, calendar.zone)
        last = local_day(self.until - _INSTANT, calendar.zone)
        while last > first and isinstance(windows(calendar, last, essential=essential), Move):
            last -= _DAY
        return first, last


def variants(
    items: Mapping[str, Item],
    delivery: Delivery,
    channel: Channel,
    calendar: Schedule,
    at: datetime,
) -> tuple[Variant, ...] | Unfit:
    """What `delivery` says at `at`, and what it would say at each later instant up to its deadline.

    Each post is rendered anew at the instant at which the one before it stops being true; one that is
    true as long as it lives is looked at again each midnight. Unfit where there is no post at `at`.
    """
    found: list[Variant] = []
    moment: datetime | None = at
    while moment is not None and (not found or moment < delivery.deadline):
        post = render(items, delivery, channel, at=moment, zone=calendar.zone)
        if isinstance(post, Unfit) and not found:
            return post
        midnight = end_of_day(local_day(moment, calendar.zone), calendar.zone)
        until = midnight
        if isinstance(post, Post):
            until = post.true_until or midnight
            ends = max(moment + _INSTANT, min(until, delivery.deadline))
            if found and found[-1].post.digest == post.digest:
                found[-1] = found[-1]._replace(until=ends)
            else:
                found.append(Variant(moment, ends, post))
        moment = next_open(calendar, until, essential=delivery.essential)
    return tuple(found)

"""Which posts of which items a preview shows, each with every wording that it can have. It sends nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.agenda import Agenda, agenda
from bot.core.history import History
from bot.core.model import Catalog, Channel, Delivery, Post, Schedule, Status
from bot.core.plan import plan
from bot.core.said import said
from bot.desk.uncarried import uncarried
from bot.render import Unfit
from bot.render.variants import Variant, variants


@dataclass(frozen=True, slots=True)
class Shown:
    """A delivery with its post as of `at`, and what it would say if it went out later."""

    delivery: Delivery
    channel: Channel
    calendar: Schedule
    at: datetime  # in UTC
    post: Post
    later: tuple[Variant, ...]

    @property
    def local(self) -> datetime:
        """`at` on the clocks of the channel."""
        return self.at.astimezone(self.calendar.zone)


@dataclass(frozen=True, slots=True)
class Preview:
    """What there is to show, in the order of items, channels and time."""

    agenda: Agenda
    shown: tuple[Shown, ...]
    unfit: tuple[Unfit, ...]  # deliveries of which no post can be made
    remarks: tuple[tuple[str, str], ...]  # an item, and what staff should know of it


def preview_of(
    catalog: Catalog,
    ids: Collection[str],
    channels: Collection[str],
    history: History,
    now: datetime,
) -> Preview:
    """The posts of the items `ids` that are still to come as things stand, round-ups that list them
    included; all posts of an item of which all are over. No `channels` means every channel.

    Drafts and cancelled items are shown as if they were ready.
    """
    items = {
        item.id: replace(item, status=Status.READY) if item.id in ids else item
        for item in catalog.items.values()
    }
    made = agenda(replace(catalog, items=items))
    planned = plan(made, history, now)
    coming = [(each.delivery, each.at) for each in (*planned.due, *planned.later)]
    standing = [(each, each.placed) for each in made.deliveries.values()]
    wanted: dict[str, tuple[Delivery, datetime]] = {}
    remarks: list[tuple[str, str]] = []
    for item_id in ids:
        remarks += [(item_id, remark) for remark in _remarks(catalog, item_id)]
        found = list(_of(item_id, channels, coming)) or list(_of(item_id, channels, standing))
        if not found:
            on = ", ".join(sorted(channels))
            none = said("has no post on {channels}", channels=on) if on else said("has no post")
            remarks.append((item_id, none))
        wanted |= {str(delivery.key): (delivery, at) for delivery, at in found}
    shown: list[Shown] = []
    unfit: list[Unfit] = []
    order = {item_id: number for number, item_id in enumerate(ids)}
    for delivery, at in sorted(
        wanted.values(),
        key=lambda each: (
            order.get(each[0].key.item, len(order)),
            each[0].key.channel,
            each[1],
            each[0].key,
        ),
    ):
        channel = made.channels[delivery.key.channel]
        calendar = made.timetables[channel.name].calendar
        match variants(made.items, delivery, channel, calendar, at):
            case Unfit() as reason:
                unfit.append(reason)
            case (first, *later):
                shown.append(Shown(delivery, channel, calendar, at, first.post, tuple(later)))
    return Preview(made, tuple(shown), tuple(unfit), tuple(remarks))


def _of(
    item_id: str, channels: Collection[str], among: Iterable[tuple[Delivery, datetime]]
) -> Iterator[tuple[Delivery, datetime]]:
    for delivery, at in among:
        if item_id in delivery.items and (not channels or delivery.key.channel in channels):
            yield delivery, at


def _remarks(catalog: Catalog, item_id: str) -> Iterator[str]:
    item = catalog.items[item_id]
    if item.status is not Status.READY:
        yield said("is {status}: nothing of this is sent", status=str(item.status))
    for names, reason in uncarried(item, catalog):
        yield said("is not on {channels}: {reason}", channels=", ".join(names), reason=reason)

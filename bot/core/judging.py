"""Which deliveries will never be sent, and which wait for a person: what was said before decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.calendar import local_day
from bot.core.history import Announced, dates_of, part_of, when_of
from bot.core.model import WEEK, WHOLE, Delivery, Family, Item, Verdict
from bot.core.states import MAY_BE_PUBLIC
from bot.core.view import View
from bot.core.week import FEWEST

# What is late by more than this is not just waiting for its turn.
LATE = timedelta(hours=1)

# Of two posts of one item so near to each other, a late one is one too many.
NEAR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Judged:
    """A delivery that has just turned out never to be sent."""

    delivery: Delivery
    verdict: Verdict
    reason: str


def highest_open_rungs(candidates: Iterable[Delivery], now: datetime) -> dict[Family, int]:
    """For each ladder the highest rung that may go out now: of several late ones only the last goes."""
    highest: dict[Family, int] = {}
    for delivery in candidates:
        if delivery.placed <= now < delivery.deadline and not delivery.held:
            highest[delivery.family] = max(delivery.rung, highest.get(delivery.family, -1))
    return highest


def verdict(delivery: Delivery, view: View, overtaken: Mapping[Family, int]) -> Judged | None:
    """Why `delivery` will never be sent, if that is so by now."""
    ladder = "a later announcement of the same ladder is"
    climbed = view.history.climbed.get(delivery.family)
    is_behind = climbed is not None and delivery.placed <= climbed
    if is_behind or _is_said_by_a_later_rung(delivery, view):
        return Judged(delivery, Verdict.SUPERSEDED, f"{ladder} out")
    if delivery.rung < overtaken.get(delivery.family, -1):
        return Judged(delivery, Verdict.SUPERSEDED, f"{ladder} due")
    channel = view.history.channels.get(delivery.key.channel)
    # What staff add today was not due before today, whatever its ladder says; a week is a week.
    queued = view.history.seen.get(delivery.key.item, view.now)
    if channel is not None and delivery.is_round_up:
        queued = channel.since
    if channel is not None and delivery.placed < channel.since and queued <= channel.since:
        since = f"{channel.since:%Y-%m-%d %H:%M} UTC"
        return Judged(
            delivery, Verdict.BEFORE_START, f"it was due before the channel began, {since}"
        )
    if delivery.nominal <= view.now - LATE and _comes_again_soon(delivery, view):
        return Judged(
            delivery, Verdict.SUPERSEDED, "it is late, and the item is announced again soon"
        )
    if delivery.deadline <= view.now:
        why = delivery.held or why_held(delivery, view) or "its time passed before it could go out"
        return Judged(delivery, Verdict.MISSED, why)
    return None


def _comes_again_soon(delivery: Delivery, view: View) -> bool:
    """Does another post of the same item stand on this channel within `NEAR` from now?"""
    for asked in view.agenda.asked.get(delivery.key.item, ()):
        if asked.key != delivery.key and asked.key.channel == delivery.key.channel:
            other = view.agenda.deliveries[asked.key]
            if view.now < other.placed <= view.now + NEAR and not other.held:
                return True
    return False


def _is_said_by_a_later_rung(delivery: Delivery, view: View) -> bool:
    """Is a step of the same ladder, no earlier than this one, public, or may it be?"""
    for other in view.agenda.asked.get(delivery.key.item, ()):
        if other.family == delivery.family and other.rung >= delivery.rung:
            past = view.history.past.get(other.key)
            if past is not None and past.state in MAY_BE_PUBLIC:
                return True
    return False


def why_held(delivery: Delivery, view: View) -> str:
    """Why a delivery waits for a person, or ""."""
    key = delivery.key
    if why := _why_silent(delivery, view):
        return why
    if key in view.unfit:
        return view.unfit[key]
    if delivery.is_round_up:
        few = delivery.key.step == WEEK and len(delivery.listed) < FEWEST
        return f"fewer than {FEWEST} of its events can be said now" if few else ""
    item = view.agenda.items[key.item]
    return _why_not_said(item, part_of(item, key.occurrence), key.edition, key.channel, view)


def _why_silent(delivery: Delivery, view: View) -> str:
    """A channel that was stopped says nothing, nor does a pause let anything be said that it reaches."""
    channel = view.history.channels.get(delivery.key.channel)
    if channel is not None and channel.stopped:
        return channel.stopped
    at = max(view.now, delivery.placed)
    for pause in view.history.pauses:
        of = delivery.key
        if pause.covers(of.channel, (of.item,), at, keys=(str(of),)):
            return str(pause)
    return ""


def with_what_can_be_said(delivery: Delivery, view: View) -> Delivery:
    """A week's round-up that is due, without the items that wait for a person or for a day of their own.

    What of a later one can be said then is not known yet.
    """
    if delivery.key.step != WEEK or view.now < delivery.placed:
        return delivery
    listed = tuple(
        item_id
        for item_id in delivery.listed
        if _may_be_listed(view.agenda.items[item_id], delivery.key.channel, view)
    )
    return delivery if listed == delivery.listed else replace(delivery, listed=listed)


def _may_be_listed(item: Item, channel: str, view: View) -> bool:
    today = local_day(view.now, view.agenda.timetables[channel].calendar.zone)
    if item.reserved_until is not None and today < item.reserved_until:
        return False
    if any(pause.covers(channel, (item.id,), view.now) for pause in view.history.pauses):
        return False
    parts = (WHOLE, *(entry.id for entry in item.entries))
    return not any(_why_not_said(item, part, item.edition, channel, view) for part in parts)


def _why_not_said(item: Item, part: str, edition: int, channel: str, view: View) -> str:
    """Why an item, or one of its entries, waits for a person: what was announced is not what files now say."""
    told = view.history.announced.get(Announced(item.id, edition, part, channel))
    if told is not None and told.dates != dates_of(item, part):
        return (
            f"its dates have changed since it was announced as {told.shown or told.dates!r}; "
            f"`edition: {edition + 1}` announces it anew"
        )
    if (
        told is None
        and edition == 1
        and (namesake := _vanished_namesake(item, part, channel, view))
    ):
        return (
            f"it looks like {namesake}, which was announced and has vanished: give it its old id back, "
            "or `edition: 2` if it is another item"
        )
    return ""


def _vanished_namesake(item: Item, part: str, channel: str, view: View) -> str:
    """An item that was announced, is still to come, is in no file any more, and had this title or these days.

    A month or a part of one is no sign: many items have it in common.
    """
    words = item.words.get(view.agenda.channels[channel].language)
    when = when_of(item, part)
    days = dates_of(item, part) if when is not None and when.is_exact else ""
    names = (words.title.casefold() if words else "", days)
    for name in names:
        known = view.history.known_as.get((channel, name)) if name else None
        if known is None or known.item in view.agenda.items:
            continue
        last = view.history.announced[known].last
        if last is None or last >= view.now.date():
            return known.item
    return ""

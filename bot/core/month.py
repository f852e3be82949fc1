"""A month's round-up: where many items of one file join late on a channel, one post says them all.

It settles the steps that were past when staff queued the file, so that a newsletter handed in on the
3rd does not flood its followers; the steps that are still to come are kept.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from bot.core.calendar import next_open
from bot.core.model import MONTH, SEVERAL, Act, Delivery, Key
from bot.core.placing import SPACING
from bot.core.states import RELEASES_KEY, State
from bot.core.view import View

# More items of a file than this, late at once, are said in one post.
MANY = 3


def gathered(channel: str, open_deliveries: list[Delivery], view: View) -> list[Delivery]:
    """`open_deliveries`, with one in place of those of a file that joined late, if they are many."""
    # What may be said in an election silence must not wait for what may not.
    by_file: dict[tuple[str, bool], list[Delivery]] = defaultdict(list)
    for delivery in open_deliveries:
        if _joined_late(delivery, view):
            file = view.agenda.items[delivery.key.item].mark.file
            by_file[file, delivery.essential].append(delivery)
    made = open_deliveries
    for joined in by_file.values():
        late = _in_time(channel, joined, view)
        if len({each.key.item for each in late}) > MANY and (one := _of_month(late, view)):
            keys = {each.key for each in one.settles}
            made = [each for each in made if each.key not in keys] + [one]
    return made


def _joined_late(delivery: Delivery, view: View) -> bool:
    """Was it past already when staff queued its item, and may it go out now?"""
    key, now = delivery.key, view.now
    queued = view.history.seen.get(key.item)
    if delivery.is_round_up or key.act is not Act.ANNOUNCE or queued is None:
        return False
    if not delivery.placed < queued <= now:
        return False
    past = view.history.past.get(key)
    said = view.history.said.get((key.item, key.channel))
    is_deferred = past is not None and past.not_before is not None and past.not_before > now
    is_too_near = delivery.is_spaced and said is not None and now < said + SPACING
    return not is_deferred and not is_too_near


def _in_time(channel: str, late: list[Delivery], view: View) -> list[Delivery]:
    """Those that can still go out when the channel opens: one that can't must not hold the others."""
    calendar = view.agenda.timetables[channel].calendar
    past = view.history.channels.get(channel)
    file = view.agenda.items[late[0].key.item].mark.file
    moments = [view.now, view.settled.get(file, view.now)]
    if past is not None and past.not_before is not None:
        moments.append(past.not_before)
    opening = next_open(calendar, max(moments), essential=late[0].essential)
    return [each for each in late if opening is not None and opening < each.deadline]


def _of_month(late: list[Delivery], view: View) -> Delivery | None:
    """One delivery for all of them, led by the most urgent whose name it may have."""
    late = sorted(late, key=lambda each: (each.deadline, each.key))
    for leader in late:
        key = Key(SEVERAL, leader.key.edition, leader.key.item, MONTH, leader.key.channel)
        past = view.history.past.get(key)
        if key in view.unfit or (past is not None and past.state is State.REJECTED):
            return None  # it can't be said in one post, so each is said in its own
        if past is None or past.state in RELEASES_KEY:
            placed = max(each.placed for each in late)
            return replace(
                leader,
                key=key,
                when=None,
                rung=0,
                nominal=placed,
                placed=placed,
                deadline=late[0].deadline,
                moves=(),
                listed=tuple(dict.fromkeys(each.key.item for each in late)),
                settles=tuple(late),
            )
    return None

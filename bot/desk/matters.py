"""What needs a person, of all that the desk sees: a function of what is so, not of what just happened. Tells nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.core.budget import month_name
from bot.core.model import Delivery, Platform, Severity
from bot.core.states import State
from bot.desk.changed import changed
from bot.desk.matter import BOT, Kind, Matter
from bot.desk.seen import Seen, share_spent
from bot.ledger import Attempt

# What is held is told when its time is so near: before, staff may still be writing.
NEAR = timedelta(days=3)

# A queue without anything for so long has run dry.
AHEAD = timedelta(days=14)

# So much of a month's budget, and the rest should be looked at.
MOST_OF_BUDGET = Decimal("0.8")

# A pause that stands for so long may have been forgotten.
FORGOTTEN = timedelta(days=1)

# A node says that it lives at least every 30 s; who is silent for so long is dead, or hangs.
SILENCE = timedelta(minutes=3)

_LISTED = 5  # of many; the rest is counted


@dataclass(frozen=True, slots=True)
class Found:
    """What needs a person, and of which kinds that can't be said."""

    matters: Sequence[Matter]
    faults: Mapping[Kind, Exception]


def matters(seen: Seen) -> list[Matter]:
    """Everything that needs a person now, each once, as far as it can be worked out."""
    return list(find(seen).matters)


def find(seen: Seen) -> Found:
    """Everything that needs a person now, each once. What is odd about one item hides its kind alone."""
    found: list[Matter] = list(seen.found or ())
    faults: dict[Kind, Exception] = {}
    for kinds, look in _LOOKS:
        try:
            found += tuple(look(seen))
        except Exception as error:  # of staff's files anything may come; who calls tells it
            faults |= dict.fromkeys(kinds, error)
    return Found(found, faults)


def echoes(seen: Seen) -> frozenset[str]:
    """The subjects that say once more what a channel's stop has told: no news, unless they were told before it."""
    stopped = {each.channel for each in seen.book.stopped}
    of_telegram = {
        each.name
        for each in seen.files.agenda.channels.values()
        if each.platform is Platform.TELEGRAM
    }
    return frozenset(
        each.subject
        for each in seen.found or ()
        if each.kind is Kind.ACCESS
        and (
            each.facts["channel"] in stopped
            or (each.about == BOT and bool(of_telegram) and of_telegram <= stopped)
        )
    )


def _attempts(seen: Seen) -> Iterator[Matter]:
    for attempt in seen.book.unknown:
        yield Matter(
            Kind.UNKNOWN, attempt.id, _of_attempt(attempt, seen) | {"reason": attempt.reason}
        )
    for attempt in seen.book.handed:
        facts = _of_attempt(attempt, seen) | {
            "deadline": attempt.deadline.isoformat(),
            "text": attempt.text,
        }
        yield Matter(Kind.TASK, attempt.id, facts)


def _refused(seen: Seen) -> Iterator[Matter]:
    for attempt in seen.book.rejected:
        facts = _of_attempt(attempt, seen) | {"reason": attempt.reason}
        yield Matter(Kind.REJECTED, attempt.id, facts)


def _channels(seen: Seen) -> Iterator[Matter]:
    for each in seen.book.stopped:
        yield Matter(Kind.STOPPED, each.channel, {"channel": each.channel, "reason": each.why})
    for channel, reason in sorted(seen.tick.silent.items()):
        yield Matter(Kind.SILENT, channel, {"channel": channel, "reason": reason})


def _missed(seen: Seen) -> Iterator[Matter]:
    """What was missed for one reason, of one item, is one matter."""
    channels: dict[tuple[str, str], set[str]] = defaultdict(set)
    stopped = {pause.key for pause in seen.book.pauses if pause.key}
    for each in seen.book.missed:
        if each.key in stopped:
            continue  # a person decided that
        channels[each.item, each.reason].add(each.channel)
    for (item, reason), where in channels.items():
        facts = _of_item(item, seen) | {"channels": sorted(where), "reason": reason}
        yield Matter(Kind.MISSED, f"{item}/{reason}", facts)


def _held(seen: Seen) -> Iterator[Matter]:
    """What waits for a person and has not long to wait; not what another matter tells already."""
    if seen.tick.fault:
        return  # a node that may not speak has planned nothing
    told = {each.about for each in _changed(seen)}
    channels: dict[tuple[str, str], set[str]] = defaultdict(set)
    deadline: dict[tuple[str, str], datetime] = {}
    for planned in seen.tick.plan.held:
        delivery, of = planned.delivery, planned.delivery.key
        if of.item in told or delivery.placed > seen.now + NEAR or _is_told(delivery, seen):
            continue
        if _fault_of(delivery, seen):
            continue
        name = of.item, planned.reason
        channels[name].add(of.channel)
        deadline[name] = min(delivery.deadline, deadline.get(name, delivery.deadline))
    for (item, reason), where in channels.items():
        facts = _of_item(item, seen) | {
            "channels": sorted(where),
            "reason": reason,
            "deadline": deadline[item, reason].isoformat(),
        }
        yield Matter(Kind.HELD, f"{item}/{reason}", facts)


def _fault_of(delivery: Delivery, seen: Seen) -> str:
    """The file with a fault that holds it, which is told by itself; or ""."""
    catalog = seen.files.agenda.catalog
    if catalog.halted:
        return min(file for file in catalog.broken if catalog.halted.startswith(file))
    item = catalog.items.get(delivery.key.item)
    return item.mark.file if item is not None and item.mark.file in catalog.broken else ""


def _is_told(delivery: Delivery, seen: Seen) -> bool:
    """Is it held because of what people ordered, or of what is a matter of its own?"""
    history, of = seen.tick.history, delivery.key
    past = history.past.get(of)
    if delivery.is_round_up or (past is not None and past.state is State.UNKNOWN):
        return True
    channel = history.channels.get(of.channel)
    if channel is not None and channel.stopped:
        return True
    at = max(seen.now, delivery.placed)
    items, keys = (of.item, *delivery.items), (str(of),)
    return any(pause.covers(of.channel, items, at, keys=keys) for pause in history.pauses)


def _queue(seen: Seen) -> Iterator[Matter]:
    """Nothing at all to say for two weeks: the newsletter was forgotten, or nobody said `ready`."""
    if seen.tick.fault:
        return
    plan, until = seen.tick.plan, seen.now + AHEAD
    if plan.due or plan.held or any(each.at <= until for each in plan.later):
        return
    if plan.beyond is not None and plan.beyond <= until:
        return
    if not seen.files.agenda.channels or seen.files.agenda.catalog.broken:
        return  # a file with a fault, which may hold all there is, is told by itself
    drafts = sum(1 for each in seen.files.agenda.items.values() if each.status.value == "draft")
    yield Matter(Kind.EMPTY, "", {"days": AHEAD.days, "drafts": drafts})


def _files(seen: Seen) -> Iterator[Matter]:
    errors = [each for each in seen.files.problems if each.severity is Severity.ERROR]
    many = Counter(each.mark.file for each in errors)
    halted = seen.files.agenda.catalog.halted
    lost: dict[str, datetime] = {}  # by file, when the first of what it holds can't go out any more
    for each in seen.tick.plan.held:
        if (held_by := _fault_of(each.delivery, seen)) and each.delivery.placed <= seen.now + NEAR:
            lost[held_by] = min(each.delivery.deadline, lost.get(held_by, each.delivery.deadline))
    for first, who in seen.book.faults.items():
        file = first.mark.file
        facts: dict[str, Any] = {
            "file": file,
            "line": first.mark.line,
            "problem": first.message,
            "hint": first.hint,
            "more": many[file] - 1,
            "who": who,
            "deadline": lost[file].isoformat() if file in lost else "",
            "halts": halted.startswith(file) or not seen.files.agenda.channels,
        }
        yield Matter(Kind.FILE, file, facts)


def _git(seen: Seen) -> Iterator[Matter]:
    if (stuck := seen.stuck) is not None:
        facts = {"why": str(stuck.why), "folder": stuck.folder, "detail": stuck.detail}
        yield Matter(Kind.GIT, stuck.folder, facts)


def _nodes(seen: Seen) -> Iterator[Matter]:
    """The others: that this one lives is seen from the outside. A process that came after another on the
    same machine has taken its place."""
    here = seen.node.partition(":")[0]  # a machine that slept may look before its next beat
    living = {here} | {
        each.name.partition(":")[0] for each in seen.book.nodes if each.seen_at > seen.now - SILENCE
    }
    for node in seen.book.nodes:
        is_dead = node.seen_at <= seen.now - SILENCE
        machine = node.name.partition(":")[0]
        if is_dead and machine not in living:
            facts = {"node": machine, "since": node.seen_at.isoformat(), "reason": ""}
            yield Matter(Kind.NODE, node.name, facts)
        elif not is_dead and node.fault:
            facts = {"node": machine, "since": node.seen_at.isoformat(), "reason": node.fault}
            # An instant that moves with each beat would be a change of what was told.
            yield Matter(Kind.NODE, node.name, facts | {"since": node.started_at.isoformat()})


def _pauses(seen: Seen) -> Iterator[Matter]:
    for pause in seen.book.pauses:
        is_over = pause.until is not None and pause.until <= seen.now
        if pause.key or is_over or pause.since > seen.now - FORGOTTEN:
            continue
        facts = {
            "id": pause.id,
            "channel": pause.channel,
            "item": pause.item,
            "reason": pause.reason,
            "by": pause.by,
            "since": pause.since.isoformat(),
            "until": pause.until.isoformat() if pause.until else "",
        }
        yield Matter(Kind.PAUSED, str(pause.id), facts)


def _money(seen: Seen) -> Iterator[Matter]:
    standing = seen.book.standing
    for channel, calendar in seen.files.agenda.calendars.items():
        share = share_spent(standing, channel)
        if share is None or share < MOST_OF_BUDGET:
            continue
        month = month_name(seen.now, calendar.zone)
        facts = {
            "channel": channel,
            "month": month,
            "spent": f"{standing.spent.get(channel, Decimal(0)):.2f}",
            "budget": f"{standing.budgets[channel]:.2f}",
        }
        yield Matter(Kind.BUDGET, f"{channel}/{month}", facts)


def _overdue(seen: Seen) -> Iterator[Matter]:
    """What is stopped is told by itself."""
    stopped = {each.channel for each in seen.book.stopped}
    late = [each for each in seen.overdue if each.delivery.key.channel not in stopped]
    if late:
        lines = [f"{each.delivery.key.item} → {each.delivery.key.channel}" for each in late]
        facts = {"posts": lines[:_LISTED], "more": max(len(lines) - _LISTED, 0)}
        yield Matter(Kind.OVERDUE, "", facts)


def _of_attempt(attempt: Attempt, seen: Seen) -> dict[str, Any]:
    channel = seen.files.agenda.channels.get(attempt.channel)
    return _of_item(attempt.item, seen) | {
        "channel": attempt.channel,
        "address": channel.address if channel else "",
        "platform": attempt.platform,
        "attempt": attempt.id,
        "begins": " ".join(attempt.text.split())[:_SHOWN],
    }


_SHOWN = 120  # characters of a post, enough to know it by


def _of_item(item_id: str, seen: Seen) -> dict[str, Any]:
    return {"item": item_id, "name": seen.name_of(item_id)}


def _changed(seen: Seen) -> Iterator[Matter]:
    return changed(seen.book.live, seen.files.agenda, seen.now)


_LOOKS: Sequence[tuple[Sequence[Kind], Callable[[Seen], Iterator[Matter]]]] = (
    ((Kind.UNKNOWN, Kind.TASK), _attempts),
    ((Kind.STOPPED, Kind.SILENT), _channels),
    ((Kind.REJECTED,), _refused),
    ((Kind.MISSED,), _missed),
    ((Kind.FILE,), _files),
    ((Kind.GIT,), _git),
    ((Kind.NODE,), _nodes),
    ((Kind.PAUSED,), _pauses),
    ((Kind.BUDGET,), _money),
    ((Kind.OVERDUE,), _overdue),
    ((Kind.CHANGED,), _changed),
    ((Kind.HELD,), _held),
    ((Kind.EMPTY,), _queue),
)

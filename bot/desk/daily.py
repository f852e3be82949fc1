"""What admins are shown by the calendar: on each working afternoon the next working day's posts, exactly as
they will go out, and on Mondays the week.

Each post has a button that stops it, until it goes out. What is shown follows the files: a post that changes
meanwhile is put in the place of what was shown. It decides nothing about a post.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bot.core.calendar import local_day
from bot.core.model import SEVERAL, Key, Platform, Post
from bot.core.states import SETTLES_DELIVERY, State
from bot.core.turns import Planned
from bot.desk.calendar import is_first_of_week, is_past, is_working, next_working
from bot.desk.matter import Action
from bot.desk.mouth import Place
from bot.desk.seen import Seen
from bot.ledger import Alert, Attempt, Raised
from bot.render import Unfit, render
from bot.render.markup import Plain

TOMORROW, POST, MONDAY = "tomorrow", "post", "monday"
KINDS = frozenset({TOMORROW, POST, MONDAY})

# When the week is told, on its first working day.
MORNING = time(9)

# How long what a person has stopped is remembered, past its deadline: as long as what was missed is told.
REMEMBERED = timedelta(days=8)

_LISTED = 12
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """What the calendar asks for now."""

    raised: Sequence[Raised]
    over: Mapping[int, str]  # by id of an alert, what became of it


def asked_by_calendar(
    seen: Seen, place: Place, live: Sequence[Alert], known: Collection[str], past: Sequence[Attempt]
) -> Day:
    """What has to be shown, or shown otherwise, or is over.

    `known` are the subjects of today that were raised before; `past` the attempts of the last week.
    """
    schedules = tuple(seen.files.agenda.calendars.values())
    today = local_day(seen.now, place.zone)
    raised: list[Raised] = []
    if is_working(today, schedules) and not seen.tick.fault:
        at = place.admins.tomorrow
        if at is not None and is_past(at, seen.now, place.zone):
            following = next_working(today, schedules)
            if subject_of(TOMORROW, today) not in known and following is not None:
                raised += _tomorrow(seen, place, today, following)
        if is_week_due(seen, place, known):
            raised.append(_monday(seen, today, past))
    posts = [each for each in live if each.kind == POST and each.settled_at is None]
    over = {each.id: "" for each in posts if _is_over(each, seen)}
    over |= {each.id: "" for each in live if each.kind in (TOMORROW, MONDAY) and each.told_at}
    shown = [each for each in posts if each.id not in over]
    return Day([*raised, *_changed(shown, seen)], over)


def is_week_due(seen: Seen, place: Place, known: Collection[str]) -> bool:
    """Is it the first working morning of a week that was not told yet?"""
    schedules = tuple(seen.files.agenda.calendars.values())
    today = local_day(seen.now, place.zone)
    is_told = subject_of(MONDAY, today) in known
    is_morning = not is_told and is_past(MORNING, seen.now, place.zone)
    return is_morning and not seen.tick.fault and is_first_of_week(today, schedules)


def subject_of(kind: str, day: date) -> str:
    """The name of what the calendar asks for once."""
    return f"{kind}/{day.isoformat()}"


# --- tomorrow -----------------------------------------------------------------------------------


def _tomorrow(seen: Seen, place: Place, today: date, following: date) -> Iterator[Raised]:
    shown = posts_until(following, seen, place)
    texts = [[detail["at"], detail["channel"], detail["text"]] for _, detail in shown]
    facts = {"day": following.isoformat(), "posts": len(shown), "texts": texts}
    yield Raised(subject_of(TOMORROW, today), TOMORROW, facts)
    for each, detail in shown:
        yield Raised(f"{POST}/{each.delivery.key}", POST, detail)


def posts_until(last: date, seen: Seen, place: Place) -> list[tuple[Planned, dict[str, Any]]]:
    """What goes out after today, up to and including the day `last`, each with how it is shown."""
    today = local_day(seen.now, place.zone)
    coming = [
        each for each in seen.tick.plan.later if today < local_day(each.at, place.zone) <= last
    ]
    return [(each, detail) for each in coming if (detail := detail_of(each, seen)) is not None]


def detail_of(each: Planned, seen: Seen) -> dict[str, Any] | None:
    """A post as it will go out; None where it can't."""
    agenda, of = seen.files.agenda, each.delivery.key
    if of.channel not in agenda.timetables:
        return None
    channel = agenda.channels[of.channel]
    zone = agenda.calendars[of.channel].zone
    made = render(agenda.items, each.delivery, channel, at=each.at, zone=zone)
    if isinstance(made, Unfit):
        return None
    return {
        "key": str(of),
        "channel": of.channel,
        "item": "" if of.item == SEVERAL else of.item,
        "at": each.at.isoformat(),
        "deadline": each.delivery.deadline.isoformat(),
        "html": html_of(made),
        "text": made.text,
        # What X shows beside a post is no part of its text; here it is told as a picture, too.
        "image": [made.image.file, made.image.sha256] if made.image else None,
        "stopped_by": _stopped_by(str(of), seen),
    }


def html_of(post: Post) -> str:
    """A post as Telegram shows it, in HTML: its own, or its plain text where its platform has no other."""
    if post.platform is not Platform.TELEGRAM:
        return Plain(post.text).html
    params = post.request["params"]
    return str(params.get("text") or params["caption"])


def _stopped_by(key: str, seen: Seen) -> str:
    return next((pause.by for pause in seen.book.pauses if pause.key == key), "")


def _changed(posts: Sequence[Alert], seen: Seen) -> Iterator[Raised]:
    """What was shown and is otherwise by now: other words, another time, stopped or let go."""
    planned = {
        str(each.delivery.key): each
        for each in (*seen.tick.plan.later, *seen.tick.plan.due, *seen.tick.plan.held)
    }
    for alert in posts:
        key = str(alert.detail["key"])
        each = planned.get(key)
        detail = detail_of(each, seen) if each is not None else None
        if detail is None:
            detail = {**alert.detail, "stopped_by": _stopped_by(key, seen)}
        if detail != alert.detail:
            yield Raised(alert.subject, POST, detail)


def _is_over(alert: Alert, seen: Seen) -> bool:
    """Is it out, or too late to say anything about it?"""
    of = Key.read(str(alert.detail["key"]))
    if datetime.fromisoformat(str(alert.detail["deadline"])) <= seen.now:
        return True
    past = seen.tick.history.past.get(of)
    if past is not None and past.state in SETTLES_DELIVERY | {State.UNKNOWN, State.HANDED}:
        return True
    return of in seen.tick.history.verdicts


def actions_of(detail: Mapping[str, Any]) -> tuple[Action, ...]:
    """What may be pressed below a post that is shown."""
    return (Action.GO,) if detail.get("stopped_by") else (Action.STOP,)


# --- the week -----------------------------------------------------------------------------------


def _monday(seen: Seen, today: date, past: Sequence[Attempt]) -> Raised:
    """Last week, this week, what it costs, what waits. Counts by channel."""
    since = seen.now - _WEEK
    last = [each for each in past if each.within is None and each.reserved_at >= since]
    out = [each for each in last if each.state is State.PUBLISHED]
    until = seen.now + _WEEK
    coming = [each for each in seen.tick.plan.later if each.at <= until]
    standing = seen.book.standing
    facts = {
        "day": today.isoformat(),
        "out": dict(sorted(Counter(each.channel for each in out).items())),
        "spent_last": f"{sum((each.cost for each in out), Decimal(0)):.2f}",
        "missed": sum(1 for each in seen.book.missed if each.due >= since),
        "coming": dict(sorted(Counter(each.delivery.key.channel for each in coming).items())),
        "first": [
            [each.at.isoformat(), each.delivery.key.channel, seen.name_of(each.delivery.key.item)]
            for each in coming[:_LISTED]
        ],
        "spent": {name: f"{amount:.2f}" for name, amount in sorted(standing.spent.items())},
        "budgets": {name: f"{amount:.2f}" for name, amount in sorted(standing.budgets.items())},
        "unknown": len(seen.book.unknown),
        "tasks": len(seen.book.handed),
        "held": len(seen.tick.plan.held),
        "faults": len(seen.book.faults),
        "stopped_channels": len(seen.book.stopped),
        "pauses": sum(1 for each in seen.book.pauses if not each.key),
    }
    return Raised(subject_of(MONDAY, today), MONDAY, facts)

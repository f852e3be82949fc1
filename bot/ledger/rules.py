"""Why a delivery may not go out now: asked at `reserve`, and all of the channel's again at `commit`.

Each question is one query inside the transaction that holds the channel's lock, so that no other node
can change its answer meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, case, func, select

from bot.core.history import Pause
from bot.core.model import Delivery, Verdict
from bot.core.states import MAY_BE_PUBLIC, RELEASES_KEY, State
from bot.ledger import tables as t
from bot.ledger.rows import Pace, Refused

_PUBLIC = sorted(MAY_BE_PUBLIC)
_RELEASED = sorted(RELEASES_KEY)

NOTHING = Decimal(0)

# The questions, built once: to build one costs more than to run it.
_a = t.attempt.c
_VERDICT = select(t.verdict.c.verdict).where(t.verdict.c.key == bindparam("key"))
_EARLIER = select(_a.state, _a.not_before).where(_a.key == bindparam("key"))
_PAUSES = select(t.pause).where(t.pause.c.ended_at.is_(None)).order_by(t.pause.c.id)
_SOUGHT = (_a.state == State.UNKNOWN) & _a.look_at.is_not(None)
_OTHERS = select(_a.state).where(
    _a.channel == bindparam("channel"), _a.id != bindparam("own"), _a.within.is_(None)
)
_IN_DOUBT = _OTHERS.where(_SOUGHT).limit(1)
_IN_DOUBT_OR_SENDING = _OTHERS.where(_SOUGHT | (_a.state == State.SENDING)).limit(1)
_IS_PUBLIC = (
    (_a.channel == bindparam("channel"))
    & _a.state.in_(_PUBLIC)
    & _a.within.is_(None)
    & _a.committed_at.is_not(None)
)
# Not `max`: the index ends with the latest, and a million others need not be looked at.
_SPOKEN = select(_a.committed_at).where(_IS_PUBLIC).order_by(_a.committed_at.desc())
_LATEST = _SPOKEN.limit(1)
_TODAY = select(func.count()).where(_IS_PUBLIC, _a.committed_at >= bindparam("since"))
_WITHIN = _SPOKEN.where(_a.committed_at > bindparam("since")).limit(bindparam("posts"))


def of_key(db: Connection, delivery: Delivery, now: datetime) -> Refused | None:
    """Why this delivery may not go, by its verdict and its earlier attempts."""
    key = str(delivery.key)
    verdict = db.scalar(_VERDICT, {"key": key})
    # What is still to come can't have been missed: see `is_over`.
    if verdict is not None and (verdict != Verdict.MISSED or delivery.deadline <= now):
        return Refused("a verdict says that it will not be sent")
    for state, not_before in db.execute(_EARLIER, {"key": key}).all():
        if state not in _RELEASED:
            return Refused(f"an earlier attempt is {state}")
        if state == State.REJECTED:
            return Refused("the platform refused it")
        if not_before is not None and not_before > now:
            return Refused(f"not before {t.as_text(not_before)}")
    return None


def of_channel(
    db: Connection,
    channel: Row[Any],
    pace: Pace,
    now: datetime,
    *,
    items: Collection[str],
    cost: Decimal,
    own: str = "",
) -> Refused | None:
    """Why nothing of `items`, at `cost`, may go out on a channel now. `own` is the attempt that asks."""
    if stopped := why_stopped(channel):
        return Refused(stopped)
    for pause in pauses(db):
        if pause.covers(channel.name, items, now):
            return Refused(str(pause))
    if channel.not_before is not None and channel.not_before > now:
        return Refused(f"the platform asked to wait until {t.as_text(channel.not_before)}")
    return (
        _in_doubt(db, channel, own)
        or _pacing(db, channel, pace, now)
        or _budget(db, channel, pace, cost, own)
    )


def why_stopped(channel: Row[Any]) -> str:
    """Why a channel says nothing until a person resumes it, or ""."""
    resume = f"`banditore resume --channel {channel.name}`"
    if channel.asked_address is not None:
        return (
            f"its address has changed from {channel.address} to {channel.asked_address}: "
            f"put it back, or {resume} if that is meant"
        )
    if channel.stopped_at is not None:
        return f"stopped: {channel.stopped_for}; when that is mended, {resume}"
    return ""


def pauses(db: Connection) -> tuple[Pause, ...]:
    """Those that nobody has ended."""
    return tuple(
        Pause(row.id, row.channel, row.item, row.since, row.until, row.reason, row.by)
        for row in db.execute(_PAUSES)
    )


def items_of(db: Connection, attempt: Row[Any]) -> set[str]:
    """The items of which an attempt speaks: its own, what it settles, what a week's round-up lists."""
    parts = select(t.attempt.c.item).where(t.attempt.c.within == attempt.id)
    listed = json.loads(json.loads(attempt.facts).get("listed", "[]"))
    return {attempt.item, *db.scalars(parts), *(told[0] for told in listed)}


def spent(
    db: Connection, channel: str, since: datetime, until: datetime | None = None, *, but: str = ""
) -> Decimal:
    """What a channel's posts cost since then, in US dollars: what is, may be or may become public, and
    look-ups. `but` leaves one attempt out."""
    at = func.coalesce(t.attempt.c.committed_at, t.attempt.c.reserved_at)
    counts = t.attempt.c.state.in_([*_PUBLIC, State.RESERVED])
    # Said of both columns, so that the month's rows are found by their index.
    in_time = (t.attempt.c.committed_at >= since) | (
        t.attempt.c.committed_at.is_(None)
        & (t.attempt.c.state == State.RESERVED)
        & (t.attempt.c.reserved_at >= since)
    )
    where: list[ColumnElement[bool]] = [t.attempt.c.channel == channel, in_time]
    if until is not None:
        where.append(at < until)
    if but:
        where.append(t.attempt.c.id != but)
    paid = case((counts, t.attempt.c.cost), else_=0) + t.attempt.c.look_cost
    found = db.scalar(select(func.sum(paid)).where(and_(*where)))
    return NOTHING if found is None else Decimal(str(found)).quantize(Decimal("0.0001"))


def _in_doubt(db: Connection, channel: Row[Any], own: str) -> Refused | None:
    """One call at a time, and none before it is known, or given up, what became of the last."""
    # An image may go up while another post is on its way.
    query = _IN_DOUBT_OR_SENDING if own else _IN_DOUBT
    state = db.scalar(query, {"channel": channel.name, "own": own})
    if state is None:
        return None
    if state == State.SENDING:
        return Refused("another post of the channel is on its way")
    return Refused("it is not known yet whether an earlier post of the channel is out")


def _pacing(db: Connection, channel: Row[Any], pace: Pace, now: datetime) -> Refused | None:
    here = {"channel": channel.name}
    latest = db.scalar(_LATEST, here)
    if latest is not None and now < latest + pace.gap:
        return Refused(f"the gap to the last post, until {t.as_text(latest + pace.gap)}")
    today = db.scalar(_TODAY, here | {"since": pace.day_began})
    if (today or 0) >= pace.per_day:
        return Refused(f"{pace.per_day} posts today already")
    for rate in pace.rates:
        asked = {"since": now - rate.within, "posts": rate.posts}
        earlier = db.scalars(_WITHIN, here | asked).all()
        if len(earlier) == rate.posts:
            until = earlier[-1] + rate.within
            return Refused(f"the platform's pace, until {t.as_text(until)}", until=until)
    return None


def _budget(
    db: Connection, channel: Row[Any], pace: Pace, cost: Decimal, own: str
) -> Refused | None:
    if pace.allowance is None or not cost:
        return None
    already = spent(db, channel.name, pace.allowance.month_began, but=own)
    if already + cost <= pace.allowance.dollars:
        return None
    return Refused(
        f"the month's budget of ${pace.allowance.dollars} is too small: ${already} of it is spent, "
        f"this post costs ${cost}",
        is_over_budget=True,
    )

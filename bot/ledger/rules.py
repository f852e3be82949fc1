"""Why a delivery may not go out now: asked at `reserve`, and all of the channel's again at `commit`.

Each question is one query inside the transaction that holds the channel's lock, so that no other node
can change its answer meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, func, select

from bot.core.history import Pause
from bot.core.model import Delivery, Verdict
from bot.core.states import MAY_BE_PUBLIC, RELEASES_KEY, State
from bot.ledger import tables as t
from bot.ledger.book import Locked
from bot.ledger.rows import Pace, Refused

_PUBLIC = sorted(MAY_BE_PUBLIC)
_RELEASED = sorted(RELEASES_KEY)

NOTHING = Decimal(0)

# What every post goes through is made once: SQLAlchemy takes longer to build a statement than a database
# to answer it.
_a = t.attempt.c
_VERDICT = select(t.verdict.c.verdict).where(t.verdict.c.key == bindparam("of"))
_EARLIER = select(_a.state, _a.not_before).where(_a.key == bindparam("of"))
_PAUSES = select(t.pause).where(t.pause.c.ended_at.is_(None)).order_by(t.pause.c.id)
_PARTS = select(t.attempt).where(_a.within == bindparam("of"))

_ON = (_a.channel == bindparam("on")) & _a.within.is_(None)
_SAID = _ON & t.is_any_of(MAY_BE_PUBLIC) & _a.committed_at.is_not(None)
# Not `max`: the index ends with the latest, and a million others need not be looked at.
_LATEST_FIRST = select(_a.committed_at).where(_SAID).order_by(_a.committed_at.desc())
_LATEST = _LATEST_FIRST.where(_a.committed_at > bindparam("after")).limit(bindparam("posts"))
# An image may go up while another post is on its way: only who commits minds a call.
_own = bindparam("own", type_=_a.id.type)
_DOUBT = select(_a.state).where(
    _ON,
    t.IS_OPEN,
    _a.id != _own,
    (t.is_any_of([State.UNKNOWN]) & _a.look_at.is_not(None))
    | (t.is_any_of([State.SENDING]) & (_own != "")),
)
# What stands in the way of a channel's next post, asked at once.
_STANDS = select(
    _DOUBT.limit(1).scalar_subquery().label("doubt"),
    _LATEST_FIRST.limit(1).scalar_subquery().label("latest"),
    select(func.count())
    .where(_SAID, _a.committed_at >= bindparam("day_began"))
    .scalar_subquery()
    .label("today"),
)


def of_key(
    db: Connection, delivery: Delivery, now: datetime, *, rests: bool = True
) -> Refused | None:
    """Why this delivery may not go, by its verdict and its earlier attempts. Without `rests`, what has only
    to wait since it was deferred may."""
    key = str(delivery.key)
    verdict = db.scalar(_VERDICT, {"of": key})
    # What is still to come can't have been missed: see `is_over`.
    if verdict is not None and (verdict != Verdict.MISSED or delivery.deadline <= now):
        return Refused("a verdict says that it will not be sent")
    for state, not_before in db.execute(_EARLIER, {"of": key}).all():
        if state not in _RELEASED:
            return Refused(f"an earlier attempt is {state}")
        if state == State.REJECTED:
            return Refused("the platform refused it")
        if rests and not_before is not None and not_before > now:
            return Refused(f"not before {t.as_text(not_before)}")
    return None


def of_channel(
    db: Connection,
    channel: Locked,
    pace: Pace,
    now: datetime,
    *,
    items: Collection[str],
    keys: Collection[str],
    cost: Decimal,
    own: str = "",
) -> Refused | None:
    """Why nothing of `items`, by the deliveries `keys` and at `cost`, may go out on a channel now. `own` is
    the attempt that asks."""
    if stopped := why_stopped(channel):
        return Refused(stopped)
    for pause in pauses(db):
        if pause.covers(channel.name, items, now, keys=keys):
            return Refused(str(pause))
    if channel.not_before is not None and channel.not_before > now:
        return Refused(f"the platform asked to wait until {t.as_text(channel.not_before)}")
    return _pacing(db, channel, pace, now, own) or _budget(db, channel, pace, cost, own)


def why_stopped(channel: Locked | Row[Any]) -> str:
    """Why a channel says nothing until a person resumes it, or ""."""
    resume = f"`banditore resume --channel {channel.name}`"
    if channel.asked_address is not None:
        return f"{what_stopped(channel)}: put it back, or {resume} if that is meant"
    if channel.stopped_at is not None:
        return f"stopped: {what_stopped(channel)}; when that is mended, {resume}"
    return ""


def what_stopped(channel: Locked | Row[Any]) -> str:
    """What happened to a channel that waits for a person, without what to do about it."""
    if channel.asked_address is not None:
        return f"its address has changed from {channel.address} to {channel.asked_address}"
    return str(channel.stopped_for)


def pauses(db: Connection) -> tuple[Pause, ...]:
    """Those that nobody has ended."""
    return tuple(
        Pause(row.id, row.channel, row.item, row.since, row.until, row.reason, row.by, row.key)
        for row in db.execute(_PAUSES)
    )


def parts_of(db: Connection, attempt: Row[Any]) -> Sequence[Row[Any]]:
    """What an attempt settles as a round-up."""
    return db.execute(_PARTS, {"of": attempt.id}).all()


def told_by(attempt: Row[Any], parts: Sequence[Row[Any]]) -> tuple[set[str], set[str]]:
    """The items of which an attempt speaks, and the keys that it settles: its own, those of the deliveries
    in it; of what a week's round-up lists, the items."""
    listed = json.loads(json.loads(attempt.facts).get("listed", "[]"))
    items = {attempt.item, *(part.item for part in parts), *(told[0] for told in listed)}
    return items, {attempt.key, *(part.key for part in parts)}


def spent(
    db: Connection, channel: str, since: datetime, until: datetime | None = None, *, but: str = ""
) -> Decimal:
    """What a channel's posts cost since then, in US dollars: what is, may be or may become public, and
    look-ups. `but` leaves one attempt out."""
    a = t.attempt.c
    of_channel: list[ColumnElement[bool]] = [a.channel == channel]
    if until is not None:
        of_channel.append(func.coalesce(a.committed_at, a.reserved_at) < until)
    if but:
        of_channel.append(a.id != but)
    paid = case((a.state.in_([*_PUBLIC, State.RESERVED]), a.cost), else_=0) + a.look_cost
    # Two sums, each with an index that finds the month's rows; "either" would look at all of the channel's.
    committed = select(func.sum(paid)).where(*of_channel, a.committed_at >= since)
    reserved = select(func.sum(paid)).where(
        *of_channel,
        t.IS_OPEN,
        a.state == State.RESERVED,
        a.committed_at.is_(None),
        a.reserved_at >= since,
    )
    found = [Decimal(str(db.scalar(query) or 0)) for query in (committed, reserved)]
    return sum(found, NOTHING).quantize(Decimal("0.0001"))


def _pacing(db: Connection, channel: Locked, pace: Pace, now: datetime, own: str) -> Refused | None:
    stands = db.execute(
        _STANDS, {"on": channel.name, "own": own, "day_began": pace.day_began}
    ).one()
    # One call at a time, and none before it is known, or given up, what became of the last.
    if stands.doubt == State.SENDING:
        return Refused("another post of the channel is on its way")
    if stands.doubt is not None:
        return Refused("it is not known yet whether an earlier post of the channel is out")
    if stands.latest is not None and now < stands.latest + pace.gap:
        return Refused(f"the gap to the last post, until {t.as_text(stands.latest + pace.gap)}")
    if stands.today >= pace.per_day:
        return Refused(f"{pace.per_day} posts today already")
    for rate in pace.rates:
        earlier = db.scalars(
            _LATEST, {"on": channel.name, "after": now - rate.within, "posts": rate.posts}
        ).all()
        if len(earlier) == rate.posts:
            until = earlier[-1] + rate.within
            return Refused(f"the platform's pace, until {t.as_text(until)}", until=until)
    return None


def _budget(db: Connection, channel: Locked, pace: Pace, cost: Decimal, own: str) -> Refused | None:
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

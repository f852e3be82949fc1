"""What callers and the ledger tell each other, and the rows behind it; writes and reads nothing itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row

from bot.core.model import Delivery, Post
from bot.core.rates import Rate
from bot.core.states import State
from bot.ledger import tables as t


class Via(StrEnum):
    """How a delivery came, or comes, to followers."""

    BOT = "bot"
    PERSON = "person"  # an assisted channel's: we hand over the text
    ADOPTED = "adopted"  # it was announced by other means, and a person told us


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a channel's posts may cost together since the month began."""

    month_began: datetime  # the channel's local midnight of the month's first day, in UTC
    dollars: Decimal


@dataclass(frozen=True, slots=True)
class Pace:
    """What a channel asks of its posts, at the instant of asking."""

    gap: timedelta
    per_day: int
    day_began: datetime  # the channel's local midnight, in UTC
    allowance: Allowance | None = None  # None = it may cost what it will
    rates: tuple[Rate, ...] = ()  # what the platform lets pass


@dataclass(frozen=True, slots=True)
class Reserved:
    attempt_id: str


@dataclass(frozen=True, slots=True)
class Sending:
    """The call may begin, until the lease ends."""

    attempt_id: str
    committed_at: datetime
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was sent, and the ledger says why."""

    reason: str
    is_over_budget: bool = False
    until: datetime | None = None  # when the platform's own rate lets the next post pass


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an outcome made of its attempt, and of its channel."""

    state: State
    stopped: str = ""  # why the channel has just been stopped; "" = it was not


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row of the ledger, as `banditore log` shows it. Instants are UTC."""

    id: str
    key: str
    item: str
    occurrence: str
    step: str
    channel: str
    platform: str
    state: State
    due: datetime
    deadline: datetime
    reserved_at: datetime
    committed_at: datetime | None
    ended_at: datetime | None
    external_id: str | None
    url: str | None
    reason: str
    cost: Decimal
    text: str
    digest: str
    within: str | None  # the round-up's attempt that said it; its call is this one's
    via: Via
    look_at: datetime | None  # when an unknown one is looked for next; None = a person looks


# --- rows -----------------------------------------------------------------------------------------


def row_of(delivery: Delivery, post: Post, attempt_id: str, via: Via = Via.BOT) -> dict[str, Any]:
    """What of an attempt's row says what is sent."""
    return {
        **_named(delivery, post, attempt_id, via),
        "cost": post.cost if via is Via.BOT else Decimal(0),
        "request": _as_json(post.request),
        "facts": _as_json(post.facts),
        "within": None,
    }


def part_of(
    delivery: Delivery, post: Post, row_id: str, round_up: str, via: Via = Via.BOT
) -> dict[str, Any]:
    """The row of a delivery that the attempt `round_up` settles: it has no call of its own, and costs nothing."""
    return {
        **_named(delivery, post, row_id, via),
        "cost": Decimal(0),
        "request": "",
        "facts": _as_json(post.settles[delivery.key]),
        "within": round_up,
    }


def _named(delivery: Delivery, post: Post, row_id: str, via: Via) -> dict[str, Any]:
    key = delivery.key
    return {
        "id": row_id,
        "key": str(key),
        "item": key.item,
        "edition": key.edition,
        "occurrence": key.occurrence,
        "step": key.step,
        "channel": key.channel,
        "act": key.act,
        "due": delivery.placed,
        "deadline": delivery.deadline,
        "reason": "",
        "text": post.text,
        "digest": post.digest,
        "via": via,
    }


def _as_json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)


def whole_of(attempt_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """An attempt and, if it is a round-up's, what it settles: they change state together."""
    return (t.attempt.c.id == attempt_id) | (t.attempt.c.within == attempt_id)


def attempt_of(row: Row[Any]) -> Attempt:
    return Attempt(
        id=row.id,
        key=row.key,
        item=row.item,
        occurrence=row.occurrence,
        step=row.step,
        channel=row.channel,
        platform=row.platform,
        state=State(row.state),
        due=row.due,
        deadline=row.deadline,
        reserved_at=row.reserved_at,
        committed_at=row.committed_at,
        ended_at=row.ended_at,
        external_id=row.external_id,
        url=row.url,
        reason=row.reason,
        cost=row.cost,
        text=row.text,
        digest=row.digest,
        within=row.within,
        via=Via(row.via),
        look_at=row.look_at,
    )

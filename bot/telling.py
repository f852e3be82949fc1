"""What the engine tells the log: one line a fact, an event's name and its fields.

Whatever goes wrong says whether anything is public and what to do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.model import Channel, Deferred, Delivery, Outcome, Post, Published, Rejected, Unknown
from bot.ledger import Attempt

log = logging.getLogger("banditore")

LOOK = "look at the channel; the delivery is not sent again"


@dataclass(frozen=True, slots=True)
class Trial:
    """One attempt under way."""

    attempt_id: str
    delivery: Delivery
    channel: Channel
    post: Post
    tries: int  # how often the delivery was deferred before


def tell(trial: Trial, outcome: Outcome, now: datetime) -> None:
    """How an attempt ended; lateness is in seconds after the instant that the agenda gave it."""
    late = round((now - trial.delivery.placed).total_seconds(), 1)
    fields = fields_of(trial.delivery, attempt=trial.attempt_id, late_s=late)
    match outcome:
        case Published(external_id, url):
            fields["fields"] |= {"id": external_id, "url": url, "cost": str(trial.post.cost)}
            log.info("post.published", extra=fields)
        case Rejected(reason):
            fields["fields"] |= {"reason": reason, "public": "no"}
            log.error("post.rejected", extra=fields)
        case Deferred(reason, until):
            fields["fields"] |= {"reason": reason, "public": "no", "again": str(until)}
            log.warning("post.deferred", extra=fields)
        case Unknown(reason):
            fields["fields"] |= {"reason": reason, "public": "maybe", "do": LOOK}
            log.error("post.unknown", extra=fields)
        case _:
            fields["fields"] |= {"reason": outcome.reason, "public": "no"}
            log.warning("post.absent", extra=fields)


def tell_unknown(attempt: Attempt) -> None:
    """An attempt that may be public and that nobody has settled."""
    fields = {
        "attempt": attempt.id,
        "key": attempt.key,
        "channel": attempt.channel,
        "reason": attempt.reason,
        "public": "maybe",
        "do": LOOK,
    }
    log.error("attempt.unknown", extra={"fields": fields})


def fields_of(delivery: Delivery, **more: Any) -> dict[str, dict[str, Any]]:
    """The `extra` of a log record that speaks of a delivery."""
    key = delivery.key
    return {
        "fields": {
            "key": str(key),
            "item": key.item,
            "channel": key.channel,
            "step": key.step,
            **{
                name: str(value) if not isinstance(value, float) else value
                for name, value in more.items()
            },
        }
    }

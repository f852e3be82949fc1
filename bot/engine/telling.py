"""What the engine tells the log: one line a fact, an event's name and its fields.

Whatever goes wrong says whether anything is public and what to do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.history import Pause
from bot.core.model import (
    Channel,
    Deferred,
    Delivery,
    Lookup,
    Outcome,
    Post,
    Published,
    Rejected,
    Unknown,
)
from bot.ledger import Attempt, Judgement

log = logging.getLogger("banditore")


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
            do = (
                "it is looked for"
                if trial.channel.lookup is not Lookup.NONE
                else settle(trial.attempt_id)
            )
            fields["fields"] |= {"reason": reason, "public": "maybe", "do": do}
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
        "do": "it is looked for" if attempt.look_at else settle(attempt.id),
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


def tell_verdict(judged: Judgement) -> None:
    """What will never be sent, and why."""
    fields = {
        "key": judged.key,
        "item": judged.item,
        "channel": judged.channel,
        "step": judged.step,
        "verdict": str(judged.verdict),
        "reason": judged.reason,
        "due": judged.due.isoformat(),
        "public": "no",
    }
    log.warning("delivery.judged", extra={"fields": fields})


def tell_doubt(
    attempt_id: str, channel: str, outcome: Published | Unknown, *, is_over: bool
) -> None:
    """What a look for a doubtful post found."""
    fields = {"attempt": attempt_id, "channel": channel}
    if isinstance(outcome, Published):
        found = {"id": outcome.external_id, "url": outcome.url, "public": "yes"}
        log.info("attempt.found", extra={"fields": fields | found})
    elif is_over:
        asked = {"reason": outcome.reason, "public": "maybe", "do": settle(attempt_id)}
        log.error("attempt.unknown", extra={"fields": fields | asked})
    else:
        more = {"reason": outcome.reason, "public": "maybe", "do": "it is looked for again"}
        log.info("attempt.not_found", extra={"fields": fields | more})


def tell_stopped(channel: str, reason: str) -> None:
    """A channel says nothing more until a person resumes it."""
    do = f"mend it, then `banditore resume --channel {channel}`"
    fields = {"channel": channel, "reason": reason, "public": "no", "do": do}
    log.error("channel.stopped", extra={"fields": fields})


def tell_pause(pause: Pause) -> None:
    """A pause that has stood for a day, and may have been forgotten."""
    scope = " ".join(
        f"--{name} {value}"
        for name, value in (
            ("channel", pause.channel),
            ("item", pause.item),
            ("key", pause.key),
        )
        if value
    )
    fields = {
        "since": pause.since.isoformat(),
        "reason": pause.reason,
        "by": pause.by,
        "channel": pause.channel or "all",
        "item": pause.item or "all",
        "public": "no",
        "do": f"if it was forgotten: `{' '.join(filter(None, ('banditore resume', scope)))}`",
    }
    log.warning("pause.still", extra={"fields": fields})


_TASKS = "`banditore tasks` shows the text; say there when it is out"


def tell_handed(trial: Trial) -> None:
    """A person has the text; the rest is theirs."""
    deadline = trial.delivery.deadline
    fields = fields_of(trial.delivery, attempt=trial.attempt_id, deadline=deadline, do=_TASKS)
    log.warning("task.handed", extra=fields)


def tell_waiting(attempt: Attempt) -> None:
    """The same of an attempt whose process ended before it could tell it."""
    fields = {
        "key": attempt.key,
        "item": attempt.item,
        "channel": attempt.channel,
        "step": attempt.step,
        "attempt": attempt.id,
        "deadline": str(attempt.deadline),
        "do": _TASKS,
    }
    log.warning("task.handed", extra={"fields": fields})


def settle(attempt_id: str) -> str:
    """How a person settles a doubt."""
    return (
        "look at the channel, then `banditore resolve "
        f"{attempt_id} published` or `banditore resolve {attempt_id} absent`"
    )

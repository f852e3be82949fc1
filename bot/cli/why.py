"""Tells an editor, in sentences, why each post of an item stands where it stands. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, tzinfo

from bot.cli.spoken import day_of_year, moment_in_words
from bot.core.agenda import Agenda, channels_of
from bot.core.history import History, Past
from bot.core.model import ASKED, QUEUED, WHOLE, Delivery, Move, Status
from bot.core.plan import Plan
from bot.core.said import Said, said, said_of
from bot.core.states import State
from bot.core.turns import Planned


def why(made: Agenda, item_id: str, planned: Plan, history: History) -> Iterator[str]:
    """The lines that tell of every delivery of an item: a heading each, then indented sentences.

    Clock times are those of each channel's schedule. `planned` and `history` belong to `made`.
    """
    deliveries = [each for each in made.deliveries.values() if each.key.item == item_id]
    if not deliveries:
        yield _why_nothing(item_id, made)
        return
    for delivery in sorted(deliveries, key=lambda each: (each.key.channel, each.nominal, each.key)):
        zone = made.calendars[delivery.key.channel].zone
        yield heading(delivery)
        yield f"  {_who_asks(delivery)} {moment_in_words(delivery.nominal, zone)}."
        yield from (f"  {sentence}" for sentence in _why_there(delivery, zone))
        yield f"  {_state(delivery, planned, history, zone)}"
        yield f"  {_deadline(delivery, made, zone)}"


def heading(delivery: Delivery) -> str:
    """`telegram-it, 2021-05-10 start-1d`: where, and which of the item's posts."""
    key = delivery.key
    occurrence = "" if key.occurrence == WHOLE else f"{key.occurrence} "
    return f"{key.channel}, {occurrence}{key.step}"


def _who_asks(delivery: Delivery) -> str:
    if delivery.key.step.startswith(ASKED):
        return "Staff asked for"
    if delivery.key.step == QUEUED:
        return "News without a date is asked for on"
    return "The ladder asks for"


def _why_there(delivery: Delivery, zone: tzinfo) -> Iterator[str]:
    """What was in the way of the instant that the ladder asks for, and where the delivery stands instead."""
    for sentence in dict.fromkeys(map(move_in_words, delivery.moves)):
        yield f"{sentence}."
    if delivery.placed != delivery.nominal:
        yield f"So it stands on {moment_in_words(delivery.placed, zone)}."


def move_in_words(move: Move) -> str:
    """`Sunday 2 May is closed`: a move as a sentence, without its full stop."""
    match move.reason:
        case "closed day":
            return said("{day} is closed", day=_days_named(move.detail.split()[-1]))
        case "holiday":
            return said("{day} is a holiday", day=_days_named(move.detail))
        case "blackout":
            reason, _, last = move.detail.rpartition(", until ")
            return said(
                "A blackout{reason} lasts until {day}",
                reason=_quoted(reason),
                day=_days_named(last),
            )
        case "silence":
            return said("A silence{reason} is kept at that hour", reason=_quoted(move.detail))
        case "hours":
            return said("Posts go out at {hours} only", hours=move.detail)
        case "full day":
            posts, _, full = move.detail.rpartition(" on ")
            return said_of(
                int(posts.split()[0]),
                "{number} post stands on {day} already",
                "{number} posts stand on {day} already",
                day=_days_named(full),
            )
        case "gap":
            return said_of(
                int(move.detail.split()[0]),
                "There must be {number} minute between two posts of a channel",
                "There must be {number} minutes between two posts of a channel",
            )
        case "spacing":
            hours = move.detail.split()[0]
            return said(
                "There must be {hours} hours to the next post of the same item", hours=hours
            )
    return str(move)


def _days_named(iso: str) -> Said:
    return day_of_year(date.fromisoformat(iso))


def _quoted(reason: str) -> str:
    return f" ({reason})" if reason else ""


# --- as things stand ----------------------------------------------------------------------------


def _state(delivery: Delivery, planned: Plan, history: History, zone: tzinfo) -> str:
    key = delivery.key
    past = history.past.get(key)
    if (found := _of(delivery, planned.due)) is not None:
        return f"It is due now{_because(found)}."
    if (found := _of(delivery, planned.later)) is not None:
        return f"It is to go out on {moment_in_words(found.at, zone)}{_because(found)}."
    if past is not None and past.state not in (State.FREED, State.DEFERRED, State.ABSENT):
        return _of_attempt(past, zone)
    if (found := _of(delivery, planned.held)) is not None:
        return f"It is held: {found.reason}."
    judged = next((each for each in planned.judged if each.delivery.key == key), None)
    if judged is not None:
        return f"It will never be sent ({judged.verdict}): {judged.reason}."
    if (given := history.verdicts.get(key)) is not None:
        return f"It will never be sent ({given.verdict}): {given.reason}."
    return "It is too far off to be planned yet."


def _of(delivery: Delivery, among: Iterable[Planned]) -> Planned | None:
    """What becomes of it: by itself, or in a round-up that settles it."""
    return next(
        (
            each
            for each in among
            if delivery.key in (each.delivery.key, *(one.key for one in each.delivery.settles))
        ),
        None,
    )


def _because(found: Planned) -> str:
    """Why it goes later than the agenda placed it; why the agenda placed it there was told before."""
    if found.delivery.is_round_up:
        return f", with {len(found.delivery.items)} items of its file that are late, too"
    if found.at <= found.delivery.placed:
        return ""
    moves = "; ".join(map(str, found.delivery.moves))
    is_told = found.reason and found.reason != moves
    return f", {found.reason}" if is_told else ", as it has to wait"


def _of_attempt(past: Past, zone: tzinfo) -> str:
    at = moment_in_words(past.at, zone)
    match past.state:
        case State.PUBLISHED:
            return f"It was published on {at}."
        case State.RESERVED | State.SENDING:
            return f"It is being sent, since {at}."
        case State.UNKNOWN:
            return f"It may be public since {at}: a person must look."
        case State.REJECTED:
            return f"The platform refused it on {at}: it is not sent again."
    return f"Its last attempt, on {at}, ended {past.state}."


def _deadline(delivery: Delivery, made: Agenda, zone: tzinfo) -> str:
    late = f"From {moment_in_words(delivery.deadline, zone)} on it is too late"
    next_step = any(
        other.family == delivery.family and other.rung > delivery.rung
        for other in made.asked.get(delivery.key.item, ())
    )
    return f"{late}: then its next step is due." if next_step else f"{late}."


# --- nothing at all -----------------------------------------------------------------------------


def _why_nothing(item_id: str, made: Agenda) -> str:
    item = made.items.get(item_id)
    if item is None:
        return f"There is no item {item_id}."
    if item.status is not Status.READY:
        status = "a draft" if item.status is Status.DRAFT else item.status
        return f"{item_id} is {status}: nothing of it is announced."
    channels = list(channels_of(item, made.channels.values()))
    if not channels:
        languages = " or ".join(item.words)
        return (
            f"No channel carries {item_id}: none that it may use speaks its language ({languages})."
        )
    ladders = [item.schedule] if item.schedule else []
    missing = [
        name
        for name in [*ladders, *(channel.schedule for channel in channels)]
        if name not in made.catalog.schedules
    ]
    if missing:
        return f"Nothing of {item_id} is announced: the schedule {missing[0]} has a fault or is not there."
    return f"No step of the ladder is for {item_id}: nothing of it is announced."

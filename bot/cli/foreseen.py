"""What the posts to come will cost, as `plan` tells it: by channel and month, beside budget and what was spent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from bot.core.agenda import Agenda
from bot.core.budget import month_began, month_ends, month_name
from bot.core.model import OnLimit
from bot.core.plan import Plan
from bot.core.turns import Planned
from bot.ledger import Ledger
from bot.render.cost import is_charged
from bot.render.forecast import Forecast, forecast

_CENT: Final = Decimal("0.01")
_THEN: Final = {
    OnLimit.HOLD: "what it has no room for is held",
    OnLimit.WITHOUT_LINK: "what it has no room for goes out without its link",
}


def foreseen(
    made: Agenda,
    planned: Plan,
    start: date | None,
    end: date | None,
    channel: str,
    spent: Mapping[tuple[str, str], Decimal],
) -> tuple[Forecast, ...]:
    """The whole months that have a day from `start` to `end`, of one `channel` or ("") of all.

    `spent` is what `spent_by_month` says; nothing where there is no ledger.
    """
    return tuple(
        each
        for each in forecast(made, (*planned.due, *planned.later), spent)
        if channel in ("", each.channel) and _has_days(each.month, start, end)
    )


def spent_by_month(
    ledger: Ledger, made: Agenda, planned: Iterable[Planned], now: datetime
) -> Mapping[tuple[str, str], Decimal]:
    """What each channel that costs money has spent, or may have, in each month, by names: ("x-it", "2021-05").

    Of this month, and of every other for which something is `planned`: only so much of the ledger is read.
    """
    zones = {
        channel.name: made.calendars[channel.name].zone
        for channel in made.channels.values()
        if is_charged(channel) and channel.name in made.calendars
    }
    moments = {(name, month_name(now, zone)): now for name, zone in zones.items()}
    for each in planned:
        name = each.delivery.key.channel
        if name in zones:
            moments.setdefault((name, month_name(each.at, zones[name])), each.at)
    return {
        (name, month): ledger.spent(name, month_began(at, zone), month_ends(at, zone))
        for (name, month), at in moments.items()
        for zone in (zones[name],)
    }


def lines(months: Iterable[Forecast]) -> Iterator[str]:
    """A line for each month, and a warning below each that will pass its budget."""
    for month in months:
        name = f"{month.channel} {month.month}"
        posts = "1 post" if month.posts == 1 else f"{month.posts} posts"
        spent = f" and {_dollars(month.spent)} spent" if month.spent else ""
        limit = f" of {_dollars(month.budget.month)}" if month.budget else ""
        yield f"forecast: {name}: {posts}, {_dollars(month.cost)}{spent}{limit}"
        if month.budget and month.excess:
            then = _THEN[month.budget.on_limit]
            yield f"warning: {name}: {_dollars(month.excess)} more than its budget: {then}"


def as_json(month: Forecast) -> dict[str, str | int]:
    """Amounts as text, so that no digit is lost; "" for a budget that there is not."""
    return {
        "channel": month.channel,
        "month": month.month,
        "posts": month.posts,
        "cost": str(month.cost),
        "spent": str(month.spent),
        "budget": str(month.budget.month) if month.budget else "",
        "on_limit": str(month.budget.on_limit) if month.budget else "",
        "excess": str(month.excess),
    }


def _dollars(amount: Decimal) -> str:
    """`$3.60` for 3.600, `$0.415` as it is: cents always, finer parts only where there are any."""
    cents = amount.quantize(_CENT)
    return f"${cents if cents == amount else amount.normalize():f}"


def _has_days(month: str, start: date | None, end: date | None) -> bool:
    """Has the month `2021-05` days that are asked for?"""
    begins_in_time = end is None or month <= f"{end:%Y-%m}"
    return begins_in_time and (start is None or f"{start:%Y-%m}" <= month)

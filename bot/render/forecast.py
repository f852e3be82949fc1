"""What the posts of a plan will cost, by channel and calendar month, beside what may be spent. It holds nothing back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from bot.core.agenda import Agenda
from bot.core.budget import month_name
from bot.core.model import Budget
from bot.core.turns import Planned
from bot.render.cost import cost_of, is_charged


class Forecast(NamedTuple):
    """A month of a channel's posts; amounts in US dollars."""

    channel: str
    month: str  # 2021-05, in the time zone of the channel
    posts: int  # still to come
    cost: Decimal  # of these
    spent: Decimal  # what went out before, or may have
    budget: Budget | None

    @property
    def excess(self) -> Decimal:
        """By how much the month will pass its budget; 0 where it keeps it, or has none."""
        if self.budget is None:
            return Decimal(0)
        return max(self.cost + self.spent - self.budget.month, Decimal(0))


def forecast(
    made: Agenda,
    planned: Iterable[Planned],
    spent: Mapping[tuple[str, str], Decimal],
) -> tuple[Forecast, ...]:
    """The months for which something is `planned` on a channel that costs money, in order.

    `spent` is what each channel has spent in each month, by names: ("x-it", "2021-05"). Posts are priced
    as they stand, with their links: what a used-up budget makes of them is not foreseen.
    """
    costs: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for each in planned:
        channel = made.channels[each.delivery.key.channel]
        if not is_charged(channel):
            continue
        zone = made.calendars[channel.name].zone
        if cost := cost_of(made.items, each.delivery, channel, at=each.at, zone=zone):
            costs[channel.name, month_name(each.at, zone)].append(cost.dollars)
    return tuple(
        Forecast(
            name,
            month,
            len(each),
            sum(each, Decimal(0)),
            spent.get((name, month), Decimal(0)),
            made.channels[name].budget,
        )
        for (name, month), each in sorted(costs.items())
    )

"""What the posts of a plan will cost, by channel and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.core.agenda import Agenda, agenda
from bot.core.model import Budget, Catalog, Channel, Item, Platform, Words
from bot.core.plan import Plan, plan
from bot.core.prices import FREE, Prices
from bot.load import load
from bot.render import Unfit, render
from bot.render.bill import Bill, bill_of_x
from bot.render.forecast import Forecast, forecast
from tests.core.book import LONG_AGO, Book
from tests.core.build import ROME, at, catalog, days, item, schedule

ROOT = Path(__file__).parents[2]
X = Channel("x-it", Platform.X, "torino", "it", "standard")
TELEGRAM = Channel("telegram-it", Platform.TELEGRAM, "@torino", "it", "standard")
LADDER = schedule("1 day before at 10:00", holidays=frozenset())
NOTHING: Mapping[tuple[str, str], Decimal] = {}


def planned(files: Catalog, now: datetime = LONG_AGO) -> tuple[Agenda, Plan]:
    made = agenda(files)
    return made, plan(made, Book().history(made), now)


def foreseen(
    files: Catalog, spent: Mapping[tuple[str, str], Decimal] = NOTHING
) -> tuple[Forecast, ...]:
    made, of_now = planned(files)
    return forecast(made, (*of_now.due, *of_now.later), spent)


def unlinked(name: str, when: str) -> Item:
    return item(name, days(when), words={"it": Words(name.title())})


def test_posts_are_counted_by_the_month_in_which_they_go_out() -> None:
    files = catalog(
        item("a", days("2021-05-05")),
        unlinked("b", "2021-05-06"),
        item("c", days("2021-06-01")),  # announced on the last day of May
        item("d", days("2021-06-03")),
        channels=(X, TELEGRAM),
        schedules=(LADDER,),
    )
    assert foreseen(files) == (
        Forecast("x-it", "2021-05", 3, Decimal("0.415"), Decimal(0), None),
        Forecast("x-it", "2021-06", 1, Decimal("0.200"), Decimal(0), None),
    )


def test_the_month_is_the_one_of_the_channels_clocks() -> None:
    files = catalog(
        item("a", days("2021-06-02")),
        channels=(X, replace(X, name="x-utc", schedule="utc")),
        schedules=(LADDER, replace(LADDER, name="utc", zone=UTC)),
    )
    made, of_now = planned(files)
    # half past midnight in Rome is still the day before in Greenwich
    at_night = datetime(2021, 5, 31, 22, 30, tzinfo=UTC)
    early = [replace(each, at=at_night) for each in of_now.later]
    months = {each.channel: each.month for each in forecast(made, early, NOTHING)}
    assert months == {"x-it": "2021-06", "x-utc": "2021-05"}


def test_what_was_spent_counts_in_its_own_month_and_channel() -> None:
    files = catalog(
        item("a", days("2021-05-05")),
        channels=(replace(X, budget=Budget(Decimal("1.00"))),),
        schedules=(LADDER,),
    )
    spent = {
        ("x-it", "2021-05"): Decimal("0.95"),
        ("x-it", "2021-04"): Decimal(7),
        ("x-en", "2021-05"): Decimal(7),
    }
    [may] = foreseen(files, spent)
    assert (may.cost, may.spent, may.excess) == (
        Decimal("0.200"),
        Decimal("0.95"),
        Decimal("0.150"),
    )
    [unspent] = foreseen(files)
    assert unspent.excess == 0


def test_a_budget_that_is_just_enough_is_kept() -> None:
    files = catalog(
        item("a", days("2021-05-05")),
        channels=(replace(X, budget=Budget(Decimal("0.20"))),),
        schedules=(LADDER,),
    )
    assert [each.excess for each in foreseen(files)] == [0]
    assert [each.excess for each in foreseen(files, {("x-it", "2021-05"): Decimal("0.0001")})] == [
        Decimal("0.0001")
    ]


def test_without_a_budget_nothing_is_too_much() -> None:
    files = catalog(item("a", days("2021-05-05")), channels=(X,), schedules=(LADDER,))
    assert [each.excess for each in foreseen(files, {("x-it", "2021-05"): Decimal(999)})] == [0]


def test_prices_are_those_of_each_channel() -> None:
    dear = replace(X, prices=Prices(post_with_link=Decimal("0.5"), post=Decimal("0.5")))
    files = catalog(
        item("a", days("2021-05-05")),
        unlinked("b", "2021-05-06"),
        channels=(dear,),
        schedules=(LADDER,),
    )
    assert [each.cost for each in foreseen(files)] == [Decimal("1.0")]
    assert bill_of_x(files, LONG_AGO) == Bill(1, 1, Decimal("1.0"))


def test_what_a_person_sends_is_in_neither() -> None:
    by_hand = replace(X, is_assisted=True, prices=FREE)
    files = catalog(item("a", days("2021-05-05")), channels=(by_hand,), schedules=(LADDER,))
    assert foreseen(files) == ()
    assert bill_of_x(files, LONG_AGO) == Bill(0, 0, Decimal(0))


@pytest.fixture(scope="module")
def may() -> Catalog:
    files, problems = load(ROOT / "content", ROOT / "schedules")
    assert not problems
    return files


def test_of_all_of_may_the_forecast_is_what_the_posts_cost(may: Catalog) -> None:
    made, of_now = planned(may, at("2021-04-01 09:00"))
    total = Decimal(0)
    for each in (*of_now.due, *of_now.later):
        channel = made.channels[each.delivery.key.channel]
        post = render(made.items, each.delivery, channel, at=each.at, zone=ROME)
        assert not isinstance(post, Unfit)
        total += post.cost
    months = forecast(made, (*of_now.due, *of_now.later), NOTHING)
    assert total > 5
    assert sum((each.cost for each in months), Decimal(0)) == total


def test_of_all_of_may_bill_and_forecast_agree(may: Catalog) -> None:
    now = at("2021-04-01 09:00")
    made, of_now = planned(may, now)
    months = forecast(made, (*of_now.due, *of_now.later), NOTHING)
    bill = bill_of_x(may, now)
    assert sum(each.posts for each in months) == bill.with_link + bill.without_link
    assert sum((each.cost for each in months), Decimal(0)) == bill.cost

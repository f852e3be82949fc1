"""Money and the platforms' own pace: counted inside the transaction that lets a post go."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.core.model import Absent, Deferred, Delivery, Outcome, Published, Rejected, Unknown
from bot.core.rates import Rate
from bot.ledger import Allowance, Ledger, Pace, Refused, Reserved, Sending
from tests.core.build import at
from tests.ledger.build import FIRST, NO_PACE, Clock, post, reserve, send

MAY = at("2021-05-01 00:00")


def allowed(dollars: str, month: str = "2021-05-01 00:00") -> Pace:
    return replace(NO_PACE, allowance=Allowance(at(month), Decimal(dollars)))


def delivery(number: int) -> Delivery:
    return replace(FIRST, key=FIRST.key._replace(item=f"festa-{number}"))


def ask(ledger: Ledger, number: int, pace: Pace) -> Reserved | Refused:
    return ledger.reserve(delivery(number), post(delivery(number)), pace=pace, revision="1")


def test_a_budget_is_spent_to_the_last_cent_and_never_passed(ledger: Ledger) -> None:
    pace = allowed("0.030")  # two posts of 0.015
    for number in range(2):
        ledger.record(send(ledger, delivery(number), pace), Published(str(number)))
    assert ledger.spent("telegram-it", MAY) == Decimal("0.030")
    assert ask(ledger, 3, pace) == Refused(
        "the month's budget of $0.030 is too small: $0.0300 of it is spent, this post costs $0.015",
        is_over_budget=True,
    )


@pytest.mark.parametrize(
    ("outcome", "costs"),
    [
        (Published("1"), True),
        (Unknown("cut off"), True),
        (Deferred("busy"), False),
        (Rejected("no"), False),
        (Absent("not there"), False),
    ],
)
def test_what_is_or_may_be_public_is_paid_for(
    ledger: Ledger, outcome: Outcome, costs: bool
) -> None:
    ledger.record(send(ledger), outcome)
    assert ledger.spent("telegram-it", MAY) == Decimal("0.015" if costs else "0")


def test_two_posts_that_are_prepared_at_once_can_not_both_take_the_last_money(
    ledger: Ledger,
) -> None:
    pace = allowed("0.015")
    assert isinstance(ask(ledger, 1, pace), Reserved)
    assert isinstance(ask(ledger, 2, pace), Refused)


def test_the_budget_is_asked_again_at_the_commit(ledger: Ledger) -> None:
    attempt_id = reserve(ledger, delivery(1), allowed("0.030"))
    refused = ledger.commit(attempt_id, pace=allowed("0.010"))
    assert isinstance(refused, Refused)
    assert refused.is_over_budget


def test_the_last_money_of_a_reservation_that_ran_out_is_free_again(
    ledger: Ledger, clock: Clock
) -> None:
    pace = allowed("0.015")
    ask(ledger, 1, pace)
    clock.pass_by(minutes=2)
    ledger.sweep(alone=False)
    assert isinstance(ask(ledger, 2, pace), Reserved)


def test_a_new_month_has_its_own_budget(ledger: Ledger, clock: Clock) -> None:
    ledger.record(send(ledger, delivery(1), allowed("0.015")), Published("1"))
    clock.at = at("2021-06-01 09:00")
    june = allowed("0.015", "2021-06-01 00:00")
    late = replace(delivery(2), deadline=at("2021-06-09 09:00"))
    assert isinstance(ledger.reserve(late, post(late), pace=june, revision="1"), Reserved)
    assert ledger.spent("telegram-it", MAY, at("2021-06-01 00:00")) == Decimal("0.015")


def test_a_platforms_pace_says_when_the_next_post_may_go(ledger: Ledger, clock: Clock) -> None:
    pace = replace(NO_PACE, rates=(Rate(2, timedelta(minutes=1)),))
    began = clock.at
    for number in range(2):
        ledger.record(send(ledger, delivery(number), pace), Published(str(number)))
        clock.pass_by(seconds=10)
    refused = ask(ledger, 3, pace)
    assert isinstance(refused, Refused)
    assert refused.until == began + timedelta(minutes=1)
    clock.at = refused.until
    assert isinstance(ask(ledger, 3, pace), Reserved)


def test_the_pace_is_asked_again_at_the_commit(ledger: Ledger) -> None:
    pace = replace(NO_PACE, rates=(Rate(1, timedelta(seconds=1)),))
    first, second = reserve(ledger, delivery(1), pace), reserve(ledger, delivery(2), pace)
    assert isinstance(ledger.commit(first, pace=pace), Sending)
    ledger.record(first, Published("1"))
    assert isinstance(ledger.commit(second, pace=pace), Refused)


def test_what_was_announced_by_other_means_takes_no_place_of_the_day(ledger: Ledger) -> None:
    pace = replace(NO_PACE, gap=timedelta(hours=1), per_day=1)
    ledger.orders.adopt(delivery(1), post(delivery(1)), by="Ada")
    assert isinstance(ask(ledger, 2, pace), Reserved)

"""Health: well while ticks work and what is due goes out; else why not, in words."""

from __future__ import annotations

from datetime import timedelta

from bot.core.agenda import agenda
from bot.desk.health import Pulse
from bot.desk.overdue import Overdue
from tests.core.build import at, catalog, days, item

HALF_A_MINUTE = timedelta(seconds=30)
NOON = at("2021-05-19 12:00")


def test_it_is_not_well_before_a_tick_has_worked() -> None:
    pulse = Pulse(HALF_A_MINUTE)
    assert pulse.health(NOON).reasons == ("no tick has worked yet",)
    pulse.failed("the ledger is locked")
    assert pulse.health(NOON).reasons == ("no tick has worked yet: the ledger is locked",)


def test_it_is_well_until_three_intervals_have_passed_without_a_tick() -> None:
    pulse = Pulse(HALF_A_MINUTE)
    pulse.ticked(NOON, (), "")
    assert pulse.health(NOON + timedelta(seconds=95)).is_ok
    late = pulse.health(NOON + timedelta(seconds=96))
    assert not late.is_ok
    assert late.last_tick == NOON
    assert late.reasons == ("no tick has worked since 2021-05-19 10:00:00 UTC",)


def test_one_tick_that_fails_is_no_alarm_and_is_the_reason_later() -> None:
    pulse = Pulse(HALF_A_MINUTE)
    pulse.ticked(NOON, (), "")
    pulse.failed("the ledger is away")
    assert pulse.health(NOON + HALF_A_MINUTE).is_ok
    [reason] = pulse.health(NOON + 4 * HALF_A_MINUTE).reasons
    assert reason.endswith(": the ledger is away")
    pulse.ticked(NOON + 5 * HALF_A_MINUTE, (), "")
    assert pulse.health(NOON + 9 * HALF_A_MINUTE).reasons[0].endswith("UTC")
    assert pulse.failures == 0


def test_what_is_overdue_is_named_up_to_five() -> None:
    items = [item(name, days("2021-05-21")) for name in "abcdefg"]
    made = sorted(agenda(catalog(*items)).deliveries.values(), key=lambda each: each.key)
    overdue = [Overdue(each, NOON, "down") for each in made if each.key.step == "start-1d"]
    pulse = Pulse(HALF_A_MINUTE)
    pulse.ticked(NOON, overdue, "")
    found = pulse.health(NOON)
    assert found.overdue == 7
    assert found.reasons[0] == "overdue: a on telegram-it since 2021-05-19 10:00 UTC: down"
    assert found.reasons[5:] == ("overdue: 2 more",)


def test_a_node_that_may_not_speak_is_not_well() -> None:
    pulse = Pulse(HALF_A_MINUTE)
    pulse.ticked(NOON, (), "its files are older")
    assert pulse.health(NOON).reasons == ("this node may not speak: its files are older",)

"""What admins are told, who tells it, and what they pressed."""

from __future__ import annotations

import pytest

from bot.ledger import Alert, Ledger, Raised, Refused, Sending, Store
from bot.ledger.alerts import HOLD
from tests.ledger.build import FIRST, NO_PACE, SECOND, Clock, refusal, reserve

STOPPED = Raised("stopped/x-it", "stopped", {"reason": "Unauthorized"})


@pytest.fixture
def two(store: Store, clock: Clock) -> Ledger:
    return Ledger(store, clock=clock, node="two")


def only(ledger: Ledger) -> Alert:
    [alert] = ledger.alerts.live()
    return alert


def test_what_stands_is_kept_until_its_end_was_told(ledger: Ledger) -> None:
    ledger.alerts.keep([STOPPED], {})
    ledger.alerts.keep([STOPPED], {})
    alert = only(ledger)
    assert (alert.told_at, alert.settled_at) == (None, None)
    ledger.alerts.told(alert.id, alert.detail, chat="-1001", message="7")
    ledger.alerts.keep([], {alert.id: ""})
    assert only(ledger).settled_at is not None
    assert only(ledger).message == "7"
    ledger.alerts.closed([alert.id])
    assert ledger.alerts.live() == []


def test_the_same_matter_may_stand_again_once_it_was_settled(ledger: Ledger) -> None:
    ledger.alerts.keep([STOPPED], {})
    first = only(ledger)
    ledger.alerts.keep([], {first.id: ""})
    ledger.alerts.closed([first.id])
    ledger.alerts.keep([STOPPED], {})
    assert only(ledger).id != first.id
    assert ledger.alerts.was_raised(["stopped/x-it", "stopped/x-en"]) == {"stopped/x-it"}


def test_who_settled_it_is_not_forgotten_when_it_is_seen_to_be_over(ledger: Ledger) -> None:
    ledger.alerts.keep([STOPPED], {})
    alert_id = only(ledger).id
    ledger.alerts.keep([], {alert_id: "Anna"})
    ledger.alerts.keep([], {alert_id: ""})
    assert only(ledger).settled_by == "Anna"


def test_what_a_person_has_seen_to_is_told_again_only_if_it_changes(ledger: Ledger) -> None:
    ledger.alerts.keep([STOPPED], {})
    ledger.alerts.seen_to(only(ledger).id, "Anna")
    ledger.alerts.keep([], {})
    assert only(ledger).closed_at is not None
    ledger.alerts.keep([Raised("stopped/x-it", "stopped", {"reason": "other"})], {})
    alert = only(ledger)
    assert (alert.closed_at, alert.settled_by, alert.detail) == (None, "", {"reason": "other"})


def test_one_node_has_a_role_until_it_lets_go_or_is_silent(
    ledger: Ledger, two: Ledger, clock: Clock
) -> None:
    assert ledger.alerts.hold("desk")
    assert not two.alerts.hold("desk")
    clock.pass_by(seconds=HOLD.total_seconds() - 1)
    assert not two.alerts.hold("desk")
    assert ledger.alerts.hold("desk")
    clock.pass_by(seconds=HOLD.total_seconds() - 1)
    assert not two.alerts.hold("desk")
    clock.pass_by(seconds=1)
    assert two.alerts.hold("desk")
    assert not ledger.alerts.hold("desk")
    two.alerts.let_go("desk")
    assert ledger.alerts.hold("desk")


def test_who_is_alone_takes_a_role_from_the_dead_at_once(ledger: Ledger, two: Ledger) -> None:
    assert ledger.alerts.hold("desk")
    assert not two.alerts.hold("desk")
    assert two.alerts.hold("desk", alone=True)


def test_a_press_is_known_again(ledger: Ledger) -> None:
    assert not ledger.alerts.was_pressed("4382")
    ledger.alerts.pressed("4382", 1, "stop", "Anna")
    ledger.alerts.pressed("4382", 1, "stop", "Anna")
    assert ledger.alerts.was_pressed("4382")


# --- one delivery that is stopped -----------------------------------------------------------------


def test_a_delivery_that_was_stopped_is_refused_and_no_other(ledger: Ledger) -> None:
    ledger.orders.pause(key=str(FIRST.key), reason="prova", by="Anna")
    assert refusal(ledger, FIRST) == "stopped by Anna: prova"
    assert isinstance(ledger.commit(reserve(ledger, SECOND), pace=NO_PACE), Sending)


def test_a_stop_that_comes_between_reserve_and_commit_holds(ledger: Ledger) -> None:
    attempt_id = reserve(ledger, FIRST)
    ledger.orders.pause(key=str(FIRST.key), reason="prova", by="Anna")
    assert ledger.commit(attempt_id, pace=NO_PACE) == Refused("stopped by Anna: prova")


def test_what_was_stopped_is_let_go_by_its_key_alone(ledger: Ledger) -> None:
    ledger.orders.pause(key=str(FIRST.key), reason="prova", by="Anna")
    assert ledger.orders.resume(by="Anna").pauses == ()
    assert len(ledger.orders.resume(key=str(FIRST.key), by="Anna").pauses) == 1
    reserve(ledger, FIRST)

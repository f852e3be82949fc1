"""What a plan is told of the ledger: all that bears on its items, however long ago, and what is recent."""

from dataclasses import replace
from datetime import timedelta

from bot.core.judging import Judged
from bot.core.model import Deferred, Delivery, Published, Verdict
from bot.core.states import State
from bot.ledger import Ledger, Store
from tests.ledger.build import FIRST, Clock, send

YEARS = timedelta(days=900)


def delivery(item: str, clock: Clock) -> Delivery:
    return replace(FIRST, key=FIRST.key._replace(item=item), deadline=clock.at + timedelta(days=3))


def test_what_is_long_past_is_read_of_the_items_that_are_asked_for(
    ledger: Ledger, store: Store, clock: Clock
) -> None:
    old, gone = delivery("vecchia", clock), delivery("sparita", clock)
    ledger.record(send(ledger, old), Deferred("busy"))
    clock.pass_by(minutes=5)
    ledger.record(send(ledger, old), Published("1"))
    ledger.record(send(ledger, gone), Published("2"))
    missed = replace(old, key=old.key._replace(step="start"))
    ledger.judge([Judged(missed, Verdict.MISSED, "too late")])
    clock.at += YEARS
    new = delivery("nuova", clock)
    ledger.record(send(ledger, new), Published("3"))

    reader = Ledger(store, clock=clock, node="reader")
    known = reader.history({"vecchia": 0, "nuova": 0})
    assert {key.item for key in known.past} == {"vecchia", "nuova"}
    assert known.past[old.key].state is State.PUBLISHED
    assert known.past[old.key].tries == 1
    assert set(known.verdicts) == {missed.key}
    # Staff put its file back: what was said of it must be known again.
    assert gone.key in reader.history({"vecchia": 0, "nuova": 0, "sparita": 0}).past


def test_what_is_recent_is_read_of_all(ledger: Ledger, store: Store, clock: Clock) -> None:
    gone = delivery("sparita", clock)
    ledger.record(send(ledger, gone), Published("2"))
    assert gone.key in Ledger(store, clock=clock, node="reader").history({}).past


def test_without_items_everything_is_read(ledger: Ledger, store: Store, clock: Clock) -> None:
    old = delivery("vecchia", clock)
    ledger.record(send(ledger, old), Published("1"))
    clock.at += YEARS
    assert old.key in Ledger(store, clock=clock, node="reader").history().past


def test_items_that_are_ready_later_are_seen_then(ledger: Ledger, clock: Clock) -> None:
    items = {"festa": 0, "bozza": 0}
    assert set(ledger.history(items).seen) == {"festa"}
    clock.pass_by(days=1)
    ledger.meet([], ["bozza"])
    assert ledger.history({**items}).seen["bozza"] == clock.at

"""Who looks for a post in doubt, when, and what a look may settle."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.core.model import Absent, Published, Rejected, Unknown
from bot.core.states import State
from bot.ledger import Ledger, Refused, Sending, Settled, Store
from bot.ledger.looks import FIRST_LOOK, PAUSES
from tests.ledger.build import FIRST, NO_PACE, OTHER, SECOND, Clock, refusal, reserve, send


def in_doubt(ledger: Ledger) -> str:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Unknown("cut off"), look=True)
    return attempt_id


def test_a_look_comes_after_a_pause(ledger: Ledger, clock: Clock) -> None:
    attempt_id = in_doubt(ledger)
    assert ledger.looks.due() == []
    assert ledger.looks.next() == clock.at + FIRST_LOOK
    clock.at += FIRST_LOOK
    assert ledger.looks.due() == [(attempt_id, "telegram-it")]


def test_what_nobody_can_look_for_is_for_a_person_at_once(ledger: Ledger) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Unknown("cut off"))
    assert ledger.looks.next() is None
    assert [each.id for each in ledger.notices.unknown()] == [attempt_id]


def test_two_nodes_never_look_at_once(ledger: Ledger, store: Store, clock: Clock) -> None:
    attempt_id = in_doubt(ledger)
    clock.at += FIRST_LOOK
    assert ledger.looks.begin(attempt_id) is not None
    assert Ledger(store, clock=clock, node="two").looks.begin(attempt_id) is None


def test_a_look_knows_where_to_begin_and_which_posts_are_others(
    ledger: Ledger, clock: Clock
) -> None:
    ledger.record(send(ledger, OTHER), Published("41"))
    clock.pass_by(seconds=1)
    attempt_id = in_doubt(ledger)
    clock.at += FIRST_LOOK
    doubt = ledger.looks.begin(attempt_id)
    assert doubt is not None
    assert (doubt.above, doubt.taken, doubt.text) == ("41", frozenset(), "Festa")
    assert doubt.request == {"method": "sendMessage"}


def test_what_is_found_is_published_with_its_link(ledger: Ledger, clock: Clock) -> None:
    attempt_id = in_doubt(ledger)
    clock.at += FIRST_LOOK
    ledger.looks.begin(attempt_id)
    found = Published("42", "https://t.me/torino/42")
    assert ledger.looks.end(attempt_id, found) == Settled(
        State.PUBLISHED, is_over=True, outcome=found
    )
    [attempt] = ledger.attempts()
    assert (attempt.state, attempt.url, attempt.look_at) == (State.PUBLISHED, found.url, None)
    assert ledger.looks.next() is None


def test_what_is_not_found_is_looked_for_again_and_then_a_person_is_asked(
    ledger: Ledger, clock: Clock
) -> None:
    attempt_id = in_doubt(ledger)
    pauses = [FIRST_LOOK, *PAUSES]
    for number, pause in enumerate(pauses, 1):
        clock.at += pause
        assert ledger.looks.due() == [(attempt_id, "telegram-it")]
        ledger.looks.begin(attempt_id)
        nothing = Unknown("not in the channel")
        settled = ledger.looks.end(attempt_id, nothing)
        assert settled == Settled(State.UNKNOWN, is_over=number == len(pauses), outcome=nothing)
    assert ledger.looks.next() is None
    [attempt] = ledger.notices.unknown()
    assert attempt.reason == "cut off; looked: not in the channel"
    ledger.notices.told(attempts=[attempt.id])
    assert ledger.notices.unknown() == []


def test_a_look_whose_process_died_is_taken_up_by_another(ledger: Ledger, clock: Clock) -> None:
    attempt_id = in_doubt(ledger)
    clock.at += FIRST_LOOK
    ledger.looks.begin(attempt_id)
    clock.pass_by(minutes=2)
    assert ledger.looks.due() == [(attempt_id, "telegram-it")]
    assert ledger.looks.begin(attempt_id) is not None


def test_the_channel_waits_until_it_is_known(ledger: Ledger, clock: Clock) -> None:
    waiting = reserve(ledger, OTHER)
    attempt_id = in_doubt(ledger)
    why = "it is not known yet whether an earlier post of the channel is out"
    assert refusal(ledger, SECOND) == why
    assert ledger.commit(waiting, pace=NO_PACE) == Refused(why)
    assert ledger.history().channels["telegram-it"].not_before == clock.at + FIRST_LOOK
    ledger.looks.give_up(attempt_id)
    assert ledger.history().channels["telegram-it"].not_before is None
    assert isinstance(ledger.commit(waiting, pace=NO_PACE), Sending)


def test_one_call_of_a_channel_at_a_time(ledger: Ledger) -> None:
    first, second = reserve(ledger), reserve(ledger, OTHER)
    assert isinstance(ledger.commit(first, pace=NO_PACE), Sending)
    refused = ledger.commit(second, pace=NO_PACE)
    assert refused == Refused("another post of the channel is on its way")


def test_a_post_that_is_another_attempts_settles_nothing(ledger: Ledger, clock: Clock) -> None:
    attempt_id = in_doubt(ledger)
    clock.at += FIRST_LOOK
    ledger.looks.begin(attempt_id)
    ledger.looks.give_up(attempt_id)
    clock.pass_by(seconds=1)
    ledger.record(send(ledger, OTHER), Published("42"))
    settled = ledger.looks.end(attempt_id, Published("42", "https://t.me/torino/42"))
    assert settled.state is State.UNKNOWN


def test_who_gives_up_what_is_settled_changes_nothing(ledger: Ledger, clock: Clock) -> None:
    """Two nodes: what one has settled and sent again, the other, which is late, must not bring up again."""
    attempt_id = in_doubt(ledger)
    ledger.record(attempt_id, Absent("not in the channel"))
    ledger.record(send(ledger), Published("7"))
    ledger.looks.give_up(attempt_id)
    assert ledger.history().past[FIRST.key].state is State.PUBLISHED


def test_what_a_look_costs_counts_as_spent(ledger: Ledger, clock: Clock) -> None:
    attempt_id = in_doubt(ledger)
    clock.at += FIRST_LOOK
    ledger.looks.begin(attempt_id)
    month = clock.at - timedelta(days=12)
    before = ledger.spent("telegram-it", month)
    ledger.looks.end(attempt_id, Unknown("not there"), Decimal("0.010"))
    assert ledger.spent("telegram-it", month) - before == Decimal("0.010")


def test_a_look_that_finds_it_ends_the_row_of_failures(ledger: Ledger, clock: Clock) -> None:
    for number in range(4):
        other = FIRST.key._replace(item=f"altra-{number}")
        ledger.record(send(ledger, replace(FIRST, key=other)), Rejected("no"))
    attempt_id = send(ledger)
    clock.pass_by(minutes=3)
    assert [each.id for each in ledger.sweep(alone=False)] == [attempt_id]
    ledger.looks.begin(attempt_id)
    ledger.looks.end(attempt_id, Published("42"))
    assert ledger.record(send(ledger, OTHER), Rejected("no")).stopped == ""


def test_what_an_older_ledger_left_in_the_call_is_told_when_nobody_can_look(
    ledger: Ledger, clock: Clock
) -> None:
    attempt_id = send(ledger)
    # An upgrade from the schema before takes all that it finds for told, see migration 0003.
    ledger.notices.told(attempts=[attempt_id])
    clock.pass_by(minutes=3)
    ledger.sweep(alone=False)
    ledger.looks.give_up(attempt_id)
    assert [each.id for each in ledger.notices.unknown()] == [attempt_id]

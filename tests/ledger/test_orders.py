"""What people order holds at once, for everybody, and is kept with the name of who ordered it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.core.history import Pause
from bot.core.judging import Judged
from bot.core.model import Deferred, Delivery, Outcome, Published, Rejected, Unknown, Verdict
from bot.core.states import State
from bot.ledger import Ledger, OrderError, Refused, Sending, Store, Via
from tests.ledger.build import (
    FIRST,
    NO_PACE,
    OTHER,
    SECOND,
    Clock,
    post,
    refusal,
    reserve,
    send,
)

ADA = "ada@municipio"


def other_node(store: Store, clock: Clock) -> Ledger:
    return Ledger(store, clock=clock, node="two")


def test_a_pause_stops_a_post_that_is_reserved_already(
    ledger: Ledger, store: Store, clock: Clock
) -> None:
    attempt_id = reserve(ledger)
    other_node(store, clock).orders.pause(reason="lutto cittadino", by=ADA)
    assert ledger.commit(attempt_id, pace=NO_PACE) == Refused(
        "paused by ada@municipio: lutto cittadino"
    )
    assert refusal(ledger, OTHER) == "paused by ada@municipio: lutto cittadino"


def test_a_pause_of_an_item_leaves_the_others_alone(ledger: Ledger) -> None:
    ledger.orders.pause(item="festa", channel="telegram-it", reason="forse salta", by=ADA)
    assert "forse salta" in refusal(ledger, FIRST)
    reserve(ledger, OTHER)


def test_a_pause_of_another_channel_is_none(ledger: Ledger) -> None:
    ledger.orders.pause(channel="x-it", reason="prova", by=ADA)
    reserve(ledger)


def test_a_pause_ends_at_its_time(ledger: Ledger, clock: Clock) -> None:
    until = clock.at + timedelta(hours=1)
    ledger.orders.pause(until=until, reason="prova", by=ADA)
    assert "paused until 2021-05-13 09:00 UTC" in refusal(ledger)
    clock.pass_by(hours=1)
    reserve(ledger)


def test_a_pause_can_not_end_before_it_begins(ledger: Ledger, clock: Clock) -> None:
    with pytest.raises(OrderError, match="later than now"):
        ledger.orders.pause(until=clock.at, reason="prova", by=ADA)
    assert ledger.orders.pauses() == ()


def test_history_tells_the_pauses_until_they_are_ended(ledger: Ledger, clock: Clock) -> None:
    pause = ledger.orders.pause(item="festa", reason="prova", by=ADA)
    assert pause == Pause(pause.id, "", "festa", clock.at, None, "prova", ADA)
    assert ledger.history().pauses == (pause,)
    assert ledger.orders.resume(item="festa", by=ADA).pauses == (pause,)
    assert ledger.history().pauses == ()
    reserve(ledger)


def test_resuming_ends_what_was_asked_for_and_no_more(ledger: Ledger) -> None:
    everywhere = ledger.orders.pause(reason="lutto", by=ADA)
    item = ledger.orders.pause(item="festa", reason="forse salta", by=ADA)
    assert ledger.orders.resume(by=ADA).pauses == (everywhere,)
    assert ledger.orders.pauses() == (item,)
    assert ledger.orders.resume(everything=True, by=ADA).pauses == (item,)


def test_a_pause_that_nobody_ended_is_told_once_a_day_by_one_node(
    ledger: Ledger, store: Store, clock: Clock
) -> None:
    pause = ledger.orders.pause(reason="prova", by=ADA)
    two = other_node(store, clock)
    assert ledger.orders.remind() == []
    clock.pass_by(days=1)
    assert [*ledger.orders.remind(), *two.orders.remind()] == [pause]
    clock.pass_by(hours=23)
    assert ledger.orders.remind() == []
    clock.pass_by(hours=1)
    assert [*two.orders.remind(), *ledger.orders.remind()] == [pause]


def test_a_pause_whose_time_is_over_is_put_away(ledger: Ledger, clock: Clock) -> None:
    ledger.orders.pause(until=clock.at + timedelta(days=2), reason="prova", by=ADA)
    clock.pass_by(days=3)
    assert ledger.orders.remind() == []
    assert ledger.orders.pauses() == ()


def test_five_posts_in_a_row_that_fail_stop_the_channel_and_a_person_resumes_it(
    ledger: Ledger, clock: Clock
) -> None:
    outcomes: list[Outcome] = [Unknown("cut off"), Rejected("no")] * 2
    for number, outcome in enumerate(outcomes):
        delivery = _another(number)
        assert ledger.record(send(ledger, delivery), outcome).stopped == ""
    stopped = ledger.record(send(ledger, _another(4)), Unknown("cut off")).stopped
    assert stopped == "5 posts in a row failed, or may have; the last: cut off"
    why = f"stopped: {stopped}; when that is mended, `banditore resume --channel telegram-it`"
    assert refusal(ledger) == why
    assert ledger.history().channels["telegram-it"].stopped == why
    assert ledger.orders.resume(channel="telegram-it", by=ADA).channels == ("telegram-it",)
    # And it takes five more to stop it again.
    assert ledger.record(send(ledger), Unknown("cut off")).stopped == ""


def test_a_post_that_is_out_ends_the_row_of_failures(ledger: Ledger) -> None:
    for number in range(4):
        ledger.record(send(ledger, _another(number)), Rejected("no"))
    ledger.record(send(ledger, _another(4)), Published("7"))
    assert ledger.record(send(ledger, _another(5)), Rejected("no")).stopped == ""


def test_what_no_post_can_get_past_stops_the_channel_at_once_and_is_told_once(
    ledger: Ledger,
) -> None:
    first, second = reserve(ledger), reserve(ledger, OTHER)
    refused = Deferred("Telegram doesn't know the bot's token", stops_channel=True)
    assert ledger.record(first, refused).stopped == refused.reason
    assert ledger.record(second, refused).stopped == ""
    assert refused.reason in refusal(ledger, SECOND)


def test_a_stopped_channel_sends_nothing_that_is_reserved_already(ledger: Ledger) -> None:
    first, second = reserve(ledger), reserve(ledger, OTHER)
    ledger.record(first, Deferred("402", stops_channel=True))
    refused = ledger.commit(second, pace=NO_PACE)
    assert isinstance(refused, Refused)
    assert refused.reason.startswith("stopped: 402")


def test_a_person_says_that_a_doubtful_post_is_out(ledger: Ledger) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Unknown("cut off"))
    url = "https://t.me/torino/7"
    state = ledger.orders.resolve(attempt_id[:8], is_public=True, url=url, external_id="7", by=ADA)
    assert state is State.PUBLISHED
    [attempt] = ledger.attempts()
    assert (attempt.state, attempt.url, attempt.external_id) == (State.PUBLISHED, url, "7")
    assert attempt.reason == "ada@municipio says that it is out"


def test_a_person_says_that_it_is_not_out_and_it_may_be_sent(ledger: Ledger) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Unknown("cut off"))
    assert ledger.orders.resolve(attempt_id, is_public=False, by=ADA) is State.ABSENT
    assert reserve(ledger) != attempt_id


def test_what_is_settled_can_not_be_settled_again(ledger: Ledger) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Published("7"))
    with pytest.raises(OrderError, match="the attempt is published: there is nothing to settle"):
        ledger.orders.resolve(attempt_id, is_public=False, by=ADA)
    with pytest.raises(OrderError, match="no attempt 'nobody'"):
        ledger.orders.resolve("nobody", is_public=False, by=ADA)


def test_two_attempts_that_begin_alike_have_to_be_told_apart(ledger: Ledger) -> None:
    for delivery in (FIRST, OTHER):
        ledger.record(send(ledger, delivery), Unknown("cut off"))
    with pytest.raises(OrderError, match="more than one attempt begins with ''"):
        ledger.orders.resolve("", is_public=True, by=ADA)
    with pytest.raises(OrderError, match="no attempt '%'"):
        ledger.orders.resolve("%", is_public=True, by=ADA)


def test_what_was_announced_by_other_means_is_not_announced_again(ledger: Ledger) -> None:
    assert ledger.orders.adopt(FIRST, post(FIRST), by=ADA)
    assert not ledger.orders.adopt(FIRST, post(FIRST), by=ADA)
    assert refusal(ledger, FIRST) == "an earlier attempt is published"
    [attempt] = ledger.attempts()
    assert (attempt.via, attempt.cost, attempt.committed_at) == (Via.ADOPTED, Decimal(0), None)
    assert ledger.history().past[FIRST.key].state is State.PUBLISHED
    # It takes no place among the channel's own posts.
    assert ledger.history().channels["telegram-it"].spoken == ()


def test_what_is_said_by_hand_while_the_bot_has_to_wait_is_not_said_again(
    ledger: Ledger, clock: Clock
) -> None:
    ledger.record(send(ledger), Deferred("too many", clock.at + timedelta(hours=1)))
    assert ledger.orders.adopt(FIRST, post(FIRST), by=ADA)
    clock.pass_by(hours=2)
    assert refusal(ledger, FIRST) == "an earlier attempt is published"


def test_what_is_on_its_way_can_not_be_adopted(ledger: Ledger) -> None:
    """It may come to nothing, and would be sent again."""
    attempt_id = reserve(ledger)
    with pytest.raises(OrderError, match="is reserved"):
        ledger.orders.adopt(FIRST, post(FIRST), by=ADA)
    ledger.free(attempt_id, "files changed")
    assert ledger.orders.adopt(FIRST, post(FIRST), by=ADA)


def test_what_a_person_is_handed_may_be_public_until_they_say_more(
    ledger: Ledger, store: Store, clock: Clock
) -> None:
    attempt_id = hand(ledger)
    [attempt] = ledger.attempts()
    assert (attempt.state, attempt.cost) == (State.HANDED, Decimal(0))
    assert refusal(ledger) == "an earlier attempt is handed"
    clock.pass_by(hours=5)
    # A restart takes nothing out of a person's hands.
    assert other_node(store, clock).sweep(alone=True) == []
    assert ledger.orders.resolve(attempt_id, is_public=True, by=ADA) is State.PUBLISHED


def test_what_nobody_settled_by_its_deadline_is_unknown(ledger: Ledger, clock: Clock) -> None:
    hand(ledger)
    clock.at = FIRST.deadline
    [attempt] = ledger.sweep(alone=False)
    assert (attempt.state, attempt.look_at) == (State.UNKNOWN, None)
    assert attempt.reason == "it was handed to a person, and nobody said whether it is out"


def test_what_a_person_skips_has_a_verdict(ledger: Ledger) -> None:
    attempt_id = hand(ledger)
    ledger.orders.skip(attempt_id, reason="troppo tardi", by=ADA)
    given = ledger.history().verdicts[FIRST.key]
    assert (given.verdict, given.reason) == (
        Verdict.WITHDRAWN,
        "ada@municipio decided not to send it: troppo tardi",
    )
    assert refusal(ledger) == "a verdict says that it will not be sent"
    with pytest.raises(OrderError, match="the attempt is absent: nobody has it to send"):
        ledger.orders.skip(attempt_id, reason="ancora", by=ADA)


def test_what_was_missed_on_an_earlier_date_can_be_skipped(ledger: Ledger) -> None:
    ledger.judge([Judged(FIRST, Verdict.MISSED, "its time passed")])
    ledger.orders.skip(hand(ledger), reason="troppo tardi", by=ADA)
    assert ledger.history().verdicts[FIRST.key].verdict is Verdict.WITHDRAWN


def hand(ledger: Ledger) -> str:
    attempt_id = reserve(ledger, via=Via.PERSON)
    assert isinstance(ledger.commit(attempt_id, pace=NO_PACE), Sending)
    return attempt_id


def _another(number: int) -> Delivery:
    return replace(FIRST, key=FIRST.key._replace(item=f"altra-{number}"))


def test_what_turns_out_to_be_public_is_so_though_a_person_said_that_it_was_not(
    ledger: Ledger,
) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Unknown("cut off"))
    ledger.orders.resolve(attempt_id, is_public=False, by=ADA)
    assert ledger.record(attempt_id, Published("7")).state is State.PUBLISHED
    assert refusal(ledger) == "an earlier attempt is published"


def test_a_late_truth_is_evidence_where_another_attempt_has_taken_its_place(
    ledger: Ledger,
) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Unknown("cut off"))
    ledger.orders.resolve(attempt_id, is_public=False, by=ADA)
    again = reserve(ledger)
    assert ledger.record(attempt_id, Published("7")).state is State.ABSENT
    assert isinstance(ledger.commit(again, pace=NO_PACE), Sending)


def test_nobody_says_that_it_is_not_out_while_it_is_looked_for(ledger: Ledger) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Unknown("cut off"), look=True)
    with pytest.raises(OrderError, match="it is being looked for"):
        ledger.orders.resolve(attempt_id, is_public=False, by=ADA)
    assert ledger.orders.resolve(attempt_id, is_public=True, by=ADA) is State.PUBLISHED


def test_one_refusal_that_is_written_twice_counts_once(ledger: Ledger) -> None:
    attempt_id = send(ledger)
    for _ in range(9):
        assert ledger.record(attempt_id, Rejected("no")).stopped == ""

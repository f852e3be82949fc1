import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from bot.core.history import Announced, Facts, Given
from bot.core.judging import Judged
from bot.core.model import (
    Absent,
    Deferred,
    Delivery,
    Outcome,
    Post,
    Published,
    Rejected,
    Unknown,
    Verdict,
)
from bot.core.states import State
from bot.ledger import (
    Ledger,
    LedgerReplacedError,
    Pace,
    Refused,
    Reserved,
    Sending,
    Store,
    create,
)
from bot.ledger import tables as t
from tests.core.build import TELEGRAM, at
from tests.ledger.build import FIRST, NO_PACE, OTHER, SECOND, Clock, post, refusal, reserve, send


def test_an_attempt_is_reserved_committed_and_recorded(ledger: Ledger, clock: Clock) -> None:
    attempt_id = send(ledger)
    clock.pass_by(seconds=2)
    assert (
        ledger.record(attempt_id, Published("7", "https://t.me/torino/7")).state is State.PUBLISHED
    )
    [attempt] = ledger.attempts()
    assert (attempt.state, attempt.url, attempt.external_id) == (
        "published",
        "https://t.me/torino/7",
        "7",
    )
    assert attempt.committed_at == at("2021-05-13 10:00")
    assert attempt.ended_at == clock.at
    assert attempt.cost == Decimal("0.015")
    assert attempt.key == "festa/1/-/start-7d/telegram-it/announce"


@pytest.mark.parametrize("outcome", [Published("7"), Unknown("cut off")])
def test_what_is_or_may_be_public_is_never_attempted_again(
    ledger: Ledger, outcome: Outcome
) -> None:
    ledger.record(send(ledger), outcome)
    assert "an earlier attempt is" in refusal(ledger)


def test_what_is_being_sent_is_not_attempted_again_however_long_it_takes(
    ledger: Ledger, clock: Clock
) -> None:
    send(ledger)
    clock.pass_by(days=400)
    assert refusal(ledger) == "an earlier attempt is sending"


def test_what_was_refused_for_good_is_not_attempted_again(ledger: Ledger) -> None:
    ledger.record(send(ledger), Rejected("too long"))
    assert refusal(ledger) == "the platform refused it"


def test_what_was_deferred_is_attempted_again_when_it_may_be(ledger: Ledger, clock: Clock) -> None:
    ledger.record(send(ledger), Deferred("busy", clock.at + timedelta(minutes=5)))
    assert refusal(ledger).startswith("not before 2021-05-13T08:05")
    clock.pass_by(minutes=5)
    ledger.record(send(ledger), Published("8"))
    assert [attempt.state for attempt in ledger.attempts()] == ["deferred", "published"]


def test_what_was_found_absent_may_be_attempted_again(ledger: Ledger) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Unknown("cut off"))
    assert ledger.record(attempt_id, Absent("not in the channel")).state is State.ABSENT
    send(ledger)


def test_a_reservation_that_ran_out_frees_its_key_and_can_not_be_committed(
    ledger: Ledger, clock: Clock
) -> None:
    first = reserve(ledger)
    assert refusal(ledger) == "an earlier attempt is reserved"
    clock.pass_by(seconds=61)
    second = reserve(ledger)
    assert ledger.commit(first, pace=NO_PACE) == Refused("its reservation ran out")
    assert isinstance(ledger.commit(second, pace=NO_PACE), Sending)


def test_a_reservation_is_committed_once(ledger: Ledger) -> None:
    attempt_id = send(ledger)
    assert isinstance(ledger.commit(attempt_id, pace=NO_PACE), Refused)


def test_nothing_is_committed_past_its_deadline(ledger: Ledger, clock: Clock) -> None:
    clock.at = FIRST.deadline - timedelta(seconds=1)
    attempt_id = reserve(ledger)
    clock.pass_by(seconds=1)
    assert ledger.commit(attempt_id, pace=NO_PACE) == Refused("its deadline passed")


def test_the_gap_is_kept_from_the_last_commit_at_reserve_and_at_commit(
    ledger: Ledger, clock: Clock
) -> None:
    pace = Pace(timedelta(minutes=30), 1000, at("2021-05-13 00:00"))
    early = reserve(ledger, OTHER, pace)
    ledger.record(send(ledger, FIRST, pace), Unknown("cut off"))
    assert "the gap" in refusal(ledger, SECOND, pace)
    assert "the gap" in str(ledger.commit(early, pace=pace))
    clock.pass_by(minutes=30)
    send(ledger, SECOND, pace)


def test_a_day_takes_no_more_than_its_cap(ledger: Ledger, clock: Clock) -> None:
    pace = Pace(timedelta(0), 1, at("2021-05-13 00:00"))
    ledger.record(send(ledger, FIRST, pace), Published("7"))
    assert refusal(ledger, SECOND, pace) == "1 posts today already"
    clock.at = at("2021-05-14 08:30")
    send(ledger, SECOND, Pace(timedelta(0), 1, at("2021-05-14 00:00")))


def test_a_channel_waits_as_long_as_the_platform_asked_and_never_less(
    ledger: Ledger, clock: Clock
) -> None:
    ledger.wait("telegram-it", clock.at + timedelta(hours=2))
    ledger.wait("telegram-it", clock.at + timedelta(hours=1))
    clock.pass_by(hours=1, minutes=59)
    assert "asked to wait" in refusal(ledger)
    clock.pass_by(minutes=1)
    reserve(ledger)


def test_a_late_truth_is_kept_as_evidence_and_changes_nothing(ledger: Ledger, store: Store) -> None:
    attempt_id = send(ledger)
    ledger.record(attempt_id, Published("7"))
    assert ledger.record(attempt_id, Unknown("late")).state is State.PUBLISHED
    [attempt] = ledger.attempts()
    assert attempt.external_id == "7"
    with store.reading() as db:
        [kept] = db.execute(t.evidence.select()).all()
    assert (kept.attempt, kept.state) == (attempt_id, "unknown")
    assert "late" in kept.detail


def test_a_dead_process_leaves_its_call_unknown_and_its_reservation_free(
    store: Store, ledger: Ledger, clock: Clock
) -> None:
    send(ledger)
    reserve(ledger, OTHER)
    heir = Ledger(store, clock=clock, node="two")
    assert heir.sweep(alone=False) == []  # it may be alive, within its lease
    [unknown] = heir.sweep(alone=True)
    assert unknown.key == str(FIRST.key)
    assert {attempt.item: attempt.state for attempt in heir.attempts()} == {
        "festa": "unknown",
        "altra": "freed",
    }
    assert heir.sweep(alone=True) == []


def test_a_call_that_outlived_its_lease_is_unknown_to_everyone(
    store: Store, ledger: Ledger, clock: Clock
) -> None:
    attempt_id = send(ledger)
    clock.pass_by(seconds=119)
    assert Ledger(store, clock=clock, node="two").sweep(alone=False) == []
    clock.pass_by(seconds=1)
    assert len(Ledger(store, clock=clock, node="two").sweep(alone=False)) == 1
    # The first process was only slow: what it knows settles the attempt after all.
    assert ledger.record(attempt_id, Published("7")).state is State.PUBLISHED


def test_a_verdict_is_written_once_and_nothing_is_sent_after_it(ledger: Ledger) -> None:
    judged = Judged(FIRST, Verdict.SUPERSEDED, "no")
    assert ledger.judge([judged]) == [judged]
    assert ledger.judge([Judged(FIRST, Verdict.MISSED, "its time passed")]) == []
    assert ledger.history().verdicts == {FIRST.key: Given(Verdict.SUPERSEDED, "no", ledger.now())}
    assert "verdict" in refusal(ledger)


def test_what_was_judged_missed_by_a_wrong_clock_can_still_be_sent(
    ledger: Ledger, clock: Clock
) -> None:
    clock.pass_by(days=365)
    ledger.judge([Judged(FIRST, Verdict.MISSED, "its time passed")])
    assert "verdict" in refusal(ledger)
    clock.pass_by(days=-365)
    send(ledger)


def test_the_schema_itself_refuses_a_second_attempt_that_may_be_public(
    ledger: Ledger, store: Store
) -> None:
    attempt_id = send(ledger)
    with store.reading() as db:
        row = dict(db.execute(t.attempt.select()).mappings().one())
    with pytest.raises(IntegrityError), store.writing() as db:
        db.execute(insert(t.attempt).values(row | {"id": "another"}))
    ledger.record(attempt_id, Deferred("busy"))
    with store.writing() as db:
        db.execute(insert(t.attempt).values(row | {"id": "another"}))


def test_history_brings_what_another_process_wrote(
    store: Store, ledger: Ledger, clock: Clock
) -> None:
    reader = Ledger(store, clock=clock, node="two")
    assert reader.history().past == {}
    attempt_id = send(ledger)
    assert reader.history().past[FIRST.key].state is State.SENDING
    ledger.record(attempt_id, Published("7"))
    history = reader.history()
    assert history.past[FIRST.key].state is State.PUBLISHED
    assert history.channels["telegram-it"].spoken == (clock.at,)
    assert history.seen == {"festa": clock.at, "altra": clock.at}


def test_a_channel_speaks_from_when_it_was_first_met(ledger: Ledger, clock: Clock) -> None:
    began = clock.at
    clock.pass_by(days=1)
    ledger.meet([TELEGRAM, replace(TELEGRAM, name="nuovo")], ["festa", "nuova"])
    history = ledger.history()
    assert {name: each.since for name, each in history.channels.items()} == {
        "telegram-it": began,
        "nuovo": clock.at,
    }
    assert history.seen["nuova"] == clock.at


def test_a_channel_that_comes_back_begins_anew(ledger: Ledger, clock: Clock) -> None:
    def since() -> datetime:
        return ledger.history().channels["telegram-it"].since

    began = since()
    clock.pass_by(days=1)
    ledger.meet([TELEGRAM], ["festa"])
    assert since() == began
    ledger.meet([], ["festa"])
    clock.pass_by(days=1)
    ledger.meet([TELEGRAM], ["festa"])
    assert since() == clock.at


MOVED = replace(TELEGRAM, address="@altrove")


def test_a_channel_whose_address_changes_says_nothing_until_a_person_confirms_it(
    ledger: Ledger, clock: Clock
) -> None:
    began = clock.at
    clock.pass_by(days=1)
    ledger.meet([MOVED], ["festa"])
    known = ledger.history().channels["telegram-it"]
    assert known.since == began
    assert known.stopped == (
        "its address has changed from @torino to @altrove: put it back, "
        "or `banditore resume --channel telegram-it` if that is meant"
    )
    refused = ledger.reserve(FIRST, post(), pace=NO_PACE, revision="1")
    assert isinstance(refused, Refused)
    assert refused.reason == known.stopped
    clock.pass_by(days=1)
    assert ledger.orders.resume(channel="telegram-it", by="Ada").channels == ("telegram-it",)
    known = ledger.history().channels["telegram-it"]
    assert (known.since, known.stopped) == (clock.at, "")  # there nobody has heard anything
    reserve(ledger)


def test_a_channel_that_comes_back_with_its_own_address_asks_for_no_other(ledger: Ledger) -> None:
    ledger.meet([MOVED], [])
    ledger.meet([], [])
    ledger.meet([TELEGRAM], [])
    assert ledger.history().channels["telegram-it"].stopped == ""


def test_an_address_that_is_put_back_was_a_slip(ledger: Ledger, clock: Clock) -> None:
    began = clock.at
    clock.pass_by(days=1)
    ledger.meet([MOVED], ["festa"])
    ledger.meet([TELEGRAM], ["festa"])
    known = ledger.history().channels["telegram-it"]
    assert (known.since, known.stopped) == (began, "")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_nothing_is_written_to_a_ledger_that_lost_its_place(
    ledger: Ledger, store: Store, tmp_path: Path
) -> None:
    send(ledger)
    (tmp_path / "banditore.db").rename(tmp_path / "moved.db")
    with pytest.raises(LedgerReplacedError, match=r"banditore\.db"):
        reserve(ledger, OTHER)
    create(str(tmp_path / "banditore.db")).close()
    with pytest.raises(LedgerReplacedError):
        reserve(ledger, OTHER)


def test_a_deferral_counts_for_the_next_one(ledger: Ledger) -> None:
    for tries in (1, 2):
        ledger.record(send(ledger), Deferred("busy"))
        assert ledger.history().past[FIRST.key].tries == tries


def test_what_followers_were_told_is_remembered(ledger: Ledger, clock: Clock) -> None:
    told = {"title": "Festa", "when": "20 maggio", "part": "-", "dates": "2021-05-20/2021-05-20"}
    reserved = ledger.reserve(FIRST, replace(post(), facts=told), pace=NO_PACE, revision="1")
    assert isinstance(reserved, Reserved)
    ledger.commit(reserved.attempt_id, pace=NO_PACE)
    assert ledger.history().climbed == {}  # it is on its way, and may yet be refused
    ledger.record(reserved.attempt_id, Unknown("cut off"))
    history = ledger.history()
    known = Announced("festa", 1, "-", "telegram-it")
    assert history.announced == {known: Facts("Festa", "2021-05-20/2021-05-20", "20 maggio")}
    assert history.known_as["telegram-it", "festa"] == known
    assert history.said == {("festa", "telegram-it"): clock.at}
    assert history.climbed == {FIRST.family: clock.at}
    assert history.announced[known].last == date(2021, 5, 20)
    ledger.record(reserved.attempt_id, Absent("not in the channel"))
    forgotten = ledger.history()
    assert forgotten.climbed == {}
    assert forgotten.said == {}
    assert forgotten.announced == {}
    assert forgotten.known_as == {}


def test_attempts_are_narrowed_as_asked(ledger: Ledger, clock: Clock) -> None:
    ledger.record(send(ledger), Published("7"))
    clock.pass_by(days=1)
    ledger.record(send(ledger, OTHER), Unknown("cut off"))
    assert [attempt.item for attempt in ledger.attempts()] == ["festa", "altra"]
    assert [attempt.item for attempt in ledger.attempts(item="altra")] == ["altra"]
    assert [attempt.item for attempt in ledger.attempts(since=clock.at)] == ["altra"]
    assert [attempt.item for attempt in ledger.attempts(states=[State.UNKNOWN])] == ["altra"]
    assert ledger.attempts(channel="x-it") == []


# --- a round-up: one call, several deliveries -----------------------------------------------------


def round_up() -> tuple[Delivery, Post]:
    key = FIRST.key._replace(item="*", occurrence="festa", step="month")
    delivery = replace(FIRST, key=key, listed=("festa", "altra"), settles=(FIRST, OTHER))
    settles = {
        each.key: {"title": each.key.item, "part": "-", "dates": ""} for each in (FIRST, OTHER)
    }
    return delivery, replace(post(delivery), settles=settles)


def reserved_round_up(ledger: Ledger) -> str:
    taken = ledger.reserve(*round_up(), pace=NO_PACE, revision="1")
    assert isinstance(taken, Reserved), taken
    return taken.attempt_id


def test_a_round_up_takes_the_keys_of_what_it_settles(ledger: Ledger) -> None:
    attempt_id = reserved_round_up(ledger)
    refused = ledger.reserve(FIRST, post(), pace=NO_PACE, revision="1")
    assert refused == Refused("an earlier attempt is reserved")
    assert isinstance(ledger.commit(attempt_id, pace=NO_PACE), Sending)
    ledger.record(attempt_id, Published("7", "https://t.me/torino/7"))
    attempts = {each.item: each for each in ledger.attempts()}
    assert {each.state for each in attempts.values()} == {State.PUBLISHED}
    assert {each.url for each in attempts.values()} == {"https://t.me/torino/7"}
    assert {item: each.cost for item, each in attempts.items()} == {
        "*": Decimal("0.015"),
        "festa": 0,
        "altra": 0,
    }
    assert attempts["festa"].within == attempts["*"].id == attempt_id
    refused = ledger.reserve(FIRST, post(), pace=NO_PACE, revision="1")
    assert refused == Refused("an earlier attempt is published")
    history = ledger.history()
    assert history.climbed.keys() >= {FIRST.family, OTHER.family}
    assert len(history.channels[TELEGRAM.name].spoken) == 1
    assert history.announced[Announced("festa", 1, "-", TELEGRAM.name)].title == "festa"


def test_a_round_up_is_refused_where_one_of_its_deliveries_may_be_public(ledger: Ledger) -> None:
    taken = ledger.reserve(OTHER, post(OTHER), pace=NO_PACE, revision="1")
    assert isinstance(taken, Reserved)
    ledger.commit(taken.attempt_id, pace=NO_PACE)
    ledger.record(taken.attempt_id, Unknown("cut off"))
    refused = ledger.reserve(*round_up(), pace=NO_PACE, revision="1")
    assert refused == Refused("an earlier attempt is unknown")
    assert [each.item for each in ledger.attempts()] == ["altra"]


def test_a_round_up_counts_as_one_post_of_its_day(ledger: Ledger, clock: Clock) -> None:
    attempt_id = reserved_round_up(ledger)
    ledger.commit(attempt_id, pace=NO_PACE)
    ledger.record(attempt_id, Published("7"))
    two_a_day = Pace(timedelta(0), 2, NO_PACE.day_began)
    assert isinstance(ledger.reserve(SECOND, post(SECOND), pace=two_a_day, revision="1"), Reserved)


def test_what_stood_in_a_round_up_that_was_refused_may_be_said_by_itself(ledger: Ledger) -> None:
    attempt_id = reserved_round_up(ledger)
    ledger.commit(attempt_id, pace=NO_PACE)
    assert ledger.record(attempt_id, Rejected("no")).state is State.REJECTED
    states = {each.item: each.state for each in ledger.attempts()}
    assert states == {"*": State.REJECTED, "festa": State.ABSENT, "altra": State.ABSENT}
    past = ledger.history().past
    assert past[FIRST.key].state is State.ABSENT
    assert isinstance(ledger.reserve(FIRST, post(), pace=NO_PACE, revision="1"), Reserved)


def test_a_round_up_refused_before_its_call_gives_its_keys_back(ledger: Ledger) -> None:
    attempt_id = reserved_round_up(ledger)
    assert ledger.record(attempt_id, Rejected("no")).state is State.REJECTED
    states = {each.item: each.state for each in ledger.attempts()}
    assert states == {"*": State.REJECTED, "festa": State.FREED, "altra": State.FREED}


def test_a_reservation_that_ran_out_is_freed_whole(ledger: Ledger, clock: Clock) -> None:
    reserved_round_up(ledger)
    clock.pass_by(minutes=5)
    assert isinstance(ledger.reserve(FIRST, post(), pace=NO_PACE, revision="1"), Reserved)
    states = {each.key: each.state for each in ledger.attempts() if each.item == "altra"}
    assert set(states.values()) == {State.FREED}


def test_what_a_weeks_round_up_told_is_remembered(ledger: Ledger) -> None:
    key = FIRST.key._replace(item="*", occurrence="2021-05-17", step="week")
    delivery = replace(FIRST, key=key, listed=("festa",))
    told = [["festa", 1, "-", "Festa", "2021-05-20/2021-05-20", "20 maggio"]]
    taken = ledger.reserve(
        delivery,
        replace(post(delivery), facts={"listed": json.dumps(told)}),
        pace=NO_PACE,
        revision="1",
    )
    assert isinstance(taken, Reserved)
    ledger.commit(taken.attempt_id, pace=NO_PACE)
    ledger.record(taken.attempt_id, Published("7"))
    announced = ledger.history().announced[Announced("festa", 1, "-", TELEGRAM.name)]
    assert announced == Facts("Festa", "2021-05-20/2021-05-20", "20 maggio")


@pytest.mark.parametrize("outcome", [Deferred("busy"), Unknown("cut off")])
def test_what_becomes_of_a_round_up_becomes_of_all_that_it_settles(
    ledger: Ledger, outcome: Outcome
) -> None:
    attempt_id = reserved_round_up(ledger)
    ledger.commit(attempt_id, pace=NO_PACE)
    state = ledger.record(attempt_id, outcome).state
    assert [each.state for each in ledger.attempts()] == [state] * 3


def test_a_round_up_left_in_its_call_by_a_dead_process_is_told_once(
    ledger: Ledger, clock: Clock
) -> None:
    attempt_id = reserved_round_up(ledger)
    ledger.commit(attempt_id, pace=NO_PACE)
    clock.pass_by(minutes=5)
    [told] = ledger.sweep(alone=False)
    assert (told.id, told.state) == (attempt_id, State.UNKNOWN)
    assert {each.state for each in ledger.attempts()} == {State.UNKNOWN}


def test_a_round_up_that_was_never_sent_gives_all_its_keys_back(
    ledger: Ledger, clock: Clock
) -> None:
    reserved_round_up(ledger)
    clock.pass_by(minutes=5)
    assert ledger.sweep(alone=False) == []
    assert {each.state for each in ledger.attempts()} == {State.FREED}
    assert isinstance(ledger.reserve(FIRST, post(), pace=NO_PACE, revision="1"), Reserved)


def test_a_pause_of_an_item_stops_the_round_up_that_would_settle_it(ledger: Ledger) -> None:
    attempt_id = reserved_round_up(ledger)
    ledger.orders.pause(item="altra", reason="forse salta", by="Ada")
    refused = ledger.commit(attempt_id, pace=NO_PACE)
    assert refused == Refused("paused by Ada: forse salta")


def test_a_pause_of_an_item_stops_a_weeks_round_up_that_lists_it(ledger: Ledger) -> None:
    key = FIRST.key._replace(item="*", occurrence="2021-05-17", step="week")
    week = replace(FIRST, key=key, listed=("festa", "altra"))
    told = json.dumps([["altra", 1, "-", "Altra", "2021-05-20/2021-05-20", "20 maggio"]])
    taken = ledger.reserve(
        week, replace(post(week), facts={"listed": told}), pace=NO_PACE, revision="1"
    )
    assert isinstance(taken, Reserved)
    ledger.orders.pause(item="altra", reason="forse salta", by="Ada")
    refused = ledger.commit(taken.attempt_id, pace=NO_PACE)
    assert refused == Refused("paused by Ada: forse salta")

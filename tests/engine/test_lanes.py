"""What a lane does when the platform, the money, the ledger or a person stands in the way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.core.model import (
    NOBODY,
    Authors,
    Budget,
    Channel,
    Deferred,
    Lookup,
    OnLimit,
    Outcome,
    Platform,
    Published,
    Unknown,
    Words,
)
from bot.core.rates import Rate
from bot.engine.engine import BEAT
from bot.ledger import Ledger, LedgerError, Pace, Recorded, Refused, Reserved, Sending, Via
from bot.ledger.looks import FIRST_LOOK, PAUSES
from bot.publishers.base import Looked, Sought
from tests.core.build import TELEGRAM, at, days, item
from tests.engine.stage import Stage, burst
from tests.ledger.build import post

X = Channel("x-it", Platform.X, "torino", "it", "standard")
FESTA = item("festa", days("2021-05-20"))
LINKED = replace(
    FESTA, words={"it": Words("Festa", summary="In piazza.", link="https://example.org/")}
)
NOW = "2021-05-19 17:30"

Set = Callable[..., Stage]


def states(office: Stage) -> list[str]:
    return [str(each.state) for each in office.ledger.attempts()]


def events(caplog: pytest.LogCaptureFixture, name: str) -> list[dict[str, Any]]:
    return [each.__dict__["fields"] for each in caplog.records if each.message == name]


# --- the last look, at the first byte ---------------------------------------------------------------


async def test_a_process_that_slept_through_its_lease_sends_nothing(stage: Set) -> None:
    office = stage(burst(), FESTA, now=NOW)

    def sleep() -> None:
        office.now += timedelta(minutes=3)

    office.publisher.before = sleep
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == []
    assert states(office) == ["deferred"]


async def test_what_staff_take_back_while_the_connection_is_made_is_not_sent(stage: Set) -> None:
    office = stage(burst(), FESTA, now=NOW)

    def take_back() -> None:
        office.says = False

    office.publisher.before = take_back
    await office.pass_on()
    assert office.publisher.said == []
    assert states(office) == ["deferred"]
    # They did not mean it: nothing has to rest, since nothing was asked of the platform.
    office.says, office.publisher.before = True, lambda: None
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == ["festa"]


# --- in doubt ---------------------------------------------------------------------------------------


async def test_a_post_in_doubt_is_looked_for_and_found(stage: Set) -> None:
    office = stage(burst(), FESTA, now=NOW, channel=replace(TELEGRAM, lookup=Lookup.PAGE))
    office.publisher.outcome = Unknown("cut off")
    office.publisher.found = Looked(Published("8", "https://t.me/torino/8"))
    await office.pass_on()
    assert states(office) == ["unknown"]
    office.now += FIRST_LOOK
    await office.pass_on()
    await office.engine.close()
    [attempt] = office.ledger.attempts()
    assert (attempt.state, attempt.url) == ("published", "https://t.me/torino/8")
    [sought] = office.publisher.sought
    assert (sought.attempt_id, sought.text) == (attempt.id, attempt.text)
    assert office.publisher.said == ["festa"]


async def test_while_it_is_in_doubt_nothing_else_of_its_channel_goes_out(stage: Set) -> None:
    channel = replace(TELEGRAM, lookup=Lookup.PAGE)
    other = item("sagra", days("2021-05-20"))
    office = stage(burst(), FESTA, other, now=NOW, channel=channel)
    office.publisher.outcome = Unknown("cut off")
    office.publisher.found = Looked(Unknown("not there"))
    await office.pass_on()
    assert office.publisher.said == ["festa"]
    for pause in (FIRST_LOOK, *PAUSES):
        office.now += pause
        office.publisher.outcome = Published("9")
        await office.pass_on()
    assert len(office.publisher.sought) == 3
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == ["festa", "sagra"]
    assert sorted(states(office)) == ["published", "unknown"]


async def test_a_person_is_asked_once_where_nobody_can_look(
    stage: Set, caplog: pytest.LogCaptureFixture
) -> None:
    office = stage(burst(), FESTA, now=NOW)
    office.publisher.outcome = Unknown("cut off")
    for _ in range(3):
        await office.pass_on()
        office.now += timedelta(minutes=1)
    await office.engine.close()
    assert office.publisher.sought == []
    [told] = events(caplog, "post.unknown") + events(caplog, "attempt.unknown")
    [attempt] = office.ledger.attempts()
    assert f"banditore resolve {attempt.id} published" in told["do"]


# --- the platform's pace and money ------------------------------------------------------------------


async def test_a_lane_waits_for_the_platforms_pace(stage: Set) -> None:
    """The clock of this stage stands still, so the lane sees that waiting is of no use, and stops."""
    items = [item(name, days("2021-05-20")) for name in ("a", "b")]
    rates = {Platform.TELEGRAM: (Rate(1, timedelta(milliseconds=20)),)}
    still = stage(burst(), *items, now=NOW, rates=rates)
    await still.pass_on()
    assert still.publisher.said == ["a"]
    still.now += timedelta(seconds=1)
    await still.pass_on()
    await still.engine.close()
    assert still.publisher.said == ["a", "b"]


async def test_what_the_budget_has_no_room_for_is_held_and_told(
    stage: Set, caplog: pytest.LogCaptureFixture
) -> None:
    channel = replace(X, budget=Budget(Decimal("0.10")))
    office = stage(burst(), LINKED, now=NOW, channel=channel)
    await office.pass_on()
    planned = await office.engine.tick()
    assert office.publisher.said == []
    [held] = planned.held
    assert held.reason.startswith("the month's budget of $0.10 is too small")
    [told] = events(caplog, "delivery.held")
    assert told["reason"] == held.reason
    # Somebody raises it: the files have changed, and it goes out.
    richer = replace(channel, budget=Budget(Decimal("1.00")))
    office.agenda = stage(burst(), LINKED, now=NOW, channel=richer).agenda
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == ["festa"]


async def test_a_channel_that_wants_it_says_it_without_its_link(stage: Set) -> None:
    channel = replace(X, budget=Budget(Decimal("0.10"), OnLimit.WITHOUT_LINK))
    office = stage(burst(), LINKED, now=NOW, channel=channel)
    await office.pass_on()
    await office.engine.close()
    [post] = office.publisher.posts
    assert "example.org" not in post.text
    assert post.cost == Decimal("0.015")
    [attempt] = office.ledger.attempts()
    assert attempt.cost == Decimal("0.0150")


# --- a person sends ---------------------------------------------------------------------------------


async def test_an_assisted_channel_hands_the_text_to_a_person(
    stage: Set, caplog: pytest.LogCaptureFixture
) -> None:
    office = stage(burst(), FESTA, now=NOW, channel=replace(TELEGRAM, is_assisted=True))
    await office.pass_on()
    await office.pass_on()
    assert office.publisher.said == []
    [attempt] = office.ledger.attempts()
    assert (attempt.state, attempt.via) == ("handed", "person")
    assert attempt.text.startswith("Domani\nFesta")
    [told] = events(caplog, "task.handed")
    assert "banditore tasks" in told["do"]
    office.now = at("2021-05-21 09:00")
    await office.pass_on()
    await office.engine.close()
    assert states(office) == ["unknown"]
    assert len(events(caplog, "attempt.unknown")) == 1


# --- stopped, paused --------------------------------------------------------------------------------


async def test_a_channel_that_no_post_can_get_past_is_stopped_and_told_once(
    stage: Set, caplog: pytest.LogCaptureFixture
) -> None:
    items = [item(name, days("2021-05-20")) for name in ("a", "b")]
    office = stage(burst(), *items, now=NOW)
    office.publisher.outcome = Deferred("X's credits are used up", stops_channel=True)
    for _ in range(4):
        await office.pass_on()
        office.now += timedelta(minutes=10)
    assert office.publisher.said == ["a"]
    [told] = events(caplog, "channel.stopped")
    assert told["do"] == "mend it, then `banditore resume --channel telegram-it`"
    office.publisher.outcome = Published("1")
    office.ledger.orders.resume(channel="telegram-it", by="Ada")
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == ["a", "a", "b"]


async def test_what_became_due_in_a_pause_does_not_flood_at_its_end(stage: Set) -> None:
    calendar = replace(burst(), gap=timedelta(minutes=30), per_day=2)
    items = [item(f"evento-{n}", days(f"2021-05-{20 + n}")) for n in range(3)]
    office = stage(calendar, *items, now="2021-05-19 09:00")
    await office.pass_on()
    office.ledger.orders.pause(reason="lutto", by="Ada")
    while office.now < at("2021-05-21 19:00"):
        await office.pass_on()
        office.now += timedelta(hours=1)
    assert office.publisher.said == []
    office.ledger.orders.resume(by="Ada")
    office.now = at("2021-05-22 09:00")  # a Saturday: nothing is open
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == []
    verdicts = {given.reason for given in office.ledger.history().verdicts.values()}
    assert "paused by Ada: lutto" in verdicts


# --- a ledger that gives no answer ------------------------------------------------------------------


class Unsteady(Ledger):
    """A ledger that is cut off where the test says."""

    lost_commits = 0
    lost_records = 0

    def commit(
        self, attempt_id: str, *, pace: Pace, authors: Authors = NOBODY
    ) -> Sending | Refused:
        committed = super().commit(attempt_id, pace=pace, authors=authors)
        if self.lost_commits:
            self.lost_commits -= 1
            raise LedgerError("the server closed the connection")
        return committed

    def record(self, attempt_id: str, outcome: Outcome, *, look: bool = False) -> Recorded:
        if self.lost_records:
            self.lost_records -= 1
            raise LedgerError("the server closed the connection")
        return super().record(attempt_id, outcome, look=look)


async def test_a_commit_whose_answer_is_lost_is_taken_back(stage: Set) -> None:
    """Only the lane knows that it made no call: left to itself, the attempt would have to be looked for."""
    office = stage(burst(), FESTA, now=NOW, ledger=Unsteady)
    assert isinstance(office.ledger, Unsteady)
    office.ledger.lost_commits = 1
    await office.pass_on()
    assert office.publisher.said == []
    assert states(office) == ["deferred"]
    office.now += timedelta(minutes=5)
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == ["festa"]


async def test_an_outcome_is_tried_to_be_written_until_it_is(
    stage: Set, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    office = stage(burst(), FESTA, now=NOW, ledger=Unsteady)
    assert isinstance(office.ledger, Unsteady)
    office.ledger.lost_records = 2
    await office.pass_on()
    await office.engine.close()
    assert states(office) == ["published"]
    assert len(events(caplog, "record.failed")) == 1
    assert len(events(caplog, "record.recovered")) == 1


async def test_what_is_deferred_for_days_still_rests_an_hour(stage: Set) -> None:
    """A network that is away over a weekend."""
    fair = item("fiera", days("2021-05-20/2021-06-30"))
    office = stage(burst(), fair, now=NOW)
    office.publisher.outcome = Deferred("never connected")
    for _ in range(200):  # only the hours of an office count
        await office.pass_on()
        office.now += timedelta(hours=1)
    await office.engine.close()
    assert set(states(office)) == {"deferred"}
    assert len(states(office)) > 45


async def test_a_look_that_nobody_foresaw_to_fail_does_not_silence_its_channel(stage: Set) -> None:
    office = stage(burst(), FESTA, now=NOW, channel=replace(TELEGRAM, lookup=Lookup.PAGE))
    office.publisher.outcome = Unknown("cut off")

    async def lookup(_: Sought) -> Looked:
        raise KeyError("message")

    office.publisher.lookup = lookup  # type: ignore[method-assign, assignment]
    await office.pass_on()
    for pause in (FIRST_LOOK, *PAUSES):
        office.now += pause
        await office.pass_on()
    await office.engine.close()
    [attempt] = office.ledger.attempts()
    assert (attempt.state, attempt.look_at) == ("unknown", None)
    assert attempt.reason == "cut off; looked: an unforeseen KeyError"


async def test_who_finds_anothers_post_asks_a_person(
    stage: Set, caplog: pytest.LogCaptureFixture
) -> None:
    other = item("sagra", days("2021-05-20"))
    channel = replace(TELEGRAM, lookup=Lookup.PAGE)
    office = stage(burst(), FESTA, other, now=NOW, channel=channel)
    office.publisher.outcome = Unknown("cut off")
    office.publisher.found = Looked(Unknown("not there"))
    for pause in (timedelta(0), FIRST_LOOK, *PAUSES, timedelta(seconds=1)):
        office.now += pause
        await office.pass_on()
    first, second = office.ledger.attempts()

    async def lookup(_: Sought) -> Looked:
        """While it is looked for, a person says whose post it is."""
        if office.ledger.attempts()[0].state == "unknown":
            office.ledger.orders.resolve(first.id, is_public=True, external_id="8", by="ada")
        return Looked(Published("8"))

    office.publisher.lookup = lookup  # type: ignore[method-assign, assignment]
    caplog.clear()
    for pause in (FIRST_LOOK, *PAUSES):
        office.now += pause
        await office.pass_on()
    await office.engine.close()
    assert states(office) == ["published", "unknown"]
    assert events(caplog, "attempt.found") == []
    [told] = events(caplog, "attempt.unknown")
    assert told["attempt"] == second.id


async def test_a_task_of_which_its_process_died_before_it_could_tell_it_is_told(
    stage: Set, caplog: pytest.LogCaptureFixture
) -> None:
    office = stage(burst(), FESTA, now=NOW, channel=replace(TELEGRAM, is_assisted=True))
    ledger = office.ledger
    await office.engine.tick()  # meets the channel
    await office.engine.settle()
    [skipped] = ledger.attempts()
    ledger.orders.resolve(skipped.id, is_public=False, by="ada")
    pace = Pace(timedelta(0), 100, office.now)
    [delivery] = office.agenda.deliveries.values()
    reserved = ledger.reserve(delivery, post(delivery), pace=pace, revision="1", via=Via.PERSON)
    assert isinstance(reserved, Reserved)
    ledger.commit(reserved.attempt_id, pace=pace)
    caplog.clear()
    for _ in range(2):
        await office.pass_on()
    [told] = events(caplog, "task.handed")
    assert told["attempt"] == reserved.attempt_id
    # Nobody settles it: that, too, is told.
    office.now = at("2021-05-21 09:00")
    await office.pass_on()
    await office.engine.close()
    [told] = events(caplog, "attempt.unknown")
    assert told["attempt"] == reserved.attempt_id


async def test_what_is_missed_again_on_its_new_date_is_told_again(
    stage: Set, caplog: pytest.LogCaptureFixture
) -> None:
    office = stage(burst(), FESTA, now="2021-05-18 09:00")
    await office.pass_on()
    # Nobody was there, and it is over; then staff move it, and again nobody is there.
    office.now = at("2021-05-21 09:00")
    await office.pass_on()
    moved = item("festa", days("2021-06-20"))
    office.agenda = stage(burst(), moved, now=NOW).agenda
    await office.pass_on()
    office.now = at("2021-06-21 09:00")
    for _ in range(2):
        await office.pass_on()
    await office.engine.close()
    told = events(caplog, "delivery.judged")
    assert [(each["verdict"], each["due"][:10]) for each in told] == [
        ("missed", "2021-05-19"),
        ("missed", "2021-06-18"),
    ]


async def test_a_node_that_may_not_speak_waits_for_no_look(stage: Set) -> None:
    """Or a single pass would never end."""
    office = stage(burst(), FESTA, now=NOW, channel=replace(TELEGRAM, lookup=Lookup.PAGE))
    office.publisher.outcome = Unknown("cut off")
    await office.engine.begin(alone=False)
    await office.pass_on()
    office.now += FIRST_LOOK + BEAT
    office.ledger.nodes.beat("newer", office.now, alone=False)
    await office.pass_on()
    assert not await office.engine.wait_for_a_look()
    await office.engine.close()
    assert office.publisher.sought == []

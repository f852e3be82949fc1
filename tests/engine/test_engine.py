"""The engine alone: a clock moved by hand, a real ledger, and a publisher that does as it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from bot.core.agenda import agenda
from bot.core.model import (
    Deferred,
    Hours,
    Published,
    Rejected,
    Status,
    Weekly,
)
from tests.core.build import at, catalog, days, item, schedule
from tests.engine.stage import Stage, burst


async def test_a_lane_that_crosses_the_closing_hour_stops_there(
    stage: Callable[..., Stage],
) -> None:
    """The machine slept during the first call: what comes next would go out at night."""
    office = stage(
        burst(), *(item(name, days("2021-05-20")) for name in "abc"), now="2021-05-19 17:30"
    )

    def sleep() -> None:
        office.now = at("2021-05-19 22:00")

    office.publisher.then = sleep
    await office.pass_on()
    assert office.publisher.said == ["a"]
    await office.pass_on()
    assert office.publisher.said == ["a"]
    office.now = at("2021-05-20 08:30")
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said[:2] == ["a", "b"]


async def test_a_file_that_changes_before_the_call_stops_it(stage: Callable[..., Stage]) -> None:
    office = stage(burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30")
    office.says = False
    await office.pass_on()
    assert office.publisher.said == []
    assert [attempt.state for attempt in office.ledger.attempts()] == ["freed"]
    office.says = True
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == ["a"]


async def test_words_that_are_no_longer_true_are_not_sent(stage: Callable[..., Stage]) -> None:
    """Rendered ten seconds before midnight, ready ten seconds after it: "tomorrow" would be a lie."""
    night = Hours(frozenset(range(7)), time(0), time(23, 59, 59))
    calendar = schedule("1 day before at 23:59", hours=night, holidays=frozenset())
    office = stage(calendar, item("a", days("2021-05-20")), now="2021-05-19 12:00")
    await office.pass_on()  # the channel begins
    office.now = at("2021-05-19 23:59:50")

    def upload() -> None:
        office.now = at("2021-05-20 00:00:10")

    office.publisher.meanwhile = upload
    await office.pass_on()
    assert office.publisher.said == []
    [attempt] = office.ledger.attempts()
    assert (attempt.state, attempt.reason) == ("freed", "its words are no longer true")
    office.publisher.meanwhile = lambda: None
    await office.pass_on()
    await office.engine.close()
    assert [each.text.splitlines()[0] for each in office.ledger.attempts()] == ["Domani", "Oggi"]


async def test_a_delivery_that_is_refused_for_itself_rests_longer_each_time(
    stage: Callable[..., Stage],
) -> None:
    office = stage(burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30")
    office.publisher.outcome = Deferred("refused for itself")
    tried: list[datetime] = []
    office.publisher.then = lambda: tried.append(office.now)
    for _ in range(60):
        await office.pass_on()
        office.now += timedelta(minutes=1)
    await office.engine.close()
    rests = [round((b - a).total_seconds() / 60) for a, b in pairwise(tried)]
    assert rests == [2, 4, 8, 16]


async def test_a_newsletter_handed_in_late_is_said_in_one_post(stage: Callable[..., Stage]) -> None:
    calendar = schedule(gap=timedelta(minutes=30))
    items = [item(f"evento-{n}", days(f"2021-05-{20 + n}")) for n in range(5)]
    office = stage(calendar, now="2021-05-03 09:00")
    await office.pass_on()  # the channel begins, with nothing in the queue
    office.now = at("2021-05-18 11:00")
    office.agenda = agenda(catalog(*items, schedules=(calendar,)))
    await office.pass_on()
    office.now = at("2021-05-18 12:00")
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == ["*"]
    attempts = office.ledger.attempts()
    [whole] = [each for each in attempts if each.within is None]
    assert whole.text.startswith("Il mese in breve")
    assert sorted(each.item for each in attempts if each.within == whole.id) == [
        f"evento-{n}" for n in range(5)
    ]
    history = office.ledger.history()
    assert {facts.dates for facts in history.announced.values()} == {
        f"2021-05-{20 + n}/2021-05-{20 + n}" for n in range(5)
    }


async def test_a_round_up_waits_if_the_file_of_one_of_its_items_changes_before_the_call(
    stage: Callable[..., Stage],
) -> None:
    calendar = schedule(round_up=Weekly(0, time(9)))
    items = [item(name, days("2021-05-20")) for name in ("a", "b")]
    office = stage(calendar, *items, now="2021-05-03 09:00")
    await office.pass_on()
    office.now = at("2021-05-17 09:00")
    office.says = False
    await office.pass_on()
    assert office.publisher.said == []
    office.says = True
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said[:1] == ["*"]


async def test_a_late_newsletter_whose_round_up_is_refused_is_said_one_by_one(
    stage: Callable[..., Stage],
) -> None:
    calendar = schedule(gap=timedelta(0), per_day=9)
    items = [item(f"evento-{n}", days(f"2021-05-{20 + n}")) for n in range(4)]
    office = stage(calendar, now="2021-05-03 09:00")
    await office.pass_on()
    office.now = at("2021-05-18 11:00")
    office.agenda = agenda(catalog(*items, schedules=(calendar,)))
    office.publisher.outcome = Rejected("can't parse entities")
    await office.pass_on()
    assert office.publisher.said == ["*"]
    office.publisher.outcome = Published("1")
    await office.pass_on()
    await office.engine.close()
    assert sorted(office.publisher.said) == ["*", *(f"evento-{n}" for n in range(4))]


async def test_a_date_that_changes_after_a_weeks_list_told_it_waits_for_a_person(
    stage: Callable[..., Stage],
) -> None:
    calendar = schedule("1 day before at 17:30", round_up=Weekly(0, time(9)))
    told = [item("a", days("2021-05-20")), item("b", days("2021-05-21"))]
    office = stage(calendar, *told, now="2021-05-03 09:00")
    await office.pass_on()
    office.now = at("2021-05-17 09:00")
    await office.pass_on()
    changed = [item("a", days("2021-05-19")), told[1]]
    office.agenda = agenda(catalog(*changed, schedules=(calendar,)))
    office.now = at("2021-05-18 17:30")
    planned = await office.engine.tick()
    await office.engine.close()
    assert office.publisher.said == ["*"]
    [held] = planned.held
    assert held.reason.startswith("its dates have changed since it was announced as '20 maggio'")


async def test_what_was_a_draft_is_late_from_when_it_is_ready(stage: Callable[..., Stage]) -> None:
    calendar = schedule()
    items = [item(f"evento-{n}", days(f"2021-05-{20 + n}")) for n in range(4)]
    drafts = [replace(each, status=Status.DRAFT) for each in items]
    office = stage(calendar, *drafts, now="2021-05-18 09:00")
    await office.pass_on()  # the channel begins while they are drafts
    office.now = at("2021-05-18 15:00")
    office.agenda = agenda(catalog(*items, schedules=(calendar,)))
    await office.pass_on()
    await office.engine.close()
    assert office.publisher.said == ["*"]

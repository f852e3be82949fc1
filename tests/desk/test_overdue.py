"""What is overdue, and what only waits: the real engine and ledger, looked at tick by tick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.core.history import History, Past
from bot.core.model import Deferred, Unknown
from bot.core.plan import Plan
from bot.core.states import State
from bot.desk.overdue import Overdue, Waiting
from bot.engine import Ticked
from tests.core.build import TELEGRAM, at, days, item, schedule
from tests.engine.stage import Stage, burst


async def watch(office: Stage, ticks: list[Ticked], *instants: str) -> list[list[str]]:
    """At each instant a tick to its end; which items were overdue at it."""
    waiting = Waiting()
    found = []
    for instant in instants:
        office.now = at(instant)
        await office.pass_on()
        found.append([each.delivery.key.item for each in waiting.see(ticks[-1])])
    await office.engine.close()
    return found


async def test_what_goes_out_is_not_overdue(stage: Callable[..., Stage]) -> None:
    ticks: list[Ticked] = []
    office = stage(
        burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30", on_tick=ticks.append
    )
    found = await watch(office, ticks, "2021-05-19 17:30", "2021-05-19 17:36")
    assert office.publisher.said == ["a"]
    assert found == [[], []]


async def test_what_fails_again_and_again_is_overdue_after_five_minutes(
    stage: Callable[..., Stage],
) -> None:
    ticks: list[Ticked] = []
    office = stage(
        burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30", on_tick=ticks.append
    )
    office.publisher.outcome = Deferred("the platform is down")
    instants = ("2021-05-19 17:30", "2021-05-19 17:32", "2021-05-19 17:35", "2021-05-19 17:36")
    assert await watch(office, ticks, *instants) == [[], [], [], ["a"]]


async def test_an_attempt_under_way_does_not_begin_the_wait_anew(
    stage: Callable[..., Stage],
) -> None:
    ticks: list[Ticked] = []
    office = stage(
        burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30", on_tick=ticks.append
    )
    await office.pass_on()
    await office.engine.close()
    [planned] = ticks[0].plan.due
    key, agenda = planned.delivery.key, ticks[0].agenda
    waiting = Waiting()
    waiting.see(ticks[0])
    calling = History(past={key: Past(State.SENDING, office.now)})
    under_way = Plan(office.now + timedelta(minutes=4), (), (), (), ())
    assert waiting.see(Ticked(under_way, agenda, calling)) == ()
    again = Plan(office.now + timedelta(minutes=6), (planned,), (), (), ())
    [found] = waiting.see(Ticked(again, agenda, History()))
    assert found == Overdue(planned.delivery, office.now, "it is due and has not gone out")


async def test_what_joined_late_and_waits_for_its_turn_is_not_overdue(
    stage: Callable[..., Stage],
) -> None:
    """A gap of two hours: the second of them goes out long after its instant, and that is as it should be."""
    ticks: list[Ticked] = []
    calendar = schedule("7 days before at 10:00", gap=timedelta(hours=2))
    items = [item(name, days("2021-05-21")) for name in "ab"]
    office = stage(calendar, *items, now="2021-05-10 10:00", on_tick=ticks.append)
    office.ledger.meet([TELEGRAM], [])
    found = await watch(
        office,
        ticks,
        "2021-05-19 10:00",
        "2021-05-19 10:20",
        "2021-05-19 11:50",
        "2021-05-19 12:00",
    )
    assert len(ticks[1].plan.later) == 1
    assert office.publisher.said == ["a", "b"]
    assert found == [[], [], [], []]


async def test_what_a_person_paused_is_not_overdue(stage: Callable[..., Stage]) -> None:
    ticks: list[Ticked] = []
    office = stage(
        burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30", on_tick=ticks.append
    )
    office.ledger.orders.pause(reason="a day of mourning", by="Anna")
    found = await watch(office, ticks, "2021-05-19 17:30", "2021-05-19 17:40")
    assert len(ticks[-1].plan.held) == 1
    assert found == [[], []]


async def test_what_a_stopped_channel_keeps_is_overdue(stage: Callable[..., Stage]) -> None:
    ticks: list[Ticked] = []
    office = stage(
        burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30", on_tick=ticks.append
    )
    office.publisher.outcome = Deferred("the token is refused", stops_channel=True)
    found = await watch(office, ticks, "2021-05-19 17:30", "2021-05-19 17:31", "2021-05-19 17:37")
    assert len(ticks[-1].plan.held) == 1
    assert found == [[], [], ["a"]]


async def test_what_may_be_public_is_a_doubt_and_not_overdue(stage: Callable[..., Stage]) -> None:
    ticks: list[Ticked] = []
    office = stage(
        burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30", on_tick=ticks.append
    )
    office.publisher.outcome = Unknown("no answer")
    assert await watch(office, ticks, "2021-05-19 17:30", "2021-05-19 17:40") == [[], []]


async def test_what_the_channel_keeps_waiting_is_overdue_too(stage: Callable[..., Stage]) -> None:
    """The platform asked the channel to wait for an hour: so does the second, which was never tried."""
    ticks: list[Ticked] = []
    items = [item(name, days("2021-05-20")) for name in "ab"]
    office = stage(burst(), *items, now="2021-05-19 17:30", on_tick=ticks.append)
    office.publisher.outcome = Deferred("too many", at("2021-05-19 18:30"))
    found = await watch(office, ticks, "2021-05-19 17:30", "2021-05-19 17:31", "2021-05-19 17:37")
    assert office.publisher.said == ["a"]
    assert found == [[], [], ["a", "b"]]


async def test_it_is_said_in_words(stage: Callable[..., Stage]) -> None:
    office = stage(burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30")
    [delivery] = office.agenda.deliveries.values()
    found = Overdue(delivery, at("2021-05-19 17:30"), "2 tries failed")
    await office.engine.close()
    assert str(found) == "a on telegram-it since 2021-05-19 15:30 UTC: 2 tries failed"

from dataclasses import replace
from datetime import time

from bot.core.agenda import Agenda, agenda
from bot.core.history import Announced, ChannelPast, Facts, History, Past
from bot.core.model import (
    SEVERAL,
    WEEK,
    AnnounceOn,
    Delivery,
    Item,
    Key,
    Mark,
    Precision,
    Status,
    Weekly,
)
from bot.core.plan import plan
from bot.core.states import State
from tests.core.build import at, catalog, coarse, day, days, item, local, schedule

CHANNEL = "telegram-it"
MONDAY = schedule(round_up=Weekly(0, time(9)))
LONG_AGO = at("2021-01-01 09:00")


def rounds(made: Agenda) -> dict[str, tuple[str, ...]]:
    return {
        local(each.placed): each.listed for each in made.deliveries.values() if each.is_round_up
    }


def queue(*items: Item, **frame: object) -> Agenda:
    return agenda(catalog(*items, schedules=(replace(MONDAY, **frame),)))  # type: ignore[arg-type]


def week(made: Agenda, monday: str) -> Delivery:
    return made.deliveries[Key(SEVERAL, 1, monday, WEEK, CHANNEL)]


def test_a_week_is_listed_on_its_monday_if_it_has_two_events() -> None:
    made = queue(
        item("festa", days("2021-05-20")),
        item("mostra", days("2021-05-22")),
        item("da-sola", days("2021-05-27")),
    )
    assert rounds(made) == {"2021-05-17 09:00": ("festa", "mostra")}
    assert local(week(made, "2021-05-17").deadline) == "2021-05-19 00:00"


def test_a_schedule_that_does_not_ask_has_no_round_up() -> None:
    made = queue(item("a", days("2021-05-20")), item("b", days("2021-05-21")), round_up=None)
    assert rounds(made) == {}


def test_on_another_weekday_it_lists_the_week_to_come() -> None:
    made = queue(
        item("a", days("2021-05-20")),
        item("b", days("2021-05-21")),
        round_up=Weekly(4, time(10)),
    )
    assert rounds(made) == {"2021-05-14 10:00": ("a", "b")}
    assert local(week(made, "2021-05-17").deadline) == "2021-05-19 00:00"


def test_it_lists_what_begins_ends_or_takes_place_and_no_date_coarser_than_a_day() -> None:
    made = queue(
        item("inizia", days("2021-05-20/2021-10-21")),
        item("finisce", days("2021-02-01/2021-05-18")),
        item("scade", days("/2021-05-19")),
        item("uno-di-tanti", days("2021-05-05", "2021-05-20")),
        item("dura", days("2021-02-01/2021-10-21")),
        item("maggio", coarse("2021-05-17", "2021-05-23", Precision.PART)),
    )
    listed = week(made, "2021-05-17").listed
    assert listed == ("finisce", "inizia", "scade", "uno-di-tanti")


def test_a_monday_that_is_closed_moves_it_to_the_friday_before() -> None:
    made = queue(
        item("a", days("2021-05-20")),
        item("b", days("2021-05-21")),
        holidays=frozenset({day("2021-05-17")}),
    )
    assert rounds(made) == {"2021-05-14 09:00": ("a", "b")}


def test_an_item_that_changes_changes_its_weeks_only_and_gives_what_building_anew_gives() -> None:
    a, b = item("a", days("2021-05-20")), item("b", days("2021-05-21"))
    c, d = item("c", days("2021-05-27")), item("d", days("2021-05-28"))
    before = catalog(a, b, c, d, schedules=(MONDAY,))
    for changed in (
        catalog(a, item("b", days("2021-05-26")), c, d, schedules=(MONDAY,)),
        catalog(a, b, c, schedules=(MONDAY,)),
        catalog(a, replace(b, status=Status.DRAFT), c, d, schedules=(MONDAY,)),
        catalog(a, b, c, d, item("e", days("2021-05-22")), schedules=(MONDAY,)),
        replace(before, broken=frozenset({"content/2021-05.yaml"})),
    ):
        anew, after = agenda(changed), agenda(changed, agenda(before))
        assert after.deliveries == anew.deliveries
        assert after.weeks == anew.weeks
        back = agenda(before, after)
        assert back.deliveries == agenda(before).deliveries


def test_a_round_up_of_what_was_past_when_the_channel_began_is_not_sent() -> None:
    made = queue(item("a", days("2021-05-20")), item("b", days("2021-05-21")))
    history = History(channels={CHANNEL: ChannelPast(at("2021-05-17 12:00"))})
    judged = plan(made, history, at("2021-05-17 12:30")).judged
    assert ("week", "before-start") in {(e.delivery.key.step, str(e.verdict)) for e in judged}


def test_a_round_up_that_was_late_by_a_day_is_missed() -> None:
    made = queue(item("a", days("2021-05-20")), item("b", days("2021-05-21")))
    history = History(channels={CHANNEL: ChannelPast(LONG_AGO)})
    tuesday = plan(made, history, at("2021-05-18 10:00"))
    assert "week" in {each.delivery.key.step for each in tuesday.due}
    wednesday = plan(made, history, at("2021-05-19 00:00"))
    assert ("week", "missed") in {(e.delivery.key.step, str(e.verdict)) for e in wednesday.judged}


def test_what_waits_for_a_person_is_not_listed() -> None:
    made = queue(
        item("a", days("2021-05-20")), item("b", days("2021-05-21")), item("c", days("2021-05-22"))
    )
    told = Facts("C", "2021-05-23/2021-05-23", "23 maggio")
    history = History(
        channels={CHANNEL: ChannelPast(LONG_AGO)},
        announced={Announced("c", 1, "-", CHANNEL): told},
    )
    monday = at("2021-05-17 09:00")
    [due] = [e.delivery for e in plan(made, history, monday).due if e.delivery.is_round_up]
    assert due.listed == ("a", "b")
    announced = dict(history.announced)
    announced[Announced("b", 1, "-", CHANNEL)] = told
    history = replace(history, announced=announced)
    [held] = [e for e in plan(made, history, monday).held if e.delivery.is_round_up]
    assert held.reason == "fewer than 2 of its events can be said now"


def test_a_file_that_has_just_changed_keeps_the_round_up_waiting() -> None:
    made = queue(item("a", days("2021-05-20")), item("b", days("2021-05-21")))
    history = History(channels={CHANNEL: ChannelPast(LONG_AGO)})
    settled = {"content/2021-05.yaml": at("2021-05-17 09:07")}
    planned = plan(made, history, at("2021-05-17 09:00"), settled=settled)
    [waits] = [each for each in planned.later if each.delivery.is_round_up]
    assert local(waits.at) == "2021-05-17 09:07"


def test_a_round_up_is_said_once() -> None:
    made = queue(item("a", days("2021-05-20")), item("b", days("2021-05-21")))
    key = week(made, "2021-05-17").key
    history = History(
        past={key: Past(State.PUBLISHED, at("2021-05-17 09:00"))},
        channels={CHANNEL: ChannelPast(LONG_AGO, (at("2021-05-17 09:00"),))},
    )
    planned = plan(made, history, at("2021-05-17 09:30"))
    assert not [each for each in (*planned.due, *planned.later) if each.delivery.is_round_up]


def test_a_broken_file_gives_a_week_nothing_and_a_halt_holds_it() -> None:
    items = [
        item("a", days("2021-05-20")),
        item("b", days("2021-05-21")),
        item("c", days("2021-05-22")),
    ]
    items[2] = replace(items[2], mark=Mark("content/other.yaml", 1, 1))
    whole = catalog(*items, schedules=(MONDAY,))
    broken = agenda(replace(whole, broken=frozenset({"content/other.yaml"})))
    assert week(broken, "2021-05-17").listed == ("a", "b")
    halted = agenda(replace(whole, halted="schedules/channels.yaml has a fault"))
    assert week(halted, "2021-05-17").held == "schedules/channels.yaml has a fault"


def test_what_staff_keep_for_a_day_of_their_own_is_not_given_away_before_it() -> None:
    kept = item("visita", days("2021-05-21"), announce_on=(AnnounceOn(day("2021-05-20"), None),))
    said = item("altra", days("2021-05-21"), announce_on=(AnnounceOn(day("2021-05-14"), None),))
    made = queue(kept, said, item("a", days("2021-05-20")))
    assert week(made, "2021-05-17").listed == ("a", "altra")
    history = History(channels={CHANNEL: ChannelPast(LONG_AGO)})
    moved = queue(
        said,
        item("a", days("2021-05-20")),
        item("b", days("2021-05-20")),
        round_up=Weekly(4, time(9)),
        holidays=frozenset({day("2021-05-14")}),
    )
    [due] = [e for e in plan(moved, history, at("2021-05-13 09:00")).due if e.delivery.is_round_up]
    assert due.delivery.listed == ("a", "b"), "on the 13th it is kept for the 14th"

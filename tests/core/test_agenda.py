from datetime import time, timedelta
from typing import Any

import pytest

from bot.core.agenda import Agenda, agenda
from bot.core.model import (
    AnnounceOn,
    Blackout,
    Channel,
    Entry,
    Hours,
    Mark,
    Platform,
    Precision,
    Schedule,
    Span,
    Status,
    When,
    Words,
)
from tests.core.build import at, catalog, coarse, day, days, hour, item, local, schedule


def placed(made: Agenda) -> list[str]:
    """Every delivery as `item occurrence step: where it stands`, in order of time."""
    ordered = sorted(made.deliveries.values(), key=lambda each: (each.placed, each.key))
    return [
        f"{each.key.item} {each.key.occurrence} {each.key.step}: {local(each.placed)}"
        for each in ordered
    ]


def test_an_event_is_announced_a_week_before_and_on_its_eve() -> None:
    assert placed(agenda(catalog(item("festa", days("2021-05-20"))))) == [
        "festa - start-7d: 2021-05-13 10:00",
        "festa - start-1d: 2021-05-19 17:30",
    ]


def test_a_range_is_announced_before_its_first_day() -> None:
    assert placed(agenda(catalog(item("forum", days("2021-05-05/2021-05-06"))))) == [
        "forum - start-7d: 2021-04-28 10:00",
        "forum - start-1d: 2021-05-04 17:30",
    ]


def test_a_list_is_announced_as_a_whole_and_then_on_the_eve_of_each_date() -> None:
    made = agenda(catalog(item("alpi", days("2021-05-05", "2021-05-12", "2021-05-20"))))
    assert placed(made) == [
        "alpi - start-7d: 2021-04-28 10:00",
        "alpi 2021-05-05 start-1d: 2021-05-04 17:30",
        "alpi 2021-05-12 start-1d: 2021-05-11 17:30",
        "alpi 2021-05-20 start-1d: 2021-05-19 17:30",
    ]


def test_an_item_with_only_entries_is_announced_entry_by_entry() -> None:
    entries = (
        Entry("giro", days("2021-05-12"), {"it": Words("Giro")}),
        Entry("corsa", days("2021-05-28"), {"it": Words("Corsa")}),
    )
    assert placed(agenda(catalog(item("sport", entries=entries)))) == [
        "sport giro start-7d: 2021-05-05 10:00",
        "sport giro start-1d: 2021-05-11 17:30",
        "sport corsa start-7d: 2021-05-21 10:00",
        "sport corsa start-1d: 2021-05-27 17:30",
    ]


def test_what_is_due_on_a_weekend_or_a_holiday_goes_out_on_the_last_open_day_before() -> None:
    # 9 May 2021 is a Sunday: its eve is a Saturday, a week before is the Sunday after 1 May.
    made = agenda(catalog(item("cerimonia", days("2021-05-09"))))
    assert placed(made) == [
        "cerimonia - start-7d: 2021-04-30 10:00",
        "cerimonia - start-1d: 2021-05-07 17:30",
    ]
    first = min(made.deliveries.values(), key=lambda each: each.placed)
    assert [move.reason for move in first.moves] == ["closed day", "holiday"]


def test_a_date_coarser_than_a_day_has_one_post_on_or_before_its_first_day() -> None:
    made = agenda(catalog(item("mese", coarse("2021-05-01", "2021-05-31", Precision.MONTH))))
    assert placed(made) == ["mese - start: 2021-04-30 10:00"]
    [delivery] = made.deliveries.values()
    assert local(delivery.deadline) == "2021-06-01 00:00"


def test_news_without_a_date_goes_out_once_from_the_first_day_of_its_month() -> None:
    news = item("report", queued_from=day("2021-05-03"), expires=day("2021-06-30"))
    made = agenda(catalog(news))
    assert placed(made) == ["report - queued: 2021-05-03 10:00"]
    [delivery] = made.deliveries.values()
    assert local(delivery.deadline) == "2021-07-01 00:00"


def test_days_that_staff_ask_for_take_the_place_of_the_ladder() -> None:
    asked = (AnnounceOn(day("2021-05-10"), None), AnnounceOn(day("2021-05-17"), time(12, 0)))
    made = agenda(catalog(item("festa", days("2021-05-20"), announce_on=asked)))
    assert placed(made) == [
        "festa - on:2021-05-10: 2021-05-10 10:00",
        "festa - on:2021-05-17: 2021-05-17 12:00",
    ]


@pytest.mark.parametrize(
    ("when", "deadline"),
    [
        (hour("2021-05-07 11:00"), "2021-05-07 10:30"),
        (days("2021-05-07"), "2021-05-07 12:00"),
        (days("2021-05-05/2021-05-06"), "2021-05-05 12:00"),
        (days("2021-05-15/2021-10-21"), "2021-10-22 00:00"),
        (days("2021-05-15/2021-05-27"), "2021-05-15 12:00"),  # 13 days: not something that runs
        (days("2021-05-15/2021-05-28"), "2021-05-29 00:00"),  # 14 days
        (days("2021-05-14/"), "2021-06-14 00:00"),
    ],
)
def test_the_last_step_has_the_deadline_of_the_event(when: When, deadline: str) -> None:
    made = agenda(catalog(item("festa", when)))
    last = max(made.deliveries.values(), key=lambda each: each.rung)
    assert local(last.deadline) == deadline


def test_a_step_has_the_next_one_of_its_ladder_as_its_deadline() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    first = min(made.deliveries.values(), key=lambda each: each.rung)
    assert local(first.deadline) == "2021-05-19 17:30"


def test_last_days_are_announced_only_of_what_runs_two_weeks_or_more() -> None:
    ladder = schedule("7 days before at 10:00", "3 days before end at 10:00")
    short = item("breve", days("2021-05-17/2021-05-21"))
    long = item("lunga", days("2021-05-17/2021-06-11"))
    assert placed(agenda(catalog(short, long, schedules=(ladder,)))) == [
        "lunga - start-7d: 2021-05-10 09:30",
        "breve - start-7d: 2021-05-10 10:00",
        "lunga - end-3d: 2021-06-08 10:00",
    ]


def test_a_deadline_is_announced_before_the_day_that_it_names() -> None:
    call = item("bando", days("/2021-05-28"))
    ladder = schedule("14 days before at 10:00", "3 days before at 10:00")
    made = agenda(catalog(call, schedules=(ladder,)))
    assert placed(made) == [
        "bando - start-14d: 2021-05-14 10:00",
        "bando - start-3d: 2021-05-25 10:00",
    ]
    assert {local(each.deadline) for each in made.deliveries.values()} == {
        "2021-05-25 10:00",
        "2021-05-29 00:00",
    }


def test_a_limit_coarser_than_a_day_is_announced_as_early_as_the_ladder_begins() -> None:
    may = When(
        (Span(None, day("2021-05-31"), Precision.MONTH),), "entro maggio", "it", is_deadline=True
    )
    ladder = schedule("14 days before at 10:00", "3 days before at 10:00")
    made = agenda(catalog(item("bando", may), schedules=(ladder,)))
    assert placed(made) == ["bando - start: 2021-05-17 10:00"]
    [delivery] = made.deliveries.values()
    assert local(delivery.deadline) == "2021-06-01 00:00"


def test_a_ladder_that_asks_for_nothing_gives_nothing() -> None:
    ladder = schedule("3 days before end at 10:00")
    assert placed(agenda(catalog(item("festa", days("2021-05-20")), schedules=(ladder,)))) == []


def test_two_posts_of_a_channel_keep_the_gap_and_the_later_one_keeps_its_hour() -> None:
    made = agenda(catalog(item("a", days("2021-05-20")), item("b", days("2021-05-20"))))
    assert placed(made) == [
        "b - start-7d: 2021-05-13 09:30",
        "a - start-7d: 2021-05-13 10:00",
        "b - start-1d: 2021-05-19 17:00",
        "a - start-1d: 2021-05-19 17:30",
    ]


def test_what_finds_no_room_on_its_day_goes_to_the_day_before() -> None:
    items = [item(name, days("2021-05-20")) for name in "abcd"]
    made = agenda(catalog(*items, schedules=(schedule("1 day before at 17:30"),)))
    assert placed(made) == [
        "d - start-1d: 2021-05-18 17:30",
        "c - start-1d: 2021-05-19 16:30",
        "b - start-1d: 2021-05-19 17:00",
        "a - start-1d: 2021-05-19 17:30",
    ]


def test_what_finds_no_room_in_a_week_is_held_and_says_why() -> None:
    silence = Blackout(day("2021-05-01"), day("2021-06-30"), "par condicio", except_essential=True)
    ladder = schedule(blackouts=(silence,))
    held = agenda(catalog(item("festa", days("2021-05-20")), schedules=(ladder,)))
    assert {each.held for each in held.deliveries.values()} == {
        "no room in the 7 days before (blackout: par condicio, until 2021-06-30)"
    }
    spoken = agenda(catalog(item("festa", days("2021-05-20"), essential=True), schedules=(ladder,)))
    assert placed(spoken) == [
        "festa - start-7d: 2021-05-13 10:00",
        "festa - start-1d: 2021-05-19 17:30",
    ]


def test_a_clock_time_that_the_change_of_clocks_skips_or_doubles_is_one_instant() -> None:
    night: dict[str, Any] = {"hours": Hours(frozenset(range(7)), time(0), time(23, 59))}
    ladder = schedule("1 day before at 02:30", **night)
    spring = agenda(catalog(item("a", days("2026-03-30")), schedules=(ladder,)))
    autumn = agenda(catalog(item("a", days("2026-10-26")), schedules=(ladder,)))
    assert [f"{each.placed:%H:%M}" for each in spring.deliveries.values()] == ["01:30"]
    assert [f"{each.placed:%H:%M}" for each in autumn.deliveries.values()] == ["00:30"]


def test_the_gap_reaches_over_midnight() -> None:
    night: dict[str, Any] = {
        "hours": Hours(frozenset(range(7)), time(0), time(23, 59)),
        "gap": timedelta(hours=1),
    }
    ladder = schedule("1 day before at 00:10", **night)
    other = schedule("1 day before at 23:50", name="late", **night)
    made = agenda(
        catalog(
            item("b", days("2021-05-20")),
            item("a", days("2021-05-19"), schedule="late"),
            schedules=(ladder, other),
        )
    )
    assert placed(made) == [
        "a - start-1d: 2021-05-18 23:10",
        "b - start-1d: 2021-05-19 00:10",
    ]


def test_drafts_and_cancelled_items_have_no_delivery() -> None:
    draft = item("bozza", days("2021-05-20"), status=Status.DRAFT)
    cancelled = item("annullato", days("2021-05-20"), status=Status.CANCELLED)
    assert placed(agenda(catalog(draft, cancelled))) == []


def test_an_item_goes_to_the_channels_that_speak_its_languages_and_to_no_test_channel() -> None:
    def telegram(name: str, language: str, *, is_test: bool = False) -> Channel:
        return Channel(name, Platform.TELEGRAM, f"@{name}", language, "standard", is_test)

    channels = (telegram("it", "it"), telegram("en", "en"), telegram("prova", "it", is_test=True))
    made = agenda(catalog(item("festa", days("2021-05-20")), channels=channels))
    assert {key.channel for key in made.deliveries} == {"it"}
    named = item("festa", days("2021-05-20"), channels=("prova",))
    assert {key.channel for key in agenda(catalog(named, channels=channels)).deliveries} == {
        "prova"
    }


def test_the_deliveries_of_a_file_with_a_fault_are_held_and_keep_their_place() -> None:
    good = item("buono", days("2021-05-20"), mark=Mark("content/b.yaml", 1, 1))
    bad = item("guasto", days("2021-05-20"), mark=Mark("content/a.yaml", 1, 1))
    whole = catalog(good, bad)
    broken = type(whole)(
        whole.items, whole.channels, whole.schedules, frozenset({"content/a.yaml"})
    )
    held = agenda(broken)
    assert placed(held) == placed(agenda(whole))
    assert {key.item: each.held for key, each in held.deliveries.items()} == {
        "buono": "",
        "guasto": "content/a.yaml has a fault",
    }


def test_keys_hold_no_text_hour_or_file_name() -> None:
    first = agenda(catalog(item("festa", days("2021-05-20"))))
    other: Schedule = schedule("7 days before at 09:00", "1 day before at 12:00")
    moved = item(
        "festa", days("2021-05-20"), mark=Mark("content/x.yaml", 7, 3), words={"it": Words("X")}
    )
    assert set(agenda(catalog(moved, schedules=(other,))).deliveries) == set(first.deliveries)
    assert at("2021-05-13 10:00") in {each.nominal for each in first.deliveries.values()}

from datetime import time, timedelta

from bot.core.agenda import agenda
from bot.core.candidates import Memory
from bot.core.history import (
    Announced,
    ChannelPast,
    Facts,
    Given,
    History,
    Past,
    Pause,
    dates_of,
)
from bot.core.model import Delivery, Family, Item, Key, Mark, Precision, Verdict, Weekly
from bot.core.plan import Plan, plan
from bot.core.states import State
from tests.core.build import at, catalog, coarse, days, hour, item, local, schedule

CHANNEL = "telegram-it"


def planned(now: str, *items: Item, history: History | None = None) -> Plan:
    return plan(agenda(catalog(*items)), history or History(), at(now))


def key(name: str, step: str, occurrence: str = "-") -> Key:
    return Key(name, 1, occurrence, step, CHANNEL)


def past(state: State, when: str, not_before: str = "") -> Past:
    return Past(state, at(when), at(not_before) if not_before else None)


def told(made: Plan) -> dict[str, list[str]]:
    def name(delivery: Delivery) -> str:
        return f"{delivery.key.item} {delivery.key.step}"

    return {
        "due": [name(each.delivery) for each in made.due],
        "later": [f"{name(each.delivery)} {local(each.at)}" for each in made.later],
        "held": [f"{name(each.delivery)}: {each.reason}" for each in made.held],
        "judged": [f"{name(each.delivery)}: {each.verdict}" for each in made.judged],
    }


def test_before_its_hour_everything_comes_later() -> None:
    made = planned("2021-05-01 09:00", item("festa", days("2021-05-20")))
    assert told(made) == {
        "due": [],
        "later": ["festa start-7d 2021-05-13 10:00", "festa start-1d 2021-05-19 17:30"],
        "held": [],
        "judged": [],
    }
    assert made.next == at("2021-05-13 10:00")


def test_at_its_hour_a_delivery_is_due() -> None:
    made = planned("2021-05-13 10:00", item("festa", days("2021-05-20")))
    assert told(made)["due"] == ["festa start-7d"]


def test_what_was_published_or_refused_is_over() -> None:
    for state in (State.PUBLISHED, State.REJECTED):
        history = History(past={key("festa", "start-7d"): past(state, "2021-05-13 10:00")})
        made = planned("2021-05-13 10:01", item("festa", days("2021-05-20")), history=history)
        assert told(made)["due"] == []
        assert told(made)["judged"] == []


def test_what_may_be_public_is_held_for_a_person() -> None:
    history = History(past={key("festa", "start-7d"): past(State.UNKNOWN, "2021-05-13 10:00")})
    made = planned("2021-05-13 10:01", item("festa", days("2021-05-20")), history=history)
    assert told(made)["held"] == ["festa start-7d: it may be public: a person must look"]
    assert told(made)["due"] == []


def test_what_is_being_sent_is_neither_due_nor_over() -> None:
    history = History(past={key("festa", "start-7d"): past(State.SENDING, "2021-05-13 10:00")})
    made = planned("2021-05-13 10:01", item("festa", days("2021-05-20")), history=history)
    assert told(made)["due"] == told(made)["held"] == told(made)["judged"] == []


def test_a_deferred_delivery_comes_again_when_it_may() -> None:
    deferred = past(State.DEFERRED, "2021-05-13 10:00", not_before="2021-05-13 10:05")
    history = History(past={key("festa", "start-7d"): deferred})
    festa = item("festa", days("2021-05-20"))
    assert told(planned("2021-05-13 10:04", festa, history=history))["later"][0].endswith(
        "13 10:05"
    )
    assert told(planned("2021-05-13 10:05", festa, history=history))["due"] == ["festa start-7d"]


def test_joining_late_only_the_last_useful_step_is_sent() -> None:
    ladder = ("14 days before at 10:00", "7 days before at 10:00", "1 day before at 17:30")
    made = agenda(catalog(item("festa", days("2021-05-20")), schedules=(schedule(*ladder),)))
    told_late = told(plan(made, History(), at("2021-05-17 12:00")))
    assert told_late == {
        "due": ["festa start-7d"],
        "later": ["festa start-1d 2021-05-19 17:30"],
        "held": [],
        "judged": ["festa start-14d: superseded"],
    }


def test_a_step_below_one_that_is_out_is_superseded() -> None:
    climbed = {Family("festa", 1, "-", CHANNEL): at("2021-05-12 10:00")}
    out = {key("festa", "start-1d"): past(State.PUBLISHED, "2021-05-12 10:00")}
    history = History(past=out, climbed=climbed)
    made = planned("2021-05-13 10:00", item("festa", days("2021-05-20")), history=history)
    assert told(made)["judged"] == ["festa start-7d: superseded"]


def test_of_two_steps_that_are_due_at_once_the_later_goes() -> None:
    # A Monday: the eve and the step before it both fall back to the Friday.
    ladder = schedule("2 days before at 10:00", "1 day before at 17:30")
    made = agenda(catalog(item("festa", days("2021-05-24")), schedules=(ladder,)))
    both = max(each.placed for each in made.deliveries.values())
    assert told(plan(made, History(), both)) == {
        "due": ["festa start-1d"],
        "later": [],
        "held": [],
        "judged": ["festa start-2d: superseded"],
    }


def test_past_its_deadline_a_delivery_is_missed() -> None:
    made = planned("2021-05-20 12:00", item("festa", days("2021-05-20")))
    assert told(made)["judged"] == ["festa start-7d: missed", "festa start-1d: missed"]
    assert planned("2021-05-20 11:59", item("festa", days("2021-05-20"))).due


def test_what_was_due_before_a_channel_began_is_not_announced() -> None:
    since = ChannelPast(at("2021-05-15 09:00"))
    seen = {"festa": at("2021-05-15 09:00")}
    history = History(channels={CHANNEL: since}, seen=seen)
    made = planned("2021-05-17 12:00", item("festa", days("2021-05-20")), history=history)
    assert told(made) == {
        "due": [],
        "later": ["festa start-1d 2021-05-19 17:30"],
        "held": [],
        "judged": ["festa start-7d: before-start"],
    }


def test_what_staff_add_after_a_channel_began_was_not_due_before() -> None:
    history = History(
        channels={CHANNEL: ChannelPast(at("2021-05-15 09:00"))},
        seen={"festa": at("2021-05-17 11:00")},
    )
    made = planned("2021-05-17 12:00", item("festa", days("2021-05-20")), history=history)
    assert told(made)["due"] == ["festa start-7d"]


def test_late_ones_go_the_most_urgent_first_a_gap_apart() -> None:
    made = planned(
        "2021-05-17 12:00",
        item("b", days("2021-05-21")),
        item("a", days("2021-05-22")),
        item("c", days("2021-05-20")),
    )
    assert told(made)["due"] == ["c start-7d"]
    assert told(made)["later"][:2] == ["b start-7d 2021-05-17 12:30", "a start-7d 2021-05-17 13:00"]


def test_no_more_than_a_days_cap_go_out_on_a_day_however_late_they_are() -> None:
    news = [item(name, coarse("2021-05-01", "2021-05-31", Precision.MONTH)) for name in "abcdefg"]
    made = planned("2021-05-03 18:50", *news)
    assert told(made)["due"] == ["a start"]
    assert told(made)["later"] == [
        "b start 2021-05-03 19:20",
        "c start 2021-05-04 08:30",
        "d start 2021-05-04 09:00",
        "e start 2021-05-04 09:30",
        "f start 2021-05-05 08:30",
        "g start 2021-05-05 09:00",
    ]


def test_what_is_late_leaves_room_for_what_is_in_time() -> None:
    late = item("mese", coarse("2021-05-01", "2021-05-31", Precision.MONTH))
    in_time = [item(name, days("2021-05-05")) for name in "xyz"]
    ladder = schedule("1 day before at 17:30")
    made = plan(
        agenda(catalog(late, *in_time, schedules=(ladder,))), History(), at("2021-05-04 12:00")
    )
    assert told(made)["due"] == []
    assert told(made)["later"][-1] == "mese start 2021-05-05 08:30"


def test_what_is_late_and_urgent_does_not_wait_for_what_has_time() -> None:
    urgent = item("domani", hour("2021-05-05 08:45"))
    in_time = [item(name, days("2021-05-11")) for name in "xyz"]
    ladder = schedule("7 days before at 17:30")
    made = plan(
        agenda(catalog(urgent, *in_time, schedules=(ladder,))), History(), at("2021-05-04 12:00")
    )
    assert told(made)["due"] == ["domani start-7d"]


def test_a_post_that_was_just_made_keeps_the_next_one_a_gap_away() -> None:
    history = History(
        channels={CHANNEL: ChannelPast(at("2021-01-01 00:00"), spoken=(at("2021-05-13 09:45"),))}
    )
    made = planned("2021-05-13 10:00", item("festa", days("2021-05-20")), history=history)
    assert told(made)["later"][0] == "festa start-7d 2021-05-13 10:15"


def test_what_the_platform_asked_us_to_wait_for_waits() -> None:
    waits = ChannelPast(at("2021-01-01 00:00"), not_before=at("2021-05-13 10:20"))
    history = History(channels={CHANNEL: waits})
    made = planned("2021-05-13 10:00", item("festa", days("2021-05-20")), history=history)
    assert told(made)["later"][0] == "festa start-7d 2021-05-13 10:20"


def test_what_has_no_open_instant_left_is_held_until_its_deadline_and_then_missed() -> None:
    evening = at("2021-05-19 19:45")
    made = agenda(
        catalog(item("festa", days("2021-05-20")), schedules=(schedule(gap=timedelta(0)),))
    )
    spoken = tuple(at(f"2021-05-20 {clock}") for clock in ("08:30", "08:45", "09:30"))
    history = History(channels={CHANNEL: ChannelPast(at("2021-01-01 00:00"), spoken=spoken)})
    before = plan(made, history, evening)
    assert told(before)["held"] == ["festa start-1d: no open instant is left before its deadline"]
    assert before.next == at("2021-05-20 12:00")
    after = plan(made, history, at("2021-05-20 12:00"))
    assert "festa start-1d: missed" in told(after)["judged"]


def test_a_file_with_a_fault_holds_its_own_deliveries_only() -> None:
    good = item("buono", days("2021-05-20"), mark=Mark("content/b.yaml", 1, 1))
    bad = item("guasto", days("2021-05-20"), mark=Mark("content/a.yaml", 1, 1))
    whole = catalog(good, bad)
    broken = type(whole)(
        whole.items, whole.channels, whole.schedules, frozenset({"content/a.yaml"})
    )
    made = told(plan(agenda(broken), History(), at("2021-05-13 10:00")))
    assert made["held"] == [
        "guasto start-7d: content/a.yaml has a fault",
        "guasto start-1d: content/a.yaml has a fault",
    ]
    assert made["due"] == ["buono start-7d"]


def test_a_verdict_is_given_once() -> None:
    festa = item("festa", days("2021-05-20"))
    judged = planned("2021-05-21 12:00", festa).judged
    verdicts = {each.delivery.key: Given(each.verdict, each.reason) for each in judged}
    assert planned("2021-05-21 12:00", festa, history=History(verdicts=verdicts)).judged == ()


def test_a_changed_ladder_does_not_announce_anew_what_was_due_before_the_last_post() -> None:
    ladder = schedule("8 days before at 10:00", "1 day before at 17:30")
    made = agenda(catalog(item("festa", days("2021-05-20")), schedules=(ladder,)))
    said = History(climbed={Family("festa", 1, "-", CHANNEL): at("2021-05-13 10:00")})
    now = plan(made, said, at("2021-05-14 10:00"))
    assert told(now)["judged"] == ["festa start-8d: superseded"]
    assert told(now)["due"] == []


def test_a_missed_one_is_open_again_once_its_deadline_is_still_to_come() -> None:
    """The clock was wrong, or the date was mistyped and has been mended."""
    missed = {key("festa", "start-7d"): Given(Verdict.MISSED, "its time passed")}
    made = planned(
        "2021-05-13 10:00", item("festa", days("2021-05-20")), history=History(verdicts=missed)
    )
    assert told(made)["due"] == ["festa start-7d"]
    superseded = {key("festa", "start-7d"): Given(Verdict.SUPERSEDED, "a later one is out")}
    again = planned(
        "2021-05-13 10:00", item("festa", days("2021-05-20")), history=History(verdicts=superseded)
    )
    assert told(again)["due"] == []


def announced(name: str, dates: str, title: str = "") -> History:
    known = Announced(name, 1, "-", CHANNEL)
    names = {(CHANNEL, dates): known, (CHANNEL, title.casefold()): known}
    return History(announced={known: Facts(title, dates, "20 maggio")}, known_as=names)


def test_an_item_whose_date_changed_after_it_was_announced_is_held() -> None:
    before = dates_of(item("festa", days("2021-05-20")), "-")
    moved = item("festa", days("2021-05-27"))
    made = planned("2021-05-20 10:00", moved, history=announced("festa", before))
    assert told(made)["due"] == []
    assert told(made)["held"] == [
        "festa start-7d: its dates have changed since it was announced as '20 maggio'; "
        "`edition: 2` announces it anew",
        "festa start-1d: its dates have changed since it was announced as '20 maggio'; "
        "`edition: 2` announces it anew",
    ]
    anew = item("festa", days("2021-05-27"), edition=2)
    assert told(planned("2021-05-20 10:00", anew, history=announced("festa", before)))["due"]
    same = item("festa", days("2021-05-20"))
    assert told(planned("2021-05-13 10:00", same, history=announced("festa", before)))["due"]


def test_an_item_that_looks_like_one_that_vanished_is_held() -> None:
    dates = dates_of(item("vecchia", days("2021-05-20")), "-")
    history = announced("vecchia", dates, "Nuova")
    by_title = planned("2021-05-13 10:00", item("nuova", days("2021-05-21")), history=history)
    assert (
        "it looks like vecchia, which was announced and has vanished" in told(by_title)["held"][0]
    )
    by_dates = planned("2021-05-13 10:00", item("altra", days("2021-05-20")), history=history)
    assert told(by_dates)["due"] == []
    another = planned("2021-05-13 10:00", item("altra", days("2021-05-21")), history=history)
    assert told(another)["later"]
    # What is still there is no rename, and what is over is none either.
    both = planned(
        "2021-05-13 10:00",
        item("altra", days("2021-05-20")),
        item("vecchia", days("2021-05-20")),
        history=history,
    )
    assert told(both)["due"]
    over = planned("2021-05-22 10:00", item("nuova", days("2021-05-28")), history=history)
    assert told(over)["later"]


def test_a_month_in_common_makes_no_two_items_look_alike() -> None:
    month = coarse("2021-05-01", "2021-05-31", Precision.MONTH)
    history = announced("vecchia", dates_of(item("vecchia", month), "-"), "Vecchia")
    made = planned("2021-05-03 10:00", item("nuova", month), history=history)
    assert told(made)["due"] == ["nuova start"]


def test_a_file_that_has_just_changed_settles_before_its_items_go_out() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    settled = {"content/2021-05.yaml": at("2021-05-13 10:07")}
    now = plan(made, History(), at("2021-05-13 10:00"), settled=settled)
    [later, _] = now.later
    assert local(later.at) == "2021-05-13 10:07"
    assert later.reason == "content/2021-05.yaml has just changed: not before 10:07"


def test_posts_of_one_item_keep_48_hours_but_for_the_eve() -> None:
    history = History(said={("festa", CHANNEL): at("2021-05-17 09:00")})
    ladder = schedule("2 days before at 10:00", "1 day before at 17:30")
    made = agenda(catalog(item("festa", days("2021-05-20")), schedules=(ladder,)))
    now = plan(made, history, at("2021-05-18 10:00"))
    assert told(now)["later"] == [
        "festa start-2d 2021-05-19 09:00",
        "festa start-1d 2021-05-19 17:30",
    ]


def test_what_can_not_fit_is_held_and_takes_no_place() -> None:
    made = agenda(catalog(item("a", days("2021-05-20")), item("b", days("2021-05-20"))))
    unfit = {key("b", "start-7d"): "too long"}
    now = plan(made, History(), at("2021-05-13 10:00"), unfit=unfit)
    assert told(now)["held"] == ["b start-7d: too long"]
    assert told(now)["due"] == ["a start-7d"]


def test_a_plan_with_a_memory_is_the_same_plan() -> None:
    memory = Memory()
    made = agenda(catalog(*(item(name, days("2021-05-20")) for name in "abc")))
    history = History()
    for moment in ("2021-05-10 10:00", "2021-05-13 10:00", "2021-05-19 17:00", "2021-06-01 10:00"):
        with_it = plan(made, history, at(moment), memory=memory)
        without = plan(made, history, at(moment))
        assert (with_it.due, with_it.held, with_it.judged) == (
            without.due,
            without.held,
            without.judged,
        )
        assert with_it.next == without.next
        verdicts = {each.delivery.key: Given(each.verdict, "") for each in with_it.judged}
        history = History(verdicts={**history.verdicts, **verdicts})
    plan(made, history, at("2021-06-01 10:00"), memory=memory)
    assert memory.closed
    assert plan(made, History(), at("2021-05-10 10:00"), memory=memory).next == at(
        "2021-05-13 09:00"
    )


def pause(*, channel: str = "", item: str = "", until: str = "") -> History:
    asked = Pause(
        1, channel, item, at("2021-05-12 09:00"), at(until) if until else None, "x", "Ada"
    )
    return History(pauses=(asked,))


def test_in_a_pause_nothing_is_due_and_what_comes_after_its_end_is_not_held() -> None:
    made = planned(
        "2021-05-13 10:00",
        item("festa", days("2021-05-20")),
        history=pause(until="2021-05-14 12:00"),
    )
    assert told(made) == {
        "due": [],
        "later": ["festa start-1d 2021-05-19 17:30"],
        "held": ["festa start-7d: paused until 2021-05-14 10:00 UTC by Ada: x"],
        "judged": [],
    }
    assert made.next == at("2021-05-14 12:00")


def test_when_a_pause_ends_what_is_still_useful_goes_out_late() -> None:
    history = pause(until="2021-05-14 12:00")
    made = planned("2021-05-14 12:00", item("festa", days("2021-05-20")), history=history)
    assert told(made)["due"] == ["festa start-7d"]


def test_a_pause_reaches_its_channel_and_its_item_alone() -> None:
    festa, sagra = item("festa", days("2021-05-20")), item("sagra", days("2021-05-20"))
    made = planned("2021-05-13 10:00", festa, sagra, history=pause(item="festa"))
    assert told(made)["due"] == ["sagra start-7d"]
    made = planned("2021-05-13 10:00", festa, history=pause(channel="x-it"))
    assert told(made)["due"] == ["festa start-7d"]


def test_what_a_pause_outlasts_has_the_verdict_missed_and_the_pause_as_its_reason() -> None:
    made = planned("2021-05-20 13:00", item("festa", days("2021-05-20")), history=pause())
    assert {str(each.verdict) for each in made.judged} == {"missed"}
    assert "paused by Ada: x" in {each.reason for each in made.judged}


def test_a_week_does_not_list_an_item_that_is_paused() -> None:
    items = [item(name, days("2021-05-20")) for name in ("a", "b", "c")]
    calendar = schedule("1 day before at 17:30", round_up=Weekly(0, time(9)))
    made = plan(
        agenda(catalog(*items, schedules=(calendar,))), pause(item="b"), at("2021-05-17 09:00")
    )
    [week] = [each.delivery for each in made.due if each.delivery.is_round_up]
    assert week.listed == ("a", "c")


def test_a_pause_that_is_ordered_is_seen_though_nothing_else_has_changed() -> None:
    made, memory = agenda(catalog(item("festa", days("2021-05-20")))), Memory()
    channels = {CHANNEL: ChannelPast(at("2021-05-01 09:00"), seq=1)}
    plan(made, History(channels=channels), at("2021-05-12 10:00"), memory=memory)
    paused = History(channels=channels, pauses=pause().pauses)
    again = plan(made, paused, at("2021-05-12 10:01"), memory=memory)
    assert [each.reason for each in again.held] == ["paused by Ada: x"] * 2


def test_a_stopped_channel_holds_everything_and_says_why() -> None:
    channels = {CHANNEL: ChannelPast(at("2021-05-01 09:00"), stopped="stopped: 402")}
    made = planned(
        "2021-05-13 10:00", item("festa", days("2021-05-20")), history=History(channels=channels)
    )
    assert told(made)["held"] == ["festa start-7d: stopped: 402", "festa start-1d: stopped: 402"]

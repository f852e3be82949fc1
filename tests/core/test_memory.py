"""What a plan may skip because it remembers: never more than what could not have changed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.agenda import Agenda, agenda
from bot.core.candidates import Memory
from bot.core.history import ChannelPast, Given, History, Past
from bot.core.model import Key, Verdict
from bot.core.plan import plan
from bot.core.states import State
from tests.core.build import at, catalog, day, days, item, local, schedule

CHANNEL = "telegram-it"
LONG_AGO = at("2000-01-01 00:00")


class Noting(Mapping[Key, Given]):
    """Verdicts that note whose were asked for."""

    def __init__(self, given: Mapping[Key, Given]) -> None:
        self.given = given
        self.asked: set[str] = set()

    def __getitem__(self, key: Key) -> Given:
        self.asked.add(key.item)
        return self.given[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)


def all_over(made: Agenda, *names: str) -> dict[Key, Given]:
    return {key: Given(Verdict.SUPERSEDED, "") for key in made.deliveries if key.item in names}


def counted(seq: int | None, *, past: dict[Key, Past] | None = None) -> History:
    """A ledger that counts its changes, or, with None, does not."""
    return History(past=past or {}, channels={CHANNEL: ChannelPast(LONG_AGO, (), seq=seq)})


def key(name: str, step: str) -> Key:
    return Key(name, 1, "-", step, CHANNEL)


def test_days_past_and_far_ahead_are_not_looked_at_again() -> None:
    items = [item("past", days("2021-04-20")), item("near", days("2021-05-20"))]
    far = [item(f"far-{n}", days(f"2021-{7 + n:02}-20")) for n in range(4)]
    made = agenda(catalog(*items, *far))
    memory = Memory()
    for looked_at in ({"past", "near", "far-0"}, {"near", "far-0"}):
        verdicts = Noting(all_over(made, "past"))
        plan(made, History(verdicts=verdicts), at("2021-05-12 12:00"), memory=memory)
        assert verdicts.asked == looked_at


def test_a_past_day_on_which_something_is_open_is_looked_at_until_it_is_over() -> None:
    made = agenda(
        catalog(item("old", days("2021-05-06/2021-07-30")), item("new", days("2021-06-20")))
    )
    memory = Memory()
    may_be_public = {each: Past(State.UNKNOWN, at("2021-05-05 17:30")) for each in made.deliveries}
    for now in ("2021-05-10 12:00", "2021-05-11 12:00", "2021-05-31 12:00"):
        held = plan(made, History(past=may_be_public), at(now), memory=memory).held
        assert [each.delivery.key.item for each in held if each.at < at(now)] == ["old", "old"]
    over = Noting(all_over(made, "old"))
    plan(made, History(verdicts=over), at("2021-06-01 12:00"), memory=memory)
    assert "old" in over.asked
    over.asked.clear()
    plan(made, History(verdicts=over), at("2021-06-01 12:01"), memory=memory)
    assert "old" not in over.asked


@pytest.mark.parametrize("others", [("a",), ("a", "b")], ids=["a new day", "a day that was closed"])
def test_a_past_day_that_changes_is_looked_at_again(others: tuple[str, ...]) -> None:
    dates = {
        "a": days("2021-05-20"),
        "b": days("2021-05-21"),
        "late": days("2021-05-21/2021-06-30"),
    }
    before = agenda(catalog(*(item(name, dates[name]) for name in others)))
    history = History(verdicts=all_over(before, *others))
    now, memory = at("2021-05-28 12:00"), Memory()
    assert plan(before, history, now, memory=memory) == plan(before, history, now)
    after = agenda(catalog(*(item(name, dates[name]) for name in (*others, "late"))), before)
    quick = plan(after, history, now, memory=memory)
    assert [each.delivery.key.item for each in quick.due] == ["late"]
    assert quick == plan(after, history, now)


def test_what_found_no_room_does_not_hide_an_earlier_instant_beyond_the_horizon() -> None:
    """It stands at its nominal instant, a week after the day on which it was held."""
    holidays = frozenset({day("2021-06-21")})
    one_a_day = schedule("on the day at 10:00", per_day=1, holidays=holidays)
    crowd = [item(f"crowd-{n}", days("2021-06-28")) for n in range(6)]
    made = agenda(catalog(*crowd, schedules=(one_a_day,)))
    assert [each.key.item for each in made.deliveries.values() if each.held] == ["crowd-5"]
    later = plan(made, History(), at("2021-05-01 12:00"), memory=Memory()).next
    assert later == at("2021-06-22 10:00")


# --- while nothing changes ----------------------------------------------------------------------


def test_while_nothing_was_written_what_was_planned_holds_until_something_is_due() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    first = plan(made, counted(1), at("2021-05-13 09:00"), memory=memory)
    assert plan(made, counted(1), at("2021-05-13 09:30"), memory=memory).later is first.later
    due = plan(made, counted(1), at("2021-05-13 10:00"), memory=memory).due
    assert [each.delivery.key for each in due] == [key("festa", "start-7d")]


def test_what_was_written_is_seen_at_once() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    assert len(plan(made, counted(1), at("2021-05-13 09:00"), memory=memory).later) == 2
    past = {key("festa", "start-7d"): Past(State.PUBLISHED, at("2021-05-13 09:01"))}
    later = plan(made, counted(2, past=past), at("2021-05-13 09:02"), memory=memory).later
    assert [each.delivery.key for each in later] == [key("festa", "start-1d")]


def test_a_ledger_that_does_not_count_its_changes_is_read_each_time() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    past: dict[Key, Past] = {}
    assert (
        len(plan(made, counted(None, past=past), at("2021-05-13 09:00"), memory=memory).later) == 2
    )
    past[key("festa", "start-7d")] = Past(State.PUBLISHED, at("2021-05-13 09:01"))
    later = plan(made, counted(None, past=past), at("2021-05-13 09:02"), memory=memory).later
    assert [each.delivery.key for each in later] == [key("festa", "start-1d")]


def test_what_has_just_turned_out_not_to_fit_is_held_at_once() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    unfit = {key("festa", "start-7d"): "too short"}
    plan(made, counted(1), at("2021-05-13 09:00"), unfit=unfit, memory=memory)
    unfit[key("festa", "start-1d")] = "too long"
    held = plan(made, counted(1), at("2021-05-13 09:01"), unfit=unfit, memory=memory).held
    assert [each.reason for each in held] == ["too short", "too long"]


def test_a_file_that_has_to_settle_is_waited_for_at_once() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    plan(made, counted(1), at("2021-05-13 09:59"), memory=memory)
    settled = {"content/2021-05.yaml": at("2021-05-13 10:09")}
    later = plan(made, counted(1), at("2021-05-13 09:59"), settled=settled, memory=memory).later
    assert local(later[0].at) == "2021-05-13 10:09"


def test_a_clock_that_goes_back_makes_it_forget() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    plan(made, counted(1), at("2021-05-13 09:00"), memory=memory)
    assert plan(made, counted(1), at("2021-05-04 09:00"), memory=memory).later == ()


def test_with_a_new_day_another_one_comes_near() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    assert plan(made, counted(1), at("2021-05-04 23:59"), memory=memory).later == ()
    later = plan(made, counted(1), at("2021-05-05 00:00"), memory=memory).later
    assert [local(each.at) for each in later] == ["2021-05-13 10:00"]


def test_what_is_due_stays_due_until_it_goes_out() -> None:
    made = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    for now in ("2021-05-13 10:00", "2021-05-13 10:01"):
        assert [
            each.delivery.key for each in plan(made, counted(1), at(now), memory=memory).due
        ] == [key("festa", "start-7d")]


def test_another_file_is_seen_at_once() -> None:
    before = agenda(catalog(item("festa", days("2021-05-20"))))
    memory = Memory()
    plan(before, counted(1), at("2021-05-13 09:00"), memory=memory)
    moved = item("festa", days("2021-05-21"))
    after = agenda(replace(before.catalog, items={"festa": moved}), before)
    later = plan(after, counted(1), at("2021-05-13 09:01"), memory=memory).later
    assert [local(each.at) for each in later] == ["2021-05-14 10:00", "2021-05-20 17:30"]


def test_what_is_late_leaves_room_as_far_as_a_tick_looks_ahead_and_no_further() -> None:
    """With ten days between two posts, what comes in two weeks must not decide what goes out now."""
    ladder = schedule("1 day before at 17:30", gap=timedelta(days=10))
    late = item("late", days("2021-05-05/2021-05-30"))
    near, far = item("near", days("2021-05-08")), item("far", days("2021-05-21"))
    made = agenda(catalog(late, near, far, schedules=(ladder,)))
    now = at("2021-05-06 12:00")
    for memory in (None, Memory()):
        planned = plan(made, History(), now, memory=memory)
        assert [each.delivery.key.item for each in planned.due] == []
        assert [local(each.at) for each in planned.later if each.delivery.key.item == "late"] == [
            "2021-05-17 17:30"
        ]

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.agenda import Agenda, agenda
from bot.core.history import ChannelPast, History, Past
from bot.core.model import MONTH, SEVERAL, Blackout, Delivery, Item, Key, Mark
from bot.core.plan import Plan, plan
from bot.core.states import State
from tests.core.book import Book, play
from tests.core.build import at, catalog, day, days, hour, item, local, schedule

CHANNEL = "telegram-it"
LONG_AGO = at("2021-01-01 09:00")
QUEUED = at("2021-05-18 11:00")


def late(count: int, **more: object) -> list[Item]:
    """So many items of one file, each a week's notice late on 18 May."""
    return [item(f"evento-{n}", days(f"2021-05-{20 + n}"), **more) for n in range(count)]


def joined(*items: Item, seen: datetime = QUEUED) -> History:
    return History(
        channels={CHANNEL: ChannelPast(LONG_AGO)}, seen={each.id: seen for each in items}
    )


def at_eleven(*items: Item, history: History | None = None) -> Plan:
    return plan(agenda(catalog(*items)), history or joined(*items), QUEUED)


def round_ups(planned: Plan) -> list[Delivery]:
    return [e.delivery for e in (*planned.due, *planned.later) if e.delivery.is_round_up]


def test_four_items_of_a_file_that_join_late_are_said_in_one_post() -> None:
    [found] = round_ups(at_eleven(*late(4)))
    assert found.key == Key(SEVERAL, 1, "evento-0", MONTH, CHANNEL)
    assert found.listed == ("evento-0", "evento-1", "evento-2", "evento-3")
    assert [str(each.key) for each in found.settles] == [
        f"evento-{n}/1/-/start-7d/telegram-it/announce" for n in range(4)
    ]
    assert found.deadline == min(each.deadline for each in found.settles)


def test_three_are_said_one_by_one() -> None:
    planned = at_eleven(*late(3))
    assert round_ups(planned) == []
    assert len(planned.due) + len(planned.later) == 6


def test_items_of_several_files_do_not_share_one() -> None:
    items = late(4)
    items[3] = replace(items[3], mark=Mark("content/other.yaml", 1, 1))
    assert round_ups(at_eleven(*items)) == []


def test_after_an_outage_there_is_no_round_up_since_all_were_queued_in_time() -> None:
    items = late(4)
    assert round_ups(at_eleven(*items, history=joined(*items, seen=LONG_AGO))) == []


def test_what_its_round_up_settled_is_not_said_again_and_the_later_steps_are() -> None:
    items = late(5)
    played = play(
        [(LONG_AGO, agenda(catalog())), (QUEUED, agenda(catalog(*items)))],
        at("2021-06-01 09:00"),
        book=Book(since=LONG_AGO),
    )
    said = [(each.key.item, each.key.step) for each, _ in played.published]
    assert said[0] == ("*", "month")
    assert sorted(said[1:]) == [(f"evento-{n}", "start-1d") for n in range(5)]
    assert played.judged == []
    assert played.last is not None
    assert played.last.held == ()


def test_a_round_up_that_may_be_public_keeps_what_it_settles() -> None:
    items = late(4)
    [found] = round_ups(at_eleven(*items))
    unknown = {each.key: Past(State.UNKNOWN, QUEUED) for each in (found, *found.settles)}
    planned = at_eleven(*items, history=replace(joined(*items), past=unknown))
    assert planned.due == ()
    assert {each.delivery.key.step for each in planned.later} == {"start-1d"}
    assert {each.reason for each in planned.held} == {"it may be public: a person must look"}


def test_a_deferred_round_up_comes_again_as_the_same_delivery() -> None:
    items = late(4)
    [found] = round_ups(at_eleven(*items))
    deferred = Past(State.DEFERRED, QUEUED, at("2021-05-18 11:20"))
    past = {each.key: deferred for each in (found, *found.settles)}
    history = replace(joined(*items), past=past)
    waiting = plan(agenda(catalog(*items)), history, at("2021-05-18 11:10"))
    assert waiting.due == ()
    again = plan(agenda(catalog(*items)), history, at("2021-05-18 11:20"))
    assert [each.delivery.key for each in again.due] == [found.key]


def test_what_the_platform_refused_as_one_post_is_said_in_several() -> None:
    items = late(4)
    [found] = round_ups(at_eleven(*items))
    history = replace(joined(*items), past={found.key: Past(State.REJECTED, QUEUED)})
    planned = at_eleven(*items, history=history)
    assert round_ups(planned) == []
    assert len(planned.due) + len(planned.later) == 8


def test_a_second_batch_led_by_an_item_that_led_before_takes_another_name() -> None:
    items = late(4)
    [found] = round_ups(at_eleven(*items))
    history = replace(joined(*items), past={found.key: Past(State.PUBLISHED, LONG_AGO)})
    [again] = round_ups(at_eleven(*items, history=history))
    assert again.key.occurrence == "evento-1"
    assert again.listed == found.listed


def test_what_ends_before_the_channel_opens_does_not_hold_the_others() -> None:
    """Queued on a Friday night; one of them is on Saturday and is lost, the others go on Monday."""
    friday = at("2021-05-14 21:00")
    items = [item(f"evento-{n}", days(f"2021-05-{19 + n}")) for n in range(4)]
    items.append(item("sabato", hour("2021-05-15 11:00")))
    planned = plan(agenda(catalog(*items)), joined(*items, seen=friday), friday)
    [found] = round_ups(planned)
    assert "sabato" not in found.listed
    [at_opening] = [e for e in planned.later if e.delivery.is_round_up]
    assert local(at_opening.at) == "2021-05-17 08:30"


def test_an_item_on_another_schedule_is_gathered_too_but_not_one_said_a_day_ago() -> None:
    items = late(5)
    items[4] = replace(items[4], schedule="notice")
    notice = schedule("7 days before at 10:00", name="notice")
    made: Agenda = agenda(catalog(*items, schedules=(schedule(), notice)))
    history = replace(joined(*items), said={("evento-0", CHANNEL): at("2021-05-17 12:00")})
    [found] = round_ups(plan(made, history, QUEUED))
    assert found.listed == ("evento-1", "evento-2", "evento-3", "evento-4")


def test_one_that_rests_after_a_trouble_is_not_gathered() -> None:
    items = late(5)
    resting = Past(State.DEFERRED, QUEUED, at("2021-05-18 11:30"))
    key = Key("evento-1", 1, "-", "start-7d", CHANNEL)
    [found] = round_ups(at_eleven(*items, history=replace(joined(*items), past={key: resting})))
    assert found.listed == ("evento-0", "evento-2", "evento-3", "evento-4")


def test_one_that_ends_before_its_file_has_settled_does_not_hold_the_others() -> None:
    items = [*late(4), item("subito", hour("2021-05-18 11:40"))]
    settled = {"content/2021-05.yaml": at("2021-05-18 11:10")}
    planned = plan(agenda(catalog(*items)), joined(*items), QUEUED, settled=settled)
    [found] = round_ups(planned)
    assert "subito" not in found.listed


def test_what_is_essential_does_not_wait_with_the_rest() -> None:
    """Five items of one file in an election silence: four of them may still be said."""
    silence = Blackout(day("2021-05-10"), day("2021-05-19"), "par condicio", except_essential=True)
    items = [*late(4, essential=True), item("altro", days("2021-05-24"))]
    made = agenda(catalog(*items, schedules=(schedule(blackouts=(silence,)),)))
    planned = plan(made, joined(*items), QUEUED)
    [due] = planned.due
    assert due.delivery.listed == ("evento-0", "evento-1", "evento-2", "evento-3")
    assert due.delivery.essential
    assert "altro" in {each.delivery.key.item for each in planned.later}


def test_what_can_not_be_set_as_one_post_is_said_in_several() -> None:
    items = late(4)
    [found] = round_ups(at_eleven(*items))
    unfit = {found.key: "too few of its items fit"}
    planned = plan(agenda(catalog(*items)), joined(*items), QUEUED, unfit=unfit)
    assert round_ups(planned) == []
    assert len(planned.due) + len(planned.later) == 8


def test_two_late_posts_of_one_item_never_go_in_one_tick() -> None:
    """A list, late as a whole and for one of its days, on a channel that keeps no gap."""
    corso = item("corso", days("2021-05-20", "2021-05-24"))
    ladder = schedule(
        "10 days before at 10:00", each_date=("5 days before at 10:00",), gap=timedelta(0)
    )
    made = agenda(catalog(corso, schedules=(ladder,)))
    planned = plan(made, joined(corso), at("2021-05-19 11:00"))
    assert len(planned.due) == 1

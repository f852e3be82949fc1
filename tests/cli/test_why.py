"""Why each post of an item stands where it stands, in sentences."""

from __future__ import annotations

from datetime import time

import pytest

from bot.cli.why import move_in_words, why
from bot.core.agenda import Agenda, agenda
from bot.core.history import ChannelPast, Given, History, Past
from bot.core.model import (
    AnnounceOn,
    Blackout,
    Catalog,
    Item,
    Key,
    Move,
    Silence,
    Status,
    Verdict,
    Words,
)
from bot.core.plan import plan
from bot.core.states import State
from tests.core.build import at, catalog, day, days, hour, item, schedule


def told(
    made: Agenda, item_id: str, now: str = "2021-04-01 09:00", history: History | None = None
) -> str:
    known = history or History()
    return "\n".join(why(made, item_id, plan(made, known, at(now)), known))


def told_of(what: Catalog, item_id: str = "festa", now: str = "2021-04-01 09:00") -> str:
    return told(agenda(what), item_id, now)


def test_what_nothing_stands_in_the_way_of_stands_where_its_ladder_asks() -> None:
    assert told_of(catalog(item("festa", hour("2021-05-07 11:00")))) == (
        "telegram-it, start-7d\n"
        "  The ladder asks for Friday 30 April 2021 at 10:00.\n"
        "  It is to go out on Friday 30 April 2021 at 10:00.\n"
        "  From Thursday 6 May 2021 at 17:30 on it is too late: then its next step is due.\n"
        "telegram-it, start-1d\n"
        "  The ladder asks for Thursday 6 May 2021 at 17:30.\n"
        "  It is to go out on Thursday 6 May 2021 at 17:30.\n"
        "  From Friday 7 May 2021 at 10:30 on it is too late."
    )


def test_each_day_that_was_closed_is_told_on_the_way_to_where_it_stands() -> None:
    eve = told_of(catalog(item("festa", days("2021-05-03")))).split("start-1d\n")[1]
    assert eve == (
        "  The ladder asks for Sunday 2 May 2021 at 17:30.\n"
        "  Sunday 2 May is closed.\n"
        "  Saturday 1 May is a holiday.\n"
        "  So it stands on Friday 30 April 2021 at 17:30.\n"
        "  It is to go out on Friday 30 April 2021 at 17:30.\n"
        "  From Monday 3 May 2021 at 12:00 on it is too late."
    )


def test_a_day_that_is_full_and_a_gap_are_told() -> None:
    one = schedule("1 day before at 10:00", per_day=2)
    made = agenda(
        catalog(*(item(name, days("2021-05-07")) for name in ("a", "b", "c")), schedules=(one,))
    )
    assert "There must be 30 minutes between two posts of a channel.\n" in told(made, "b")
    assert "  2 posts stand on Thursday 6 May already.\n  So it stands on Wednesday 5 May" in told(
        made, "c"
    )


def test_hours_silences_and_blackouts_are_told_with_their_reason() -> None:
    silence = Silence(time(9), time(11), "a vigil", days=frozenset({(5, 6)}))
    quiet = schedule("1 day before at 10:00", silences=(silence,))
    late = schedule("1 day before at 22:00")
    election = schedule(
        "1 day before at 10:00",
        blackouts=(Blackout(day("2021-05-05"), day("2021-05-06"), "par condicio"),),
    )
    what = item("festa", days("2021-05-07"))
    assert "  A silence (a vigil) is kept at that hour.\n  So it stands on Thursday 6 May" in (
        told_of(catalog(what, schedules=(quiet,)))
    )
    assert "  Posts go out at 08:30–19:30 only.\n  So it stands on Thursday 6 May" in told_of(
        catalog(what, schedules=(late,))
    )
    # two days of one blackout are one reason
    assert told_of(catalog(what, schedules=(election,))).count("A blackout") == 1
    assert "  A blackout (par condicio) lasts until Thursday 6 May.\n" in told_of(
        catalog(what, schedules=(election,))
    )


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        (Move("blackout", ", until 2021-05-06"), "A blackout lasts until Thursday 6 May"),
        (
            Move("blackout", "closed, until Easter, until 2021-05-06"),
            "A blackout (closed, until Easter) lasts until Thursday 6 May",
        ),
        (Move("full day", "1 posts on 2021-05-06"), "1 post stands on Thursday 6 May already"),
        (
            Move("spacing", "48 hours to the next post of the same item"),
            "There must be 48 hours to the next post of the same item",
        ),
        (Move("something new", "indeed"), "something new: indeed"),
    ],
)
def test_every_move_is_a_sentence(move: Move, sentence: str) -> None:
    assert move_in_words(move) == sentence


def test_what_finds_no_room_is_held_and_stands_nowhere() -> None:
    closed = schedule(
        "1 day before at 10:00",
        blackouts=(Blackout(day("2021-04-01"), day("2021-05-06"), "works"),),
    )
    lines = told_of(catalog(item("festa", days("2021-05-07")), schedules=(closed,)))
    assert "It is held: no room in the 7 days before (blackout: works, until 2021-05-06)." in lines
    assert "So it stands" not in lines


def test_what_is_late_says_so() -> None:
    lines = told_of(catalog(item("festa", days("2021-05-07"))), now="2021-05-03 09:00")
    assert "  It is due now, late, it was due 2021-04-30 10:00.\n" in lines


def test_the_book_tells_what_became_of_a_post() -> None:
    made = agenda(catalog(item("festa", days("2021-05-07"))))
    first, second = (Key("festa", 1, "-", step, "telegram-it") for step in ("start-7d", "start-1d"))
    since = {"telegram-it": ChannelPast(since=at("2021-04-01 00:00"))}

    def after(state: State) -> str:
        past = {first: Past(state, at("2021-04-30 10:00"))}
        return told(made, "festa", "2021-04-30 10:01", History(past=past, channels=since))

    when = "Friday 30 April 2021 at 10:00"
    assert f"  It was published on {when}.\n" in after(State.PUBLISHED)
    assert f"  It may be public since {when}: a person must look.\n" in after(State.UNKNOWN)
    assert f"  It is being sent, since {when}.\n" in after(State.SENDING)
    assert f"  The platform refused it on {when}: it is not sent again.\n" in after(State.REJECTED)
    assert "  It is due now" in after(State.DEFERRED)
    judged = History(verdicts={second: Given(Verdict.WITHDRAWN, "called off")}, channels=since)
    assert "  It will never be sent (withdrawn): called off.\n" in told(
        made, "festa", history=judged
    )


def test_a_post_that_came_too_late_is_told_with_the_verdict_that_it_gets() -> None:
    lines = told_of(catalog(item("festa", days("2021-05-07"))), now="2021-05-08 09:00")
    assert lines.count("It will never be sent (missed): ") == 2


def test_days_that_staff_chose_and_news_are_told_as_such() -> None:
    asked = item("festa", days("2021-05-07"), announce_on=(AnnounceOn(day("2021-05-04"), time(9)),))
    news = item("festa", queued_from=day("2021-05-01"), expires=day("2021-06-30"))
    assert "  Staff asked for Tuesday 4 May 2021 at 09:00.\n" in told_of(catalog(asked))
    assert "  News without a date is asked for on Saturday 1 May 2021 at 10:00.\n" in told_of(
        catalog(news)
    )


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (item("altro", days("2021-05-07")), "There is no item festa."),
        (
            item("festa", days("2021-05-07"), status=Status.DRAFT),
            "festa is a draft: nothing of it is announced.",
        ),
        (
            item("festa", days("2021-05-07"), status=Status.CANCELLED),
            "festa is cancelled: nothing of it is announced.",
        ),
        (
            item("festa", days("2021-05-07"), words={"en": Words("Party")}),
            "No channel carries festa: none that it may use speaks its language (en).",
        ),
        (
            item("festa", days("2021-05-07"), schedule="long"),
            "Nothing of festa is announced: the schedule long has a fault or is not there.",
        ),
        (item("festa"), "No step of the ladder is for festa: nothing of it is announced."),
    ],
)
def test_an_item_without_a_post_is_told_why(what: Item, sentence: str) -> None:
    assert told_of(catalog(what)) == sentence

"""A week as an office lives it, and ten troubles: each is told to admins once, in time, and in words to act on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.desk.days import END, ROME, week
from tests.desk.killed import alarms, live_and_die
from tests.desk.town import FOLLOWERS
from tests.desk.troubles import SILENCE, TROUBLES, Trouble
from tests.desk.watchman import Told
from tests.desk.week import live, public_of


async def test_a_healthy_week_tells_tomorrow_and_monday_and_nothing_else(tmp_path: Path) -> None:
    async with week(tmp_path) as here:
        await here.town.play(END)
        assert here.news() == []
        told, posts = here.town.told, here.town.to_followers
    headings = [
        (each.at.astimezone(ROME).strftime("%a %H:%M"), each.text.splitlines()[0])
        for each in told
        if each.text.startswith(("Prossimo", "La settimana"))
    ]
    assert headings == [
        ("Mon 09:00", "La settimana"),
        ("Mon 15:00", "Prossimo giorno di lavoro, martedì 4 maggio: 4 annunci, come usciranno"),
        ("Tue 15:00", "Prossimo giorno di lavoro, mercoledì 5 maggio: 4 annunci, come usciranno"),
        ("Wed 15:00", "Prossimo giorno di lavoro, giovedì 6 maggio: 4 annunci, come usciranno"),
        ("Thu 15:00", "Prossimo giorno di lavoro, venerdì 7 maggio: 6 annunci, come usciranno"),
        ("Fri 15:00", "Prossimo giorno di lavoro, lunedì 10 maggio: 4 annunci, come usciranno"),
        ("Mon 09:00", "La settimana"),
    ]
    shown = [each for each in told if not each.text.startswith(("Prossimo", "La settimana"))]
    assert len(shown) == 22
    assert len(posts) == 20  # those of Monday afternoon are still to come
    for number, post in enumerate(posts):
        [same] = [each for each in shown if each.text == post.text]
        assert post.channel != FOLLOWERS.address or same.entities == post.entities, number


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.name)
async def test_a_trouble_is_told_once_in_time_and_in_words_to_act_on(
    trouble: Trouble, tmp_path: Path
) -> None:
    measured = await live(trouble, tmp_path)
    assert [(each.title, each.way) for each in measured.told] == [(trouble.title, trouble.way)]
    [told] = measured.told
    assert told.at - trouble.begins <= trouble.within
    assert [each for each in (*trouble.words, "Che fare:") if each not in told.text] == []
    assert public_of(told) == [trouble.public]
    assert measured.settled is not None
    assert measured.settled - measured.mended <= trouble.settled_within
    assert measured.later == ()


async def test_a_service_that_was_killed_is_missed_from_outside_and_its_last_ping_says_what_to_do(
    tmp_path: Path,
) -> None:
    death = await live_and_die(tmp_path)
    assert timedelta(0) < death.down.at - death.at <= SILENCE
    assert not death.down.is_up
    assert "What is out is public and stays, nothing more goes out." in death.down.last
    assert "start it again: nothing is sent twice" in death.down.last
    assert death.up.is_up


def test_a_watcher_wakes_nobody_while_pings_are_no_later_than_its_grace() -> None:
    began = datetime(2021, 5, 3, 8, tzinfo=UTC)
    pings = [Told("/a", "ok", began + each * timedelta(minutes=6)) for each in range(10)]
    assert alarms(pings, began + timedelta(hours=1)) == []
    assert [each.is_up for each in alarms(pings[::2], began + timedelta(hours=1))] == [
        *(False, True) * 4,
        False,
    ]

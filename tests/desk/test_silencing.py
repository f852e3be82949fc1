"""What is understood of the words behind /pause and /resume."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.chat.silencing import (
    Names,
    NoEnd,
    NoSuch,
    Silence,
    cleaned,
    nearest,
    read_end,
    read_scope,
)
from bot.desk.instants import Amiss

NAMES = Names(("telegram-it", "x-it"), ("festa", "festa-della-musica", "mostra"))
ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2021, 5, 4, 8, 0, tzinfo=UTC)  # 10:00 in Rome


@pytest.mark.parametrize(
    ("written", "channel", "item", "left"),
    [
        ("", "", "", ""),
        ("x-it", "x-it", "", ""),
        ("X-IT guasto", "x-it", "", "guasto"),
        ("festa 2h piove", "", "festa", "2h piove"),
        ("x-it festa", "x-it", "festa", ""),
        ("festa x-it piove", "x-it", "festa", "piove"),
        ("tutto festa", "", "", "festa"),
        ("everything 2h", "", "", "2h"),
        ("all", "", "", ""),
        ("2h", "", "", "2h"),
        ("2021-05-06 18:00", "", "", "2021-05-06 18:00"),
        ("il sito è giù", "", "", "il sito è giù"),
    ],
)
def test_a_channel_an_item_or_both_are_found_by_name(
    written: str, channel: str, item: str, left: str
) -> None:
    assert read_scope(written.split(), NAMES) == (Silence(channel, item), left.split())


@pytest.mark.parametrize("written", ["x-ti", "telegram-en guasto", "mostar", "festa-del-vino 2h"])
def test_a_slip_of_a_name_never_silences_everything(written: str) -> None:
    assert isinstance(read_scope(written.split(), NAMES), NoSuch)


@pytest.mark.parametrize(
    ("written", "end", "left"),
    [
        ("2h piove", "2021-05-04 12:00", "piove"),
        ("2 h piove", "2021-05-04 12:00", "piove"),
        ("2g", "2021-05-06 10:00", ""),
        ("18:00 piove", "2021-05-04 18:00", "piove"),
        ("9:00", "2021-05-05 09:00", ""),
        ("2021-05-06 18:00 piove", "2021-05-06 18:00", "piove"),
        ("2021-05-06 piove", "2021-05-06 00:00", "piove"),
    ],
)
def test_an_end_is_read_on_the_clocks_of_the_channel(written: str, end: str, left: str) -> None:
    found = read_end(written.split(), NOW, ROME)
    assert not isinstance(found, NoEnd)
    until, rest = found
    assert until is not None
    assert f"{until.astimezone(ROME):%Y-%m-%d %H:%M}" == end
    assert rest == left.split()


@pytest.mark.parametrize("written", ["", "piove", "piove 2h", "2 persone malate"])
def test_what_is_no_end_is_a_reason(written: str) -> None:
    assert read_end(written.split(), NOW, ROME) == (None, written.split())


def test_an_end_that_is_past_or_no_hour_is_told() -> None:
    assert read_end(["25:00"], NOW, ROME) == NoEnd("25:00", Amiss.NO_SUCH_HOUR)
    assert read_end(["2021-05-03"], NOW, ROME) == NoEnd("2021-05-03", Amiss.PAST)
    assert read_end(["0h"], NOW, ROME) == NoEnd("0h", Amiss.PAST)


def test_names_that_are_much_like_it_are_found() -> None:
    assert nearest("musica", NAMES.items) == ("festa-della-musica",)
    assert nearest("fest", NAMES.items)[0] == "festa"
    assert nearest("zzz", NAMES.items) == ()


def test_a_reason_loses_what_can_t_be_seen() -> None:
    assert cleaned("a\u202eb\n\tc\x00\u2066d  e") == "ab c d e"
    assert cleaned("👩\u200d🚒 al lavoro") == "👩\u200d🚒 al lavoro"


@given(st.text())
def test_any_words_are_understood_somehow(text: str) -> None:
    found = read_scope(text.split(), NAMES)
    if not isinstance(found, NoSuch):
        read_end(found[1], NOW, ROME)
    assert "\n" not in cleaned(text)

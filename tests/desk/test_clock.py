"""How far this machine's clock is off, by what another showed between question and answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.clock import Offset, in_words, judged, offset
from bot.publishers.probe import Heard, Sign

THEIRS = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def heard(ahead: float, took: float = 0.2) -> Heard:
    """An answer that came after `took` seconds, while our clock was ahead by `ahead` seconds or so."""
    return Heard(THEIRS, THEIRS + seconds(ahead), THEIRS + seconds(ahead + took))


def test_the_truth_lies_between_what_question_and_answer_allow() -> None:
    assert offset(heard(40, took=2)) == Offset(seconds(39), seconds(42))


def test_a_clock_of_parts_of_a_second_is_known_better() -> None:
    exact = Heard(THEIRS, THEIRS, THEIRS + seconds(0.5), grain=timedelta(0))
    assert offset(exact) == Offset(seconds(0), seconds(0.5))


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (-600, "this machine's clock is 10 minutes behind Telegram's"),
        (600, "this machine's clock is 10 minutes ahead of Telegram's"),
        (-45, "this machine's clock is 45 seconds behind Telegram's"),
        (7200, "this machine's clock is 2 hours ahead of Telegram's"),
        (-86400 * 365, "this machine's clock is 365 days behind Telegram's"),
    ],
)
def test_a_clock_more_than_half_a_minute_off_is_a_fault_with_its_way(
    ahead: float, said: str
) -> None:
    found = judged(heard(ahead), "Telegram's")
    assert (found.sign, found.said) == (Sign.FAULT, said)
    assert found.do


@pytest.mark.parametrize("ahead", [-28, 0, 28])
def test_a_clock_that_is_right_enough_is_fine(ahead: float) -> None:
    assert judged(heard(ahead), "Telegram's").sign is Sign.OK


def test_a_slow_answer_is_no_proof() -> None:
    assert judged(heard(20, took=60), "Telegram's").sign is Sign.UNKNOWN
    assert judged(heard(-80, took=60), "Telegram's").sign is Sign.UNKNOWN
    assert judged(heard(-200, took=60), "Telegram's").sign is Sign.FAULT


@pytest.mark.parametrize(
    ("length", "words"),
    [(1, "1 second"), (45, "45 seconds"), (100, "2 minutes"), (5400, "2 hours"), (86400, "24 hours")],
)  # fmt: skip
def test_a_length_is_told_in_one_unit(length: float, words: str) -> None:
    assert in_words(seconds(length)) == words

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bot.core.model import Precision, Span, When
from bot.render.lead import lead
from bot.render.words import VOCABULARIES
from tests.render.build import ROME, dates, day, days, rome


def said(when: When | None, at: datetime, language: str = "it") -> str:
    return lead(when, at.astimezone(ROME), ROME, VOCABULARIES[language]).text


def true_until(when: When, at: datetime) -> datetime | None:
    return lead(when, at.astimezone(ROME), ROME, VOCABULARIES["it"]).until


@pytest.mark.parametrize(
    ("at", "italian", "english"),
    [
        (rome(4, 23), "Tra due settimane", "In two weeks"),
        (rome(4, 27), "Tra dieci giorni", "In ten days"),
        (rome(4, 30), "Tra una settimana", "In one week"),
        (rome(5, 4), "Tra tre giorni", "In three days"),
        (rome(5, 5), "Dopodomani", "In two days"),
        (rome(5, 6), "Domani alle 11", "Tomorrow at 11:00"),
        (rome(5, 6, 23, 59), "Domani alle 11", "Tomorrow at 11:00"),
        (rome(5, 7, 0, 1), "Oggi alle 11", "Today at 11:00"),
        (rome(5, 7, 10, 59), "Oggi alle 11", "Today at 11:00"),
        (rome(5, 7, 11), "Oggi", "Today"),
        (rome(5, 8), "", ""),
        (rome(3, 1), "", ""),
    ],
)
def test_a_day_with_an_hour_is_counted_down(at: datetime, italian: str, english: str) -> None:
    when = dates("7 maggio, ore 11", day(5, 7, time(11)))

    assert said(when, at) == italian
    assert said(when, at, "en") == english


def test_a_day_without_an_hour_is_today_until_midnight() -> None:
    when = dates("7 maggio", day(5, 7))

    assert said(when, rome(5, 6)) == "Domani"
    assert said(when, rome(5, 7)) == "Oggi"


def test_an_event_with_an_end_is_under_way_between_its_hours() -> None:
    when = dates("7 maggio, ore 11-13", day(5, 7, time(11), time(13)))

    assert said(when, rome(5, 7, 12)) == "In corso"
    assert said(when, rome(5, 7, 13)) == ""


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (rome(5, 8), "Tra una settimana"),
        (rome(5, 14), "Da domani"),
        (rome(5, 15), "Da oggi"),
        (rome(5, 16), "In corso"),
        (rome(10, 17), "In corso"),
        (rome(10, 18), "Ultimi giorni"),
        (rome(10, 20), "Ultimi giorni"),
        (rome(10, 21), "Ultimo giorno"),
        (rome(10, 22), ""),
    ],
)
def test_a_long_range_begins_runs_and_ends(at: datetime, words: str) -> None:
    assert said(dates("dal 15 maggio al 21 ottobre", days((5, 15), (10, 21))), at) == words


def test_a_range_under_a_week_has_no_last_days() -> None:
    when = dates("19-21 maggio", days((5, 19), (5, 21)))

    assert said(when, rome(5, 20)) == "In corso"
    assert said(when, rome(5, 21)) == "Ultimo giorno"


def test_nothing_is_said_to_run_when_its_beginning_or_its_end_is_unknown() -> None:
    assert said(dates("fino al 28 novembre", days(None, (11, 28))), rome(10, 1)) == ""
    assert said(dates("fino al 28 novembre", days(None, (11, 28))), rome(11, 26)) == "Ultimi giorni"
    assert said(dates("dal 15 maggio", days((5, 15), None)), rome(6, 1)) == ""


@pytest.mark.parametrize(
    ("at", "italian", "english"),
    [
        (rome(5, 14), "Mancano due settimane", "Two weeks left"),
        (rome(5, 21), "Manca una settimana", "One week left"),
        (rome(5, 25), "Mancano tre giorni", "Three days left"),
        (rome(5, 26), "Mancano due giorni", "Two days left"),
        (rome(5, 27), "Scade domani", "Closes tomorrow"),
        (rome(5, 28), "Ultimo giorno", "Last day"),
        (rome(5, 29), "", ""),
    ],
)
def test_a_deadline_is_counted_down(at: datetime, italian: str, english: str) -> None:
    when = dates("entro il 28 maggio", days(None, (5, 28)), deadline=True)

    assert said(when, at) == italian
    assert said(when, at, "en") == english


def test_a_deadline_with_an_hour_is_over_at_that_hour() -> None:
    span = Span(None, date(2021, 5, 28), Precision.TIME, None, time(12))
    when = dates("entro le ore 12 del 28 maggio", span, deadline=True)

    assert said(when, rome(5, 28, 11, 59)) == "Ultimo giorno"
    assert true_until(when, rome(5, 28, 11, 59)) == rome(5, 28, 12)
    assert said(when, rome(5, 28, 12)) == ""


def test_of_a_list_the_next_date_counts() -> None:
    when = dates("5, 10 e 19 maggio", day(5, 5), day(5, 10), day(5, 19))

    assert said(when, rome(5, 3)) == "Dopodomani"
    assert said(when, rome(5, 6)) == "Tra quattro giorni"
    assert said(when, rome(5, 9)) == "Domani"
    assert said(when, rome(5, 18)) == "Domani"


@pytest.mark.parametrize(
    ("at", "italian", "english"),
    [
        (rome(5, 3), "Dopodomani", "In two days"),
        (rome(5, 4), "Domani e lunedì", "Tomorrow and Monday"),
        (rome(5, 5), "Oggi e lunedì", "Today and Monday"),
        (rome(5, 9), "Domani e mercoledì", "Tomorrow and Wednesday"),
        (rome(5, 10), "Oggi e mercoledì", "Today and Wednesday"),
        (rome(5, 11), "Domani", "Tomorrow"),
        (rome(5, 12), "Oggi", "Today"),
    ],
)
def test_days_of_a_list_that_lie_close_together_are_said_together(
    at: datetime, italian: str, english: str
) -> None:
    when = dates("5, 10 e 12 maggio", day(5, 5), day(5, 10), day(5, 12))

    assert said(when, at) == italian
    assert said(when, at, "en") == english


def test_three_days_are_listed_and_more_are_left_to_the_line_of_dates() -> None:
    three = dates("4, 6 e 8 maggio", day(5, 4), day(5, 6), day(5, 8))
    four = dates("4-7 maggio", day(5, 4), day(5, 5), day(5, 6), day(5, 7))

    assert said(three, rome(5, 3)) == "Domani, giovedì e sabato"
    assert said(three, rome(5, 3), "en") == "Tomorrow, Thursday and Saturday"
    assert said(four, rome(5, 3)) == "Domani"
    assert said(four, rome(5, 4)) == "Oggi"
    assert said(four, rome(5, 5)) == "Oggi, domani e venerdì"
    assert said(four, rome(5, 5), "en") == "Today, tomorrow and Friday"


def test_a_weekday_is_said_only_where_it_can_not_be_taken_for_today() -> None:
    # said on Monday 3 May, "lunedì" could be today as well as the 10th
    assert said(dates("4 e 10 maggio", day(5, 4), day(5, 10)), rome(5, 3)) == "Domani"
    assert said(dates("4 e 9 maggio", day(5, 4), day(5, 9)), rome(5, 3)) == "Domani e domenica"


def test_days_with_hours_and_ranges_of_a_list_keep_their_own_words() -> None:
    hours = dates("4 e 6 maggio, ore 21", day(5, 4, time(21)), day(5, 6, time(21)))
    ranges = dates("4 e 6-8 maggio", day(5, 4), days((5, 6), (5, 8)))
    deadlines = dates("entro il 4 e il 6 maggio", day(5, 4), day(5, 6), deadline=True)

    assert said(hours, rome(5, 3)) == "Domani alle 21"
    assert said(ranges, rome(5, 3)) == "Domani"
    assert said(deadlines, rome(5, 3)) == "Scade domani"


def test_days_said_together_are_true_until_the_local_midnight() -> None:
    when = dates("5 e 10 maggio", day(5, 5), day(5, 10))

    assert true_until(when, rome(5, 4)) == datetime(2021, 5, 4, 22, 0, tzinfo=UTC)
    assert true_until(when, rome(5, 5)) == datetime(2021, 5, 5, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize("precision", [Precision.PART, Precision.MONTH])
def test_a_date_coarser_than_a_day_has_no_countdown(precision: Precision) -> None:
    when = dates("maggio", Span(date(2021, 5, 1), date(2021, 5, 31), precision))

    for moment in (rome(4, 30), rome(5, 1), rome(5, 20), rome(5, 31)):
        assert said(when, moment) == ""


def test_news_has_no_lead() -> None:
    assert said(None, rome(5, 1)) == ""
    assert said(dates("data da definire"), rome(5, 1)) == ""


def test_the_lead_is_true_until_the_local_midnight_or_the_start() -> None:
    when = dates("7 maggio, ore 11", day(5, 7, time(11)))

    assert true_until(when, rome(5, 6)) == datetime(2021, 5, 6, 22, 0, tzinfo=UTC)
    assert true_until(when, rome(5, 7, 8)) == datetime(2021, 5, 7, 9, 0, tzinfo=UTC)
    assert true_until(when, rome(5, 7, 12)) == datetime(2021, 5, 7, 22, 0, tzinfo=UTC)


def test_last_days_are_true_until_the_last_day_begins() -> None:
    when = dates("dal 15 maggio al 21 ottobre", days((5, 15), (10, 21)))

    assert true_until(when, rome(10, 18)) == datetime(2021, 10, 20, 22, 0, tzinfo=UTC)
    assert true_until(when, rome(7, 1)) == datetime(2021, 10, 21, 22, 0, tzinfo=UTC)


def test_midnight_is_the_local_one_when_the_clocks_change() -> None:
    when = dates("29 marzo", day(3, 29))

    assert true_until(when, rome(3, 28)) == datetime(2021, 3, 28, 22, 0, tzinfo=UTC)
    assert true_until(when, rome(3, 27)) == datetime(2021, 3, 27, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "italian", "english"),
    [
        (time(11), "Domani alle 11", "Tomorrow at 11:00"),
        (time(18, 30), "Domani alle 18.30", "Tomorrow at 18:30"),
        (time(9, 5), "Domani alle 9.05", "Tomorrow at 09:05"),
        (time(1), "Domani all’1", "Tomorrow at 01:00"),
        (time(0), "Domani a mezzanotte", "Tomorrow at midnight"),
    ],
)
def test_a_clock_time_is_said_as_people_say_it(start: time, italian: str, english: str) -> None:
    when = dates("7 maggio", day(5, 7, start))

    assert said(when, rome(5, 6)) == italian
    assert said(when, rome(5, 6), "en") == english

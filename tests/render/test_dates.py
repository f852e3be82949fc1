"""How dates are said back, and that what is said is understood again."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.dates import Misread, read
from bot.core.model import Precision, Span, When
from bot.render.dates import MISTAKEN_BEYOND, shown

TODAY = date(2021, 5, 1)


def understood(phrase: str, language: str, year: int = 2021) -> When:
    when = read(phrase, language=language, year=year)
    assert not isinstance(when, Misread), when
    return when


@pytest.mark.parametrize(
    ("phrase", "italian", "english"),
    [
        ("7 maggio", "7 maggio", "7 May"),
        ("venerdì 7 maggio", "7 maggio", "7 May"),
        ("13-14 giugno", "13–14 giugno", "13–14 June"),
        ("28 aprile - 3 maggio", "28 aprile – 3 maggio", "28 April – 3 May"),
        ("28 aprile - 3 maggio 2027", "28 aprile – 3 maggio 2027", "28 April – 3 May 2027"),
        ("dal 15 maggio al 21 ottobre", "15 maggio – 21 ottobre", "15 May – 21 October"),
        ("5, 10 e 12 maggio", "5, 10 e 12 maggio", "5, 10 and 12 May"),
        ("5 e 6 maggio 2027", "5 e 6 maggio 2027", "5 and 6 May 2027"),
        ("30 aprile e 2 maggio", "30 aprile e 2 maggio", "30 April and 2 May"),
        ("5-6 e 10-12 maggio", "5–6 maggio e 10–12 maggio", "5–6 May and 10–12 May"),
        ("dal 15 maggio", "dal 15 maggio", "from 15 May"),
        ("dall'8 maggio", "dall’8 maggio", "from 8 May"),
        ("dall'11 maggio", "dall’11 maggio", "from 11 May"),
        ("fino al 28 settembre", "fino al 28 settembre", "until 28 September"),
        ("entro il 28 settembre", "entro il 28 settembre", "by 28 September"),
        ("entro l'8 settembre ore 12", "entro l’8 settembre, ore 12", "by 8 September, 12:00"),
        ("inizio maggio", "inizio maggio", "early May"),
        ("metà maggio", "metà maggio", "mid-May"),
        ("da metà maggio", "da metà maggio", "from mid-May"),
        ("fino a metà maggio", "fino a metà maggio", "until mid-May"),
        (
            "fine maggio - inizio luglio",
            "da fine maggio a inizio luglio",
            "from late May to early July",
        ),
        ("maggio", "maggio", "May"),
        ("da maggio", "da maggio", "from May"),
        ("entro maggio", "entro fine maggio", "by the end of May"),
        ("maggio-giugno", "maggio–giugno", "May – June"),
        ("maggio 2027", "maggio 2027", "May 2027"),
        ("7 maggio ore 11", "7 maggio, ore 11", "7 May, 11:00"),
        ("7 maggio ore 9.30", "7 maggio, ore 9.30", "7 May, 09:30"),
        ("7 maggio ore 9-12.30", "7 maggio, ore 9.00–12.30", "7 May, 09:00–12:30"),
        ("5 e 6 maggio ore 21", "5 e 6 maggio, ore 21", "5 and 6 May, 21:00"),
        (
            "il 5 maggio alle 21 e il 6 maggio alle 17",
            "5 maggio, ore 21 e 6 maggio, ore 17",
            "5 May, 21:00 and 6 May, 17:00",
        ),
        (
            "1 aprile ore 9 e 5 maggio ore 9 e 6 maggio ore 9",
            "1 aprile, ore 9, 5 maggio, ore 9 e 6 maggio, ore 9",
            "1 April, 09:00, 5 May, 09:00 and 6 May, 09:00",
        ),
        ("autunno", "", ""),
        ("data da definire", "", ""),
    ],
)
def test_dates_are_said_in_the_language_of_the_channel(
    phrase: str, italian: str, english: str
) -> None:
    when = understood(phrase, "it")
    assert shown(when, "it", today=TODAY) == italian
    assert shown(when, "en", today=TODAY) == english


@pytest.mark.parametrize(
    ("phrase", "today", "text"),
    [
        ("7 maggio 2021", date(2021, 1, 1), "7 maggio"),
        ("7 maggio 2021", date(2020, 12, 1), "7 maggio"),
        ("7 maggio 2021", date(2020, 6, 1), "7 maggio 2021"),
        ("7 maggio 2021", date(2022, 6, 1), "7 maggio 2021"),
        ("28 dicembre 2021 - 6 gennaio 2022", date(2021, 12, 1), "28 dicembre – 6 gennaio"),
        (
            "28 dicembre 2021 - 6 gennaio 2022",
            date(2021, 5, 1),
            "28 dicembre 2021 – 6 gennaio 2022",
        ),
        ("da maggio 2021 a maggio 2022", date(2021, 12, 1), "maggio 2021 – maggio 2022"),
    ],
)
def test_a_year_is_said_where_it_could_be_mistaken(phrase: str, today: date, text: str) -> None:
    assert shown(understood(phrase, "it"), "it", today=today) == text


def test_a_year_is_left_out_up_to_half_a_year_away() -> None:
    day = date(2022, 3, 1)
    when = When((Span(day, day, Precision.DAY),), "", "it")
    assert shown(when, "it", today=day - MISTAKEN_BEYOND) == "1 marzo"
    assert shown(when, "it", today=day - MISTAKEN_BEYOND - timedelta(1)) == "1 marzo 2022"


def test_a_language_without_words_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError):
        shown(understood("7 maggio", "it"), "xx", today=TODAY)


# --- said and understood again ------------------------------------------------------------------

days = st.dates(date(2020, 1, 1), date(2029, 12, 31))
hours = st.times(time(9), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
maybe_hours = st.none() | hours


def first_of_part(day: date) -> date:
    return day.replace(day=1 if day.day <= 10 else 11 if day.day <= 20 else 21)


def last_of_part(day: date) -> date:
    if day.day <= 20:
        return day.replace(day=10 if day.day <= 10 else 20)
    return last_of_month(day)


def last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(31)).replace(day=1) - timedelta(1)


@st.composite
def whens(draw: st.DrawFn) -> When:
    """Whatever `read` can return."""
    is_deadline = draw(st.booleans())
    shape = "until" if is_deadline else draw(st.sampled_from(("closed", "from", "until", "list")))
    if shape == "list":
        listed = sorted(draw(st.lists(days, min_size=2, max_size=6, unique=True)))
        at = draw(maybe_hours)
        precision = Precision.TIME if at else Precision.DAY
        return When(tuple(Span(day, day, precision, at) for day in listed), "", "it")
    start, end = sorted((draw(days), draw(days)))
    precision = draw(st.sampled_from(Precision))
    if precision is Precision.PART:
        start, end = first_of_part(start), last_of_part(end)
    if precision is Precision.MONTH:
        start, end = start.replace(day=1), last_of_month(end)
    at = draw(hours) if precision is Precision.TIME else None
    match shape:
        case "from":
            span = Span(start, None, precision, at)
        case "until":
            if precision is Precision.PART and end == last_of_month(end):
                precision = Precision.MONTH  # as `entro fine maggio` is read
            span = Span(None, end, precision, None, at)
        case _:
            span = Span(start, end, precision, at)
    return When((span,), "", "it", is_deadline)


@given(whens(), st.sampled_from(("it", "en")), days)
@settings(max_examples=500)
def test_what_is_said_is_understood_again(when: When, language: str, today: date) -> None:
    text = shown(when, language, today=today)
    again = read(text, language=language, year=when.first.first.year)
    assert not isinstance(again, Misread), (text, again)
    assert (again.spans, again.is_deadline) == (when.spans, when.is_deadline), text


@given(whens(), st.sampled_from(("it", "en")), days)
def test_no_exact_day_is_said_that_nobody_wrote(when: When, language: str, today: date) -> None:
    if when.is_exact:
        return
    text = shown(when, language, today=today)
    assert all(
        len(number) == 4 for number in "".join(c if c.isdigit() else " " for c in text).split()
    )


@pytest.mark.parametrize("start", [time(0), time(1, 5), time(12), time(23, 59)])
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_hour_is_understood_again(start: time, language: str) -> None:
    day = date(2021, 5, 7)
    when = When((Span(day, day, Precision.TIME, start),), "", "it")
    again = understood(shown(when, language, today=TODAY), language)
    assert again.spans == when.spans

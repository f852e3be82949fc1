"""The calendar months in which budgets are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.budget import month_began, month_ends, month_name
from tests.core.build import ROME, at

INSTANT = timedelta(microseconds=1)

# On either side of the date line, with half hours, and with changes of clocks at midnight.
ZONES = st.sampled_from(
    [
        "Europe/Rome",
        "America/New_York",
        "America/Havana",
        "America/Asuncion",
        "Asia/Kathmandu",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    ]
).map(ZoneInfo)
MOMENTS = st.integers(631_152_000, 4_102_444_800).map(  # 1990 to 2100
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


@pytest.mark.parametrize(
    ("moment", "name", "began", "ends"),
    [
        ("2021-05-16 12:00", "2021-05", "2021-05-01 00:00", "2021-06-01 00:00"),
        ("2021-05-01 00:00", "2021-05", "2021-05-01 00:00", "2021-06-01 00:00"),
        ("2021-12-31 23:59", "2021-12", "2021-12-01 00:00", "2022-01-01 00:00"),
        ("2021-03-31 12:00", "2021-03", "2021-03-01 00:00", "2021-04-01 00:00"),
    ],
)
def test_a_month_is_that_of_the_calendar(moment: str, name: str, began: str, ends: str) -> None:
    now = at(moment)
    assert month_name(now, ROME) == name
    assert month_began(now, ROME) == at(began)
    assert month_ends(now, ROME) == at(ends)


def test_the_month_is_the_one_of_the_place_not_of_greenwich() -> None:
    now = datetime(2021, 4, 30, 22, 30, tzinfo=UTC)  # half past midnight in Rome
    assert month_name(now, ROME) == "2021-05"
    assert month_began(now, ROME) == datetime(2021, 4, 30, 22, tzinfo=UTC)
    assert month_name(now, UTC) == "2021-04"


def test_months_with_a_change_of_clocks_are_an_hour_shorter_or_longer() -> None:
    march, october = at("2021-03-10 12:00"), at("2021-10-10 12:00")
    hour = timedelta(hours=1)
    assert month_ends(march, ROME) - month_began(march, ROME) == timedelta(days=31) - hour
    assert month_ends(october, ROME) - month_began(october, ROME) == timedelta(days=31) + hour


def test_where_clocks_skip_the_first_midnight_the_month_begins_at_one() -> None:
    asuncion = ZoneInfo("America/Asuncion")
    began = month_began(datetime(2017, 10, 20, tzinfo=UTC), asuncion)
    assert f"{began.astimezone(asuncion):%Y-%m-%d %H:%M}" == "2017-10-01 01:00"
    assert month_name(began - INSTANT, asuncion) == "2017-09"


def test_where_the_first_midnight_comes_twice_the_month_begins_with_the_first() -> None:
    havana = ZoneInfo("America/Havana")
    began = month_began(datetime(2020, 11, 20, tzinfo=UTC), havana)
    assert began == datetime(2020, 11, 1, 4, tzinfo=UTC)
    assert month_name(began - INSTANT, havana) == "2020-10"


@given(MOMENTS, ZONES)
def test_every_instant_lies_in_its_month(moment: datetime, zone: ZoneInfo) -> None:
    began, ends = month_began(moment, zone), month_ends(moment, zone)
    assert began <= moment < ends
    assert began.utcoffset() == timedelta(0)
    assert month_name(began, zone) == month_name(moment, zone) == month_name(ends - INSTANT, zone)


@given(MOMENTS, ZONES)
def test_months_follow_one_another_without_a_gap(moment: datetime, zone: ZoneInfo) -> None:
    began, ends = month_began(moment, zone), month_ends(moment, zone)
    assert month_began(ends, zone) == ends
    assert month_ends(began - INSTANT, zone) == began
    assert month_name(began - INSTANT, zone) < month_name(began, zone) < month_name(ends, zone)


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_a_fixed_offset_is_a_zone_too(moment: datetime, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    began = month_began(moment, zone).astimezone(zone)
    assert (began.day, began.hour, began.minute) == (1, 0, 0)
    assert timedelta(0) <= moment - began < timedelta(days=31)

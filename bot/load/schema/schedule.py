"""What may stand in a schedule, schedules/*.yaml: a ladder, and when it may speak."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.core.said import said
from bot.load.schema.meaning import CLOCK, DAY, NUMBER, WORD, Meaning
from bot.load.shape import Shape


class WrittenHours(Shape):
    days: Annotated[
        str | tuple[str, ...],
        Meaning(said("Weekdays: mon-fri, daily, or a list such as [mon, wed, fri]."), needed=True),
    ] = ""
    opens: Annotated[
        str,
        Meaning(
            said('The first minute of a day in which posts go out, such as "08:30".'),
            needed=True,
            pattern=CLOCK,
            types=NUMBER,
        ),
    ] = Field("", alias="from")
    closes: Annotated[
        str,
        Meaning(
            said('The last minute of a day in which posts go out, such as "19:30".'),
            needed=True,
            pattern=CLOCK,
            types=NUMBER,
        ),
    ] = Field("", alias="to")


class WrittenBlackout(Shape):
    start: Annotated[
        str,
        Meaning(said("Its first day, such as 2026-01-20."), needed=True, pattern=DAY, types=WORD),
    ] = Field("", alias="from")
    end: Annotated[
        str,
        Meaning(
            said("Its last day, such as 2026-03-23; left out, it is that one day."),
            pattern=DAY,
            types=WORD,
        ),
    ] = Field("", alias="to")  # "" = that one day
    reason: Annotated[
        str, Meaning(said("Why, for whoever asks what holds a post: par condicio."))
    ] = ""
    exception: Annotated[
        str,
        Meaning(
            said("essential: items that say 'essential: true' still go out."),
            words=("essential",),
        ),
    ] = Field("", alias="except")


class WrittenSilence(Shape):
    days: Annotated[
        str | tuple[str, ...],
        Meaning(
            said('Weekdays, or a day of each year as month-day: fri, "05-04", or a list of both.'),
            needed=True,
        ),
    ] = ""
    begins: Annotated[
        str,
        Meaning(
            said('From when on nothing goes out, such as "12:30".'),
            needed=True,
            pattern=CLOCK,
            types=NUMBER,
        ),
    ] = Field("", alias="from")
    ends: Annotated[
        str,
        Meaning(
            said('From when on posts go out again, such as "14:00", on the same day.'),
            needed=True,
            pattern=CLOCK,
            types=NUMBER,
        ),
    ] = Field("", alias="to")
    reason: Annotated[
        str,
        Meaning(said("Why; it is told whenever a post makes way: Friday prayer."), needed=True),
    ] = ""


class WrittenSchedule(Shape):
    timezone: Annotated[
        str,
        Meaning(said("Whose clocks its hours are read on, such as Europe/Rome."), needed=True),
    ] = ""
    announce: Annotated[
        tuple[str, ...],
        Meaning(
            said("The ladder of an item: [7 days before at 10:00, 3 days before end at 10:00]."),
            needed=True,
        ),
    ] = ()
    each_date: Annotated[
        tuple[str, ...],
        Meaning(
            said(
                "The ladder of each date of a list such as 5, 10 and 12 June: [1 day before at 17:30]."
            )
        ),
    ] = ()
    hours: Annotated[
        WrittenHours | None,
        Meaning(
            said('When posts may go out: {days: mon-fri, from: "08:30", to: "19:30"}.'),
            needed=True,
        ),
    ] = None
    holidays: Annotated[
        str | tuple[str, ...],
        Meaning(
            said(
                "Closed days: a country (IT), a province (IT-TO), none, a day, or a list of these."
            )
        ),
    ] = ""
    gap: Annotated[
        str,
        Meaning(
            said("At least so much between two posts of a channel: 30 minutes, 1 hour, or 0."),
            filled=True,
            pattern=r"(\d{1,4} *(minute|hour)s?|0)",
            types=NUMBER,
        ),
    ] = "30 minutes"
    per_day: Annotated[
        int, Meaning(said("At most so many posts of a channel on a day, such as 3."), least=1)
    ] = 3
    blackouts: Annotated[
        tuple[WrittenBlackout, ...],
        Meaning(said("Days on which nothing goes out, such as those before an election.")),
    ] = ()
    silences: Annotated[
        tuple[WrittenSilence, ...],
        Meaning(said("Hours that come again, each week or each year, in which nothing goes out.")),
    ] = ()
    round_up: Annotated[
        str,
        Meaning(
            said(
                "When a list of the week's events goes out, such as mon at 09:00; left out, never."
            )
        ),
    ] = ""

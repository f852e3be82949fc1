"""English, British as the European institutions write it, with the 24-hour clock."""

from __future__ import annotations

from datetime import time

from bot.render.words.vocabulary import Vocabulary


def clock(at: time) -> str:
    """`at 11:00`, `at midnight`."""
    return "at midnight" if at == time() else f"at {at:%H:%M}"


_ABBREVIATIONS = (
    "approx art dept dr e.g eg etc fig hon i.e ie inc jr ltd mr mrs ms mt no nos p pp prof rev "
    "sr st tel vol vs"
)

# Up to ten, numbers are written out.
_NUMBERS = dict(
    enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=2)
)

WORDS = Vocabulary(
    today="Today",
    today_at="Today {at}",
    from_today="From today",
    tomorrow="Tomorrow",
    tomorrow_at="Tomorrow {at}",
    from_tomorrow="From tomorrow",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    and_last="{some} and {last}",
    in_days="In {n} days",
    in_some={n: f"In {number} days" for n, number in _NUMBERS.items()}
    | {
        7: "In one week",
        14: "In two weeks",
        21: "In three weeks",
        28: "In four weeks",
    },
    under_way="Now on",
    last_days="Last days",
    last_day="Last day",
    due_tomorrow="Closes tomorrow",
    days_left="{n} days left",
    left_some={n: f"{number.capitalize()} days left" for n, number in _NUMBERS.items()}
    | {7: "One week left", 14: "Two weeks left"},
    amended="Update",
    withdrawn="Cancelled",
    this_week="This week",
    next_week="Next week",
    week_of="The week of {day}",
    month="The month in brief",
    others={n: f"and {number} more events" for n, number in _NUMBERS.items()}
    | {1: "and one more event", 0: "and {n} more events"},
    whole_list="The full programme",
    more="More information",
    contact="Contact: {contact}",
    pictured="In the picture: {alt}",
    clock=clock,
    abbreviations=frozenset(_ABBREVIATIONS.split()),
)

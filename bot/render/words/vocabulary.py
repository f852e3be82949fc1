"""What a language must supply for a post to be written in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words around an item. `{n}` stands for a number of days, `{at}` for a clock time."""

    today: str
    today_at: str
    from_today: str
    tomorrow: str
    tomorrow_at: str
    from_tomorrow: str
    weekdays: tuple[str, ...]  # Monday first, as they stand inside a sentence
    and_last: str  # `{some}` and the `{last}` of several
    in_days: str
    in_some: Mapping[int, str]  # numbers of days that have words of their own
    under_way: str
    last_days: str
    last_day: str
    due_tomorrow: str
    days_left: str
    left_some: Mapping[int, str]
    amended: str
    withdrawn: str
    this_week: str
    next_week: str
    week_of: str  # the week that begins on `{day}`
    month: str
    others: Mapping[int, str]  # what a list leaves out; 0 is any other number, `{n}`
    whole_list: str  # the visible words of the link to all of it
    more: str  # the visible words of a link
    contact: str  # `{contact}`: an address or a number that staff gave
    pictured: str  # `{alt}`: what can be seen in the image
    clock: Callable[[time], str]  # `{at}`
    abbreviations: frozenset[str]  # whose full stop ends no sentence; lower case, without it

"""Where an issue's date lines stand: below their titles, above them, or at the end of their items.

An issue keeps one order. Where it can be read in two ways (`title, date, title, date`), the lines at its ends, and
those beside the titles of sections, tell which it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from bot.newsletter.edition import Edition
from bot.newsletter.lines import Line
from bot.newsletter.looks import PLAIN, Look, has_date, next_line, rank


class Stand(StrEnum):
    BELOW = "below"
    ABOVE = "above"
    END = "end"


# Of the lines of a look so many are dates: then it is how dates look, where titles look otherwise.
_MOST = 0.8
_FEWEST = 3


def without_looks_of_dates(
    lines: Sequence[Line], looks: Sequence[Look | None]
) -> list[Look | None]:
    """The looks, but for one that only dates have, each beside a title that looks stronger."""
    counted = Counter(look for look in looks if look is not None)
    dated = Counter(
        look for line, look in zip(lines, looks, strict=True) if look is not None and line.date
    )
    titles = {
        look: counted[look] - dated[look] for look in counted if look not in (PLAIN, ("bullet", 0))
    }
    of_dates = {
        look
        for look, number in dated.items()
        if number >= _FEWEST
        and number >= _MOST * counted[look]
        and any(rank(other) < rank(look) and n >= 0.7 * number for other, n in titles.items())
    }
    return [
        None if look in of_dates and line.date is not None else look
        for line, look in zip(lines, looks, strict=True)
    ]


def stand_of_dates(lines: Sequence[Line], looks: Sequence[Look | None]) -> Stand:
    """Where date lines stand, told by the look that stands beside them most often."""
    above: Counter[Look] = Counter()
    below: Counter[Look] = Counter()
    for number, look in enumerate(looks):
        if look is None:
            continue
        up, down = next_line(lines, number, -1), next_line(lines, number)
        # a title that holds its date is none of another's
        is_up = up is not None and looks[up] is None and has_date(lines, up)
        is_down = has_date(lines, down) and (
            down is None or looks[down] is None or rank(looks[down]) > rank(look)
        )
        if is_up and not is_down:
            # a date right below a title is that title's, but for the title of a section
            two_up = next_line(lines, up, -1) if up is not None else None
            of_above = None if two_up is None else looks[two_up]
            is_of_above = of_above is not None and of_above != PLAIN and of_above == look
            above[look] += not is_of_above
        elif is_down and not is_up:
            below[look] += 1
    if not above or max(above.values()) <= max(below.values(), default=0):
        return _end_or_below(lines, looks, below)
    look = max(above, key=lambda each: above[each])
    return Stand.END if _at_end(lines, looks, look) > above[look] else Stand.ABOVE


def _end_or_below(
    lines: Sequence[Line], looks: Sequence[Look | None], below: Counter[Look]
) -> Stand:
    """Dates that stand beside no title may stand at the end of each item."""
    titles = Counter(look for look in looks if look is not None and look != PLAIN)
    best = max(titles, key=lambda each: _at_end(lines, looks, each), default=None)
    if best is None or _at_end(lines, looks, best) < _FEWEST:
        return Stand.BELOW
    return (
        Stand.END if _at_end(lines, looks, best) > max(below.values(), default=0) else Stand.BELOW
    )


def _at_end(lines: Sequence[Line], looks: Sequence[Look | None], look: Look) -> int:
    """How many titles of that look have just one date line before the next title, below their text."""
    starts = [number for number, each in enumerate(looks) if each == look]
    found = 0
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        stop = next(
            (
                n
                for n in range(start + 1, end)
                if looks[n] is not None and rank(looks[n]) < rank(look)
            ),
            end,
        )
        dates = [
            n for n in range(start + 1, stop) if lines[n].date is not None and looks[n] is None
        ]
        found += len(dates) == 1 and dates[0] > start + 1
    return found


def of_publication(
    lines: Sequence[Line], looks: Sequence[Look | None], stand: Stand, edition: Edition
) -> set[int]:
    """The numbers of date lines that say when a text was published: nearly all lie before the issue itself."""
    if stand is not Stand.ABOVE or edition.first_day is None:
        return set()
    days = {
        number: line.date.date.when
        for number, line in enumerate(lines)
        if line.date is not None and line.date.date.is_day and looks[number] is None
    }
    past = {
        number
        for number, when in days.items()
        if when is not None and when.spans[-1].last <= edition.first_day and len(when.spans) == 1
    }
    return past if len(past) >= _FEWEST and len(past) >= _MOST * len(days) else set()

"""Reads the small phrases of staff's files: dates of items, ids, days and clock times."""

from __future__ import annotations

import difflib
import re
from datetime import date, time
from functools import lru_cache

from bot.core import dates
from bot.core.dates import Misread
from bot.core.kinds import Kind
from bot.core.model import When
from bot.core.said import Said, said
from bot.load.nodes import Mapped, Place, columns_before
from bot.load.report import Reason, Report, did_you_mean, shown

LANGUAGES = tuple(sorted(dates.FORMS))

# No newsletter is older than the web, and a year beyond these is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1990, 2100

# More examples than these nobody reads; docs/dates.md has all.
_EXAMPLES = 6
_PAGE = "docs/dates.md"

# A phrase that means the same in both has its year in it, or is wrong in any year: they differ in the
# weekday of each day and in having a 29 February.
_TWO_YEARS = (2024, 2025)

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_ID = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=8192)
def understood(phrase: str, *, language: str, year: int) -> When | Misread:
    """The dates that `phrase` names, as `bot.core.dates.read` reads them, in years that can be meant."""
    found = dates.read(phrase, language=language, year=year)
    if not isinstance(found, When):
        return found
    odd = next(
        (day.year for span in found.spans for day in (span.first, span.last) if _is_odd(day)), 0
    )
    if not odd:
        return found
    written = f"{odd:04}"
    nearest = phrase.replace(written, str(year)).strip()
    is_readable = isinstance(dates.read(nearest, language=language, year=year), When)
    return Misread(
        why_odd(odd),
        max(phrase.find(written), 0),
        nearest if is_readable and nearest != phrase else dates.FORMS[language][0],
    )


def read_when(
    phrase: str, place: Place, language: str, year: int | None, report: Report
) -> When | None:
    """The dates that `phrase` names, or None, and a problem that points into it."""
    if year is None and not _has_own_year(phrase, language):
        if report.first_time("year"):
            report.error(
                place,
                Kind.YEAR,
                said("the year of this date is not known"),
                said("write 'year: 2021' at the top of the file"),
            )
        return None
    found = understood(phrase, language=language, year=_TWO_YEARS[0] if year is None else year)
    if isinstance(found, When):
        return found
    before = columns_before(place, len(phrase))
    offset = 0 if before is None else before + found.offset
    report.error(
        place,
        Kind.DATE,
        said("{phrase}: {fault}", phrase=shown(phrase), fault=found.message),
        _nearest(phrase, found, language),
        offset=offset,
    )
    return None


def _nearest(phrase: str, found: Misread, language: str) -> str:
    """The phrase that was meant; examples where `found` has only a sample, not made of `phrase`."""
    is_sample = any(found.nearest == forms[0] for forms in dates.FORMS.values())
    is_near = found.nearest in phrase or difflib.get_close_matches(phrase, [found.nearest])
    if is_sample and not is_near:
        forms = ", ".join(dates.FORMS[language][:_EXAMPLES])
        return said("understood are such as: {forms}, see {page}", forms=forms, page=_PAGE)
    return said("did you mean {nearest}? see {page}", nearest=shown(found.nearest), page=_PAGE)


def _has_own_year(phrase: str, language: str) -> bool:
    one, other = (understood(phrase, language=language, year=year) for year in _TWO_YEARS)
    if isinstance(one, When) and isinstance(other, When):
        return one.spans == other.spans
    if isinstance(one, When) or isinstance(other, When):
        return False
    return (one.message, one.offset) == (other.message, other.offset)


def is_language(language: str, place: Place, report: Report) -> bool:
    """Is it one in which dates can be read and posts be written? If not, that is told."""
    if language in LANGUAGES:
        return True
    report.error(
        place,
        Kind.LANGUAGE,
        said("{language} is not a language here", language=shown(language)),
        did_you_mean(language, LANGUAGES),
    )
    return False


def why_no_id(text: str) -> str:
    """What is wrong with an id, "" if nothing is."""
    if not _ID.fullmatch(text):
        return said("an id has only a-z, 0-9 and single '-' between them")
    if len(text) > _MAX_ID:
        return said("an id has at most {most} characters", most=_MAX_ID)
    return ""


def read_day(text: str) -> date | None:
    """A day written as 2021-05-03, or None."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_possible(day: date, place: Place, report: Report) -> bool:
    """Is `day` in a year that can be meant? If not, that is told."""
    if _is_odd(day):
        report.error(place, Kind.DAY, why_odd(day.year), said("write it as 2021-05-03"))
        return False
    return True


def _is_odd(day: date) -> bool:
    return not FIRST_YEAR <= day.year <= LAST_YEAR


def why_odd(year: int) -> Said:
    return said(
        "{year:04} can't be the year: dates here lie between {first} and {last}",
        year=year,
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )


def read_weekdays(text: str) -> frozenset[int] | None:
    """The weekdays (Monday is 0) of `mon`, `mon-fri`, `sat-mon` or `daily`, or None."""
    first, dash, last = text.strip().lower().partition("-")
    if first == "daily" and not dash:
        return frozenset(range(7))
    if first not in _WEEKDAYS or (last if dash else first) not in _WEEKDAYS:
        return None
    begin, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last if dash else first)
    return frozenset((begin + n) % 7 for n in range((end - begin) % 7 + 1))


def clock_under(
    node: Mapped, key: str, text: str, report: Report, *, missing: Reason
) -> time | None:
    """The clock time under `key`, or None and a problem; `missing` is what is told where there is none."""
    if not text:
        report.missing(node, key, *missing)
        return None
    clock = read_clock(text)
    if clock is None:
        report.error(
            node.inner[key],
            missing.kind,
            said("{text} is not a time of day", text=shown(text)),
            said('write it as "08:30"'),
        )
    return clock


def read_clock(text: str) -> time | None:
    """A wall-clock time written as 08:30 or 8.30, or None."""
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


def in_one_line(text: str) -> str:
    return " ".join(text.split()) if "\n" in text else text.strip()


def in_paragraphs(text: str, *, keeps_lines: bool) -> str:
    """Text without stray blanks, its paragraphs separated by one empty line.

    Where the line ends of the YAML are meant (a block with `|`) they are kept; elsewhere a line end that
    YAML left over is the end of a paragraph.
    """
    text = text.strip()
    if "\n" not in text:
        return text
    lines = [" ".join(line.split()) for line in text.split("\n")]
    if keeps_lines:
        return re.sub("\n{3,}", "\n\n", "\n".join(lines))
    return "\n\n".join(line for line in lines if line)

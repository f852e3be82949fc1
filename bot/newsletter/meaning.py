"""What a phrase of a newsletter means: years that only the issue names, figures, and what can't be true."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.core import dates
from bot.core.dates import Found
from bot.core.model import When
from bot.core.said import Said, said
from bot.newsletter.edition import Edition

# What an issue announces lies ahead; what began so long before its month is of the year after.
_BEHIND = timedelta(days=75)
# No issue announces what is further away without saying in which year.
_AHEAD = timedelta(days=330)

_WEEKDAY_ALONE = re.compile(r"[^\W\d_]{3,9}[.,']?\s+\d{1,2}", re.IGNORECASE)
_SOON = timedelta(days=100)

_NAMES = {
    language: " ".join(dates.month_name(number, language) for number in range(1, 13))
    for language in dates.FORMS
}
_MONTH = {
    language: re.compile(
        "|".join(rf"(?<!\w){name[:3]}\w*\.?(?!\w)" for name in names.split()), re.IGNORECASE
    )
    for language, names in _NAMES.items()
}
_OWN_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FIGURES = re.compile(
    r"(?<![\d/.-])(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>20\d\d|\d\d)(?![\d/-])"
)
_SHORT_FIGURES = re.compile(r"(?<![\d/.:])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\d/:])")
# `il19 maggio`, `19maggio`, `maggio2021`
_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_ªº°]{3})")


class Understood(NamedTuple):
    """A phrase as it would stand in `when:`, and what it means there; `when` is None where it can't."""

    phrase: str
    when: When | None
    trouble: Said | str = ""  # why there is no `when`
    is_sure: bool = True
    doubt: Said | None = None  # what a person has to decide, where it is not sure
    is_date: bool = True  # does it name a date at all, even a wrong one?
    source: str = ""  # the document's own words, where they are others

    @property
    def is_day(self) -> bool:
        return (
            self.when is not None
            and bool(self.when.spans)
            and self.when.spans[0].precision.is_exact
        )


# The lines of an issue are looked at from several sides; how far a long one is remembered.
_REMEMBERED = 8192


@lru_cache(maxsize=_REMEMBERED)
def dates_in(text: str, language: str, year: int) -> tuple[Found, ...]:
    """The dates in a running text, as `bot.core.dates.found_in` finds them."""
    return dates.found_in(text, language=language, year=year)


@lru_cache(maxsize=_REMEMBERED)
def understood(phrase: str, edition: Edition, language: str) -> Understood:
    """What `phrase` means in this issue. It is changed only to say what the issue says elsewhere: its year,
    or a month in words where figures stand."""
    phrase = " ".join(phrase.split())
    if _GLUED.search(phrase):
        phrase = (
            _GLUED.sub(" ", phrase)
            if _reads(_GLUED.sub(" ", phrase), edition, language)
            else phrase
        )
    words, doubt = in_words(" ".join(evened(phrase).split()), edition, language)
    found = dates.read(words, language=language, year=edition.year)
    if not isinstance(found, When) and _WEEKDAY_ALONE.fullmatch(words) and edition.months:
        # `lunedì 5` in an issue of one week or month: its weekday says that the month is right
        year, month = edition.months[0]
        named = f"{words} {_NAMES[language].split()[month - 1]}"
        week = dates.read(named, language=language, year=year)
        if isinstance(week, When):
            return Understood(named, week)
    if not isinstance(found, When) and edition.months and not _OWN_YEAR.search(words):
        # A weekday that is wrong in the year and right in the next tells which is meant.
        later = _with_year(words, edition.year + 1, language)
        again = dates.read(later, language=language, year=edition.year) if later else None
        if isinstance(again, When) and again.spans and _is_near(again, edition):
            return Understood(later, again, is_sure=doubt is None, doubt=doubt)
    if not isinstance(found, When):
        is_date = _holds_date(words, edition, language)
        return Understood(words, None, found.message, is_sure=False, is_date=is_date)
    if not found.spans:
        return Understood(words, found)
    if _OWN_YEAR.search(words) or edition.first_day is None:
        return Understood(words, found, is_sure=doubt is None, doubt=doubt)
    return _in_its_year(words, found, edition, language, doubt)


def _is_near(when: When, edition: Edition) -> bool:
    """Does it begin within the months after those of the issue that an issue announces?"""
    last = edition.last_day
    return last is not None and when.first.first <= last + _SOON


_PM = re.compile(r"(?<=\d)(\s?)([ap])\.(\s?)m\.?(?=\W|$)", re.IGNORECASE)


def evened(text: str) -> str:
    """`3 p.m.` as `3 pm`, `ore 18,30` as `ore 18.30`: hours as our grammar writes them, each letter in its place."""
    text = _PM.sub(lambda m: f"{m[1]}{m[2].lower()}m".ljust(len(m[0])), text)
    return _COMMA_HOUR.sub(r"\1.\2", text)


def _reads(phrase: str, edition: Edition, language: str) -> bool:
    return isinstance(dates.read(phrase, language=language, year=edition.year), When)


def _holds_date(phrase: str, edition: Edition, language: str) -> bool:
    """Is what was refused a date that can't be true, and not a sentence?"""
    found = dates_in(phrase, language, edition.year)
    return any(each.end - each.start > 0.7 * len(phrase) for each in found)


def _in_its_year(
    phrase: str, found: When, edition: Edition, language: str, doubt: Said | None
) -> Understood:
    """The date in the issue's year, or in the next where that has long passed."""
    first = edition.first_day
    assert first is not None
    begins = found.first.last
    if begins >= first - _BEHIND or begins.year != edition.year:
        return Understood(phrase, found, is_sure=doubt is None, doubt=doubt)
    later = _with_year(phrase, edition.year + 1, language)
    again = dates.read(later, language=language, year=edition.year) if later else None
    meant = dates.read(phrase, language=language, year=edition.year + 1)
    if not isinstance(again, When) or not isinstance(meant, When) or again.spans != meant.spans:
        return Understood(phrase, found, is_sure=False, doubt=said("in which year is this?"))
    if again.first.first > first + _AHEAD:
        return Understood(phrase, found, is_sure=doubt is None, doubt=doubt)
    last = edition.last_day
    is_named = last is not None and last.year > edition.year and again.first.first <= last
    if is_named:
        return Understood(later, again, is_sure=doubt is None, doubt=doubt)
    asked = said("is this in {year}? The document names no year beside it", year=edition.year + 1)
    return Understood(later, again, is_sure=False, doubt=asked)


def _with_year(phrase: str, year: int, language: str) -> str:
    found = list(_MONTH[language].finditer(phrase))
    if not found:
        return ""
    end = found[-1].end()
    after = phrase[end:]
    # May 5-6: in English the day may stand behind its month
    days = re.match(
        r"\s+\d{1,2}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{1,2}(?:st|nd|rd|th)?)?(?![\d:.])", after
    )
    if language == "en" and days and not re.match(r"\s+\d{1,2}\s*(?:am|pm)", after):
        end += days.end()
    return f"{phrase[:end]} {year}{phrase[end:]}"


def in_words(phrase: str, edition: Edition, language: str) -> tuple[str, Said | None]:
    """`12/05/2021` with its month in words; a doubt where it has two readings."""
    doubt: Said | None = None
    has_month = _MONTH[language].search(phrase) is not None

    def worded(found: re.Match[str]) -> str:
        nonlocal doubt
        first, second = int(found["day"]), int(found["month"])
        written = found.groupdict().get("year") or ""
        year = f" {written if len(written) == 4 else f'20{written}'}" if written else ""
        is_swapped = second > 12 or (edition.figures == "month" and first <= 12)
        day, month = (second, first) if is_swapped else (first, second)
        if not 1 <= month <= 12 or not 1 <= day <= 31:
            return found[0]
        words = f"{day} {_NAMES[language].split()[month - 1]}{year}"
        if not (first > 12 or second > 12 or first == second or edition.figures):
            doubt = said("is {figures} the {words}?", figures=found[0], words=words)
        return words

    made = _FIGURES.sub(worded, phrase)
    if made == phrase and not has_month:
        made = _SHORT_FIGURES.sub(worded, phrase)
        if made != phrase and language == "it" and not edition.figures and doubt is None:
            doubt = said("is {figures} the {words}?", figures=phrase, words=made)
    return made, doubt


_COMMA_HOUR = re.compile(
    r"((?:ore|h\.?|alle|dalle|le|-|–|at)\s*\d{1,2}),(\d{2})(?!\d)", re.IGNORECASE
)


# An issue comes out some days before its month, or after it has begun.
_LATE = timedelta(days=7)


def lies_ahead(when: When, edition: Edition) -> bool:
    """Can an issue of that month announce it, or does it tell of what has been?"""
    first: date | None = edition.first_day
    if first is None:
        return all(span.last.year >= edition.year for span in when.spans)
    return when.spans[-1].last >= first - _LATE and when.first.first <= first + 2 * _AHEAD

"""Says dates back in a channel's language, by CLDR patterns; never finer than staff wrote them.

What `shown` says, `bot.core.dates.read` understands again, to the same spans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list

from bot.core.dates.words import Part
from bot.core.model import Precision, Span, When

MISTAKEN_BEYOND: Final = timedelta(days=183)
"""A day of another year is taken for the right one if it is at most half a year away."""


def shown(when: When, language: str, *, today: date) -> str:
    """`when` in words, such as `5, 10 e 12 maggio` or `7 May, 11:00`; "" where it has no date.

    The year is printed where a reader of `today` could mistake it: when some day lies in another year
    and more than `MISTAKEN_BEYOND` away, or when the days are so spread that their order does not tell
    their years. No weekday is printed: it costs room and adds nothing that the date doesn't say.
    Raises `KeyError` for a language that has no `Phrases`.
    """
    speech = _Speech(_PHRASES[language], _locale(language), _needs_year(when.spans, today))
    texts = list(_texts(when, speech))
    return format_list(texts, "standard", locale=speech.locale) if texts else ""


# --- words that CLDR does not have --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrases:
    """What stands around a date in one language; `{}` is the date."""

    locale: str
    parts: Mapping[Part, str]
    since: Callable[[str], str]
    until: Callable[[str], str]
    by: Callable[[str], str]
    end_of_month: str  # as a limit
    between: str  # two parts of months
    at: str  # `{}` is the hour
    short_hours: bool  # `11` for 11:00


def _italian(preposition: str, elided: str, bare: str) -> Callable[[str], str]:
    """`dal 15 maggio`, but `dall’8 maggio`, `da maggio` and `da inizio maggio`."""

    def with_article(text: str) -> str:
        number = text.split(maxsplit=1)[0]
        if not number.isdigit():
            return f"{bare} {text}"
        return f"{elided}{text}" if number in ("8", "11") else f"{preposition} {text}"

    return with_article


_PHRASES: Final[Mapping[str, Phrases]] = {
    "it": Phrases(
        locale="it",
        parts={Part.BEGINNING: "inizio {}", Part.MIDDLE: "metà {}", Part.END: "fine {}"},
        since=_italian("dal", "dall’", "da"),
        until=_italian("fino al", "fino all’", "fino a"),
        by=_italian("entro il", "entro l’", "entro"),
        end_of_month="fine {}",
        between="da {} a {}",
        at="ore {}",
        short_hours=True,
    ),
    "en": Phrases(
        locale="en_GB",
        parts={Part.BEGINNING: "early {}", Part.MIDDLE: "mid-{}", Part.END: "late {}"},
        since="from {}".format,
        until="until {}".format,
        by="by {}".format,
        end_of_month="the end of {}",
        between="from {} to {}",
        at="{}",
        short_hours=False,
    ),
}


@dataclass(frozen=True, slots=True)
class _Speech:
    phrases: Phrases
    locale: Locale
    has_year: bool


# --- spans --------------------------------------------------------------------------------------


def _texts(when: When, speech: _Speech) -> Iterator[str]:
    """One text for each span; neighbouring days of a month share it: `5, 10 e 12 maggio`.

    Beside other hours they don't: in `1 aprile, ore 9 e 5 e 6 maggio` the 5 looks like an hour.
    """
    groups = [list(group) for _, group in groupby(when.spans, key=_month_shared)]
    may_share = len(groups) == 1 or all(span.precision is not Precision.TIME for span in when.spans)
    for spans in groups:
        if may_share and len(spans) > 1:
            yield _with_hours(_days(spans, speech), spans[0], speech)
        else:
            yield from (_text(span, speech, is_deadline=when.is_deadline) for span in spans)


def _month_shared(span: Span) -> tuple[object, ...]:
    if not span.precision.is_exact or span.start is None or span.start != span.end:
        return (span,)
    return (span.start.year, span.start.month, span.start_time, span.end_time)


def _text(span: Span, speech: _Speech, *, is_deadline: bool) -> str:
    words = speech.phrases
    match span:
        case Span(start=None, end=date() as end):
            around = words.by if is_deadline else words.until
            return _with_hours(around(_limit(end, span.precision, speech)), span, speech)
        case Span(start=date() as start, end=None):
            return _with_hours(words.since(_point(start, span.precision, speech)), span, speech)
        case Span(start=date() as start, end=date() as end):
            return _with_hours(_closed(start, end, span.precision, speech), span, speech)
    return ""


def _closed(start: date, end: date, precision: Precision, speech: _Speech) -> str:
    if precision.is_exact:
        return (
            _point(start, precision, speech)
            if start == end
            else _interval(start, end, "MMMd", speech)
        )
    if precision is Precision.MONTH:
        if _month_of(start) == _month_of(end):
            return _point(start, precision, speech)
        return _interval(start, end, "MMM", speech)
    first, last = _point(start, precision, speech), _point(end, precision, speech)
    return first if first == last else speech.phrases.between.format(first, last)


def _point(day: date, precision: Precision, speech: _Speech) -> str:
    if precision.is_exact:
        return _date(day, "d MMMM", speech)
    month = _date(day, "MMMM", speech)
    if precision is Precision.MONTH:
        return month
    return speech.phrases.parts[_part(day)].format(month)


def _limit(day: date, precision: Precision, speech: _Speech) -> str:
    """The end of a month is named as such: in English, `by May` may mean its first day."""
    if precision is Precision.MONTH:
        return speech.phrases.end_of_month.format(_date(day, "MMMM", speech))
    return _point(day, precision, speech)


def _part(day: date) -> Part:
    if day.day <= 10:
        return Part.BEGINNING
    return Part.MIDDLE if day.day <= 20 else Part.END


def _days(spans: Sequence[Span], speech: _Speech) -> str:
    """`5, 10 e 12 maggio`: the days as a list, before the month that they share."""
    days = [str(span.first.day) for span in spans]
    last = _date(spans[-1].first, "d MMMM", speech)
    return last.replace(days[-1], format_list(days, "standard", locale=speech.locale), 1)


# --- hours --------------------------------------------------------------------------------------


def _with_hours(text: str, span: Span, speech: _Speech) -> str:
    known = [at for at in (span.start_time, span.end_time) if at is not None]
    if not known:
        return text
    is_full = any(at.minute for at in known)
    hours = "–".join(_hour(at, speech, is_full=is_full) for at in known)
    return f"{text}, {speech.phrases.at.format(hours)}"


def _hour(at: time, speech: _Speech, *, is_full: bool) -> str:
    """`9`, `9.30` as an Italian office writes it, and as the lead of a post does; else as CLDR has it."""
    if speech.phrases.short_hours:
        return f"{at.hour}.{at.minute:02}" if is_full else f"{at.hour}"
    return str(format_time(at, "short", locale=speech.locale))


# --- patterns -----------------------------------------------------------------------------------


def _date(day: date, pattern: str, speech: _Speech) -> str:
    return str(
        format_date(day, f"{pattern} y" if speech.has_year else pattern, locale=speech.locale)
    )


def _interval(start: date, end: date, skeleton: str, speech: _Speech) -> str:
    """A range by the locale's own pattern: `13–14 gennaio`, `28 aprile – 3 maggio 2027`."""
    differs = "d"
    if start.month != end.month:
        differs = "M"
    if speech.has_year and start.year != end.year:
        differs = "y"
    first, last = _patterns(speech.locale, ("y" if speech.has_year else "") + skeleton, differs)
    return format_date(start, first, locale=speech.locale) + format_date(
        end, last, locale=speech.locale
    )


@lru_cache
def _patterns(locale: Locale, skeleton: str, differs: str) -> tuple[str, str]:
    """CLDR's two halves of an interval, with the month in full.

    CLDR keeps them for short months; UTS 35, "Matching Skeletons", has the reader widen them. It sets
    them with thin spaces, which break in narrow columns and are missing in some fonts, and in Italian
    with a zero before the second day (`28 apr – 03 mag`), which nobody writes.
    """
    first, last = locale.interval_formats[skeleton][differs]
    return _widened(first), _widened(last)


def _widened(pattern: str) -> str:
    return (
        pattern.replace("MMM", "MMMM")
        .replace("LLL", "LLLL")
        .replace("dd", "d")
        .replace("\u2009", " ")
    )


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(_PHRASES[language].locale)


# --- years --------------------------------------------------------------------------------------


def _needs_year(spans: Sequence[Span], today: date) -> bool:
    known = [day for span in spans for day in (span.start, span.end) if day is not None]
    if any(day.year != today.year and abs(day - today) > MISTAKEN_BEYOND for day in known):
        return True
    ranges = [(span.start, span.end) for span in spans if span.start and span.end]
    return any(not _follows(one, other, None) for one, other in ranges) or any(
        not _follows(one.last, other.first, MISTAKEN_BEYOND) for one, other in pairwise(spans)
    )


def _follows(one: date, other: date, within: timedelta | None) -> bool:
    """Do month and day alone tell that `other` comes next after `one`?"""
    if one.year == other.year:
        return True
    is_next = other.year == one.year + 1 and other.month < one.month
    return is_next and (within is None or other - one <= within)


def _month_of(day: date) -> tuple[int, int]:
    return day.year, day.month

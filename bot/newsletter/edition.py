"""Of which months an issue is, and in which language: what dates without a year rely on."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import dates
from bot.newsletter.cues import CUES
from bot.newsletter.document import Document
from bot.newsletter.pieces import Piece

_NUMBERS = {
    dates.month_name(number, language).casefold(): number
    for language in CUES
    for number in range(1, 13)
}
_MONTH = rf"(?:{'|'.join(_NUMBERS)})"

# `Maggio 2021`, `dicembre 2024 – gennaio 2025`, `May/June 2025`
_ISSUE = re.compile(
    rf"(?<!\w)(?P<first>{_MONTH})(?:\s+(?P<year>20\d\d))?"
    rf"(?:\s*(?:[-–—/,&]|\be\b|\band\b|\bto\b|\ba\b)\s*(?P<last>{_MONTH}))?,?\s+(?P<end>20\d\d)(?!\d)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<!\d)(20\d\d)[-_. ]?(0[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(?<![\d/.-])(20\d\d)(?![\d/-])")

# How far from the beginning an issue says of which month it is.
_HEAD = 40
_LONGEST_HEAD_LINE = 120

# Letters from which on a text tells its language.
_TELLING = 60

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue: its year, its months (none where it names none), and its language."""

    year: int
    months: tuple[tuple[int, int], ...]  # (year, month) of the first and, of several, of the last
    language: str
    is_sure: bool = True  # is the year said for the whole issue, or only seen in it?
    since: date | None = None  # its own day, where it names one: a week's issue, say
    figures: str = ""  # what stands first in 5/12, "day" or "month", where one of them proves it

    @property
    def month(self) -> int:
        """Its one month; 0 where there are none or several."""
        return self.months[0][1] if len(self.months) == 1 else 0

    @property
    def first_day(self) -> date | None:
        if self.since is not None:
            return self.since
        return date(*self.months[0], 1) if self.months else None

    @property
    def last_day(self) -> date | None:
        if not self.months:
            return None
        year, month = self.months[-1]
        return date(year, month, monthrange(year, month)[1])


def language_of(text: str, otherwise: str = "") -> str:
    """The language that most of the small words of `text` belong to; `otherwise` where none does."""
    words = [word.casefold() for word in _WORD.findall(text)]
    counts = {
        language: sum(word in cues.frequent for word in words) for language, cues in CUES.items()
    }
    best = max(counts, key=lambda language: counts[language])
    if counts[best] == 0 or list(counts.values()).count(counts[best]) > 1:
        return otherwise
    return best


# An issue in two languages begins with its own; a few lines in another make it no such issue.
_SHARE = 0.3


def _main_language(pieces: Sequence[Piece], declared: str) -> str:
    texts = [piece.text for piece in pieces if len(piece.text) >= _TELLING]
    found = [language for text in texts if (language := language_of(text))]
    if not found:
        return language_of(" ".join(piece.text for piece in pieces), declared or "it")
    most, count = Counter(found).most_common(1)[0]
    if count >= (1 - _SHARE) * len(found):
        return most
    return declared if declared in found else found[0]


def edition_of(
    document: Document, pieces: Sequence[Piece], name: str, year: int | None
) -> Edition | None:
    """What the issue says of itself; None where nothing tells its year. `year` is what a person said."""
    language = _main_language(pieces, document.language if document.language in CUES else "")
    head = [
        *(piece.text for piece in pieces[:_HEAD] if len(piece.text) <= _LONGEST_HEAD_LINE),
        document.title,
        name,
    ]
    figures = _order([piece.text for piece in pieces], language)
    months = _months(head)
    if not months and (named := _NAMED.search(name)):
        months = ((int(named[1]), int(named[2])),)
    if months:
        return Edition(year or months[0][0], months, language, figures=figures)
    day = _day_of(head, language, is_list=_names_days([piece.text for piece in pieces]))
    if day is not None and (year is None or year == day.year):
        months = ((day.year, day.month),)
        return Edition(day.year, months, language, since=day, figures=figures)
    if year:
        return Edition(year, (), language, figures=figures)
    said = next((int(found[1]) for line in head if (found := _YEAR.search(line))), 0)
    if said:
        return Edition(said, (), language, figures=figures)
    seen = Counter(int(found["end"]) for piece in pieces for found in _ISSUE.finditer(piece.text))
    if not seen:
        return None
    return Edition(seen.most_common(1)[0][0], (), language, is_sure=False)


_TWO = re.compile(r"(?<![\d/.,])(\d{1,2})/(\d{1,2})(?:/(?:20)?\d\d)?(?![\d/])")


def _order(texts: Iterable[str], language: str) -> str:
    """In what order this issue writes figures, told by those that can be read in one way only."""
    first = second = 0
    for text in texts:
        for found in _TWO.finditer(text):
            one, two = int(found[1]), int(found[2])
            first += 12 < one <= 31 and two <= 12
            second += 12 < two <= 31 and one <= 12
    if first and not second:
        return "day"
    return "month" if second and not first and language == "en" else ""


def _months(lines: Iterable[str]) -> tuple[tuple[int, int], ...]:
    # `_` joins words in names of files only
    found = (months_in(line.replace("_", " ")) for line in lines)
    return next((months for months in found if months), ())


def months_in(line: str) -> tuple[tuple[int, int], ...]:
    """The months that a line names with their year, as `dicembre 2024 – gennaio 2025`; none of a single day."""
    found = _ISSUE.search(line)
    if found is None or _has_day(line, found.start()):
        return ()
    end, last = int(found["end"]), found["last"]
    first = _NUMBERS[found["first"].casefold()]
    if last is None:
        return ((end, first),)
    final = _NUMBERS[last.casefold()]
    begin = int(found["year"]) if found["year"] else end - (final < first)
    return ((begin, first), (end, final))


_DAY_BEFORE = re.compile(r"\d{1,2}(?:st|nd|rd|th|°|º)?(?:\s+of)?\s*$")


# `n. 17 del 5 maggio 2025`, `Week of May 5, 2025`, `Settimana dal 5 all'11 maggio 2025`
_OF_ISSUE = re.compile(
    r"settimana|week|newsletter|notiziario|bollettino|lettera|mail|n\.|n°|numero|issue|vol|edizione|date:|data:|"
    r"web|browser|luned|mond",
    re.IGNORECASE,
)


_ISSUE_NUMBER = re.compile(r"(?<!\w)(?:n\.|n°|nr\.?|no\.|numero|issue|vol\.?)\s*\d+", re.IGNORECASE)

# A day with its year, alone on one of the first lines, is the issue's.
_FIRST_LINES, _LONGEST_DAY = 4, 32


_DAY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|°)?\s+(?:of\s+)?(?:gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic|jan|may|jun|jul|aug|sep|oct|dec)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?!\d)",
    re.IGNORECASE,
)
_FEWEST_DAYS = 4


def _names_days(texts: Iterable[str]) -> bool:
    """Are there days enough for one of them to be the issue's own? Of a single event it is the event's."""
    return sum(_DAY.search(text) is not None for text in texts) >= _FEWEST_DAYS


def _day_of(lines: Iterable[str], language: str, *, is_list: bool) -> date | None:
    """The day that the head of an issue gives it."""
    for number, line in enumerate(lines):
        is_alone = is_list and number < _FIRST_LINES and len(line) <= _LONGEST_DAY
        if not is_alone and not _OF_ISSUE.search(line):
            continue
        # `n. 9, 8 ottobre`: the number of the issue is no day
        text = _ISSUE_NUMBER.sub(" ", line)
        for found in dates.found_in(text, language=language, year=2000):
            when = found.when
            if (
                when is not None
                and when.spans
                and when.first.first.year > 2000
                and when.is_exact
                and when.first.start_time is None
            ):
                return when.first.first
    return None


def _has_day(line: str, start: int) -> bool:
    """`15 maggio 2025` is a day: of an event as well as of the issue."""
    return bool(_DAY_BEFORE.search(line[:start]))

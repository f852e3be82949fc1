"""No phrase is read wrongly: properties over generated phrases, changed phrases and junk.

The printer in this file shares nothing with the grammar or its word tables, so that a slip in those
cannot hide behind itself.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.dates import FORMS, LONGEST, Misread, read
from bot.core.model import Precision, Span, When

MONTHS = {
    "it": (
        *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio"),
        *("agosto", "settembre", "ottobre", "novembre", "dicembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
}
WEEKDAYS = {
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
AND = {"it": " e ", "en": " and "}
YEAR = 2021

languages = st.sampled_from(("it", "en"))
days_of_year = st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31))
dashes = st.sampled_from(("-", "–", " - ", " – ", "—", " − ", "‑"))
any_text = st.text(max_size=LONGEST + 20)
seasoned_text = st.lists(
    st.one_of(
        st.sampled_from("0123456789°º'’-–−/.,;: \u00a0\u2009\u200b\u0301"),
        st.sampled_from(
            [
                "maggio",
                "mag",
                "May",
                "mar",
                "sab",
                "Mon",
                "il",
                "l'",
                "dal",
                "al",
                "dall'",
                "fino",
                "entro",
                "from",
                "to",
                "until",
                "by",
                "e",
                "and",
                "di",
                "of",
                "ore",
                "alle",
                "at",
                "am",
                "pm",
                "metà",
                "mid",
                "fine",
                "a",
                "in",
                "primo",
                "st",
                "th",
                "2021",
                "1999",
                "5",
                "12",
                "31",
                "24",
                "30",
                "14.30",
                "12/05",
                "9:75",
                "2021-05-07",
                "mezzanotte",
                "noon",
                "autunno",
                "tbc",
                "scadenza",
                "iscrizioni",
                "del",
                "mattino",
                "maggio,",
                "5-6",
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=30,
).map(" ".join)


def single(day: date) -> Span:
    return Span(day, day, Precision.DAY)


def month_name(day: date, language: str) -> str:
    return MONTHS[language][day.month - 1]


def said(reading: When | Misread) -> tuple[Span, ...] | None:
    return None if isinstance(reading, Misread) else reading.spans


@given(any_text, languages)
@settings(max_examples=300)
@example("İ" * 50, "it")
@example("\ud800", "it")
@example("٣ maggio", "it")
@example("5²6 maggio", "it")
@example("9" * LONGEST, "en")
def test_no_text_raises(text: str, language: str) -> None:
    reading = read(text, language=language, year=YEAR)
    if isinstance(reading, Misread):
        assert 0 <= reading.offset <= len(text)
        assert not isinstance(read(reading.nearest, language=language, year=YEAR), Misread)


@given(seasoned_text, languages, st.integers(0, 10000))
@settings(max_examples=500)
def test_no_text_made_of_the_words_of_dates_raises(text: str, language: str, year: int) -> None:
    reading = read(text, language=language, year=year)
    if not isinstance(reading, Misread):
        in_order = [span.first for span in reading.spans]
        assert in_order == sorted(in_order)
        for span in reading.spans:
            assert span.start is None or span.end is None or span.start <= span.end


@given(days_of_year, languages, st.data())
def test_a_day_means_itself_in_every_style(day: date, language: str, data: st.DataObject) -> None:
    month, weekday = month_name(day, language), WEEKDAYS[language][day.weekday()]
    styles = [f"{day.day} {month}", f"{weekday} {day.day} {month}", f"{day.day} {month} {day.year}"]
    styles += [day.isoformat(), f"{day.day}° {month}", f"{weekday[:3]}. {day.day} {month[:3]}."]
    if language == "en":
        styles += [f"{month} {day.day}", f"{weekday}, {month} {day.day}, {day.year}"]
    phrase = data.draw(st.sampled_from(styles))
    assert said(read(phrase, language=language, year=YEAR)) == (single(day),), phrase


@given(days_of_year, st.integers(1, 200), languages, dashes, st.data())
def test_a_range_means_its_two_ends(
    start: date, length: int, language: str, dash: str, data: st.DataObject
) -> None:
    end = start + timedelta(length)
    first, last = month_name(start, language), month_name(end, language)
    from_, to, article = ("dal ", " al ", "") if language == "it" else ("from ", " to ", "")
    if language == "it" and {start.day, end.day} & {8, 11}:
        from_, to = "da ", " a "
    styles = [f"{start.day} {first}{dash}{end.day} {last}"]
    styles += [f"{from_}{article}{start.day} {first}{to}{end.day} {last}"]
    if (start.year, start.month) == (end.year, end.month):
        styles += [f"{start.day}{dash}{end.day} {last}", f"{from_}{start.day}{to}{end.day} {last}"]
    if end.year == YEAR + 1:
        styles += [f"{styles[0]} {end.year}"]
    phrase = data.draw(st.sampled_from(styles))
    reading = said(read(phrase, language=language, year=YEAR))
    assert reading == (Span(start, end, Precision.DAY),), phrase


@given(st.lists(days_of_year, min_size=2, max_size=5, unique=True).map(sorted), languages)
def test_a_list_means_its_days(days: list[date], language: str) -> None:
    """Days that share a month name it once, as people do."""
    texts = [
        str(day.day)
        if at + 1 < len(days) and days[at + 1].month == day.month
        else f"{day.day} {month_name(day, language)}"
        for at, day in enumerate(days)
    ]
    phrase = ", ".join(texts[:-1]) + AND[language] + texts[-1]
    assert said(read(phrase, language=language, year=YEAR)) == tuple(map(single, days)), phrase


@given(days_of_year, st.times(), languages, st.data())
def test_an_hour_means_itself(day: date, at: time, language: str, data: st.DataObject) -> None:
    at = at.replace(second=0, microsecond=0, fold=0)
    date_text = f"{day.day} {month_name(day, language)}"
    if language == "it":
        styles = [f"{date_text}, ore {at.hour}.{at.minute:02}", f"alle {at:%H:%M} del {date_text}"]
    else:
        styles = [f"{date_text}, {at:%H:%M}", f"{at:%H.%M} on {date_text}"]
        if at.hour:
            half = "am" if at.hour < 12 else "pm"
            styles += [f"{date_text} at {(at.hour - 1) % 12 + 1}:{at.minute:02} {half}"]
    phrase = data.draw(st.sampled_from(styles))
    expected = (Span(day, day, Precision.TIME, at),)
    assert said(read(phrase, language=language, year=YEAR)) == expected, phrase


@given(days_of_year, st.integers(0, 6), languages)
def test_a_weekday_is_a_checksum(day: date, weekday: int, language: str) -> None:
    phrase = f"{WEEKDAYS[language][weekday]} {day.day} {month_name(day, language)}"
    reading = read(phrase, language=language, year=YEAR)
    assert isinstance(reading, Misread) == (weekday != day.weekday())
    if isinstance(reading, Misread):
        right = read(reading.nearest, language=language, year=YEAR)
        assert said(right) == (single(day),)


@given(st.integers(0, 40), st.integers(1, 12), languages, st.integers(2020, 2030))
def test_a_day_that_the_month_does_not_have_is_refused(
    number: int, month: int, language: str, year: int
) -> None:
    reading = read(f"{number} {MONTHS[language][month - 1]}", language=language, year=year)
    exists = 1 <= number <= calendar.monthrange(year, month)[1]
    assert said(reading) == ((single(date(year, month, number)),) if exists else None)


# --- one token changed for another --------------------------------------------------------------


@dataclass(frozen=True)
class Two:
    """A phrase of two days with its parts set apart, so that one part can be changed."""

    first: int
    first_month: int | None
    joint: str
    last: int
    last_month: int
    year: int | None
    language: str

    @property
    def phrase(self) -> str:
        months = MONTHS[self.language]
        first = f" {months[self.first_month - 1]}" if self.first_month else ""
        year = f" {self.year}" if self.year else ""
        return f"{self.first}{first}{self.joint}{self.last} {months[self.last_month - 1]}{year}"

    def meant(self) -> tuple[Span, ...] | None:
        """What the words say, worked out by trying years; None where they say nothing possible."""
        months = (self.first_month or self.last_month, self.last_month)
        for start, end in self._pairs(months):
            if start >= end:
                continue
            if self.joint in (AND["it"], AND["en"], ", "):
                return single(start), single(end)
            if self.joint == "/" and (end - start).days > 1:
                return None
            return (Span(start, end, Precision.DAY),)
        return None

    def _pairs(self, months: tuple[int, int]) -> list[tuple[date, date]]:
        pairs = []
        for crossed in (0, 1) if months[0] > months[1] else (0,):
            start_year = YEAR if self.year is None else self.year - crossed
            try:
                pairs.append(
                    (
                        date(start_year, months[0], self.first),
                        date(start_year + crossed, months[1], self.last),
                    )
                )
            except ValueError:
                continue
        return pairs


def joints(language: str) -> list[str]:
    return ["-", " - ", "–", "/", ", ", AND[language], " al " if language == "it" else " to "]


@st.composite
def changed(draw: Callable[[st.SearchStrategy[object]], object]) -> Two:
    """Any of the parts may be any other word of its kind, sensible or not."""
    language = draw(languages)
    assert isinstance(language, str)
    numbers, months = st.integers(0, 32), st.integers(1, 12)
    built = st.builds(
        Two,
        numbers,
        st.none() | months,
        st.sampled_from(joints(language)),
        numbers,
        months,
        st.none() | st.integers(2020, 2030),
        st.just(language),
    )
    two = draw(built)
    assert isinstance(two, Two)
    return two


@given(changed())
@settings(max_examples=500)
def test_whatever_two_days_are_written_they_are_refused_or_mean_what_they_say(two: Two) -> None:
    reading = said(read(two.phrase, language=two.language, year=YEAR))
    assert reading is None or reading == two.meant(), two.phrase


@given(changed())
@settings(max_examples=500)
def test_two_possible_days_in_order_are_refused_only_where_they_are_ambiguous(two: Two) -> None:
    meant = two.meant()
    if meant is None or two.joint == "/":
        return
    apart = meant[-1].last - meant[0].first
    if len(meant) == 2 and meant[0].first.year != meant[1].first.year and apart.days > 183:
        return  # the days of a list are in disorder sooner than half a year apart
    assert said(read(two.phrase, language=two.language, year=YEAR)) == meant, two.phrase


@given(st.sampled_from([(lang, form) for lang in FORMS for form in FORMS[lang]]), st.data())
def test_a_form_with_a_foreign_word_in_it_is_refused(
    case: tuple[str, str], data: st.DataObject
) -> None:
    language, form = case
    words = form.split(" ")
    at = data.draw(st.integers(0, len(words)))
    word = data.draw(
        st.sampled_from(("Moncalieri", "circa", "xx", "€", "?", "5x", "(?)", "🙂", "²"))
    )
    phrase = " ".join([*words[:at], word, *words[at:]])
    assert isinstance(read(phrase, language=language, year=YEAR), Misread), phrase

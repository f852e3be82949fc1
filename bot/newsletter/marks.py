"""What a line says by itself: is it a date, a labelled value, a table of contents, the foot of an issue?"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.core import dates
from bot.core.model import When
from bot.core.said import said
from bot.newsletter.cues import CUES, Cues, Label
from bot.newsletter.edition import Edition
from bot.newsletter.meaning import Understood, dates_in, evened, in_words, understood
from bot.newsletter.sentences import sentences

# A date line may go on with an hour and a place, and no further.
_LONGEST_REST = 90
_MOST_WORDS = 12
# Before it, a word or two: `nuova scadenza 12 dicembre`.
_MOST_LEADING = 5
_LONGEST_LED = 70
_LONGEST_DATE_LINE = 140

_AROUND = " \t\n*_|•·–—-:;,.()[]@>→📅🗓️⏰📆🕒⌚"
_BESIDE = " \t\n|•·–—-:;,@>→"  # a quotation mark is the title's
_LEADING = re.compile(r"^[^\w(«\"'“]+")
_LABEL = re.compile(r"\s*(?P<word>[^\W\d_][^:\n]{0,32}?)\s*:\s+(?P<value>\S.*)$", re.DOTALL)
_BARE_LABEL = re.compile(r"\s*(?P<word>[^\W\d_][^:\n]{0,32}?)\s*:?\s*$")
_JOINT = re.compile(r"\s*(?:[,;|·•–—(@:]|-(?=\s)|$|(?:presso|at|in|a|c/o)\s)", re.IGNORECASE)
_OR = re.compile(r"\s*(?:o|oppure|or|ovvero)\s+(?:il\s+)?\d", re.IGNORECASE)
_SAYS_TOO_MUCH = re.compile(r"[.!?]\s+\w+\s+\w+")


class DateLine(NamedTuple):
    """A line that is a date, and what it says after that: a place, mostly."""

    date: Understood
    rest: str
    is_led: bool = False  # a word or two stand before it: `iscrizioni dal 7 al 24 gennaio`


class Labelled(NamedTuple):
    label: Label
    word: str
    value: str


def date_line(text: str, edition: Edition, language: str) -> DateLine | None:
    """Is this line a date, with at most an hour and a place behind it?"""
    found = _date_line(in_words(evened(text), edition, language)[0], edition, language)
    doubt = in_words(evened(text), edition, language)[1]
    if found is not None and doubt is not None:
        found = found._replace(date=found.date._replace(is_sure=False, doubt=doubt))
    return found and found._replace(date=found.date._replace(source=text), rest=_closed(found.rest))


def _closed(text: str) -> str:
    """`text` with the bracket that was taken for a mark at its end."""
    return f"{text})" if text.count("(") > text.count(")") else text


def _date_line(text: str, edition: Edition, language: str) -> DateLine | None:
    if len(text) > _LONGEST_DATE_LINE or not any(map(str.isalnum, text)):
        return None
    bare = _LEADING.sub("", text).strip(_AROUND)
    labelled = label_of(text, language)
    is_deadline = labelled is not None and labelled.label is Label.DEADLINE
    is_said_when = labelled is not None and labelled.label in (Label.WHEN, Label.DEADLINE)
    if labelled is not None and is_said_when:
        bare = labelled.value.strip(_AROUND)
    elif labelled is not None and not re.match(r"\d", bare):
        return None
    if not bare:
        return None
    if is_deadline and (meant := _as_deadline(bare, edition, language)):
        return DateLine(meant, "")
    whole = understood(bare, edition, language)
    if whole.when is not None:
        return DateLine(whole, "")
    again = recurring(bare, language)
    if again is not None:
        return again
    found = first_date(bare, edition, language)
    if found is None and (is_said_when or is_relative(bare)) and not whole.is_date:
        trouble = said("this names no day of the calendar")
        phrase = _UP_TO_MARK.match(bare) if not is_said_when else None
        end = phrase.end() if phrase is not None else len(bare)
        return DateLine(Understood(bare[:end].strip(), None, trouble), bare[end:].strip(_BESIDE))
    if found is None:
        return DateLine(whole, "") if whole.is_date else None
    date, start, end = found
    rest = bare[end:]
    if is_deadline and start == 0:
        date = _as_deadline(date.phrase, edition, language) or date
        asked = said(
            "«{phrase}» is not clear to its end: {trouble}",
            phrase=bare,
            trouble=rest.strip(_BESIDE),
        )
        is_whole = not any(map(str.isdigit, rest))
        return DateLine(date if is_whole else date._replace(is_sure=False, doubt=asked), "")
    if start == 0 and _OR.match(rest):
        return DateLine(
            Understood(bare, None, said("two dates are named, and one of them is meant")), ""
        )
    if start > 0:
        is_led = _is_lead(bare[:start]) and len(bare) <= _LONGEST_LED and not _is_prose(rest)
        if not is_led or not _JOINT.match(rest):
            return None
        return DateLine(_led(date, bare[:start], language), rest.strip(_BESIDE), is_led=True)
    if not _JOINT.match(rest) or _is_prose(rest):
        return None
    return DateLine(date, rest.strip(_BESIDE))


def _is_lead(words: str) -> bool:
    """`nuova`, `iscrizioni`: words before a date that are no title."""
    return len(words.split()) <= _MOST_LEADING and not has(words, "published")


def _led(date: Understood, words: str, language: str) -> Understood:
    """A date behind a word or two, which may make it another date: `must end 16 November`."""
    if has(words, "ends") and date.when is not None and not date.when.is_deadline:
        word = {"it": "fino al", "en": "until"}[language]
        phrase = f"{word} {_ARTICLE.sub('', date.phrase)}"
        asked = said(
            "«{words} {phrase}»: is this its last day?",
            words=words.strip(_AROUND),
            phrase=date.phrase,
        )
        found = dates.read(phrase, language=language, year=date.when.first.first.year)
        if isinstance(found, When):
            return date._replace(phrase=phrase, when=found, is_sure=False, doubt=asked)
    others = [word for word in re.findall(r"[^\W\d_]+", words) if not has(word, "leads")]
    if not others or not date.is_sure:
        return date
    asked = said("«{words}» stands before the date: is it the event's?", words=words.strip(_AROUND))
    return date._replace(is_sure=False, doubt=asked)


_ARTICLE = re.compile(r"^(?:il|l'|the|on)\s*", re.IGNORECASE)


def _as_deadline(phrase: str, edition: Edition, language: str) -> Understood | None:
    """`Scadenza: 28 maggio` is a last day, as its label says."""
    word = {"it": "entro", "en": "by"}[language]
    own = understood(phrase, edition, language)
    if own.when is None or own.when.is_deadline or len(own.when.spans) != 1:
        return own if own.is_date else None
    for candidate in (
        f"{word} il {own.phrase}" if language == "it" else "",
        f"{word} {own.phrase}",
    ):
        found = understood(candidate, edition, language) if candidate else None
        if found is not None and found.when is not None:
            return found._replace(is_sure=own.is_sure, doubt=own.doubt)
    return own


def first_date(text: str, edition: Edition, language: str) -> tuple[Understood, int, int] | None:
    """The first date in `text`, with where it begins and ends there."""
    for found in dates_in(evened(text), language, edition.year):
        if is_of_text(text, found.start, found.end):
            continue
        meant = understood(found.phrase, edition, language)
        if found.when is not None and found.trouble:
            meant = meant._replace(
                is_sure=False,
                doubt=said(
                    "«{phrase}» is not clear to its end: {trouble}",
                    phrase=found.phrase,
                    trouble=found.trouble,
                ),
            )
        if meant.is_date and (week := _WEEK_OF.search(text, 0, found.start)) is not None:
            named = text[week.start() : found.end]
            meant = meant._replace(is_sure=False, doubt=said("«{week}»: on which day?", week=named))
        if meant.is_date:
            return meant, found.start, found.end
    return None


_WEEK_OF = re.compile(
    r"(?<!\w)(?:w/[ce]|week\s+(?:of|commencing|beginning|ending)|settimana\s+d[ea]l(?:l[’'])?)\s*$",
    re.IGNORECASE,
)

# So far back a word can say that a date is not the event's: `pubblicato il`, `foto di Anna Rossi,`.
_NEAR = 40


def is_relative(text: str) -> bool:
    """`domani alle 11`, `questa settimana`: a day that only a reader of that day knows."""
    return len(text) <= _LONGEST_DATE_LINE and any(
        c.any_of["relative"].match(text) for c in CUES.values()
    )


# `via 25 Aprile`, `piazza 4 Novembre`; `corso 22 marzo` may be a course
_STREET = re.compile(
    r"(?<!\w)(?:via|viale|piazz(?:a|ale)|p\.?\s?z?za|c\.so|largo)\s+$", re.IGNORECASE
)
_OLD = re.compile(r",?\s+1[0-8]\d\d(?!\d)")


def is_of_text(text: str, start: int, end: int) -> bool:
    """Is the date from `start` to `end` that of the text itself, of a photograph, of a birth, of a street?"""
    if _OLD.match(text, end) or _STREET.search(text, 0, start):
        return True
    before = re.split(r"[.;!?]\s", text[max(0, start - _NEAR) : start])[-1]
    return has(before, "published")


_EVERY_DAY = {
    "it": re.compile(
        r"lunedì|martedì|mercoledì|giovedì|venerdì|sabat[oi]|domenic[ah]e?|giorn[oi]|mes[ei]|settiman",
        re.I,
    ),
    "en": re.compile(
        r"mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|day|month|week",
        re.I,
    ),
}


# Up to the mark behind which the place, or the title, stands.
_UP_TO_MARK = re.compile(
    r"(?:[^–—|:;.(]|(?<=\d)[.:](?=\d))+?(?=\s*(?:[–—|;(]|:(?!\d)|\.\s|\.?$|\s-\s))"
)


def recurring(text: str, language: str) -> DateLine | None:
    """`ogni giovedì, ore 10.30 – Storie`: true of many days, and no date that could be counted to."""
    if len(text) > _LONGEST_DATE_LINE or not CUES[language].any_of["every"].match(text):
        return None
    phrase = _UP_TO_MARK.match(text)
    if phrase is None or len(phrase[0]) > 60 or not _EVERY_DAY[language].search(phrase[0]):
        return None
    trouble = said("what comes again and again has no date of its own")
    rest = text[phrase.end() :].strip(_BESIDE + ".")
    return DateLine(Understood(phrase[0].strip(), None, trouble), rest)


def _is_prose(rest: str) -> bool:
    return (
        len(rest) > _LONGEST_REST
        or len(rest.split()) > _MOST_WORDS
        or bool(_SAYS_TOO_MUCH.search(rest))
    )


def label_of(text: str, language: str) -> Labelled | None:
    """`Dove: Palazzo Civico`."""
    found = _LABEL.match(text)
    if found is None:
        return None
    for cues in _in_turn(language):
        label = cues.label_of(found["word"])
        if label is not None:
            return Labelled(label, found["word"].strip(), found["value"].strip())
    return None


def bare_label_of(text: str, language: str) -> Label | None:
    """`Luogo`, alone: the head of a column, or a line above its value."""
    found = _BARE_LABEL.match(text)
    if found is None:
        return None
    return next(
        (label for cues in _in_turn(language) if (label := cues.label_of(found["word"]))), None
    )


def _in_turn(language: str) -> tuple[Cues, ...]:
    return (CUES[language], *(cues for name, cues in CUES.items() if name != language))


def is_said_alone(text: str, group: str) -> bool:
    """Is the line nothing but one of the words of that group, in any language?"""
    bare = " ".join(text.casefold().split()).strip(_AROUND + "!…0123456789")
    return any(bare in getattr(cues, group) for cues in CUES.values())


def has(text: str, group: str) -> bool:
    return any(cues.has(group, text) for cues in CUES.values())


def is_prose(text: str, language: str) -> bool:
    """A sentence at least, not a line of an address or of a list."""
    found = sentences(text, CUES[language])
    return any(len(each.text) >= 60 and each.text[-1:] in '.!?…"”»)' for each in found)

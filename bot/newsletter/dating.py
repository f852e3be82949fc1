"""When an item is: its date line, and what its text says more exactly, or otherwise.

A date is taken without a question only where a line, a label, a title or a cell of a table says it; what
stands in running text alone is proposed and asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.core import dates
from bot.core.model import When
from bot.core.said import said
from bot.newsletter.cues import CUES, Label
from bot.newsletter.drafts import DraftEntry, Question
from bot.newsletter.edition import Edition
from bot.newsletter.lines import Line
from bot.newsletter.marks import DateLine, date_line, first_date, has, is_of_text, recurring
from bot.newsletter.meaning import Understood, evened, lies_ahead, understood
from bot.newsletter.naming import slug
from bot.newsletter.outline import Cut, own_date
from bot.newsletter.sentences import Sentence, sentences

# So many words before a date can make it a last day: `le domande vanno inviate entro il`.
_REACH = 60


class Dated(NamedTuple):
    """The dates of an item. `when` is None where the document has none, or none that can be true."""

    phrase: str
    when: When | None
    source: str
    where: str  # what the date line says after the date
    questions: tuple[Question, ...]
    entries: tuple[DraftEntry, ...]


class _Mention(NamedTuple):
    """A date in the running text."""

    date: Understood
    sentence: Sentence
    line: Line
    is_limit: bool  # a last day to register, say
    start: int  # in the line


def dated(cut: Cut, edition: Edition) -> Dated:
    """The dates of these lines; asked about where they say that something was called off, or put off."""
    found = _dated(cut, edition)
    lines = [line for line in (cut.title, *cut.body) if line is not None]
    struck = next((line.piece.struck for line in lines if line.piece.struck), "")
    if struck:
        asked = said("«{words}» is struck out in the document: what holds now?", words=struck)
        return found._replace(questions=(*found.questions, Question("when", asked)))
    texts = [line.text for line in lines[:_FIRST_LINES]] + [each.date.source for each in cut.dates]
    for text in texts:
        word = next(
            (m for c in CUES.values() if (m := c.any_of["off"].search(text[:_FIRST]))), None
        )
        if word is not None:
            asked = said("the document says «{word}»: does this date hold?", word=word[0])
            return found._replace(questions=(*found.questions, Question("when", asked)))
    return found


# That an event is off is said at once.
_FIRST_LINES, _FIRST = 4, 160


def _dated(cut: Cut, edition: Edition) -> Dated:
    language = cut.place_line.language
    mentions = list(_mentions(cut, edition))
    stated, where, source = _stated(cut, edition)
    if stated is None and cut.inherited is not None:
        found = cut.inherited.date
        asked = Question(
            "when", said("the date stands above the item before: is it of this one, too?")
        )
        return _result(found, cut.inherited.rest, found.phrase, [asked], ())
    if stated is None:
        return _from_text(cut, mentions, edition, language)
    if stated.when is None:
        why = said(
            "«{phrase}» can't be a date: {trouble}", phrase=stated.phrase, trouble=stated.trouble
        )
        return Dated("", None, source, where, (Question("when", why),), ())
    questions: list[Question] = []
    if stated.doubt is not None:
        questions.append(Question("when", stated.doubt))
    elif not stated.is_sure:
        questions.append(Question("when", said("is this the date?")))
    sharper = _sharpened(stated, cut, mentions, edition, language, questions)
    entries = _entries(sharper, mentions, edition, questions)
    if sharper.phrase != stated.phrase and sharper.source not in ("", source):
        source = f"{source}» «{sharper.source}"
    return _result(sharper, where, source, questions, entries)


def _result(
    found: Understood,
    where: str,
    source: str,
    questions: Sequence[Question],
    entries: tuple[DraftEntry, ...],
) -> Dated:
    if found.when is None:
        why = said(
            "«{phrase}» can't be a date: {trouble}", phrase=found.phrase, trouble=found.trouble
        )
        return Dated("", None, source, where, (*questions, Question("when", why)), entries)
    return Dated(found.phrase, found.when, source, where, tuple(questions), entries)


# --- what a line says ---------------------------------------------------------------------------


def _stated(cut: Cut, edition: Edition) -> tuple[Understood | None, str, str]:
    """What a line, a label or the title says, with its place and its words."""
    language = cut.place_line.language
    if cut.dates:
        found = _joined(cut, language, edition)
        source = found.date.source or found.date.phrase
        return found.date, _place_in(found.rest, language), source
    for labelled, piece in cut.labelled:
        if labelled.label in (Label.WHEN, Label.DEADLINE):
            line = date_line(piece.text, edition, language)
            if line is not None:
                return line.date, _place_in(line.rest, language), piece.text
            first = first_date(labelled.value, edition, language)
            if first is not None:
                doubt = said("is this the date?")
                return first[0]._replace(is_sure=False, doubt=doubt), "", piece.text
    if cut.title is not None:
        own = own_date(cut.title, edition)
        if own is not None:
            return own.date, "", cut.title.text
    if cut.body and (led := _leading(cut.body[0], edition, language)) is not None:
        return led.date, led.rest, cut.body[0].text
    return None, "", ""


_ENDS = re.compile(r"\s*(?:[.,;:–—|(]|$)")


def _leading(line: Line, edition: Edition, language: str) -> DateLine | None:
    """`Mostra dei vetri: fino al 28 settembre. Cento pezzi …`: a text that begins with its date, set apart."""
    again = recurring(line.text, language)
    if again is not None:
        return DateLine(again.date, "")
    found = first_date(line.text, edition, language)
    rest = line.text[found[2] :] if found is not None else ""
    if found is None or found[1] > 2 or not _ENDS.match(rest):
        return None
    place = _BESIDE.match(rest)
    return DateLine(found[0], _place_in(place[1], language) if place else "")


# `…, ore 10-13, sala Stemmi. Il testo`: what stands between the date and the end of its sentence
_BESIDE = re.compile(r"\s*[,–—|(]\s*([^.;,()]{4,60})(?:[.;)]|$)")


def _place_in(rest: str, language: str) -> str:
    """What a date line says after the date, where that can be a place."""
    return "" if CUES[language].clock.search(rest) else rest


def _joined(cut: Cut, language: str, edition: Edition) -> DateLine:
    """The date line; where a second one says the hour, with it."""
    found = cut.dates[0]
    for labelled, _ in cut.labelled:
        if labelled.label is Label.TIME and found.date.when is not None:
            timed = _with_hour(found.date, labelled.value, edition, language)
            if timed is not None:
                return DateLine(timed, found.rest)
    return found


def _with_hour(date: Understood, hour: str, edition: Edition, language: str) -> Understood | None:
    word = {"it": "ore", "en": "at"}[language]
    for joined in (
        f"{date.phrase} {hour}",
        f"{date.phrase}, {hour}",
        f"{date.phrase} {word} {hour}",
    ):
        found = understood(joined, edition, language)
        if found.when is not None and _has_hour(found.when) and _same_days(found.when, date.when):
            return found._replace(is_sure=date.is_sure, doubt=date.doubt)
    return None


def _has_hour(when: When) -> bool:
    return any(span.start_time or span.end_time for span in when.spans)


def _same_days(one: When, other: When | None) -> bool:
    if other is None or len(one.spans) != len(other.spans):
        return False
    return all(
        (a.start, a.end) == (b.start, b.end) for a, b in zip(one.spans, other.spans, strict=True)
    )


# --- what the text says -------------------------------------------------------------------------


def _mentions(cut: Cut, edition: Edition) -> Iterator[_Mention]:
    for line in cut.body:
        if line.date is not None and any(line.date is each for each in cut.dates):
            continue
        for sentence in sentences(line.text, CUES[line.language]):
            text = evened(sentence.text)
            for found in dates.found_in(text, language=line.language, year=edition.year):
                meant = understood(found.phrase, edition, line.language)
                if not meant.is_date or is_of_text(sentence.text, found.start, found.end):
                    continue
                before = sentence.text[max(0, found.start - _REACH) : found.start]
                is_limit = bool(meant.when and meant.when.is_deadline) or has(before, "deadlines")
                yield _Mention(meant, sentence, line, is_limit, sentence.start + found.start)


def _from_text(cut: Cut, mentions: Sequence[_Mention], edition: Edition, language: str) -> Dated:
    """An item without a date line: what its text says is proposed, and asked."""
    ahead = [
        each
        for each in mentions
        if each.date.when is None or (each.date.when.spans and lies_ahead(each.date.when, edition))
    ]
    days = [each for each in ahead if each.date.is_day and not each.is_limit]
    limits = [each for each in ahead if each.date.is_day and each.is_limit]
    title = cut.title.text if cut.title is not None else ""
    is_call = has(title, "calls") or has(cut.section, "calls")
    for chosen, asked in (
        (limits if is_call else days, said("the date stands in the text only: is it the event's?")),
        (days, said("the date stands in the text only: is it the event's?")),
        (limits, said("the text names a last day and no other: is it what to announce?")),
        (
            [each for each in ahead if _is_of_issue(each.date, edition)],
            said("the text names no day: is this when it is?"),
        ),
    ):
        if not chosen:
            continue
        first = _limited(chosen[0], edition) if chosen is limits else chosen[0].date
        if chosen is not limits:
            first = _most_exact(first, cut, mentions, edition, language)
        others = [each.date.phrase for each in chosen[1:] if not _same(each.date, chosen[0].date)]
        is_stated = (
            is_call
            and chosen is limits
            and len(limits) == 1
            and bool(first.when and first.when.is_deadline and first.is_sure)
        )
        questions = [] if is_stated else [Question("when", asked)]
        if others:
            listed = ", ".join(dict.fromkeys(others))
            questions.append(
                Question("when", said("the text names other days, too: {days}", days=listed))
            )
        return _result(first, "", chosen[0].sentence.text, questions, ())
    wrong = next((each for each in ahead if each.date.when is None), None)
    if wrong is not None:
        return _result(wrong.date, "", wrong.sentence.text, [], ())
    return Dated("", None, "", "", (), ())


def _is_of_issue(date: Understood, edition: Edition) -> bool:
    """Is it one of the issue's own months, or a part of one?"""
    if date.when is None or not date.when.spans:
        return False
    day = date.when.first.first
    return (day.year, day.month) in edition.months


def _limited(mention: _Mention, edition: Edition) -> Understood:
    """`le domande vanno inviate entro il 28 maggio` -> `entro il 28 maggio`"""
    if mention.date.when is not None and mention.date.when.is_deadline:
        return mention.date
    word = {"it": "entro", "en": "by"}[mention.line.language]
    for candidate in (f"{word} {mention.date.phrase}", f"{word} il {mention.date.phrase}"):
        found = understood(candidate, edition, mention.line.language)
        if found.when is not None and found.when.is_deadline:
            return found
    return mention.date


def _same(one: Understood, other: Understood) -> bool:
    return one.when is not None and other.when is not None and _same_days(one.when, other.when)


def _sharpened(
    stated: Understood,
    cut: Cut,
    mentions: Sequence[_Mention],
    edition: Edition,
    language: str,
    questions: list[Question],
) -> Understood:
    """The date line with what the text adds to it: an end, an hour."""
    when = stated.when
    assert when is not None
    if not when.spans or when.is_deadline:
        return stated
    span = when.spans[0]
    if len(when.spans) == 1 and span.end is None and span.precision.is_exact:
        ends = [
            each.date._replace(source=each.sentence.text)
            for each in mentions
            if each.date.when is not None
            and len(each.date.when.spans) == 1
            and each.date.when.spans[0].start == span.start
            and each.date.when.spans[0].end not in (None, span.start)
        ]
        if ends:
            return ends[0]._replace(is_sure=stated.is_sure, doubt=stated.doubt)
    return _most_exact(stated, cut, mentions, edition, language, questions)


def _most_exact(
    date: Understood,
    cut: Cut,
    mentions: Sequence[_Mention],
    edition: Edition,
    language: str,
    questions: list[Question] | None = None,
) -> Understood:
    """The day with its hour, where the text names just one."""
    when = date.when
    if when is None or _has_hour(when) or len(when.spans) != 1:
        return date
    span = when.spans[0]
    if span.start is None or span.start != span.end or not span.precision.is_exact:
        return date
    hours: list[tuple[str, str, bool]] = []  # the hour, its sentence, and is it surely the event's?
    for line in cut.body:
        for sentence in sentences(line.text, CUES[line.language]):
            here = [
                m
                for m in mentions
                if m.sentence is sentence or (m.line is line and m.sentence == sentence)
            ]
            if any(m.is_limit or not _same(m.date, date) for m in here) or has(
                sentence.text, "deadlines"
            ):
                continue
            clock = CUES[line.language].clock
            own = has(sentence.text, "starts") and not has(sentence.text, "aside")
            hours.extend(
                (found[0], sentence.text, own or (found.start() == 0 and sentence.start == 0))
                for found in clock.finditer(evened(sentence.text))
            )
    meanings: dict[tuple[object, object], Understood] = {}
    sure = set()
    for hour, source, is_own in hours:
        timed = _with_hour(date, hour.strip(), edition, language)
        if timed is not None and timed.when is not None:
            one = timed.when.spans[0]
            timed = timed._replace(source=source)
            meanings.setdefault((one.start_time, one.end_time), timed)
            if is_own:
                sure.add((one.start_time, one.end_time))
    if len(meanings) == 1:
        key, timed = next(iter(meanings.items()))
        if questions is not None and key not in sure:
            hour = said("the hour stands in the text: is it when this begins?")
            questions.append(Question("when", hour))
        return timed
    if len(meanings) > 1 and questions is not None:
        listed = ", ".join(each.phrase for each in meanings.values())
        questions.append(
            Question("when", said("the text names several hours: {hours}", hours=listed))
        )
    return date


# --- several events in one ----------------------------------------------------------------------


def _entries(
    date: Understood,
    mentions: Sequence[_Mention],
    edition: Edition,
    questions: list[Question],
) -> tuple[DraftEntry, ...]:
    """Days of the text that the date line does not name, or names among others."""
    when = date.when
    assert when is not None
    found: dict[object, DraftEntry] = {}
    for each in mentions:
        one = each.date.when
        if one is None or not one.spans or not each.date.is_day or each.is_limit:
            continue
        if not lies_ahead(one, edition) or len(one.spans) != 1:
            continue
        days = one.spans[0].start, one.spans[0].end
        is_listed = len(when.spans) > 1 and any((s.start, s.end) == days for s in when.spans)
        if not is_listed and (_covers(when, one) or _covers(one, when)):
            continue
        if days in found:
            continue
        exact = _timed(each, edition)
        found[days] = DraftEntry(
            id=slug(exact.phrase, set()),
            when=exact.phrase,
            title=_about(each),
            source=each.sentence.text,
        )
    if not found:
        return ()
    is_list = len(when.spans) > 1
    if is_list and len(found) < len(when.spans):
        return ()
    asked = (
        said(
            "the text says what each day is: is it announced by itself? If so, set the titles right"
        )
        if is_list
        else said(
            "the text names a day that the date line does not: is it another event? If not, delete `dates`"
        )
    )
    questions.append(Question("dates", asked))
    return tuple(found.values())


def _covers(when: When, other: When) -> bool:
    """Does the date line hold that day already?"""
    day, last = other.spans[0].first, other.spans[0].last
    return when.is_exact and any(
        (span.start is None or span.start <= day) and (span.end is None or last <= span.end)
        for span in when.spans
    )


def _timed(mention: _Mention, edition: Edition) -> Understood:
    hours = {
        found[0].strip()
        for found in CUES[mention.line.language].clock.finditer(mention.sentence.text)
    }
    if len(hours) == 1 and mention.date.when is not None and not _has_hour(mention.date.when):
        timed = _with_hour(mention.date, hours.pop(), edition, mention.line.language)
        if timed is not None:
            return timed
    return mention.date


_LONGEST_ABOUT = 80


def _about(mention: _Mention) -> str:
    """The words after the date, up to the next mark or the next date: what happens on that day."""
    text = mention.sentence.text
    at = text.find(mention.date.phrase)
    rest = text[at + len(mention.date.phrase) :] if at >= 0 else text
    found = dates.found_in(rest, language=mention.line.language, year=2000)
    end = min([each.start for each in found], default=len(rest))
    part = rest[:end].strip(" ,;:.–—-")
    part = part.removesuffix(" e").removesuffix(" and").removesuffix(" e il").strip(" ,;:.")
    if len(part) > _LONGEST_ABOUT:
        part = part[:_LONGEST_ABOUT].rpartition(" ")[0]
    return part or text[:_LONGEST_ABOUT]

"""When an item is: its date line, and what its text says more exactly, or otherwise.

A date is taken without a question only where a line, a label, a title or a cell of a table says it; what
stands in running text alone is proposed and asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.core.model import When
from bot.core.said import said
from bot.newsletter.cues import CUES, Label
from bot.newsletter.cut import Cut
from bot.newsletter.drafts import DraftEntry, Question
from bot.newsletter.edition import Edition
from bot.newsletter.lines import Line
from bot.newsletter.looks import own_date
from bot.newsletter.marks import DateLine, Labelled, date_line, first_date, has, recurring
from bot.newsletter.meaning import Understood, evened, lies_ahead, understood
from bot.newsletter.mentions import Mention, has_hour, mentions_in, same, with_hour
from bot.newsletter.pieces import Piece
from bot.newsletter.sentences import sentences
from bot.newsletter.several import entries_of


class Dated(NamedTuple):
    """The dates of an item. `when` is None where the document has none, or none that can be true."""

    phrase: str
    when: When | None
    source: str
    where: str  # what the date line says after the date
    questions: tuple[Question, ...]
    entries: tuple[DraftEntry, ...]


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
    mentions = list(mentions_in(cut, edition))
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
    passed = _has_passed(stated.when, edition)
    if passed and not questions:
        late = said("this day lies before the issue: is it the event's?")
        questions.append(Question("when", late))
    questions.extend(_about_rest(cut, edition, language))
    sharper = _sharpened(stated, cut, mentions, edition, language, questions)
    entries = entries_of(sharper, mentions, edition, questions)
    if sharper.phrase != stated.phrase and sharper.source not in ("", source):
        source = f"{source}» «{sharper.source}"
    return _result(sharper, where, source, questions, entries)


def _has_passed(when: When, edition: Edition) -> bool:
    """Was it over when the issue came out?"""
    first = edition.first_day
    return bool(first and when.spans and when.is_exact and when.spans[-1].last < first)


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


def _stated(cut: Cut, edition: Edition) -> tuple[Understood | None, str, str]:
    """What a line, a label or the title says, with its place and its words."""
    language = cut.place_line.language
    if cut.dates:
        found = _joined(cut, language, edition)
        source = found.date.source or found.date.phrase
        # of several date lines, each with words of its own, none says where it all is
        is_one = len([each for each in cut.dates if each.rest]) == 1
        return found.date, _place_in(found.rest, edition, language) if is_one else "", source
    stated = [_labelled(each, piece, edition, language) for each, piece in cut.labelled]
    found_here = [each for each in stated if each is not None]
    if found_here:
        # who has to apply by a day must hear of that day, not of when it all begins
        date, place, source = next(
            (each for each in found_here if each[0].when and each[0].when.is_deadline),
            found_here[0],
        )
        if len(found_here) > 1 and date.is_sure and not (date.when and date.when.is_deadline):
            date = date._replace(is_sure=False, doubt=said("is this the date?"))
        return date, place, source
    if cut.title is not None:
        own = own_date(cut.title, edition)
        if own is not None:
            return own.date, "", cut.title.text
    if cut.body and (led := _leading(cut.body[0], edition, language)) is not None:
        return led.date, led.rest, cut.body[0].text
    return None, "", ""


def _labelled(
    labelled: Labelled, piece: Piece, edition: Edition, language: str
) -> tuple[Understood, str, str] | None:
    """What `Quando:` or `Scadenza:` says."""
    if labelled.label not in (Label.WHEN, Label.DEADLINE):
        return None
    line = date_line(piece.text, edition, language)
    if line is not None:
        return line.date, _place_in(line.rest, edition, language), piece.text
    first = first_date(labelled.value, edition, language)
    if first is None:
        return None
    doubt = said("is this the date?")
    return first[0]._replace(is_sure=False, doubt=doubt), "", piece.text


_ENDS = re.compile(r"\s*(?:[.,;:–—|(]|$)")


def _leading(line: Line, edition: Edition, language: str) -> DateLine | None:
    """`Mostra dei vetri: fino al 28 settembre. Cento pezzi …`: a text that begins with its date, set apart."""
    again = recurring(line.text, language)
    if again is not None:
        return DateLine(again.date, "")
    text = evened(line.text)
    found = first_date(text, edition, language)
    rest = text[found[2] :] if found is not None else ""
    if found is None or found[1] > 2 or not _ENDS.match(rest):
        return None
    place = _BESIDE.match(rest)
    return DateLine(found[0], _place_in(place[1], edition, language) if place else "")


# `…, ore 10-13, sala Stemmi. Il testo`: what stands between the date and the end of its sentence
_BESIDE = re.compile(r"\s*[,–—|(]\s*([^.;,()]{4,60})(?:[.;)]|$)")


def _place_in(rest: str, edition: Edition, language: str) -> str:
    """What a date line says after the date, where that can be a place."""
    has_more = CUES[language].clock.search(rest) or first_date(rest, edition, language)
    return "" if has_more else rest


def _about_rest(cut: Cut, edition: Edition, language: str) -> Iterator[Question]:
    """A date line that names another day behind its own: `(in caso di pioggia il 22)`, `iscrizioni entro il 3`."""
    others = [each.date.phrase for each in cut.dates[1:] if not same(each.date, cut.dates[0].date)]
    if others:
        days = ", ".join(dict.fromkeys(others))
        yield Question("when", said("the text names other days, too: {days}", days=days))
    rest = cut.dates[0].rest if cut.dates else ""
    if first_date(rest, edition, language) is not None:
        asked = said("behind the date the document says «{rest}»: what of it holds?", rest=rest)
        yield Question("when", asked)


def _joined(cut: Cut, language: str, edition: Edition) -> DateLine:
    """The date line, a last day before others; where a second one says the hour, with it."""
    deadlines = (each for each in cut.dates if each.date.when and each.date.when.is_deadline)
    found = next(deadlines, cut.dates[0])
    for labelled, _ in cut.labelled:
        if labelled.label is Label.TIME and found.date.when is not None:
            timed = with_hour(found.date, labelled.value, edition, language)
            if timed is not None:
                return DateLine(timed, found.rest)
    return found


def _from_text(cut: Cut, mentions: Sequence[Mention], edition: Edition, language: str) -> Dated:
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
        others = [each.date.phrase for each in chosen[1:] if not same(each.date, chosen[0].date)]
        is_stated = (
            is_call
            and chosen is limits
            and len(limits) == 1
            and not days
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
    return Dated("", None, "", "", tuple(_about_figures(cut)), ())


# `14-15/6`, `giovedì 5 (spagnolo)`, `Thu 13`: most likely a day, of which the grammar makes none
_LIKE_A_DAY = re.compile(
    r"(?<![\d/.,])\d{1,2}/\d{1,2}(?![\d/])"
    r"|(?<!\w)(?:luned|marted|mercoled|gioved|venerd|sabat|domenic|mon|tue|wed|thu|fri|sat|sun)[^\W\d_]*\.?\s\d{1,2}(?![\d.:])",
    re.IGNORECASE,
)


def _about_figures(cut: Cut) -> Iterator[Question]:
    """An item in which no date was understood is no news of no day where its text looks like one."""
    for line in (cut.title, *cut.body):
        if line is None:
            continue
        for sentence in sentences(line.text, CUES[line.language]):
            if _LIKE_A_DAY.search(sentence.text):
                asked = said("«{words}» looks like a date: which is it?", words=sentence.text)
                yield Question("when", asked)
                return


def _is_of_issue(date: Understood, edition: Edition) -> bool:
    """Is it one of the issue's own months, or a part of one?"""
    if date.when is None or not date.when.spans:
        return False
    day = date.when.first.first
    return (day.year, day.month) in edition.months


def _limited(mention: Mention, edition: Edition) -> Understood:
    """`le domande vanno inviate entro il 28 maggio` -> `entro il 28 maggio`"""
    if mention.date.when is not None and mention.date.when.is_deadline:
        return mention.date
    word = {"it": "entro", "en": "by"}[mention.line.language]
    for candidate in (f"{word} {mention.date.phrase}", f"{word} il {mention.date.phrase}"):
        found = understood(candidate, edition, mention.line.language)
        if found.when is not None and found.when.is_deadline:
            return found
    return mention.date


def _sharpened(
    stated: Understood,
    cut: Cut,
    mentions: Sequence[Mention],
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
    mentions: Sequence[Mention],
    edition: Edition,
    language: str,
    questions: list[Question] | None = None,
) -> Understood:
    """The day with its hour, where the text names just one."""
    when = date.when
    if when is None or has_hour(when) or len(when.spans) != 1:
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
            if any(m.is_limit or not same(m.date, date) for m in here) or has(
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
        timed = with_hour(date, hour.strip(), edition, language)
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

"""The lines of each item -> its draft: every field with the words it was taken from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.said import said
from bot.newsletter.cues import CUES, Label
from bot.newsletter.cut import Cut
from bot.newsletter.dating import Dated, dated
from bot.newsletter.drafts import Draft, Question
from bot.newsletter.edition import Edition, language_of
from bot.newsletter.lines import Line
from bot.newsletter.linking import contact_of, link_of
from bot.newsletter.marks import has
from bot.newsletter.naming import marked_place, no_title, online_in, place_in, slug, title_of
from bot.newsletter.sentences import sentences
from bot.newsletter.summary import summary_of

# From so many days on something is announced before it ends, too (DESIGN, Time).
_LONG = timedelta(days=13)


_DATES = (Label.WHEN, Label.DEADLINE)


def drafts_of(cuts: Sequence[Cut], edition: Edition) -> tuple[Draft, ...]:
    taken: set[str] = set()
    found = []
    for cut in cuts:
        draft = _draft(cut, edition, taken)
        taken.add(draft.id)
        found.append(draft)
    return tuple(found)


def _draft(cut: Cut, edition: Edition, taken: set[str]) -> Draft:
    sources: dict[str, str] = {}
    questions: list[Question] = []
    language = _language(cut, edition)
    if cut.title is not None:
        is_dated = bool(cut.dates) or any(each.label in _DATES for each, _ in cut.labelled)
        title = " ".join(cut.title.text.split()) if is_dated else title_of(cut.title, edition)
        sources["title"] = cut.title.text
    else:
        title, question = no_title(cut.body[0].text)
        questions.append(question)
        sources["title"] = cut.body[0].text
    date = dated(cut, edition)
    questions.extend(date.questions)
    if date.source:
        sources["when"] = date.source
    summary, fits = summary_of(cut.body)
    if summary and not fits:
        asked = said("no sentence is short enough for a post: how is it said in fewer words?")
        questions.append(Question("summary", asked))
    link, sources["link"], asked_of_link = link_of(_linked(cut), cut.title)
    questions.extend(asked_of_link)
    contact, sources["contact"] = contact_of([*cut.body, *_cells(cut, Label.CONTACT)])
    where, sources["where"] = _where(cut, date)
    if not where and cut.second is not None:
        where = sources["where"] = cut.second.text
        questions.append(Question("where", said("it stands below the title: is this where it is?")))
    return Draft(
        id=slug(title, taken),
        title=title,
        place=cut.place_line.piece.place,
        language=language,
        when=date.phrase,
        where=where,
        summary=summary,
        link=link,
        contact=contact,
        schedule=_schedule(date),
        entries=date.entries,
        sources={name: source for name, source in sources.items() if source},
        questions=tuple(questions),
        meaning=date.when,
    )


def _language(cut: Cut, edition: Edition) -> str:
    text = " ".join(line.text for line in (cut.title, *cut.body) if line is not None)
    return language_of(text, edition.language)


def _cells(cut: Cut, label: Label) -> list[Line]:
    piece = cut.cells.get(label)
    return [] if piece is None else [Line(piece, cut.place_line.language)]


def _linked(cut: Cut) -> list[Line]:
    return [*cut.body, *_cells(cut, Label.LINK), *_cells(cut, Label.WHERE)]


def _where(cut: Cut, date: Dated) -> tuple[str, str]:
    """A labelled place, or one beside the date, or one that the text names clearly; with its words."""
    cell = cut.cells.get(Label.WHERE)
    if cell is not None:
        return " ".join(cell.text.split()), cell.text
    for labelled, piece in cut.labelled:
        if labelled.label is Label.WHERE:
            return labelled.value.strip(" ."), piece.text
    if date.where and sum(map(str.isalpha, date.where)) >= 3:
        return date.where, date.source
    for line in cut.body:
        place = marked_place(line.text, line.language)
        if place:
            return place, line.text
    for line in cut.body:
        for sentence in sentences(line.text, CUES[line.language]):
            place = place_in(sentence.text, line.language)
            if place:
                return place, sentence.text
    texts = ([cut.title] if cut.title is not None else []) + cut.body
    for line in texts:
        for sentence in sentences(line.text, CUES[line.language]):
            word = online_in(sentence.text, line.language)
            if word and not has(sentence.text, "info"):
                return word.lower(), sentence.text
    return "", ""


def _schedule(date: Dated) -> str:
    """The ladder for such dates: a deadline's, that of what stays open long, or none for most events."""
    when = date.when
    if when is None or not when.spans:
        return "" if date.questions else "notice"
    if when.is_deadline:
        return "call"
    span = when.spans[0]
    if len(when.spans) == 1 and span.start and span.end and span.precision.is_exact:
        return "long" if span.end - span.start >= _LONG else ""
    return ""

"""The words of an item and of its entries, in their own language and in translations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core.kinds import Kind
from bot.core.model import When, Words
from bot.core.said import said
from bot.load.link import read_link
from bot.load.nodes import Mapped, is_literal, is_plain
from bot.load.own_text import texts_of
from bot.load.phrase import in_one_line, in_paragraphs, is_language, read_when
from bot.load.report import Report, shown
from bot.load.schema import WrittenEntry, WrittenItem, WrittenTranslation, WrittenWords
from bot.load.tone import warn_of_text

# The straight mark, and those that have a shape. Languages disagree on which of these opens and which
# closes, so only their number is looked at.
_MARKS = (
    '"',
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}«»",
)
_ANY_MARK = frozenset().union(*_MARKS)


def words_of(
    written: WrittenItem | WrittenEntry | WrittenWords,
    node: Mapped,
    language: str,
    report: Report,
    link: str,
    wording: str = "",
) -> Words:
    """The words as they stand there; `link` and `wording` are settled by the caller."""
    for key, text in (
        ("title", written.title),
        ("where", written.where),
        ("summary", written.summary),
    ):
        if not text:
            continue
        warn_of_text(text, key, node.inner[key], language, report)
        if _has_stray_mark(text) and is_plain(node.inner[key]):
            report.warn(
                node.inner[key],
                Kind.STRAY_QUOTE,
                said("a quotation mark without its partner: {text}", text=shown(text)),
                said("posts would show it: remove it, or add the other"),
            )
    own = written.text if isinstance(written, WrittenItem | WrittenTranslation) else None
    summary = written.summary
    if "\n" in summary:
        summary = in_paragraphs(summary, keeps_lines=is_literal(node.inner["summary"]))
    return Words(
        title=in_one_line(written.title),
        summary=summary.strip(),
        where=in_one_line(written.where),
        link=link,
        wording=wording,
        text=texts_of(own, node, language, link, report) if own else {},
    )


def _has_stray_mark(text: str) -> bool:
    """Does text begin or end with a quotation mark that has no partner?"""
    text = text.strip()
    if not text or (text[0] not in _ANY_MARK and text[-1] not in _ANY_MARK):
        return False
    return any(
        (text[0] in marks or text[-1] in marks) and sum(map(text.count, marks)) % 2 == 1
        for marks in _MARKS
    )


def translations_of(
    written: WrittenItem | WrittenEntry,
    node: Mapped,
    own: Words,
    when: When | None,
    language: str,
    year: int | None,
    report: Report,
) -> Iterator[tuple[str, Words]]:
    """The translations, by language. A link or a place that one leaves out is that of `own`."""
    if not written.translations:
        return
    places = node.mapped("translations")
    for other, translation in written.translations.items():
        key, place = places.keys[other], places.mapped(other)
        if other == language:
            message = said("the text above is already in {language}", language=shown(other))
            report.error(key, Kind.TRANSLATION, message, said("remove one of them"))
            continue
        if not is_language(other, key, report):
            continue
        link = read_link(translation.link, place.inner.get("link", place), report)
        wording = in_one_line(translation.when)
        if wording:
            _compare(wording, place, other, when, year, report)
        words = words_of(
            translation, place, other, report, own.link if link is None else link, wording
        )
        if isinstance(written, WrittenItem) and not words.title:
            report.missing(
                place,
                "title",
                Kind.TRANSLATION,
                said("a translation needs a title"),
                said("write 'title: ...' in its language"),
            )
        yield (
            other,
            words if words.where else replace(words, where=own.where),
        )


def _compare(
    wording: str, place: Mapped, language: str, when: When | None, year: int | None, report: Report
) -> None:
    """A translation that names other days than the original misleads one half of the followers."""
    at = place.inner["when"]
    translated = read_when(wording, at, language, year, report)
    if translated and when and translated.spans != when.spans:
        report.warn(
            at,
            Kind.TRANSLATION,
            said("these are not the same dates as in the original"),
            shown(when.wording),
        )

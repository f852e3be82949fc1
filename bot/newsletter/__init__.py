"""A newsletter document -> drafts. Decides what is an item; invents nothing, writes nothing, sends nothing.

    bytes -> reading -> Document -> pieces -> lines -> outline -> drafts

`import_document` is all of it.
"""

from __future__ import annotations

from bot.core.said import said
from bot.newsletter.document import Document
from bot.newsletter.drafting import drafts_of
from bot.newsletter.drafts import Draft, DraftEntry, Ignored, Imported, Question
from bot.newsletter.edition import Edition, edition_of
from bot.newsletter.lines import lines_of
from bot.newsletter.linking import own_page
from bot.newsletter.margins import without_margins
from bot.newsletter.outline import outline
from bot.newsletter.pieces import pieces_of
from bot.newsletter.reading import Unreadable, limits, read_document
from bot.newsletter.translating import with_translations

__all__ = [
    "Draft",
    "DraftEntry",
    "Ignored",
    "Imported",
    "Question",
    "UndatedError",
    "Unreadable",
    "import_document",
    "items_in",
]


class UndatedError(Unreadable):
    """Nothing in the document tells its year, and nobody said it."""


# A newsletter of 300 pages, nine items on each, has 9,300, and takes half of the ten seconds that anybody waits.
MOST_PIECES = 20_000


def import_document(content: bytes, name: str, *, year: int | None = None) -> Imported:
    """The drafts of a newsletter. `year` is the year of its dates, where a person said it.

    Raises Unreadable for what is no document, UndatedError for one that does not tell of which year it is.
    """
    return items_in(read_document(content, name), name, year=year)


def items_in(document: Document, name: str = "", *, year: int | None = None) -> Imported:
    """The drafts of a document that has been read. Raises UndatedError where its year is not known."""
    pieces = pieces_of(document)
    if len(pieces) > MOST_PIECES:
        raise limits.too_long()
    edition = edition_of(document, pieces, name, year)
    if edition is None:
        raise UndatedError(
            said("the document does not say of which year it is"), said("say it with --year")
        )
    seen = lines_of(pieces, edition)
    lines, ignored = without_margins(seen, edition)
    kept = set(map(id, lines))
    cuts, rest = outline(lines, edition)
    drafts = with_translations(drafts_of(cuts, edition), edition.language)
    return Imported(
        drafts=drafts,
        ignored=(*ignored, *rest),
        link=own_page([line for line in seen if id(line) not in kept]),
        year=edition.year,
        month=edition.month,
        language=edition.language,
        questions=_about_all(edition),
    )


def _about_all(edition: Edition) -> tuple[Question, ...]:
    if edition.is_sure:
        return ()
    asked = said("is {year} the year? It only stands beside one of the dates", year=edition.year)
    return (Question("year", asked),)

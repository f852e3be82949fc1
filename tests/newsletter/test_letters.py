"""The letters say what their truths take from them: a truth that is wrong would measure nothing."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from io import BytesIO
from types import ModuleType
from urllib.parse import unquote

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import html
from pypdf import PdfReader

from tests.newsletter import letters, others, unseen
from tests.newsletter.letters import Letter
from tests.newsletter.truth import NO_DATES, truth_of

EVERY = pytest.mark.parametrize(
    "sent", [*letters.letters(), *others.letters(), *unseen.letters()], ids=str
)


def told(text: str) -> str:
    """Letters of one size, no marks of Markdown, white space and cut words evened."""
    text = re.sub(r"(?<=\w)-\n(?=[a-zàèéìòù])", "", unescape(text))
    return re.sub(r"\s+", " ", re.sub(r"\*\*|^[#*>]+ ?", "", text, flags=re.MULTILINE)).casefold()


def words_of(sent: Letter) -> str:
    match sent.name.rpartition(".")[2]:
        case "html":
            tree = html.document_fromstring(sent.content)
            pieces = [*tree.itertext(), *(picture.get("alt") for picture in tree.iter("img"))]
            return " ".join(piece for piece in pieces if isinstance(piece, str))
        case "docx":
            word = Document(BytesIO(sent.content))
            ends = (*word.sections[0].header.paragraphs, *word.sections[0].footer.paragraphs)
            # All that stands below the body, wherever: in tables and text boxes, too.
            paragraphs = [*(end._p for end in ends), *word.element.body.iter(qn("w:p"))]
            return "\n".join("".join(each.itertext(qn("w:t"))) for each in paragraphs)
        case "pdf":
            # A title may go on overleaf: what every page repeats stands before the first of them.
            lines = [
                page.extract_text().splitlines() for page in PdfReader(BytesIO(sent.content)).pages
            ]
            head_and_foot = [lines[0][0], lines[0][-1]]
            return "\n".join([*head_and_foot, *(line for page in lines for line in page[1:-1])])
        case _:
            return sent.content.decode(sent.encoding)


def links_of(sent: Letter) -> str:
    """Wherever links may stand in it."""
    match sent.name.rpartition(".")[2]:
        case "docx":
            related = Document(BytesIO(sent.content)).part.rels.values()
            targets = [to.target_ref for to in related if to.reltype == RELATIONSHIP_TYPE.HYPERLINK]
            return " ".join(targets) + words_of(sent)
        case "pdf":
            pages = PdfReader(BytesIO(sent.content)).pages
            notes = [note.get_object() for page in pages for note in page.get("/Annots", ())]
            return " ".join(note["/A"]["/URI"] for note in notes) + words_of(sent)
        case _:
            return unescape(sent.content.decode(sent.encoding))


@EVERY
def test_what_a_truth_takes_from_a_letter_stands_in_it(sent: Letter) -> None:
    truth = truth_of(sent.truth)
    words = told(words_of(sent))
    expected = [
        *(title for item in truth.items for title in item.titles),
        *(item.where for item in truth.items),
        *truth.not_items,
    ]
    assert [text for text in expected if told(text) not in words] == []
    contacts = [item.contact for item in truth.items if item.contact]
    assert [contact for contact in contacts if contact not in links_of(sent)] == []


@EVERY
def test_each_link_of_a_truth_leads_somewhere_in_its_letter(sent: Letter) -> None:
    truth = truth_of(sent.truth)
    written = links_of(sent)
    links = [link for item in truth.items for link in item.links]
    # A tracked link has the page that it leads to within.
    assert [link for link in links if link not in written + unquote(written)] == []
    assert [link for link in links if link.startswith("#")] == []


@EVERY
def test_titles_in_a_letter_are_told_apart_from_each_other_and_from_what_is_no_item(
    sent: Letter,
) -> None:
    truth = truth_of(sent.truth)
    titles = [told(title) for item in truth.items for title in item.titles]
    assert max(Counter(titles).values()) == 1
    assert not set(titles) & {told(text) for text in truth.not_items}


@pytest.mark.parametrize(("folder", "number"), [(letters, 10), (others, 12), (unseen, 8)])
def test_letters_are_as_long_and_as_mixed_as_those_of_offices(
    folder: ModuleType, number: int
) -> None:
    truths = [truth_of(sent.truth) for sent in folder.letters()]
    items = [item for truth in truths for item in truth.items]
    assert len(truths) == number
    assert all(6 <= len(truth.items) <= 15 for truth in truths)
    assert sum(item.is_unsure for item in items) >= 12
    assert sum(item.dates[0] == NO_DATES and not item.is_unsure for item in items) >= 8
    assert any(deadline for item in items for dates in item.dates for _, deadline in dates)


def test_each_truth_has_its_letter() -> None:
    for folder in (letters, others, unseen):
        truths = {path.name for path in folder.FOLDER.glob(f"*{letters.TRUTH}")}
        assert truths == {name.rpartition(".")[0] + letters.TRUTH for name in folder.NAMES}


def test_made_letters_are_the_same_each_time_they_are_made() -> None:
    assert letters.letter("harbour.pdf") == letters.letter("harbour.pdf")
    assert others.letter("estero.pdf") == others.letter("estero.pdf")
    assert unseen.letter("torrealba.pdf") == unseen.letter("torrealba.pdf")


def test_a_truth_with_an_impossible_date_is_refused() -> None:
    text = "{year: 2025, language: it, not_items: [], items: [{title: Fiera, when: 31 giugno}]}"
    with pytest.raises(ValueError, match="31 giugno"):
        truth_of(text)


def test_a_truth_is_either_sure_of_a_date_or_not() -> None:
    item = "{title: Fiera, when: 30 giugno, unsure: true}"
    with pytest.raises(ValueError, match="either sure"):
        truth_of(f"{{year: 2025, language: it, not_items: [], items: [{item}]}}")


def test_a_truth_with_a_stray_key_is_refused() -> None:
    with pytest.raises(ValueError, match="wen"):
        truth_of(
            "{year: 2025, language: it, not_items: [], items: [{title: Fiera, wen: 30 giugno}]}"
        )

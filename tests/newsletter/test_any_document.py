"""For documents that nobody thought of: they are read or refused, and what comes of them is a file that loads."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.kinds import Kind as Kinds
from bot.core.model import Severity
from bot.load import load
from bot.newsletter import items_in
from bot.newsletter.document import Block, Document, Kind, Link, Place
from bot.newsletter.reading import Unreadable
from bot.newsletter.reading.__main__ import _reader
from bot.newsletter.reading.formats import Format, format_of
from bot.newsletter.reading.wire import packed, unpacked
from bot.newsletter.sheet import sheet
from tests.newsletter.papers import package, pdf, pdf_of, stream

_SUFFIXES = [".md", ".txt", "", ".html", ".eml", ".mht", ".docx", ".pdf"]

_SCRAPS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<table><tr><td>",
            "<s>",
            "<a href='",
            "<style>.a{",
            "}",
            "<!--",
            "<b class=a>",
        ),
        *(
            "# ",
            "- ",
            "~~",
            "**",
            "[",
            "](",
            ")",
            "| ",
            "|--|",
            "---",
            "```",
            "\n",
            "\n\n",
            "  \n",
            "\t",
        ),
        *(
            "Subject: x\n",
            "Content-Type: text/html; charset=utf-7\n\n",
            "MIME-Version: 1.0\n",
            "--x\n",
        ),
        *(
            "Content-Type: multipart/mixed; boundary=x\n\n",
            "Content-Transfer-Encoding: base64\n",
            "=E8",
        ),
        *(
            "5 maggio",
            "Festa",
            "\u00a0",
            "\u200b",
            "\ufeff",
            "\x00",
            "\r",
            "\ud7ff",
            "\U0001f389",
            "&#0;",
        ),
    ]
)
_FILES = [
    pdf(lambda paper: paper.write(5, "Festa, 5 maggio", "https://a.example")),
    pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        stream(b"BT /F 12 Tf 50 700 Td (Festa) Tj 0 -14 Td [(dal) -300 (5)] TJ ET"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ),
    package(b"<w:document><w:body><w:p><w:r><w:t>Festa</w:t></w:r></w:p></w:body></w:document>"),
]


@st.composite
def _broken(draw: st.DrawFn) -> bytes:
    """A file of a program with some of its bytes changed."""
    content = bytearray(draw(st.sampled_from(_FILES)))
    for at in draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(len(content) // 2, len(content)))])


_BYTES = st.binary(max_size=200) | st.lists(_SCRAPS, max_size=30).map("".join).map(
    lambda text: text.encode("utf-8")
)


def _holds(block: Block) -> None:
    """Links and stretches in bold lie within the text, in order, and none is empty."""
    for stretches in ([(link.start, link.end) for link in block.links], list(block.bold)):
        assert all(0 <= start < end <= len(block.text) for start, end in stretches)
        assert all(before[1] <= after[0] for before, after in pairwise(stretches))
    assert block.text == block.text.strip(" \n")
    for cell in block.cells:
        _holds(cell)


def _read(content: bytes, name: str) -> Document | None:
    """The document, or None where it is refused.

    What pypdf raises is no refusal yet: the process in which it runs makes one of it.
    """
    try:
        file_format = format_of(content, name)
    except Unreadable:
        return None
    try:
        return _reader(file_format)(content)
    except Unreadable:
        return None
    except Exception:
        if file_format is Format.PDF:
            return None
        raise


@pytest.mark.parametrize("suffix", _SUFFIXES)
@given(content=_BYTES)
@settings(max_examples=60)
def test_any_bytes_are_read_or_refused(suffix: str, content: bytes) -> None:
    document = _read(content, f"a{suffix}")
    if document is not None:
        for block in document.blocks:
            _holds(block)
        assert unpacked(packed(document)) == document


@given(_broken())
@settings(max_examples=100)
def test_a_broken_file_is_read_or_refused(content: bytes) -> None:
    document = _read(content, "a.pdf")
    if document is not None:
        for block in document.blocks:
            _holds(block)


_WORDS = st.sampled_from(
    [
        *(
            "5 maggio",
            "dal 5 al 9 maggio",
            "5, 10 e 12 maggio 2021",
            "entro il 31 maggio",
            "31 febbraio",
        ),
        *(
            "lunedì",
            "ore 18.30",
            "alle 25:99",
            "7/8",
            "1/1/2021-31/12/2021",
            "metà maggio",
            "domani",
        ),
        *(
            "from 5 to 9 May",
            "May 5th, 6 pm",
            "5-4 maggio",
            "0 maggio",
            "maggio",
            "2021",
            "99999999999",
        ),
        *(
            "Festa",
            "Biennale: la mostra",
            "FESTA",
            "Torino, piazza Castello 1",
            "Info:",
            "Leggi tutto",
        ),
        *("a@b.example", "+39 011 123456", "https://a.example/x?y=1#z", "www.example.org", "tel."),
        *(
            "#",
            "- ",
            "? ",
            "'",
            '"',
            ":",
            "{",
            "}",
            "[",
            "&a",
            "*b",
            "!c",
            "%d",
            "@e",
            "`",
            "|",
            ">",
            "---",
        ),
        *(
            "null",
            "true",
            "~",
            "",
            " ",
            "\n",
            "\n\n",
            "\t",
            "\u2028",
            "\u0085",
            "\ufeff",
            "\x07",
            "\u202e",
        ),
        *("🎉", "é", "e\u0301", "İ", "ß", "ﬁ", "一", "٣ مايو", "«»", "–", "…", "a" * 300),
    ]
)
_TEXTS = st.lists(_WORDS, min_size=1, max_size=8).map(" ".join)
_TARGETS = st.sampled_from(
    [
        "https://a.example",
        "mailto:a@b.example",
        "#",
        "",
        "javascript:x",
        "http://[",
        "tel:1",
        "\x00",
    ]
)


@st.composite
def _blocks(draw: st.DrawFn) -> Block:
    text = draw(_TEXTS)
    ends = st.lists(st.integers(0, len(text)), max_size=4, unique=True).map(sorted)
    stretches = list(pairwise(draw(ends)))
    kind = draw(st.sampled_from(list(Kind)))
    block = Block(
        kind,
        text,
        Place(draw(st.integers(0, 99)), draw(st.integers(0, 3))),
        draw(st.integers(0, 6)),
        tuple(Link(start, end, draw(_TARGETS)) for start, end in stretches),
        tuple(pairwise(draw(ends))),
        draw(st.sampled_from([0.0, 8.0, 11.0, 16.0])),
        is_header=draw(st.booleans()),
        struck=draw(st.just("") | _TEXTS),
    )
    if kind is not Kind.ROW:
        return block
    others = [
        replace(block, kind=Kind.PARAGRAPH, text=each, links=(), bold=())
        for each in draw(st.lists(_TEXTS, min_size=1, max_size=3))
    ]
    return replace(
        block, text=" ".join(each.text for each in others), links=(), bold=(), cells=tuple(others)
    )


_DOCUMENTS = st.builds(
    Document,
    st.lists(_blocks(), max_size=12).map(tuple),
    st.just("") | _TEXTS,
    st.sampled_from(["", "it", "en", "fr", "x" * 50]),
    st.booleans(),
)


@given(_DOCUMENTS, st.none() | st.sampled_from([1999, 2021, 2024]), st.sampled_from(["it", "en"]))
@settings(max_examples=150)
def test_the_drafts_of_any_document_load(
    document: Document, year: int | None, language: str
) -> None:
    try:
        imported = items_in(document, "maggio.pdf", year=year)
    except Unreadable:
        return
    text = sheet(imported, imported.drafts, "maggio.pdf", language)

    with tempfile.TemporaryDirectory() as folder:
        content, schedules = Path(folder, "content"), Path(folder, "schedules")
        content.mkdir()
        schedules.mkdir()
        (content / "a.yaml").write_text(text, encoding="utf-8")
        catalog, problems = load(content, schedules)
    errors = {
        problem.kind
        for problem in problems
        if problem.mark.file.endswith("a.yaml") and problem.severity is Severity.ERROR
    }
    if errors == {Kinds.YEAR}:  # what only a person can tell, and is asked
        assert "month: 5" in text
        return
    assert not errors, text
    assert len(catalog.items) == len(imported.drafts)

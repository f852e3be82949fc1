"""Documents for the tests of their readers, made by the programs that others make them with."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import docx
from docx.document import Document as Word
from fpdf import FPDF

from bot.newsletter.document import Document

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def blocks(document: Document) -> list[tuple[str, str]]:
    """What each block is, and what it says."""
    return [(str(block.kind), block.text) for block in document.blocks]


def links(document: Document) -> list[tuple[str, str]]:
    """The words of each link, and what stands behind them."""
    return [
        (block.text[link.start : link.end], link.target)
        for block in document.blocks
        for link in block.links
    ]


def bold(document: Document) -> list[str]:
    return [block.text[start:end] for block in document.blocks for start, end in block.bold]


def word(write: Callable[[Word], object]) -> bytes:
    """A DOCX that `write` fills."""
    document, file = docx.Document(), BytesIO()
    write(document)
    document.save(file)
    return file.getvalue()


def word_of(body: str, relations: str = "") -> bytes:
    """A DOCX whose body is this XML, in the prefixes that Word uses."""
    names = " ".join(
        f'xmlns:{prefix}="{name}"'
        for prefix, name in {
            "w": _W,
            "r": _R,
            "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
            "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
            "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
            "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
            "v": "urn:schemas-microsoft-com:vml",
        }.items()
    )
    return package(f"<w:document {names}><w:body>{body}</w:body></w:document>".encode(), relations)


def package(main: bytes, relations: str = "") -> bytes:
    """The least that is a DOCX: its main part, and what that is related to."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", main)
        parts.writestr(
            "word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>"
        )
    return file.getvalue()


def pdf(write: Callable[[FPDF], object], paper: FPDF | None = None) -> bytes:
    """A PDF that `write` fills, from its first page on."""
    paper = paper or FPDF()
    paper.add_page()
    paper.set_font("Helvetica", size=11)
    write(paper)
    return bytes(paper.output())


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalog."""
    file, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, value in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)
    return bytes(file)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(content), content)

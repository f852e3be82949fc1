"""One newsletter in every format says the same."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from fpdf import FPDF

from bot.newsletter.reading import read_document
from tests.newsletter.papers import blocks, links, pdf, word

SAYS = [
    ("heading", "Notizie dal mondo"),
    ("heading", "Festa dell’Europa"),
    ("paragraph", "7 maggio"),
    ("paragraph", "Perché si parla di città: il programma è sul sito della rete, con gli orari."),
    ("bullet", "Torino"),
    ("bullet", "Cuneo"),
    ("heading", "Biennale Mediterranea"),
    ("paragraph", "dal 15 maggio al 21 ottobre"),
    ("paragraph", "Settanta artisti a San Marino."),
]
LEADS = [("sito della rete", "https://example.org/rete?a=1&b=2")]

MARKDOWN = """# Notizie dal mondo

## Festa dell’Europa

**7 maggio**

Perché si parla di città: il programma
è sul [sito della rete](https://example.org/rete?a=1&b=2), con gli orari.

- Torino
- Cuneo

## Biennale Mediterranea

*dal 15 maggio al 21 ottobre*

Settanta artisti a San&nbsp;Marino.
"""

TEXT = """Notizie dal mondo
=================

Festa dell’Europa
-----------------

7 maggio

Perché si parla di città: il programma è sul sito della rete, con gli orari.

- Torino
- Cuneo

Biennale Mediterranea
---------------------

dal 15 maggio al 21 ottobre

Settanta artisti a San\u00a0Marino.
"""

HTML = """<!doctype html>
<html><head><meta charset="utf-8"><title>Notizie</title></head><body>
<table role="presentation"><tr><td>
<h1>Notizie dal mondo</h1><h2>Festa dell&rsquo;Europa</h2>
<p><b>7 maggio</b></p>
<p>Perché si parla di
   citt&agrave;: il programma è sul <a href="https://example.org/rete?a=1&amp;b=2"><u>sito</u> della
   rete</a>, con gli orari.</p>
<ul><li>Torino</li><li><p>Cuneo</p></li></ul>
</td></tr><tr><td><h2>Biennale Mediterranea</h2>dal 15 maggio al 21 ottobre
<div>Settanta artisti a San&nbsp;Marino.</div></td></tr></table>
</body></html>"""


def _linked(document: Word, before: str, words: str, target: str, after: str) -> None:
    paragraph = document.add_paragraph(before)
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = words
    run.append(text)
    link.append(run)
    paragraph._p.append(link)
    paragraph.add_run(after)


def _in_word(document: Word) -> None:
    document.add_heading("Notizie dal mondo", 0)
    document.add_heading("Festa dell’Europa", 2)
    document.add_paragraph().add_run("7 maggio").bold = True
    _linked(
        document, "Perché si parla di città: il programma è sul ", *LEADS[0], ", con gli orari."
    )
    document.add_paragraph("Torino", "List Bullet")
    document.add_paragraph("Cuneo", "List Bullet")
    document.add_heading("Biennale Mediterranea", 2)
    document.add_paragraph("dal 15 maggio al 21 ottobre")
    document.add_paragraph("Settanta artisti a San\u00a0Marino.")


def _on_paper(paper: FPDF) -> None:
    def line(words: str, style: str = "", size: int = 11) -> None:
        paper.set_font("Helvetica", style, size)
        paper.write(6, words)
        paper.ln(10)

    paper.core_fonts_encoding = "cp1252"
    line("Notizie dal mondo", "B", 20)
    line("Festa dell’Europa", "B", 15)
    line("7 maggio", "B")
    paper.set_font("Helvetica", size=11)
    paper.write(6, "Perché si parla di città: il programma è sul ")
    paper.write(6, LEADS[0][0], LEADS[0][1])
    line(", con gli orari.")
    line("- Torino")
    line("- Cuneo")
    line("Biennale Mediterranea", "B", 15)
    line("dal 15 maggio al 21 ottobre", "I")
    line("Settanta artisti a San\u00a0Marino.")


def _in_mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Notizie"
    mail.set_content("In HTML c'è di più.")
    mail.add_alternative(HTML, subtype="html")
    return bytes(mail)


FILES = {
    "notizie.md": MARKDOWN.encode(),
    "notizie.txt": TEXT.encode(),
    "notizie.html": HTML.encode(),
    "notizie.eml": _in_mail(),
    "notizie.docx": word(_in_word),
    "notizie.pdf": pdf(_on_paper),
}


@pytest.mark.parametrize("name", FILES)
def test_a_newsletter_says_the_same_in_every_format(name: str) -> None:
    document = read_document(FILES[name], name)

    # Paper knows no headings, and text no links
    expected = [("paragraph" if kind == "heading" else kind, text) for kind, text in SAYS]
    assert blocks(document) == (expected if name.endswith(".pdf") else SAYS)
    assert links(document) == ([] if name.endswith(".txt") else LEADS)


@pytest.mark.parametrize("name", FILES)
def test_a_format_is_told_by_its_bytes_where_they_say_it(name: str) -> None:
    other = "notizie.txt" if name.endswith((".html", ".docx", ".pdf")) else name

    assert read_document(FILES[name], other) == read_document(FILES[name], name)


@pytest.mark.parametrize("name", ["notizie.docx", "notizie.pdf", "notizie.html"])
def test_a_line_in_bold_is_bold_from_end_to_end(name: str) -> None:
    document = read_document(FILES[name], name)

    date = next(block for block in document.blocks if block.text == "7 maggio")
    assert date.bold == ((0, len("7 maggio")),)

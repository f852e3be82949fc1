"""What a document strikes out holds no more: it stands in no text, but is told beside it."""

from __future__ import annotations

import pytest
from docx.document import Document as Word

from bot.newsletter.document import Document
from bot.newsletter.reading.markdown import read_markdown
from bot.newsletter.reading.web import read_html
from bot.newsletter.reading.word import read_docx
from tests.newsletter.papers import word


def _struck(document: Document) -> list[tuple[str, str]]:
    return [(block.text, block.struck) for block in document.blocks]


def test_markdown_strikes_out_with_two_tildes() -> None:
    page = b"dal ~~5 maggio~~ 6 maggio\n\n~~annullato~~ ~~del tutto~~ no"

    assert _struck(read_markdown(page)) == [
        ("dal 6 maggio", "5 maggio"),
        ("no", "annullato del tutto"),
    ]


@pytest.mark.parametrize(
    "struck",
    [
        "<s>5 maggio</s>",
        "<del>5 maggio</del>",
        "<strike>5 maggio</strike>",
        "<span style='text-decoration: line-through'>5 maggio</span>",
        "<span style='TEXT-DECORATION-LINE:line-through'>5 maggio</span>",
        "<span style='text-decoration:underline line-through red'>5 maggio</span>",
        "<span class=old>5 maggio</span>",
        "<s>5</s> <b><s>maggio</s></b>",
        "<s>5 <a href=x>maggio</a></s>",
    ],
)
def test_a_page_strikes_out_by_tag_style_or_class(struck: str) -> None:
    sheet = "<style>.old{color:red;text-decoration:line-through}</style>"

    document = read_html(f"{sheet}<p>dal {struck} 6 maggio".encode())

    assert _struck(document) == [("dal 6 maggio", "5 maggio")]
    assert not document.blocks[0].links


def test_an_underlined_word_is_not_struck_out() -> None:
    page = (
        b"<p><u>Festa</u> <span style='text-decoration:underline'>in piazza</span> <ins>oggi</ins>"
    )

    assert _struck(read_html(page)) == [("Festa in piazza oggi", "")]


def test_what_is_struck_in_a_cell_is_told_of_its_row_too() -> None:
    row = read_html(
        b"<table><tr><td><s>5</s> 6 maggio<td>Festa<tr><td>7 maggio<td>Giro</table>"
    ).blocks[0]

    assert (row.text, row.struck, row.cells[0].struck, row.cells[1].struck) == (
        *("6 maggio Festa", "5"),
        *("5", ""),
    )


def test_word_strikes_out_once_or_twice_by_run_or_style() -> None:
    def write(document: Word) -> None:
        paragraph = document.add_paragraph("dal ")
        paragraph.add_run("5 maggio").font.strike = True
        paragraph.add_run(" ")
        paragraph.add_run("oggi").font.double_strike = True
        paragraph.add_run(" 6 maggio").font.strike = False
        own = document.styles.add_style("Annullato", 2)
        own.font.strike = True
        document.add_paragraph("Festa ").add_run("in piazza", own)

    assert _struck(read_docx(word(write))) == [
        ("dal 6 maggio", "5 maggio oggi"),
        ("Festa", "in piazza"),
    ]


@pytest.mark.parametrize("switch", ["strike", "double_strike"])
def test_a_run_takes_the_line_of_its_style_back(switch: str) -> None:
    def write(document: Word) -> None:
        own = document.styles.add_style("Annullato", 1)
        setattr(own.font, switch, True)
        setattr(document.add_paragraph(style=own).add_run("Festa").font, switch, False)

    assert _struck(read_docx(word(write))) == [("Festa", "")]


@pytest.mark.parametrize(
    ("page", "margins"),
    [
        ("<nav><ul><li>Chi siamo</ul></nav><p>Festa", ["Chi siamo"]),
        ("<p>Festa<footer><p>Corso Francia 1</footer>", ["Corso Francia 1"]),
        ("<article><h2>Festa</h2><footer>a cura della rete</footer></article>", []),
        ("<ul><li>Festa<footer>in piazza</footer></ul>", []),
        ("<header><h1>Notizie</h1><nav>Menu</nav></header><p>Festa", ["Menu"]),
    ],
)
def test_the_way_around_a_page_and_its_foot_are_set_apart(page: str, margins: list[str]) -> None:
    blocks = read_html(page.encode()).blocks

    assert [block.text for block in blocks if block.is_header] == margins
    assert any(not block.is_header for block in blocks)

from __future__ import annotations

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission

from bot.newsletter.document import Document
from bot.newsletter.reading.pdf import read_pdf
from bot.newsletter.reading.unreadable import Unreadable
from tests.newsletter.papers import blocks, links, pdf, pdf_of, stream

TEXT = "La Città di Torino presenta il programma della festa, che si tiene ogni anno in piazza. "


class _WithHeads(FPDF):
    def header(self) -> None:
        self.set_font("Helvetica", size=8)
        self.cell(text="Città di Torino")
        self.ln(10)

    def footer(self) -> None:
        self.set_y(-15)
        self.cell(text=f"Pagina {self.page_no()}")


def _texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def _on_one_line(block_text: str) -> str:
    return block_text.replace("\n", " ")


def test_paragraphs_are_told_by_gaps_sizes_and_weight() -> None:
    def write(paper: FPDF) -> None:
        paper.set_font("Helvetica", "B", 16)
        paper.multi_cell(
            0,
            8,
            "Un titolo che è tanto lungo da andare a capo, e che resta un titolo solo",
            new_x="LMARGIN",
        )
        paper.set_font("Helvetica", "B", 11)
        paper.multi_cell(0, 5, "7 maggio", new_x="LMARGIN")
        paper.set_font("Helvetica", "", 11)
        for _ in range(2):
            paper.multi_cell(0, 5, TEXT * 2, new_x="LMARGIN")
            paper.ln(4)

    document = read_pdf(pdf(write))

    assert document.is_lined
    assert list(map(_on_one_line, _texts(document))) == [
        "Un titolo che è tanto lungo da andare a capo, e che resta un titolo solo",
        "7 maggio",
        (TEXT * 2).strip(),
        (TEXT * 2).strip(),
    ]
    assert [block.size for block in document.blocks] == [16.0, 11.0, 11.0, 11.0]
    assert [bool(block.bold) for block in document.blocks] == [True, True, False, False]
    assert "\n" in document.blocks[2].text


def test_a_word_broken_at_the_end_of_a_line_is_whole_again() -> None:
    def write(paper: FPDF) -> None:
        for line in (
            "Si presenta il pro-",
            "gramma su www.alpine-",
            "space.eu della Torino-",
            "Lione",
        ):
            paper.cell(text=line)
            paper.ln(5)

    assert _texts(read_pdf(pdf(write))) == [
        "Si presenta il programma su www.alpine-\nspace.eu della Torino-\nLione"
    ]


def test_links_are_the_words_that_lie_under_them() -> None:
    def write(paper: FPDF) -> None:
        paper.write(5, "Il programma è sul ")
        paper.write(5, "sito della rete", "https://a.example")
        paper.write(5, ", o su ")
        paper.write(5, "Facebook", "https://b.example")
        paper.write(5, ".")

    assert links(read_pdf(pdf(write))) == [
        ("sito della rete", "https://a.example"),
        ("Facebook", "https://b.example"),
    ]


def test_a_link_over_two_lines_is_one() -> None:
    words = "il programma della festa che si tiene in piazza ogni anno, con gli orari e con i nomi degli artisti"

    def write(paper: FPDF) -> None:
        paper.write(5, "Si legga ")
        paper.write(5, words, "https://a.example")

    ((found, target),) = links(read_pdf(pdf(write)))
    assert (_on_one_line(found), target) == (words, "https://a.example")


def test_what_stands_around_each_page_is_set_apart_and_told_once() -> None:
    def write(paper: FPDF) -> None:
        for number, name in enumerate(["Festa", "Biennale", "Giro"]):
            if number:
                paper.add_page()
            paper.set_font("Helvetica", size=11)
            paper.multi_cell(0, 5, f"{name}. {TEXT * 3} {name}.")

    document = read_pdf(pdf(write, _WithHeads()))

    assert [(block.is_header, block.text[:15], block.place.page) for block in document.blocks] == [
        (True, "Città di Torino", 1),
        (False, "Festa. La Città", 1),
        (False, "Biennale. La Ci", 2),
        (False, "Giro. La Città ", 3),
        (True, "Pagina 1", 1),
    ]


def test_a_paragraph_goes_on_over_the_page() -> None:
    def write(paper: FPDF) -> None:
        paper.cell(text="La festa, che si tiene")
        paper.add_page()
        paper.cell(text="in piazza.")
        paper.add_page()
        paper.cell(text="Biennale")
        paper.add_page()
        paper.cell(text="Giro")

    assert _texts(read_pdf(pdf(write))) == [
        "La festa, che si tiene\nin piazza.",
        "Biennale",
        "Giro",
    ]


@pytest.mark.parametrize("names", [("Festa", "Biennale"), ("Festa", "Biennale", "Giro")])
def test_columns_are_read_one_after_the_other(names: tuple[str, ...]) -> None:
    step = 190 / len(names)

    def write(paper: FPDF) -> None:
        paper.multi_cell(0, 8, f"Notizie: {TEXT}", new_x="LMARGIN")
        top = paper.get_y() + 5
        for column, name in enumerate(names):
            paper.set_xy(10 + step * column, top)
            paper.multi_cell(step - 5, 5, f"{name}. {TEXT * 3}", align="J")

    texts = _texts(read_pdf(pdf(write)))
    assert [text.partition(" ")[0].rstrip(".:") for text in texts] == ["Notizie", *names]


def test_dates_beside_names_are_no_columns() -> None:
    def write(paper: FPDF) -> None:
        for day, name in enumerate(["Festa", "Biennale", "Giro", "Mostra"], start=5):
            paper.cell(60, 5, f"{day} maggio")
            paper.cell(60, 5, f"{name} a Torino")
            paper.ln(5)

    assert _texts(read_pdf(pdf(write))) == [
        "5 maggio Festa a Torino\n6 maggio Biennale a Torino\n7 maggio Giro a Torino\n8 maggio Mostra a Torino"
    ]


def _set(
    paper: FPDF, left: float, top: float, *lines: tuple[str, int, str], step: float = 5
) -> None:
    """Sets lines of (words, size, style) one below the other, in millimetres from the upper left."""
    for number, (words, size, style) in enumerate(lines):
        paper.set_font("Helvetica", style, size)
        paper.text(left, top + step * number, words)


def _item(name: str) -> list[tuple[str, int, str]]:
    return [(name, 13, "B"), (f"5 maggio, {name}", 10, "I"), (f"Si tiene a {name}.", 10, "")]


def test_short_lines_at_heights_of_their_own_are_columns() -> None:
    def write(paper: FPDF) -> None:
        _set(paper, 12, 30, *_item("Torino"), *_item("Cuneo"), step=6)
        _set(paper, 108, 33, *_item("Asti"), *_item("Biella"), step=7)

    texts = _texts(read_pdf(pdf(write)))
    assert [text for text in texts if " " not in text] == ["Torino", "Cuneo", "Asti", "Biella"]
    assert texts[1:3] == ["5 maggio, Torino", "Si tiene a Torino."]


def test_cards_side_by_side_are_read_one_after_the_other() -> None:
    def write(paper: FPDF) -> None:
        for row, names in enumerate([("Torino", "Asti"), ("Cuneo", "Biella")]):
            for left, name in zip((12, 108), names, strict=True):
                _set(paper, left, 30 + 40 * row, *_item(name))

    texts = _texts(read_pdf(pdf(write)))
    assert [text for text in texts if " " not in text] == ["Torino", "Cuneo", "Asti", "Biella"]


def test_a_title_over_the_page_parts_it_into_bands_with_columns_of_their_own() -> None:
    def write(paper: FPDF) -> None:
        for left, name in ((12, "Torino"), (108, "Asti")):
            _set(paper, left, 30, *_item(name), *_item(f"{name}-due"), step=5.5 + left / 100)
        _set(paper, 12, 90, ("SPORT", 20, "B"))
        for left, name in ((12, "Cuneo"), (75, "Biella"), (140, "Novara")):
            _set(paper, left, 100, *_item(name), *_item(f"{name}-due"), step=5.5 + left / 100)

    titles = [text for text in _texts(read_pdf(pdf(write))) if " " not in text]
    assert titles == [
        *("Torino", "Torino-due", "Asti", "Asti-due", "SPORT"),
        *("Cuneo", "Cuneo-due", "Biella", "Biella-due", "Novara", "Novara-due"),
    ]


def test_a_sidebar_is_read_after_the_text_beside_it() -> None:
    def write(paper: FPDF) -> None:
        paper.set_xy(10, 30)
        paper.multi_cell(120, 5, TEXT * 6)
        notes = [("In breve", 12, "B"), ("Bando aperto", 9, ""), ("Sportello chiuso", 9, "")]
        _set(paper, 145, 32, *notes, step=9)

    texts = _texts(read_pdf(pdf(write)))
    assert _on_one_line(texts[0]) == (TEXT * 6).strip()
    assert texts[1:] == ["In breve", "Bando aperto", "Sportello chiuso"]


def test_what_stands_at_the_foot_is_read_after_both_columns() -> None:
    def write(paper: FPDF) -> None:
        for left, name in ((12, "Torino"), (108, "Asti")):
            _set(paper, left, 30, *_item(name), *_item(f"{name}-due"), step=5.5 + left / 100)
        _set(paper, 12, 270, ("Chiuso in redazione", 8, ""))

    assert _texts(read_pdf(pdf(write)))[-1] == "Chiuso in redazione"


@pytest.mark.parametrize("height", [0.0, 2.5])
def test_a_table_is_read_row_by_row_wherever_in_its_row_a_date_stands(height: float) -> None:
    def write(paper: FPDF) -> None:
        for row, name in enumerate(["Festa", "Biennale", "Giro", "Mostra"]):
            _set(paper, 12, 30 + 18 * row + height, (f"{row + 5} maggio", 10, ""))
            lines = [(f"{name} della rete delle città che si tiene", 10, ""), ("in piazza", 10, "")]
            _set(paper, 70, 30 + 18 * row, *lines)

    assert _texts(read_pdf(pdf(write))) == [
        f"{day} maggio {name} della rete delle città che si tiene\nin piazza"
        for day, name in enumerate(["Festa", "Biennale", "Giro", "Mostra"], start=5)
    ]


@pytest.mark.parametrize("right", ["5 maggio", "Torino, piazza Castello, alle ore 21"])
def test_lines_beside_lines_are_a_table_where_they_are_short(right: str) -> None:
    titles = ["Festa dell'Europa in piazza", "Biennale", "Giro delle città della rete", "Mostra"]

    def write(paper: FPDF) -> None:
        for row, name in enumerate(titles):
            _set(paper, 12, 30 + 5 * row, (name, 10, ""))
            _set(paper, 60 if len(right) < 10 else 100, 30 + 5 * row, (right, 10, ""))

    assert _texts(read_pdf(pdf(write))) == ["\n".join(f"{name} {right}" for name in titles)]


def test_a_paragraph_over_both_columns_parts_them() -> None:
    def write(paper: FPDF) -> None:
        for top, names in ((30, ("Torino", "Asti")), (100, ("Cuneo", "Biella"))):
            for left, name in zip((12, 108), names, strict=True):
                _set(paper, left, top, *_item(name), *_item(f"{name}-due"), step=5.5 + left / 100)
        _set(paper, 12, 80, (TEXT, 10, ""), (TEXT, 10, ""))

    texts = _texts(read_pdf(pdf(write)))
    assert [text for text in texts if " " not in text or text.startswith("La")] == [
        *("Torino", "Torino-due", "Asti", "Asti-due", f"{TEXT.strip()}\n{TEXT.strip()}"),
        *("Cuneo", "Cuneo-due", "Biella", "Biella-due"),
    ]


def test_cells_of_several_lines_are_read_whole() -> None:
    def write(paper: FPDF) -> None:
        for row, name in enumerate(["Festa", "Biennale", "Giro", "Mostra"]):
            lines = [(f"{name} della rete delle città che si tiene ogni anno", 10, "")] * 3
            _set(paper, 12, 30 + 22 * row, *lines)
            _set(paper, 120, 30 + 22 * row, (f"{row + 5} maggio", 10, ""), ("ore 21", 10, ""))

    first, *others = map(_on_one_line, _texts(read_pdf(pdf(write))))
    assert first == " ".join(
        ["Festa della rete delle città che si tiene ogni anno"] * 3 + ["5 maggio ore 21"]
    )
    assert len(others) == 3


def test_numbers_of_pages_stand_in_the_lines_of_their_titles() -> None:
    def write(paper: FPDF) -> None:
        for row, name in enumerate(["Festa", "La Biennale degli artisti", "Giro", "Mostra"]):
            _set(paper, 12, 30 + 5 * row, (name, 10, ""))
            _set(paper, 190, 30 + 5 * row, (str(row + 12), 10, ""))

    assert _texts(read_pdf(pdf(write))) == [
        "Festa 12\nLa Biennale degli artisti 13\nGiro 14\nMostra 15"
    ]


def test_a_caption_stays_in_its_column() -> None:
    def write(paper: FPDF) -> None:
        _set(paper, 12, 30, *_item("Torino"), *_item("Cuneo"), step=6)
        _set(paper, 108, 33, *_item("Asti"), step=7)
        _set(paper, 108, 100, ("Foto: la piazza", 7, "I"))
        _set(paper, 12, 110, *_item("Biella"), step=6)
        _set(paper, 108, 113, *_item("Novara"), step=7)

    texts = _texts(read_pdf(pdf(write)))
    assert texts.index("Foto: la piazza") == texts.index("Si tiene a Asti.") + 1


def test_entries_of_a_list_lose_their_sign() -> None:
    def write(paper: FPDF) -> None:
        paper.core_fonts_encoding = "cp1252"
        for line in ("Si va a:", "• Torino", "– Cuneo", "10-12 maggio"):
            paper.cell(text=line)
            paper.ln(5)

    assert blocks(read_pdf(pdf(write))) == [
        ("paragraph", "Si va a:"),
        ("bullet", "Torino"),
        ("bullet", "Cuneo\n10-12 maggio"),
    ]


def test_words_that_are_spaced_by_hand_stay_words() -> None:
    page = b"BT /F 12 Tf 50 700 Td [(Fe) 10 (sta) -300 (in piaz) 20 (za)] TJ 0 -14 Td (dal ) Tj (5) Tj ET"

    assert _texts(read_pdf(_drawn(page))) == ["Festa in piazza\ndal 5"]


def test_sizes_are_those_on_paper_and_shadows_are_no_words() -> None:
    page = b"q 2 0 0 2 0 0 cm BT /F 9 Tf 25 350 Td (Festa) Tj ET BT /F 9 Tf 25.1 350.1 Td (Festa) Tj ET Q"

    (block,) = read_pdf(_drawn(page)).blocks
    assert (block.text, block.size) == ("Festa", 18.0)


def test_title_and_language_are_told() -> None:
    def write(paper: FPDF) -> None:
        paper.set_title("Maggio 2021")
        paper.set_lang("it-IT")
        paper.cell(text="Festa")

    document = read_pdf(pdf(write))
    assert (document.title, document.language) == ("Maggio 2021", "it")


def test_a_pdf_that_only_may_not_be_changed_is_read_and_a_locked_one_is_not() -> None:
    def protect(password: str) -> bytes:
        def write(paper: FPDF) -> None:
            paper.set_encryption("padrone", password, permissions=AccessPermission.none())
            paper.cell(text="Festa")

        return pdf(write)

    assert _texts(read_pdf(protect(""))) == ["Festa"]
    with pytest.raises(Unreadable, match="password"):
        read_pdf(protect("segreto"))


def test_pages_that_are_pictures_are_refused() -> None:
    with pytest.raises(Unreadable, match="pictures"):
        read_pdf(pdf(lambda paper: paper.rect(10, 10, 50, 50)))


def test_two_thousand_pages_are_no_newsletter() -> None:
    pages = b"<</Type/Pages/Kids[" + b"3 0 R " * 2000 + b"]/Count 2000>>"

    with pytest.raises(Unreadable, match="longer than any newsletter"):
        read_pdf(_drawn(b"BT /F 12 Tf (Festa) Tj ET", pages))


def test_drawings_that_draw_themselves_come_to_an_end() -> None:
    page = b"BT /F 12 Tf 50 700 Td (Festa) Tj ET " + b"/X Do " * 9

    with pytest.raises(Unreadable, match="longer than any newsletter"):
        read_pdf(_drawn(page, drawing=page))


def test_a_drawing_inside_a_page_is_read() -> None:
    page = b"BT /F 12 Tf 50 700 Td (Festa) Tj ET /X Do"

    assert _texts(read_pdf(_drawn(page, drawing=b"BT /F 12 Tf 50 600 Td (Biennale) Tj ET"))) == [
        "Festa",
        "Biennale",
    ]


def _drawn(
    page: bytes, pages: bytes = b"<</Type/Pages/Kids[3 0 R]/Count 1>>", drawing: bytes = b""
) -> bytes:
    """A PDF whose page this program draws; it may use `/F`, a font, and `/X`, a drawing."""
    resources = b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>"
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R%b>>" % resources,
        stream(page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        stream(drawing, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]" + resources),
    )

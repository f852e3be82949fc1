from __future__ import annotations

import pytest
from docx.document import Document as Word

from bot.newsletter.reading.unreadable import Unreadable
from bot.newsletter.reading.word import read_docx
from tests.newsletter.papers import blocks, bold, links, package, word, word_of


def _p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def _r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def test_headings_and_lists_are_told_by_their_styles() -> None:
    def write(document: Word) -> None:
        document.core_properties.title = "Maggio 2021"
        document.add_heading("Notizie", 0)
        document.add_heading("Festa", 3)
        document.add_paragraph("Torino", "List Bullet")
        document.add_paragraph("Cuneo", "List Number")
        own = document.styles.add_style("Titolo evento", 1)
        own.base_style = document.styles["Heading 2"]
        document.add_paragraph("Biennale", own)

    document = read_docx(word(write))

    assert document.title == "Maggio 2021"
    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        ("heading", 1, "Notizie"),
        ("heading", 3, "Festa"),
        ("bullet", 1, "Torino"),
        ("bullet", 1, "Cuneo"),
        ("heading", 2, "Biennale"),
    ]


def test_weight_and_size_come_from_the_run_else_from_its_style() -> None:
    def write(document: Word) -> None:
        own = document.styles.add_style("Data evento", 1)
        own.font.bold = True
        own.font.size = 203200  # 16 points
        paragraph = document.add_paragraph("7 ", own)
        paragraph.add_run("maggio")
        paragraph.add_run(" circa").bold = False

    (block,) = read_docx(word(write)).blocks

    assert (block.text, block.size) == ("7 maggio circa", 16.0)
    assert bold(read_docx(word(write))) == ["7 maggio"]


def test_what_stands_around_each_page_is_set_apart() -> None:
    def write(document: Word) -> None:
        document.sections[0].header.paragraphs[0].text = "Città di Torino"
        document.sections[0].footer.paragraphs[0].text = "Pagina 1"
        document.add_paragraph("Festa")

    assert [(block.is_header, block.text) for block in read_docx(word(write)).blocks] == [
        (True, "Città di Torino"),
        (False, "Festa"),
        (True, "Pagina 1"),
    ]


def test_tables_of_data_give_rows_and_others_what_is_in_them() -> None:
    def write(document: Word) -> None:
        table = document.add_table(2, 2)
        for cell, text in zip(
            [*table.rows[0].cells, *table.rows[1].cells],
            ["Data", "Cosa", "5 maggio", "Festa"],
            strict=True,
        ):
            cell.text = text
        layout = document.add_table(2, 1)
        layout.cell(0, 0).text = "Biennale"
        layout.cell(1, 0).text = "dal 15 maggio"

    document = read_docx(word(write))

    assert blocks(document) == [
        ("row", "Data Cosa"),
        ("row", "5 maggio Festa"),
        ("paragraph", "Biennale"),
        ("paragraph", "dal 15 maggio"),
    ]
    assert [cell.text for cell in document.blocks[1].cells] == ["5 maggio", "Festa"]


def test_inserted_words_count_and_deleted_ones_do_not() -> None:
    body = _p(
        f"<w:ins>{_r('dal ')}</w:ins>",
        "<w:del><w:r><w:delText>il </w:delText><w:br/></w:r></w:del>",
        f"<w:moveFrom>{_r('qui ')}</w:moveFrom>",
        f"<w:moveTo>{_r('15 ')}</w:moveTo>",
        _r("maggio"),
        _r(" segreto", "<w:vanish/>"),
    )

    assert blocks(read_docx(word_of(body))) == [("paragraph", "dal 15 maggio")]


def test_links_are_relations_anchors_and_fields() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://c.example" '
        '\\o "x" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{_r("c")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = _p(
        f'<w:hyperlink r:id="r1">{_r("a")}</w:hyperlink> {_r(" ")}',
        f'<w:hyperlink w:anchor="fondo">{_r("b")}</w:hyperlink>{_r(" ")}',
        field,
        f"""{_r(" ")}<w:fldSimple w:instr='HYPERLINK \\l "su"'>{_r("d")}</w:fldSimple>""",
        f"{_r(' ')}<w:fldSimple w:instr='PAGE'>{_r('7')}</w:fldSimple>",
    )
    relations = '<Relationship Id="r1" Type="x/hyperlink" Target="https://a.example" TargetMode="External"/>'

    document = read_docx(word_of(body, relations))

    assert blocks(document) == [("paragraph", "a b c d 7")]
    assert links(document) == [
        ("a", "https://a.example"),
        ("b", "#fondo"),
        ("c", "https://c.example"),
        ("d", "#su"),
    ]


def test_a_field_that_never_ends_hides_no_paragraph_but_its_own() -> None:
    body = _p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', _r("codice")) + _p(_r("Festa"))

    assert blocks(read_docx(word_of(body))) == [("paragraph", "Festa")]


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{_p(_r('In riquadro'))}{_p(_r('due'))}</w:txbxContent>"
    body = _p(
        _r("Prima "),
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        _r("parte"),
    )

    assert blocks(read_docx(word_of(body))) == [
        ("paragraph", "Prima parte"),
        ("paragraph", "In riquadro"),
        ("paragraph", "due"),
    ]


def test_an_image_stands_by_itself() -> None:
    picture = (
        '<w:r><w:drawing><wp:inline><wp:docPr descr="La piazza"/><a:graphic><a:graphicData>'
        "<pic:pic/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )

    assert blocks(read_docx(word_of(_p(picture, _r("13 maggio"))))) == [
        ("image", "La piazza"),
        ("paragraph", "13 maggio"),
    ]


def test_line_ends_and_pages_that_are_forced_are_told() -> None:
    body = _p(
        _r("uno"), "<w:r><w:br/></w:r>", _r("due"), '<w:r><w:br w:type="page"/></w:r>', _r("tre")
    )

    assert blocks(read_docx(word_of(body))) == [
        ("paragraph", "uno\ndue"),
        ("rule", ""),
        ("paragraph", "tre"),
    ]


def test_what_stands_inside_controls_is_read() -> None:
    inside = _p("<w:smartTag>", _r("Festa"), "</w:smartTag>")
    body = f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    assert blocks(read_docx(word_of(body))) == [("paragraph", "Festa")]


def test_the_strict_form_is_the_same() -> None:
    strict = b'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main">'

    document = read_docx(
        package(strict + b"<w:body><w:p><w:r><w:t>Festa</w:t></w:r></w:p></w:body></w:document>")
    )

    assert blocks(document) == [("paragraph", "Festa")]


def test_entities_are_refused_in_every_encoding() -> None:
    whole = (
        '<!DOCTYPE w:document [<!ENTITY b "cc">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>Festa</w:t></w:r></w:p></w:body></w:document>"
    )

    for encoding in ("utf-8", "utf-16"):
        main = f'<?xml version="1.0" encoding="{encoding}"?>{whole}'.encode(encoding)
        with pytest.raises(Unreadable, match="damaged"):
            read_docx(package(main))


def test_a_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    honest = package(b"<a>" + b" " * 1_000_000 + b"</a>")
    directory = honest.index(b"PK\x01\x02")
    said = directory + 24  # where the central directory has the unpacked size (APPNOTE 4.3.12)
    lying = honest[:said] + (1_000).to_bytes(4, "little") + honest[said + 4 :]

    with pytest.raises(Unreadable):
        read_docx(lying)


def test_a_part_that_packs_too_well_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Unreadable, match="longer than any newsletter"):
        read_docx(package(b"<a>" + b" " * 14_000_000 + b"</a>"))


def test_half_a_file_is_damaged() -> None:
    whole = word(lambda document: document.add_paragraph("Festa"))

    with pytest.raises(Unreadable, match="damaged"):
        read_docx(whole[: len(whole) // 2])

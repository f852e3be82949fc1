from __future__ import annotations

import pytest

from bot.newsletter.reading.unreadable import Unreadable
from bot.newsletter.reading.web import read_html
from tests.newsletter.papers import blocks, bold, links


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>{}</script>",
        "<style>{}</style>",
        "<template>{}</template>",
        "<!-- {} -->",
        "<select><option>{}</select>",
        "<div hidden>{}</div>",
        "<span aria-hidden='true'>{}</span>",
        "<div style='display: none !important'>{}</div>",
        "<p style='VISIBILITY:hidden'>{}</p>",
        "<div style='max-height:0px;overflow:hidden'>{}</div>",
        "<span style='opacity:0'>{}</span>",
        "<span style='font-size:0'>{}</span>",
        "<![if mso]><xml>{}</xml><![endif]>",
    ],
)
def test_what_nobody_sees_is_left_out(hidden: str) -> None:
    page = f"<title>Maggio</title><p>uno</p>{hidden.format('nascosto')}<p>due".encode()

    assert blocks(read_html(page)) == [("paragraph", "uno"), ("paragraph", "due")]


def test_letters_inside_a_column_that_closes_gaps_are_seen() -> None:
    page = b"<td style='font-size:0px'><div style='font-size:13px'>visto</div></td>"

    assert blocks(read_html(page)) == [("paragraph", "visto")]


def test_a_page_inside_a_form_is_read() -> None:
    assert blocks(read_html(b"<form><h2>Festa</h2><input value=x><p>dal 5</form>")) == [
        ("heading", "Festa"),
        ("paragraph", "dal 5"),
    ]


def test_tables_of_a_layout_give_what_is_in_them() -> None:
    page = b"""<table><tr><td><table><tr><td><img src=a alt="La piazza">13 maggio</td></tr></table></td>
        <td><h2>Festa</h2>In piazza<br><br>alle 11</td></tr></table>"""

    assert blocks(read_html(page)) == [
        ("image", "La piazza"),
        ("paragraph", "13 maggio"),
        ("heading", "Festa"),
        ("paragraph", "In piazza"),
        ("paragraph", "alle 11"),
    ]


def test_tables_of_data_give_rows() -> None:
    page = b"""<table><thead><tr><td>Data<td>Cosa</thead><tr><td>5 maggio<td><p>Festa</p><p>in
        <a href="x">piazza</a></p><tr><td><td>Fine</table>"""

    names, row, last = read_html(page).blocks
    assert (names.is_header, row.is_header) == (True, False)
    assert [cell.text for cell in row.cells] == ["5 maggio", "Festa\nin piazza"]
    assert [row.text[link.start : link.end] for link in row.links] == ["piazza"]
    assert [cell.text for cell in last.cells] == ["", "Fine"]


def test_a_table_whose_columns_only_keep_others_apart_is_a_layout() -> None:
    page = b"<table><tr><td>uno<td> <tr><td>due<td>&nbsp;<tr><td>a<td>b</table>"

    assert {block.kind for block in read_html(page).blocks} == {"paragraph"}


def test_a_table_with_a_long_cell_is_a_layout() -> None:
    page = b"<table><tr><td>a<td>b<tr><td>c<td>" + b"testo " * 100 + b"</table>"

    assert {block.kind for block in read_html(page).blocks} == {"paragraph"}


def test_a_heading_by_its_looks_stays_a_paragraph() -> None:
    page = b"<p style='font-size:1.5em'><span><strong>Festa</strong> <em>in piazza</em></span></p><p>testo"

    title, text = read_html(page).blocks
    assert (title.kind, title.size, title.bold) == (
        "paragraph",
        18.0,
        ((0, len("Festa in piazza")),),
    )
    assert (text.size, text.bold) == (0.0, ())


@pytest.mark.parametrize(
    ("style", "size"),
    [
        ("font-size:18pt", 18.0),
        ("font-size:24px", 18.0),
        ("font-size:150%", 18.0),
        ("font-size:large", 14.4),
        ("font-size:boh", 0.0),
    ],
)
def test_sizes_are_in_points(style: str, size: float) -> None:
    (block,) = read_html(f"<p style='{style}'>Festa".encode()).blocks

    assert block.size == size


def test_weight_can_be_taken_back() -> None:
    page = b"<b>uno <span style='font-weight:400'>due</span></b> <span style='font-weight:700'>tre</span>"

    assert bold(read_html(page)) == ["uno", "tre"]


def test_links_side_by_side_stay_two_and_one_in_parts_stays_one() -> None:
    page = b'<a href="#">uno</a> <a href="#">due</a> <a href=" x"><b>tre</b> quattro</a> <a name=q>no</a><a>si</a>'

    assert links(read_html(page)) == [("uno", "#"), ("due", "#"), ("tre quattro", "x"), ("si", "")]


def test_a_picture_that_counts_readers_is_no_image() -> None:
    assert blocks(read_html(b"<p>a<img src=x width=1 height=1><img src=y>")) == [
        ("paragraph", "a"),
        ("image", ""),
    ]


def test_lists_are_as_deep_as_they_are() -> None:
    page = b"<ul><li>a<ul><li>b<p>c</p></ul><li><h3>d</h3></ul><p style='mso-list:l0 level2 lfo1'>"
    page += b"<span style='mso-list:Ignore'>o&nbsp;</span>e</p>"

    assert [(block.kind, block.level, block.text) for block in read_html(page).blocks] == [
        ("bullet", 1, "a"),
        ("bullet", 2, "b"),
        ("paragraph", 0, "c"),
        ("heading", 3, "d"),
        ("bullet", 2, "e"),
    ]


def test_an_empty_entry_of_a_list_makes_no_entry_of_what_follows() -> None:
    assert blocks(read_html(b"<ul><li><img src=a></ul><p>Festa")) == [
        ("image", ""),
        ("paragraph", "Festa"),
    ]


def test_lines_of_preformatted_text_are_kept() -> None:
    assert blocks(read_html(b"<pre>uno\n  due</pre><p>tre\nquattro")) == [
        ("paragraph", "uno\ndue"),
        ("paragraph", "tre quattro"),
    ]


def test_a_block_knows_its_line() -> None:
    document = read_html(b"<html lang=it-IT>\n<p>uno\n<div>\n<b>due</b></div>")

    assert [(block.place.line, block.text) for block in document.blocks] == [(2, "uno"), (4, "due")]
    assert document.language == "it"


@pytest.mark.parametrize(
    "page",
    [
        '<meta charset="iso-8859-2"><p>Łódź'.encode("iso-8859-2"),
        '<meta charset="iso-8859-1"><p>Łódź'.encode(),
        "<p>Łódź".encode("utf-16"),
    ],
)
def test_bytes_are_believed_before_what_a_page_says_of_itself(page: bytes) -> None:
    assert blocks(read_html(page)) == [("paragraph", "Łódź")]


def test_a_page_nested_too_deep_is_refused_not_cut() -> None:
    with pytest.raises(Unreadable, match="nested too deep"):
        read_html(b"<div>" * 100_000 + b"ciao")

from __future__ import annotations

import pytest

from bot.newsletter.reading.markdown import read_markdown
from bot.newsletter.reading.unreadable import Unreadable
from tests.newsletter.papers import blocks, bold, links


def test_each_block_knows_its_line() -> None:
    document = read_markdown(
        b"# Uno\n\nriga\nancora\n\nSetext\n===\n\n- a\n- b\n\n  c\n\n---\n\n"
        b"| Data | Cosa |\n|--|--|\n| 5 maggio | festa |\n\n<div>qui\n\n*e qui*\n\n</div>\n"
    )

    assert [(block.place.line, block.kind, block.text) for block in document.blocks] == [
        (1, "heading", "Uno"),
        (3, "paragraph", "riga ancora"),
        (6, "heading", "Setext"),
        (9, "bullet", "a"),
        (10, "bullet", "b"),
        (12, "paragraph", "c"),
        (14, "rule", ""),
        (16, "row", "Data Cosa"),
        (18, "row", "5 maggio festa"),
        (20, "paragraph", "qui"),
        (22, "paragraph", "e qui"),
    ]


def test_the_cells_of_a_row_stand_by_themselves() -> None:
    names, row = read_markdown(
        b"| Data | Cosa |\n|--|--|\n| 5 maggio | [festa](x) in *piazza* |"
    ).blocks

    assert names.is_header
    assert not row.is_header
    assert [cell.text for cell in row.cells] == ["5 maggio", "festa in piazza"]
    assert [row.text[link.start : link.end] for link in row.links] == ["festa"]
    assert [row.text[start:end] for start, end in row.bold] == ["piazza"]


def test_links_keep_what_stands_behind_them_as_written() -> None:
    document = read_markdown(
        b"[a](#), [b](www.example.org/citt\xc3\xa0), [c](), <https://d.example>, "
        b'<a href="e.html">e</a>, [f](javascript:alert) www.g.example'
    )

    assert links(document) == [
        ("a", "#"),
        ("b", "www.example.org/città"),
        ("c", ""),
        ("https://d.example", "https://d.example"),
        ("e", "e.html"),
        ("f", "javascript:alert"),
    ]


def test_an_image_stands_by_itself() -> None:
    document = read_markdown(b"![La piazza](x.jpg)13 maggio ...\n\nUna ![icona](y.png) parola")

    assert blocks(document) == [
        ("image", "La piazza"),
        ("paragraph", "13 maggio ..."),
        ("paragraph", "Una parola"),
        ("image", "icona"),
    ]


def test_lines_end_only_where_staff_end_them() -> None:
    document = read_markdown(b"uno  \ndue\\\ntre<br>quattro\ncinque")

    assert blocks(document) == [("paragraph", "uno\ndue\ntre\nquattro cinque")]


def test_bold_and_italics_are_told() -> None:
    document = read_markdown(b"#### *maggio*\n\n**dal** _5_ al 9, <b>a Torino</b>")

    assert bold(document) == ["maggio", "dal 5", "a Torino"]


def test_lists_inside_lists_are_deeper() -> None:
    document = read_markdown(b"- a\n  - b\n    1. c\n- d")

    assert [(block.level, block.text) for block in document.blocks] == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
        (1, "d"),
    ]


def test_front_matter_gives_title_and_language() -> None:
    document = read_markdown(b'---\ntitle: "Maggio 2021"\nlang: it\ntags:\n  - a\n---\n# Notizie\n')

    assert (document.title, document.language) == ("Maggio 2021", "it")
    assert [(block.place.line, block.text) for block in document.blocks] == [(7, "Notizie")]


def test_a_rule_above_a_text_is_no_front_matter() -> None:
    document = read_markdown(b"---\nLa festa comincia\n\n---\n")

    assert [block.kind for block in document.blocks] == ["rule", "paragraph", "rule"]


def test_a_line_that_is_indented_by_mistake_is_no_program() -> None:
    assert blocks(read_markdown(b"    [qui](x) si legge")) == [("paragraph", "qui si legge")]


def test_a_text_beyond_all_newsletters_is_refused() -> None:
    with pytest.raises(Unreadable, match="longer than any newsletter"):
        read_markdown(b"[" * 2_000_001)

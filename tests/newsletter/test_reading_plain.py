from __future__ import annotations

import pytest

from bot.newsletter.reading.plain import read_text
from bot.newsletter.reading.unreadable import Unreadable
from tests.newsletter.papers import blocks


def test_every_line_end_is_kept_and_every_block_knows_its_line() -> None:
    document = read_text(b"uno\r\n due   tre \r\n\r\nquattro\rcinque")

    assert document.is_lined
    assert [(block.place.line, block.text) for block in document.blocks] == [
        (1, "uno\ndue tre"),
        (4, "quattro\ncinque"),
    ]


def test_titles_are_underlined_and_rules_are_not() -> None:
    document = read_text(
        b"Maggio\n======\ntesto\n\nGiugno\n-----\n\n----\nsi\n----------\n* * *\n____"
    )

    assert blocks(document) == [
        ("heading", "Maggio"),
        ("paragraph", "testo"),
        ("heading", "Giugno"),
        ("rule", ""),
        ("paragraph", "si"),
        ("rule", ""),
        ("rule", ""),
        ("rule", ""),
    ]
    assert [block.level for block in document.blocks if block.level] == [1, 2]


@pytest.mark.parametrize("sign", ["-", "*", "•", "–", "·"])
def test_entries_of_a_list_lose_their_sign(sign: str) -> None:
    document = read_text(f"{sign} Torino,\n  alle 11\n\n{sign} Cuneo\n    {sign} Alba\n".encode())

    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        ("bullet", 1, "Torino,\nalle 11"),
        ("bullet", 1, "Cuneo"),
        ("bullet", 2, "Alba"),
    ]


def test_a_date_is_no_entry_of_a_list() -> None:
    assert blocks(read_text(b"5 maggio\n-5 gradi\n2. atto")) == [
        ("paragraph", "5 maggio\n-5 gradi\n2. atto")
    ]


def test_a_bare_address_is_text() -> None:
    (block,) = read_text(b"Su https://example.org e www.example.org").blocks

    assert block.links == ()


def test_a_forced_page_is_a_rule() -> None:
    assert blocks(read_text(b"uno\n\fdue")) == [
        ("paragraph", "uno"),
        ("rule", ""),
        ("paragraph", "due"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_are_told_from_the_bytes(encoding: str) -> None:
    (block,) = read_text("È «così» – 10 €".encode(encoding)).blocks

    assert block.text == "È «così» – 10 €"


def test_what_nobody_sees_is_left_out() -> None:
    (block,) = read_text("\u200bMag\u00adgio\u00a02021\ufeff \x01👩\u200d🚀".encode()).blocks

    assert block.text == "Maggio 2021 👩\u200d🚀"


def test_a_file_of_nuls_is_no_text() -> None:
    with pytest.raises(Unreadable, match="NUL"):
        read_text(b"\0" * 1000)

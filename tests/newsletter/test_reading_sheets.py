from __future__ import annotations

import pytest
from lxml import html

from bot.newsletter.reading.sheets import apply_sheets
from bot.newsletter.reading.web import read_html
from tests.newsletter.papers import blocks, bold


def _page(sheet: str, body: str) -> bytes:
    return f"<html><head><style>{sheet}</style></head><body>{body}</body></html>".encode()


def _texts(sheet: str, body: str) -> list[str]:
    return [text for _, text in blocks(read_html(_page(sheet, body)))]


@pytest.mark.parametrize(
    "sheet",
    [
        ".menu{display:none}",
        "#top { visibility : hidden }",
        "div.menu{color:red;display:none!important}",
        "div#top{opacity:0}",
        ".menu{max-height:0;overflow:hidden}",
        "h1, .menu, h2 {display:none}",
        "/* { */ .menu{display:none}",
        "@charset 'utf-8'; .menu{display:none}",
        "@media print{p{display:none}} .menu{display:none}",
        ".menu{display:block} .menu{display:none}",
        "{{ .menu{display:none}",
    ],
)
def test_what_a_sheet_hides_is_left_out(sheet: str) -> None:
    assert _texts(sheet, "<div class='x menu' id=top>Vai al testo</div><p>Festa") == ["Festa"]


@pytest.mark.parametrize(
    "sheet",
    [
        "@media print{.menu{display:none}}",
        "@media (max-width:600px){p{color:red} .menu{display:none}}",
        "@supports (a:b){@media print{.menu{display:none}}}",
        "@import url(x.css); .other{display:none}",
        ".menu .inner{display:none}",
        ".menu:hover{display:none}",
        "*{display:none}",
        "/* .menu{display:none} */",
        ".menu{display:none} #top{display:block}",
        ".menu{display:none} .menu{display:block}",
    ],
)
def test_what_holds_only_sometimes_or_is_taken_back_hides_nothing(sheet: str) -> None:
    page = "<div class=menu id=top>Orari</div><p>Festa"

    assert _texts(sheet, page) == ["Orari", "Festa"]


def test_what_an_element_says_of_itself_wins() -> None:
    page = "<p class=a style='display:block'>Festa<p class=a>nascosto"

    assert _texts(".a{display:none}", page) == ["Festa"]


def test_weight_and_size_come_from_a_sheet() -> None:
    sheet = ".data{font-weight:700} .titolo{font-size:24px}"
    document = read_html(
        _page(sheet, "<p><b class=no>a</b> <span class=data>7 maggio</span><p class=titolo>Festa")
    )

    assert bold(document) == ["a 7 maggio"]
    assert [block.size for block in document.blocks] == [0.0, 18.0]


def test_sheets_of_a_page_are_read_together() -> None:
    page = b"<style>.a{display:none}</style><p class=a>uno</p><style>.b{display:none}</style><p class=b>due</p><p>tre"

    assert blocks(read_html(page)) == [("paragraph", "tre")]


@pytest.mark.parametrize(
    "sheet",
    [
        "}} .menu{display:none}",
        ".menu{display:none",
        "{{{{ .menu{display:none}",
        "@media print{.menu{display:none}",
        "@",
        "{",
        "/* .menu{display:none}",
    ],
)
def test_braces_that_do_not_match_take_no_text_away(sheet: str) -> None:
    assert _texts(sheet, "<p>Festa")[-1] == "Festa"


# What each of these would cost without bounds is minutes: the suite's time limit would see it
@pytest.mark.parametrize(
    "sheet",
    [
        pytest.param(".a{color:red}" * 750_000, id="rules"),
        pytest.param(
            ",".join(f".c{number}{{display:none}}" for number in range(100_000)), id="names"
        ),
        pytest.param(
            "".join(f".c{number}{{font-size:12px}}" for number in range(100_000)), id="sizes"
        ),
        pytest.param("{" * 9_000_000, id="braces"),
        pytest.param("@media{" * 1_300_000, id="conditions"),
        pytest.param("@a;" * 3_000_000, id="imports"),
        pytest.param("/*" * 4_500_000, id="remarks"),
        pytest.param("a" * 9_000_000, id="a word"),
        pytest.param("," * 5_000_000 + "{display:none}", id="commas"),
        pytest.param(f".b{{display:none{' ' * 9_000_000}}}", id="blanks"),
    ],
)
def test_a_sheet_of_any_size_is_read_as_far_as_a_person_would_write_one(sheet: str) -> None:
    assert _texts(sheet, "<p class=a>Festa") == ["Festa"]


@pytest.mark.parametrize(
    "rules",
    [
        "".join(f".a{{font-size:1{number}px}}" for number in range(4_000)),
        "".join(f".a{{x{number}:y}}" for number in range(4_000)),
        f".a{{font-size:{'1' * 40_000}px}}",
    ],
    ids=["again and again", "of other things", "with a long value"],
)
def test_what_a_sheet_says_is_not_copied_to_each_element(rules: str) -> None:
    root = html.document_fromstring(_page(rules + ".a{font-weight:700}", "<p class=a>Festa"))
    apply_sheets(root)

    (style,) = (element.get("style", "") for element in root.iter("p"))
    assert "font-weight:700" in style
    assert len(style) < 100

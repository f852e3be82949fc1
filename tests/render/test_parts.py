"""The small pieces that posts are made of."""

from __future__ import annotations

import pytest

from bot.render.clean import one_line
from bot.render.hashtag import hashtag, hashtags
from bot.render.markup import Anchor, Bold, Italic, Plain, html, plain
from bot.render.shorten import sentence_ends, shorten
from bot.render.words import VOCABULARIES

ITALIAN = VOCABULARIES["it"].abbreviations
ENGLISH = VOCABULARIES["en"].abbreviations


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("BJCEM", "#BJCEM"),
        ("fondo sociale europeo", "#FondoSocialeEuropeo"),
        ("Europe Direct", "#EuropeDirect"),
        ("#giro-d’Italia", "#GiroDItalia"),
        ("eTwinning", "#ETwinning"),
        ("progetti UE 2021", "#ProgettiUE2021"),
        ("città gemelle", "#CittàGemelle"),
        ("2021", ""),
        ("—", ""),
        ("", ""),
    ],
)
def test_a_tag_becomes_a_hashtag_that_can_be_read_aloud(tag: str, expected: str) -> None:
    assert hashtag(tag) == expected


def test_a_tag_is_said_once_and_in_order() -> None:
    assert hashtags(("UE", "Interreg", "ue", "1")) == ("#UE", "#Interreg")


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("  Torino \n\t incontra  ", "Torino incontra"),
        ("perche\u0301", "perché"),
        ("\u202eoniroT\u202c", "oniroT"),
        ("\u2067abc\u2069", "abc"),
        ("To\u00adri\u0000no\u007f", "Torino"),
        ("riga\u2028nuova\u0085riga", "riga nuova riga"),
        ("10\u00a0000 euro", "10\u00a0000 euro"),
        ("\ufeffTorino\uffff", "Torino"),
        ("\ud800Torino", "Torino"),
        ("👨‍👩‍👧 \u05e9\u05dc\u05d5\u05dd", "👨‍👩‍👧 \u05e9\u05dc\u05d5\u05dd"),
    ],
)
def test_a_line_keeps_what_is_seen_and_loses_what_acts(written: str, cleaned: str) -> None:
    assert one_line(written) == cleaned


def test_markup_is_escaped_wherever_text_or_an_address_stands() -> None:
    blocks = (
        (Italic("<b>"), Bold("R&D")),
        (Plain('"5 < 6"'), Anchor("a>b", "https://a.it/?x=1&y=\"'<")),
    )

    assert html(blocks) == (
        "<i>&lt;b&gt;</i>\n<b>R&amp;D</b>\n\n"
        '"5 &lt; 6"\n<a href="https://a.it/?x=1&amp;y=&quot;&#x27;&lt;">a&gt;b</a>'
    )
    assert plain(blocks) == '<b>\nR&D\n\n"5 < 6"\na>b'


def sentences(text: str, abbreviations: frozenset[str]) -> list[str]:
    ends = sentence_ends(text, abbreviations)
    return [text[begin:end].strip() for begin, end in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize(
    "text",
    [
        "Il dott. Rossi e la sig.ra Bianchi parlano.",
        "Scrive J. R. Tolkien da solo.",
        "La ditta S.p.A. Torino vince.",
        "Alle 18.30 si apre.",
        "Progetti, bandi, ecc. Torino li segue.",
    ],
)
def test_a_full_stop_within_a_sentence_does_not_end_it(text: str) -> None:
    assert sentences(text, ITALIAN) == [text]


def test_sentences_end_at_their_marks() -> None:
    assert sentences("Uno! «Due?» E tre… Poi 4. Fine.", ITALIAN) == [
        "Uno!",
        "«Due?»",
        "E tre…",
        "Poi 4.",
        "Fine.",
    ]
    assert sentences("Talks e.g. Turin's. By Dr. Smith.", ENGLISH) == [
        "Talks e.g. Turin's.",
        "By Dr. Smith.",
    ]


def shortened(text: str, room: int, *, at_words: bool = True) -> str:
    return shorten(text, lambda short: len(short) <= room, ITALIAN, at_words=at_words)


TWO = "La prima frase dice tutto quello che serve. La seconda, invece, aggiunge qualche dettaglio."


def test_a_summary_is_cut_at_a_sentence_first() -> None:
    assert shortened(TWO, 91) == TWO
    assert shortened(TWO, 90) == "La prima frase dice tutto quello che serve."
    assert shortened(TWO, 43) == "La prima frase dice tutto quello che serve."


def test_then_at_a_word_without_loose_punctuation() -> None:
    text = "La seconda parte del programma, invece, aggiunge qualche dettaglio sui progetti"

    assert shortened(text, 41) == "La seconda parte del programma, invece…"
    assert shortened(text, 40) == "La seconda parte del programma, invece…"
    assert shortened(text, 60) == "La seconda parte del programma, invece, aggiunge qualche…"


def test_and_is_left_out_where_too_little_would_remain() -> None:
    assert shortened(TWO, 42) == "La prima frase dice tutto quello che…"
    assert shortened(TWO, 30) == ""
    assert shortened("x" * 5_000, 280) == ""
    assert shortened("", 280) == ""


def test_half_a_sentence_is_refused_where_it_is_not_wanted() -> None:
    assert shortened(TWO, 42, at_words=False) == ""

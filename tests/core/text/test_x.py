from __future__ import annotations

import pytest

from bot.core.text.x import LIMIT, LINK_LENGTH, links, weighted_length


def linked(text: str) -> list[str]:
    return [link.text for link in links(text)]


@pytest.mark.parametrize(
    "text",
    [
        "evento.Info",
        "ecc.it",
        "readme.md",
        "example.zip",
        "x.ai",
        "comune.torino.it",
        "www.comune.torino.it/relint",
        "http://comune.torino.it",
        "HTTPS://COMUNE.TORINO.IT/A",
        "https://comune.torino.it:8080/x?y=1#z",
        "però.it",
        "http://пример.рф",
        "http://xn--e1afmkfd.xn--p1ai",
        "https://it.wikipedia.org/wiki/Torino_(disambigua)",
        "http://a.it/((x))",
        "http://a.it/caffè/è",
        "a" * 63 + ".it",
    ],
)
def test_x_links_the_whole_of(text: str) -> None:
    assert linked(text) == [text]
    assert weighted_length(text) == LINK_LENGTH


@pytest.mark.parametrize(
    "text",
    [
        "S.p.A.",
        "18.30",
        "ore 18.30-20.00",
        "localhost",
        "http://localhost",
        "10.0.0.1",
        "S.Maria",
        "node.js",
        "international.affairs@comune.torino.it",
        "@comune.it",
        "#comune.it",
        "$comune.it",
        "-comune.it",
        "comune_.it",
        "http://" + "a" * 64 + ".it",
        "a" * 64 + ".it",
        "it",
        ".it",
        "comune.it@posta",
        "comune.itinera",
        "comune.it2021",
    ],
)
def test_x_links_nothing_of(text: str) -> None:
    assert linked(text) == []


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Ci vediamo alle 11.Info e programma", "11.Info"),
        ("Vedi comune.it.", "comune.it"),
        ("Vedi comune.it, poi", "comune.it"),
        ("Vedi http://comune.it/pagina.", "http://comune.it/pagina"),
        ("Vedi http://comune.it/pagina!", "http://comune.it/pagina"),
        ("(http://comune.it/pagina)", "http://comune.it/pagina"),
        ("http://comune.it/a(b", "http://comune.it/a"),
        ("“comune.it”", "comune.it"),
        ("l’evento.it", "evento.it"),
        ("comune.it…", "comune.it"),
        ("comune.it?x=1", "comune.it"),
        ("comune.it/?x=1.", "comune.it/?x=1"),
        ("comune.it:80", "comune.it"),
        ("comune.it:80/a", "comune.it:80/a"),
        ("🎉comune.it", "comune.it"),
        ("comune.it.nuovo", "comune.it"),
        ("a.it/pagina–b", "a.it/pagina–b"),
        ("comune.it_x", "comune.it"),
    ],
)
def test_a_link_ends_where_x_ends_it(text: str, link: str) -> None:
    assert linked(text) == [link]


def test_without_a_scheme_only_western_labels_make_a_link() -> None:
    assert linked("дом.рф") == []
    assert linked("http://дом.рф") == ["http://дом.рф"]
    assert linked("漢字torino.it") == ["torino.it"]


def test_several_links_come_in_order_with_their_places() -> None:
    text = "Vedi comune.it e https://europa.eu/it."

    assert [(link.start, link.end) for link in links(text)] == [(5, 14), (17, 37)]


def test_a_link_costs_the_same_however_long_it_is() -> None:
    assert weighted_length("Info: https://comune.torino.it/" + "a" * 300) == 6 + LINK_LENGTH


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Torino", 6),
        ("perché", 6),
        ("perche\u0301", 6),
        ("– — ’ “ ” « » ° à", 17),
        ("€", 2),
        ("…", 2),
        ("•", 2),
        ("→", 2),
        ("№", 2),
        ("都靈", 4),
        ("Турин", 5),
        ("a\u200db", 3),
    ],
)
def test_a_character_weighs_by_its_alphabet(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    "emoji",
    [
        "🎉",
        "❤️",
        "©",
        "®️",
        "™",
        "👍🏽",
        "🇮🇹",
        "1️⃣",
        "#⃣",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "👨‍👩‍👧‍👦",
        "🐦‍🔥",
        "🙂‍↔️",
        "⛓️‍💥",
        "😶‍🌫️",
        "🧑🏻‍❤️‍💋‍🧑🏼",
        "🏳️‍🌈",
    ],
)
def test_an_emoji_weighs_two_however_it_is_composed(emoji: str) -> None:
    assert weighted_length(emoji) == 2
    assert weighted_length(f"a{emoji}b{emoji}") == 6


def test_what_only_looks_like_an_emoji_weighs_its_parts() -> None:
    assert weighted_length("12#") == 3
    assert weighted_length("🇮") == 2
    assert weighted_length("🎉🏽") == 4


def test_a_long_word_without_end_is_counted_in_one_pass() -> None:
    text = "漢." * 2_000 + "漢_.it"

    assert links(text) == []
    assert weighted_length(text) > LIMIT

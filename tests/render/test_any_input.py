"""Whatever staff write, in any alphabet: a post stays within its limit, whole and well formed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import time

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.model import Platform, Post, Words
from bot.core.template import Choice, Has, Literal, Styled, Template, Value
from bot.core.text import telegram, x
from bot.render import Unfit
from bot.render.clean import one_line
from bot.render.shorten import LOOSE_END, shorten
from bot.sandbox.markup import parse
from tests.render.build import TELEGRAM_IT, X_IT, attempt, dates, day, item, rome

LINK = "https://www.comune.torino.it/relint/evento?id=7&lang=it"
WORDING = "7 maggio, ore 11"
PIECES = st.sampled_from(
    [
        " ",
        "  ",
        "\n",
        "<b>",
        "</a>",
        "&amp;",
        "&",
        '"',
        "'",
        "evento.Info ",
        "S.p.A. ",
        "Fine. Inizio ",
        "e\u0301\u0323",
        "👨‍👩‍👧‍👦",
        "🇮🇹",
        "🐦‍🔥",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2067",
        "שלום",
        "سلام",
        "漢字",
        "x" * 300,
        "x" * 5_000,
        "parola ",
        "…",
        "#",
        "@",
        "\u0300",
        "\x00",
    ]
)
TEXT = st.one_of(
    st.text(max_size=400), st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)
)
UNDOTTED = TEXT.map(lambda text: re.sub(r"[.。．｡]", "", unicodedata.normalize("NFKC", text)))

WHEN = dates(WORDING, day(5, 7, time(11)))

# {{ lead }}
# {{ title }}
# {% if where %}{{ where }}{% else %}Online{% endif %}
# Quando: {{ dates }}
# {{ summary }} {{ contact }}
# {{ link }}
# {{ tags }}
TEMPLATE = Template(
    (
        Value("lead"),
        Literal("\n"),
        Value("title"),
        Literal("\n"),
        Choice(Has("where"), (Value("where"),), (Literal("Online"),)),
        Literal("\nQuando: "),
        Value("dates"),
        Literal("\n"),
        Value("summary"),
        Literal(" "),
        Value("contact"),
        Literal("\n"),
        Value("link"),
        Literal("\n"),
        Value("tags"),
    )
)
# <i>{{ lead }} <u>{{ title }} | {{ dates }}</u></i>
#
# <b>{{ where }}<s>{{ summary }}</s></b><a href="{{ link }}"><b>{{ contact }}</b> &</a>{{ tags }}
MARKED = Template(
    (
        Styled(
            "i",
            (
                Value("lead"),
                Literal(" "),
                Styled("u", (Value("title"), Literal(" | "), Value("dates"))),
            ),
        ),
        Literal("\n\n"),
        Styled("b", (Value("where"), Styled("s", (Value("summary"),)))),
        Styled("a", (Styled("b", (Value("contact"),)), Literal(" &"))),
        Value("tags"),
    )
)


def made(channel_is_x: bool, title: str, summary: str, where: str, tags: list[str]) -> Post | Unfit:
    what = item(
        dates(WORDING, day(5, 7, time(11))), Words(title, summary, where, LINK), tags=tuple(tags)
    )
    return attempt(what, X_IT if channel_is_x else TELEGRAM_IT, rome(5, 6))


@settings(max_examples=300)
@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=4))
def test_on_x_any_input_fits_or_is_unfit(
    title: str, summary: str, where: str, tags: list[str]
) -> None:
    post = made(True, title, summary, where, tags)

    if isinstance(post, Unfit):
        bare = f"{one_line(title)}\n\n{WORDING}\n\n{LINK}"
        assert not one_line(title) or x.weighted_length(bare) > x.LIMIT
        return
    assert post.length == x.weighted_length(post.text) <= x.LIMIT
    lines = post.text.split("\n")
    assert one_line(title) in lines
    assert WORDING in lines
    assert lines[-1] == LINK
    assert post.true_until is None or lines[0] == "Domani alle 11"


@settings(max_examples=200)
@given(UNDOTTED, UNDOTTED, UNDOTTED, st.lists(UNDOTTED, max_size=4))
def test_on_x_the_item_s_link_is_the_only_one_where_no_other_has_a_dot(
    title: str, summary: str, where: str, tags: list[str]
) -> None:
    post = made(True, title, summary, where, tags)

    if isinstance(post, Post):
        assert [link.text for link in x.links(post.text)] == [LINK]


@settings(max_examples=300)
@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=4))
def test_on_telegram_any_input_is_valid_html_within_the_limit(
    title: str, summary: str, where: str, tags: list[str]
) -> None:
    post = made(False, title, summary, where, tags)

    if isinstance(post, Unfit):
        assert not one_line(title) or telegram.length(one_line(title)) > telegram.LIMIT - 200
        return
    parsed = parse(post.request["params"]["text"])
    assert parsed.text == post.text
    assert post.length == telegram.length(post.text) <= telegram.LIMIT
    assert [entity.kind for entity in parsed.entities] == ["italic", "bold", "text_link"][
        -len(parsed.entities) :
    ]
    assert parsed.entities[-1].detail == LINK
    assert one_line(title) in post.text.split("\n")
    assert WORDING in post.text.split("\n")


@settings(max_examples=200)
@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=4))
def test_by_a_template_on_x_any_input_fits_or_is_unfit(
    title: str, summary: str, where: str, tags: list[str]
) -> None:
    what = item(WHEN, Words(title, summary, where, LINK), tags=tuple(tags), contact=where)
    post = attempt(what, replace(X_IT, template=TEMPLATE), rome(5, 6))

    if isinstance(post, Unfit):
        bare = f"{one_line(title)}\nQuando: {WORDING}\n{LINK}"
        assert not one_line(title) or x.weighted_length(bare) > x.LIMIT
        return
    assert post.length == x.weighted_length(post.text) <= x.LIMIT
    lines = post.text.split("\n")
    assert {one_line(title), f"Quando: {WORDING}", LINK} <= set(lines)
    assert LINK in [link.text for link in x.links(post.text)]
    assert all(lines)
    assert post.true_until is None or lines[0] == "Domani alle 11"


@settings(max_examples=200)
@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=4))
def test_by_a_template_on_telegram_any_input_is_valid_html_within_the_limit(
    title: str, summary: str, where: str, tags: list[str]
) -> None:
    what = item(WHEN, Words(title, summary, where, LINK), tags=tuple(tags), contact=where)
    post = attempt(what, replace(TELEGRAM_IT, template=MARKED), rome(5, 6))

    if isinstance(post, Unfit):
        assert not one_line(title) or telegram.length(one_line(title)) > telegram.LIMIT - 200
        return
    parsed = parse(post.request["params"]["text"])
    assert parsed.text == post.text
    assert post.length == telegram.length(post.text) <= telegram.LIMIT
    assert any(each.detail == LINK for each in parsed.entities)
    assert {each.kind for each in parsed.entities} <= {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "text_link",
    }
    assert f"{one_line(title)} | {WORDING}" in post.text


@settings(max_examples=200)
@given(TEXT.filter(lambda text: any(map(one_line, text.split("\n")))))
def test_on_x_any_text_of_staff_s_own_goes_whole_or_not_at_all(text: str) -> None:
    words = Words("Festa", "Si balla.", "Torino", LINK, text={Platform.X: text})
    post = attempt(item(WHEN, words), X_IT, rome(5, 6))
    whole = [line for line in map(one_line, text.split("\n")) if line]

    if isinstance(post, Unfit):
        bare = "\n".join([*whole, WORDING, LINK])
        assert x.weighted_length(bare) + text.count("\n") + 4 > x.LIMIT
        return
    assert post.length == x.weighted_length(post.text) <= x.LIMIT
    shown = [line for line in post.text.split("\n") if line]
    shown = shown[1:] if post.true_until else shown
    assert shown[: len(whole)] == whole
    assert set(shown[len(whole) :]) <= {WORDING, LINK}
    assert WORDING.casefold() in " ".join(shown).casefold()
    assert LINK in " ".join(shown).split(" ")


@settings(max_examples=200)
@given(TEXT.filter(lambda text: any(map(one_line, text.split("\n")))))
def test_on_telegram_any_text_of_staff_s_own_goes_whole_or_not_at_all(text: str) -> None:
    words = Words("Festa", "Si balla.", "Torino", LINK, text={Platform.TELEGRAM: text})
    post = attempt(item(WHEN, words), TELEGRAM_IT, rome(5, 6))
    whole = [line for line in map(one_line, text.split("\n")) if line]

    if isinstance(post, Unfit):
        assert telegram.length("\n\n".join(whole)) > telegram.LIMIT - 200
        return
    parsed = parse(post.request["params"]["text"])
    assert parsed.text == post.text
    assert post.length == telegram.length(post.text) <= telegram.LIMIT
    shown = [line for line in post.text.split("\n") if line]
    shown = shown[1:] if post.true_until else shown
    assert shown[: len(whole)] == whole
    assert WORDING.casefold() in " ".join(shown).casefold()
    assert LINK in " ".join(shown).split(" ") or parsed.entities[-1].detail == LINK


@settings(max_examples=300)
@given(TEXT.map(one_line), st.integers(30, 400))
def test_a_summary_is_never_cut_inside_a_word(summary: str, room: int) -> None:
    short = shorten(summary, lambda text: len(text) <= room, frozenset(), at_words=True)

    assert len(short) <= room
    words = summary.split(" ")
    beginnings = [" ".join(words[:count]) for count in range(len(words) + 1)]
    if short not in beginnings:
        assert short.endswith("…")
        assert short.removesuffix("…") in [text.rstrip(LOOSE_END) for text in beginnings]

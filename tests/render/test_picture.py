"""A post with a picture: its text fits a caption, its request names the very bytes, its words the channel's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import prices
from bot.core.model import Act, Channel, Image, Item, Post, Words
from bot.core.text import telegram
from bot.render import Unfit
from bot.render.bound import surely_fits
from bot.render.clean import one_line
from bot.sandbox.markup import parse
from tests.render.build import (
    TELEGRAM_EN,
    TELEGRAM_IT,
    X_EN,
    X_IT,
    attempt,
    dates,
    day,
    item,
    post,
    rome,
)
from tests.render.test_any_input import LINK, TEXT, WORDING

IMAGE = Image(
    "images/tartu.jpg", "ab" * 32, "image/jpeg", 1200, 800, {"it": "La piazza", "en": "The square"}
)
WORDS = Words("Tartu", "Una mostra.", "Tartu", "https://example.org/")
ENGLISH = Words("Tartu", "An exhibition.", "Tartu", "https://example.org/")


def pictured(image: Image = IMAGE, words: Words = WORDS) -> Item:
    what = item(dates("7 maggio, ore 11", day(5, 7, time(11))), words, ENGLISH, tags=("Estonia",))
    return replace(what, image=image)


def test_on_telegram_the_text_is_the_caption_of_a_photo() -> None:
    made = post(pictured(), TELEGRAM_IT, rome(5, 6))
    assert made.request == {
        "method": "sendPhoto",
        "params": {
            "chat_id": "@torino_nel_mondo",
            "caption": made.request["params"]["caption"],
            "parse_mode": "HTML",
        },
        "image": {"sha256": "ab" * 32},
    }
    assert parse(made.request["params"]["caption"]).text == made.text
    assert made.image == IMAGE
    assert made.limit == 1024


@pytest.mark.parametrize(("channel", "alt"), [(X_IT, "La piazza"), (X_EN, "The square")])
def test_on_x_the_image_is_described_in_the_channel_s_language(channel: Channel, alt: str) -> None:
    made = post(pictured(), channel, rome(5, 6))
    assert made.request["image"] == {"sha256": "ab" * 32, "alt": alt}
    assert made.text == post(replace(pictured(), image=None), channel, rome(5, 6)).text
    assert made.cost == prices.X_POST_WITH_LINK + Decimal("0.005")


@pytest.mark.parametrize("channel", [TELEGRAM_IT, X_IT])
def test_other_bytes_are_another_post_and_another_place_is_not(channel: Channel) -> None:
    def digest(image: Image) -> str:
        return post(pictured(image), channel, rome(5, 6)).digest

    assert digest(replace(IMAGE, sha256="cd" * 32)) != digest(IMAGE)
    assert digest(replace(IMAGE, file="images/other.jpg")) == digest(IMAGE)


def test_another_description_is_another_post_on_x() -> None:
    other = replace(IMAGE, alt={"it": "Una piazza"})
    there = post(pictured(other), X_IT, rome(5, 6)).digest
    assert there != post(pictured(), X_IT, rome(5, 6)).digest


def test_a_withdrawal_goes_without_the_picture() -> None:
    made = post(pictured(), TELEGRAM_IT, rome(5, 6), act=Act.WITHDRAW)
    assert made.image is None
    assert made.request["method"] == "sendMessage"
    assert made.limit == 4096


@pytest.mark.parametrize(
    ("channel", "line"),
    [
        (TELEGRAM_IT, "Nell’immagine: La piazza"),
        (TELEGRAM_EN, "In the picture: The square"),
    ],
)
def test_the_caption_says_what_can_be_seen_only_where_staff_ask_for_it(
    channel: Channel, line: str
) -> None:
    asked = replace(IMAGE, in_caption=True)
    assert line in post(pictured(asked), channel, rome(5, 6)).text.split("\n")
    assert line.partition(": ")[2] not in post(pictured(), channel, rome(5, 6)).text
    assert line not in post(pictured(asked), X_IT, rome(5, 6)).text


def test_a_description_that_was_asked_for_never_gives_way_in_silence() -> None:
    alt = "x" * 900
    asked = replace(IMAGE, in_caption=True, alt={"it": alt})
    words = replace(WORDS, summary="Una mostra molto lunga. " * 40)
    made = post(pictured(asked, words), TELEGRAM_IT, rome(5, 6))
    assert alt in made.text
    assert made.text.count("Una mostra") < 5  # the summary gave way instead
    unfit = attempt(
        pictured(replace(asked, alt={"it": "x" * 1000}), words), TELEGRAM_IT, rome(5, 6)
    )
    assert isinstance(unfit, Unfit)
    assert "the image's description" in unfit.reason


def test_a_title_that_is_too_long_for_a_caption_is_told_as_such() -> None:
    unfit = attempt(pictured(words=replace(WORDS, title="x" * 1100)), TELEGRAM_IT, rome(5, 6))
    assert isinstance(unfit, Unfit)
    assert unfit.reason.endswith("too long for a caption on telegram-it")


@settings(max_examples=300)
@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=4), TEXT, st.booleans())
def test_any_caption_fits_and_is_valid_html(
    title: str, summary: str, where: str, tags: list[str], alt: str, in_caption: bool
) -> None:
    image = replace(IMAGE, alt={"it": alt or "-"}, in_caption=in_caption)
    when = dates(WORDING, day(5, 7, time(11)))
    what = item(when, Words(title, summary, where, LINK), tags=tuple(tags))
    what = replace(what, image=image)
    made = attempt(what, TELEGRAM_IT, rome(5, 6))

    if isinstance(made, Unfit):
        assert not surely_fits(what, TELEGRAM_IT) or not one_line(title)
        needed = one_line(title) + (one_line(alt) if in_caption else "")
        assert not one_line(title) or telegram.length(needed) > telegram.CAPTION_LIMIT - 200
        return
    assert isinstance(made, Post)
    parsed = parse(made.request["params"]["caption"])
    assert parsed.text == made.text
    assert made.length == telegram.length(made.text) <= telegram.CAPTION_LIMIT
    assert one_line(title) in made.text.split("\n")
    assert WORDING in made.text.split("\n")
    if in_caption and one_line(alt):
        assert one_line(alt) in made.text

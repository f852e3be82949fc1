"""Images in the sandbox: taken and refused as the real ones do, kept within bounds, shown with their text."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest
import requests
import tweepy
from telegram import Bot
from telegram.error import BadRequest

from bot.core.picture import Header
from bot.sandbox import Account
from bot.sandbox.images import Images
from tests.pictures import chunk, jpeg, png, png_header
from tests.sandbox.conftest import Served


async def call(served: Served, path: str, body: dict[str, Any]) -> requests.Response:
    answer: requests.Response = await asyncio.to_thread(
        served.x().request, "POST", path, None, body, True
    )
    return answer


async def upload(served: Served, content: bytes) -> str:
    media = {"media": base64.b64encode(content).decode(), "media_category": "tweet_image"}
    answer = await call(served, "/2/media/upload", media)
    return str(answer.json()["data"]["id"])


@pytest.mark.parametrize(
    ("content", "wording"),
    [
        (b"ciao", "(?i)image_process_failed"),
        (png()[:-20], "(?i)image_process_failed"),
        (png_header(6000, 4001), "(?i)photo_invalid_dimensions"),
        (png_header(4, 81), "(?i)photo_invalid_dimensions"),
        (
            png_header(40, 30, extra=chunk(b"tEXt", b" " * 10_485_760)),
            "is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_telegram_refuses_a_photo_in_its_words(
    served: Served, bot: Bot, content: bytes, wording: str
) -> None:
    with pytest.raises(BadRequest, match=wording):
        await bot.send_photo("@torino", content, caption="Il mare")
    assert served.sandbox.posts == []


async def test_telegram_says_which_right_a_bot_lacks(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="ot enough rights to send photos to the chat"):
        await bot.send_photo("@muto", png(), caption="Il mare")


@pytest.mark.parametrize(
    ("content", "wording"),
    [
        (b"ciao", "media type unrecognized"),
        (png_header(8193, 40), "must be >= 4x4 and <= 8192x8192"),
        (png_header(3, 3), "must be >= 4x4 and <= 8192x8192"),
        (
            png_header(40, 30, extra=chunk(b"tEXt", b" " * 5_242_880)),
            "File size exceeds 5242880 bytes",
        ),
    ],
)
async def test_x_refuses_an_image_in_its_words(
    served: Served, content: bytes, wording: str
) -> None:
    with pytest.raises(tweepy.BadRequest, match=wording):
        await upload(served, content)
    assert served.sandbox.media == {}


@pytest.mark.parametrize("alt", ["", "x" * 1001])
async def test_x_takes_a_description_of_1000_characters(served: Served, alt: str) -> None:
    number = await upload(served, jpeg())
    described = {"id": number, "metadata": {"alt_text": {"text": alt}}}
    with pytest.raises(tweepy.BadRequest):
        await call(served, "/2/media/metadata", described)
    described = {"id": number, "metadata": {"alt_text": {"text": "x" * 1000}}}
    assert (await call(served, "/2/media/metadata", described)).status_code == 200


async def test_x_forgets_an_image_after_a_day(served: Served) -> None:
    number = await upload(served, jpeg())
    served.clock.at += timedelta(days=1)
    with pytest.raises(tweepy.BadRequest, match="Your media IDs are invalid"):
        await asyncio.to_thread(served.x().create_tweet, text="Il mare", media_ids=[number])
    assert served.sandbox.posts == []


async def test_an_image_belongs_to_the_account_that_uploaded_it(served: Served) -> None:
    other = Account.make_believe("altri")
    served.sandbox.accounts.append(other)
    number = await upload(served, jpeg())
    keys = {"access_token": other.access_token, "access_token_secret": other.access_token_secret}
    with pytest.raises(tweepy.BadRequest, match="Your media IDs are invalid"):
        await asyncio.to_thread(served.x(**keys).create_tweet, text="Mare", media_ids=[number])


async def test_no_bytes_are_written_down(served: Served, bot: Bot) -> None:
    content = png(400, 300) + b" " * 200_000
    await bot.send_photo("@torino", content, caption="Il mare", filename="mare.png")
    await upload(served, content)
    by_telegram, by_x = served.sandbox.requests[-2:]
    assert by_telegram.parameters["photo"] == "mare.png"
    assert by_x.parameters["media"] == f"({len(base64.b64encode(content))} characters)"
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        assert (await http.get("/sandbox/posts")).json()[0]["pictures"][0]["width"] == 400


async def test_a_body_without_measure_is_refused(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        answer = await http.post("/2/media/upload", content=b" " * 20_000_001)
    assert answer.status_code == 413


@pytest.mark.parametrize("content", [b"\r\n--", b"\r\n\r\n", b"\n", b"", bytes(range(256))])
async def test_a_file_in_a_form_arrives_byte_by_byte(
    served: Served, bot: Bot, content: bytes
) -> None:
    whole = png() + content
    await bot.send_photo("@torino", whole)
    [picture] = served.sandbox.posts[0].pictures
    assert served.sandbox.images.of(picture.sha256) == ("image/png", whole)


def test_the_oldest_images_make_room_for_the_newest() -> None:
    images, header = Images(room=10), Header("image/png", 4, 4)
    first, second = images.keep(b"1111", header), images.keep(b"2222", header)
    images.keep(b"1111", header)  # seen again: now the newer of the two
    third = images.keep(b"3333", header)
    kept = [images.of(each.sha256) is not None for each in (first, second, third)]
    assert kept == [True, False, True]


# --- the page -------------------------------------------------------------------------------------------


async def test_the_page_shows_an_image_and_what_can_be_seen_in_it(served: Served) -> None:
    content = png(400, 300)
    number = await upload(served, content)
    described = {"id": number, "metadata": {"alt_text": {"text": 'Il mare <"di notte">'}}}
    await call(served, "/2/media/metadata", described)
    await asyncio.to_thread(served.x().create_tweet, text="Il mare", media_ids=[number])
    [picture] = served.sandbox.posts[0].pictures
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        shown = (await http.get("/")).text
        image = await http.get(f"/image/{picture.sha256}")
        absent = await http.get(f"/image/{'0' * 64}")
    assert f'<img src="/image/{picture.sha256}" width="400" height="300"' in shown
    assert 'alt="Il mare &lt;&#34;di notte&#34;&gt;"' in shown
    assert (image.content, image.headers["content-type"]) == (content, "image/png")
    assert image.headers["x-content-type-options"] == "nosniff"
    assert absent.status_code == 404


async def test_the_page_says_where_an_image_has_no_text(served: Served, bot: Bot) -> None:
    await bot.send_photo("@torino", png(), caption="Il mare")
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        assert 'alt="Immagine senza testo alternativo"' in (await http.get("/")).text

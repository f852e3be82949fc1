"""The make-believe X, spoken to by the real tweepy, signatures and all, over a real socket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import requests
import tweepy

from bot.sandbox import Account
from bot.sandbox.oauth1 import is_signed
from tests.pictures import jpeg
from tests.sandbox.conftest import ACCOUNT, Served

LATER = "2021-05-03T08:15:00+00:00"


async def post(client: tweepy.Client, text: str) -> requests.Response:
    answer: requests.Response = await asyncio.to_thread(client.create_tweet, text=text)
    return answer


async def test_a_post_becomes_public_and_says_where_the_rate_stands(served: Served) -> None:
    answer = await post(served.x(), "Già domani: https://example.org/programma")
    (taken,) = served.sandbox.posts
    data = answer.json()["data"]
    assert answer.status_code == 201
    assert data["id"] == taken.id == data["edit_history_tweet_ids"][0]
    assert taken.text == "Già domani: https://example.org/programma"
    assert taken.url == f"https://x.com/torinonelmondo/status/{taken.id}"
    assert answer.headers["x-rate-limit-limit"] == "100"
    assert answer.headers["x-rate-limit-remaining"] == "99"
    assert answer.headers["x-rate-limit-reset"] == str(
        int(datetime.fromisoformat(LATER).timestamp())
    )


async def test_what_comes_back_has_wrapped_links_and_escaped_signs(served: Served) -> None:
    client = served.x()
    created = await post(client, "Arte & città: comune.torino.it")
    short = created.json()["data"]["text"].removeprefix("Arte &amp; città: ")
    assert short.startswith("https://t.co/")
    answer: Any = await asyncio.to_thread(
        client.get_users_tweets, ACCOUNT.id, user_auth=True, tweet_fields=["entities", "created_at"]
    )
    (tweet,) = answer.json()["data"]
    (url,) = tweet["entities"]["urls"]
    assert tweet["text"][url["start"] : url["end"]] == short
    assert (url["expanded_url"], url["display_url"]) == (
        "http://comune.torino.it",
        "comune.torino.it",
    )
    assert tweet["created_at"] == "2021-05-03T08:00:00.000Z"


async def test_ids_rise_with_the_clock_and_within_one_instant(served: Served) -> None:
    client = served.x()
    first, second = await post(client, "uno"), await post(client, "due")
    served.clock.pass_by(days=1)
    third = await post(client, "tre")
    ids = [int(answer.json()["data"]["id"]) for answer in (first, second, third)]
    assert ids == sorted(set(ids))
    born = datetime.fromtimestamp(((ids[2] >> 22) + 1_288_834_974_657) / 1000, UTC)
    assert born == served.clock.at


@pytest.mark.parametrize(
    "wrong", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"]
)
async def test_a_wrong_key_is_refused(served: Served, wrong: str) -> None:
    with pytest.raises(tweepy.Unauthorized):
        await post(served.x(**{wrong: "sbagliato"}), "ciao")
    assert served.sandbox.posts == []


async def test_a_signature_is_used_once(served: Served) -> None:
    answer = await post(served.x(), "ciao")
    signed = answer.request.headers["Authorization"]
    async with httpx.AsyncClient() as client:
        again = await client.post(
            f"{served.address.x}/2/tweets",
            headers={"authorization": signed},
            json={"text": "altro"},
        )
    assert again.status_code == 401


async def test_nobody_posts_without_credentials(served: Served) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{served.address.x}/2/tweets", json={"text": "ciao"})
    assert answer.status_code == 401
    assert served.sandbox.posts == []


def test_the_signature_is_the_one_of_xs_own_example() -> None:
    # https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature
    oauth = {
        "oauth_consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "oauth_version": "1.0",
        "oauth_signature": "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
    }
    asked: dict[str, Any] = {
        "method": "post",
        "url": "https://api.twitter.com/1.1/statuses/update.json",
        "consumer_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "token_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    }
    status = "Hello Ladies + Gentlemen, a signed OAuth request!"
    assert is_signed(oauth, parameters=[("include_entities", "true"), ("status", status)], **asked)
    assert not is_signed(
        oauth, parameters=[("include_entities", "true"), ("status", "Hi")], **asked
    )


async def test_a_bearer_token_of_a_user_posts_too(served: Served) -> None:
    client = served.x(bearer_token=ACCOUNT.bearer)
    answer: Any = await asyncio.to_thread(client.create_tweet, text="ciao", user_auth=False)
    assert answer.status_code == 201
    other = served.x(bearer_token="sandbox-bearer-nessuno")
    with pytest.raises(tweepy.Unauthorized):
        await asyncio.to_thread(other.create_tweet, text="ciao", user_auth=False)


async def test_the_same_text_is_refused_while_the_first_one_stands(served: Served) -> None:
    client = served.x()
    first = await post(client, "ciao")
    with pytest.raises(tweepy.Forbidden) as caught:
        await post(client, "ciao")
    assert caught.value.response.json() == {
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
    }
    await asyncio.to_thread(client.delete_tweet, first.json()["data"]["id"])
    assert (await post(client, "ciao")).status_code == 201


async def test_length_is_weighted(served: Served) -> None:
    client = served.x()
    await post(client, "è" * 256 + " https://example.org/" + "a" * 90)
    with pytest.raises(tweepy.Forbidden, match="too long"):
        await post(client, "è" * 257 + " https://example.org/" + "a" * 90)


@pytest.mark.parametrize(
    "body", [{}, {"text": " "}, {"text": 5}, ["ciao"], {"text": "x", "media": {"media_ids": ["7"]}}]
)
async def test_a_body_that_makes_no_post_is_refused(served: Served, body: object) -> None:
    bearer = {"authorization": f"Bearer {ACCOUNT.bearer}"}
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{served.address.x}/2/tweets", headers=bearer, json=body)
    assert answer.status_code == 400
    assert answer.json()["title"] == "Invalid Request"
    assert served.sandbox.posts == []


async def test_a_user_posts_a_hundred_times_in_a_quarter_of_an_hour(served: Served) -> None:
    bearer = {"authorization": f"Bearer {ACCOUNT.bearer}"}
    async with httpx.AsyncClient(base_url=served.address.x, headers=bearer) as client:
        for number in range(100):
            assert (await client.post("/2/tweets", json={"text": str(number)})).status_code == 201
    served.clock.pass_by(minutes=5)
    with pytest.raises(tweepy.TooManyRequests) as caught:
        await post(served.x(), "uno di troppo")
    assert caught.value.reset_time == int((served.clock.at + timedelta(minutes=10)).timestamp())
    served.clock.pass_by(minutes=10)
    assert (await post(served.x(), "ora sì")).headers["x-rate-limit-remaining"] == "99"


async def test_a_timeline_is_newest_first_and_can_begin_after_a_post(served: Served) -> None:
    client = served.x()
    ids = [(await post(client, text)).json()["data"]["id"] for text in "abcdefg"]

    async def read(**asked: Any) -> list[str]:
        answer: Any = await asyncio.to_thread(
            client.get_users_tweets, ACCOUNT.id, user_auth=True, **asked
        )
        return [tweet["id"] for tweet in answer.json().get("data", [])]

    assert await read() == ids[::-1]
    assert await read(max_results=5) == ids[:1:-1]
    assert await read(since_id=ids[4]) == [ids[6], ids[5]]
    assert await read(since_id=ids[6]) == []
    with pytest.raises(tweepy.BadRequest):
        await read(max_results=3)


async def test_an_account_knows_itself(served: Served) -> None:
    answer: Any = await asyncio.to_thread(served.x().get_me)
    assert answer.json()["data"] == {
        "id": ACCOUNT.id,
        "name": "Torino nel mondo",
        "username": "torinonelmondo",
    }


async def test_a_deleted_post_is_gone(served: Served) -> None:
    client = served.x()
    number = (await post(client, "ciao")).json()["data"]["id"]
    gone: Any = await asyncio.to_thread(client.delete_tweet, number)
    assert gone.json() == {"data": {"deleted": True}}
    assert [one.is_public for one in served.sandbox.posts] == [False]
    with pytest.raises(tweepy.NotFound):
        await asyncio.to_thread(client.delete_tweet, number)


async def test_an_image_is_uploaded_described_and_posted(served: Served) -> None:
    client = served.x()
    signed = tweepy.OAuth1UserHandler(
        ACCOUNT.consumer_key,
        ACCOUNT.consumer_secret,
        ACCOUNT.access_token,
        ACCOUNT.access_token_secret,
    ).apply_auth()

    def upload() -> str:
        url = "https://api.twitter.com/2/media/upload"
        answer = client.session.post(
            url,
            files={"media": ("mare.jpg", jpeg())},
            data={"media_category": "tweet_image"},
            auth=signed,
        )
        return str(answer.json()["data"]["id"])

    media = await asyncio.to_thread(upload)
    described = {"id": media, "metadata": {"alt_text": {"text": "Il mare"}}}
    answer = await asyncio.to_thread(
        client.request, "POST", "/2/media/metadata", None, described, True
    )
    assert answer.status_code == 200
    await asyncio.to_thread(client.create_tweet, text="Il mare", media_ids=[media])
    assert served.sandbox.posts[0].photo == media
    assert [one.alt for one in served.sandbox.posts[0].pictures] == ["Il mare"]


def test_a_make_believe_account_never_shows_its_secrets() -> None:
    shown = repr(Account.make_believe("torinonelmondo"))
    assert "secret" not in shown
    assert "bearer" not in shown

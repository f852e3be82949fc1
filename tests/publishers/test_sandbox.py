"""The real publishers meet the sandbox: what they say is public is what its followers see."""

from __future__ import annotations

from pydantic import SecretStr

from bot.core.model import Channel, Deferred, Platform, Published
from bot.publishers.base import Ready
from bot.publishers.registry import Credentials, Publishers
from bot.publishers.x import XKeys
from bot.sandbox import TELEGRAM_TOKEN, Account, Chat, Sandbox, Standing, serve
from tests.publishers.contract import NOW, make_post

ACCOUNT = Account.make_believe("torinonelmondo")
KEYS = XKeys(
    SecretStr(ACCOUNT.consumer_key),
    SecretStr(ACCOUNT.consumer_secret),
    SecretStr(ACCOUNT.access_token),
    SecretStr(ACCOUNT.access_token_secret),
)
TELEGRAM = Channel("telegram-it", Platform.TELEGRAM, "@torino", "it", "standard")
X = Channel("x-it", Platform.X, "torinonelmondo", "it", "standard")


def sandbox(standing: Standing = Standing.ADMIN) -> Sandbox:
    chat = Chat(-1001000000001, username="torino", title="Torino nel mondo", standing=standing)
    return Sandbox(now=lambda: NOW, chats=[chat], accounts=[ACCOUNT])


def credentials(telegram_api: str, x_api: str) -> Credentials:
    return Credentials(SecretStr(TELEGRAM_TOKEN), telegram_api, x_api, {"torinonelmondo": KEYS})


async def test_a_published_message_stands_in_the_channel() -> None:
    params = {
        "chat_id": "@torino",
        "text": "<b>Ciao</b> Torino\n\nhttps://example.org/",
        "parse_mode": "HTML",
        "link_preview_options": {"url": "https://example.org/"},
    }
    post = make_post(Platform.TELEGRAM, {"method": "sendMessage", "params": params})
    async with serve(place := sandbox()) as address:
        publishers = Publishers(credentials(address.telegram, address.x), lambda: NOW)
        publisher = publishers.of(TELEGRAM)
        ready = await publisher.prepare(post, "attempt-1")
        assert isinstance(ready, Ready)
        outcome = await publisher.publish(ready)
        await publishers.close()
    assert isinstance(outcome, Published)
    assert outcome.url == f"https://t.me/torino/{outcome.external_id}"
    assert [taken.id for taken in place.posts] == [outcome.external_id]


async def test_a_published_post_stands_in_the_account_and_its_signature_holds() -> None:
    body = {"text": "Ciao «Torino» 🎉 https://example.org/"}
    post = make_post(Platform.X, {"method": "POST", "path": "/2/tweets", "body": body})
    async with serve(place := sandbox()) as address:
        publishers = Publishers(credentials(address.telegram, address.x), lambda: NOW)
        publisher = publishers.of(X)
        ready = await publisher.prepare(post, "attempt-1")
        assert isinstance(ready, Ready)
        outcome = await publisher.publish(ready)
        await publishers.close()
    assert isinstance(outcome, Published)
    assert outcome.url == f"https://x.com/torinonelmondo/status/{outcome.external_id}"
    assert [taken.id for taken in place.posts] == [outcome.external_id]


async def test_a_bot_without_the_right_to_post_is_deferred_and_nothing_stands_there() -> None:
    params = {"chat_id": "@torino", "text": "Ciao"}
    post = make_post(Platform.TELEGRAM, {"method": "sendMessage", "params": params})
    async with serve(place := sandbox(Standing.SILENCED)) as address:
        publishers = Publishers(credentials(address.telegram, address.x), lambda: NOW)
        publisher = publishers.of(TELEGRAM)
        ready = await publisher.prepare(post, "attempt-1")
        assert isinstance(ready, Ready)
        outcome = await publisher.publish(ready)
        await publishers.close()
    assert isinstance(outcome, Deferred), outcome
    assert place.posts == []

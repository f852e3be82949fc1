"""Telegram's error table, row by row, over real sockets."""

from __future__ import annotations

import asyncio
import json
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from bot.core.model import Deferred, Outcome, Platform, Published, Rejected, Unknown
from bot.publishers.base import Ready, Timeouts
from bot.publishers.images import Images
from bot.publishers.telegram import TelegramPublisher
from bot.publishers.telegram_answer import LONGEST_WAIT
from tests.pictures import png
from tests.publishers.contract import NOW, SHORT, PublisherContract, Subject, hear, make_post, say
from tests.publishers.wire import answering, dripping, reply, serving, silent_after_the_request

NO_IMAGES = Images()
TOKEN = "7654321:AAH-secret_of_the_bot"
REQUEST = {
    "method": "sendMessage",
    "params": {
        "chat_id": "@torino_nel_mondo",
        "text": "<b>Ciao</b> &amp; a domani",
        "parse_mode": "HTML",
        "link_preview_options": {"url": "https://example.org/", "show_above_text": True},
    },
}


def open_publisher(
    base: str,
    timeouts: Timeouts,
    proxy: str = "",
    images: Images = NO_IMAGES,
    trust: ssl.SSLContext | None = None,
) -> TelegramPublisher:
    return TelegramPublisher(
        SecretStr(TOKEN),
        lambda: NOW,
        base_url=f"{base}/bot",
        timeouts=timeouts,
        proxy=proxy,
        images=images,
        trust=trust,
    )


def message(**changes: Any) -> dict[str, Any]:
    channel = {
        "id": -1001234567890,
        "type": "channel",
        "title": "T",
        "username": "torino_nel_mondo",
    }
    return {"message_id": 42, "date": 1777883400, "chat": channel, "text": "Ciao", **changes}


SUBJECT = Subject(
    open=open_publisher,
    post=make_post(Platform.TELEGRAM, REQUEST),
    success=(200, {"ok": True, "result": message()}),
    published=Published("42", "https://t.me/torino_nel_mondo/42"),
    secrets=(TOKEN, TOKEN.partition(":")[2]),
    pictured={
        "method": "sendPhoto",
        "params": {"chat_id": "@torino_nel_mondo", "caption": "<b>Mare</b>", "parse_mode": "HTML"},
    },
    uploads=(),
)


class TestTelegram(PublisherContract):
    subject = SUBJECT


async def refused(status: int, description: str, **parameters: Any) -> Outcome:
    body = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return await hear(SUBJECT, answering(reply(status, body)))


async def test_the_request_goes_over_the_wire_exactly_as_it_stands() -> None:
    with serving(answering(reply(*SUBJECT.success))) as wire:
        await say(SUBJECT, f"http://{wire.address}")
    head, _, body = wire.requests[0].partition(b"\r\n\r\n")
    form = {
        name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()
    }
    form["link_preview_options"] = json.loads(form["link_preview_options"])
    assert head.splitlines()[0] == f"POST /bot{TOKEN}/sendMessage HTTP/1.1".encode()
    assert b"connection: close" in head.lower()
    assert form == REQUEST["params"]


async def test_a_silent_message_says_so_on_the_wire() -> None:
    params = {"chat_id": "@c", "text": "Ciao", "disable_notification": True}
    post = make_post(Platform.TELEGRAM, {"method": "sendMessage", "params": params})
    with serving(answering(reply(*SUBJECT.success))) as wire:
        await say(replace(SUBJECT, post=post), f"http://{wire.address}")
    body = wire.requests[0].partition(b"\r\n\r\n")[2].decode()
    assert parse_qs(body) == {"chat_id": ["@c"], "text": ["Ciao"], "disable_notification": ["true"]}


@pytest.mark.parametrize("seconds", [1, 35, 43_838])
async def test_a_flood_wait_is_deferred_until_it_is_over(seconds: int) -> None:
    outcome = await refused(429, "Too Many Requests", retry_after=seconds)
    assert isinstance(outcome, Deferred)
    assert outcome.until == NOW + timedelta(seconds=seconds)


async def test_a_flood_wait_beyond_the_calendar_is_cut() -> None:
    outcome = await refused(429, "Too Many Requests", retry_after=10**13)
    assert isinstance(outcome, Deferred)
    assert outcome.until == NOW + LONGEST_WAIT


async def test_a_flood_wait_may_be_a_part_of_a_second() -> None:
    outcome = await refused(429, "Too Many Requests", retry_after=1.5)
    assert isinstance(outcome, Deferred)
    assert outcome.until == NOW + timedelta(seconds=1.5)


async def test_a_flood_wait_never_ends_in_the_past() -> None:
    outcome = await refused(429, "Too Many Requests", retry_after=-60)
    assert isinstance(outcome, Deferred)
    assert outcome.until == NOW


@pytest.mark.parametrize("seconds", [None, 0, 10**20, "soon", [], True])
async def test_a_flood_wait_without_a_time_is_deferred(seconds: object) -> None:
    given = {} if seconds is None else {"retry_after": seconds}
    outcome = await refused(429, "Too Many Requests", **given)
    assert isinstance(outcome, Deferred)
    assert not outcome.stops_channel


async def test_a_flood_wait_is_heard_though_its_answer_never_ends() -> None:
    start = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 9999\r\n\r\n"
    outcome = await hear(SUBJECT, dripping(start, 0.02))
    assert isinstance(outcome, Deferred), outcome


@pytest.mark.parametrize(
    "parameters", [{"retry_after": 5}, {"migrate_to_chat_id": -100987}], ids=str
)
@pytest.mark.parametrize("status", [500, 502])
async def test_a_servers_error_is_in_doubt_whatever_it_adds(
    status: int, parameters: dict[str, Any]
) -> None:
    outcome = await refused(status, "Internal Server Error", **parameters)
    assert isinstance(outcome, Unknown), outcome


@pytest.mark.parametrize("status", [402, 405, 406, 410, 413, 418, 425, 431, 451, 499])
async def test_a_status_that_telegram_never_gives_is_unknown(status: int) -> None:
    assert isinstance(await refused(status, "Odd"), Unknown)


async def test_a_call_that_finds_no_room_among_the_connections_is_deferred() -> None:
    with serving(silent_after_the_request) as wire:
        publisher = open_publisher(f"http://{wire.address}", Timeouts(connect=0.5, total=2))
        ready = await publisher.prepare(SUBJECT.post, "attempt-1")
        assert isinstance(ready, Ready)
        outcomes = await asyncio.gather(*(publisher.publish(ready) for _ in range(33)))
        await publisher.close()
        assert len(wire.requests) == 32
    assert [type(outcome) for outcome in outcomes].count(Unknown) == 32
    (deferred,) = (each for each in outcomes if isinstance(each, Deferred))
    assert "PoolTimeout" in deferred.reason


@pytest.mark.parametrize(
    "description",
    [
        'Bad Request: can\'t parse entities: Unsupported start tag "br" at byte offset 7',
        "Bad Request: message is too long",
        "Bad Request: message text is empty",
        "Bad Request: ENTITIES_TOO_LONG",
        "Bad Request: WEBPAGE_URL_INVALID",
    ],
)
async def test_a_post_that_telegram_refuses_is_rejected_in_its_words(description: str) -> None:
    outcome = await refused(400, description)
    assert isinstance(outcome, Rejected), outcome
    assert description.removeprefix("Bad Request: ").casefold() in outcome.reason.casefold()


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (400, "Bad Request: need administrator rights in the channel chat"),
        (400, "Bad Request: have no rights to send a message"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
        (400, "Bad Request: CHAT_ADMIN_REQUIRED"),
        (400, "Bad Request: CHANNEL_PRIVATE"),
        (400, "Bad Request: USER_BANNED_IN_CHANNEL"),
        (403, "Forbidden: bot was kicked from the channel chat"),
        (403, "Forbidden: bot is not a member of the channel chat"),
    ],
)
async def test_a_channel_that_is_not_set_up_is_deferred_and_says_what_to_do(
    status: int, description: str
) -> None:
    outcome = await refused(status, description)
    assert isinstance(outcome, Deferred), outcome
    assert "make the bot an administrator of @torino_nel_mondo" in outcome.reason
    assert outcome.stops_channel


async def test_a_chat_that_moved_is_deferred_and_names_its_new_address() -> None:
    outcome = await refused(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=-100987,
    )
    assert isinstance(outcome, Deferred)
    assert "-100987" in outcome.reason
    assert outcome.stops_channel


@pytest.mark.parametrize(
    ("status", "description"),
    [(401, "Unauthorized"), (404, "Not Found")],
)
async def test_a_token_that_telegram_does_not_know_is_deferred(
    status: int, description: str
) -> None:
    outcome = await refused(status, description)
    assert isinstance(outcome, Deferred)
    assert "BANDITORE_TELEGRAM_TOKEN" in outcome.reason
    assert outcome.stops_channel


async def test_a_token_that_two_programs_use_is_deferred() -> None:
    outcome = await refused(409, "Conflict: terminated by other getUpdates request")
    assert isinstance(outcome, Deferred)
    assert "another program" in outcome.reason
    assert outcome.stops_channel


async def test_a_400_that_is_not_telegrams_own_is_deferred() -> None:
    outcome = await hear(SUBJECT, answering(reply(400, b"<html>Bad Request</html>")))
    assert isinstance(outcome, Deferred), outcome
    assert not outcome.stops_channel


async def test_a_message_without_a_number_is_unknown() -> None:
    result = {"ok": True, "result": message(message_id=0)}
    assert isinstance(await hear(SUBJECT, answering(reply(200, result))), Unknown)


@pytest.mark.parametrize(
    ("chat", "url"),
    [
        ({"id": -1001234567890, "type": "channel"}, "https://t.me/c/1234567890/42"),
        ({"id": -1001234567890, "type": "channel", "username": "tm"}, "https://t.me/tm/42"),
        ({"id": 77, "type": "private"}, ""),
    ],
)
async def test_the_link_of_a_message_follows_from_its_chat(chat: dict[str, Any], url: str) -> None:
    result = {"ok": True, "result": message(chat=chat)}
    assert await hear(SUBJECT, answering(reply(200, result))) == Published("42", url)


async def test_a_photo_carries_its_caption_and_no_name_of_staff_s(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/mare.png").write_bytes(png())
    with serving(answering(reply(*SUBJECT.success))) as wire:
        publisher = open_publisher(f"http://{wire.address}", SHORT, images=Images(tmp_path))
        ready = await publisher.prepare(SUBJECT.post_with(png()), "attempt-1")
        assert isinstance(ready, Ready)
        await publisher.publish(ready)
        await publisher.close()
    head, _, body = wire.requests[0].partition(b"\r\n\r\n")
    assert head.splitlines()[0] == f"POST /bot{TOKEN}/sendPhoto HTTP/1.1".encode()
    assert b'name="caption"\r\n\r\n<b>Mare</b>\r\n' in body
    assert b'name="photo"; filename="image.png"' in body
    assert b"mare.png" not in body


@pytest.mark.parametrize(
    "changes",
    [
        {"image": None},
        {"params": {"chat_id": "@c"}},
        {"params": {"chat_id": "@c", "caption": "Mare", "text": "Mare"}},
        {"method": "sendMessage"},
    ],
)
async def test_a_photo_that_could_not_be_sent_as_it_stands_is_rejected(
    changes: dict[str, Any],
) -> None:
    publisher = open_publisher("http://127.0.0.1:9", SHORT)
    request = {**SUBJECT.post_with(png()).request, **changes}
    given = {name: value for name, value in request.items() if value is not None}
    prepared = await publisher.prepare(make_post(Platform.TELEGRAM, given), "attempt-1")
    await publisher.close()
    assert isinstance(prepared, Rejected), prepared

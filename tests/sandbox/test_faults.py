"""Troubles on demand: what became public and what the real clients saw of it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import requests
import tweepy
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.core.model import Platform
from bot.sandbox import TELEGRAM_TOKEN, Arrival, Chat, Fault, Kind, Moment, Sandbox, serve
from bot.sandbox.faults import read_fault
from tests.sandbox.conftest import Clock, Served

BEFORE, AFTER = Moment.BEFORE, Moment.AFTER


@pytest.mark.parametrize(
    ("fault", "seen", "public"),
    [
        (Fault(Kind.TOO_MANY, seconds=17), RetryAfter, 0),
        (Fault(Kind.SERVER_ERROR), NetworkError, 0),
        (Fault(Kind.SERVER_ERROR, AFTER), NetworkError, 1),
        (Fault(Kind.BAD_GATEWAY), NetworkError, 0),
        (Fault(Kind.BAD_GATEWAY, AFTER), NetworkError, 1),
        (Fault(Kind.HTML), TelegramError, 0),
        (Fault(Kind.HTML, AFTER), TelegramError, 1),
        (Fault(Kind.NOT_OK), KeyError, 0),
        (Fault(Kind.NOT_OK, AFTER), KeyError, 1),
        (Fault(Kind.HALF), NetworkError, 1),
        (Fault(Kind.CUT), NetworkError, 0),
        (Fault(Kind.CUT, AFTER), NetworkError, 1),
        (Fault(Kind.SLOW, seconds=60), TimedOut, 1),
        (Fault(Kind.SLOW, BEFORE, seconds=60), TimedOut, 0),
        (Fault(Kind.DRIP, seconds=60), TimedOut, 1),
    ],
    ids=str,
)
async def test_what_telegrams_client_sees(
    served: Served, bot: Bot, fault: Fault, seen: type[Exception], public: int
) -> None:
    served.sandbox.fail(fault)
    with pytest.raises(seen):
        await bot.send_message("@torino", "ciao", read_timeout=0.1 if seen is TimedOut else 5)
    assert len(served.sandbox.posts) == public
    assert served.sandbox.requests[-1].took is bool(public)
    assert (await bot.send_message("@torino", "poi tutto bene")).message_id == public + 1


@pytest.mark.parametrize(
    ("fault", "seen", "public"),
    [
        (Fault(Kind.TOO_MANY, seconds=17), tweepy.TooManyRequests, 0),
        (Fault(Kind.NO_CREDIT), tweepy.HTTPException, 0),
        (Fault(Kind.SERVER_ERROR), tweepy.TwitterServerError, 0),
        (Fault(Kind.SERVER_ERROR, AFTER), tweepy.TwitterServerError, 1),
        (Fault(Kind.BAD_GATEWAY), tweepy.TwitterServerError, 0),
        (Fault(Kind.BAD_GATEWAY, AFTER), tweepy.TwitterServerError, 1),
        (Fault(Kind.HALF), requests.exceptions.ChunkedEncodingError, 1),
        (Fault(Kind.CUT), requests.ConnectionError, 0),
        (Fault(Kind.CUT, AFTER), requests.ConnectionError, 1),
    ],
    ids=str,
)
async def test_what_xs_client_sees(
    served: Served, fault: Fault, seen: type[Exception], public: int
) -> None:
    served.sandbox.fail(fault)
    client = served.x()
    with pytest.raises(seen):
        await asyncio.to_thread(client.create_tweet, text="ciao")
    assert len(served.sandbox.posts) == public
    await asyncio.to_thread(client.create_tweet, text="poi tutto bene")


@pytest.mark.parametrize("kind", [Kind.HTML, Kind.NOT_OK])
async def test_x_may_say_yes_and_mean_nothing(served: Served, kind: Kind) -> None:
    served.sandbox.fail(Fault(kind))
    answer: Any = await asyncio.to_thread(served.x().create_tweet, text="ciao")
    assert answer.status_code == 200
    assert '"data"' not in answer.text
    assert served.sandbox.posts == []


async def test_a_refusal_tells_how_long_to_wait_on_the_sandboxs_clock(
    served: Served, bot: Bot
) -> None:
    served.sandbox.fail(Fault(Kind.TOO_MANY, seconds=17, times=2))
    with pytest.raises(RetryAfter, match="0:00:17"):
        await bot.send_message("@torino", "ciao")
    with pytest.raises(tweepy.TooManyRequests) as caught:
        await asyncio.to_thread(served.x().create_tweet, text="ciao")
    assert caught.value.reset_time == int(served.clock.at.timestamp()) + 17


async def test_drops_of_an_answer_make_the_whole_of_it(served: Served, bot: Bot) -> None:
    served.sandbox.fail(Fault(Kind.DRIP, seconds=0))
    assert (await bot.send_message("@torino", "goccia a goccia")).text == "goccia a goccia"


async def test_a_fault_meets_only_what_it_fits_and_as_often_as_it_was_told(
    served: Served, bot: Bot
) -> None:
    served.sandbox.fail(
        Fault(Kind.SERVER_ERROR, platform=Platform.TELEGRAM, channel="@Torino", times=2)
    )
    await asyncio.to_thread(served.x().create_tweet, text="ciao")
    await bot.send_message(77, "un'altra chat")
    await bot.get_chat("@torino")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message("@torino", "ciao")
    await bot.send_message("@torino", "ciao")


async def test_a_fault_may_name_the_call_it_meets(served: Served, bot: Bot) -> None:
    served.sandbox.fail(Fault(Kind.SERVER_ERROR, call="forwardMessage"))
    await bot.send_message("@torino", "ciao")
    with pytest.raises(NetworkError):
        await bot.forward_message(77, "@torino", 1)


@pytest.mark.parametrize(("moment", "public"), [(BEFORE, 0), (AFTER, 1)])
async def test_a_request_is_held_until_it_is_released(
    served: Served, bot: Bot, moment: Moment, public: int
) -> None:
    served.sandbox.fail(Fault(Kind.HOLD, moment))
    sending = asyncio.create_task(bot.send_message("@torino", "ciao"))
    (held,) = await served.sandbox.gate.until_held()
    assert (held.call, held.took, held.answer) == ("sendMessage", bool(public), None)
    assert len(served.sandbox.posts) == public
    assert served.sandbox.release() == 1
    assert (await sending).message_id == 1
    assert len(served.sandbox.posts) == 1


@pytest.mark.parametrize(("moment", "public"), [(BEFORE, 0), (AFTER, 1)])
async def test_a_held_request_may_be_dropped(
    served: Served, bot: Bot, moment: Moment, public: int
) -> None:
    served.sandbox.fail(Fault(Kind.HOLD, moment))
    sending = asyncio.create_task(bot.send_message("@torino", "ciao"))
    await served.sandbox.gate.until_held()
    served.sandbox.release(drop=True)
    with pytest.raises(NetworkError):
        await sending
    assert len(served.sandbox.posts) == public


async def test_a_held_request_is_taken_after_its_client_gave_up(served: Served, bot: Bot) -> None:
    served.sandbox.fail(Fault(Kind.HOLD))
    with pytest.raises(TimedOut):
        await bot.send_message("@torino", "in ritardo", read_timeout=0.1)
    assert served.sandbox.posts == []
    served.sandbox.release()
    await bot.send_message("@torino", "dopo")
    assert [post.text for post in served.sandbox.posts] == ["in ritardo", "dopo"]


async def test_a_hook_runs_at_its_moment(served: Served, bot: Bot) -> None:
    seen: list[tuple[str, int]] = []

    async def look(arrival: Arrival) -> None:
        seen.append((arrival.channel, len(served.sandbox.posts)))

    served.sandbox.fail(Fault(Kind.HOLD, BEFORE, hook=look))
    served.sandbox.fail(Fault(Kind.HOLD, AFTER, hook=look))
    await bot.send_message("@torino", "uno")
    await bot.send_message("@torino", "due")
    assert seen == [("@torino", 0), ("@torino", 2)]


async def test_a_sandbox_that_closes_drops_what_it_holds() -> None:
    sandbox = Sandbox(now=Clock(), chats=[Chat(-1001, username="torino")])
    sandbox.fail(Fault(Kind.HOLD))
    sandbox.fail(Fault(Kind.SLOW, BEFORE, seconds=3600))
    async with httpx.AsyncClient() as client, serve(sandbox) as address:
        url = f"{address.telegram}1234567890:SANDBOX-make-believe-token-00000000/sendMessage"
        given = {"chat_id": "@torino", "text": "ciao"}
        both = [asyncio.create_task(client.post(url, data=given)) for _ in range(2)]
        await sandbox.gate.until_held()
    assert all(
        isinstance(end, httpx.TransportError)
        for end in await asyncio.gather(*both, return_exceptions=True)
    )
    assert sandbox.posts == []


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        ([], "JSON object"),
        ({"kind": "flood"}, "flood"),
        ({"kind": "500", "chanel": "@torino"}, "unknown: chanel"),
        ({"kind": "429", "moment": "after"}, "never taken"),
        ({"kind": "half", "moment": "before"}, "needs an answer"),
        ({"kind": "500", "times": 0}, "at least once"),
        ({"kind": "500", "times": None}, "int"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(raw: object, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        read_fault(raw)


async def test_a_client_that_dies_while_it_speaks_is_a_request_that_never_arrived(
    served: Served, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(served.address.base.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"POST /bot{TELEGRAM_TOKEN}/sendMessage HTTP/1.1\r\nHost: sandbox\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
    )
    await writer.drain()
    await bot.get_me()  # by now the server reads the rest of it
    writer.transport.abort()
    await bot.get_me()
    assert [arrival.call for arrival in served.sandbox.requests if arrival.call != "getMe"] == []
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []

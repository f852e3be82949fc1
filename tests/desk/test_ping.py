"""The dead-man ping, over real sockets: what it tells, how often, and that its trouble stays its own."""

from __future__ import annotations

import asyncio
import logging

import pytest
from pydantic import SecretStr

from bot.desk.ping import Ping, secrets_of
from tests.desk.watchman import Told, watchman

UUID = "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"
ANSWER = "HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}"


def ping_to(base: str, **more: float) -> Ping:
    return Ping(SecretStr(f"{base}/{UUID}"), **more)


async def told(ping: Ping, *, is_ok: bool = True) -> None:
    """One ping to its end."""
    ping.tell("words", is_ok=is_ok)
    await ping.settle()


def own(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What we say ourselves, whatever libraries say besides."""
    return [record for record in caplog.records if record.name == "banditore"]


async def test_it_says_that_all_is_well_and_that_it_is_not() -> None:
    async with watchman() as server:
        ping = ping_to(server.base)
        ping.tell("ok\nnext: a\n", is_ok=True)
        assert await server.hear() == Told(f"/{UUID}", "ok\nnext: a\n")
        await ping.settle()
        ping.tell("overdue: a", is_ok=False)
        assert await server.hear() == Told(f"/{UUID}/fail", "overdue: a")
        await ping.close()


async def test_the_same_is_said_once_a_minute_and_a_change_at_once() -> None:
    async with watchman() as server:
        ping = ping_to(server.base)
        for is_ok in (True, True, False, False, True):
            await told(ping, is_ok=is_ok)
        await ping.close()
        paths = [server.heard.get_nowait().path for _ in range(server.heard.qsize())]
    assert paths == [f"/{UUID}", f"/{UUID}/fail", f"/{UUID}"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ANSWER.format("404 Not Found", 0, ""), "it answers 404"),
        (ANSWER.format("500 Oh", 2, "no"), "it answers 500"),
        (ANSWER.format("302 Found\r\nLocation: http://127.0.0.1:1/", 0, ""), "it answers 302"),
        (ANSWER.format("200 OK", 14, "OK (not found)"), "it does not know this address"),
        ("nonsense\r\n\r\n", "illegal status line"),
        ("", "no answer within 0.3 s"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nOK", "no answer within 0.3 s"),
    ],
)
async def test_a_server_in_trouble_is_told_once_without_its_address(
    answer: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with watchman() as server:
        good, server.answer = server.answer, answer
        ping = ping_to(server.base, every=0, timeout=0.3)
        with caplog.at_level(logging.INFO, "banditore"):
            await told(ping)
            await told(ping)
            [warning] = own(caplog)
            server.answer = good
            await told(ping)
            await told(ping)
        await ping.close()
    assert warning.getMessage() == "ping.failed"
    assert reason in warning.__dict__["fields"]["reason"]
    assert UUID not in str(warning.__dict__)
    assert [record.getMessage() for record in own(caplog)] == ["ping.failed", "ping.back"]


async def test_a_server_that_is_away_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    async with watchman() as server:
        nowhere = server.base
    ping = ping_to(nowhere, every=0)
    await told(ping)
    await told(ping)
    await ping.close()
    [warning] = own(caplog)
    assert warning.getMessage() == "ping.failed"
    assert UUID not in str(warning.__dict__)


async def test_while_one_hangs_no_other_begins_and_the_end_does_not_wait_for_it() -> None:
    async with watchman() as server:
        server.answer = ""
        ping = ping_to(server.base, every=0, timeout=3600)
        ping.tell("one", is_ok=True)
        assert (await server.hear()).body == "one"
        ping.tell("two", is_ok=False)
        async with asyncio.timeout(20):
            await ping.close()
        assert server.heard.empty()


def test_what_must_not_be_read_is_the_address_and_its_long_parts() -> None:
    address = f"https://example.org/ping/{UUID}/banditore"
    found = secrets_of(SecretStr(address))
    assert {address, UUID} <= found
    assert "banditore" not in found
    assert "ping" not in found

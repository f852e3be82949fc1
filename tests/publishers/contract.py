"""What every publisher must do when the wire misbehaves. A new platform passes it with a `Subject`."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

import pytest

from bot.core.model import Deferred, Key, Outcome, Platform, Post, Published, Rejected, Unknown
from bot.publishers.base import Publisher, Ready, Timeouts
from tests.publishers.wire import (
    Answer,
    answering,
    dripping,
    free_address,
    full_backlog,
    hanging_up_after_the_request,
    not_speaking_tls,
    refusing_the_tunnel,
    reply,
    resetting_after_the_request,
    resetting_without_reading,
    serving,
    silent_after_the_request,
    silent_from_the_start,
)

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
SHORT = Timeouts(connect=0.3, total=0.6)


class Opener(Protocol):
    def __call__(self, base: str, timeouts: Timeouts, proxy: str = "") -> Publisher: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """A platform as the contract sees it; `open` gets `http://127.0.0.1:…` or an https address."""

    open: Opener
    post: Post
    success: tuple[int, Any]  # status and JSON body of the platform's yes
    published: Published  # what that yes means
    secrets: tuple[str, ...]  # everything that must never be seen


def make_post(platform: Platform, request: dict[str, Any]) -> Post:
    key = Key("biennale-19", 1, "-", "start-7d", "channel")
    return Post(key, platform, "Ciao", request, "digest", 4, 280, Decimal(0))


async def say(subject: Subject, base: str, timeouts: Timeouts = SHORT, proxy: str = "") -> Outcome:
    """Prepare and publish once."""
    publisher = subject.open(base, timeouts, proxy)
    try:
        ready = await publisher.prepare(subject.post, "attempt-1")
        assert isinstance(ready, Ready)
        return await publisher.publish(ready)
    finally:
        await publisher.close()


async def hear(subject: Subject, answer: Answer, timeouts: Timeouts = SHORT) -> Outcome:
    """The outcome of one call that meets `answer`; exactly one request must have arrived."""
    with serving(answer) as wire:
        outcome = await say(subject, f"http://{wire.address}", timeouts)
        assert len(wire.requests) == wire.connections == 1
    return outcome


class PublisherContract:
    subject: Subject

    async def test_a_clear_yes_is_published(self) -> None:
        assert await hear(self.subject, answering(reply(*self.subject.success))) == (
            self.subject.published
        )

    # --- nothing was sent ---

    async def test_a_refused_connection_is_deferred(self) -> None:
        outcome = await say(self.subject, f"http://{free_address()}")
        assert isinstance(outcome, Deferred), outcome

    @pytest.mark.parametrize("timeouts", [SHORT, Timeouts(connect=5, total=0.4)])
    async def test_a_connection_that_is_never_taken_is_deferred(self, timeouts: Timeouts) -> None:
        with full_backlog() as address:
            if not _hangs(address):
                pytest.skip("this system takes connections past a full backlog")
            outcome = await say(self.subject, f"http://{address}", timeouts)
        assert isinstance(outcome, Deferred), outcome

    async def test_a_server_that_speaks_no_tls_is_deferred(self) -> None:
        with serving(not_speaking_tls) as wire:
            outcome = await say(self.subject, f"https://{wire.address}")
        assert isinstance(outcome, Deferred), outcome

    @pytest.mark.parametrize("timeouts", [SHORT, Timeouts(connect=5, total=0.4)])
    async def test_a_tls_handshake_without_end_is_deferred(self, timeouts: Timeouts) -> None:
        with serving(silent_from_the_start) as wire:
            outcome = await say(self.subject, f"https://{wire.address}", timeouts)
            assert wire.was_cut.wait(5)
        assert isinstance(outcome, Deferred), outcome

    async def test_a_proxy_that_refuses_the_tunnel_is_deferred(self) -> None:
        with serving(refusing_the_tunnel) as wire:
            outcome = await say(
                self.subject, "https://platform.invalid", proxy=f"http://{wire.address}"
            )
            assert wire.connections == 1
        assert isinstance(outcome, Deferred), outcome

    async def test_a_proxy_that_is_down_is_deferred(self) -> None:
        outcome = await say(
            self.subject, "https://platform.invalid", proxy=f"http://{free_address()}"
        )
        assert isinstance(outcome, Deferred), outcome

    # --- it may be public ---

    async def test_a_reset_before_the_server_reads_is_unknown(self) -> None:
        with serving(resetting_without_reading) as wire:
            outcome = await say(self.subject, f"http://{wire.address}")
            assert wire.connections == 1
        assert isinstance(outcome, Unknown), outcome

    @pytest.mark.parametrize(
        "answer",
        [
            resetting_after_the_request,
            hanging_up_after_the_request,
            silent_after_the_request,
            answering(b"HTTP/1.1 20"),
            answering(b"\x00\x01 no HTTP\r\n\r\n"),
            answering(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"ok\": tr"),
            answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"ok\""),
            answering(reply(200, b"<html>Accedi alla rete</html>")),
            answering(reply(200, b"")),
            answering(reply(204, b"")),
            answering(reply(200, [])),
            answering(reply(200, {})),
            answering(reply(200, {"ok": False})),
            answering(reply(200, {"ok": True, "result": {}, "data": {}})),
            answering(reply(200, {"ok": True, "result": True, "data": None})),
            answering(reply(200, {"ok": True, "result": [1], "data": [1]})),
            answering(reply(302, b"", {"Location": "/elsewhere"})),
            answering(reply(307, b"", {"Location": "/elsewhere"})),
            answering(reply(408, b"")),
            answering(reply(500, {"ok": False, "error_code": 500, "description": "Internal"})),
            answering(reply(500, [])),
            answering(reply(502, b"<html>Bad Gateway</html>")),
            answering(reply(503, b"")),
            answering(reply(504, {})),
        ],
    )  # fmt: skip
    async def test_anything_but_a_clear_answer_is_unknown(self, answer: Answer) -> None:
        outcome = await hear(self.subject, answer)
        assert isinstance(outcome, Unknown), outcome

    @pytest.mark.parametrize(
        "start",
        [b"", b"HTTP/1.1 200 OK\r\nX-Slow:", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"],
    )
    async def test_dripped_bytes_end_at_the_deadline(self, start: bytes) -> None:
        with serving(dripping(start, 0.02)) as wire:
            outcome = await say(self.subject, f"http://{wire.address}")
            assert wire.was_cut.wait(5), "the connection must be shut down, not left behind"
            assert len(wire.requests) == 1
        assert isinstance(outcome, Unknown), outcome

    # --- one call, one connection ---

    async def test_no_connection_is_used_twice(self) -> None:
        def keeping_it_open(exchange: Any) -> None:
            exchange.read()
            exchange.send(reply(*self.subject.success))
            exchange.hold()

        with serving(keeping_it_open) as wire:
            publisher = self.subject.open(f"http://{wire.address}", SHORT)
            ready = await publisher.prepare(self.subject.post, "attempt-1")
            assert isinstance(ready, Ready)
            for _ in range(2):
                assert await publisher.publish(ready) == self.subject.published
            await publisher.close()
            assert wire.connections == len(wire.requests) == 2

    async def test_whoever_cancels_it_sees_the_cancellation(self) -> None:
        with serving(silent_after_the_request) as wire:
            publisher = self.subject.open(f"http://{wire.address}", SHORT)
            ready = await publisher.prepare(self.subject.post, "attempt-1")
            assert isinstance(ready, Ready)
            call = asyncio.create_task(publisher.publish(ready))
            await _until(lambda: bool(wire.requests))
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await publisher.close()
            assert wire.was_cut.wait(5)
            assert len(wire.requests) == 1

    async def test_a_request_it_could_not_send_as_it_stands_is_rejected(self) -> None:
        publisher = self.subject.open("http://127.0.0.1:9", SHORT)
        strange = make_post(self.subject.post.platform, {"method": "deleteEverything"})
        assert isinstance(await publisher.prepare(strange, "attempt-1"), Rejected)
        await publisher.close()

    # --- secrets ---

    async def test_no_secret_is_ever_seen(self, caplog: pytest.LogCaptureFixture) -> None:
        seen: list[object] = []
        caplog.set_level(logging.DEBUG)
        for name in list(logging.root.manager.loggerDict):
            caplog.set_level(logging.DEBUG, logger=name)
        echo = " ".join(self.subject.secrets)
        refused = {"ok": False, "description": echo, "detail": echo, "errors": [{"message": echo}]}
        answers = [
            answering(reply(*self.subject.success)),
            answering(reply(400, refused)),
            answering(reply(403, refused)),
            answering(reply(429, refused)),
            answering(reply(500, {})),
            resetting_after_the_request,
            silent_after_the_request,
        ]
        with serving(silent_from_the_start) as wire:
            seen.append(await say(self.subject, f"https://{wire.address}"))
        seen.append(await say(self.subject, f"http://{free_address()}"))
        for answer in answers:
            seen.append(await hear(self.subject, answer))
        publisher = self.subject.open("http://127.0.0.1:9", SHORT)
        seen += [publisher, repr(vars(publisher)) if hasattr(publisher, "__dict__") else ""]
        await publisher.close()
        text = caplog.text + repr(seen)
        assert len(caplog.records) > 10, "the libraries must have been heard"
        leaks = [line for line in text.splitlines() if any(map(line.count, self.subject.secrets))]
        assert leaks == []


def _hangs(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=0.2).close()
    except TimeoutError:
        return True
    return False


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)

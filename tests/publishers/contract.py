"""What every publisher must do when the wire misbehaves. A new platform passes it with a `Subject`."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import pytest

from bot.core.model import (
    Deferred,
    Image,
    Key,
    Outcome,
    Platform,
    Post,
    Published,
    Rejected,
    Unknown,
)
from bot.publishers.base import LEASE_OVER, Publisher, Ready, Timeouts, always
from bot.publishers.images import Images
from tests.pictures import png
from tests.publishers.wire import (
    HAS_OPENSSL,
    Answer,
    Exchange,
    Wire,
    answering,
    certified,
    dripping,
    free_address,
    full_backlog,
    hanging_up_after_the_request,
    not_speaking_tls,
    over_tls,
    refusing_the_tunnel,
    reply,
    resetting_after_the_request,
    resetting_without_reading,
    serving,
    silent_after_the_request,
    silent_from_the_start,
    silent_without_reading,
    through_a_tunnel,
)

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
SHORT = Timeouts(connect=0.3, total=0.6)


class Opener(Protocol):
    def __call__(
        self,
        base: str,
        timeouts: Timeouts,
        proxy: str = "",
        images: Images = ...,
        trust: ssl.SSLContext | None = None,
    ) -> Publisher: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """A platform as the contract sees it; `open` gets `http://127.0.0.1:…` or an https address."""

    open: Opener
    post: Post
    success: tuple[int, Any]  # status and JSON body of the platform's yes
    published: Published  # what that yes means
    secrets: tuple[str, ...]  # everything that must never be seen
    pictured: Mapping[
        str, Any
    ]  # a request that goes with an image of which "image" names the digest
    uploads: tuple[
        tuple[int, Any], ...
    ]  # the platform's yes to each call before the one that publishes

    def post_with(self, content: bytes) -> Post:
        """A post with an image whose bytes are to be `content`."""
        sha256 = hashlib.sha256(content).hexdigest()
        named = {**self.pictured.get("image", {}), "sha256": sha256}
        image = Image("images/mare.png", sha256, "image/png", 40, 30, {"it": "Il mare"})
        post = make_post(self.post.platform, {**self.pictured, "image": named})
        return replace(post, image=image)


def make_post(platform: Platform, request: dict[str, Any]) -> Post:
    key = Key("biennale-19", 1, "-", "start-7d", "channel")
    return Post(key, platform, "Ciao", request, 4, 280, Decimal(0))


async def say(
    subject: Subject,
    base: str,
    timeouts: Timeouts = SHORT,
    proxy: str = "",
    *,
    trust: ssl.SSLContext | None = None,
    holds: Callable[[], bool] = always,
) -> Outcome:
    """Prepare and publish once."""
    publisher = subject.open(base, timeouts, proxy, trust=trust)
    try:
        ready = await publisher.prepare(subject.post, "attempt-1")
        assert isinstance(ready, Ready)
        return await publisher.publish(ready, holds=holds)
    finally:
        await publisher.close()


class Route(StrEnum):
    """The ways on which a call gets to its platform."""

    HTTP = "http"
    PROXY = "http through a proxy"
    HTTPS = "https"
    TUNNEL = "https through a proxy's tunnel"


NEEDS_OPENSSL = pytest.mark.skipif(not HAS_OPENSSL, reason="needs openssl to make a certificate")
ROUTES = pytest.mark.parametrize(
    "route",
    [
        Route.HTTP,
        Route.PROXY,
        pytest.param(Route.HTTPS, marks=NEEDS_OPENSSL),
        pytest.param(Route.TUNNEL, marks=NEEDS_OPENSSL),
    ],
)


async def say_on(
    route: Route, folder: Path, subject: Subject, answer: Answer, holds: Callable[[], bool]
) -> tuple[Outcome, Wire]:
    """The outcome of one call on a route to a server that gives `answer`, and what reached it."""
    trust = None
    if route in (Route.HTTPS, Route.TUNNEL):
        server, certificate = certified(folder)
        trust = ssl.create_default_context(cafile=certificate)
        answer = over_tls(server, answer)
    if route is Route.TUNNEL:
        answer = through_a_tunnel(answer)
    with serving(answer) as wire:
        here = f"http://{wire.address}"
        base, proxy = {
            Route.HTTP: (here, ""),
            Route.PROXY: ("http://platform.invalid", here),
            Route.HTTPS: (f"https://{wire.address}", ""),
            Route.TUNNEL: ("https://platform.invalid", here),
        }[route]
        outcome = await say(subject, base, proxy=proxy, trust=trust, holds=holds)
        assert wire.was_cut.wait(5)
    return outcome, wire


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

    async def test_a_name_that_leads_nowhere_is_deferred(self) -> None:
        outcome = await say(self.subject, "http://platform.invalid", Timeouts(connect=2, total=4))
        assert isinstance(outcome, Deferred), outcome
        assert not outcome.stops_channel

    @NEEDS_OPENSSL
    async def test_a_certificate_that_nobody_vouches_for_is_deferred(self, tmp_path: Path) -> None:
        server, _ = certified(tmp_path)
        with serving(over_tls(server, silent_from_the_start)) as wire:
            outcome = await say(self.subject, f"https://{wire.address}")
            assert wire.received == 0
        assert isinstance(outcome, Deferred), outcome
        assert not outcome.stops_channel

    @pytest.mark.parametrize("status", [401, 402, 403, 404, 409, 429, 500])
    async def test_a_page_of_a_machine_in_between_never_stops_a_channel(self, status: int) -> None:
        page = answering(reply(status, b"<html>Accedi alla rete</html>"))
        outcome = await hear(self.subject, page)
        assert isinstance(outcome, Deferred | Unknown), outcome
        assert not (isinstance(outcome, Deferred) and outcome.stops_channel)

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

    # --- the lease ---

    @ROUTES
    async def test_a_lease_that_is_over_once_the_connection_stands_sends_nothing(
        self, tmp_path: Path, route: Route
    ) -> None:
        asked: list[bool] = []

        def holds() -> bool:
            asked.append(False)
            return False

        outcome, wire = await say_on(route, tmp_path, self.subject, silent_from_the_start, holds)
        assert outcome == LEASE_OVER
        assert len(asked) == wire.connections == 1
        assert wire.received == 0

    @ROUTES
    async def test_a_lease_that_holds_is_asked_about_once_for_a_call(
        self, tmp_path: Path, route: Route
    ) -> None:
        def yes(exchange: Exchange) -> None:
            exchange.read()
            exchange.send(reply(*self.subject.success))
            exchange.hold()

        asked: list[bool] = []

        def holds() -> bool:
            asked.append(True)
            return True

        outcome, wire = await say_on(route, tmp_path, self.subject, yes, holds)
        assert outcome == self.subject.published
        assert len(asked) == wire.connections == 1

    async def test_a_lease_of_which_nothing_can_be_known_sends_nothing(
        self, tmp_path: Path
    ) -> None:
        def holds() -> bool:
            raise OSError("the ledger is gone")

        outcome, wire = await say_on(
            Route.HTTP, tmp_path, self.subject, silent_from_the_start, holds
        )
        assert outcome == LEASE_OVER
        assert wire.received == 0

    async def test_a_call_that_stood_still_past_its_deadline_sends_nothing(
        self, tmp_path: Path
    ) -> None:
        def holds() -> bool:
            time.sleep(SHORT.total)  # as a process does that was stopped and woken
            return True

        outcome, wire = await say_on(
            Route.HTTP, tmp_path, self.subject, silent_from_the_start, holds
        )
        assert isinstance(outcome, Deferred), outcome
        assert wire.received == 0

    async def test_a_lease_is_not_asked_about_before_there_is_a_connection(self) -> None:
        def holds() -> bool:
            raise AssertionError("asked too early")

        with serving(silent_from_the_start) as wire:
            for base, proxy in (
                (f"http://{free_address()}", ""),
                (f"https://{wire.address}", ""),
                ("https://platform.invalid", f"http://{wire.address}"),
            ):
                outcome = await say(self.subject, base, proxy=proxy, holds=holds)
                assert isinstance(outcome, Deferred), outcome
                assert "lease" not in outcome.reason

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
            answering(reply(201, b"<html>Accedi alla rete</html>")),
            answering(reply(200, {"errors": [{"message": "partly"}]})),
            answering(reply(202, {})),
            answering(reply(206, b"")),
            answering(b"HTTP/1.1 102 Processing\r\n\r\n"),
            answering(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 500 No\r\n\r\n"),
            answering(reply(300, b"")),
            answering(reply(301, b"", {"Location": "/elsewhere"})),
            answering(reply(302, b"", {"Location": "/elsewhere"})),
            answering(reply(303, b"", {"Location": "/elsewhere"})),
            answering(reply(304, b"")),
            answering(reply(308, b"", {"Location": "/elsewhere"})),
            answering(reply(307, b"", {"Location": "/elsewhere"})),
            answering(reply(408, b"")),
            answering(reply(500, {"ok": False, "error_code": 500, "description": "Internal"})),
            answering(reply(500, [])),
            answering(reply(502, b"<html>Bad Gateway</html>")),
            answering(reply(503, b"")),
            answering(reply(504, {})),
            answering(reply(501, b"")),
            answering(reply(520, b"<html>Web server returns an unknown error</html>")),
            answering(reply(599, {"ok": True, "result": [], "errors": {}})),
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

    # --- images ---

    async def test_an_image_goes_with_its_post_byte_by_byte(self, tmp_path: Path) -> None:
        content = png()
        with self.taking_images() as wire:
            outcome = await self.picture_this(tmp_path, content, f"http://{wire.address}")
            assert len(wire.requests) == wire.connections == len(self.subject.uploads) + 1
        assert outcome == self.subject.published
        first = wire.requests[0]
        assert content in first or base64.b64encode(content) in first

    @pytest.mark.parametrize("found", [png(8, 8), png()[:-1], png() + b" " * 5_000_000, b"", None])
    async def test_another_image_than_was_checked_is_deferred_unsent(
        self, tmp_path: Path, found: bytes | None
    ) -> None:
        with self.taking_images() as wire:
            outcome = await self.picture_this(tmp_path, png(), f"http://{wire.address}", found)
            assert wire.connections == 0
        assert isinstance(outcome, Deferred), outcome
        assert "images/mare.png" in outcome.reason

    async def test_an_image_that_is_a_pipe_by_now_is_deferred(self, tmp_path: Path) -> None:
        (tmp_path / "images").mkdir()
        os.mkfifo(tmp_path / "images/mare.png")
        publisher = self.subject.open("http://127.0.0.1:9", SHORT, images=Images(tmp_path))
        prepared = await publisher.prepare(self.subject.post_with(png()), "attempt-1")
        await publisher.close()
        assert isinstance(prepared, Deferred), prepared

    async def test_without_a_folder_of_images_nothing_is_sent(self) -> None:
        publisher = self.subject.open("http://127.0.0.1:9", SHORT, images=Images())
        prepared = await publisher.prepare(self.subject.post_with(png()), "attempt-1")
        await publisher.close()
        assert isinstance(prepared, Deferred), prepared

    @pytest.mark.parametrize("cut", [resetting_without_reading, silent_without_reading])
    async def test_an_upload_that_is_cut_is_deferred(self, tmp_path: Path, cut: Answer) -> None:
        # More than the kernels on both sides keep for a server that reads none of it.
        content = png() + b" " * 4_900_000
        with serving(cut) as wire:
            outcome = await self.picture_this(tmp_path, content, f"http://{wire.address}")
            assert wire.connections == 1
        assert isinstance(outcome, Deferred), outcome

    async def test_an_image_that_the_platform_refuses_is_rejected(self, tmp_path: Path) -> None:
        said = {"ok": False, "error_code": 400, "description": "Bad Request: IMAGE_PROCESS_FAILED"}
        refused = {**said, "detail": "media type unrecognized."}
        with serving(answering(reply(400, refused))) as wire:
            outcome = await self.picture_this(tmp_path, png(), f"http://{wire.address}")
            assert wire.connections == 1
        assert isinstance(outcome, Rejected), outcome

    @contextmanager
    def taking_images(self) -> Iterator[Wire]:
        """A platform that says yes to every upload and then to the post."""
        yes = iter([*self.subject.uploads, self.subject.success])

        def answer(exchange: Exchange) -> None:
            exchange.read()
            exchange.send(reply(*next(yes)))

        with serving(answer) as wire:
            yield wire

    async def picture_this(
        self, folder: Path, checked: bytes, base: str, found: bytes | None = b"as checked"
    ) -> Outcome:
        """Prepare and publish a post with an image; on disk there is what is `found` by now."""
        (folder / "images").mkdir()
        if found is not None:
            content = checked if found == b"as checked" else found
            (folder / "images/mare.png").write_bytes(content)
        publisher = self.subject.open(base, SHORT, images=Images(folder))
        try:
            ready = await publisher.prepare(self.subject.post_with(checked), "attempt-1")
            return await publisher.publish(ready) if isinstance(ready, Ready) else ready
        finally:
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

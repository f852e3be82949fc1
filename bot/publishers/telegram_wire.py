"""Below python-telegram-bot: puts the token into the address at the last moment and watches the wire.

It changes nothing else of a request; what it saw decides whether a failed call can have been heard.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from bot.publishers.base import LeaseOverError, always, still

T = TypeVar("T")

PLACEHOLDER = "0:token"  # what python-telegram-bot and httpx take for the token

# Where httpcore is while there is no connection yet. A name it no longer used would make us doubt
# more, never less.
_CONNECTING = frozenset(
    f"{part}.{stage}"
    for part in ("connection.connect_tcp", "connection.start_tls", "proxy.start_tls")
    for stage in ("started", "failed")
)

# What httpcore says before it writes a request, also before the one that asks a proxy for a tunnel.
_WRITING = "http11.send_request_headers.started"


class TooLateError(Exception):
    """The call's deadline had passed when its connection stood: not a byte of the request was written."""


@dataclass(slots=True)
class Wire:
    """What is known of one call below its exceptions."""

    holds: Callable[[], bool] = always  # asked once the connection stands
    deadline: float = inf  # on the monotonic clock; the event loop's timer may be late
    last_event: str = ""
    status: int = 0
    date: str | None = None  # of the answer, by its server's clock
    stream: Any = None  # httpcore's connection before TLS
    is_whole: bool = True  # False while the end of an upload has not been handed over
    is_asking_proxy: bool = False  # for a tunnel
    stopped: LeaseOverError | TooLateError | None = None

    @property
    def never_connected(self) -> bool:
        return self.last_event in _CONNECTING or self.is_asking_proxy

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Raises LeaseOverError or TooLateError where the request must not be written any more."""
        self.last_event = event
        if event == "connection.connect_tcp.complete":
            self.stream = info["return_value"]
        if event == _WRITING:
            self.is_asking_proxy = info["request"].method == b"CONNECT"
            if not self.is_asking_proxy:
                self._stop_if_over()
        if event.startswith("proxy.start_tls"):
            self.is_asking_proxy = False

    def _stop_if_over(self) -> None:
        if not still(self.holds):
            self.stopped = LeaseOverError()
        elif time.monotonic() >= self.deadline:
            self.stopped = TooLateError()
        if self.stopped is not None:
            raise self.stopped

    async def hang_up(self) -> None:
        """Close what a deadline in the middle of a TLS handshake leaves open."""
        if self.never_connected and self.stream is not None:
            with suppress(Exception):  # the outcome is known, and it is worth more
                await self.stream.aclose()


wire_of_call: ContextVar[Wire] = ContextVar("telegram_wire")


async def within(until: float, call: Callable[[], Awaitable[T]], wire: Wire | None = None) -> T:
    """Make one call that ends by `until`, on the monotonic clock, over `wire`."""
    wire = wire or Wire(deadline=until)
    wire_of_call.set(wire)
    try:
        async with asyncio.timeout(until - time.monotonic()):
            return await call()
    except BaseException:
        await wire.hang_up()
        raise


class Upload(httpx.AsyncByteStream):
    """A long body that tells `wire` when its last piece is handed over: before that, no server has a
    whole request, and none may act on it (RFC 9112, section 8)."""

    def __init__(self, body: httpx.AsyncByteStream, wire: Wire) -> None:
        self._body = body
        self._wire = wire
        wire.is_whole = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        last = b""
        async for piece in self._body:
            if last:
                yield last
            last = piece
        self._wire.is_whole = True
        yield last

    async def aclose(self) -> None:
        await self._body.aclose()


class Transport(httpx.AsyncBaseTransport):
    """Puts the token into the address at the last moment and watches the connection being made.

    `trust` says which certificates are good: by default those that browsers trust.
    """

    def __init__(self, token: SecretStr, proxy: str, trust: ssl.SSLContext | None = None) -> None:
        self._token = token
        self._inner = httpx.AsyncHTTPTransport(
            verify=True if trust is None else trust,
            proxy=proxy or None,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=0),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        wire = wire_of_call.get()
        token = quote(self._token.get_secret_value(), safe=":").encode()
        path = request.url.raw_path.replace(PLACEHOLDER.encode(), token)
        body = request.stream
        assert isinstance(body, httpx.AsyncByteStream), "an asynchronous client makes these"
        is_upload = request.headers.get("content-type", "").startswith("multipart/")
        response = await self._inner.handle_async_request(
            httpx.Request(
                request.method,
                request.url.copy_with(raw_path=path),
                headers=request.headers,
                stream=Upload(body, wire) if is_upload else body,
                extensions={**request.extensions, "trace": wire.trace},
            )
        )
        wire.status = response.status_code
        wire.date = response.headers.get("date")
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()

"""Below python-telegram-bot: puts the token into the address at the last moment and watches the wire.

It changes nothing else of a request; what it saw decides whether a failed call can have been heard.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

PLACEHOLDER = "0:token"  # what python-telegram-bot and httpx take for the token

# Where httpcore is while there is no connection yet. A name it no longer used would make us doubt
# more, never less.
_CONNECTING = frozenset(
    f"connection.{act}.{stage}"
    for act in ("connect_tcp", "start_tls")
    for stage in ("started", "failed")
)


@dataclass(slots=True)
class Wire:
    """What is known of one call below its exceptions."""

    last_event: str = ""
    status: int = 0
    stream: Any = None  # httpcore's connection before TLS
    is_whole: bool = True  # False while the end of an upload has not been handed over

    @property
    def never_connected(self) -> bool:
        return self.last_event in _CONNECTING

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        self.last_event = event
        if event == "connection.connect_tcp.complete":
            self.stream = info["return_value"]

    async def hang_up(self) -> None:
        """Close what a deadline in the middle of a TLS handshake leaves open."""
        if self.never_connected and self.stream is not None:
            with suppress(Exception):  # the outcome is known, and it is worth more
                await self.stream.aclose()


wire_of_call: ContextVar[Wire] = ContextVar("telegram_wire")


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
    """Puts the token into the address at the last moment and watches the connection being made."""

    def __init__(self, token: SecretStr, proxy: str) -> None:
        self._token = token
        self._inner = httpx.AsyncHTTPTransport(
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
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()

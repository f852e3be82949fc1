"""Carries answers to the client, and the troubles that were asked for: late, broken, or not at all.

A cut is a real one: the connection's transport is aborted under the HTTP server.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.core.model import Platform
from bot.sandbox.answers import Answer
from bot.sandbox.faults import Fault, Gate, Kind, Moment
from bot.sandbox.places import Arrival
from bot.sandbox.sandbox import Sandbox

_PAGE = b"<!doctype html><html><head><title>%s</title></head><body><h1>%s</h1></body></html>"


@dataclass(slots=True)
class Wires:
    """The open connections, so that one can be cut, and the sign that the server is going down."""

    closing: asyncio.Event = field(default_factory=asyncio.Event)
    _open: dict[tuple[str, int], asyncio.Transport] = field(default_factory=dict)

    def opened(self, peer: tuple[str, int], transport: asyncio.Transport) -> None:
        self._open[peer] = transport

    def lost(self, peer: tuple[str, int]) -> None:
        self._open.pop(peer, None)

    def has(self, scope: Scope) -> bool:
        """Is the connection of this request still there?"""
        return tuple(scope["client"]) in self._open

    def cut(self, scope: Scope) -> None:
        """End the connection at once; what was not sent yet never is."""
        if transport := self._open.get(tuple(scope["client"])):
            transport.abort()

    def hang_up(self, scope: Scope) -> None:
        """End the connection once what was written has been sent."""
        if transport := self._open.get(tuple(scope["client"])):
            transport.close()

    def close(self) -> None:
        """Cut every connection and wake whatever is waiting."""
        self.closing.set()
        for transport in list(self._open.values()):
            transport.abort()

    async def unless_closing(self, work: Awaitable[bool]) -> bool:
        """What `work` comes to; False where the server goes down first."""
        task = asyncio.ensure_future(work)
        closing = asyncio.ensure_future(self.closing.wait())
        await asyncio.wait({task, closing}, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if task.done():
            return task.result()
        task.cancel()
        return False


def protocol_on(wires: Wires) -> type[H11Protocol]:
    """The HTTP server's protocol, which tells `wires` of its connections."""

    class Watched(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.access_log = False  # a line of it would hold the token of a Telegram call
            if self.client:
                wires.opened(self.client, transport)

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client:
                wires.lost(self.client)
            super().connection_lost(exc)

    return Watched


def dated(app: ASGIApp, now: Callable[[], datetime]) -> ASGIApp:
    """`app`, each answer of which tells the time of `now`: clients compare their clocks with it."""

    async def with_date(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(now().astimezone(UTC), usegmt=True).encode()
                message = {**message, "headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        await app(scope, receive, send_dated)

    return with_date


async def exchange(
    sandbox: Sandbox, wires: Wires, arrival: Arrival, take: Callable[[], Awaitable[Answer]]
) -> ASGIApp:
    """Take the request and answer it, with the fault that waits for it, if any."""
    fault = sandbox.faults.draw(arrival)
    if fault is None:
        return _whole(arrival, await _taken(arrival, take))
    arrival.fault = str(fault)
    given = await _taken(arrival, take) if fault.strikes is Moment.AFTER else None
    if not await wires.unless_closing(_pause(sandbox.gate, fault, arrival)):
        return _cut(wires)
    match fault.kind:
        case Kind.HOLD | Kind.SLOW:
            return _whole(arrival, given or await _taken(arrival, take))
        case Kind.CUT:
            return _cut(wires)
        case Kind.HALF:
            assert given is not None, "half an answer is half of one"
            return _half(wires, arrival, given)
        case Kind.DRIP:
            assert given is not None, "an answer is there before it drips"
            return _drip(wires, arrival, given, fault.seconds)
        case Kind.BAD_GATEWAY:
            return _html(arrival, 502, b"502 Bad Gateway")
        case Kind.HTML:
            return _html(arrival, 200, b"Welcome")
        case _:
            return _whole(arrival, _refusal(fault, arrival.platform, sandbox.now()))


async def _taken(arrival: Arrival, take: Callable[[], Awaitable[Answer]]) -> Answer:
    given = await take()
    arrival.took = given.took
    arrival.reason = given.reason
    return given


async def _pause(gate: Gate, fault: Fault, arrival: Arrival) -> bool:
    """Stand still as the fault wants it; False = drop the request."""
    if fault.hook:
        await fault.hook(arrival)
    match fault.kind:
        case Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        case Kind.HOLD if not fault.hook:
            return await gate.wait(arrival)
    return True


def _refusal(fault: Fault, platform: Platform, now: datetime) -> Answer:
    """What the platform itself would say that has this trouble."""
    title, status = {
        Kind.TOO_MANY: ("Too Many Requests", 429),
        Kind.NO_CREDIT: ("CreditsDepleted", 402),
        Kind.SERVER_ERROR: ("Internal Server Error", 500),
        Kind.NOT_OK: ("Internal Server Error", 200),
    }[fault.kind]
    if platform is Platform.X:
        problem = {"title": title, "detail": title, "type": "about:blank", "status": status}
        if fault.kind is Kind.NOT_OK:
            return Answer(200, {"errors": [problem]}, reason=title)
        headers = {}
        if fault.kind is Kind.TOO_MANY:
            reset = now + timedelta(seconds=fault.seconds)
            headers = {
                "x-rate-limit-limit": "100",
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": str(int(reset.timestamp())),
            }
        return Answer(status, problem, headers, reason=title)
    code = 500 if fault.kind is Kind.NOT_OK else status
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": title}
    if fault.kind is Kind.TOO_MANY:
        wait = max(1, round(fault.seconds))
        body["description"] = f"{title}: retry after {wait}"
        body["parameters"] = {"retry_after": wait}
    return Answer(status, body, reason=body["description"])


# --- what goes over the wire --------------------------------------------------------------------


def _whole(arrival: Arrival, answer: Answer) -> ASGIApp:
    async def send_all(_scope: Scope, _receive: Receive, send: Send) -> None:
        arrival.answer = answer.status
        body = _body(answer)
        await send(_start(answer.status, len(body), answer.media_type, answer.headers))
        await send({"type": "http.response.body", "body": body})

    return send_all


def _html(arrival: Arrival, status: int, title: bytes) -> ASGIApp:
    async def send_page(_scope: Scope, _receive: Receive, send: Send) -> None:
        arrival.answer = status
        body = _PAGE % (title, title)
        await send(_start(status, len(body), "text/html"))
        await send({"type": "http.response.body", "body": body})

    return send_page


def _half(wires: Wires, arrival: Arrival, answer: Answer) -> ASGIApp:
    async def send_half(scope: Scope, receive: Receive, send: Send) -> None:
        arrival.answer = answer.status
        body = _body(answer)
        await send(_start(answer.status, len(body), answer.media_type, answer.headers))
        await send(
            {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        )
        wires.hang_up(scope)
        await _until_gone(receive)

    return send_half


def _drip(wires: Wires, arrival: Arrival, answer: Answer, seconds: float) -> ASGIApp:
    async def send_drops(scope: Scope, _receive: Receive, send: Send) -> None:
        arrival.answer = answer.status
        body = _body(answer)
        await send(_start(answer.status, len(body), answer.media_type, answer.headers))
        for position in range(len(body)):
            drop = {"type": "http.response.body", "body": body[position : position + 1]}
            await send(drop | {"more_body": position < len(body) - 1})
            if not wires.has(scope) or not await wires.unless_closing(_after(seconds)):
                return

    return send_drops


def _cut(wires: Wires) -> ASGIApp:
    async def send_nothing(scope: Scope, receive: Receive, _send: Send) -> None:
        wires.cut(scope)
        await _until_gone(receive)

    return send_nothing


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _after(seconds: float) -> bool:
    await asyncio.sleep(seconds)
    return True


def _body(answer: Answer) -> bytes:
    if isinstance(answer.body, bytes):
        return answer.body
    if answer.media_type != "application/json":
        return str(answer.body).encode()
    return json.dumps(answer.body, ensure_ascii=False).encode()


def _start(status: int, size: int, kind: str, headers: Any = ()) -> dict[str, Any]:
    named = {"content-type": f"{kind}; charset=utf-8", "content-length": str(size), **dict(headers)}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    return {"type": "http.response.start", "status": status, "headers": raw}

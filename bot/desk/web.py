"""Serves health and metrics over HTTP, on the service's own event loop. It answers GET alone and changes nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.desk.address import Address
from bot.desk.health import Health

log = logging.getLogger("banditore")

CONNECTIONS = 64  # whoever comes when there are so many is told to come again
_GRACE = 1.0  # seconds that an answer under way has when the service ends
_NOT_KEPT = {"Cache-Control": "no-store"}


def application(health: Callable[[], Health], metrics: Callable[[], bytes]) -> Starlette:
    """`/healthz` and `/metrics`; a fault in one of them is told, and the next request is answered."""

    def answer_health() -> Response:
        found = health()
        shown = {
            "ok": found.is_ok,
            "last_tick": found.last_tick.isoformat() if found.last_tick else None,
            "overdue": found.overdue,
            "reasons": list(found.reasons),
        }
        return JSONResponse(shown, 200 if found.is_ok else 503, headers=_NOT_KEPT)

    def answer_metrics() -> Response:
        return Response(metrics(), media_type=CONTENT_TYPE_LATEST, headers=_NOT_KEPT)

    return Starlette(
        routes=[
            Route("/healthz", _careful(answer_health), methods=["GET"]),
            Route("/metrics", _careful(answer_metrics), methods=["GET"]),
        ]
    )


@asynccontextmanager
async def serve(app: Starlette, address: Address) -> AsyncIterator[Address]:
    """Serve `app` on the running event loop, at the address that it yields. Raises OSError where that is not
    to be had.

    Without `uvicorn.Server`, which takes the signals and ends the process where its port is taken.
    """
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: H11Protocol(config=config, server_state=state, app_state={}),
        address.host,
        address.port,
    )
    try:
        host, port, *_ = server.sockets[0].getsockname()
        yield Address(host, port)
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=_GRACE)
        for connection in list(state.connections):
            connection.transport.abort()
        await server.wait_closed()


def _careful(answer: Callable[[], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_request: Request) -> Response:
        try:
            return answer()
        except Exception:
            fields = {"public": "no", "do": "see the trace; posts go out all the same"}
            log.exception("desk.failed", extra={"fields": fields})
            return JSONResponse({"ok": False, "reasons": ["see the log"]}, 500, headers=_NOT_KEPT)

    return endpoint

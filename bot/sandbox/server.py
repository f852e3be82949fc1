"""Serves a sandbox over HTTP: both platforms' addresses, the controls and the page, on one port."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.server import ServerState

from bot.core.model import Platform
from bot.sandbox import control, control_people, page, telegram, telegram_page, x
from bot.sandbox.answers import Answer
from bot.sandbox.bodies import body_of, fields_of
from bot.sandbox.images import without_bytes
from bot.sandbox.people import User
from bot.sandbox.places import Account, Chat
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.wire import Wires, dated, exchange, protocol_on
from bot.sandbox.x_shapes import Asked


@dataclass(frozen=True, slots=True)
class Address:
    """Where a served sandbox is."""

    base: str  # "http://127.0.0.1:8800"

    @property
    def telegram(self) -> str:
        """For `telegram.Bot(token, base_url=…)`."""
        return f"{self.base}/bot"

    @property
    def telegram_files(self) -> str:
        """For `telegram.Bot(token, base_file_url=…)`."""
        return f"{self.base}/file/bot"

    @property
    def x(self) -> str:
        """Stands in for https://api.twitter.com."""
        return self.base

    @property
    def telegram_page(self) -> str:
        """Stands in for https://t.me, where public channels have their pages."""
        return self.base

    @property
    def page(self) -> str:
        """What followers see."""
        return f"{self.base}/"


@asynccontextmanager
async def serve(
    sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Address]:
    """Serve `sandbox` on the running event loop; port 0 takes a free one.

    On the way out every connection is cut and every request that still waits is dropped. Raises
    OSError where the port is taken.
    """
    wires = Wires()
    config = uvicorn.Config(
        dated(application(sandbox, wires), sandbox.now),
        lifespan="off",
        log_config=None,
        server_header=False,
        ws="none",
    )
    config.load()
    state = ServerState()
    watched = protocol_on(wires)
    server = await asyncio.get_running_loop().create_server(
        lambda: watched(config=config, server_state=state, app_state={}), host, port
    )
    try:
        yield Address(f"http://{host}:{server.sockets[0].getsockname()[1]}")
    finally:
        server.close()
        wires.close()
        sandbox.updates.hang_up()
        await asyncio.gather(*state.tasks)
        await server.wait_closed()


def run_sandbox(
    *,
    host: str = "127.0.0.1",
    port: int = 8800,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    chats: Sequence[Chat] = (),
    accounts: Sequence[Account] = (),
    users: Sequence[User] = (),
    title: str = "banditore",
    accept_any: bool = True,
    started: Callable[[Address], None] = lambda _address: None,
) -> None:
    """Serve a sandbox until the process is interrupted or terminated.

    `started` hears the address once the port is open. Raises OSError where the port is taken.
    """
    sandbox = Sandbox(
        now=now,
        chats=chats,
        accounts=accounts,
        users=users,
        title=title,
        accept_any=accept_any,
        is_playable=True,
    )

    async def until_told() -> None:
        told = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, told.set)
        async with serve(sandbox, host=host, port=port) as address:
            started(address)
            await told.wait()

    asyncio.run(until_told())


def application(sandbox: Sandbox, wires: Wires) -> Starlette:
    """Every address of the sandbox."""

    async def bot_api(request: Request) -> ASGIApp:
        token, method = request.path_params["token"], request.path_params["method"]
        given = telegram.understood(await fields_of(request))
        arrival = sandbox.note(
            Platform.TELEGRAM,
            telegram.canonical_name(method),
            telegram.channel_of(sandbox, given),
            without_bytes(given),
        )

        async def take() -> Answer:
            return await telegram.answer_in_time(sandbox, token, method, given)

        return await exchange(sandbox, wires, arrival, take)

    async def file(request: Request) -> ASGIApp:
        token, path = request.path_params["token"], request.path_params["path"]
        arrival = sandbox.note(Platform.TELEGRAM, telegram.DOWNLOAD, "", {"path": path})

        async def take() -> Answer:
            return telegram.download(sandbox, token, path)

        return await exchange(sandbox, wires, arrival, take)

    async def channel_page(request: Request) -> ASGIApp:
        name, query = request.path_params["name"], dict(request.query_params)
        chat = telegram_page.channel_of(sandbox, name)
        address = chat.address if chat else ""
        arrival = sandbox.note(Platform.TELEGRAM, telegram_page.CALL, address, query)

        async def take() -> Answer:
            return telegram_page.answer(sandbox, name, query)

        return await exchange(sandbox, wires, arrival, take)

    def x_api(call: str) -> Route:
        method, path = call.split(" ")

        async def endpoint(request: Request) -> ASGIApp:
            asked = Asked(
                call=call,
                method=request.method,
                path=request.url.path,
                authorization=request.headers.get("authorization", ""),
                query=tuple(request.query_params.multi_items()),
                body=await body_of(request),
                id=request.path_params.get("id", ""),
            )
            account = x.account_of(sandbox, asked)
            given = asked.body if isinstance(asked.body, dict) else dict(asked.query)
            handle = account.handle if account else ""
            arrival = sandbox.note(Platform.X, call, handle, without_bytes(given))

            async def take() -> Answer:
                return x.answer(sandbox, asked)

            return await exchange(sandbox, wires, arrival, take)

        return Route(path.replace(":id", "{id}"), endpoint, methods=[method])

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", bot_api, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", file),
            Route("/s/{name}", channel_page),
            *map(x_api, x.CALLS),
            *control.routes(sandbox),
            *control_people.routes(sandbox),
            *page.routes(sandbox),
        ],
        exception_handlers={ClientDisconnect: _gone},
    )


async def _gone(_request: Request, _error: Exception) -> Response:
    """A client that died while it spoke: nothing arrived, and nobody reads what is answered."""
    return Response(status_code=400)

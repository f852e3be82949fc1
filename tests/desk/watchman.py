"""A server that watches from outside, on a real socket: it keeps what it is told and answers as a test asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Told(NamedTuple):
    """One ping."""

    path: str
    body: str
    at: datetime | None = None  # where the server has a clock


@dataclass
class Watchman:
    """`answer` is its whole answer; "" hangs until the test is over."""

    answer: str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
    heard: asyncio.Queue[Told] = field(default_factory=asyncio.Queue)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    now: Callable[[], datetime] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def hear(self) -> Told:
        """The next ping."""
        async with asyncio.timeout(30):
            return await self.heard.get()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while (head := await reader.readuntil(b"\r\n\r\n")) and not self.closing.is_set():
                line, *headers = head.decode().split("\r\n")
                fields = dict(each.lower().split(": ", 1) for each in headers if each)
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                at = self.now() if self.now else None
                self.heard.put_nowait(Told(line.split()[1], body.decode(), at))
                if not self.answer:
                    await self.closing.wait()
                    break
                writer.write(self.answer.encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def watchman(now: Callable[[], datetime] | None = None) -> AsyncIterator[Watchman]:
    """It listens while the block lasts."""
    made = Watchman(now=now)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        made.closing.set()
        server.close()
        await server.wait_closed()

"""A Telegram that only counts: answers each message at once, from a process of its own, and remembers when it came.

It checks nothing; the sandbox does that, and would itself be what is measured. Run as a program it serves
until its input ends, and says its port first.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

TOKEN = "123456789:make-believe-token-of-a-benchmark-000"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the server saw since it was last asked."""

    messages: list[tuple[str, float]]  # the text of each, and when its last byte came, in Unix time
    busy: float  # seconds of the processor


@dataclass(frozen=True, slots=True)
class StandIn:
    """A server in another process."""

    port: int

    @property
    def api(self) -> str:
        """For `telegram.Bot(token, base_url=…)`."""
        return f"http://127.0.0.1:{self.port}/bot"

    def seen(self) -> Seen:
        """What it saw, which it forgets by this."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/seen") as answer:
            told = json.load(answer)
        return Seen([(text, at) for text, at in told["messages"]], told["busy"])


@contextmanager
def served() -> Iterator[StandIn]:
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield StandIn(int(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


# --- the server's own process -----------------------------------------------------------------------


@dataclass
class _Book:
    messages: list[tuple[str, float]]
    number: int = 0
    since: float = 0.0  # of the processor's seconds

    def write(self, text: str) -> int:
        self.messages.append((text, time.time()))
        self.number += 1
        return self.number

    def told(self) -> dict[str, Any]:
        before, self.since = self.since, time.process_time()
        messages, self.messages = self.messages, []
        return {"messages": messages, "busy": self.since - before}


class _Line(asyncio.Protocol):
    """One connection; a request is answered as soon as it is whole."""

    def __init__(self, book: _Book) -> None:
        self._book = book
        self._given = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._given += data
        head, blank, body = self._given.partition(b"\r\n\r\n")
        if not blank:
            return
        fields = head.lower()
        _, named, after = fields.partition(b"content-length:")
        if named and len(body) < int(after.split(b"\r\n", 1)[0]):
            return
        self._given = b""
        if head.startswith(b"GET /seen"):
            answer: Any = self._book.told()
        else:
            answer = {"ok": True, "result": self._message(body)}
        self._answer(json.dumps(answer).encode(), keep=b"connection: close" not in fields)

    def _message(self, body: bytes) -> dict[str, Any]:
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        text = given.get("text", "")
        chat = {"id": -1000000000001, "type": "channel", "title": "A channel"}
        number = self._book.write(text)
        return {"message_id": number, "date": int(time.time()), "chat": chat, "text": text}

    def _answer(self, body: bytes, *, keep: bool) -> None:
        kept = b"keep-alive" if keep else b"close"
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: %s\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (kept, len(body), body)
        )
        if not keep:
            self._transport.close()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    book = _Book([])
    server = await loop.create_server(lambda: _Line(book), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())

"""A small web site on a real socket of this machine, whose pages behave as a test asks."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Page(NamedTuple):
    """What a path answers."""

    status: int
    location: str = ""
    head: int | None = None  # the status for HEAD, where that differs; 0 hangs up
    body: bytes = b""


class Site:
    """Answers by `pages`; keeps what it was asked. A path it has not is 404; one in `waits` never answers."""

    def __init__(self, pages: Mapping[str, Page], waits: frozenset[str] = frozenset()) -> None:
        self.asked: list[tuple[str, str, str]] = []  # method, host, path
        self.closing = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                site.asked.append((self.command, self.headers["Host"], self.path))
                if self.path in waits:
                    site.closing.wait()
                    self.close_connection = True
                else:
                    self.reply(pages.get(self.path, Page(404)))

            def reply(self, page: Page) -> None:
                status = page.status
                if self.command == "HEAD" and page.head is not None:
                    status = page.head
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                if page.location:
                    self.send_header("Location", page.location)
                self.send_header("Content-Length", str(len(page.body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(page.body)

            do_HEAD = do_GET = answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self.server.server_address[1]

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def allowed(self) -> frozenset[tuple[str, int]]:
        return frozenset({("127.0.0.1", self.port)})


@contextmanager
def served(
    pages: Mapping[str, Page],
    *,
    waits: frozenset[str] = frozenset(),
    tls: ssl.SSLContext | None = None,
) -> Iterator[Site]:
    """The site, while the block lasts; with `tls`, behind https alone."""
    site = Site(pages, waits)
    if tls is not None:
        site.server.socket = tls.wrap_socket(site.server.socket, server_side=True)
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        site.server.shutdown()
        thread.join()
        site.server.server_close()

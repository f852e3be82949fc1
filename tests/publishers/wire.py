"""A server on a raw socket that misbehaves exactly as told, and counts what reached it."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

Answer = Callable[["Exchange"], None]


class Exchange:
    """One connection as the server sees it."""

    def __init__(self, connection: socket.socket, wire: Wire) -> None:
        self.connection = connection
        self.wire = wire

    def read(self) -> None:
        """Read one whole request and count it."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            ),
            0,
        )
        while len(body) < length:
            body += self._more()
        self.wire.requests.append(head + b"\r\n\r\n" + body)

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def hold(self) -> None:
        """Say nothing more until the other side hangs up."""
        while data := self.connection.recv(65536):
            self.wire.received += len(data)
        self.wire.was_cut.set()

    def reset(self) -> None:
        """Cut the connection with a reset instead of an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _more(self) -> bytes:
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError
        self.wire.received += len(data)
        return data


class Wire:
    """The server; `answer` decides what becomes of each connection."""

    def __init__(self, answer: Answer) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.received = 0  # bytes of requests, below TLS and behind a proxy's tunnel
        self.was_closed = threading.Event()  # we ended it all
        self.was_cut = threading.Event()  # the other side ended the connection first
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def address(self) -> str:
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    def close(self) -> None:
        self.was_closed.set()
        for connection in (self._listener, *self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._answer(Exchange(connection, self))
            except OSError:
                self.was_cut.set()


@contextmanager
def serving(answer: Answer) -> Iterator[Wire]:
    wire = Wire(answer)
    try:
        yield wire
    finally:
        wire.close()


@contextmanager
def full_backlog() -> Iterator[str]:
    """The address of a listener that takes no further connection: a connect hangs there."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for client in waiting:
                client.setblocking(False)
                client.connect_ex(listener.getsockname())
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for client in waiting:
                client.close()


def free_address() -> str:
    """An address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


# --- answers ------------------------------------------------------------------------------------


def reply(status: int, body: object, headers: Mapping[str, str] | None = None) -> bytes:
    """An HTTP answer; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def answering(data: bytes) -> Answer:
    def answer(exchange: Exchange) -> None:
        exchange.read()
        exchange.send(data)

    return answer


def resetting_without_reading(exchange: Exchange) -> None:
    exchange.connection.recv(1, socket.MSG_PEEK)
    exchange.reset()


def resetting_after_the_request(exchange: Exchange) -> None:
    exchange.read()
    exchange.reset()


def hanging_up_after_the_request(exchange: Exchange) -> None:
    exchange.read()


def silent_after_the_request(exchange: Exchange) -> None:
    exchange.read()
    exchange.hold()


def silent_from_the_start(exchange: Exchange) -> None:
    exchange.hold()


def silent_without_reading(exchange: Exchange) -> None:
    """Take nothing of the request but its first byte, until the other side gives up."""
    exchange.connection.recv(1, socket.MSG_PEEK)
    exchange.wire.was_closed.wait(10)


def dripping(data: bytes, pause: float) -> Answer:
    """Send `data` and then a blank every `pause` seconds, for as long as the other side bears it."""

    def answer(exchange: Exchange) -> None:
        exchange.read()
        exchange.send(data)
        while not exchange.wire.was_cut.wait(pause):
            exchange.send(b" ")

    return answer


def not_speaking_tls(exchange: Exchange) -> None:
    exchange.connection.recv(65536)
    exchange.send(b"220 smtp.example.org ready\r\n")


def refusing_the_tunnel(exchange: Exchange) -> None:
    exchange.connection.recv(65536)
    exchange.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


def over_tls(context: ssl.SSLContext, answer: Answer) -> Answer:
    """The same behind https."""

    def answer_over_tls(exchange: Exchange) -> None:
        with context.wrap_socket(exchange.connection, server_side=True) as connection:
            answer(Exchange(connection, exchange.wire))

    return answer_over_tls


def through_a_tunnel(answer: Answer) -> Answer:
    """The same behind a proxy that makes a tunnel; it leads to this very server, whatever was asked."""

    def answer_in_the_tunnel(exchange: Exchange) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += exchange.connection.recv(1)
        exchange.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        answer(exchange)

    return answer_in_the_tunnel


# --- certificates -------------------------------------------------------------------------------

HAS_OPENSSL = shutil.which("openssl") is not None


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for 127.0.0.1 and platform.invalid, and the certificate to trust."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=platform.invalid "
        "-addext subjectAltName=DNS:platform.invalid,IP:127.0.0.1 "
        f"-keyout {key} -out {certificate}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, certificate

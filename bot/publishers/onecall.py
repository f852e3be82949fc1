"""One HTTP call over one connection that a deadline can shut down, for clients that block a thread.

It knows at every instant whether a byte of the request may have left, and refuses a second connection:
a redirect or a retry hidden in a library can't become a second post.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from bot.publishers.base import LeaseOverError, Timeouts, always, still


class NotSentError(Exception):
    """The call was stopped before a byte of its request was written."""


class SecondConnectionError(Exception):
    """A library tried to open a second connection for a call that has had its one."""


class Phase(Enum):
    """How far a call has come; it never goes back."""

    WAITING = "waiting"  # in our own queue
    HANDED = (
        "handed"  # in the library's hands: assumed to be sent until its connection says otherwise
    )
    CONNECTING = "connecting"  # names, TCP, proxy, TLS
    SENDING = "sending"


_UNSENT = (Phase.WAITING, Phase.CONNECTING)


class Call:
    """One call; the thread that makes it and the timer that ends it both hold it."""

    def __init__(self, timeouts: Timeouts, holds: Callable[[], bool] = always) -> None:
        self._lock = threading.Lock()
        self._holds = holds
        began = time.monotonic()
        # The timer's thread may be late: a process that was stopped wakes all its threads at once.
        self._deadline = began + timeouts.total
        # One that waited in the queue for most of its time would only be cut in the middle.
        self._latest_start = began + timeouts.total / 2
        self._phase = Phase.WAITING
        self._expired = False
        self._handle: socket.socket | None = None

    def is_surely_unsent(self) -> bool:
        """Is it certain that no byte of the request has left?"""
        with self._lock:
            return self._phase in _UNSENT

    def is_expired(self) -> bool:
        with self._lock:
            return self._is_past()

    def hand_over(self) -> None:
        """The library gets it now. Raises NotSentError when half of its time has been spent waiting."""
        with self._lock:
            if time.monotonic() >= self._latest_start:
                raise NotSentError
            self._phase = Phase.HANDED

    def connecting(self) -> None:
        """Its one connection is being made. Raises NotSentError past the deadline, or SecondConnectionError."""
        with self._lock:
            if self._phase is not Phase.HANDED:
                raise SecondConnectionError
            self._phase = Phase.CONNECTING
            self._stop_if_expired()

    def hold(self, connection: socket.socket) -> None:
        """Keep a handle of the connection that stays good when TLS takes the socket over."""
        with self._lock:
            self._handle = connection.dup()
            self._stop_if_expired()

    def sending(self) -> None:
        """The connection stands: from here on it may be public.

        Raises LeaseOverError where the attempt's lease is over, NotSentError past the deadline.
        """
        # Outside the lock: it may take a while, and the deadline is judged after it
        if not still(self._holds):
            raise LeaseOverError
        with self._lock:
            self._stop_if_expired()
            self._phase = Phase.SENDING

    def expire(self) -> bool:
        """The deadline is here: shut the connection down. True if nothing was sent, nor ever will be."""
        with self._lock:
            self._expired = True
            if self._handle is not None:
                _shut_down(self._handle)
            return self._phase in _UNSENT

    def close(self) -> None:
        """The call is over, and so is its connection: urllib3 would keep it until it is collected."""
        with self._lock:
            if self._handle is not None:
                _shut_down(self._handle)
                self._handle.close()
                self._handle = None

    def _stop_if_expired(self) -> None:
        if self._is_past():
            raise NotSentError

    def _is_past(self) -> bool:
        return self._expired or time.monotonic() >= self._deadline


current: ContextVar[Call] = ContextVar("current_call")


def _shut_down(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker


class OneCallAdapter(HTTPAdapter):
    """Sends what a session prepared to `base` instead, each time over a fresh connection of `current`.

    The request keeps the signature it was prepared with: it covers the address the library meant.
    `trust` says which certificates are good: by default those that browsers trust.
    """

    def __init__(
        self, meant: str, base: str, timeouts: Timeouts, trust: ssl.SSLContext | None = None
    ) -> None:
        self._meant = meant
        self._base = base.rstrip("/")
        self._timeouts = timeouts
        self._trust = trust
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trust, **kwargs)
        _guard(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, ssl_context=self._trust, **kwargs)
        _guard(manager)
        return manager

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        assert request.url is not None
        request.url = self._base + request.url.removeprefix(self._meant)
        request.headers["Connection"] = "close"
        total = self._timeouts.total
        kwargs["timeout"] = (min(self._timeouts.connect, total), total)
        return super().send(request, *args, **kwargs)


def _guard(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}


class _Connection(HTTPConnection):
    def connect(self) -> None:
        call = current.get()
        call.connecting()
        super().connect()
        call.sending()

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        try:
            current.get().hold(connection)
        except NotSentError:
            connection.close()
            raise
        return connection


class _TLSConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection

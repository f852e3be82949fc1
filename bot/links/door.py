"""The one door to the network: it opens to public addresses alone, and to the very address it looked at.

A name is resolved here, once for a connection, so that nothing can answer differently between the look
and the connection. Redirects come through here, too, like everything else.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpcore

Endpoint = tuple[str, int]
"""An IP address as text, and a port."""

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to IP addresses, best first; may block, raises `socket.gaierror` where there are none."""

# Whatever has a purpose of its own, https://www.iana.org/assignments/iana-ipv4-special-registry. Not
# `is_global`: Python 3.11 and 3.13 disagree on what that is.
_SPECIAL_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
# Only this much is given out for public use, https://www.iana.org/assignments/ipv6-unicast-address-assignments,
# and these parts of it are not: protocols (Teredo among them), examples, and 6to4, which wraps an IPv4 address.
_PUBLIC_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# How a network without IPv4 reaches the IPv4 address in the last 32 bits, RFC 6052.
_TRANSLATED = IPv6Network("64:ff9b::/96")

# Seconds to wait for an address while there is another to try.
_PATIENCE = 3.0


class NotPublicError(Exception):
    """The name leads to an address that is not public; there was no connection."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def is_public(address: str) -> bool:
    """Is it an address that anybody's computer would reach as ours does?"""
    match ip_address(address):
        case IPv4Address() as v4:
            return not any(v4 in network for network in _SPECIAL_V4)
        case IPv6Address() as v6 if v6 in _TRANSLATED:
            return is_public(str(IPv4Address(v6.packed[-4:])))
        case IPv6Address() as v6:
            return v6 in _PUBLIC_V6 and not any(v6 in network for network in _SPECIAL_V6)


def addresses_of(host: str, port: int) -> Sequence[str]:
    """The addresses that this machine's resolver gives."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class Door(httpcore.AsyncNetworkBackend):
    """Makes every connection of a pool."""

    def __init__(self, resolve: Resolve, allow: frozenset[Endpoint]) -> None:
        self._resolve = resolve
        self._allow = allow
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of `host` that takes one.

        Raises `NotPublicError` if any of them is not public, and `socket.gaierror` if there is none.
        """
        addresses = await _in_a_thread(self._resolve, host, port)
        for address in addresses:
            if (address, port) not in self._allow and not is_public(address):
                raise NotPublicError(address)
        for address in addresses[:-1]:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._network.connect_tcp(
                    address, port, _PATIENCE, local_address, socket_options
                )
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        return await self._network.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


async def _in_a_thread(resolve: Resolve, host: str, port: int) -> Sequence[str]:
    """What `resolve` says. A resolver can't be stopped: the thread is left behind where nobody waits any more.

    The event loop's own threads would be waited for in the end, however long a name server takes.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(found: Sequence[str] | Exception) -> None:
        if answer.done():
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def look_up() -> None:
        found: Sequence[str] | Exception
        try:
            found = resolve(host, port)
        except UnicodeError:  # a label longer than any name may have
            found = socket.gaierror(socket.EAI_NONAME, "not a host's name")
        except Exception as error:  # it belongs to who asked, not to this thread
            found = error
        with contextlib.suppress(RuntimeError):  # the loop is gone, and whoever asked with it
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=look_up, daemon=True).start()
    return await answer

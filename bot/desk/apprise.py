"""Sends alerts to the addresses that admins gave (mail, chat, webhook), by the library of that name.

Whatever an address does, nobody waits for it longer than `TIMEOUT`, and nothing is raised. Every part of an address
may be a secret: what the library says reaches nobody but through `tell`, with all of them masked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.publishers.secrets import forms, told

if TYPE_CHECKING:
    from apprise import Apprise as Library

TIMEOUT = 20.0  # seconds for one alert to all addresses; they are asked side by side

_SCHEMA = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_BETWEEN = re.compile(r"[/@:?&=,;|#\s]+")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)

# What is shorter, or is a word, would take harmless words out of the log.
_SHORTEST_TOKEN = 8
_SHORTEST_SECRET = 16
_SHORTEST_PASSWORD = 4
# In what the library says of an address nothing but shreds is left of it.
_SHORTEST_SHRED = 3


class AlertsError(Exception):
    """The addresses of BANDITORE_ALERTS can't be used."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one alert."""

    is_out: bool  # did one address take it at least?
    faults: tuple[str, ...] = ()  # of each that did not, why


@dataclass(frozen=True, slots=True)
class _Address:
    name: str  # for people: "address 2 (mailto)"
    library: Library
    shreds: frozenset[str]
    turn: threading.Lock  # held while a call to it is under way


class Apprise:
    """The addresses of BANDITORE_ALERTS."""

    def __init__(self, addresses: SecretStr, *, timeout: float = TIMEOUT) -> None:
        """One address or more, separated by whitespace. Raises AlertsError where the library is missing, and
        where one is no address that it knows; its message holds none of them."""
        self._timeout = timeout
        try:
            import apprise
        except ModuleNotFoundError:
            raise AlertsError(
                "BANDITORE_ALERTS needs a library: install it with `pip install 'banditore[alerts]'`"
            ) from None
        # Its lines hold parts of addresses; `tell` hands on what of them can be shown.
        logging.getLogger("apprise").propagate = False
        # Followed, a moved webhook would be asked without the alert in it, and say yes.
        asset = apprise.AppriseAsset(async_mode=False, http_redirects=False)
        written = addresses.get_secret_value().split()
        if not written:
            raise AlertsError("BANDITORE_ALERTS holds no address")
        self._addresses: list[_Address] = []
        unusable = []
        for number, address in enumerate(written, start=1):
            library = apprise.Apprise(asset=asset)
            name = _name(number, address)
            with (
                warnings.catch_warnings()
            ):  # its plug-ins, loaded here, import what Python will drop
                warnings.simplefilter("ignore", DeprecationWarning)
                is_known = library.add(address)
            if is_known:
                shreds = _shreds(address)
                self._addresses.append(_Address(name, library, shreds, threading.Lock()))
            else:
                unusable.append(name)
        if unusable:
            raise AlertsError(
                f"{', '.join(unusable)} of BANDITORE_ALERTS: Apprise can't read it; "
                "its documentation has the form for each service"
            )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(each.name for each in self._addresses)})"

    @property
    def names(self) -> tuple[str, ...]:
        """What the addresses are called where people read of them."""
        return tuple(each.name for each in self._addresses)

    async def tell(self, title: str, body: str) -> Sent:
        """Send one alert, both parts plain text, to every address, each in a thread of its own.

        Never raises. A call that hangs is left behind; while it does, its address is not called again.
        """
        calls = [_in_a_thread(each, title, body) for each in self._addresses]
        await asyncio.wait(calls, timeout=self._timeout)
        faults = tuple(
            f"{each.name}: {fault}"
            for each, call in zip(self._addresses, calls, strict=True)
            if (fault := call.result() if call.done() else self._late())
        )
        return Sent(len(faults) < len(calls), faults)

    def _late(self) -> str:
        return f"no answer within {self._timeout:g} s"


def secrets_of(addresses: SecretStr) -> frozenset[str]:
    """Every form of what must not be read of these addresses in the log: each as a whole, its password, and
    what in it looks like a token."""
    found: set[str] = set()
    for address in addresses.get_secret_value().split():
        found |= {address, *_password(address), *filter(_is_token, _parts(address))}
    return forms(map(SecretStr, found))


def _in_a_thread(address: _Address, title: str, body: str) -> asyncio.Future[str]:
    """Why the address did not take it, or "". A daemon's thread: the process does not wait for one that hangs."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[str] = loop.create_future()

    def settle(fault: str) -> None:
        if not outcome.done():
            outcome.set_result(fault)

    def send() -> None:
        fault = _send(address, title, body)
        with contextlib.suppress(RuntimeError):  # the loop is gone, and whoever asked with it
            loop.call_soon_threadsafe(settle, fault)

    threading.Thread(target=send, name="alert", daemon=True).start()
    return outcome


def _send(address: _Address, title: str, body: str) -> str:
    if not address.turn.acquire(blocking=False):
        return "an earlier alert to it is still under way"
    try:
        result: Any = address.library.notify(
            body=body, title=title, body_format="text", log_level=logging.WARNING
        )
        if result:
            return ""
        said = "; ".join(dict.fromkeys(entry.message for entry in result.logs()))
        return told(said, address.shreds) or "it did not take it"
    except Exception as error:  # a plug-in of the library may raise anything
        return f"it can't be sent to ({type(error).__name__})"
    finally:
        address.turn.release()


# --- what of an address is secret -----------------------------------------------------------------


def _name(number: int, address: str) -> str:
    schema = _SCHEMA.match(address)
    return f"address {number} ({schema[1].lower()})" if schema else f"address {number}"


def _parts(address: str) -> Iterable[str]:
    """Its parts behind the schema, as written and decoded."""
    rest = address.partition("://")[2]
    return {part for text in (rest, unquote(rest)) for part in _BETWEEN.split(text) if part}


def _password(address: str) -> tuple[str, ...]:
    try:
        password = urlsplit(address).password or ""
    except ValueError:
        return ()
    long_enough = {
        each for each in (password, unquote(password)) if len(each) >= _SHORTEST_PASSWORD
    }
    return tuple(long_enough)


def _shreds(address: str) -> frozenset[str]:
    return forms(
        SecretStr(part) for part in (address, *_parts(address)) if len(part) >= _SHORTEST_SHRED
    )


def _is_token(part: str) -> bool:
    """Does it look like what a machine made up, and not like a word or a host's name?"""
    if _HOST.fullmatch(part) or len(part) < _SHORTEST_TOKEN:
        return False
    return len(part) >= _SHORTEST_SECRET or any(c.isdigit() or c.isupper() for c in part)

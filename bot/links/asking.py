"""Asks one link and follows where it leads, hop by hop; reads no page."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

import httpcore
import httpx

from bot.core.said import said
from bot.links.door import NotPublicError
from bot.links.finding import Answers, Broken, Finding, Moved, Unchecked

MAX_HOPS = 5

_HEADERS = (
    (b"User-Agent", b"banditore (checks whether a link still works; reads no page)"),
    (b"Accept", b"*/*"),
)

_FOR_GOOD = frozenset({301, 308})
_REDIRECTS = _FOR_GOOD | {302, 303, 307}

_TOO_MANY = 429

# What sites say to robots and not to people: forbidden, unavailable, too many requests. 405 and 501 mean
# that neither way of asking is liked.
_KEPT_AWAY = frozenset({403, 405, _TOO_MANY, 501, 503})

# OpenSSL's number for a chain that lacks a link; browsers fetch it, we do not.
# https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_INCOMPLETE_CHAIN = 20

_NO_SUCH_HOST = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


class _Reply(NamedTuple):
    status: int
    location: str


async def follow(link: str, pool: httpcore.AsyncConnectionPool) -> Finding:
    """What became of `link`, after at most `MAX_HOPS` redirects. Raises `TimeoutError` where the caller's is over."""
    here = _address(link)
    if here is None:
        return Broken(said("it is no link to a page"))
    moved_to = ""
    is_for_good = True
    for hop in range(MAX_HOPS + 1):
        via = said("it leads on to {link}: ", link=str(here)) if hop else ""
        try:
            reply = await _reply(here, pool)
        except httpcore.ConnectTimeout:
            raise TimeoutError from None
        except (
            NotPublicError,
            socket.gaierror,
            httpcore.NetworkError,
            httpcore.ProtocolError,
        ) as e:
            return _failed(e, here, via)
        if reply.status not in _REDIRECTS:
            return _judged(reply.status, moved_to, via)
        onward = _onward(here, reply.location)
        if onward is None:
            return Broken(
                said("{via}it answers {status}, and leads nowhere", via=via, status=reply.status)
            )
        is_for_good = is_for_good and reply.status in _FOR_GOOD
        if is_for_good:
            moved_to = str(onward)
        here = onward
    return Unchecked(
        said(
            "it leads on more than {most} times, the last time to {link}",
            most=MAX_HOPS,
            link=str(here),
        )
    )


def _address(link: str) -> httpx.URL | None:
    try:
        url = httpx.URL(link)
        is_page = url.scheme in ("http", "https") and url.host and not url.userinfo
    except (httpx.InvalidURL, UnicodeError):  # a host that only looks encoded shows when it is read
        return None
    return url if is_page else None


def _onward(here: httpx.URL, location: str) -> httpx.URL | None:
    try:
        onward = _address(str(here.join(location))) if location else None
    except (httpx.InvalidURL, UnicodeError):
        return None
    # As in browsers, the place on the page goes along, https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2
    if onward is not None and here.fragment and not onward.fragment:
        return onward.copy_with(fragment=here.fragment)
    return onward


async def _reply(url: httpx.URL, pool: httpcore.AsyncConnectionPool) -> _Reply:
    """HEAD first; whatever a site has against that, it is asked as a browser asks, and not listened to."""
    try:
        reply = await _request("HEAD", url, pool)
    except (httpcore.ReadError, httpcore.RemoteProtocolError):
        return await _request("GET", url, pool)
    if reply.status < 400 or reply.status == _TOO_MANY:
        return reply
    return await _request("GET", url, pool)


async def _request(method: str, url: httpx.URL, pool: httpcore.AsyncConnectionPool) -> _Reply:
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    headers = [(b"Host", url.netloc), *_HEADERS]
    async with pool.stream(method, target, headers=headers) as response:
        location = next(
            (value for name, value in response.headers if name.lower() == b"location"), b""
        )
        return _Reply(response.status, location.decode("utf-8", "replace"))


def _judged(status: int, moved_to: str, via: str) -> Finding:
    if status in _KEPT_AWAY:
        return Unchecked(
            said(
                "{via}it answers {status}, which may be meant for robots alone",
                via=via,
                status=status,
            )
        )
    if status >= 400:
        return Broken(said("{via}it answers {status}", via=via, status=status))
    return Moved(moved_to) if moved_to else Answers()


def _failed(error: Exception, url: httpx.URL, via: str) -> Finding:
    about: dict[str, object] = {"via": via, "host": url.host}
    match error:
        case NotPublicError(address=address) if address == url.host:
            return Unchecked(said("{via}{host} is not a public address", **about))
        case NotPublicError(address=address):
            about["address"] = address
            return Unchecked(
                said("{via}{host} is at {address}, which is not a public address", **about)
            )
        case socket.gaierror(errno=number) if number in _NO_SUCH_HOST:
            return Broken(said("{via}there is no host {host}", **about))
        case socket.gaierror():
            return Unchecked(said("{via}where {host} is could not be found out", **about))
        case httpcore.ConnectError():
            return _not_connected(error, url, via)
        case _:
            return Unchecked(said("{via}it hangs up without an answer", via=via))


def _not_connected(error: BaseException, url: httpx.URL, via: str) -> Finding:
    about: dict[str, object] = {"via": via, "host": url.host}
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError(verify_code=code, verify_message=why):
                fault = said("{via}the certificate of {host} is no good: {why}", **about, why=why)
                return Unchecked(fault) if code == _INCOMPLETE_CHAIN else Broken(fault)
            case ssl.SSLError():
                return Broken(said("{via}{host} makes no secure connection", **about))
            case ConnectionRefusedError():
                return Broken(said("{via}{host} refuses the connection", **about))
    return Broken(said("{via}{host} can't be reached", **about))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__

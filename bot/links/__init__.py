"""Asks whether the pages that links lead to are there; reads none of them, and nothing of the local network."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

import httpcore

from bot.core.said import said
from bot.links.asking import follow
from bot.links.door import Door, Endpoint, Resolve, addresses_of
from bot.links.finding import Answers, Broken, Finding, Moved, Slow, Unchecked

__all__ = ["LIMITS", "Answers", "Broken", "Finding", "Limits", "Moved", "Slow", "Unchecked", "ask"]


class Limits(NamedTuple):
    """How long it may take, in seconds, and how much is asked side by side."""

    each: float = 10
    together: float = 120
    at_once: int = 16
    of_a_host: int = 2  # a small site should not feel that it is checked


LIMITS = Limits()


async def ask(
    links: Iterable[str],
    *,
    limits: Limits = LIMITS,
    allow: frozenset[Endpoint] = frozenset(),
    resolve: Resolve = addresses_of,
    trust: ssl.SSLContext | None = None,
) -> dict[str, Finding]:
    """What became of each of `links`, http or https, every one of them asked once.

    `allow` names addresses with their ports that may be asked though they are local, `resolve` turns a
    host's name into addresses, `trust` says which certificates are good: by default those that browsers trust.
    """
    distinct = tuple(dict.fromkeys(links))
    findings: dict[str, Finding] = {}
    turns = asyncio.Semaphore(limits.at_once)
    turns_of: defaultdict[str, asyncio.Semaphore] = defaultdict(
        lambda: asyncio.Semaphore(limits.of_a_host)
    )

    async def ask_one(link: str) -> None:
        async with turns_of[_host(link)], turns:
            try:
                async with asyncio.timeout(limits.each):
                    findings[link] = await follow(link, pool)
            except TimeoutError:
                findings[link] = Slow(limits.each)

    async with httpcore.AsyncConnectionPool(
        ssl_context=trust or httpcore.default_ssl_context(),
        network_backend=Door(resolve, allow),
        max_connections=limits.at_once,
    ) as pool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.together), asyncio.TaskGroup() as group:
                for link in distinct:
                    group.create_task(ask_one(link))
    too_late = Unchecked(
        said("{seconds:g} seconds were over before its turn came", seconds=limits.together)
    )
    return {link: findings.get(link, too_late) for link in distinct}


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""

"""The dead-man switch: tells a server that watches from outside that ticks work, or why they do not.

The server raises the alarm when it hears nothing. The protocol is that of https://healthchecks.io/docs/http_api.
Nothing here ever makes a tick or a post wait.
"""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot.publishers.secrets import forms, told

log = logging.getLogger("banditore")

EVERY = 59.0  # seconds between two pings that say the same; a tick that comes a little early still counts
TIMEOUT = 10.0  # seconds for a whole ping
LONGEST = 10_000  # bytes of a body: as much as the one that is hosted by oneself keeps by default
_GRACE = 2.0  # seconds that a ping under way has when the service ends

# A UUID that it does not know is answered with 200, too.
_NOT_FOUND = b"OK (not found)"

# So short a part of the path is a name that people chose; a UUID or a ping key is longer.
_SHORTEST_SECRET = 16


class Ping:
    """Pings one address, one ping at a time."""

    def __init__(self, url: SecretStr, *, every: float = EVERY, timeout: float = TIMEOUT) -> None:
        self._url = url
        self._every = every
        self._timeout = timeout
        self._forms = secrets_of(url)
        self._client = httpx.AsyncClient(follow_redirects=False, timeout=timeout)
        self._task: asyncio.Task[None] | None = None
        self._last: tuple[bool, float] | None = None  # what was last said, and when
        self._is_away = False  # the server, as far as it was told

    def tell(self, body: str, *, is_ok: bool) -> None:
        """Ping in the background, unless one is under way or the same was said within the minute."""
        now = asyncio.get_running_loop().time()
        if self._task is not None and not self._task.done():
            return
        if self._last is not None and self._last[0] is is_ok and now - self._last[1] < self._every:
            return
        self._last = (is_ok, now)
        self._task = asyncio.create_task(self._ping(body, is_ok=is_ok), name="ping")

    async def settle(self) -> None:
        """Wait until no ping is under way."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Let the ping under way end, for two seconds at most."""
        if self._task is not None:
            _, late = await asyncio.wait([self._task], timeout=_GRACE)
            for task in late:
                task.cancel()
                await asyncio.wait([task])
        await self._client.aclose()

    async def _ping(self, body: str, *, is_ok: bool) -> None:
        self._tell(await self.once(body, is_ok=is_ok))

    async def once(self, body: str, *, is_ok: bool) -> str:
        """One ping, now; what came in its way, or ""."""
        address = self._url.get_secret_value() + ("" if is_ok else "/fail")
        try:
            async with asyncio.timeout(self._timeout):
                return await self._fault(address, body)
        except TimeoutError:
            return f"no answer within {self._timeout:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return told(error, self._forms) or type(error).__name__

    async def _fault(self, address: str, body: str) -> str:
        """What the server has against the ping, or ""."""
        content = body.encode()[:LONGEST]
        async with self._client.stream("POST", address, content=content) as response:
            if not response.is_success:
                return f"it answers {response.status_code}"
            said = b""
            async for chunk in response.aiter_bytes():
                said += chunk
                if len(said) > len(_NOT_FOUND):
                    break
        return "it does not know this address" if said == _NOT_FOUND else ""

    def _tell(self, fault: str) -> None:
        """Once, since each minute tries again."""
        if fault and not self._is_away:
            fields = {
                "reason": fault,
                "public": "no",
                "do": "see that BANDITORE_PING_URL is right and can be reached; posts go out all the same",
            }
            log.warning("ping.failed", extra={"fields": fields})
        elif self._is_away and not fault:
            log.info("ping.back", extra={"fields": {}})
        self._is_away = bool(fault)


def secrets_of(url: SecretStr) -> frozenset[str]:
    """Every form of what must not be read of a ping address: who knows it can silence the alarm."""
    address = url.get_secret_value()
    path = urlsplit(address).path
    parts = [part for part in path.split("/") if len(part) >= _SHORTEST_SECRET]
    return forms([SecretStr(each) for each in (address, *parts)])

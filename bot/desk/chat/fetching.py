"""Gets the bytes of a file that somebody sent, and never more of them than were asked for.

Done without python-telegram-bot's own download: that quotes the colon within a token, keeps no bound, and takes
a path that happens to lie on this machine from its disk.
"""

from __future__ import annotations

from urllib.parse import quote

import httpx
from pydantic import SecretStr

from bot.publishers.base import Timeouts
from bot.publishers.telegram_wire import PLACEHOLDER, Transport


def files_of(base_url: str) -> str:
    """Where files are, beside the calls at `base_url`: https://api.telegram.org/file/bot for
    https://api.telegram.org/bot, as https://core.telegram.org/bots/api#getfile has it."""
    return f"{base_url.removesuffix('/bot')}/file/bot"


class Fetcher:
    """Over the wire that puts the token into the address at the last moment."""

    def __init__(
        self, token: SecretStr, files_url: str, *, timeouts: Timeouts, proxy: str = ""
    ) -> None:
        """`files_url` is what stands before the token; see `files_of`."""
        self._base = f"{files_url}{PLACEHOLDER}/"
        self._client = httpx.AsyncClient(
            transport=Transport(token, proxy),
            headers={"Connection": "close"},
            timeout=httpx.Timeout(timeouts.total, connect=timeouts.connect),
        )

    async def fetch(self, path: str, most: int) -> bytes | None:
        """The file at `path`, as getFile told it; None where it has more than `most` bytes.

        Raises httpx.HTTPError.
        """
        found = bytearray()
        address = self._base + quote(path.removeprefix(self._base))
        async with self._client.stream("GET", address) as response:
            response.raise_for_status()
            async for piece in response.aiter_bytes():
                found += piece
                if len(found) > most:
                    return None
        return bytes(found)

    async def close(self) -> None:
        await self._client.aclose()

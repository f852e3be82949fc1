"""Another address of admins, on a real socket: what is sent there arrives as title and text, and can't be changed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

from pydantic import SecretStr

from bot.desk.apprise import Apprise
from bot.desk.letters import Letters
from tests.desk.watchman import Watchman, watchman


class Letter(NamedTuple):
    """What arrived, and when."""

    at: datetime
    title: str
    text: str


class Letterbox:
    """A webhook, and the mouth that speaks to it."""

    def __init__(self, server: Watchman) -> None:
        self.mouth = Letters(Apprise(SecretStr(f"json://127.0.0.1:{server.port}/")))
        self._server = server
        self._letters: list[Letter] = []

    @property
    def letters(self) -> list[Letter]:
        """All that arrived, the first first."""
        heard = self._server.heard
        while not heard.empty():
            posted = heard.get_nowait()
            assert posted.at is not None
            body = json.loads(posted.body)
            self._letters.append(Letter(posted.at, body["title"], body["message"]))
        return self._letters


@asynccontextmanager
async def letterbox(now: Callable[[], datetime]) -> AsyncIterator[Letterbox]:
    """It is open while the block lasts; `now` is the clock by which letters arrive."""
    async with watchman(now) as server:
        yield Letterbox(server)

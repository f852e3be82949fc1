"""Wakes whoever waits for something to change in the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Stir:
    """Told of every change; those who wait look for themselves whether it is the one they want."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def tell(self) -> None:
        """Something changed."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Wait until it is so, `seconds` of real time at most; tells whether it came to be."""
        try:
            async with asyncio.timeout(seconds):
                while not is_so():
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.add(future)
                    await future
        except TimeoutError:
            return False
        return True

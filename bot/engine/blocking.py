"""Runs what blocks (the ledger's transactions) in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Blocking:
    """What has begun there is always waited for, whoever is cancelled."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def __call__(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future = self._executor.submit(do, *args, **kwargs)
        return await asyncio.shield(asyncio.wrap_future(future))

    def shutdown(self) -> None:
        self._executor.shutdown()

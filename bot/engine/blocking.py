"""Runs what blocks (the ledger's transactions) in a thread of its own, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Blocking:
    """One thread. What has begun there is always waited for, whoever is cancelled."""

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor or ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def __call__(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future = self._executor.submit(do, *args, **kwargs)
        return await asyncio.shield(asyncio.wrap_future(future))

    def shutdown(self) -> None:
        self._executor.shutdown()

"""Checks side by side, within one deadline: what blocks gets a thread that nobody has to wait for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from bot.publishers.probe import Finding, Sign

T = TypeVar("T")

Check = Callable[[], Awaitable[Iterable[Finding]]]


async def all_of(checks: Mapping[str, Check], seconds: float) -> list[Finding]:
    """What every check found, in their order; one that fails or is late says so, and leaves the others theirs."""
    tasks = {name: asyncio.ensure_future(_careful(name, check)) for name, check in checks.items()}
    _, late = await asyncio.wait(tasks.values(), timeout=seconds)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)
    found: list[Finding] = []
    for name, task in tasks.items():
        found += [_too_late(name, seconds)] if task in late else task.result()
    return found


async def in_a_thread(ask: Callable[[], T]) -> T:
    """What `ask` returns or raises. Its thread is left behind where nobody waits any more."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(found: T | None, error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found)  # type: ignore[arg-type]  # what `ask` returned, None included

    def run() -> None:
        found, error = None, None
        try:
            found = ask()
        except Exception as raised:  # it belongs to who asked, not to this thread
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is gone, and whoever asked with it
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=run, daemon=True).start()
    return await answer


async def _careful(name: str, check: Check) -> list[Finding]:
    try:
        return list(await check())
    except Exception as error:
        said = f"it could not be looked at: {type(error).__name__}: {error}"
        return [Finding(name, "", Sign.UNKNOWN, said[:300], "tell the developers of banditore")]


def _too_late(name: str, seconds: float) -> Finding:
    said = f"no answer within {seconds:g} seconds"
    return Finding(name, "", Sign.UNKNOWN, said, "ask again")

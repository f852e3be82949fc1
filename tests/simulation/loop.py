"""An event loop without a clock or a socket: a seed chooses which ready callback runs next, time is virtual.

Every callback belongs to a process. One that is frozen keeps its callbacks where they are until it is
woken; one that is dead keeps them for ever: nothing of it is resumed, closed or collected, so that no
`finally` runs that `kill -9` would not run.
"""

from __future__ import annotations

import asyncio
import heapq
import inspect
import itertools
from asyncio.events import _set_running_loop
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor, Future
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from random import Random
from typing import Any, ParamSpec, TypeVar, TypeVarTuple

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MICRO = 1_000_000


@dataclass(eq=False, slots=True)
class Process:
    """What is frozen, woken and killed as one."""

    name: str
    is_frozen: bool = False
    is_dead: bool = False
    kept: list[asyncio.Handle] = field(default_factory=list)  # what it would have done next


RUNNING: ContextVar[Process | None] = ContextVar("RUNNING", default=None)  # None = the world itself


class OverrunError(Exception):
    """The world does not come to rest."""


class Loop(asyncio.AbstractEventLoop):
    """One thread, one seed, one sequence of events. What would reach outside raises NotImplementedError."""

    def __init__(
        self, chance: Random, on_turn: Callable[[Process], None], *, most_turns: int = 200_000
    ) -> None:
        """`on_turn` is told before each turn of a process; it may freeze or kill it."""
        self.micros = 0  # virtual microseconds since the world began
        self.turns = 0
        self.troubles: list[str] = []  # what callbacks raised and nobody caught
        self._chance = chance
        self._on_turn = on_turn
        self._most_turns = most_turns
        self._ready: list[asyncio.Handle] = []
        self._timers: list[tuple[int, int, asyncio.TimerHandle]] = []
        self._number = itertools.count()
        self._begun: list[Any] = []  # the coroutines of all tasks
        self._is_closed = False

    # --- the run ------------------------------------------------------------------------------------

    def run_until(self, micros: int) -> None:
        """Run until the virtual clock shows `micros`, and whatever is ready by then. Raises OverrunError."""
        _set_running_loop(self)
        try:
            while self._ready or (self._timers and self._timers[0][0] <= micros):
                if not self._ready:
                    self.micros = max(self.micros, self._timers[0][0])
                while self._timers and self._timers[0][0] <= self.micros:
                    self._ready.append(heapq.heappop(self._timers)[2])
                self._turn()
                if self.turns > self._most_turns:
                    raise OverrunError(f"{self.turns} turns")
            self.micros = max(self.micros, micros)
        finally:
            _set_running_loop(None)

    def wake(self, process: Process) -> None:
        """Let a frozen process go on where it stood."""
        process.is_frozen = False
        self._ready += process.kept
        process.kept.clear()

    def _turn(self) -> None:
        ready = self._ready
        chosen = int(self._chance.random() * len(ready))
        ready[chosen], ready[-1] = ready[-1], ready[chosen]
        handle = ready.pop()
        if handle.cancelled():
            return
        process = handle._context.get(RUNNING)  # type: ignore[attr-defined]
        if process is not None:
            self.turns += 1
            if not (process.is_dead or process.is_frozen):
                self._on_turn(process)
            if process.is_dead or process.is_frozen:
                process.kept.append(handle)
                return
        handle._run()

    # --- what asyncio asks of a loop ----------------------------------------------------------------

    def time(self) -> float:
        return self.micros / MICRO

    def call_soon(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        handle = asyncio.Handle(
            callback, args, self, copy_context() if context is None else context
        )
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)  # there is but one thread

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(
            when, callback, args, self, copy_context() if context is None else context
        )
        heapq.heappush(self._timers, (round(when * MICRO), next(self._number), handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """A cancelled timer is passed over when its time comes."""

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, T] | Any,
        *,
        name: str | None = None,
        context: Context | None = None,
        **_: Any,
    ) -> asyncio.Task[T]:
        self._begun.append(coro)
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        book = executor or Book(self)
        return asyncio.wrap_future(book.submit(func, *args), loop=self)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        # That the tasks of the dead are pending when the world is thrown away is no trouble.
        if not self._is_closed:
            error = context.get("exception")
            self.troubles.append(f"{context.get('message')}: {error!r}")

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return not self._is_closed

    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """The world is over. What was killed before its first line is closed, which runs nothing of it."""
        self._is_closed = True
        for coro in self._begun:
            if inspect.getcoroutinestate(coro) == inspect.CORO_CREATED:
                coro.close()
        self._begun.clear()


class Book(Executor):
    """Runs what it is given inline, one at a time, in turns of the loop that the seed chooses."""

    def __init__(
        self,
        loop: Loop,
        *,
        delay: Callable[[], float] = lambda: 0.0,
        on_submit: Callable[[str, tuple[Any, ...]], None] = lambda _name, _args: None,
    ) -> None:
        """`delay` gives the seconds that each piece of work waits before it begins and before its end is
        known; `on_submit` is told each one's name and arguments in the very turn that asks for it."""
        self._loop = loop
        self._delay = delay
        self._on_submit = on_submit
        self._queue: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._is_busy = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        self._on_submit(getattr(fn, "__qualname__", "?").removeprefix("Ledger.").lower(), args)
        future: Future[T] = Future()
        self._queue.append((future, lambda: fn(*args, **kwargs)))
        if not self._is_busy:
            self._is_busy = True
            self._soon(self._run)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """There is no thread to end."""

    def _run(self) -> None:
        future, work = self._queue.popleft()
        try:
            result = work()
        except Exception as error:
            self._soon(self._end, future, None, error)
        else:
            self._soon(self._end, future, result, None)

    def _end(self, future: Future[Any], result: Any, error: Exception | None) -> None:
        if self._queue:
            self._soon(self._run)
        else:
            self._is_busy = False
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    def _soon(self, callback: Callable[..., object], *args: Any) -> None:
        if delay := self._delay():
            self._loop.call_later(delay, callback, *args)
        else:
            self._loop.call_soon(callback, *args)


def begin(loop: Loop, process: Process, main: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    """Start `main` as the first task of `process`."""

    async def first() -> None:
        await main()

    context = copy_context()
    context.run(RUNNING.set, process)
    return loop.create_task(first(), context=context)

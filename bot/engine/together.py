"""The ledger's thread: takes all that waits for it in one go, so that many lanes wait for the disk once.

What a lane asked for is told to it only when it is on disk. The error of one call is never another's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from bot.ledger import Ledger, TornError

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Call:
    """What was asked for, and what came of it so far."""

    do: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)
    answer: Any = None
    error: BaseException | None = None

    def make(self) -> None:
        self.answer = self.error = None
        try:
            self.answer = self.do()
        except BaseException as error:  # whoever asked for it gets it
            self.error = error

    def tell(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.answer)


class Together(Executor):
    """One thread. A call that finds it free is made at once; those that come meanwhile are made together."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: deque[_Call] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        call = _Call(lambda: fn(*args, **kwargs))
        self._waiting.append(call)
        self._thread.submit(self._take)
        return call.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._thread.shutdown(wait, cancel_futures=cancel_futures)

    def _take(self) -> None:
        """Make what waits; an earlier turn may have left nothing."""
        calls: list[_Call] = []
        while self._waiting and len(calls) < self._ledger.most_together:
            call = self._waiting.popleft()
            if call.future.set_running_or_notify_cancel():
                calls.append(call)
        if len(calls) > 1:
            self._make_together(calls)
        else:
            for call in calls:
                call.make()
        for call in calls:
            call.tell()

    def _make_together(self, calls: list[_Call]) -> None:
        try:
            with self._ledger.together():
                for call in calls:
                    call.make()
        except TornError:  # nothing of it was kept: each for itself
            for call in calls:
                call.make()
        except BaseException as error:
            for call in calls:
                call.error = call.error or error

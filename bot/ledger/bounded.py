"""A PostgreSQL connection that waits for no answer longer than it was told.

The server's own timeouts end with the server: one that froze, or a line that was cut without a word,
would hold the caller for ever.
"""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any, Self

import psycopg


class BoundedConnection(psycopg.Connection[Any]):
    """Closes itself and raises OperationalError where an answer takes longer than `seconds`."""

    seconds: float

    @classmethod
    def within(cls, seconds: float, *args: Any, **named: Any) -> Self:
        """Connect; from then on each answer may take so many seconds."""
        connection = cls.connect(*args, **named)
        connection.seconds = seconds
        return connection

    def wait(self, gen: Any, *args: Any, **named: Any) -> Any:
        # Everything that is asked of a server goes through here, see psycopg's Connection.wait.
        seconds = getattr(self, "seconds", None)
        if seconds is None:  # still connecting, which has a timeout of its own
            return super().wait(gen, *args, **named)
        try:
            return super().wait(_within(gen, seconds), *args, **named)
        except _NoAnswerError:
            self.close()  # what comes now would be taken for the answer to the next question
            raise


class _NoAnswerError(psycopg.OperationalError):
    pass


def _within(steps: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """The same steps, which end with an error once nothing has come for so many seconds.

    psycopg resumes them ten times a second with a false value while the socket is still.
    """
    ends = monotonic() + seconds
    try:
        asked = next(steps)
        while True:
            ready = yield asked
            if not ready and monotonic() > ends:
                raise _NoAnswerError(f"the server did not answer within {seconds:g} s")
            answered = steps.send(ready)
            if ready:
                asked = answered
    except StopIteration as done:
        return done.value

"""Several transactions that wait for the disk together: on a file they become one, and either all of it is
kept or nothing is. A server's stay what they are: there each channel has a lock of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection

from bot.ledger.store import Store
from bot.ledger.trouble import told

# So many at once keep the lock for some 20 ms.
MOST = 32


class TornError(Exception):
    """One of several transactions that were to be one failed: none of them was kept."""


class Group:
    """The transactions of one thread, each by itself or several as one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stack: ExitStack | None = None  # of what is written together
        self._db: Connection | None = None  # its transaction, once something was written
        self._is_torn = False

    @property
    def most(self) -> int:
        """How many transactions may become one."""
        return 1 if self._store.path is None else MOST

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever is written meanwhile is kept when this ends, and not before.

        Raises TornError, and keeps nothing, where one of the transactions failed; LedgerError as
        `Store.writing` does.
        """
        with ExitStack() as stack:
            self._stack = stack
            try:
                yield
                if self._is_torn:
                    raise TornError
            finally:
                self._stack, self._db, self._is_torn = None, None, False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction. Raises as `Store.writing` does; TornError where it would not be kept anyway."""
        if self._stack is None:
            with self._store.writing() as db:
                yield db
            return
        if self._is_torn:
            raise TornError
        try:
            if self._db is None:
                self._db = self._stack.enter_context(self._store.writing())
            with told(self._store.name):
                yield self._db
        except BaseException:
            self._is_torn = True
            raise

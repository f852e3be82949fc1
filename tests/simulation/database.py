"""One ledger in memory for all processes of a world: the bot's own SQL on its own schema, and its faults.

Transactions run one after another, as they do on SQLite, and as the lock of the channel's row makes
them run on a server. Nothing here is on disk: what a disk loses is not this simulation's matter.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from bot.ledger import Store, create

# Written down beside the ledger, in the bot's own transactions: every change of state, so that a step
# that is none is seen; and what stood in a commit's way at its very instant, whatever the clocks said.
_WITNESS = """
CREATE TABLE step (attempt TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL);
CREATE TRIGGER step_of AFTER UPDATE OF state ON attempt
    BEGIN INSERT INTO step VALUES (new.id, old.state, new.state); END;

CREATE TABLE spoke (
    attempt TEXT NOT NULL, key TEXT NOT NULL, channel TEXT NOT NULL,
    pauses INTEGER NOT NULL, stopped INTEGER NOT NULL, others INTEGER NOT NULL,
    spent REAL NOT NULL, mine INTEGER, newest INTEGER
);
CREATE TRIGGER spoke_of AFTER UPDATE OF state ON attempt
    WHEN new.state IN ('sending', 'handed') BEGIN INSERT INTO spoke VALUES (
        new.id, new.key, new.channel,
        (SELECT count(*) FROM pause WHERE ended_at IS NULL AND (until IS NULL OR until > new.committed_at)
            AND channel IN ('', new.channel) AND item IN ('', new.item)),
        (SELECT stopped_at IS NOT NULL OR asked_address IS NOT NULL OR failures >= 5 FROM channel
            WHERE name = new.channel),
        (SELECT count(*) FROM attempt WHERE channel = new.channel AND within IS NULL
            AND state = 'sending' AND id NOT IN (new.id, coalesce(new.within, ''))),
        (SELECT sum(look_cost + CASE WHEN state IN ('sending', 'handed', 'published', 'unknown')
            THEN cost ELSE 0 END) FROM attempt WHERE channel = new.channel),
        (SELECT CAST(revision AS INTEGER) FROM node WHERE name = new.node),
        (SELECT max(CAST(revision AS INTEGER)) FROM node)
    ); END;
"""


class Database:
    """Made once for many worlds; `begin` empties it."""

    def __init__(self) -> None:
        self._raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._template = _template()
        self._fault: Callable[[str], str] = lambda _: ""
        self._is_reading = False
        engine = create_engine("sqlite://", creator=lambda: self._raw, poolclass=StaticPool)
        event.listen(engine, "begin", self._on_begin)
        really = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            fault = "" if self._is_reading else self._fault("commit")
            if fault == "a commit fails":
                raise sqlite3.OperationalError("server closed the connection unexpectedly")
            really(connection)
            if fault:
                raise sqlite3.OperationalError("server closed the connection unexpectedly")

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign, assignment]
        self.store = Store(engine, None, "a ledger in memory")

    def begin(self, fault: Callable[[str], str]) -> None:
        """A new, empty ledger. `fault` is asked at each "begin" and "commit" what goes wrong there."""
        self._fault = lambda _: ""
        self._raw.deserialize(self._template)
        self._raw.row_factory = None
        self._fault = fault

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Look at the ledger from outside."""
        return self._raw.execute(query, values).fetchall()

    def _on_begin(self, connection: Connection) -> None:
        self._is_reading = bool(connection.get_execution_options().get("reading", False))
        if self._fault("begin"):
            gone = sqlite3.OperationalError("could not connect to server")
            raise OperationalError("BEGIN", None, gone)
        connection.exec_driver_sql("BEGIN")


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="banditore-simulation-") as folder:
        path = Path(folder, "ledger.db")
        create(str(path)).close()
        raw = sqlite3.connect(path)
        raw.execute("PRAGMA journal_mode=DELETE")  # one file, which memory can take over
        raw.executescript(_WITNESS)
        made = raw.serialize()
        raw.close()
        return made

"""Which revision of the schema a ledger has, and how an older one comes up to date: a copy first, then one
transaction, and never two at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, func, select

from bot.ledger.backup import copy_beside
from bot.ledger.connecting import MIGRATING, engine_of, shown
from bot.ledger.trouble import LedgerDamagedError, LedgerExistsError, told

# The server's lock that one migration holds at a time: any number, as long as it is always the same.
_LOCK = 0x62616E6469746F72  # "banditor"


def revision_of(db: Connection) -> str | None:
    """The revision of a ledger's schema; None where there is no ledger in this database."""
    return MigrationContext.configure(db).get_current_revision()


def head() -> str:
    """The revision that this program reads and writes."""
    found = _scripts().get_current_head()
    assert found is not None, "there is a first migration"
    return found


def is_known(revision: str) -> bool:
    """Does this program know the revision?"""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def make_schema(database: str) -> None:
    """Make the tables of a new ledger. Raises LedgerExistsError where somebody else was faster."""
    _migrate(database, is_new=True)


def bring_up_to_date(database: str) -> Path | None:
    """Migrate an older ledger; return where the copy of a SQLite file is that was made before.

    Returns None where another process has migrated it in the meantime, and for a server, whose admins
    keep copies of their own. Raises LedgerCopyError where no copy can be made: nothing is migrated then.
    """
    return _migrate(database, is_new=False)


def _migrate(database: str, *, is_new: bool) -> Path | None:
    engine, path = engine_of(database, MIGRATING)
    if path is not None:
        event.listen(engine, "connect", _without_foreign_keys)
    try:
        with told(shown(database)), engine.begin() as db:
            if path is None:
                db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            # Whoever was here first may have done it: look again, now that nobody else can.
            found = revision_of(db)
            if is_new and found is not None:
                raise LedgerExistsError(shown(database))
            if found == head():
                return None
            copied = copy_beside(path, f"before-{head()}") if path and found else None
            config = _config()
            config.attributes["connection"] = db
            command.upgrade(config, "head")
            if path is not None and (
                broken := db.exec_driver_sql("PRAGMA foreign_key_check").all()
            ):
                raise LedgerDamagedError(f"{path}: {len(broken)} rows point to none; not migrated")
            return copied
    finally:
        engine.dispose()


def _without_foreign_keys(connection: Any, _record: object) -> None:
    # SQLite changes a table by making it anew, and would delete what points to the old one;
    # https://www.sqlite.org/lang_altertable.html#otheralter
    connection.execute("PRAGMA foreign_keys=OFF")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.ledger:migrations")
    config.set_main_option("path_separator", "os")
    return config

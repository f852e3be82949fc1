"""Small ledgers as older programs left them, one SQL file a revision in `old/`; the tests bring them up to date.

    python -m tests.ledger.dump REVISION

makes the file of a revision from the one before it, which it migrates that far. Then add rows of what
that revision has brought, by hand: what no row shows, no test keeps.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, delete, insert
from sqlalchemy.engine import make_url

from bot.ledger import migrations

OLD = Path(__file__).parent / "old"


def revisions() -> list[str]:
    """Every revision of the schema, the first one first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def rows(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of a SQLite file, by table and in the order of its keys."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        names = [
            row["name"] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")] for name in names}


def restore(revision: str, path: Path) -> None:
    """Make the SQLite file `path` of that revision's dump."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript((OLD / f"{revision}.sql").read_text(encoding="utf-8"))


def restore_server(revision: str, url: str, copy: Path) -> None:
    """Fill the empty PostgreSQL database at `url` with the rows of `copy`, a SQLite file of that revision."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    _migrate(str(engine.url), revision)
    found = MetaData()
    kept = rows(copy)
    with engine.begin() as db:
        found.reflect(db)
        for table in found.sorted_tables:
            # The parts of a round-up point to its own row, which stands before them.
            if table.name != "alembic_version" and kept[table.name]:
                db.execute(delete(table))  # what the migrations put there themselves
                db.execute(insert(table), kept[table.name])
    engine.dispose()


def main(revision: str) -> None:
    known = revisions()
    if revision not in known:
        sys.exit(f"there is no revision {revision}; there are {', '.join(known)}")
    path = OLD / f"{revision}.db"
    try:
        if (before := known.index(revision)) > 0:
            restore(known[before - 1], path)
        _migrate(f"sqlite:///{path}", revision)
        with closing(sqlite3.connect(path)) as db:
            (OLD / f"{revision}.sql").write_text("\n".join([*db.iterdump(), ""]), encoding="utf-8")
    finally:
        path.unlink(missing_ok=True)


def _migrate(url: str, revision: str) -> None:
    engine = create_engine(url)
    config = _config()
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
    engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])

"""The audit trail, begun with an entry for every row that is there already."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.ledger.entries import canonical, hash_of
from bot.ledger.kept import plain

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# How many rows are read and written at once.
_AT_ONCE = 1000

# What the trail kept of each table when it began: its name in `about`, the key, the chain, the columns.
_ATTEMPT = (
    "id key item edition occurrence step channel act state node due deadline reserved_at committed_at "
    "ended_at not_before external_id url reason cost text digest request facts revision within via above look_cost"
)
_KEPT = (
    (
        "channel",
        "channel",
        "name",
        "name platform address since left_at asked_address stopped_at stopped_for",
    ),
    ("item", "seen", "item", "item at"),
    ("pause", "pause", "id", "id channel item key since until reason by ended_at ended_by"),
    ("press", "press", "id", "id at alert action by"),
    ("attempt", "attempt", "id", _ATTEMPT),
    ("verdict", "verdict", "key", "key channel item verdict reason due at"),
    ("evidence", "evidence", "id", "id attempt at state detail"),
)

_REFUSED = "an entry of the audit trail is neither changed nor deleted"

_SQLITE = (
    "CREATE TRIGGER audit_ends AFTER INSERT ON audit BEGIN "
    "UPDATE channel SET entries = NEW.number, seal = NEW.hash WHERE name = NEW.chain; "
    "UPDATE common SET entries = NEW.number, seal = NEW.hash WHERE NEW.chain = ''; END",
    f"CREATE TRIGGER audit_kept BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
    f"CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
)

_POSTGRESQL = (
    "CREATE FUNCTION audit_ends() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.chain = '' THEN UPDATE common SET entries = NEW.number, seal = NEW.hash; "
    "ELSE UPDATE channel SET entries = NEW.number, seal = NEW.hash WHERE name = NEW.chain; END IF; "
    "RETURN NULL; END $$",
    "CREATE TRIGGER audit_ends AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_ends()",
    "CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"RAISE EXCEPTION '{_REFUSED}'; END $$",
    "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_kept()",
)


def upgrade() -> None:
    op.add_column(
        "channel", sa.Column("entries", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.add_column(
        "channel", sa.Column("seal", sa.String(64), nullable=False, server_default=sa.text("''"))
    )
    audit = op.create_table(
        "audit",
        sa.Column("chain", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("about", sa.String(440), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "common",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    op.execute("INSERT INTO common VALUES (1, 0, '')")
    db = op.get_bind()
    for statement in _POSTGRESQL if db.dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
    _begin(db, audit)


def _begin(db: sa.Connection, audit: sa.Table) -> None:
    """Write down what there is, as it is: from here on nobody changes it unseen."""
    ends: dict[str, tuple[int, str]] = {}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for kind, table, key, columns in _KEPT:
        for rows in _rows(db, table, key, columns.split()):
            entries = []
            for chain, values in rows:
                told = {name: plain(name, value) for name, value in values.items()}
                number, seal = ends.get(chain, (0, ""))
                about, detail = f"{kind} {values[key]}", canonical({"set": told})
                said = (chain, number + 1, now, "begun", "", about, detail)
                ends[chain] = number + 1, hash_of(seal, *said)
                entries.append(dict(zip(audit.c.keys(), (*said, ends[chain][1]), strict=True)))
            db.execute(audit.insert(), entries)


def _rows(
    db: sa.Connection, name: str, key: str, columns: Sequence[str]
) -> Iterator[Sequence[tuple[str, dict[str, Any]]]]:
    """The rows of a table in the order of their keys, each with the chain that tells of it."""
    table = sa.table(name, *map(sa.column, {*columns, "channel"}))
    attempt = sa.table("attempt", sa.column("id"), sa.column("channel"))
    chain: sa.ColumnElement[Any] = sa.literal("")
    match name:
        case "channel":
            chain = table.c.name
        case "attempt" | "verdict":
            chain = table.c.channel
        case "evidence":
            of_attempt = attempt.c.id == table.c.attempt
            found = sa.select(attempt.c.channel).where(of_attempt).scalar_subquery()
            chain = sa.func.coalesce(found, "")  # one that points to no attempt ends the migration
    query = sa.select(chain.label("chain"), *(table.c[each] for each in columns))
    if name == "attempt":  # of these nothing can be public
        query = query.where(sa.column("state").not_in(["reserved", "freed"]))
    # Not a cursor that stays open: the trail is written between two reads.
    last: Any = None
    while rows := db.execute(
        (query if last is None else query.where(table.c[key] > last))
        .order_by(table.c[key])
        .limit(_AT_ONCE)
    ).all():
        yield [(row[0], dict(zip(columns, row[1:], strict=True))) for row in rows]
        last = rows[-1][columns.index(key) + 1]

"""The first ledger: channels, attempts, verdicts, evidence, items seen."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "channel",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("not_before", INSTANT),
        sa.Column("left_at", INSTANT),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("item", sa.String(128), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("occurrence", sa.String(128), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(64), sa.ForeignKey("channel.name"), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("node", sa.String(128), nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("deadline", INSTANT, nullable=False),
        sa.Column("reserved_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=False),
        sa.Column("committed_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("not_before", INSTANT),
        sa.Column("external_id", sa.String(64)),
        sa.Column("url", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("cost", sa.Numeric(10, 4), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
    )
    op.create_index("attempt_by_channel", "attempt", ["channel", "seq"])
    op.create_index("attempt_by_item", "attempt", ["item"])
    # Never two attempts of a delivery that may both be public. A state not named here occupies the key.
    occupied = sa.text("state NOT IN ('absent', 'deferred', 'freed', 'rejected')")
    op.create_index(
        "at_most_once",
        "attempt",
        ["key"],
        unique=True,
        sqlite_where=occupied,
        postgresql_where=occupied,
    )
    op.create_table(
        "verdict",
        sa.Column("key", sa.String(400), primary_key=True),
        sa.Column("channel", sa.String(64), sa.ForeignKey("channel.name"), nullable=False),
        sa.Column("item", sa.String(128), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("verdict_by_channel", "verdict", ["channel", "seq"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("attempt", sa.String(36), sa.ForeignKey("attempt.id"), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_table(
        "seen",
        sa.Column("item", sa.String(128), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
    )

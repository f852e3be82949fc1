"""Look-ups, stopped channels, pauses, the nodes that speak, and posts that a person sends."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel", sa.Column("asked_address", sa.String(128)))
    op.add_column(
        "channel", sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.add_column("channel", sa.Column("stopped_at", sa.String(27)))
    op.add_column(
        "channel", sa.Column("stopped_for", sa.Text, nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "attempt", sa.Column("via", sa.String(16), nullable=False, server_default=sa.text("'bot'"))
    )
    op.add_column(
        "attempt", sa.Column("above", sa.String(64), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "attempt", sa.Column("looks", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.add_column("attempt", sa.Column("look_at", sa.String(27)))
    op.add_column(
        "attempt",
        sa.Column("look_cost", sa.Numeric(10, 4), nullable=False, server_default=sa.text("0")),
    )
    op.add_column("attempt", sa.Column("told_at", sa.String(27)))
    op.add_column("verdict", sa.Column("told_at", sa.String(27)))
    op.execute("UPDATE attempt SET told_at = reserved_at")
    op.execute("UPDATE verdict SET told_at = at")
    untold = sa.text("told_at IS NULL")
    op.create_index(
        "verdict_untold", "verdict", ["at"], sqlite_where=untold, postgresql_where=untold
    )
    op.create_index("attempt_by_time", "attempt", ["channel", "committed_at"])
    op.create_index("attempt_by_reservation", "attempt", ["reserved_at"])
    op.create_index("attempt_by_deadline", "attempt", ["deadline"])
    op.create_index("verdict_by_item", "verdict", ["item"])
    op.create_index("verdict_by_time", "verdict", ["at"])
    op.create_index("attempt_by_key", "attempt", ["key"])
    op.drop_index("attempt_within", "attempt")
    in_round_up = sa.text("within IS NOT NULL")
    op.create_index(
        "attempt_within",
        "attempt",
        ["within"],
        sqlite_where=in_round_up,
        postgresql_where=in_round_up,
    )
    still_open = sa.text("state IN ('handed', 'reserved', 'sending', 'unknown')")
    op.create_index(
        "attempt_open",
        "attempt",
        ["channel", "state"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("item", sa.String(128), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("until", sa.String(27)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("told_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("ended_by", sa.String(128)),
    )
    op.create_table(
        "node",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("modified", sa.String(27), nullable=False),
    )
    op.execute("INSERT INTO files VALUES (1, '', '1970-01-01T00:00:00.000000Z')")

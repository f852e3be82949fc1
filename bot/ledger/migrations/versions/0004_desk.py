"""What people are told in the admin chat, who tells it, and posts that are stopped one by one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "pause", sa.Column("key", sa.String(400), nullable=False, server_default=sa.text("''"))
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("subject", sa.String(512), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("raised_at", sa.String(27), nullable=False),
        sa.Column("told_at", sa.String(27)),
        sa.Column("told_as", sa.Text, nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("message", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.String(27)),
        sa.Column("settled_by", sa.Text, nullable=False),
        sa.Column("closed_at", sa.String(27)),
    )
    is_open = sa.text("settled_at IS NULL")
    op.create_index(
        "told_once",
        "alert",
        ["subject"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    unclosed = sa.text("closed_at IS NULL")
    op.create_index(
        "alert_unclosed", "alert", ["id"], sqlite_where=unclosed, postgresql_where=unclosed
    )
    op.create_index("alert_by_subject", "alert", ["subject"])
    op.create_table(
        "press",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("alert", sa.Integer, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
    )
    op.create_table(
        "role",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("node", sa.String(128), nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
    )

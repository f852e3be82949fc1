"""Round-ups: a row for each delivery that one settles, which points to the round-up's own."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Said in SQL: Alembic would make the reference a change of its own, which SQLite does not have.
    op.execute("ALTER TABLE attempt ADD COLUMN within VARCHAR(36) REFERENCES attempt (id)")
    op.create_index("attempt_within", "attempt", ["within"])

"""The fixtures of both databases, see `tests/database.py`."""

from tests.database import database, empty_database, kind, postgresql

__all__ = ["database", "empty_database", "kind", "postgresql"]

"""How a ledger of an earlier version becomes one of this version; Alembic finds its way from here."""

"""The book of what was said: the claim in it is the authority over whether a delivery may be sent."""

from bot.ledger.ledger import Ledger
from bot.ledger.rows import Attempt, Pace, Refused, Reserved, Sending
from bot.ledger.store import (
    LedgerError,
    LedgerExistsError,
    LedgerInUseError,
    LedgerMissingError,
    LedgerNewerError,
    LedgerOutdatedError,
    LedgerReplacedError,
    Store,
    create,
    open_store,
    shown,
)

__all__ = [
    "Attempt",
    "Ledger",
    "LedgerError",
    "LedgerExistsError",
    "LedgerInUseError",
    "LedgerMissingError",
    "LedgerNewerError",
    "LedgerOutdatedError",
    "LedgerReplacedError",
    "Pace",
    "Refused",
    "Reserved",
    "Sending",
    "Store",
    "create",
    "open_store",
    "shown",
]

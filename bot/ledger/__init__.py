"""The book of what was said: the claim in it is the authority over whether a delivery may be sent."""

from bot.ledger.connecting import Timeouts, shown
from bot.ledger.ledger import Ledger
from bot.ledger.rows import Attempt, Pace, Refused, Reserved, Sending
from bot.ledger.store import Store, create, open_store
from bot.ledger.trouble import (
    LedgerBusyError,
    LedgerCopyError,
    LedgerDamagedError,
    LedgerDiskError,
    LedgerError,
    LedgerExistsError,
    LedgerFullError,
    LedgerInUseError,
    LedgerMissingError,
    LedgerNewerError,
    LedgerOnNetworkError,
    LedgerOutdatedError,
    LedgerReadOnlyError,
    LedgerReplacedError,
    LedgerUnopenedError,
    LedgerUnreachableError,
)

__all__ = [
    "Attempt",
    "Ledger",
    "LedgerBusyError",
    "LedgerCopyError",
    "LedgerDamagedError",
    "LedgerDiskError",
    "LedgerError",
    "LedgerExistsError",
    "LedgerFullError",
    "LedgerInUseError",
    "LedgerMissingError",
    "LedgerNewerError",
    "LedgerOnNetworkError",
    "LedgerOutdatedError",
    "LedgerReadOnlyError",
    "LedgerReplacedError",
    "LedgerUnopenedError",
    "LedgerUnreachableError",
    "Pace",
    "Refused",
    "Reserved",
    "Sending",
    "Store",
    "Timeouts",
    "create",
    "open_store",
    "shown",
]

"""The book of what was said: the claim in it is the authority over whether a delivery may be sent."""

from bot.ledger.ledger import Ledger
from bot.ledger.looks import Doubt, Settled
from bot.ledger.nodes import Node
from bot.ledger.orders import OrderError, Resumed
from bot.ledger.rows import Allowance, Attempt, Pace, Recorded, Refused, Reserved, Sending, Via
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
    "Allowance",
    "Attempt",
    "Doubt",
    "Ledger",
    "LedgerError",
    "LedgerExistsError",
    "LedgerInUseError",
    "LedgerMissingError",
    "LedgerNewerError",
    "LedgerOutdatedError",
    "LedgerReplacedError",
    "Node",
    "OrderError",
    "Pace",
    "Recorded",
    "Refused",
    "Reserved",
    "Resumed",
    "Sending",
    "Settled",
    "Store",
    "Via",
    "create",
    "open_store",
    "shown",
]

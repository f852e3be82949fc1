"""The book of what was said: the claim in it is the authority over whether a delivery may be sent."""

from bot.ledger.alerts import Alert, Raised, mark_of
from bot.ledger.connecting import Timeouts, shown
from bot.ledger.group import TornError
from bot.ledger.ledger import Ledger
from bot.ledger.looks import Doubt, Settled
from bot.ledger.nodes import Node
from bot.ledger.notices import Judgement
from bot.ledger.orders import OrderError, Resumed, Silence
from bot.ledger.rows import (
    Allowance,
    Attempt,
    Pace,
    Recorded,
    Refused,
    Reserved,
    Sending,
    Via,
)
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
    "Alert",
    "Allowance",
    "Attempt",
    "Doubt",
    "Judgement",
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
    "Node",
    "OrderError",
    "Pace",
    "Raised",
    "Recorded",
    "Refused",
    "Reserved",
    "Resumed",
    "Sending",
    "Settled",
    "Silence",
    "Store",
    "Timeouts",
    "TornError",
    "Via",
    "create",
    "mark_of",
    "open_store",
    "shown",
]

"""Drives the corridor: plans what the files and the ledger say, and takes what is due to the platforms."""

from bot.engine.engine import Engine, Ticked
from bot.engine.lanes import Ended, Publishers, Said

__all__ = ["Ended", "Engine", "Publishers", "Said", "Ticked"]

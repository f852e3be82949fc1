"""A local Telegram and X for rehearsal and tests: real HTTP, real refusals, faults on demand.

It holds everything in memory, knows make-believe credentials only and never calls anyone.
"""

from bot.sandbox.faults import Fault, Kind, Moment
from bot.sandbox.places import TELEGRAM_TOKEN, Account, Arrival, Chat, Standing, Taken
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.server import Address, run_sandbox, serve

__all__ = [
    "TELEGRAM_TOKEN",
    "Account",
    "Address",
    "Arrival",
    "Chat",
    "Fault",
    "Kind",
    "Moment",
    "Sandbox",
    "Standing",
    "Taken",
    "run_sandbox",
    "serve",
]

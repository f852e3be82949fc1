"""A local Telegram and X for rehearsal and tests: real HTTP, real refusals, faults on demand.

It holds everything in memory, knows make-believe credentials only and never calls anyone.
"""

from bot.sandbox.faults import Fault, Kind, Moment
from bot.sandbox.people import Button, Document, Membership, Press, Shown, User
from bot.sandbox.places import TELEGRAM_TOKEN, Account, Arrival, Chat, Standing, Taken
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.server import Address, run_sandbox, serve
from bot.sandbox.updates import Update

__all__ = [
    "TELEGRAM_TOKEN",
    "Account",
    "Address",
    "Arrival",
    "Button",
    "Chat",
    "Document",
    "Fault",
    "Kind",
    "Membership",
    "Moment",
    "Press",
    "Sandbox",
    "Shown",
    "Standing",
    "Taken",
    "Update",
    "User",
    "run_sandbox",
    "serve",
]

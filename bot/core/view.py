"""What every judgement of a plan looks at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.agenda import Agenda
from bot.core.history import History
from bot.core.model import Key
from bot.core.placing import SPILL_DAYS

# What a tick looks ahead: what is late must leave room for what comes in time, and that far at most.
AHEAD = timedelta(days=SPILL_DAYS + 1)


class View(NamedTuple):
    """The files, the ledger and the moment."""

    agenda: Agenda
    history: History
    now: datetime
    settled: Mapping[str, datetime]
    unfit: Mapping[Key, str]

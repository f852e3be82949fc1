"""What every judgement of a plan looks at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from bot.core.agenda import Agenda
from bot.core.history import History
from bot.core.model import Key


class View(NamedTuple):
    """The files, the ledger and the moment."""

    agenda: Agenda
    history: History
    now: datetime
    settled: Mapping[str, datetime]
    unfit: Mapping[Key, str]

"""Why a name leads nowhere, for the several files that may name the same things."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.kinds import Kind
from bot.core.said import said
from bot.load.report import Reason, did_you_mean, shown


def no_schedule(name: str, known: Iterable[str]) -> Reason:
    """There is none of this name among the `known` ones."""
    message = said("there is no schedule {name}", name=shown(name))
    return Reason(Kind.UNKNOWN_SCHEDULE, message, did_you_mean(name, known))


def faulty_schedule(name: str) -> Reason:
    """There is one of this name, and its file has an error."""
    message = said(
        "the schedule {name} has faults: nothing that needs it goes out", name=shown(name)
    )
    return Reason(Kind.UNKNOWN_SCHEDULE, message, said("mend its file first"))

"""How an alert of the ledger reads now, whatever its kind."""

from __future__ import annotations

from datetime import tzinfo

from bot.desk import daily
from bot.desk.daily_message import of_day, of_past
from bot.desk.matter import Action, Kind, Matter
from bot.desk.message import Message, of_matter, of_settled
from bot.desk.words import Language
from bot.ledger import Alert


def matter_of(alert: Alert) -> Matter:
    """The matter that an alert tells. Raises ValueError for what the calendar asked for, which is none."""
    return Matter(Kind(alert.kind), alert.subject.partition("/")[2], alert.detail)


def reads(
    alert: Alert,
    language: Language,
    zone: tzinfo,
    *,
    has_buttons: bool = True,
    asks: tuple[Action, ...] = (),
) -> Message | None:
    """The alert as it is told; with `asks` it asks whether these are meant. None: there is no message of it."""
    if alert.kind in daily.KINDS:
        return of_day(alert.kind, alert.detail, language, zone, has_buttons=has_buttons)
    return of_matter(matter_of(alert), language, zone, has_buttons=has_buttons, asks=asks)


def reads_when_over(alert: Alert, language: Language, zone: tzinfo) -> Message:
    """The alert when nothing is to be done any more."""
    if alert.kind == daily.POST:
        return of_past(alert.detail, language, zone)
    return of_settled(matter_of(alert), alert.settled_by, language, zone)

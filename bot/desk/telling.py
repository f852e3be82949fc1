"""Tells each alert once, and what becomes of it, where it was told; what could not be said is tried at the next look."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from bot.desk import daily
from bot.desk.daily import MONDAY, POST, TOMORROW
from bot.desk.matter import PASSING, Kind
from bot.desk.message import of_many, of_matter
from bot.desk.mouth import Mouths, Place, Sent
from bot.desk.reading import matter_of, reads, reads_when_over
from bot.ledger import Alert
from bot.ledger.alerts import Alerts

log = logging.getLogger("banditore")

# More than so many of one kind at once are told together.
FEW = 5

# A heading comes before its posts.
_LAST = frozenset({POST})

# Their end is told by nobody: it has passed, or was a heading.
_QUIET = frozenset({*map(str, PASSING), TOMORROW, MONDAY})


class Telling:
    """From the ledger's alerts to the mouths, and back what was said."""

    def __init__(
        self, alerts: Alerts, mouths: Mouths, in_thread: Callable[..., Awaitable[Any]]
    ) -> None:
        """`in_thread` runs what is called in the thread of the ledger."""
        self._alerts = alerts
        self._mouths = mouths
        self._in_thread = in_thread
        self._unwritten: dict[int, Sent] = {}  # by alert: told, and not yet in the ledger

    async def all(self, alerts: Iterable[Alert], place: Place) -> None:
        """Tell what is new among them, then what is over, or otherwise by now. Raises LedgerError."""
        new: dict[str, list[Alert]] = defaultdict(list)
        known: list[Alert] = []
        for alert in alerts:
            is_open = alert.settled_at is None and alert.closed_at is None
            if is_open and (alert.told_at is None or _is_elsewhere(alert, place)):
                new[alert.kind].append(alert)
            else:
                known.append(alert)
        await self._tell_new(new, place)
        for alert in known:
            if not await self._tell_again(alert, place):
                return  # what is left is tried at the next look

    async def _tell_new(self, new: Mapping[str, list[Alert]], place: Place) -> None:
        for kind, alike in sorted(new.items(), key=lambda each: each[0] in _LAST):
            is_few = len(alike) <= FEW or kind in daily.KINDS
            few, many = (alike, []) if is_few else ([], alike)
            for alert in few:
                if not await self._tell(alert, place):
                    return  # what is left is told at the next look
            if many and not await self._tell_many(many, place):
                return

    async def _tell(self, alert: Alert, place: Place) -> bool:
        sent = self._unwritten.get(alert.id)
        if sent is None:
            sent = await self._mouths.say(
                place,
                lambda has: reads(alert, place.language, place.zone, has_buttons=has),
                alert,
            )
            if sent is None:
                return False
        # A ledger that can't be written to must not have it told at each look.
        self._unwritten[alert.id] = sent
        await self._in_thread(
            self._alerts.told, alert.id, alert.detail, chat=sent.chat, message=sent.message
        )
        del self._unwritten[alert.id]
        _log_told(alert)
        return True

    async def _tell_many(self, alerts: list[Alert], place: Place) -> bool:
        found = [matter_of(each) for each in alerts]
        sent = await self._mouths.say(
            place, lambda _: of_many(found, place.language, place.zone), None
        )
        if sent is None:
            return False
        for alert in alerts:
            await self._in_thread(self._alerts.told, alert.id, alert.detail, chat=sent.chat)
            _log_told(alert)
        return True

    async def _tell_again(self, alert: Alert, place: Place) -> bool:
        """What was told and is over, or otherwise by now. Could it be said?"""
        if alert.settled_at is not None:
            if not await self._close(alert, place):
                return False
            await self._in_thread(self._alerts.closed, [alert.id])
            log.info("alert.settled", extra={"fields": {"alert": alert.id, "kind": alert.kind}})
        elif alert.closed_at is None and alert.told_as != alert.detail:
            return await self._tell_change(alert, place)
        return True

    async def _tell_change(self, alert: Alert, place: Place) -> bool:
        """The same matter, with other facts: the message says what is so now. Could it be said?"""
        if alert.message:
            message = reads(alert, place.language, place.zone)
            sent = Sent(alert.chat, alert.message)
            if message is not None and await self._mouths.change(sent, message, alert):
                return False
        elif alert.kind == Kind.CHANGED and alert.told_as.get("changes") != alert.detail["changes"]:
            # A letter can't be mended, and who followed it would put the wrong thing right.
            await self._mouths.follow(
                place, of_matter(matter_of(alert), place.language, place.zone, has_buttons=False)
            )
        await self._in_thread(
            self._alerts.told,
            alert.id,
            alert.detail,
            chat=alert.chat,
            message=alert.message,
        )
        return True

    async def _close(self, alert: Alert, place: Place) -> bool:
        """Say that it is over, where it was said that it stands. May it be forgotten?"""
        if alert.told_at is None or alert.kind in _QUIET:
            return True
        message = reads_when_over(alert, place.language, place.zone)
        if not alert.message:
            if not alert.chat and alert.kind not in daily.KINDS:
                await self._mouths.follow(place, message)
            return True
        fault = await self._mouths.change(Sent(alert.chat, alert.message), message, None)
        return not fault


def _is_elsewhere(alert: Alert, place: Place) -> bool:
    """Was it told in a chat that admins have left, where nothing that they press is heard any more?"""
    return bool(alert.chat and place.chat) and alert.chat != place.chat


def _log_told(alert: Alert) -> None:
    """Once it is on disk that it was told: who reads this knows that it will not be told again."""
    fields = {"alert": alert.id, "kind": alert.kind, "subject": alert.subject}
    log.info("alert.told", extra={"fields": fields})

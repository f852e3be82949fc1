"""Keeps one person, or one machine in their name, from ordering faster than anybody can mean it."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

log = logging.getLogger("banditore")

# Of one person, in a minute. An answer to a command takes one of the twenty messages that Telegram lets a group
# have in a minute; an answer to a press is none.
# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
MOST_PRESSES = 30
MOST_COMMANDS = 10
_MINUTE = timedelta(minutes=1)

_KNOWN = 1000  # people of whom that is remembered


class Flood:
    """What each person did within the last minute."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._recent: OrderedDict[tuple[int, int], deque[datetime]] = OrderedDict()

    def is_too_much(self, user: int, most: int) -> bool:
        """Is this one more than `most` of its kind? Others are heard all the same. Told once a flood."""
        now = self._now()
        recent = self._recent.setdefault((user, most), deque())
        self._recent.move_to_end((user, most))
        while len(self._recent) > _KNOWN:
            self._recent.popitem(last=False)
        while recent and not timedelta(0) <= now - recent[0] < _MINUTE:
            recent.popleft()
        if len(recent) > most:
            return True
        recent.append(now)
        if len(recent) <= most:
            return False
        fields = {"user": user, "most": most, "public": "no", "do": "nothing: the rest is let pass"}
        log.warning("chat.flooded", extra={"fields": fields})
        return True

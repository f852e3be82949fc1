"""The platforms' rate limits, measured on whatever clock the caller hands in."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple


@dataclass(slots=True)
class Sliding:
    """At most `limit` in any stretch of `per`, for each key; so Telegram counts."""

    limit: int
    per: timedelta
    _seen: defaultdict[Hashable, deque[datetime]] = field(
        default_factory=lambda: defaultdict(deque)
    )

    def wait(self, key: Hashable, now: datetime) -> int:
        """Whole seconds until one more fits, at least 1; 0 = it fits now. Counts nothing."""
        seen = self._seen[key]
        while seen and seen[0] + self.per <= now:
            seen.popleft()
        if len(seen) < self.limit:
            return 0
        return max(1, math.ceil((seen[0] + self.per - now).total_seconds()))

    def count(self, key: Hashable, now: datetime) -> None:
        self._seen[key].append(now)


class Standing(NamedTuple):
    """Where a user stands in a window, as X's `x-rate-limit-*` headers say it."""

    limit: int
    remaining: int
    reset: datetime
    is_over: bool  # this very request was one too many


@dataclass(slots=True)
class Fixed:
    """At most `limit` in a window of `per` that opens with its first request; so X counts."""

    limit: int
    per: timedelta
    _windows: dict[Hashable, tuple[datetime, int]] = field(default_factory=dict)

    def draw(self, key: Hashable, now: datetime) -> Standing:
        """Count one request and tell where that leaves `key`."""
        opened, used = self._windows.get(key, (now, 0))
        if now >= opened + self.per:
            opened, used = now, 0
        is_over = used >= self.limit
        used += not is_over
        self._windows[key] = (opened, used)
        return Standing(self.limit, self.limit - used, opened + self.per, is_over)


_QUARTER = timedelta(minutes=15)


class Limits:
    """The platforms' rates.

    Telegram: 20 a minute for a chat and 30 a second overall
    (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this); its one a
    second for a chat tolerates bursts and is not enforced here. X, for each user and call in 15
    minutes: https://docs.x.com/x-api/fundamentals/rate-limits. `long_poll` is in real seconds, the
    longest that getUpdates waits for (from memory of the server's LONG_POLL_MAX_TIMEOUT); how long
    a pressed button can be answered is documented nowhere, and people report less than a minute to
    a few.
    """

    def __init__(self) -> None:
        self.telegram_chat = Sliding(20, timedelta(minutes=1))
        self.telegram_all = Sliding(30, timedelta(seconds=1))
        self.long_poll = 50.0
        self.callback_answer = timedelta(minutes=1)
        self.x = {
            "POST /2/tweets": Fixed(100, _QUARTER),
            "DELETE /2/tweets/:id": Fixed(50, _QUARTER),
            "GET /2/users/me": Fixed(75, _QUARTER),
            "GET /2/users/:id/tweets": Fixed(900, _QUARTER),
            "POST /2/media/upload": Fixed(1875, _QUARTER),
            "POST /2/media/metadata": Fixed(500, _QUARTER),
        }

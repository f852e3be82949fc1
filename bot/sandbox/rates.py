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

"""How fast a platform lets one destination be written to; asked before it has to say so itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot.core.model import Platform


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many posts within any stretch so long."""

    posts: int
    within: timedelta


RATES: Final[Mapping[Platform, tuple[Rate, ...]]] = MappingProxyType(
    {
        # About one a second in a chat, twenty a minute in a group, and, it is said, in a channel:
        # https://core.telegram.org/bots/faq and python-telegram-bot's wiki, "Avoiding flood limits".
        Platform.TELEGRAM: (Rate(1, timedelta(seconds=1)), Rate(20, timedelta(minutes=1))),
        # The stricter of two pages that don't agree: https://docs.x.com/x-api/fundamentals/rate-limits
        # (100 in 15 minutes) and "Manage posts, integrate" (300 in 3 hours).
        Platform.X: (Rate(100, timedelta(minutes=15)), Rate(300, timedelta(hours=3))),
    }
)

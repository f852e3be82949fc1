"""Asks the platforms, now and then, whether a post would go out, so that a dead token is known before it is due.

Telegram alone: it costs nothing there. What could not be found out is no verdict, and leaves what was known.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.core.model import Channel, Platform
from bot.desk.clock import Offset, judged, offset
from bot.desk.matter import Kind, Matter
from bot.engine import Ticked
from bot.publishers.probe import Finding, Probed, Sign

Ask = Callable[[Iterable[Channel], Sequence[str]], Awaitable[tuple[Probed, ...]]]

# What is told otherwise: a channel without credentials is known from the first tick on.
_TOLD = frozenset({"credentials"})


class Probes:
    """One service's probes."""

    def __init__(self, ask: Ask) -> None:
        """`ask` as `Publishers.probe` does it."""
        self._ask = ask
        self._known: dict[str, Matter] = {}  # by subject

    async def __call__(self, tick: Ticked) -> Sequence[Matter]:
        """What is wrong with credentials, rights and the clock."""
        catalog = tick.agenda.catalog
        channels = [
            each for each in catalog.channels.values() if each.platform is Platform.TELEGRAM
        ]
        chats = [catalog.admin_chat] if catalog.admin_chat else []
        found: dict[str, Matter] = {}
        for probed in await self._ask(channels, chats):
            looked = [(each, _matter(each)) for each in probed.findings]
            if probed.heard is not None:
                finding = judged(probed.heard, f"{probed.platform.title()}'s")
                looked.append((finding, _of_clock(offset(probed.heard), probed.platform)))
            for finding, matter in looked:
                if finding.subject in _TOLD or finding.sign is not Sign.FAULT:
                    if finding.sign is Sign.UNKNOWN and matter.subject in self._known:
                        found[matter.subject] = self._known[matter.subject]
                    continue
                found[matter.subject] = matter
        self._known = found
        return tuple(found.values())


def _matter(finding: Finding) -> Matter:
    facts = {"channel": finding.channel, "reason": finding.said, "do": finding.do}
    return Matter(Kind.ACCESS, f"{finding.subject}/{finding.channel}", facts)


def _of_clock(found: Offset, platform: Platform) -> Matter:
    """Rounded to what is worth saying: whatever else changes between two probes is no news."""
    seconds = found.middle.total_seconds()
    grain = 60 if abs(seconds) >= _EXACT else 1
    facts = {"offset": round(seconds / grain) * grain, "whose": platform.title()}
    return Matter(Kind.CLOCK, "clock/", facts)


_EXACT = 90  # seconds; a clock that is further away is told in minutes

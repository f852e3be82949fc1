"""Asks the platforms, now and then, whether a post would go out, so that a dead token is known before it is due.

Telegram alone: it costs nothing there. What could not be found out is no verdict, and leaves what was known.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.core.model import Channel, Platform
from bot.desk.clock import judged
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
            findings = [*probed.findings]
            if probed.heard is not None:
                findings.append(judged(probed.heard, f"{probed.platform.title()}'s"))
            for finding in findings:
                matter = _matter(finding, probed.platform)
                if finding.subject in _TOLD or finding.sign is not Sign.FAULT:
                    if finding.sign is Sign.UNKNOWN and matter.subject in self._known:
                        found[matter.subject] = self._known[matter.subject]
                    continue
                found[matter.subject] = matter
        self._known = found
        return tuple(found.values())


def _matter(finding: Finding, platform: Platform) -> Matter:
    kind = Kind.CLOCK if finding.subject == "clock" else Kind.ACCESS
    channel = finding.channel or f"{platform.title()} ({finding.subject})"
    facts = {"channel": channel, "reason": finding.said, "do": finding.do}
    return Matter(kind, f"{finding.subject}/{finding.channel}", facts)

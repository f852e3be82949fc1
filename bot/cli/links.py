"""Tells staff what became of their links: what the pages answered, as problems at the lines where the links stand."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import assert_never

from bot.core.model import Mark, Problem, Severity
from bot.links import LIMITS, Answers, Broken, Finding, Limits, Moved, Slow, Unchecked, ask
from bot.links.door import Endpoint, Resolve, addresses_of
from bot.load.report import shown

# A longer address is of use to nobody who has to copy it from a terminal.
_COPIED = 500


def asked(
    places: Mapping[str, tuple[Mark, ...]],
    *,
    limits: Limits = LIMITS,
    allow: frozenset[Endpoint] = frozenset(),
    resolve: Resolve = addresses_of,
    trust: ssl.SSLContext | None = None,
) -> list[Problem]:
    """A problem for each of the `places` of each link that does not work; the rest is as `bot.links.ask` has it."""
    findings = asyncio.run(ask(places, limits=limits, allow=allow, resolve=resolve, trust=trust))
    return [
        Problem(mark, *told)
        for link, finding in findings.items()
        if (told := _told(link, finding)) is not None
        for mark in places[link]
    ]


def _told(link: str, finding: Finding) -> tuple[str, str, Severity] | None:
    """Message, hint and severity; None where nothing is to be said."""
    name = shown(link)
    match finding:
        case Answers():
            return None
        case Broken(reason=reason):
            hint = "open it in a browser, and copy the page's address anew"
            return f"{name} is broken: {reason}", hint, Severity.ERROR
        case Moved(to=to):
            hint = f"write {to}" if len(to) <= _COPIED else "open it, and copy it anew"
            return f"{name} has moved for good", hint, Severity.WARNING
        case Slow(seconds=seconds):
            hint = "followers would wait, too; try again later"
            return f"{name} gave no answer within {seconds:g} seconds", hint, Severity.WARNING
        case Unchecked(reason=reason):
            hint = "open it in a browser to be sure"
            return f"{name} could not be checked: {reason}", hint, Severity.WARNING
        case _ as never:
            assert_never(never)

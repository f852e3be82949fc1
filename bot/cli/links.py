"""Tells staff what became of their links: what the pages answered, as problems at the lines where the links stand."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import assert_never

from bot.core.kinds import Kind
from bot.core.model import Mark, Problem, Severity
from bot.core.said import Said, said
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
        Problem(mark, *told, kind=Kind.BROKEN_LINK)
        for link, finding in findings.items()
        if (told := _told(link, finding)) is not None
        for mark in places[link]
    ]


def _told(link: str, finding: Finding) -> tuple[Said, Said, Severity] | None:
    """Message, hint and severity; None where nothing is to be said."""
    name = shown(link)
    match finding:
        case Answers():
            return None
        case Broken(reason=reason):
            message = said("{link} is broken: {reason}", link=name, reason=reason)
            hint = said("open it in a browser, and copy the page's address anew")
            return message, hint, Severity.ERROR
        case Moved(to=to):
            hint = (
                said("write {link}", link=to)
                if len(to) <= _COPIED
                else said("open it, and copy it anew")
            )
            return said("{link} has moved for good", link=name), hint, Severity.WARNING
        case Slow(seconds=seconds):
            message = said(
                "{link} gave no answer within {seconds:g} seconds", link=name, seconds=seconds
            )
            hint = said("followers would wait, too; try again later")
            return message, hint, Severity.WARNING
        case Unchecked(reason=reason):
            message = said("{link} could not be checked: {reason}", link=name, reason=reason)
            return message, said("open it in a browser to be sure"), Severity.WARNING
        case _ as never:
            assert_never(never)

"""Refuses that two accounts on X say the same: X forbids it to whoever posts by a program.

"Identical or substantially similar" posts over several accounts may cost them all
(https://docs.x.com/developer-guidelines). Two of them say the same where they have one language and one
form; campaign tags on a link make no difference to a reader. No text is set to find out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from bot.core.agenda import channels_of
from bot.core.kinds import Kind
from bot.core.model import Channel, Item, Platform, Status
from bot.core.said import said
from bot.core.template import Template
from bot.load.report import Report

_SHOWN = 3  # more ids than these help nobody


def refuse_twins(items: Iterable[tuple[Item, Report]], channels: Collection[Channel]) -> None:
    """Tell which `items` would be said in the same words by several accounts; once for each file and
    group of accounts, at the first of its items."""
    accounts = [each for each in channels if each.platform is Platform.X]
    found: dict[tuple[str, tuple[str, ...]], tuple[Report, list[Item]]] = {}
    for item, report in items:
        if item.status is Status.CANCELLED:
            continue
        for names in _twins(item, accounts):
            found.setdefault((report.file, names), (report, []))[1].append(item)
    for (_, names), (report, alike) in found.items():
        first = alike[0]
        report.at(
            first.mark.line,
            first.mark.column,
            Kind.SAME_TEXT,
            said(
                "{channels} would say the same of {items}: X forbids it",
                channels=_all_of(names),
                items=_named(alike),
            ),
            said(
                "name one of them under 'channels:' of the item, or give one a 'template:' of its own"
            ),
        )


def may_be_twins(channels: Iterable[Channel]) -> bool:
    """Are there two accounts on X of one language?"""
    languages = [each.language for each in channels if each.platform is Platform.X]
    return len(set(languages)) < len(languages)


def _twins(item: Item, accounts: Iterable[Channel]) -> list[tuple[str, ...]]:
    """The groups of accounts that would say the same of `item`, by name."""
    groups: dict[tuple[str, Template | str | None], list[str]] = defaultdict(list)
    for account in channels_of(item, accounts):
        words = item.words[account.language]
        form = words.text.get(Platform.X) or account.template
        groups[account.language, form].append(account.name)
    return [tuple(names) for names in groups.values() if len(names) > 1]


def _all_of(names: Sequence[str]) -> str:
    first, *others = names
    named = first
    for name in others:
        named = said("{first} and {second}", first=named, second=name)
    return named


def _named(items: Sequence[Item]) -> str:
    ids = [item.id for item in items[:_SHOWN]]
    more = len(items) - len(ids)
    named = ", ".join(ids)
    return said("{names} and {more} more", names=named, more=more) if more else named

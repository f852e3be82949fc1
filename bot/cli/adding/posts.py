"""The posts that a new item leads to: when each goes out, and the very words of the first on each channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from babel.dates import format_date

from bot.cli.adding.asking import Voice
from bot.cli.adding.shelf import Folders, with_item
from bot.core.history import History
from bot.core.model import Item
from bot.core.said import said
from bot.desk.shown import preview_of


def posts(voice: Voice, item: Item, known: Folders) -> Iterator[str]:
    """As if it were ready, and nothing of it were out."""
    found = preview_of(with_item(known, item), [item.id], (), History(), datetime.now(UTC))
    yield ""
    for unfit in found.unfit:
        yield f"{unfit.key.channel}: {unfit.reason}"
    if not found.shown:
        yield voice.say(said("No post: there is nothing left to say, or no channel for it."))
    before = ""
    for each in found.shown:
        name, at = each.channel.name, each.local
        if name != before:
            yield voice.say(
                said(
                    "{channel}, {length} of {limit}:",
                    channel=name,
                    length=each.post.length,
                    limit=each.post.limit,
                )
            )
            yield from (f"  | {line}".rstrip() for line in each.post.text.splitlines())
        day = format_date(at.date(), "EEE d MMM y", locale=voice.language)
        yield f"  {day}  {at:%H:%M}  {each.delivery.key.step}"
        before = name
    yield ""

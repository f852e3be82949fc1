"""Whether somebody may do something in the admin chat: who they are, where it is, how often they do it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Message, User

from bot.desk.chat.flood import Flood
from bot.desk.mouth import Place

log = logging.getLogger("banditore")

# What is older than this was meant for a moment that is over.
STALE = timedelta(minutes=10)


class Gate:
    """What one process has seen of it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._flood = Flood(now)

    def is_too_much(self, user: User, most: int) -> bool:
        """See `Flood.is_too_much`."""
        return self._flood.is_too_much(user.id, most)

    def is_stale(self, heard: Message) -> bool:
        return self._now() - heard.date > STALE


def member(user: User, place: Place) -> str | None:
    """The name of a member; None for whoever else. Who writes anonymously, or lets a bot write, is none."""
    return None if user.is_bot else place.admins.members.get(user.id)


def tell_stranger(user: User, did: str) -> None:
    """Tell the log that somebody who may not has tried."""
    fields = {
        "user": user.id,
        "did": did,
        "public": "no",
        "do": "nothing was changed; if they may, name them under `admins: members:`",
    }
    log.warning("chat.stranger", extra={"fields": fields})


def is_in(chat: str, other: object) -> bool:
    """Is a chat, as Telegram shows it, the one that is meant by its number or its name?"""
    username = getattr(other, "username", None) or ""
    return chat in (str(getattr(other, "id", "")), f"@{username}") or (
        bool(username) and chat.casefold() == f"@{username}".casefold()
    )

"""The updates of a bot as getUpdates hands them out: again and again until they are confirmed, for 24 hours.

Every token has a place of its own in the one queue. Semantics: https://core.telegram.org/bots/api#getupdates;
what is not said there is from memory of https://github.com/tdlib/telegram-bot-api, Client.cpp, and marked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.sandbox.people import Press
from bot.sandbox.places import Chat, Taken

LIFETIME = timedelta(hours=24)
AT_ONCE = 100  # updates in one answer at most
KINDS = frozenset({"message", "callback_query"})
ROOM = 10_000  # the oldest go first where more wait: a flood may not fill the memory


@dataclass(frozen=True, slots=True)
class Update:
    """Something that a bot is told: a message where `press` is None, else a pressed button."""

    id: int
    at: datetime
    chat: Chat
    message: Taken  # as it was when this happened
    press: Press | None = None
    bot: int | None = None  # the bot whose button it is; None = told to every bot
    unwanted: frozenset[str] = frozenset()  # tokens that had not allowed such updates by then

    @property
    def kind(self) -> str:
        return "message" if self.press is None else "callback_query"

    @property
    def message_id(self) -> int:
        return int(self.message.id)

    @property
    def callback_id(self) -> str:
        """The id of the callback query; "" for a message."""
        return self.press.id if self.press else ""

    def is_for(self, token: str) -> bool:
        own = self.bot is None or str(self.bot) == token.partition(":")[0]
        return own and token not in self.unwanted


class Conflict(Exception):  # noqa: N818
    """Another getUpdates of the same token has taken the place of this one."""


@dataclass(slots=True)
class _Place:
    """Where a token stands."""

    confirmed: int = 0  # every update up to this id
    allowed: frozenset[str] = KINDS
    poll: asyncio.Future[bool] | None = None  # the request that waits; False = it gives way


@dataclass(slots=True)
class Updates:
    """The queue. `first` is the id before the first update's."""

    first: int
    _kept: deque[Update] = field(default_factory=lambda: deque(maxlen=ROOM))
    _places: dict[str, _Place] = field(default_factory=dict)

    def add(
        self,
        at: datetime,
        chat: Chat,
        message: Taken,
        press: Press | None = None,
        bot: int | None = None,
    ) -> Update:
        """Queue what happened and wake the requests that wait for it."""
        self.first += 1
        update = Update(self.first, at, chat, message, press, bot)
        refusing = {
            token for token, place in self._places.items() if update.kind not in place.allowed
        }
        return self._queue(replace(update, unwanted=frozenset(refusing)))

    def again(self, number: int, at: datetime) -> Update:
        """Queue an update anew, under a new id, all else as it was. Raises KeyError where it is gone."""
        for update in self._kept:
            if update.id == number:
                self.first += 1
                return self._queue(replace(update, id=self.first, at=at))
        raise KeyError(number)

    def _queue(self, update: Update) -> Update:
        self._kept.append(update)
        for token, place in self._places.items():
            if update.is_for(token) and place.poll and not place.poll.done():
                place.poll.set_result(True)
        return update

    def allow(self, token: str, kinds: Collection[str]) -> None:
        """From now on only updates of these kinds are kept for `token`; none named = all."""
        self._place(token).allowed = frozenset(kinds) or KINDS

    def confirm(self, token: str, offset: int, now: datetime) -> None:
        """Forget everything below `offset`; a negative one keeps that many of the newest.

        An offset beyond the end confirms what is there, and nothing that is still to come (from memory).
        """
        place = self._place(token)
        if offset < 0:
            newest = [update.id for update in self.waiting(token, now)][offset:]
            place.confirmed = newest[0] - 1 if newest else self.first
        elif offset > 0:
            place.confirmed = max(place.confirmed, min(offset - 1, self.first))

    def waiting(self, token: str, now: datetime) -> list[Update]:
        """What `token` has not confirmed, oldest first."""
        confirmed = self._place(token).confirmed
        return [
            update
            for update in self._kept
            if update.id > confirmed and update.is_for(token) and update.at + LIFETIME > now
        ]

    async def until_any(self, token: str, now: datetime, seconds: float) -> None:
        """Wait until something is there for `token`, `seconds` of real time at most.

        Raises Conflict as soon as another request of the same token comes; it always takes over.
        """
        place = self._place(token)
        self.take_over(token)
        if seconds <= 0 or self.waiting(token, now):
            return
        poll = place.poll = asyncio.get_running_loop().create_future()
        try:
            is_mine = await asyncio.wait_for(poll, seconds)
        except TimeoutError:
            return
        finally:
            if place.poll is poll:
                place.poll = None
        if not is_mine:
            raise Conflict

    def take_over(self, token: str) -> None:
        """End the request of `token` that waits, if one does: it gives way."""
        self._end(self._place(token), is_mine=False)

    def is_awaited(self) -> bool:
        """Does any request wait?"""
        return any(place.poll for place in self._places.values())

    def hang_up(self) -> None:
        """Let no request wait any longer; each is answered with what is there."""
        for place in self._places.values():
            self._end(place, is_mine=True)

    def _end(self, place: _Place, *, is_mine: bool) -> None:
        poll, place.poll = place.poll, None
        if poll and not poll.done():
            poll.set_result(is_mine)

    def _place(self, token: str) -> _Place:
        return self._places.setdefault(token, _Place())

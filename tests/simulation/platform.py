"""The truth of what is public, and publishers that do as the seed says: truthful, as the contract asks of them.

A request that was handed over goes its own way: whether the process that sent it lives or not, the
platform may still take it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from bot.core.model import (
    Channel,
    Deferred,
    Key,
    Outcome,
    Platform,
    Post,
    Published,
    Rejected,
    Unknown,
)
from bot.publishers.base import Looked, Publisher, Ready, Sought, always
from bot.publishers.looking import TOLERANCE, folded, is_eligible, known_before, settled
from tests.simulation.loop import Loop, Process
from tests.simulation.script import Script

# The deadline of a call, in seconds, and the longest that one may be set to: see bot.publishers.base.
DEADLINE = 8.0
LONGEST = 60.0


_OF_A_LOOK = (
    "a look-up does not find",
    "a look-up fails",
    "a look-up raises",
    "a look-up is slow",
)


class UnforeseenError(Exception):
    """What no publisher should raise, and what one may raise all the same."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One post in front of followers."""

    at: datetime
    keys: tuple[Key, ...]  # the post's own, and those that it settles
    text: str
    attempt_id: str
    process: str
    is_guarded: bool  # did the call ask whether its lease still held?
    external_id: str  # a number, rising on each channel
    visible_at: datetime  # from when on a look-up can see it

    @property
    def channel(self) -> str:
        return self.keys[0].channel

    @property
    def url(self) -> str:
        return f"https://example.org/{self.channel}/{self.external_id}"


@dataclass(eq=False, slots=True)
class Request:
    """What is on its way."""

    process: Process
    attempt_id: str
    is_cut: bool = False
    is_taken: bool = False


@dataclass(slots=True)
class Truth:
    """All accounts of a world."""

    loop: Loop
    script: Script
    now: Callable[[], datetime]
    on_shown: Callable[[Shown], None]
    shown: list[Shown] = field(default_factory=list)
    under_way: list[Request] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)  # by attempt: of processes that are alive
    refused: dict[str, str] = field(default_factory=dict)  # channel -> attempt with a refused token
    _numbers: Counter[str] = field(default_factory=Counter)

    def hand_over(
        self, process: Process, post: Post, attempt_id: str, delay: float, *, is_guarded: bool
    ) -> Request:
        """The request is in the socket: after `delay` seconds the platform takes it, unless it is cut."""
        request = Request(process, attempt_id)
        self.under_way.append(request)

        def take() -> None:
            self.under_way.remove(request)
            if request.is_cut:
                return
            request.is_taken = True
            keys = (post.key, *post.settles)
            self.show(keys, post.text, attempt_id, process.name, is_guarded=is_guarded)

        self.loop.call_later(delay, take, context=Context())
        return request

    def show(
        self, keys: tuple[Key, ...], text: str, attempt_id: str, who: str, *, is_guarded: bool
    ) -> Shown:
        """From now on followers read it."""
        channel = keys[0].channel
        self._numbers[channel] += 1 + int(self.script.between(0, 3))  # others post there, too
        now = self.now()
        late = self.script.pick("lookup", among=("a post is seen late",))
        visible_at = now + timedelta(seconds=self.script.between(5, 200) if late else 0)
        number = str(self._numbers[channel])
        one = Shown(now, keys, text, attempt_id, who, is_guarded, number, visible_at)
        self.shown.append(one)
        self.on_shown(one)
        return one

    def post_of(self, attempt_id: str) -> Shown | None:
        return next((each for each in self.shown if each.attempt_id == attempt_id), None)

    def is_under_way(self, attempt_id: str) -> bool:
        """May an attempt become public although it is not yet?"""
        return self.calls[attempt_id] > 0 or any(
            each.attempt_id == attempt_id and not each.is_cut for each in self.under_way
        )

    def seen(self, sought: Sought) -> list[Published]:
        """What a look-up finds, as the contract asks of it: the same words, above what was known, nobody else's."""
        oldest = sought.committed_at - TOLERANCE
        is_counted = sought.channel.platform is Platform.TELEGRAM and known_before(sought)
        return [
            Published(one.external_id, one.url)
            for one in self.shown
            if one.channel == sought.channel.name
            and one.visible_at <= self.now()
            and folded(one.text) == folded(sought.text)
            and is_eligible(int(one.external_id), sought)
            and (is_counted or one.at >= oldest)
        ]

    def cut(self, process: Process) -> None:
        """The process is dead: what it sent last may have left its machine, or not."""
        for request in self.under_way:
            if request.process is process and self.script.likely(0.5):
                request.is_cut = True

    def forget(self, calls: Counter[str]) -> None:
        """The process is dead: its calls go no further."""
        self.calls.subtract(calls)


class Scripted:
    """The publisher of one process, for every channel."""

    def __init__(
        self,
        platform: Truth,
        process: Process,
        tell: Callable[[str], None],
        on_prepare: Callable[[Post], None],
        on_publish: Callable[[Post], None],
    ) -> None:
        self._platform = platform
        self._process = process
        self._tell = tell
        self._on_prepare = on_prepare
        self._on_publish = on_publish
        self._attempts: dict[Key, str] = {}  # by what is said: the attempt that was last prepared
        self.posts: dict[str, Post] = {}  # by attempt
        self.calls: Counter[str] = Counter()  # under way, by attempt

    def of(self, channel: Channel) -> Publisher:
        return self

    async def prepare(self, post: Post, attempt_id: str) -> Ready | Deferred | Rejected:
        script = self._platform.script
        self._attempts[post.key] = attempt_id
        self.posts[attempt_id] = post
        self._on_prepare(post)
        fault = script.pick("prepare")
        if fault:
            self._tell(f"prepare {post.key}: {fault}")
        match fault:
            case "an upload takes a while":
                await self._pause(script.between(1, 55))
            case "an upload outlives its reservation":
                await self._pause(script.between(60, 200))
            case "an upload is deferred":
                return Deferred("the upload was refused for now")
            case "an upload is rejected":
                return Rejected("the picture was refused")
            case "prepare raises":
                raise UnforeseenError
            case _:
                await self._pause(0.1)
        return Ready(post, post.request)

    async def publish(self, ready: Ready, *, holds: Callable[[], bool] = always) -> Outcome:
        with self._counted(self._attempts[ready.post.key]):
            return await self._publish(ready, holds)

    async def _publish(self, ready: Ready, holds: Callable[[], bool]) -> Outcome:
        script, post = self._platform.script, ready.post
        self._on_publish(post)
        fault = script.pick("publish")
        self._tell(f"publish {post.key}" + (f": {fault}" if fault else ""))
        await self._pause(script.between(0.01, 0.2))
        match fault:
            case "refused before connecting":
                return Deferred("connection refused")
            case "credentials refused":
                self._platform.refused[post.key.channel] = self._attempts[post.key]
                return Deferred("the token was refused", stops_channel=True)
            case "publish raises before the call":
                raise UnforeseenError
        if not holds():
            self._tell(f"lease ran out {post.key}")
            return Deferred("its lease ran out before the call")
        match fault:
            case "429 with a time to wait":
                await self._pause(0.2)
                now = self._platform.now()
                return Deferred("429", now + timedelta(seconds=script.between(1, 1800)))
            case "rejected":
                await self._pause(0.2)
                return Rejected("400")
            case "reset before acceptance":
                await self._pause(script.between(0.1, DEADLINE))
                return Unknown("connection reset")
            case "accepted after the deadline of the call":
                self._send(post, script.between(DEADLINE, DEADLINE + 30), holds)
                await self._pause(DEADLINE)
                return Unknown("no answer in time")
        longest = {"slow": DEADLINE - 0.1, "very slow": LONGEST - 0.1}.get(fault, 0.5)
        taken = script.between(0.05, longest)
        request = self._send(post, taken, holds)
        await self._pause(script.between(taken, longest) + 0.01)
        match fault:
            case "the answer is lost":
                return Unknown("connection reset")
            case "5xx after acceptance":
                return Unknown("503")
            case "publish raises after acceptance":
                raise UnforeseenError
        one = self._platform.post_of(self._attempts[post.key])
        if one is None or not request.is_taken:
            return Unknown("no answer")
        return Published(one.external_id, one.url)

    async def lookup(self, sought: Sought) -> Looked:
        script = self._platform.script
        fault = script.pick("lookup", among=_OF_A_LOOK)
        if fault:
            self._tell(f"look on {sought.channel.name}: {fault}")
        slow = script.between(1, DEADLINE) if fault == "a look-up is slow" else 0.2
        found = self._platform.seen(sought)
        await self._pause(slow)
        is_x = sought.channel.platform is Platform.X
        cost = sought.channel.prices.own_post_read * len(found) if is_x else Decimal(0)
        match fault:
            case "a look-up fails":
                return Looked(Unknown("503"))
            case "a look-up raises":
                raise UnforeseenError
            case "a look-up does not find":
                return Looked(Unknown("it was not found"), cost)
        return Looked(settled(found, "it was not found"), cost)

    async def close(self) -> None:
        return

    @contextmanager
    def _counted(self, attempt_id: str) -> Iterator[None]:
        for calls in (self.calls, self._platform.calls):
            calls[attempt_id] += 1
        try:
            yield
        finally:
            for calls in (self.calls, self._platform.calls):
                calls[attempt_id] -= 1

    def _send(self, post: Post, delay: float, holds: Callable[[], bool]) -> Request:
        attempt_id = self._attempts[post.key]
        guarded = holds is not always
        return self._platform.hand_over(self._process, post, attempt_id, delay, is_guarded=guarded)

    async def _pause(self, seconds: float) -> None:
        loop = self._platform.loop
        over = loop.create_future()
        loop.call_later(seconds, over.set_result, None)
        await over

"""The truth of what is public, and publishers that do as the seed says: truthful, as the contract asks of them.

A request that was handed over goes its own way: whether the process that sent it lives or not, the
platform may still take it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.model import Channel, Deferred, Key, Outcome, Post, Published, Rejected, Unknown
from bot.publishers.base import Looked, Publisher, Ready, Sought, always
from tests.simulation.loop import Loop, Process
from tests.simulation.script import Script

# The deadline of a call, in seconds, and the longest that one may be set to: see bot.publishers.base.
DEADLINE = 8.0
LONGEST = 60.0


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


@dataclass(eq=False, slots=True)
class Request:
    """What is on its way."""

    process: Process
    is_cut: bool = False
    is_taken: bool = False


@dataclass(slots=True)
class Platform:
    """All accounts of a world."""

    loop: Loop
    script: Script
    now: Callable[[], datetime]
    on_shown: Callable[[Shown], None]
    shown: list[Shown] = field(default_factory=list)
    under_way: list[Request] = field(default_factory=list)

    def hand_over(
        self, process: Process, post: Post, attempt_id: str, delay: float, *, is_guarded: bool
    ) -> Request:
        """The request is in the socket: after `delay` seconds the platform takes it, unless it is cut."""
        request = Request(process)
        self.under_way.append(request)

        def take() -> None:
            self.under_way.remove(request)
            if request.is_cut:
                return
            request.is_taken = True
            keys = (post.key, *post.settles)
            one = Shown(self.now(), keys, post.text, attempt_id, process.name, is_guarded)
            self.shown.append(one)
            self.on_shown(one)

        self.loop.call_later(delay, take, context=Context())
        return request

    def cut(self, process: Process) -> None:
        """The process is dead: what it sent last may have left its machine, or not."""
        for request in self.under_way:
            if request.process is process and self.script.likely(0.5):
                request.is_cut = True


class Scripted:
    """The publisher of one process, for every channel."""

    def __init__(self, platform: Platform, process: Process, tell: Callable[[str], None]) -> None:
        self._platform = platform
        self._process = process
        self._tell = tell
        self._attempts: dict[Key, str] = {}  # by what is said: the attempt that was last prepared
        self.posts: dict[str, Post] = {}  # by attempt
        self.calls = 0  # under way

    def of(self, channel: Channel) -> Publisher:
        return self

    async def prepare(self, post: Post, attempt_id: str) -> Ready | Deferred | Rejected:
        script = self._platform.script
        self._attempts[post.key] = attempt_id
        self.posts[attempt_id] = post
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
        self.calls += 1
        try:
            return await self._publish(ready, holds)
        finally:
            self.calls -= 1

    async def _publish(self, ready: Ready, holds: Callable[[], bool]) -> Outcome:
        script, post = self._platform.script, ready.post
        fault = script.pick("publish")
        self._tell(f"publish {post.key}" + (f": {fault}" if fault else ""))
        await self._pause(script.between(0.01, 0.2))
        match fault:
            case "refused before connecting":
                return Deferred("connection refused")
            case "credentials refused":
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
        return Published("1") if request.is_taken else Unknown("no answer")

    async def lookup(self, sought: Sought) -> Looked:
        fault = self._platform.script.pick("lookup")
        await self._pause(0.2)
        if fault == "a look-up fails":
            raise UnforeseenError
        there = any(each.attempt_id == sought.attempt_id for each in self._platform.shown)
        found = Published("1") if there and not fault else Unknown("it was not found")
        return Looked(found)

    async def close(self) -> None:
        return

    def _send(self, post: Post, delay: float, holds: Callable[[], bool]) -> Request:
        attempt_id = self._attempts[post.key]
        guarded = holds is not always
        return self._platform.hand_over(self._process, post, attempt_id, delay, is_guarded=guarded)

    async def _pause(self, seconds: float) -> None:
        loop = self._platform.loop
        over = loop.create_future()
        loop.call_later(seconds, over.set_result, None)
        await over

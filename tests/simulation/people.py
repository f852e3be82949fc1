"""The people of a world: an admin who orders and settles, truthfully, and whoever posts for assisted channels.

Each order is the bot's own, on a ledger of their own, and ends before anything else goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.model import Key, Post
from bot.core.states import State
from bot.ledger import Ledger, OrderError
from tests.simulation.promises import Told, read_key

if TYPE_CHECKING:
    from tests.simulation.world import World

ADMIN = "admin"

_PAUSES = ("everything is paused", "a channel is paused", "an item is paused")
_SILENCE = """
SELECT EXISTS (SELECT 1 FROM pause WHERE ended_at IS NULL)
    OR EXISTS (SELECT 1 FROM channel WHERE stopped_at IS NOT NULL OR asked_address IS NOT NULL)
"""
_AT_UPLOAD = "a pause is ordered during an upload"


class People:
    """Everybody who is not the bot and not staff."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ledger = Ledger(world.database.store, clock=world.now, node=ADMIN)
        self._asked: dict[str, None] = {}  # attempts that an admin was asked to look for, in order
        self._hands: set[str] = set()  # attempts that a person is still going to post
        self._taken_up: set[str] = set()  # tasks that a person has: told again, they are the same

    def hear(self, told: Told) -> None:
        """The log speaks."""
        match told.event:
            case "post.unknown" | "attempt.unknown" if "banditore resolve" in told.fields["do"]:
                self._asked[told.fields["attempt"]] = None
                if self._world.script.is_calm:
                    self._world.run_in(self._world.script.between(60, 600), self.visit)
            case "task.handed":
                self._begin_task(told.fields["attempt"])

    # --- the admin ----------------------------------------------------------------------------------

    def visit(self) -> None:
        """Look at what there is to do; in calm do all of it."""
        script = self._world.script
        is_calm = script.is_calm
        did = False
        if what := script.pick("admin", among=_PAUSES):
            did = self._pause(what)
        if self._has_silence() and (is_calm or script.likely(0.3)):
            did = self._resume(everything=is_calm) or did
        if self._asked and (is_calm or script.likely(0.6)):
            did = self._resolve() or did
        if did:
            self._world.look_soon()

    def at_upload(self, post: Post) -> None:
        """Somebody may order a pause while the post is being made ready."""
        script = self._world.script
        if script.pick("admin", among=(_AT_UPLOAD,)):
            what = script.chance.choice(_PAUSES)
            self._later(script.between(0, 0.2), lambda: self._pause(what, post.key))

    def _pause(self, what: str, key: Key | None = None) -> bool:
        world, script = self._world, self._world.script
        agenda = world.edition.agenda
        channel = item = ""
        if what == "a channel is paused":
            channel = key.channel if key else script.chance.choice(sorted(agenda.channels))
        if what == "an item is paused":
            items = sorted(agenda.items)
            if not items:
                return False
            item = key.item if key else script.chance.choice(items)
        until = world.now() + timedelta(seconds=script.between(60, 4 * 3600))
        self._ledger.orders.pause(
            channel=channel,
            item=item,
            until=until if script.likely(0.5) else None,
            reason="a choice of the seed",
            by=ADMIN,
        )
        world.note(f"{what}: {channel or item or 'all'}")
        return True

    def _has_silence(self) -> bool:
        [(is_there,)] = self._world.database.rows(_SILENCE)
        return bool(is_there)

    def _resume(self, *, everything: bool) -> bool:
        """Everything, or one pause, or one channel that was stopped."""
        if everything:
            done = self._ledger.orders.resume(everything=True, by=ADMIN)
        elif pauses := self._ledger.orders.pauses():
            one = self._world.script.chance.choice(pauses)
            done = self._ledger.orders.resume(channel=one.channel, item=one.item, by=ADMIN)
        else:
            query = (
                "SELECT name FROM channel WHERE stopped_at IS NOT NULL OR asked_address IS NOT NULL"
            )
            stopped = sorted(name for (name,) in self._world.database.rows(query))
            if not stopped:
                return False
            one_channel = self._world.script.chance.choice(stopped)
            done = self._ledger.orders.resume(channel=one_channel, by=ADMIN)
        if not done.pauses and not done.channels:
            return False
        for name in done.channels:
            self._world.platform.refused.pop(name, None)
        self._world.happened(f"resumed: {len(done.pauses)} pauses, {len(done.channels)} channels")
        self._world.script.happened["channels resumed"] += len(done.channels)
        return True

    def _resolve(self) -> bool:
        """Say what became of those that were told, as far as it can be known by now."""
        did = False
        truth = self._world.platform
        for attempt_id in list(self._asked):
            if self._state(attempt_id) not in (State.UNKNOWN, State.HANDED):
                del self._asked[attempt_id]
                continue
            if truth.is_under_way(attempt_id) or attempt_id in self._hands:
                continue  # nobody could say that it is not out
            self._settle(attempt_id)
            did = True
        return did

    def _settle(self, attempt_id: str) -> None:
        one = self._world.platform.post_of(attempt_id)
        url, number = (one.url, one.external_id) if one else ("", "")
        if self._world.script.likely(0.5):
            url, number = "", ""  # people need not say where
        self._ledger.orders.resolve(
            attempt_id, is_public=one is not None, url=url, external_id=number, by=ADMIN
        )
        self._asked.pop(attempt_id, None)
        self._tell(f"resolved as {'published' if one else 'absent'}", attempt_id)

    # --- who posts for an assisted channel ----------------------------------------------------------

    def _begin_task(self, attempt_id: str) -> None:
        if attempt_id in self._taken_up:
            return
        self._taken_up.add(attempt_id)
        script = self._world.script
        match script.pick("person"):
            case "a person never posts":
                return
            case "a person skips":
                self._later(script.between(30, 7200), lambda: self._skip(attempt_id))
                return
            case "a person posts late":
                after, says_so = script.between(3600, 8 * 3600), True
            case "a person posts and does not say so":
                after, says_so = script.between(10, 1800), False
            case _:
                after, says_so = script.between(10, 600), True
        self._hands.add(attempt_id)
        self._later(after, lambda: self._post(attempt_id, says_so=says_so))

    def _post(self, attempt_id: str, *, says_so: bool) -> None:
        query = (
            "SELECT key, text FROM attempt WHERE id = ?1 OR within = ?1 ORDER BY within IS NOT NULL"
        )
        rows = self._world.database.rows(query, attempt_id)
        keys = tuple(read_key(key) for key, _ in rows)
        self._world.platform.show(keys, rows[0][1], attempt_id, "person", is_guarded=False)
        self._hands.remove(attempt_id)
        if says_so:
            after = self._world.script.between(5, 900)
            self._later(after, lambda: self._say_so(attempt_id))

    def _say_so(self, attempt_id: str) -> None:
        if self._state(attempt_id) in (State.UNKNOWN, State.HANDED):
            self._settle(attempt_id)
            self._world.look_soon()

    def _skip(self, attempt_id: str) -> None:
        try:
            self._ledger.orders.skip(attempt_id, reason="a choice of the seed", by="person")
        except OrderError:
            return  # its deadline came first
        self._tell("skipped", attempt_id)

    def _tell(self, what: str, attempt_id: str) -> None:
        [(key,)] = self._world.database.rows("SELECT key FROM attempt WHERE id = ?", attempt_id)
        self._world.happened(what, key)

    def _state(self, attempt_id: str) -> str:
        [(state,)] = self._world.database.rows("SELECT state FROM attempt WHERE id = ?", attempt_id)
        return str(state)

    def _later(self, seconds: float, do: Callable[[], object]) -> None:
        """After so long, or soon after all trouble."""
        world = self._world
        latest = world.calm - world.loop.time() + world.script.between(0, 1200)
        world.run_in(max(min(seconds, latest), 0.0) if latest > 0 else min(seconds, 600), do)

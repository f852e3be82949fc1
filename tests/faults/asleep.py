"""One node frozen at the one place that matters most: its commit is done, and not a byte of its call is written.

The database keeps the commit's answer back until the node is frozen, so the place is met each time.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection, select

from bot.core.states import State
from bot.ledger import tables as t
from tests.faults import promises
from tests.faults.world import World

# A transaction that takes an attempt to "sending" waits at its end for whoever holds the lock.
SLOW_COMMIT = """
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER wait AFTER UPDATE ON attempt DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.state = 'sending') EXECUTE FUNCTION wait()
"""

KEEP_BACK = "SELECT pg_advisory_xact_lock(1)"

_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
_SENDING = "SELECT count(*) FROM attempt WHERE state = 'sending'"

# Until a call's lease is over, and a tick more: see bot.ledger.ledger.CALL.
_LEASE_AND_MORE = 150.0  # seconds


async def until_a_commit_waits(db: Connection) -> None:
    await _until(db, _WAITING)


async def until_it_is_done(db: Connection) -> None:
    await _until(db, _SENDING)


async def _until(db: Connection, counts: str) -> None:
    async with asyncio.timeout(30):
        while not db.exec_driver_sql(counts).scalar_one():
            db.execute(select(1))  # a new look: what is asked is no snapshot of ours
            await asyncio.sleep(0.02)


async def past_its_lease(one: World) -> list[str]:
    """Freeze a node there until its call counts as lost, and wake it: what it did wrong."""
    sleeper, other = one.machines
    with one.store.writing() as db:
        db.exec_driver_sql(SLOW_COMMIT)
    sleeper.on()
    await sleeper.told("service.started")
    with one.store.writing() as db:
        db.exec_driver_sql(KEEP_BACK)
        one.staff.hand_in()
        await until_a_commit_waits(db)
        sleeper.freeze()
    with one.store.writing() as db:
        await until_it_is_done(db)
        a = t.attempt.c
        [row] = db.execute(
            select(a.id, a.channel, a.text).where(a.state == State.SENDING, a.within.is_(None))
        ).all()
    other.on()
    await other.told("attempt.unknown", within=_LEASE_AND_MORE, attempt=row.id)
    sleeper.thaw()
    woken = await sleeper.told("post.deferred", "post.published", "post.unknown", attempt=row.id)
    found = [] if woken["event"] == "post.deferred" else [f"it woke, and {woken['event']}"]
    [place] = [place for place in one.kind.places if place.name == row.channel]
    if any(row.text == post.text for post in promises.posts_of(one.sandbox, [place])):
        found.append(f"{row.text!r} is public")
    return found

"""Several nodes share a ledger on PostgreSQL: any may die, freeze or fall behind, and each post goes out once."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ledger import Ledger, open_store
from bot.sandbox import Account, Chat, Fault, Kind, Moment, Sandbox, serve
from tests.database import Server, serving
from tests.faults.asleep import KEEP_BACK, SLOW_COMMIT, until_a_commit_waits, until_it_is_done
from tests.faults.machine import Machine
from tests.nursery import Nursery, nursery
from tests.office import Office

# A node's own view of the database's clock: found before the server's function of that name.
SHIFTED = """
CREATE SCHEMA shifted;
CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz
LANGUAGE sql AS $$ SELECT pg_catalog.clock_timestamp() + interval '40 seconds' $$
"""

TELEGRAM_ALONE = """
channels:
  telegram-it: {platform: telegram, chat: "@torino", language: it, schedule: always}
"""


@pytest.fixture(scope="module")
def nursed() -> Iterator[Nursery]:
    with nursery() as made:
        yield made


@dataclass
class Town:
    """Two nodes that are not started yet, the platforms, and the ledger that they share."""

    nodes: list[Machine]
    sandbox: Sandbox
    database: str
    platforms: tuple[str, ...] = ("telegram", "x")

    def hand_in(self, *titles: str, to: list[Machine] | None = None) -> None:
        """One file of items, with one time of change wherever it goes."""
        changed = time.time_ns()
        for node in to or self.nodes:
            path = node.office.write_items(f"content/{titles[0]}.yaml", titles)
            os.utime(path, ns=(changed, changed))

    def titles(self) -> Counter[tuple[str, str]]:
        return Counter(
            (post.platform.value, post.text.splitlines()[1]) for post in self.sandbox.posts
        )

    def shows_on_x(self) -> bool:
        return "x" not in self.platforms or any(name == "x" for name, _ in self.titles())

    async def public(self, *titles: str) -> None:
        """Wait until every platform shows each of these, and see that it shows nothing else and nothing
        twice."""
        wanted = {(platform, title) for platform in self.platforms for title in titles}
        async with asyncio.timeout(30):
            while wanted - self.titles().keys():
                await asyncio.sleep(0.02)
        assert self.titles() == dict.fromkeys(wanted, 1)

    async def calm(self) -> None:
        """Wait until every node has ticked: what comes now meets a running service."""
        store = open_store(self.database)
        ledger = Ledger(store, node="looks on")
        async with asyncio.timeout(30):
            while len(ledger.nodes.all()) < len(self.nodes):
                await asyncio.sleep(0.02)
        store.close()

    async def sender(self) -> Machine:
        """Whose call to Telegram is held, by the ledger; X has had its own by then."""
        store = open_store(self.database)
        sending = "SELECT channel, node FROM attempt WHERE state = 'sending'"
        try:
            async with asyncio.timeout(30):
                while True:
                    with store.reading() as db:
                        rows = db.exec_driver_sql(sending).all()
                    if self.shows_on_x() and [row.channel for row in rows] == ["telegram-it"]:
                        break
                    await asyncio.sleep(0.02)
        finally:
            store.close()
        pid = int(rows[0].node.split(":")[1])
        return next(each for each in self.nodes if each.child and each.child.pid == pid)

    def other(self, node: Machine) -> Machine:
        return next(each for each in self.nodes if each is not node)


@asynccontextmanager
async def a_town(
    folder: Path, nursed: Nursery, database: str, *, with_x: bool = True, **more: str
) -> AsyncIterator[Town]:
    sandbox = Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino")],
        accounts=[Account.make_believe("torino")],
    )
    async with serve(sandbox) as address:
        environment = {
            "BANDITORE_DATABASE": database,
            "BANDITORE_INTERVAL": "0.2",
            "BANDITORE_PACING": "off",
            **more,
        }
        nodes = []
        for name in ("north", "south"):
            (folder / name).mkdir()
            office = Office(folder / name, address, dict(environment))
            if not with_x:
                office.write("schedules/channels.yaml", TELEGRAM_ALONE)
            nodes.append(Machine(name, office, nursed))
        await nodes[0].command("init")
        try:
            yield Town(nodes, sandbox, database, ("telegram", "x") if with_x else ("telegram",))
        finally:
            sandbox.release()
            for node in nodes:
                await node.off(signal.SIGKILL)


@pytest.fixture
async def town(tmp_path: Path, postgresql: Server, nursed: Nursery) -> AsyncIterator[Town]:
    async with a_town(tmp_path, nursed, postgresql.database()) as made:
        yield made


async def begin(*nodes: Machine) -> None:
    """Start services, and wait until they live."""
    for node in nodes:
        node.on()
    for node in nodes:
        await node.told("service.started")


async def test_of_two_nodes_each_says_a_part_and_each_post_goes_out_once(town: Town) -> None:
    # Ticking in step, one of them would always be the first.
    town.nodes[1].office.environment["BANDITORE_INTERVAL"] = "0.13"
    await begin(*town.nodes)
    said: list[str] = []
    async with asyncio.timeout(60):
        while not all(
            any(fact["event"] == "post.published" for fact in node.facts()) for node in town.nodes
        ):
            said.append(f"Evento{len(said)}")
            town.hand_in(said[-1])
            await town.public(*said)
    await town.public(*said)


async def test_where_one_node_dies_in_a_call_the_other_goes_on_with_what_is_due(town: Town) -> None:
    town.sandbox.fail(Fault(Kind.HOLD, Moment.BEFORE, channel="@torino"))
    await begin(*town.nodes)
    town.hand_in("Uno")
    await town.sandbox.gate.until_held()
    dead = await town.sender()
    await dead.off(signal.SIGKILL)
    town.sandbox.release(drop=True)
    town.hand_in("Due")
    living = town.other(dead)
    await living.told("post.published", channel="x-it", item="due")
    # Nobody knows yet what became of the call in which it died; until then its channel is silent.
    assert town.titles() == {("x", "Uno"): 1, ("x", "Due"): 1}


async def test_a_node_with_older_files_is_silent_until_it_has_the_newer(town: Town) -> None:
    north, south = town.nodes
    town.hand_in("Uno")
    await begin(north)
    await town.public("Uno")
    town.hand_in("Due", to=[north])
    await town.public("Uno", "Due")
    await north.off()
    # What south still has in its own files was never said, but a newer file may cancel it.
    late = south.office.write_items("content/Vecchio.yaml", ["Vecchio"])
    os.utime(late, (1, 1))
    await begin(south)
    silent = await south.told("node.silent")
    assert "its files are older" in silent["reason"]
    assert silent["public"] == "no"
    await town.public("Uno", "Due")
    town.hand_in("Due", "Tre")
    await south.told("node.speaks")
    await town.public("Uno", "Due", "Tre", "Vecchio")


async def test_a_node_whose_clock_is_wrong_is_silent_and_the_other_speaks(
    tmp_path: Path, postgresql: Server, nursed: Nursery
) -> None:
    database = postgresql.database()
    async with a_town(tmp_path, nursed, database) as town:
        right, wrong = town.nodes
        store = open_store(database)
        with store.writing() as db:
            db.exec_driver_sql(SHIFTED)
        store.close()
        path = "options=-csearch_path%3Dshifted,pg_catalog,public"
        wrong.office.environment["BANDITORE_DATABASE"] = f"{database}&{path}"
        town.hand_in("Uno")
        await begin(wrong)
        silent = await wrong.told("node.silent")
        assert silent["reason"].startswith("its clock is 40 s behind the database's")
        assert town.sandbox.requests == []
        await begin(right)
        await town.public("Uno")
        assert not any(fact["event"] == "post.published" for fact in wrong.facts())


async def test_while_the_database_is_away_nothing_is_sent_and_then_it_goes_on(
    tmp_path: Path, nursed: Nursery
) -> None:
    with serving() as server:
        async with a_town(tmp_path, nursed, server.database()) as town:
            await begin(*town.nodes)
            await town.calm()
            server.stop()
            for node in town.nodes:
                told = await node.told("tick.failed")
                assert "The ledger's database server does not answer" in told["reason"]
                assert told["public"] == "no"
            town.hand_in("Uno")
            for node in town.nodes:
                await node.told("files.reloaded")
            assert town.sandbox.requests == []
            server.start()
            for node in town.nodes:
                await node.told("ledger.back")
            await town.public("Uno")
            failed = [
                sum(fact["event"] == "tick.failed" for fact in node.facts()) for node in town.nodes
            ]
            assert failed == [1, 1]


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
async def test_a_node_that_freezes_in_a_call_past_its_deadline_sends_nothing_again(
    tmp_path: Path, postgresql: Server, nursed: Nursery, moment: Moment
) -> None:
    database = postgresql.database()
    async with a_town(tmp_path, nursed, database, with_x=False, BANDITORE_CALL_TIMEOUT="3") as town:
        town.sandbox.fail(Fault(Kind.HOLD, moment, channel="@torino"))
        await begin(*town.nodes)
        town.hand_in("Uno")
        await town.sandbox.gate.until_held()
        frozen = await town.sender()
        frozen.freeze()
        town.sandbox.release()
        await asyncio.sleep(3.5)  # longer than its call may take
        frozen.thaw()
        async with asyncio.timeout(30):
            while not any(
                fact["event"] in ("post.published", "post.unknown")
                and fact["channel"] == "telegram-it"
                for fact in frozen.facts()
            ):
                await asyncio.sleep(0.02)
        town.hand_in("Due")
        await town.public("Uno", "Due")


async def test_a_node_that_freezes_between_its_commit_and_its_first_byte_sends_once(
    town: Town,
) -> None:
    """The database keeps the commit's answer back until the node is frozen."""
    store = open_store(town.database)
    with store.writing() as db:
        db.exec_driver_sql(SLOW_COMMIT)
    await begin(*town.nodes)
    with store.writing() as db:
        db.exec_driver_sql(KEEP_BACK)
        town.hand_in("Uno")
        await until_a_commit_waits(db)
        for node in town.nodes:
            node.freeze()
    with store.writing() as db:
        await until_it_is_done(db)
    store.close()
    assert town.sandbox.requests == []
    for node in town.nodes:
        node.thaw()
    await town.public("Uno")
    town.hand_in("Due")
    await town.public("Uno", "Due")


async def test_a_pause_holds_on_every_node_from_its_commit_on(town: Town) -> None:
    await begin(*town.nodes)
    town.hand_in("Uno")
    await town.public("Uno")
    store = open_store(town.database)
    orders = Ledger(store, node="admin").orders
    orders.pause(reason="lutto cittadino", by="Anna")
    town.hand_in("Due")
    for node in town.nodes:
        held = await node.told("delivery.held", item="due")
        assert "lutto cittadino" in held["reason"]
    await town.public("Uno")
    orders.resume(everything=True, by="Anna")
    store.close()
    await town.public("Uno", "Due")

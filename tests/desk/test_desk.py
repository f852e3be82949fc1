"""The desk on the stage: it looks on, and whatever goes wrong with it stays with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.core.model import Unknown
from bot.desk.desk import Desk
from bot.desk.ping import Ping
from bot.engine import Ticked
from bot.ledger import create, open_store
from tests.core.build import days, item
from tests.desk.watchman import Watchman, watchman
from tests.engine.stage import Stage, burst

HALF_A_MINUTE = timedelta(seconds=30)


def ping_to(server: Watchman) -> Ping:
    return Ping(SecretStr(f"{server.base}/uuid"))


async def test_a_fault_of_its_own_is_told_once_and_stops_no_post(
    stage: Callable[..., Stage], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> datetime:
        raise RuntimeError("no clock")

    store = create(str(tmp_path / "other.db"))
    desk = Desk(store, interval=HALF_A_MINUTE, now=broken)
    office = stage(
        burst(),
        item("a", days("2021-05-20")),
        now="2021-05-19 17:30",
        on_tick=desk.ticked,
        on_end=desk.ended,
    )
    await office.pass_on()
    await office.pass_on()
    await office.engine.close()
    await desk.close()
    store.close()
    assert office.publisher.said == ["a"]
    failed = [each for each in caplog.records if each.getMessage() == "desk.failed"]
    assert len(failed) == 1


async def test_a_ping_says_what_comes_and_what_waits_for_a_person(
    stage: Callable[..., Stage], tmp_path: Path
) -> None:
    ticks: list[Ticked] = []
    items = [item("a", days("2021-05-20")), item("b", days("2021-05-21"))]
    office = stage(burst(), *items, now="2021-05-19 17:30", on_tick=ticks.append)
    office.publisher.outcome = Unknown("no answer")
    await office.pass_on()
    await office.pass_on()
    await office.engine.close()
    store = open_store(str(tmp_path / "ledger-0.db"))
    async with watchman() as server:
        desk = Desk(store, interval=HALF_A_MINUTE, ping=ping_to(server), now=lambda: office.now)
        desk.ticked(ticks[-1])
        first = await server.hear()
        await desk.settle()  # the ledger is asked beside the ticks
        desk.failed("locked")
        desk.failed("locked")
        await server.hear()
        await desk.settle()
        desk.ticked(ticks[-1])
        later = await server.hear()
        await desk.close()
    store.close()
    coming = "ok\nnext: 2021-05-20 15:30 UTC b on telegram-it\n"
    assert first.body.startswith(f"{coming}held: 1, pauses: 0\n")
    assert later.body.startswith(f"{coming}held: 1, pauses: 0, unknown: 1\n")
    assert later.body.endswith("start it again: nothing is sent twice\n")


async def test_one_tick_that_fails_wakes_nobody_and_two_in_a_row_do(tmp_path: Path) -> None:
    store = create(str(tmp_path / "ledger.db"))
    async with watchman() as server:
        desk = Desk(store, interval=HALF_A_MINUTE, ping=ping_to(server))
        desk.failed("locked")
        assert server.heard.empty()
        desk.failed("locked again")
        heard = await server.hear()
        await desk.close()
        assert server.heard.empty()
    store.close()
    assert (heard.path, heard.body) == ("/uuid/fail", "ticks fail: locked again")


async def test_no_page_and_no_ping_shows_a_secret(tmp_path: Path) -> None:
    store = create(str(tmp_path / "ledger.db"))
    async with watchman() as server:
        desk = Desk(
            store,
            interval=HALF_A_MINUTE,
            ping=ping_to(server),
            secrets=frozenset({"hunter2"}),
        )
        for _ in range(2):
            desk.failed("postgresql://crier:hunter2@db is away")
        heard = await server.hear()
        await desk.close()
    store.close()
    assert "hunter2" not in heard.body
    assert "crier:***@db" in heard.body
    assert desk.health().reasons == ("no tick has worked yet: postgresql://crier:***@db is away",)

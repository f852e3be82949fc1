"""`banditore status` as an admin reads it, and what it asks of a ledger that grows."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update

from bot.cli.outlook import Opened, read_files
from bot.cli.standing import standing
from bot.ledger import Ledger, open_store
from bot.ledger import status as asked
from bot.ledger import tables as t
from bot.sandbox import Account, Chat, Fault, Kind, Moment, Sandbox, serve
from tests.office import Office
from tests.service.test_run import until


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino")],
        accounts=[Account.make_believe("torino")],
    )


@pytest.fixture
async def office(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Office]:
    async with serve(sandbox) as address:
        made = Office(tmp_path, address, {"BANDITORE_INTERVAL": "0.2"})
        code, output = await made.finish("init")
        assert code == 0, output
        yield made


async def status_of(office: Office) -> tuple[int | None, dict[str, Any]]:
    code, output = await office.finish("status", "--json")
    found: dict[str, Any] = json.loads(output)
    return code, found


async def test_while_it_runs_and_nothing_is_amiss_all_is_well(office: Office) -> None:
    when = datetime.now(UTC).date() + timedelta(days=60)
    office.write(
        "content/a.yaml",
        f"link: none\nitems:\n  - {{id: festa, status: ready, title: Festa, when: {when}}}\n",
    )
    process = await office.start("run")
    try:
        await until(process, "service.started")
        code, found = await status_of(office)
        while not found["nodes"]:  # its first tick is still to come
            code, found = await status_of(office)
    finally:
        process.terminate()
        await process.wait()
    assert (code, found["needs"], found["healthy"]) == (0, [], True)
    assert [node["alive"] for node in found["nodes"]] == [True]
    assert [each["channel"] for each in found["next"]] == ["telegram-it", "x-it"]


async def test_that_nothing_runs_needs_a_person(office: Office) -> None:
    code, found = await status_of(office)
    assert (code, found["needs"]) == (1, ["no banditore runs"])


async def test_what_may_be_public_is_told_with_the_commands_that_settle_it(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    sandbox.fail(Fault(Kind.CUT, Moment.AFTER, channel="@torino"))
    await office.finish("run", "--once")
    code, output = await office.finish("status")
    assert code == 1
    [attempt] = [row["attempt"] for row in await office.log() if row["state"] == "unknown"]
    assert "may be public: uno start-20d on telegram-it" in output
    assert f"\n    banditore resolve {attempt} absent\n" in output
    # held for that reason alone, it is not told twice
    assert "held:" not in output


async def test_a_draft_that_should_have_been_announced_is_told(office: Office) -> None:
    when = datetime.now(UTC).date() + timedelta(days=3)
    far = when + timedelta(days=300)
    office.write(
        "content/a.yaml",
        "link: none\nitems:\n"
        f"  - {{id: presto, title: Presto, when: {when}}}\n"
        f"  - {{id: tardi, title: Tardi, when: {far}}}\n",
    )
    _, found = await status_of(office)
    assert found["drafts"] == ["presto"]


async def test_what_was_due_long_ago_and_is_not_out_is_overdue(office: Office) -> None:
    """The ledger met the item an hour ago, and nobody has run since."""
    path = office.write_items("content/a.yaml", ["Uno"])
    _, found = await status_of(office)
    assert found["overdue"] == []
    store = open_store(office.database)
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    with store.writing() as db:
        db.execute(update(t.channel).values(since=an_hour_ago - timedelta(days=90)))
        db.execute(t.seen.insert().values(item="uno", at=an_hour_ago))
    store.close()
    code, found = await status_of(office)
    assert code == 1
    assert "something is overdue" in found["needs"]
    assert len(found["overdue"]) == 2
    path.unlink()
    _, found = await status_of(office)
    assert found["overdue"] == []


async def test_a_node_that_was_killed_is_dead_until_another_of_its_machine_lives(
    office: Office,
) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    store = open_store(office.database)
    with store.writing() as db:
        for name, seen_at in (("a:1:x", long_ago), ("b:1:x", datetime.now(UTC))):
            fresh = {"started_at": long_ago, "seen_at": seen_at, "revision": "", "fault": ""}
            db.execute(t.node.insert().values(name=name, **fresh))
    code, found = await status_of(office)
    assert (code, found["needs"]) == (1, ["a node is dead"])
    with store.writing() as db:
        fresh = {"started_at": long_ago, "seen_at": datetime.now(UTC), "revision": ""}
        db.execute(t.node.insert().values(name="a:2:y", **fresh, fault=""))
    store.close()
    code, found = await status_of(office)
    assert (code, [node["name"] for node in found["nodes"]]) == (0, ["a:2:y", "b:1:x"])


async def test_what_can_not_be_read_ends_with_2(office: Office) -> None:
    assert (await office.finish("status", "--database", "none.db"))[0] == 2
    assert (await office.finish("status", "--content", "none"))[0] == 2


def scans(office: Office, ask: Callable[[Opened], object]) -> list[str]:
    """The questions among those that `ask` asks for which every attempt is looked at."""
    store = open_store(office.database)
    statements: list[tuple[str, Any]] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def keep(_c: Any, _d: Any, statement: str, given: Any, _e: Any, _m: Any) -> None:
        if "FROM attempt" in statement:
            statements.append((statement, given))

    ask(Opened(store, Ledger(store, node="test")))
    event.remove(store.engine, "before_cursor_execute", keep)
    assert statements
    # The index of what is open is small: to read all of it is to read little.
    whole = re.compile(r"SCAN attempt(?! USING (COVERING )?INDEX attempt_open)|attempt_within")
    found = []
    with store.reading() as db:
        for statement, given in statements:
            plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            told = "; ".join(row.detail for row in plan)
            if whole.search(told):
                found.append(f"{told}: {statement}")
    store.close()
    return found


async def test_no_question_of_the_commands_reads_the_whole_ledger(office: Office) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("run", "--once")
    [attempt, *_] = await office.log()

    def ask(book: Opened) -> None:
        store = book.store
        asked.open_attempts(store)
        asked.knows_item(store, "uno")
        asked.facts_of(store, attempt["attempt"])
        [known] = book.ledger.attempts(item="uno", channel="x-it")
        asked.other_with(store, known, "1")

    assert scans(office, ask) == []


async def test_no_question_of_status_reads_the_whole_ledger(office: Office) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("run", "--once")
    folders = office.folder / "content", office.folder / "schedules"
    edition = read_files(*folders)
    found = scans(office, lambda book: standing(book, edition, *folders, 30))
    assert found == [], "\n".join(found)

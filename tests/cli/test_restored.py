"""`banditore init --restored-from`: a copy of the ledger that does not know what was announced since."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Account, Chat, Sandbox, serve
from tests.office import ALWAYS, Office


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
        made = Office(tmp_path, address)
        code, output = await made.finish("init")
        assert code == 0, output
        yield made


def copied(office: Office) -> str:
    """Copy the ledger; when, as an admin would write it."""
    shutil.copy(office.database, f"{office.database}.copy")
    return f"{datetime.now().astimezone() - timedelta(minutes=1):%Y-%m-%d %H:%M}"


def restore(office: Office) -> None:
    for path in office.folder.glob("banditore.db-*"):
        path.unlink()
    shutil.copy(f"{office.database}.copy", office.database)


async def test_what_was_announced_since_the_copy_is_not_announced_again(
    office: Office, sandbox: Sandbox
) -> None:
    """Queued after the copy, with a step that was past already: the copy can't even know the item."""
    when = copied(office)
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("run", "--once")
    assert len(sandbox.posts) == 2
    restore(office)
    code, output = await office.finish("init", "--restored-from", when)
    assert code == 0, output
    assert "  telegram-it  uno start-20d\n" in output
    assert "  banditore adopt uno --channel x-it\n" in output
    assert "2 new pauses." in output
    await office.finish("run", "--once")
    assert len(sandbox.posts) == 2
    await office.finish("resume", "--item", "uno", "--channel", "telegram-it")
    await office.finish("run", "--once")  # a person said that it was not out
    assert sorted(post.platform for post in sandbox.posts) == ["telegram", "telegram", "x"]


async def test_said_twice_it_holds_nothing_twice_and_nothing_that_a_person_let_go(
    office: Office, sandbox: Sandbox
) -> None:
    when = copied(office)
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("init", "--restored-from", when)
    await office.finish("resume", "--item", "uno", "--channel", "x-it")
    code, output = await office.finish("init", "--restored-from", when)
    assert (code, "0 new pauses." in output) == (0, True)
    await office.finish("run", "--once")
    assert [post.platform for post in sandbox.posts] == ["x"]


async def test_what_the_copy_knows_and_what_is_to_come_is_not_held(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("run", "--once")
    when = copied(office)
    far = datetime.now(UTC).date() + timedelta(days=60)
    office.write(
        "content/b.yaml",
        f"link: none\nitems:\n  - {{id: festa, status: ready, title: Festa, when: {far}}}\n",
    )
    code, output = await office.finish("init", "--restored-from", when)
    assert (code, "nothing is held" in output) == (0, True)


async def test_a_week_s_list_that_may_be_out_is_not_sent_again(
    office: Office, sandbox: Sandbox
) -> None:
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    weekday = today.strftime("%a").lower()
    office.write("schedules/always.yaml", f"{ALWAYS}round_up: {weekday} at 00:00\n")
    week = monday if today == monday else monday + timedelta(days=7)
    items = "".join(
        f"  - {{id: e{n}, status: ready, title: E{n}, when: {week + timedelta(days=n)}}}\n"
        for n in range(1, 5)
    )
    office.write("content/a.yaml", f"link: https://example.org/\nitems:\n{items}")
    when = f"{today - timedelta(days=2)}"
    code, output = await office.finish("init", "--restored-from", when)
    assert code == 0, output
    assert f"round-up of the week from {week}" in output
    code, output = await office.finish("plan", "--json")
    assert '"state": "withdrawn"' in output


@pytest.mark.parametrize("when", ["2090-01-01", "ieri"])
async def test_an_instant_that_can_not_be_holds_nothing(office: Office, when: str) -> None:
    assert (await office.finish("init", "--restored-from", when))[0] == 2
    assert (await office.finish("resume"))[0] == 0


async def test_without_a_ledger_and_beside_a_running_service_nothing_is_held(
    office: Office,
) -> None:
    code, output = await office.finish(
        "init", "--restored-from", "2026-01-01", "--database", "none.db"
    )
    assert (code, "There is no ledger" in output) == (2, True)
    process = await office.start("run")
    try:
        assert process.stdout is not None
        await process.stdout.readline()
        code, output = await office.finish("init", "--restored-from", "2026-01-01")
    finally:
        process.terminate()
        await process.wait()
    assert (code, "Another banditore is running" in output) == (2, True)

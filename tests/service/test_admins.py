"""`banditore run` speaks with its admins while it publishes: one process, real sockets, killed and started again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox import Account, Chat, Fault, Kind, Sandbox, Update, User, serve
from bot.sandbox.places import Taken
from tests.office import Office
from tests.service.test_run import until as until_told

ADMINS = Chat(-1001234567890, title="Admin", kind="supergroup")
ANNA = User(111111111, "Anna", "Rossi")

# `tomorrow: never`: what it would show hangs on the day on which the test runs.
CHANNELS = f"""
admin_chat: "{ADMINS.id}"
admins: {{members: {{"{ANNA.id}": Anna Rossi}}, language: en, tomorrow: never}}
channels:
  telegram-it: {{platform: telegram, chat: "@torino", language: it, schedule: always}}
"""


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino"), ADMINS],
        accounts=[Account.make_believe("torino")],
        users=[ANNA],
    )


@pytest.fixture
async def office(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Office]:
    async with serve(sandbox) as address:
        made = Office(tmp_path, address, {"BANDITORE_INTERVAL": "0.2"})
        made.write("schedules/channels.yaml", CHANNELS)
        code, output = await made.finish("init")
        assert code == 0, output
        yield made


def told(sandbox: Sandbox, words: str) -> list[Taken]:
    """What admins were told with these words, as it reads now."""
    return [
        each
        for each in sandbox.posts
        if each.channel == ADMINS.address and not each.is_from_person and words in each.text
    ]


async def until(sandbox: Sandbox, is_so: Callable[[], bool]) -> None:
    assert await sandbox.stir.until(is_so, 30), [each.text for each in sandbox.posts]


def shown(sandbox: Sandbox, press: Update) -> str:
    answers = sandbox.presses[press.callback_id].shown
    return answers[-1].text if answers else ""


async def test_a_doubt_is_told_and_settled_while_other_posts_go_out(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    sandbox.fail(Fault(Kind.CUT, channel="@torino"))
    process = await office.start("run")
    try:
        await until(sandbox, lambda: bool(told(sandbox, "May be out already: Uno")))
        office.write_items("content/b.yaml", ["Due"])
        await until(sandbox, lambda: any("Due" in each.text for each in sandbox.posts))
        [message] = told(sandbox, "May be out already")
        press = sandbox.press(ADMINS.id, int(message.id), ANNA, "It is out")
        await until(sandbox, lambda: shown(sandbox, press) == "✓ Anna Rossi: It is out")
        await until(sandbox, lambda: bool(told(sandbox, "✓ Anna Rossi: It is out")))
    finally:
        process.terminate()
        await process.communicate()
    assert {row["item"]: row["state"] for row in await office.log()} == {
        "uno": "published",
        "due": "published",
    }
    code, output = await office.finish("audit", "verify")
    assert code == 0, output
    _, output = await office.finish("audit", "export")
    assert '"Anna Rossi"' in output


async def test_killed_and_started_again_it_tells_nothing_twice(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    office.write("content/b.yaml", "year: 2021\nitems:\n  - {id: x y, when: 31 giugno}\n")
    sandbox.fail(Fault(Kind.CUT, channel="@torino"))
    process = await office.start("run")
    kinds = {"unknown", "file"}
    while kinds:
        kinds.discard((await until_told(process, "alert.told"))["kind"])
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    process = await office.start("run")
    try:
        office.write("content/b.yaml", "year: 2021\nitems: []\n")
        await until(sandbox, lambda: any("✓ Settled" in e.text for e in told(sandbox, "content/b")))
    finally:
        process.terminate()
        await process.communicate()
    assert len(told(sandbox, "May be out already")) == 1
    assert len(told(sandbox, "A fault in content/b.yaml")) == 1


async def test_a_flood_of_commands_keeps_no_post_from_going_out(
    office: Office, sandbox: Sandbox
) -> None:
    process = await office.start("run")
    try:
        await until(sandbox, sandbox.updates.is_awaited)
        for number in range(500):
            sandbox.say(ADMINS.id, ANNA, f"/nonsense{number}")
        office.write_items("content/a.yaml", ["Uno"])
        await until(sandbox, lambda: any("Uno" in each.text for each in sandbox.posts))
    finally:
        process.terminate()
        async with asyncio.timeout(20):
            await process.communicate()
    assert [row["state"] for row in await office.log()] == ["published"]


MAY = """# Notizie – maggio 2031

## Concerto in piazza
*lunedì 12 maggio 2031, ore 21.00 | Piazza Castello*

Si suona fino a mezzanotte. [Il programma](https://example.org/concerto)
"""


def sheets(sandbox: Sandbox) -> list[Taken]:
    """The files that the bot sent."""
    return [each for each in told(sandbox, "") if each.document]


@pytest.mark.parametrize("moment", ["getFile", "GET /file/:path", "sendDocument"])
async def test_a_document_is_answered_by_the_next_process_if_one_dies_over_it_and_by_no_third(
    office: Office, sandbox: Sandbox, moment: str
) -> None:
    process = await office.start("run")
    sandbox.fail(Fault(Kind.HOLD, call=moment))
    try:
        sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        async with asyncio.timeout(30):
            await sandbox.gate.until_held()
    finally:
        process.kill()
        await process.communicate()
    sandbox.release(drop=True)
    assert not sheets(sandbox)
    process = await office.start("run")
    try:
        await until(sandbox, lambda: bool(told(sandbox, "✓ maggio.md: read.")))
    finally:
        process.terminate()
        await process.communicate()
    assert len(sheets(sandbox)) == 1
    process = await office.start("run")
    try:
        sandbox.say(ADMINS.id, ANNA, "/id")  # heard after all that came before
        await until(sandbox, lambda: bool(told(sandbox, str(ANNA.id))))
    finally:
        process.terminate()
        await process.communicate()
    assert len(sheets(sandbox)) == 1

"""`banditore run` as an admin runs it: a process of its own, over real sockets, against the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Account, Chat, Fault, Kind, Moment, Sandbox, Standing, serve
from tests.office import ALWAYS, Office

ADMIN_CHAT = -1001234567890


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino"), Chat(ADMIN_CHAT, title="Admin", kind="supergroup")],
        accounts=[Account.make_believe("torino")],
    )


@pytest.fixture
async def office(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Office]:
    async with serve(sandbox) as address:
        made = Office(tmp_path, address, {"BANDITORE_INTERVAL": "0.2"})
        code, output = await made.finish("init")
        assert code == 0, output
        yield made


async def facts(process: asyncio.subprocess.Process) -> AsyncIterator[dict[str, Any]]:
    """The lines of a service's log as they come."""
    assert process.stdout is not None
    async for line in process.stdout:
        yield json.loads(line)


async def until(process: asyncio.subprocess.Process, event: str) -> dict[str, Any]:
    """Read the log up to a fact."""
    seen = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(30):
            async for fact in facts(process):
                if fact["event"] == event:
                    return fact
                seen.append(fact)
    raise AssertionError(f"{event} was never told; the log was {seen}")


def titles(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    """How often each platform shows each title; the lead stands above it."""
    return Counter((post.platform.value, post.text.splitlines()[1]) for post in sandbox.posts)


def once_each(*names: str) -> dict[tuple[str, str], int]:
    return {(platform, name): 1 for platform in ("telegram", "x") for name in names}


async def test_one_pass_publishes_what_is_due_on_every_channel_and_records_it(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno", "Due"])
    code, output = await office.finish("run", "--once")
    assert code == 0, output
    assert titles(sandbox) == once_each("Uno", "Due")
    log = await office.log()
    assert {row["state"] for row in log} == {"published"}
    assert {row["url"] for row in log} == {post.url for post in sandbox.posts}
    code, output = await office.finish("run", "--once")
    assert len(sandbox.posts) == 4


async def test_what_goes_over_the_wire_is_what_the_ledger_and_the_preview_say(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("run", "--once")
    by_platform = {post.platform: post for post in sandbox.posts}
    for row in await office.log():
        assert row["text"] == by_platform[row["platform"]].text
    code, output = await office.finish("preview", "uno", "--json")
    assert code == 0
    # The preview is of the day that the ladder asked for, the post of today: only the lead differs.
    for shown in json.loads(output):
        sent = by_platform[shown["platform"]]
        assert shown["text"].splitlines()[1:] == sent.text.splitlines()[1:]


async def test_told_to_end_it_finishes_and_records_the_call_in_flight(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno", "Due", "Tre"])
    sandbox.fail(Fault(Kind.HOLD, Moment.AFTER, channel="@torino"))
    process = await office.start("run")
    await sandbox.gate.until_held()
    process.send_signal(signal.SIGTERM)
    await until(process, "service.stopping")
    sandbox.release()
    async with asyncio.timeout(10):
        code = await process.wait()
    assert code == 0
    log = await office.log()
    on_telegram = [row for row in log if row["channel"] == "telegram-it"]
    assert [row["state"] for row in on_telegram] == ["published"]
    assert sum(post.platform == "telegram" for post in sandbox.posts) == 1


async def test_the_trouble_of_one_channel_does_not_stop_the_other(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno", "Due"])
    sandbox.change_standing("@torino", Standing.STRANGER)
    await office.finish("run", "--once")
    assert Counter(post.platform for post in sandbox.posts) == {"x": 2}
    [refused] = [row for row in await office.log() if row["channel"] == "telegram-it"]
    assert refused["state"] == "deferred"
    assert "channel" in refused["reason"]


async def test_an_answer_that_never_came_is_looked_for_and_never_sent_again(
    office: Office, sandbox: Sandbox
) -> None:
    """X shows an account its own posts; on Telegram nobody was told how to look."""
    office.write_items("content/a.yaml", ["Uno"])
    sandbox.fail(Fault(Kind.CUT, Moment.AFTER, times=2))
    for _ in range(3):
        await office.finish("run", "--once")
    assert titles(sandbox) == once_each("Uno")
    states = {row["channel"]: row["state"] for row in await office.log()}
    assert states == {"telegram-it": "unknown", "x-it": "published"}
    [found] = [row for row in await office.log() if row["channel"] == "x-it"]
    [post] = [post for post in sandbox.posts if post.platform == "x"]
    assert found["url"] == f"https://x.com/torino/status/{post.id}"
    _, output = await office.finish("log")
    assert output.count("may be public: look at the channel") == 1
    _, output = await office.finish("plan", "--json")
    assert {row["state"] for row in json.loads(output)} == {"unknown", "published"}


@pytest.mark.parametrize("way", ["page", "forwards"])
async def test_on_telegram_it_is_looked_for_as_the_channel_says(
    office: Office, sandbox: Sandbox, way: str
) -> None:
    channel = (
        f'{{platform: telegram, chat: "@torino", language: it, schedule: always, lookup: {way}}}'
    )
    office.write(
        "schedules/channels.yaml",
        f'admin_chat: "{ADMIN_CHAT}"\nchannels:\n  telegram-it: {channel}\n',
    )
    # Forwards begin above the last post that is known.
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("run", "--once")
    office.write_items("content/b.yaml", ["Due"])
    sandbox.fail(Fault(Kind.CUT, Moment.AFTER))
    await office.finish("run", "--once")
    public = [post.text.splitlines()[1] for post in sandbox.posts if post.channel == "@torino"]
    assert public == ["Uno", "Due"]
    rows = await office.log()
    assert [row["state"] for row in rows] == ["published", "published"]
    assert [row["url"] for row in rows] == [
        f"https://t.me/torino/{row['external_id']}" for row in rows
    ]


async def test_a_rate_limit_is_waited_for_and_the_post_goes_out_once(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    sandbox.fail(Fault(Kind.TOO_MANY, channel="@torino", seconds=1))
    process = await office.start("run")
    try:
        await until(process, "post.deferred")
        fact = await until(process, "post.published")
        while fact["channel"] != "telegram-it":
            fact = await until(process, "post.published")
    finally:
        process.terminate()
        await process.wait()
    states = [row["state"] for row in await office.log() if row["channel"] == "telegram-it"]
    assert states == ["deferred", "published"]
    assert titles(sandbox) == once_each("Uno")


async def test_what_staff_add_while_it_runs_is_announced(office: Office, sandbox: Sandbox) -> None:
    process = await office.start("run")
    try:
        await until(process, "service.started")
        office.write_items("content/a.yaml", ["Uno"])
        await until(process, "files.reloaded")
        await until(process, "post.published")
        await until(process, "post.published")
    finally:
        process.terminate()
        await process.wait()
    assert titles(sandbox) == once_each("Uno")


async def test_a_file_that_breaks_while_it_runs_holds_its_own_deliveries_and_is_told(
    office: Office, sandbox: Sandbox
) -> None:
    process = await office.start("run")
    try:
        await until(process, "service.started")
        whole = office.write_items("aside.yaml", ["Rotto"]).read_text()
        office.write("content/rotto.yaml", whole + "  - {id: [\n")
        told = await until(process, "file.problem")
        assert told["where"].startswith("content/rotto.yaml:")
        assert told["public"] == "no"
        office.write_items("content/buono.yaml", ["Buono"])
        await until(process, "post.published")
        await until(process, "post.published")
        assert titles(sandbox) == once_each("Buono")
        office.write("content/rotto.yaml", whole)
        assert (await until(process, "file.mended"))["where"] == "content/rotto.yaml"
        await until(process, "post.published")
        await until(process, "post.published")
    finally:
        process.terminate()
        await process.wait()
    assert titles(sandbox) == once_each("Buono", "Rotto")


async def test_a_second_service_on_the_same_ledger_refuses_to_speak(office: Office) -> None:
    process = await office.start("run")
    try:
        await until(process, "service.started")
        code, output = await office.finish("run", "--once")
    finally:
        process.terminate()
        await process.wait()
    assert code == 2
    assert f"Its process is {process.pid}" in output


async def test_a_channel_without_credentials_is_told_once_and_the_others_speak(
    office: Office, sandbox: Sandbox
) -> None:
    office.environment["BANDITORE_X_TORINO_ACCESS_TOKEN"] = ""
    office.write_items("content/a.yaml", ["Uno"])
    code, output = await office.finish("run", "--once")
    assert code == 0
    silent = [json.loads(line) for line in output.splitlines() if "channel.silent" in line]
    assert [fact["channel"] for fact in silent] == ["x-it"]
    assert "BANDITORE_X_TORINO_ACCESS_TOKEN" in silent[0]["reason"]
    assert [post.platform for post in sandbox.posts] == ["telegram"]


async def test_what_was_due_before_the_ledger_was_made_is_not_announced(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    async with serve(sandbox) as address:
        office = Office(tmp_path, address)
        office.write_items("content/a.yaml", ["Vecchio"])
        await office.finish("init")
        code, output = await office.finish("run", "--once")
        assert code == 0
        assert output.count("before-start") == 2
        office.write_items("content/b.yaml", ["Nuovo"])
        await office.finish("run", "--once")
    assert titles(sandbox) == once_each("Nuovo")


async def test_a_ladder_that_changes_announces_nothing_anew(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("run", "--once")
    office.write("schedules/always.yaml", ALWAYS.replace("20 days before", "19 days before"))
    code, output = await office.finish("run", "--once")
    assert code == 0
    assert output.count("superseded") == 2
    assert titles(sandbox) == once_each("Uno")


async def test_an_item_under_a_new_id_is_not_announced_anew(
    office: Office, sandbox: Sandbox
) -> None:
    path = office.write_items("content/a.yaml", ["Uno"])
    await office.finish("run", "--once")
    office.write("content/a.yaml", path.read_text().replace("id: uno", "id: uno-bis"))
    code, output = await office.finish("run", "--once")
    assert code == 0
    assert "it looks like uno, which was announced and has vanished" in output
    assert titles(sandbox) == once_each("Uno")


async def test_a_post_that_can_not_fit_holds_nobody_else_up(
    office: Office, sandbox: Sandbox
) -> None:
    office.write("schedules/always.yaml", ALWAYS.replace("gap: 0 minutes", "gap: 30 minutes"))
    whole = office.write_items("aside.yaml", ["Ampio"]).read_text()
    office.write("content/a.yaml", whole.replace("title: Ampio", f"title: {'Ampio' * 60}"))
    office.write("content/b.yaml", office.write_items("aside.yaml", ["Breve"]).read_text())
    process = await office.start("run")
    try:
        held = await until(process, "delivery.held")
        assert (held["channel"], held["item"]) == ("x-it", "ampio")
        while sum(post.platform == "x" for post in sandbox.posts) == 0:
            await until(process, "post.published")
    finally:
        process.terminate()
        await process.wait()
    assert [title for platform, title in titles(sandbox) if platform == "x"] == ["Breve"]


async def test_a_ledger_taken_away_while_it_runs_stops_every_post(
    office: Office, sandbox: Sandbox
) -> None:
    process = await office.start("run")
    try:
        await until(process, "service.started")
        Path(office.database).rename(office.folder / "moved.db")
        office.write_items("content/a.yaml", ["Uno"])
        told = await until(process, "tick.failed")
        assert "moved, deleted or replaced" in told["reason"]
        assert told["public"] == "no"
    finally:
        process.terminate()
        assert await process.wait() == 0
    assert sandbox.posts == []


async def test_one_pass_that_is_told_to_end_finishes_the_call_in_flight(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno", "Due"])
    sandbox.fail(Fault(Kind.HOLD, Moment.AFTER, times=2))
    process = await office.start("run", "--once")
    await sandbox.gate.until_held(2)
    process.terminate()
    await until(process, "service.stopping")
    sandbox.release()
    assert await process.wait() == 0
    assert [row["state"] for row in await office.log()] == ["published", "published"]
    assert len(sandbox.posts) == 2


async def test_items_that_vanish_are_told(office: Office) -> None:
    path = office.write_items("content/a.yaml", ["Uno", "Due"])
    process = await office.start("run")
    try:
        await until(process, "post.published")
        path.unlink()
        told = await until(process, "items.vanished")
    finally:
        process.terminate()
        await process.wait()
    assert (told["items"], told["named"]) == (2, "uno, due")


async def test_what_may_be_public_is_told_again_at_every_start(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    sandbox.fail(Fault(Kind.CUT, Moment.AFTER, channel="@torino"))
    await office.finish("run", "--once")
    for _ in range(2):
        _, output = await office.finish("run", "--once")
        [told] = [json.loads(line) for line in output.splitlines() if "attempt.unknown" in line]
        assert (told["channel"], told["public"]) == ("telegram-it", "maybe")


async def test_a_file_that_has_just_changed_waits_until_it_has_settled(
    office: Office, sandbox: Sandbox
) -> None:
    office.environment["BANDITORE_SETTLING"] = "10"
    office.write_items("content/a.yaml", ["Uno"])
    code, _ = await office.finish("run", "--once")
    assert code == 0
    assert sandbox.posts == []
    _, output = await office.finish("plan")
    assert "content/a.yaml has just changed: not before" in output


async def test_whose_words_went_out_stands_in_the_audit_trail(office: Office) -> None:
    office.write_items("content/a.yaml", ["Festa"])
    ada = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in ADA}
    for words in (["init", "-q"], ["add", "content"], ["commit", "-qm", "Festa"]):
        subprocess.run(["git", *words], cwd=office.folder, env=office.variables() | ada, check=True)
    code, output = await office.finish("run", "--once")
    assert code == 0, output
    code, output = await office.finish("audit", "export")
    sent = [
        entry["detail"]
        for entry in map(json.loads, output.splitlines())
        if entry["event"] == "sending"
    ]
    assert {told["set"]["item"] for told in sent} == {"festa"}
    assert {(told["queued_by"], told["approved_by"]) for told in sent} == {
        ("Ada <ada@example.org>", "Ada <ada@example.org>")
    }
    code, output = await office.finish("audit", "verify")
    assert code == 0, output


ADA = (("NAME", "Ada"), ("EMAIL", "ada@example.org"))

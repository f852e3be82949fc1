"""`banditore pause` and `banditore resume` beside a service that runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox import Account, Chat, Fault, Kind, Moment, Sandbox, serve
from tests.office import CHANNELS, Office
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


def said(sandbox: Sandbox) -> list[str]:
    return sorted(
        post.text.splitlines()[1] for post in sandbox.posts if post.platform == "telegram"
    )


async def test_a_pause_holds_what_the_service_has_in_its_hands_already(
    office: Office, sandbox: Sandbox
) -> None:
    """One post is on its way, the other waits behind it in the same lane; then somebody pulls the brake."""
    office.write_items("content/a.yaml", ["Due", "Uno"])
    sandbox.fail(Fault(Kind.HOLD, Moment.AFTER, channel="@torino"))
    process = await office.start("run")
    try:
        await sandbox.gate.until_held()
        code, output = await office.finish(
            "pause", "--channel", "telegram-it", "--reason", "crisis", "--by", "anna"
        )
        assert code == 0
        assert "paused: everything on telegram-it" in output
        assert "Of the next 24 hours it stops 1:" in output
        assert output.endswith("to end it: banditore resume --channel telegram-it\n")
        sandbox.release()
        held = await until(process, "delivery.held")
        assert held["reason"] == "paused by anna: crisis"
        assert said(sandbox) == ["Due"]  # what was on its way is out, and nothing more
        code, output = await office.finish("resume", "--channel", "telegram-it")
        assert (code, "resumed: everything on telegram-it" in output) == (0, True)
        fact = await until(process, "post.published")
        while fact["channel"] != "telegram-it" or fact["item"] != "uno":
            fact = await until(process, "post.published")
    finally:
        process.terminate()
        await process.wait()
    assert said(sandbox) == ["Due", "Uno"]


async def test_a_pause_of_an_item_leaves_the_others_alone(office: Office, sandbox: Sandbox) -> None:
    office.write_items("content/a.yaml", ["Due", "Uno"])
    await office.finish("pause", "--item", "due", "--reason", "wrong place")
    await office.finish("run", "--once")
    assert said(sandbox) == ["Uno"]


async def test_a_pause_ends_by_itself(office: Office, sandbox: Sandbox) -> None:
    code, output = await office.finish("pause", "--reason", "mourning", "--until", "2030-01-01")
    assert code == 0
    assert "until Tue 2030-01-01 00:00 (Europe/Rome)" in output
    code, output = await office.finish("pause", "--reason", "mourning", "--until", "2020-01-01")
    assert (code, "is past: nothing was changed" in output) == (2, True)


@pytest.mark.parametrize("channels", ["channels: [\n", "\x00", ""])
async def test_the_brake_holds_whatever_the_files_are_like(
    office: Office, sandbox: Sandbox, channels: str
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    whole = CHANNELS
    office.write("schedules/channels.yaml", channels)
    for words in (
        ["--channel", "telegram-it"],
        ["--item", "uno"],
        ["--until", "18:00"],
        ["--channel", "of-a-broken-file"],
    ):
        code, output = await office.finish("pause", "--reason", "crisis", *words)
        assert code == 0, output
        assert "paused: " in output
        assert "Traceback" not in output
    office.write("schedules/channels.yaml", whole)
    await office.finish("run", "--once")
    assert sandbox.posts == []


async def test_the_brake_holds_without_any_files(office: Office) -> None:
    code, output = await office.finish("pause", "--reason", "crisis", "--content", "nowhere")
    assert code == 0
    assert "the pause holds" in output


async def test_a_slip_of_a_name_pauses_nothing(office: Office) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    code, output = await office.finish("pause", "--channel", "telegram-ti", "--reason", "crisis")
    assert code == 2
    assert "did you mean telegram-it?; nothing was changed" in output
    code, output = await office.finish("pause", "--item", "umo", "--reason", "crisis")
    assert (code, "did you mean uno?" in output) == (2, True)
    code, output = await office.finish("resume", "--all")
    assert (code, "nothing was changed" in output) == (0, True)


async def test_what_is_still_silent_is_told_with_the_command_that_ends_it(office: Office) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    await office.finish("pause", "--item", "uno", "--channel", "x-it", "--reason", "a typo")
    code, output = await office.finish("resume")
    assert code == 1
    assert "everything was not paused: nothing was changed" in output
    assert "\n    banditore resume --channel x-it --item uno\n" in output
    await office.finish("pause", "--reason", "mourning")
    code, output = await office.finish("resume")
    assert code == 0
    assert "still silent:\n  item uno on x-it: paused by" in output
    code, output = await office.finish("resume", "--all")
    assert (code, "resumed: item uno on x-it" in output) == (0, True)
    assert "still silent" not in output


async def test_a_channel_whose_address_changed_speaks_again_when_a_person_says_so(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno"])
    office.write("schedules/channels.yaml", CHANNELS.replace('"@torino"', '"@torino_due"'))
    await office.finish("run", "--once")
    assert said(sandbox) == []
    code, output = await office.finish("resume", "--channel", "telegram-it")
    assert code == 0
    assert "resumed: telegram-it, which had been stopped" in output
    assert "its address has changed from @torino to @torino_due" in output

"""`banditore resolve` and `banditore adopt`: what a person saw, or did, by themselves."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.settle import Place, place_of
from bot.sandbox import Account, Chat, Fault, Kind, Moment, Sandbox, serve
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


async def in_doubt(office: Office, sandbox: Sandbox) -> str:
    """The id of an attempt on Telegram of which no answer came."""
    office.write_items("content/a.yaml", ["Uno"])
    sandbox.fail(Fault(Kind.CUT, Moment.AFTER, channel="@torino"))
    await office.finish("run", "--once")
    return str((await row(office, "telegram-it"))["attempt"])


async def row(office: Office, channel: str) -> dict[str, Any]:
    """The latest attempt of a channel."""
    return [each for each in await office.log() if each["channel"] == channel][-1]


def on_telegram(sandbox: Sandbox) -> list[str]:
    return [post.url for post in sandbox.posts if post.platform == "telegram"]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://t.me/torino/5", Place("@torino", "5")),
        ("https://t.me/s/torino/5?single", Place("@torino", "5")),
        ("https://t.me/c/1234567890/5", Place("-1001234567890", "5")),
        ("https://x.com/torino/status/17", Place("torino", "17")),
        ("https://www.twitter.com/torino/status/17/photo/1", Place("torino", "17")),
        ("https://t.me/torino", None),
        ("https://x.com.example.org/torino/status/17", None),
        ("torino/5", None),
        ("", None),
    ],
)
def test_a_post_is_known_by_its_address(url: str, place: Place | None) -> None:
    assert place_of(url) == place


async def test_what_is_out_is_settled_with_its_address(office: Office, sandbox: Sandbox) -> None:
    attempt = await in_doubt(office, sandbox)
    [url] = on_telegram(sandbox)
    code, output = await office.finish("resolve", attempt[:6], "published", "--url", url)
    assert code == 0, output
    found = await row(office, "telegram-it")
    assert (found["state"], found["url"]) == ("published", url)
    assert found["external_id"] == url.rpartition("/")[2]
    code, output = await office.finish("resolve", attempt, "published")
    assert (code, "nothing was changed" in output) == (2, True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["published", "--url", "https://t.me/altri/5"], "is a post of @altri, and telegram-it is"),
        (["published", "--url", "https://x.com/torino/status/5"], "is a post of torino"),
        (["published", "--url", "https://example.org/"], "is no address of a post"),
        (["absent", "--url", "https://t.me/torino/5"], "--url is for what is published"),
        (["publish"], "did you mean published?"),
        (["absent"], "say --yes if you looked"),
    ],
)
async def test_what_does_not_fit_settles_nothing(
    office: Office, sandbox: Sandbox, words: list[str], why: str
) -> None:
    attempt = await in_doubt(office, sandbox)
    code, output = await office.finish("resolve", attempt, *words)
    assert code == 2
    assert why in output
    assert (await row(office, "telegram-it"))["state"] == "unknown"


async def test_a_post_can_not_be_that_of_two_attempts(office: Office, sandbox: Sandbox) -> None:
    office.write_items("content/b.yaml", ["Altro"])
    await office.finish("run", "--once")
    [other] = on_telegram(sandbox)
    attempt = await in_doubt(office, sandbox)
    code, output = await office.finish("resolve", attempt, "published", "--url", other)
    assert code == 2
    assert "is the post of another attempt, altro start-20d on telegram-it" in output


async def test_a_beginning_that_is_too_short_or_unknown_settles_nothing(
    office: Office, sandbox: Sandbox
) -> None:
    attempt = await in_doubt(office, sandbox)
    code, output = await office.finish("resolve", attempt[:3], "published")
    assert (code, "write at least 4 characters" in output) == (2, True)
    code, output = await office.finish("resolve", "zzzz", "published")
    assert code == 2
    assert f"\n  {attempt}  unknown  uno start-20d on telegram-it" in output


async def test_what_is_not_out_is_sent_again_and_that_is_said(
    office: Office, sandbox: Sandbox
) -> None:
    attempt = await in_doubt(office, sandbox)
    code, output = await office.finish("resolve", attempt, "absent", "--yes")
    assert code == 0, output
    assert "it may be sent again before" in output
    assert "It goes out again: " in output
    await office.finish("run", "--once")
    assert (await row(office, "telegram-it"))["state"] == "published"


def on_a_terminal(office: Office, answer: str, *words: str) -> tuple[int, str]:
    """A command whose input and output are a terminal, at which somebody types `answer`."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *words],
        cwd=office.folder,
        env=office.variables(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    read = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # the terminal is gone with the process
            break
        if not chunk:
            break
        read += chunk
    os.close(ours)
    return process.wait(), read.decode()


async def test_on_a_terminal_one_is_asked_first(office: Office, sandbox: Sandbox) -> None:
    attempt = await in_doubt(office, sandbox)
    code, shown = on_a_terminal(office, "n\n", "resolve", attempt, "absent")
    assert (code, "nothing was changed" in shown) == (1, True)
    assert (await row(office, "telegram-it"))["state"] == "unknown"
    code, shown = on_a_terminal(office, "y\n", "resolve", attempt, "absent")
    assert code == 0, shown
    assert (await row(office, "telegram-it"))["state"] == "absent"


# --- adopt --------------------------------------------------------------------------------------

LADDER = ALWAYS.replace(
    "[20 days before at 10:00]", "[20 days before at 10:00, 1 day before at 10:00]"
)


async def test_what_was_said_by_other_means_is_not_said_again(
    office: Office, sandbox: Sandbox
) -> None:
    office.write("schedules/always.yaml", LADDER)
    office.write_items("content/a.yaml", ["Uno"])
    _, output = await office.finish("adopt", "uno", "--channel", "x-it", "--by", "anna")
    assert "x-it  uno start-20d: adopted" in output
    [adopted] = await office.log()
    assert (adopted["state"], adopted["via"], adopted["cost"]) == ("published", "adopted", "0.0000")
    assert adopted["reason"] == "announced by other means, says anna"
    assert "(adopted)" in (await office.finish("log"))[1]


async def test_what_is_still_to_come_goes_out_and_said_twice_it_adopts_nothing_more(
    office: Office, sandbox: Sandbox
) -> None:
    office.write("schedules/always.yaml", LADDER)
    office.write_items("content/a.yaml", ["Uno"])
    for _ in range(2):
        code, output = await office.finish("adopt", "uno", "--channel", "x-it")
        assert code == 0
        assert "still to go out:\n" in output
        assert "  x-it  uno start-1d\n" in output
    assert len(await office.log()) == 1
    await office.finish("run", "--once")
    assert {post.platform for post in sandbox.posts} == {"telegram"}
    planned = json.loads((await office.finish("plan", "--json", "--channel", "x-it"))[1])
    assert [each["state"] for each in planned] == ["published", "later"]


async def test_where_nothing_is_due_the_next_is_adopted_and_only_that(office: Office) -> None:
    office.write("schedules/always.yaml", LADDER.replace("20 days", "5 days"))
    office.write_items("content/a.yaml", ["Uno"])
    for _ in range(2):
        code, _output = await office.finish("adopt", "uno")
        assert code == 0
    assert [each["step"] for each in await office.log()] == ["start-5d", "start-5d"]
    code, output = await office.finish("adopt", "uno", "--all-steps")
    assert code == 0
    assert "nothing more of uno goes out" in output
    assert len(await office.log()) == 4


async def test_what_can_not_be_adopted_is_said(office: Office, sandbox: Sandbox) -> None:
    attempt = await in_doubt(office, sandbox)
    code, output = await office.finish("adopt", "uno")
    assert code == 1
    assert "it is unknown, see `banditore status`: not adopted" in output
    assert (await row(office, "telegram-it"))["attempt"] == attempt
    for words in (["umo"], ["uno", "--channel", "x-ti"]):
        code, output = await office.finish("adopt", *words)
        assert (code, "did you mean" in output, "nothing was changed" in output) == (2, True, True)

"""`banditore tasks`: an assisted channel, from the text that is handed over to what a person says of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.cli.tasks import intent_of
from bot.sandbox import Account, Chat, Sandbox, serve
from tests.office import Office

CHANNELS = """
channels:
  telegram-it: {platform: telegram, chat: "@torino", language: it, schedule: always, publish: assisted}
  x-it: {platform: x, account: torino, language: it, schedule: always, publish: assisted}
"""


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
        made.write("schedules/channels.yaml", CHANNELS)
        code, output = await made.finish("init")
        assert code == 0, output
        write_festa(made, "Festa & ballo: 100% à Torino #1")
        await made.finish("run", "--once")
        yield made


def write_festa(office: Office, title: str) -> None:
    when = datetime.now(UTC).date() + timedelta(days=10)
    office.write(
        "content/a.yaml",
        "link: https://example.org/?a=1&b=2\nitems:\n"
        f'  - {{id: festa, status: ready, title: "{title}", when: {when}}}\n',
    )


async def tasks(office: Office) -> list[dict[str, Any]]:
    _, output = await office.finish("tasks", "--json")
    found: list[dict[str, Any]] = json.loads(output)
    return found


async def state_of(office: Office, channel: str) -> dict[str, Any]:
    return [each for each in await office.log() if each["channel"] == channel][-1]


async def test_each_task_has_its_text_and_a_link_that_says_it(
    office: Office, sandbox: Sandbox
) -> None:
    assert sandbox.posts == []
    telegram, x = sorted(await tasks(office), key=lambda each: each["channel"])
    assert "Festa & ballo: 100% à Torino #1" in x["text"]
    opened = urlsplit(x["intent"])
    assert opened._replace(query="").geturl() == "https://x.com/intent/post"
    assert parse_qs(opened.query) == {"text": [x["text"]]}
    opened = urlsplit(telegram["intent"])
    assert opened._replace(query="").geturl() == "https://t.me/share/url"
    assert parse_qs(opened.query) == {
        "url": ["https://example.org/?a=1&b=2"],
        "text": [telegram["text"]],
    }
    assert (x["warning"], x["image"]) == ("", "")
    code, output = await office.finish("tasks")
    assert code == 1  # somebody has to send them
    assert f"  open:  {x['intent']}\n" in output
    assert f"  then:  banditore tasks done {x['attempt']} --url ...\n" in output


def test_a_blank_is_no_plus_and_a_slash_is_encoded() -> None:
    assert intent_of("x", "a b/c+d\nè", "") == (
        "https://x.com/intent/post?text=a%20b%2Fc%2Bd%0A%C3%A8"
    )
    assert intent_of("telegram", "a b", "") == ""


async def test_what_was_sent_is_published(office: Office) -> None:
    [attempt] = [each["attempt"] for each in await tasks(office) if each["channel"] == "x-it"]
    url = "https://x.com/torino/status/1234"
    code, output = await office.finish("tasks", "done", attempt[:8], "--url", url, "--by", "anna")
    assert code == 0, output
    found = await state_of(office, "x-it")
    assert (found["state"], found["url"], found["via"]) == ("published", url, "person")
    assert [each["channel"] for each in await tasks(office)] == ["telegram-it"]
    _, log = await office.finish("log")
    assert "(by a person)" in log
    assert "a person has it to send: `banditore tasks`" in log


async def test_what_nobody_will_send_is_withdrawn_for_good(office: Office) -> None:
    for each in await tasks(office):
        code, _ = await office.finish("tasks", "skip", each["attempt"], "--reason", "rained off")
        assert code == 0
    assert await tasks(office) == []
    code, output = await office.finish("tasks")
    assert (code, output) == (0, "Nobody has anything to send.\n")
    await office.finish("run", "--once")
    assert await tasks(office) == []
    planned = json.loads((await office.finish("plan", "--json"))[1])
    assert {each["state"] for each in planned} == {"withdrawn"}


async def test_words_that_are_no_longer_true_are_said_anew(office: Office) -> None:
    write_festa(office, "Festa al coperto")
    for each in await tasks(office):
        assert "Festa al coperto" in each["text"]
        assert "this is the new text" in each["warning"]
    (office.folder / "content/a.yaml").unlink()
    for each in await tasks(office):
        assert "100%" in each["text"]
        assert "no file asks for it any more" in each["warning"]


async def test_an_option_in_the_wrong_place_asks_no_other_ledger(office: Office) -> None:
    [one, _] = await tasks(office)
    code, output = await office.finish("tasks", "--database", "x.db", "done", one["attempt"])
    assert code == 2
    assert "write --database behind done; nothing was changed" in output

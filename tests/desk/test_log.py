"""The log tells each fact in a line, and no secret at any level."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from bot.desk.log import set_up
from bot.publishers.secrets import MASK, forms
from bot.sandbox import TELEGRAM_TOKEN, Account, Chat, Fault, Kind, Sandbox, serve
from tests.office import CHANNELS, Office

SECRET = "123:abc/def+ghi="


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


def test_a_fact_is_one_line_of_json(written: io.StringIO) -> None:
    set_up(frozenset(), stream=written)
    logging.getLogger("banditore").info(
        "post.published", extra={"fields": {"item": "festa", "late_s": 0.4}}
    )
    fact = json.loads(written.getvalue())
    assert datetime.fromisoformat(fact.pop("at")).tzinfo is not None
    assert fact == {"level": "info", "event": "post.published", "item": "festa", "late_s": 0.4}
    assert written.getvalue().count("\n") == 1


def test_a_fact_is_readable_on_a_terminal(written: io.StringIO) -> None:
    set_up(frozenset(), stream=written, readable=True)
    logging.getLogger("banditore").error(
        "file.problem", extra={"fields": {"where": "a.yaml:1:1", "do": "mend it"}}
    )
    assert (
        written.getvalue().split(maxsplit=1)[1]
        == 'file.problem       where=a.yaml:1:1 do="mend it"\n'
    )
    assert "\x1b" not in written.getvalue()


def test_colour_is_only_for_what_needs_a_look(written: io.StringIO) -> None:
    set_up(frozenset(), stream=written, readable=True, colour=True)
    logging.getLogger("banditore").info("quiet")
    assert "\x1b" not in written.getvalue()
    logging.getLogger("banditore").error("loud")
    assert "\x1b[31m" in written.getvalue()


@pytest.mark.parametrize("readable", [True, False])
def test_no_secret_gets_out_in_any_spelling_or_trace(
    written: io.StringIO, *, readable: bool
) -> None:
    set_up(forms([SecretStr(SECRET)]), stream=written, readable=readable, level=logging.DEBUG)
    log = logging.getLogger("some.library")
    log.debug("GET /bot%s/getMe", SECRET)
    log.info("signed with %s", quote(SECRET, safe=""))
    try:
        raise ValueError(f"no such token: {SECRET}")
    except ValueError:
        log.exception("failed")
    told = written.getvalue()
    assert "signed with" in told
    assert "no such token" in told
    assert told.count(MASK) >= 3
    assert "abc/def" not in told
    assert "abc%2Fdef" not in told


@pytest.mark.parametrize(
    "fault", [None, Kind.CUT, Kind.TOO_MANY, Kind.SERVER_ERROR, Kind.HTML, Kind.DRIP]
)
async def test_a_service_at_debug_tells_no_token_whatever_the_platforms_answer(
    tmp_path: Path, fault: Kind | None
) -> None:
    sandbox = Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino")],
        accounts=[Account.make_believe("torino")],
    )
    if fault is not None:
        sandbox.fail(Fault(fault, times=2, seconds=0.05))
    async with serve(sandbox) as address:
        office = Office(tmp_path, address, {"BANDITORE_CALL_TIMEOUT": "1"})
        office.write(
            "schedules/channels.yaml", CHANNELS.replace("torino,", "torino, lookup: none,")
        )
        await office.finish("init")
        office.write_items("content/a.yaml", ["Uno"])
        code, output = await office.finish("run", "--once", "--debug")
        log = await office.log()
    assert code == 0, output
    assert len(log) == 2
    assert len(sandbox.requests) == 2
    keys = Account.make_believe("torino")
    secrets = [TELEGRAM_TOKEN, keys.consumer_secret, keys.access_token, keys.access_token_secret]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("banditore.db*"))
    for secret in secrets:
        for form in (secret, quote(secret, safe="")):
            assert form not in output
            assert form not in json.dumps(log)
            assert form.encode() not in kept
    assert '"level": "debug"' in output


async def test_a_refused_token_is_not_repeated_in_the_refusal(tmp_path: Path) -> None:
    sandbox = Sandbox(now=lambda: datetime.now(UTC), chats=[Chat(-1001, "torino")])
    async with serve(sandbox) as address:
        office = Office(
            tmp_path,
            address,
            {"BANDITORE_TELEGRAM_TOKEN": "1234567890:wrong-token-wrong-token-wrong-token"},
        )
        await office.finish("init")
        office.write_items("content/a.yaml", ["Uno"])
        _, output = await office.finish("run", "--once", "--debug")
        log = await office.log()
    assert "wrong-token" not in output
    assert {row["state"] for row in log} == {"deferred"}
    assert "wrong-token" not in json.dumps(log)


async def test_an_answer_that_is_not_json_is_told_in_our_words_and_without_a_trace(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(now=lambda: datetime.now(UTC), chats=[Chat(-1001, "torino")], accounts=[])
    sandbox.fail(Fault(Kind.HTML))
    async with serve(sandbox) as address:
        office = Office(tmp_path, address)
        channel = '{platform: telegram, chat: "@torino", language: it, schedule: always}'
        office.write("schedules/channels.yaml", f"channels:\n  telegram-it: {channel}\n")
        await office.finish("init")
        office.write_items("content/a.yaml", ["Uno"])
        _, output = await office.finish("run", "--once")
    assert "post.unknown" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("fault", [None, Kind.CUT, Kind.SERVER_ERROR, Kind.HTML, Kind.NOT_OK])
async def test_neither_the_admin_chat_nor_its_troubles_tell_a_token(
    tmp_path: Path, fault: Kind | None
) -> None:
    admins = Chat(-1001234567890, title="Admin", kind="supergroup")
    sandbox = Sandbox(now=lambda: datetime.now(UTC), chats=[Chat(-1001, "torino"), admins])
    if fault is not None:
        for call in ("getMe", "getChat", "getUpdates", "sendMessage"):
            sandbox.fail(Fault(fault, call=call, times=2))
    async with serve(sandbox) as address:
        office = Office(tmp_path, address, {"BANDITORE_CALL_TIMEOUT": "1"})
        channel = '{platform: telegram, chat: "@torino", language: it, schedule: always}'
        office.write(
            "schedules/channels.yaml",
            f'admin_chat: "{admins.id}"\nchannels:\n  telegram-it: {channel}\n',
        )
        await office.finish("init")
        office.write("content/a.yaml", "year: 2021\nitems:\n  - {id: x y, when: 31 giugno}\n")
        code, output = await office.finish("run", "--once", "--debug")
        _, exported = await office.finish("audit", "export")
    assert code == 0, output
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("banditore.db*"))
    for form in (TELEGRAM_TOKEN, TELEGRAM_TOKEN.partition(":")[2], quote(TELEGRAM_TOKEN, safe="")):
        assert form not in output
        assert form not in exported
        assert form.encode() not in kept
    assert {each.call for each in sandbox.requests} >= {"getMe", "getChat"}

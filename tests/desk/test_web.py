"""Health and metrics as they are read: over real sockets, and nothing but reading."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.desk.address import Address, read_address
from bot.desk.desk import Desk
from bot.desk.health import Health
from bot.desk.web import application, serve
from bot.ledger import create
from tests.core.build import at

NOON = at("2021-05-19 12:00")
FREE = Address("127.0.0.1", 0)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8080", Address("127.0.0.1", 8080)),
        ("8080", Address("127.0.0.1", 8080)),
        (":8080", Address("127.0.0.1", 8080)),
        ("0.0.0.0:80", Address("0.0.0.0", 80)),
        ("localhost:8080", Address("localhost", 8080)),
        ("[::1]:8080", Address("::1", 8080)),
    ],
)
def test_it_is_for_this_machine_alone_unless_a_host_is_written_out(
    text: str, address: Address
) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "localhost", "http://localhost:80", "a:b", "1.2.3.4:99999", "u@h:1", "h:80/x"]
)
def test_what_is_no_host_and_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the setting tells it in its own words
        read_address(text)


async def test_health_is_a_status_and_words() -> None:
    found = [Health(NOON, 0, ()), Health(NOON, 1, ("overdue: a",)), Health(None, 0, ("no tick",))]
    app = application(lambda: found.pop(0), lambda: b"")
    async with serve(app, FREE) as address, httpx.AsyncClient() as client:
        answers = [await client.get(f"http://{address}/healthz") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 503, 503]
    well, overdue, _ = (each.json() for each in answers)
    last = "2021-05-19T10:00:00+00:00"
    assert well == {"ok": True, "last_tick": last, "overdue": 0, "reasons": []}
    assert overdue == {"ok": False, "last_tick": last, "overdue": 1, "reasons": ["overdue: a"]}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_changed_there(method: str) -> None:
    app = application(lambda: Health(NOON, 0, ()), lambda: b"")
    async with serve(app, FREE) as address, httpx.AsyncClient() as client:
        for path in ("/healthz", "/metrics"):
            answer = await client.request(method, f"http://{address}{path}", content=b"x")
            assert answer.status_code == 405


async def test_a_fault_in_one_page_is_told_and_the_next_is_answered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> bytes:
        raise RuntimeError("a figure is missing")

    app = application(lambda: Health(NOON, 0, ()), broken)
    async with serve(app, FREE) as address, httpx.AsyncClient() as client:
        assert (await client.get(f"http://{address}/metrics")).status_code == 500
        assert (await client.get(f"http://{address}/healthz")).status_code == 200
    own = [record.getMessage() for record in caplog.records if record.name == "banditore"]
    assert own == ["desk.failed"]


async def test_a_connection_that_says_nothing_does_not_keep_it_from_ending() -> None:
    async with asyncio.timeout(20):
        async with serve(application(lambda: Health(NOON, 0, ()), lambda: b""), FREE) as address:
            _, writer = await asyncio.open_connection(*address)
            _, half = await asyncio.open_connection(*address)
            half.write(b"GET /healthz HTTP/1.1\r\nHost:")
            await half.drain()
    writer.close()
    half.close()


async def test_a_port_that_is_taken_is_told_and_nothing_else_happens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = create(str(tmp_path / "ledger.db"))
    app = application(lambda: Health(NOON, 0, ()), lambda: b"")
    async with serve(app, FREE) as taken:
        desk = Desk(store, interval=timedelta(seconds=30), address=taken)
        await desk.open()
        await desk.close()
    store.close()
    [record] = [each for each in caplog.records if each.name == "banditore"]
    assert record.getMessage() == "desk.failed"
    fields = record.__dict__["fields"]
    assert fields["reason"] == f"{taken} can't be opened: Address already in use"
    assert "posts go out all the same" in fields["do"]

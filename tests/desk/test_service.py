"""The desk of the real service, as admins have it: a process of its own, over real sockets, against the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox import Account, Chat, Fault, Kind, Sandbox, serve
from tests.desk.watchman import watchman
from tests.office import Office

UUID = "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"


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
        settings = {"BANDITORE_INTERVAL": "0.2", "BANDITORE_DESK": "127.0.0.1:0"}
        made = Office(tmp_path, address, settings)
        code, output = await made.finish("init")
        assert code == 0, output
        yield made


class Running:
    """A service at work, its log as far as it was read, and its pages."""

    def __init__(self, process: asyncio.subprocess.Process, client: httpx.AsyncClient) -> None:
        self.process = process
        self.log: list[dict[str, Any]] = []
        self._client = client
        self._base = ""

    async def until(self, event: str) -> dict[str, Any]:
        """Read the log up to a fact."""
        assert self.process.stdout is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(30):
                async for line in self.process.stdout:
                    self.log.append(json.loads(line))
                    if self.log[-1]["event"] == event:
                        return self.log[-1]
        raise AssertionError(f"{event} was never told; the log was {self.log}")

    async def page(self, path: str) -> httpx.Response:
        if not self._base:
            self._base = (await self.until("desk.opened"))["url"].removesuffix("/healthz")
        return await self._client.get(self._base + path)

    async def page_that(self, path: str, suits: Callable[[httpx.Response], bool]) -> httpx.Response:
        """Ask again until the answer is the one that is waited for."""
        async with asyncio.timeout(30):
            while not suits(answer := await self.page(path)):
                await asyncio.sleep(0.05)
        return answer

    async def end(self) -> int:
        """Tell it to end, and read the rest of its log."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            output, _ = await self.process.communicate()
        self.log += [json.loads(line) for line in output.decode().splitlines()]
        return self.process.returncode or 0


@asynccontextmanager
async def running(office: Office) -> AsyncIterator[Running]:
    process = await office.start("run")
    try:
        async with httpx.AsyncClient() as client:
            yield Running(process, client)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def is_well(answer: httpx.Response) -> bool:
    return answer.status_code == 200


def is_not_well(answer: httpx.Response) -> bool:
    return answer.status_code == 503


async def test_it_is_well_counts_its_posts_and_ends_cleanly(
    office: Office, sandbox: Sandbox
) -> None:
    office.write_items("content/a.yaml", ["Uno", "Due"])
    async with running(office) as service:
        health = await service.page_that("/healthz", is_well)
        done = 'banditore_posts_total{channel="x-it",outcome="published"} 2.0'
        text = (await service.page_that("/metrics", lambda found: done in found.text)).text
        published = 'banditore_posts_total{channel="telegram-it",outcome="published"} 2.0'
        await service.page_that("/metrics", lambda found: published in found.text)
        assert await service.end() == 0
    assert health.json()["ok"] is True
    assert health.json()["reasons"] == []
    assert 'banditore_queue_ahead{state="held"} 0.0' in text
    assert len(sandbox.posts) == 4
    assert [fact["event"] for fact in service.log][-1] == "service.stopped"
    own = [fact for fact in service.log if "logger" not in fact]
    assert {fact["level"] for fact in own} == {"info"}


async def test_without_its_ledger_it_is_not_well_until_it_is_back(office: Office) -> None:
    async with running(office) as service:
        await service.page_that("/healthz", is_well)
        ledger, elsewhere = office.folder / "banditore.db", office.folder / "away.db"
        ledger.rename(elsewhere)
        lost = await service.page_that("/healthz", is_not_well)
        elsewhere.rename(ledger)
        await service.page_that("/healthz", is_well)
        assert await service.end() == 0
    [reason] = lost.json()["reasons"]
    assert reason.startswith("no tick has worked since ")
    assert "ledger" in reason
    events = [fact["event"] for fact in service.log]
    assert events.count("tick.failed") == 1
    assert "ledger.back" in events


async def test_what_does_not_get_out_is_overdue(office: Office, sandbox: Sandbox) -> None:
    office.environment["BANDITORE_OVERDUE"] = "0.01"
    office.write_items("content/a.yaml", ["Uno"])
    sandbox.fail(Fault(Kind.TOO_MANY, channel="@torino", seconds=600))
    async with running(office) as service:
        found = await service.page_that("/healthz", is_not_well)
        while not found.json()["overdue"]:
            found = await service.page_that("/healthz", is_not_well)
        figures = (await service.page("/metrics")).text
        await service.end()
    [reason] = found.json()["reasons"]
    assert reason.startswith("overdue: uno on telegram-it since ")
    assert "1 try failed" in reason
    assert "banditore_overdue 1.0" in figures


async def test_where_its_port_is_taken_posts_go_out_all_the_same(
    office: Office, sandbox: Sandbox
) -> None:
    taken = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    office.environment["BANDITORE_DESK"] = str(port)
    office.write_items("content/a.yaml", ["Uno"])
    async with running(office) as service:
        failed = await service.until("desk.failed")
        for _ in ("telegram-it", "x-it"):
            await service.until("post.published")
        assert await service.end() == 0
    taken.close()
    await taken.wait_closed()
    assert failed["reason"] == f"127.0.0.1:{port} can't be opened: Address already in use"
    assert len(sandbox.posts) == 2


async def test_a_watcher_outside_hears_that_it_lives_and_why_it_does_not(
    office: Office,
) -> None:
    async with watchman() as watcher:
        office.environment |= {"BANDITORE_PING_URL": f"{watcher.base}/{UUID}", "BANDITORE_DESK": ""}
        async with running(office) as service:
            well = await watcher.hear()
            ledger, elsewhere = office.folder / "banditore.db", office.folder / "away.db"
            ledger.rename(elsewhere)
            lost = await watcher.hear()
            elsewhere.rename(ledger)
            back = await watcher.hear()
            assert await service.end() == 0
    assert (well.path, back.path) == (f"/{UUID}", f"/{UUID}")
    assert well.body.startswith("ok\nheld: 0, pauses: 0\n")
    assert lost.path == f"/{UUID}/fail"
    assert lost.body.startswith("ticks fail: ")
    assert UUID not in json.dumps(service.log)


async def test_a_watcher_that_hangs_holds_up_no_post(office: Office, sandbox: Sandbox) -> None:
    async with watchman() as watcher:
        watcher.answer = ""
        office.environment["BANDITORE_PING_URL"] = f"{watcher.base}/{UUID}"
        async with running(office) as service:
            await watcher.hear()
            office.write_items("content/a.yaml", ["Uno"])
            await service.until("post.published")
            await service.end()
    assert "ping.failed" not in [fact["event"] for fact in service.log]


async def test_one_pass_pings_too_and_serves_nothing(office: Office) -> None:
    async with watchman() as watcher:
        office.environment["BANDITORE_PING_URL"] = f"{watcher.base}/{UUID}"
        code, output = await office.finish("run", "--once", "--debug")
        heard = await watcher.hear()
    assert code == 0, output
    assert heard.path == f"/{UUID}"
    assert "desk.opened" not in output
    assert UUID not in output


@pytest.mark.parametrize(
    ("variable", "value", "fault"),
    [
        ("BANDITORE_DESK", "nowhere", "BANDITORE_DESK: "),
        ("BANDITORE_PING_URL", f"hc-ping.example/{UUID}", "BANDITORE_PING_URL: "),
    ],
)
async def test_a_setting_that_is_wrong_is_named_and_no_secret_with_it(
    office: Office, variable: str, value: str, fault: str
) -> None:
    office.environment[variable] = value
    code, output = await office.finish("run", "--once")
    assert code == 2
    assert fault in output
    assert UUID not in output

"""A sandbox in a process of its own, ruled over HTTP, where chats and accounts appear when spoken to."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from telegram import Bot

from bot.sandbox import TELEGRAM_TOKEN, Account, Chat, Sandbox, Standing
from tests.sandbox.conftest import Clock, Served

RUN = "from bot.sandbox import run_sandbox; run_sandbox(port=0, started=lambda at: print(at.base, flush=True))"


@asynccontextmanager
async def process() -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert running.stdout
    base = (await running.stdout.readline()).decode().strip()
    try:
        yield base, running
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def test_a_process_of_its_own_is_ruled_over_http() -> None:
    async with process() as (base, running), httpx.AsyncClient(base_url=base) as http:
        async with Bot(TELEGRAM_TOKEN, base_url=f"{base}/bot") as bot:
            hold = {"kind": "hold", "moment": "before", "channel": "@torino"}
            await bot.send_message("@torino", "la chat nasce qui")
            assert (await http.post("/sandbox/faults", json=hold)).status_code == 201
            sending = asyncio.create_task(
                bot.send_message("@torino", "<b>ciao</b>", parse_mode="HTML")
            )
            (held,) = (await http.get("/sandbox/held")).json()
            assert (held["call"], held["took"], held["fault"]) == (
                "sendMessage",
                False,
                "hold before",
            )
            assert len((await http.get("/sandbox/posts")).json()) == 1
            assert (await http.post("/sandbox/release")).json() == {"released": 1}
            await sending
        second = (await http.get("/sandbox/posts")).json()[1]
        assert (second["channel"], second["text"]) == ("@torino", "ciao")
        assert second["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
        asked = (await http.get("/sandbox/requests")).text
        assert TELEGRAM_TOKEN not in asked
        assert (await http.post("/sandbox/reset")).status_code == 204
        assert (await http.get("/sandbox/posts")).json() == []
        running.send_signal(signal.SIGTERM)
        assert await running.wait() == 0


async def test_a_drop_over_http_takes_nothing(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        await http.post("/sandbox/faults", json={"kind": "hold"})
        given = {"chat_id": "@torino", "text": "ciao"}
        sending = asyncio.create_task(http.post(f"/bot{TELEGRAM_TOKEN}/sendMessage", json=given))
        await http.get("/sandbox/held")
        await http.post("/sandbox/release", json={"drop": True})
        with pytest.raises(httpx.TransportError):
            await sending
    assert served.sandbox.posts == []


async def test_a_fault_that_makes_no_sense_is_told(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        answer = await http.post("/sandbox/faults", json={"kind": "500", "chanel": "@torino"})
    assert answer.status_code == 422
    assert "unknown: chanel" in answer.json()["error"]


def test_chats_and_accounts_appear_when_anything_is_accepted() -> None:
    sandbox = Sandbox(now=Clock(), accept_any=True)
    made = sandbox.chat("@torino")
    assert made
    assert (made.username, made.kind, sandbox.chat("@TORINO")) == ("torino", "channel", made)
    assert sandbox.chat(str(made.id)) is made
    redazione = sandbox.chat("77")
    assert redazione
    assert redazione.kind == "private"
    assert sandbox.chat("torino") is None
    account = sandbox.account_of_token("sandbox-torinonelmondo")
    assert account == Account.make_believe("torinonelmondo")
    assert sandbox.account_of_token("another") is None
    assert sandbox.account_of_bearer("sandbox-bearer-torinonelmondo") is account


def test_a_reset_keeps_the_chats_it_was_made_with() -> None:
    torino = Chat(-1001, username="torino")
    sandbox = Sandbox(now=Clock(), chats=[torino], accept_any=True)
    sandbox.chat("@lyon")
    sandbox.change_standing("@torino", Standing.SILENCED)
    sandbox.reset()
    assert sandbox.chats == [torino]

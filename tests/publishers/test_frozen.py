"""A process that is stopped while it connects, and woken when its lease is over, sends nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.publishers.contract import NEEDS_OPENSSL
from tests.publishers.wire import Exchange, certified, over_tls, serving, silent_from_the_start

LEASE = 0.5  # seconds from the moment on which the call begins

# Says when the call begins, makes it, and says what became of it.
CALL = """
import asyncio, ssl, sys, time
from importlib import import_module
from bot.publishers.base import Timeouts

async def call(subject, base, certificate, lease):
    trust = ssl.create_default_context(cafile=certificate)
    publisher = subject.open(base, Timeouts(connect=60, total=60), trust=trust)
    ready = await publisher.prepare(subject.post, "attempt-1")
    until = time.monotonic() + lease
    print(until, flush=True)
    print(await publisher.publish(ready, holds=lambda: time.monotonic() < until), flush=True)
    await publisher.close()

test, base, certificate, lease = sys.argv[1:]
asyncio.run(call(import_module(test).SUBJECT, base, certificate, float(lease)))
"""


@NEEDS_OPENSSL
@pytest.mark.parametrize("test", ["tests.publishers.test_telegram", "tests.publishers.test_x"])
def test_a_process_that_was_stopped_past_its_lease_sends_nothing(tmp_path: Path, test: str) -> None:
    context, certificate = certified(tmp_path)
    frozen: list[subprocess.Popen[bytes]] = []
    said = tmp_path / "said"

    def stopping_it_while_it_waits_for_us(exchange: Exchange) -> None:
        """Its connection stands, and it waits for our side of the TLS handshake."""
        (process,) = frozen
        until = float(said.read_text().splitlines()[0])
        os.kill(process.pid, signal.SIGSTOP)
        while time.monotonic() < until:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGCONT)
        over_tls(context, silent_from_the_start)(exchange)

    with serving(stopping_it_while_it_waits_for_us) as wire:
        command = [sys.executable, "-c", CALL, test, f"https://{wire.address}"]
        with said.open("wb") as out:
            process = subprocess.Popen([*command, str(certificate), str(LEASE)], stdout=out)
        frozen.append(process)
        try:
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()
        assert wire.was_cut.wait(5)
    assert "it was stopped before the first byte" in said.read_text()
    assert wire.connections == 1
    assert wire.received == 0

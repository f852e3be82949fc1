"""What the service costs while nothing is due: memory and processor, with its whole desk and without.

Two real processes, `banditore run` on the files of this repository in the past, so that nothing is due, against
a sandbox on this machine: one with admin chat, health, metrics and ping, the other (the baseline) with none of
them. Run as `python benchmarks/bench_idle.py [MINUTES]`; five are what is asked.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.sandbox import Chat, Sandbox, serve
from bot.sandbox.places import TELEGRAM_TOKEN
from bot.sandbox.server import Address

ROOT = Path(__file__).parent.parent
BANDITORE = Path(sys.executable).with_name("banditore")
MINUTES = 5.0
BEGINNING = 15.0  # seconds that starting takes; they are not idle
ADMINS = Chat(-1009000000001, title="Admin", kind="supergroup")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Used:
    """What a process has used so far."""

    cpu: float  # seconds of a processor
    memory: float  # MB that it holds now
    peak: float  # MB that it ever held


def used(process: int) -> Used:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines()
    )
    memory, peak = (int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return Used((int(fields[11]) + int(fields[12])) / TICKS, memory, peak)


async def start(folder: Path, address: Address, *, with_desk: bool) -> asyncio.subprocess.Process:
    """A service in a folder of its own."""
    for name in ("content", "schedules"):
        (folder / name).mkdir(parents=True)
        for path in (ROOT / name).glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            if with_desk and path.name == "channels.yaml":
                text = f'admin_chat: "{ADMINS.id}"\n{text}'
            (folder / name / path.name).write_text(text, encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BANDITORE_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "BANDITORE_TELEGRAM_API": address.telegram,
    }
    if with_desk:
        environment |= {
            "BANDITORE_DESK": f"127.0.0.1:{free_port()}",
            "BANDITORE_PING_URL": address.base + "/ping",
        }
    places = ["--content", "content", "--schedules", "schedules", "--database", "banditore.db"]
    make = await asyncio.create_subprocess_exec(
        str(BANDITORE),
        "init",
        "--database",
        "banditore.db",
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await make.wait() == 0, "the ledger could not be made"
    log = (folder / "log").open("w")
    return await asyncio.create_subprocess_exec(
        str(BANDITORE), "run", *places, cwd=folder, env=environment, stdout=log, stderr=log
    )


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def main(minutes: float) -> None:
    sandbox = Sandbox(now=lambda: datetime.now(UTC), chats=[ADMINS], accept_any=True)
    with tempfile.TemporaryDirectory() as place:
        async with serve(sandbox) as address:
            both = {
                "with its desk": await start(Path(place, "desk"), address, with_desk=True),
                "without": await start(Path(place, "bare"), address, with_desk=False),
            }
            try:
                await asyncio.sleep(BEGINNING)
                before = {name: used(process.pid) for name, process in both.items()}
                began = time.monotonic()
                await asyncio.sleep(minutes * 60)
                passed = time.monotonic() - began
                after = {name: used(process.pid) for name, process in both.items()}
            finally:
                for process in both.values():
                    process.terminate()
                    await process.wait()
    asked = sum(1 for each in sandbox.requests if each.call == "getUpdates")
    print(
        f"idle for {passed:.0f} s, load {os.getloadavg()[0]:.1f}; {asked} questions for news of the chat"
    )
    for name in both:
        spent = after[name].cpu - before[name].cpu
        grown = after[name].memory - before[name].memory
        print(
            f"{name:14} {spent:6.2f} s of a processor ({100 * spent / passed:.2f} %), "
            f"{after[name].memory:.0f} MB now ({grown:+.1f}), {after[name].peak:.0f} MB at most"
        )
    desk, bare = (after[name].memory for name in both)
    print(f"memory with its desk against without: {desk / bare:.2f}")


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES))

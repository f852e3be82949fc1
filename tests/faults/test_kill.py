"""The service is killed with `kill -9` at thirty moments and started again each time: nothing goes out twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.sandbox import Account, Chat, Fault, Kind, Moment, Sandbox, serve
from bot.sandbox.rates import Sliding
from tests.office import CHANNELS, Office

TITLES = [f"Evento{number}" for number in range(40)]
KILLS = 30


def a_sandbox() -> Sandbox:
    made = Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino"), Chat(-1002, "torino_due")],
        accounts=[Account.make_believe("torino")],
    )
    # The rates are not what is looked at here, and a test has no hour to wait.
    made.limits.telegram_chat = Sliding(10_000, timedelta(minutes=1))
    made.limits.telegram_all = Sliding(10_000, timedelta(minutes=1))
    return made


async def kill_at(
    office: Office, sandbox: Sandbox, moment: Moment | None, chance: random.Random
) -> None:
    """Start the service and kill it where a request stands at `moment`, or anywhere at all."""
    if moment is not None:
        sandbox.fail(Fault(Kind.HOLD, moment))
    process = await office.start("run")
    if moment is not None:
        await sandbox.gate.until_held()
    else:
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(chance.uniform(0, 0.25))
    process.kill()
    await process.wait()
    sandbox.release(drop=True)


async def test_killed_at_thirty_moments_nothing_goes_out_twice_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    chance = random.Random(20210503)
    sandbox = a_sandbox()
    async with serve(sandbox) as address:
        office = Office(tmp_path, address)
        second = '  telegram-due: {platform: telegram, chat: "@torino_due", language: it, schedule: always}\n'
        # Nobody looks for what is in doubt here: what no machine may decide is what the test is about.
        office.write(
            "schedules/channels.yaml", CHANNELS.replace("torino,", "torino, lookup: none,") + second
        )
        office.environment["BANDITORE_PACING"] = "off"
        assert (await office.finish("init"))[0] == 0
        # Three to a file: more of one file that are late would be said in one round-up.
        for number in range(0, len(TITLES), 3):
            office.write_items(f"content/{number}.yaml", TITLES[number : number + 3])
        moments = [Moment.BEFORE, Moment.AFTER, None] * (KILLS // 3)
        chance.shuffle(moments)
        for moment in moments:
            await kill_at(office, sandbox, moment, chance)
        code, output = await office.finish("run", "--once")
        assert code == 0, output
        attempts = await office.log()

    public = Counter((post.platform, post.channel, post.text) for post in sandbox.posts)
    assert [post for post, times in public.items() if times > 1] == []

    states = {
        attempt["key"]: attempt["state"] for attempt in attempts if attempt["state"] != "freed"
    }
    assert len(states) == 3 * len(TITLES), "every delivery was attempted"
    assert set(states.values()) == {"published", "unknown"}
    occupied = Counter(attempt["key"] for attempt in attempts if attempt["state"] != "freed")
    assert set(occupied.values()) == {1}

    # What is public and what the ledger says of it agree, but for what it can't know.
    ids = {(post.platform, post.channel.lstrip("@"), post.id) for post in sandbox.posts}
    addresses = {"telegram-it": "torino", "telegram-due": "torino_due", "x-it": "torino"}
    published = {
        (attempt["platform"], addresses[attempt["channel"]], attempt["external_id"])
        for attempt in attempts
        if attempt["state"] == "published"
    }
    assert published <= ids
    unknown = [attempt for attempt in attempts if attempt["state"] == "unknown"]
    assert len(unknown) >= KILLS * 2 // 3
    assert len(ids - published) <= len(unknown)
    # Some of these are public and some are not, which is why no machine may decide.
    assert 10 <= len(ids - published) < len(unknown)

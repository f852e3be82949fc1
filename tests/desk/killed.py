"""The real service is killed and left dead, and who watches from outside notices that pings stop.

The watcher's clock is put forward, since nobody has its grace to wait; the service, its death and its pings are real.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bot.sandbox import Account, Chat, Sandbox, serve
from tests.desk.watchman import Told, watchman
from tests.office import Office

# As docs/monitoring.md has it.
PERIOD = timedelta(minutes=1)
GRACE = timedelta(minutes=5)

_UUID = "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"


class Alarm(NamedTuple):
    """A check that went down or came up, and the last ping, whose words the alarm shows. The instant is UTC."""

    at: datetime
    is_up: bool
    last: str


def alarms(pings: Sequence[Told], until: datetime) -> list[Alarm]:
    """What such a server makes of pings: down where one is late by more than the grace, or says that it fails, up at
    the next that is well. https://healthchecks.io/docs/configuring_checks"""
    found: list[Alarm] = []
    is_up, last = True, pings[0]
    for ping in [*pings[1:], None]:
        assert last.at is not None
        late = last.at + PERIOD + GRACE
        arrived = until if ping is None else ping.at
        assert arrived is not None
        if is_up and arrived > late:
            is_up = False
            found.append(Alarm(late, False, last.body))
        if ping is None:
            break
        is_well = not ping.path.endswith("/fail")
        if is_well != is_up:
            is_up = is_well
            found.append(Alarm(arrived, is_up, ping.body))
        last = ping
    return found


@dataclass(frozen=True, slots=True)
class Death:
    """What was noticed of it. Instants are UTC."""

    at: datetime
    down: Alarm
    restarted: datetime
    up: Alarm


async def live_and_die(folder: Path) -> Death:
    """A service pings, is killed, stays dead for ten minutes and is started again."""
    ahead = [timedelta(0)]

    def now() -> datetime:
        return datetime.now(UTC) + ahead[0]

    sandbox = Sandbox(
        now=now, chats=[Chat(-1001, "torino")], accounts=[Account.make_believe("torino")]
    )
    async with serve(sandbox) as address, watchman(now) as server:
        office = Office(folder, address, {"BANDITORE_PING_URL": f"{server.base}/{_UUID}"})
        code, output = await office.finish("init")
        assert code == 0, output
        pings: list[Told] = []
        dead = await office.start("run")
        pings.append(await server.hear())
        dead.kill()
        await dead.communicate()
        at = now()
        ahead[0] = timedelta(minutes=10)
        [down] = alarms(pings, now())
        restarted = now()
        alive = await office.start("run")
        try:
            pings.append(await server.hear())
        finally:
            alive.kill()
            await alive.communicate()
        found = alarms(pings, now())
        assert found[0] == down, found
        assert len(found) == 2, found
        return Death(at, down, restarted, found[1])

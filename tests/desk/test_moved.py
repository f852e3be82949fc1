"""Admins who move to another chat, or only read mail, know what still stands and how it is now."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox import Chat, Fault, Kind
from bot.sandbox.rehearsal import VirtualClock
from tests.core.build import at
from tests.desk.letterbox import letterbox
from tests.desk.town import ADMINS, CHANNELS, FOLLOWERS, town

FESTA = """
  - {id: festa, status: ready, title: Festa della musica, when: 12 maggio}
"""
ELSEWHERE = Chat(-1009000000009, title="Nuova", kind="supergroup")


async def test_what_stands_is_told_in_the_chat_to_which_admins_moved(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:59")
        here.sandbox.fail(Fault(Kind.CUT, channel=FOLLOWERS.address))
        await here.at("2021-05-05 10:00")
        await here.at("2021-05-05 10:10")
        assert here.message("Forse è già uscito").keyboard
        here.sandbox.chats.append(ELSEWHERE)
        moved = CHANNELS.replace(str(ADMINS.id), str(ELSEWHERE.id))
        here.write("schedules/channels.yaml", moved)
        for minute in range(11, 14):
            await here.at(f"2021-05-05 10:{minute}")
        [told] = [each for each in here.sandbox.posts if each.channel == ELSEWHERE.address]
        assert "Forse è già uscito" in told.text
        assert told.keyboard


async def test_a_letter_is_followed_by_another_when_what_was_announced_changes_again(
    tmp_path: Path,
) -> None:
    clock = VirtualClock(at("2021-05-05 09:00"))
    alone = CHANNELS[CHANNELS.index("channels:") :]
    async with (
        letterbox(clock) as box,
        town(tmp_path, "2021-05-05 09:00", items=FESTA, channels=alone, others=[box.mouth]) as here,
    ):
        await here.at("2021-05-05 10:00")
        for hour, day in ((11, 13), (12, 14), (13, 14)):
            here.write(
                "content/2021-05.yaml",
                "year: 2021\nlink: https://example.org/\nitems:\n"
                f"  - {{id: festa, status: ready, title: Festa della musica, when: {day} maggio}}\n",
            )
            await here.at(f"2021-05-05 {hour}:00")
        told = [each.text for each in box.letters]
        assert ["-> 13 maggio" in told[0], "-> 14 maggio" in told[1], len(told)] == [True, True, 2]

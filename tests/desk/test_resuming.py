"""A button ends the silence that its message tells of, and no other of the same channel."""

from __future__ import annotations

from pathlib import Path

from bot.ledger.status import stopped_channels
from bot.sandbox import Standing
from tests.desk.town import ADMINS, ANNA, CHANNELS, FOLLOWERS, Town, town

FESTA = """
  - {id: festa, status: ready, title: Festa della musica, when: 12 maggio}
"""

ELSEWHERE = CHANNELS.replace("@torino", "@torino_altrove")


def stopped(here: Town) -> list[str]:
    return [each.channel for each in stopped_channels(here.store)]


async def test_the_end_of_a_pause_confirms_no_new_address(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-03 09:00", items=FESTA) as here:
        await here.at("2021-05-03 09:30")
        await here.say("/pause telegram-it")
        here.write("schedules/channels.yaml", ELSEWHERE)
        await here.at("2021-05-04 10:00")
        await here.press("Pausa ancora attiva", "Riprendi")
        assert here.ledger.orders.pauses() == ()
        assert stopped(here) == ["telegram-it"]
        await here.say("/pause telegram-it")
        pressed = here.sandbox.press(ADMINS.id, int(here.told[-1].id), ANNA, (0, 0))
        await here.answer_to(pressed)
        assert here.ledger.orders.pauses() == ()
        assert stopped(here) == ["telegram-it"]


async def test_a_stopped_channel_that_is_resumed_stays_paused(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        here.sandbox.change_standing(FOLLOWERS.address, Standing.SILENCED)
        await here.at("2021-05-05 10:00")
        assert stopped(here) == ["telegram-it"]
        here.ledger.orders.pause(channel="telegram-it", reason="allerta meteo", by="Bruno Neri")
        await here.press("Canale fermo", "Riprendi")
        assert stopped(here) == []
        assert [each.by for each in here.ledger.orders.pauses()] == ["Bruno Neri"]

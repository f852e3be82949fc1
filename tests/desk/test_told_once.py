"""One trouble, one message: also where two parts of the desk see it, or where the ledger can't keep that it was told."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.sandbox import TELEGRAM_TOKEN, Arrival, Fault, Kind, Standing
from tests.core.build import at
from tests.desk.days import week
from tests.desk.town import ADMINS, FOLLOWERS, town
from tests.ledger.test_trouble import mounted

FESTA = """
  - {id: festa, status: ready, title: Festa della musica, when: 12 maggio}
"""

BROKEN = "items:\n  - {id: [\n"


async def test_rights_that_a_post_missed_are_not_told_again_by_the_probe(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:30", items=FESTA, probes=True) as here:
        await here.at("2021-05-05 09:59")
        here.sandbox.change_standing(FOLLOWERS.address, Standing.SILENCED)
        await here.play("2021-05-05 14:00")
        assert [each.text.splitlines()[0] for each in here.told] == ["Canale fermo: telegram-it"]


async def test_rights_that_the_probe_missed_stay_told_when_the_channel_stops(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, "2021-05-05 08:00", items=FESTA, probes=True) as here:
        here.sandbox.change_standing(FOLLOWERS.address, Standing.SILENCED)
        await here.play("2021-05-05 14:00")
        assert [each.text.splitlines()[0] for each in here.told] == [
            "Credenziali o permessi da controllare: telegram-it",
            "Canale fermo: telegram-it",
        ]


async def test_a_token_that_a_post_missed_is_not_told_again_by_the_probe(tmp_path: Path) -> None:
    async with week(tmp_path, "2021-05-05 08:00") as here:
        await here.town.at("2021-05-05 09:59")
        here.town.sandbox.telegram_tokens = frozenset()
        await here.town.play("2021-05-05 14:00")
        assert [each.title for each in here.news()] == ["Canale fermo: telegram-it"]
        here.town.sandbox.telegram_tokens = frozenset({TELEGRAM_TOKEN})


async def test_what_was_told_and_could_not_be_written_down_is_not_told_again(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:01")
        ledger, away = tmp_path / "banditore.db", tmp_path / "away.db"

        async def take_ledger(_: Arrival) -> None:
            ledger.rename(away)

        here.sandbox.fail(
            Fault(Kind.SLOW, channel=ADMINS.address, seconds=0, times=1, hook=take_ledger)
        )
        here.write("content/2021-05.yaml", BROKEN)
        await here.at("2021-05-05 09:02")
        assert away.exists()
        away.rename(ledger)
        await here.at("2021-05-05 09:03")
        await here.at("2021-05-05 09:04")
        assert len([each for each in here.told if "Errore in content" in each.text]) == 1


async def test_a_ledger_that_the_desk_alone_finds_full_is_told(tmp_path: Path) -> None:
    """Ticks change what is there; only what the desk has to keep needs room."""
    async with town(tmp_path, "2021-05-05 09:00") as here:
        await here.at("2021-05-05 09:01")

        def no_room(connection: Any, *_: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # as many as it has

        event.listen(here.store.engine, "checkout", no_room)
        for number in range(100):
            here.write(f"content/rotto-{number}.yaml", BROKEN)
        assert await here.look() is not None
        assert await here.until(
            lambda: any("Il registro non risponde" in each.text for each in here.told),
            timedelta(minutes=2),
        )


async def test_a_file_with_a_fault_is_told_in_the_chat_by_a_process_that_began_with_it(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, "2021-05-05 14:00", items=FESTA) as here:
        await here.play("2021-05-05 15:30")
        assert len(here.told) == 1  # tomorrow's heading
    (tmp_path / "schedules/channels.yaml").write_text(BROKEN, encoding="utf-8")
    async with town(tmp_path, "2021-05-05 16:00") as here:
        await here.at("2021-05-05 16:00:30")
        told = here.message("Errore in schedules/channels.yaml")
        assert "fino ad allora non esce nulla" in told.text


async def test_a_machine_that_slept_does_not_call_itself_dead(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:01")
        here.clock.at += timedelta(hours=5)
        here.desk.ticked(here.ticks[-1])  # what was seen before it slept, before its next sign
        await here.desk.settle()
        assert here.told == []


async def test_a_process_that_comes_after_another_tells_nothing_again(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        here.write("content/2021-05.yaml", BROKEN)
        await here.at("2021-05-05 09:01")
        assert len(here.told) == 1
    async with town(tmp_path, "2021-05-05 09:05") as here:
        await here.at("2021-05-05 09:06")
        assert here.told == []


def fill(ballast: Path) -> None:
    """Leave no room on the disk."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


async def test_a_disk_that_is_really_full_is_told_and_so_is_its_end(tmp_path: Path) -> None:
    with mounted(tmp_path, "4m"):
        async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
            await here.at("2021-05-05 09:30")
            ballast = tmp_path / "ballast"
            fill(ballast)
            await here.play("2021-05-05 10:05", step=timedelta(seconds=30))
            told = here.message("Il registro non risponde")
            assert len(here.told) == 1
            assert told.at <= at("2021-05-05 10:01")
            assert here.out == []
            ballast.unlink()
            await here.at("2021-05-05 10:06")
            assert here.message("Il registro non risponde").text.startswith("✓ Risolto")
            await here.play("2021-05-05 10:10", step=timedelta(seconds=30))
            assert here.out == ["Tra una settimana"]
            assert len(here.told) == 1

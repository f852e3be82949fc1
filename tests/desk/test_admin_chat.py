"""The admin chat as it is used: over real sockets, in the process that publishes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bot.sandbox import Fault, Kind
from tests.desk.town import ADMINS, ANNA, MALLORY, town

FESTA = """
  - {id: festa, status: ready, title: Festa della musica, when: 12 maggio}
"""

CUT = Fault(kind=Kind.CUT)


async def test_a_post_in_doubt_is_told_once_and_settled_by_a_press(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:59")
        here.sandbox.fail(CUT)
        await here.at("2021-05-05 10:00")
        told = here.message("Forse è già uscito: Festa della musica")
        assert "Forse è pubblico." in told.text
        await here.at("2021-05-05 10:30")
        assert len(here.told) == 1
        assert await here.press("Forse è già uscito", "È uscito") == "✓ Anna Rossi: È uscito"
        await here.at("2021-05-05 10:31")
        assert here.message("Festa della musica").text.startswith("✓ Anna Rossi: È uscito")
        assert here.message("Festa della musica").keyboard == ()
        assert [each.state for each in here.ledger.attempts()] == ["published"]


async def test_nothing_is_sent_again_before_it_was_asked_twice(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:59")
        here.sandbox.fail(CUT)
        await here.at("2021-05-05 10:00")
        await here.press("Forse è già uscito", "Manda di nuovo")
        assert "@torino" in here.message("davvero").text
        await here.press("davvero", "No")
        await here.press("Forse è già uscito", "Manda di nuovo")
        assert len(here.out) == 0
        await here.press("davvero", "Sì")
        await here.at("2021-05-05 10:05")
        assert len(here.out) == 1


async def test_a_stranger_a_replay_and_made_up_data_change_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:59")
        here.sandbox.fail(CUT)
        await here.at("2021-05-05 10:00")
        answer = await here.press("Forse è già uscito", "È uscito", MALLORY)
        assert answer == "Non siete nell'elenco di chi può ordinare qui: nulla è cambiato."
        assert [each.state for each in here.ledger.attempts()] == ["unknown"]
        message = here.message("Forse è già uscito")
        press = here.sandbox.press(ADMINS.id, int(message.id), ANNA, "Manda di nuovo")
        await here.answer_to(press)
        await here.press("davvero", "Sì")
        await here.answer_to(here.sandbox.replay(press.id))
        await here.at("2021-05-05 10:05")
        await here.at("2021-05-05 10:10")
        assert len(here.out) == 1


async def test_a_file_that_breaks_is_told_with_its_line_and_its_author(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-04 09:00", items=FESTA) as here:
        await here.at("2021-05-04 09:00")
        broken = "year: 2021\nlink: https://example.org/\nitems:\n  - {id: gita, status: ready, title: Gita, when: 31 giugno}\n"
        here.write("content/2021-06.yaml", broken)
        commit(here.folder, "Bruno Neri")
        await here.at("2021-05-04 09:10")
        told = here.message("Errore in content/2021-06.yaml").text
        assert "Riga 4: " in told
        assert "ultima modifica di Bruno Neri <bruno@example.org>" in told
        assert "Nulla di questo è pubblico." in told
        await here.at("2021-05-04 09:20")
        here.write("content/2021-06.yaml", broken.replace("31", "30"))
        await here.at("2021-05-04 09:30")
        assert here.message("Errore in content/2021-06.yaml").text.startswith("✓ Risolto")
        assert len(here.told) == 1


def commit(folder: Path, name: str) -> None:
    """Put all files into git, by that name."""
    who = ["-c", f"user.name={name}", "-c", "user.email=bruno@example.org"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    for words in (["init", "-q"], ["add", "content"], ["commit", "-qm", "Giugno"]):
        subprocess.run(["git", *who, *words], check=True, cwd=folder, env=environment)

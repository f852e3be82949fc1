"""One thing that the desk stumbles over hides its own kind alone, and whoever watches from outside learns of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.desk.overdue import Overdue
from tests.desk.town import Town, town

FESTA = """
  - {id: festa, status: ready, title: Festa della musica, when: 12 maggio}
"""
BROKEN = "items:\n  - {id: [\n"


async def seen_with(here: Town, *overdue: Any) -> None:
    here.people.ticked(here.ticks[-1], overdue)
    await here.people.settle()


async def test_what_is_odd_hides_nothing_but_its_own_kind(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        late = Overdue(here.ticks[-1].plan.later[0].delivery, here.clock.at, "")
        await seen_with(here, late)
        await seen_with(here, None)  # it is not known whether that still stands
        assert not here.message("In ritardo").text.startswith("✓")
        here.write("content/a.yaml", BROKEN)
        await here.at("2021-05-05 09:31")
        here.write("content/b.yaml", BROKEN)
        here.library.refresh()
        await here.engine.tick()
        await seen_with(here, None)
        assert here.message("Errore in content/b.yaml")
        assert "overdue: AttributeError" in here.people.untold
        assert not here.desk.health().is_ok
        await here.at("2021-05-05 09:32")
        assert here.people.untold == ""

"""Ten troubles, each in a week of its own: what admins are told of it, when, by what way and in which words.

`python -m tests.desk.week` lives them all and prints what was measured as a table in Markdown.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.desk.matter import Public
from bot.desk.words import LANGUAGES
from tests.core.build import at
from tests.desk.days import ROME, News, week
from tests.desk.killed import live_and_die
from tests.desk.troubles import TICK, TROUBLES, Trouble

ITALIAN = LANGUAGES["it"]


@dataclass(frozen=True, slots=True)
class Measured:
    """How one trouble was told. Instants are UTC."""

    begins: datetime
    told: tuple[News, ...]  # before it was mended
    mended: datetime
    settled: datetime | None
    later: tuple[News, ...]  # what the rest of the day brought besides


async def live(trouble: Trouble, folder: Path) -> Measured:
    """The week from its Monday until the evening after the trouble was mended."""
    async with week(folder) as here:
        await here.town.play(trouble.at, step=timedelta(hours=3))
        assert here.news() == [], here.news()
        trouble.plant(here)
        here.town.clock.at = trouble.begins
        await here.town.until(lambda: bool(here.news()), trouble.within + TICK)
        await here.town.play(trouble.until, step=timedelta(minutes=15))
        told = here.news()
        mending = trouble.mend(here)
        if mending is not None:
            await mending
        first = told[0] if told else None
        await here.town.until(
            lambda: first is None or here.settled(first) is not None, trouble.settled_within + TICK
        )
        await here.town.play(f"{trouble.until[:10]} 20:00", step=timedelta(minutes=15))
        settled = here.settled(first) if first else None
        known = {(each.way, each.id or each.at) for each in told}
        later = [
            each
            for each in here.news()
            if (each.way, each.id or each.at) not in known and not each.title.startswith("✓")
        ]
        return Measured(trouble.begins, tuple(told), at(trouble.until), settled, tuple(later))


def public_of(told: News) -> list[Public]:
    """What a message says of whether anything is public."""
    return [each for each in Public if ITALIAN.public[each] in told.text]


# --- the table --------------------------------------------------------------------------------------

_HEAD = (
    "| trouble | begins | told | after | by | title | public? | mended | said to be settled |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def _row(name: str, measured: Measured) -> str:
    told = measured.told[0]
    cells = [
        name,
        _local(measured.begins),
        _local(told.at) + (f", and {len(measured.told) - 1} more" if measured.told[1:] else ""),
        _length(told.at - measured.begins),
        told.way,
        told.title,
        ", ".join(public_of(told)) or "see the text",
        _local(measured.mended),
        _local(measured.settled) if measured.settled else "never",
    ]
    return f"| {' | '.join(cells)} |"


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(ROME):%a %H:%M:%S}"


def _length(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} min {length.seconds % 60:02} s"


async def _main() -> None:
    print(_HEAD)
    for trouble in TROUBLES:
        with tempfile.TemporaryDirectory() as folder:
            print(_row(trouble.name, await live(trouble, Path(folder))), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        death = await live_and_die(Path(folder))
        told = News(death.down.at, "dead-man switch", "DOWN", death.down.last)
        lived = Measured(death.at, (told,), death.restarted, death.up.at, ())
        print(_row("bot killed and left dead", lived))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(_main())

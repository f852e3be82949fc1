"""What was announced and is true no more is told with each live post and its right text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.town import Town, town

HEAD = "year: 2021\nlink: https://example.org/\nitems:\n"
FESTA = "  - {id: festa, status: ready, title: Festa, when: 12 maggio, where: Piazza}\n"


async def announced(here: Town) -> None:
    await here.at("2021-05-05 10:00")
    assert len(here.out) == 1


@pytest.mark.parametrize(
    ("now_says", "told"),
    [
        (FESTA.replace("12 maggio", "13 maggio"), "data: 12 maggio -> 13 maggio"),
        (FESTA.replace("Piazza", "Teatro"), "luogo: Piazza -> Teatro"),
        (
            FESTA.replace("Festa,", "Festa, link: https://example.org/festa,"),
            "link: https://example.org/ -> https://example.org/festa",
        ),
        (FESTA.replace("ready", "cancelled"), "l'evento è annullato"),
        (
            "  - {id: altra, status: ready, title: Altra, when: 20 maggio}\n",
            "la notizia non c'è più nei file",
        ),
    ],
)
async def test_a_change_is_told_once_and_closed_by_who_saw_to_it(
    tmp_path: Path, now_says: str, told: str
) -> None:
    async with town(tmp_path, "2021-05-05 09:59", items=FESTA) as here:
        await announced(here)
        here.write("content/2021-05.yaml", HEAD + now_says)
        await here.at("2021-05-05 10:30")
        message = here.message("Annunciato, ma è cambiato: Festa")
        assert told in message.text
        assert "È pubblico." in message.text
        assert "t.me/torino/" in message.text
        await here.press("Annunciato", "Fatto")
        await here.at("2021-05-05 11:00")
        assert "✓ Anna Rossi: Fatto" in here.message("Annunciato").text


@pytest.mark.parametrize(
    "now_says",
    [FESTA.replace("Festa", "La festa"), FESTA + "    \n", FESTA.replace("}", ", tags: [BJCEM]}")],
)
async def test_other_words_are_no_change(tmp_path: Path, now_says: str) -> None:
    async with town(tmp_path, "2021-05-05 09:59", items=FESTA) as here:
        await announced(here)
        here.write("content/2021-05.yaml", HEAD + now_says)
        await here.at("2021-05-05 10:30")
        assert here.told == []


async def test_what_is_over_is_not_told(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:59", items=FESTA) as here:
        await announced(here)
        await here.at("2021-05-13 09:00")
        here.write("content/2021-05.yaml", HEAD + FESTA.replace("Piazza", "Teatro"))
        await here.at("2021-05-13 10:00")
        assert [each.text for each in here.told if "cambiato" in each.text] == []


async def test_put_back_as_it_was_it_is_settled(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:59", items=FESTA) as here:
        await announced(here)
        here.write("content/2021-05.yaml", HEAD + FESTA.replace("Piazza", "Teatro"))
        await here.at("2021-05-05 10:30")
        here.write("content/2021-05.yaml", HEAD + FESTA)
        await here.at("2021-05-05 10:40")
        assert here.message("cambiato").text.startswith("✓ Risolto")

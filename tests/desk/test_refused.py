"""What Telegram refuses in the admin chat keeps nothing else from being told, and is not tried for ever."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox import Standing
from tests.desk.town import ADMINS, CHANNELS, X_CHANNEL, Town, town
from tests.pictures import png

FESTA = """
  - {id: festa, status: ready, title: Festa della musica, when: 12 maggio}
"""
BROKEN = "items:\n  - {id: [\n"
MENDED = "year: 2021\nitems: []\n"


def edits(here: Town) -> int:
    return sum(1 for each in here.sandbox.requests if each.call == "editMessageText")


async def test_a_picture_whose_text_has_no_room_below_it_is_shown_without_it(
    tmp_path: Path,
) -> None:
    """X counts a link as 23 characters; a caption of Telegram has room for 1024 in all."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content/festa.png").write_bytes(png(1200, 675))
    link = f"https://example.org/{'a' * 1500}"
    items = (
        f"  - {{id: festa, status: ready, title: Festa, when: 12 maggio, link: '{link}', channels: [x-it], "
        "image: {file: festa.png, alt: Una piazza}}\n"
        "  - {id: gara, status: ready, title: Gara, when: 12 maggio, channels: [x-it]}\n"
    )
    channels = CHANNELS + X_CHANNEL
    async with town(tmp_path, "2021-05-04 15:00", items=items, channels=channels) as here:
        await here.at("2021-05-04 15:00")
        assert link in here.message("Festa").text
        assert here.message("Festa").keyboard
        assert here.message("Gara").keyboard
        assert here.people.untold == ""


async def test_a_chat_that_threw_the_bot_out_is_not_asked_for_ever_to_show_what_is_settled(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, "2021-05-04 09:00", items=FESTA) as here:
        here.write("content/a.yaml", BROKEN)
        await here.at("2021-05-04 09:01")
        assert len(here.told) == 1
        here.sandbox.change_standing(ADMINS.address, Standing.STRANGER)
        here.write("content/a.yaml", MENDED)
        for minute in range(2, 6):
            await here.at(f"2021-05-04 09:0{minute}")
        assert edits(here) == 1
        assert here.ledger.alerts.live() == []

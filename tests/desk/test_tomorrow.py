"""What admins are shown on a working afternoon is what followers read, unless somebody stops it."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox import Arrival, Fault, Kind
from tests.core.build import at
from tests.desk.town import ADMINS, ANNA, CHANNELS, FOLLOWERS, X_CHANNEL, Town, town
from tests.pictures import png

ITEMS = """
  - {id: festa, status: ready, title: Festa della musica, when: 12 maggio}
  - {id: corsa, status: ready, title: Corsa & corse <5 km>, when: 19 maggio}
"""


def posts(here: Town, chat: str) -> list[tuple[str, tuple[object, ...]]]:
    return [
        (each.text, tuple(each.entities)) for each in here.sandbox.posts if each.channel == chat
    ]


async def test_the_next_working_days_posts_are_shown_as_they_will_go_out(tmp_path: Path) -> None:
    async with town(
        tmp_path, "2021-05-04 14:00", items=ITEMS, channels=CHANNELS + X_CHANNEL
    ) as here:
        await here.at("2021-05-04 14:59")
        assert here.told == []
        await here.at("2021-05-04 15:00")
        heading, *shown = here.told
        assert (
            heading.text
            == "Prossimo giorno di lavoro, mercoledì 5 maggio: 2 annunci, come usciranno"
        )
        labels = [each.text for post in shown for row in post.keyboard for each in row]
        assert labels == [
            "Ferma · mer 5 maggio 10:00 · telegram-it",
            "Ferma · mer 5 maggio 10:00 · x-it",
        ]
        as_shown = posts(here, ADMINS.address)[1:]
        await here.at("2021-05-05 10:00")
        assert as_shown[0] == posts(here, FOLLOWERS.address)[0]
        assert as_shown[1][0] == posts(here, "torino")[0][0]


async def test_what_is_stopped_does_not_go_out_unless_it_is_let_go(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-04 15:00", items=ITEMS) as here:
        await here.at("2021-05-04 15:00")
        assert await here.press("Festa", "Ferma") == "✓ Anna Rossi: fermato"
        await here.at("2021-05-05 10:00")
        assert posts(here, FOLLOWERS.address) == []
        button = here.message("Festa").keyboard[0][0].text
        assert button == "Fai uscire · Anna Rossi · mer 5 maggio 10:00 · telegram-it"
        assert await here.press("Festa", "Fai uscire") == "✓ Anna Rossi: esce"
        await here.at("2021-05-05 10:05")
        assert len(posts(here, FOLLOWERS.address)) == 1
        assert here.message("Festa").keyboard == ()


async def test_a_stop_that_comes_when_the_post_is_out_is_told_that_it_is_too_late(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, "2021-05-04 15:00", items=ITEMS) as here:
        await here.at("2021-05-04 15:00")
        here.clock.at = at("2021-05-05 10:00")
        await here.look()  # it goes out, and the desk has not looked since
        assert len(posts(here, FOLLOWERS.address)) == 1
        assert await here.press("Festa", "Ferma") == "È già uscito, o il suo tempo è passato."
        assert here.ledger.orders.pauses() == ()


async def test_a_stop_at_the_very_second_of_sending_does_not_say_that_it_is_stopped(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, "2021-05-04 15:00", items=ITEMS) as here:
        await here.at("2021-05-04 15:00")
        answers: list[str] = []

        async def stop(_: Arrival) -> None:
            answers.append(await here.press("Festa", "Ferma"))

        here.sandbox.fail(Fault(Kind.TOO_MANY, channel=FOLLOWERS.address, seconds=60, hook=stop))
        await here.at("2021-05-05 10:00")
        assert answers == [
            "Sta uscendo proprio ora: forse è già pubblico. Se non arriva, resta fermo."
        ]
        await here.at("2021-05-05 10:05")
        assert posts(here, FOLLOWERS.address) == []


async def test_a_stop_that_stands_is_missed_in_silence(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-04 15:00", items=ITEMS) as here:
        await here.at("2021-05-04 15:00")
        await here.press("Festa", "Ferma")
        await here.play("2021-05-11 18:00")
        titles = [each.text.splitlines()[0] for each in here.told]
        assert [each for each in titles if "Festa" in each and "tempo" in each] == []
        # its eve is another post, and nobody has stopped that one
        assert len(posts(here, FOLLOWERS.address)) == 1


async def test_a_post_that_changes_after_it_was_shown_is_shown_anew(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-04 15:00", items=ITEMS) as here:
        await here.at("2021-05-04 15:00")
        here.write(
            "content/2021-05.yaml",
            "year: 2021\nlink: https://example.org/\nitems:\n"
            "  - {id: festa, status: ready, title: Festa della voce, when: 12 maggio}\n",
        )
        await here.at("2021-05-04 15:10")
        assert "Festa della voce" in here.message("Festa").text
        assert len(here.told) == 2


async def test_on_a_friday_the_posts_of_monday_are_shown(tmp_path: Path) -> None:
    items = "  - {id: gita, status: ready, title: Gita, when: 17 maggio}\n"
    async with town(tmp_path, "2021-05-07 15:00", items=items) as here:
        await here.at("2021-05-07 15:00")
        assert "lunedì 10 maggio: 1 annunci" in here.told[0].text


async def test_a_day_without_posts_is_told_in_one_line(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-03 15:00", items=ITEMS) as here:
        await here.at("2021-05-03 15:00")
        await here.at("2021-05-03 16:00")
        texts = [each.text for each in here.told if "settimana" not in each.text]
        assert texts == ["Fino a martedì 4 maggio compreso non esce nulla"]


async def test_a_replayed_stop_does_not_undo_what_was_let_go_since(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-04 15:00", items=ITEMS) as here:
        await here.at("2021-05-04 15:00")
        message = here.message("Festa")
        stop = here.sandbox.press(ADMINS.id, int(message.id), ANNA, (0, 0))
        await here.answer_to(stop)
        await here.press("Festa", "Fai uscire")
        assert await here.answer_to(here.sandbox.replay(stop.id)) == "È già stato fatto."
        assert here.ledger.orders.pauses() == ()


async def test_a_post_with_a_picture_is_shown_with_it(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/festa.png").write_bytes(png(1200, 675))
    items = "  - {id: festa, status: ready, title: Festa, when: 12 maggio, image: {file: festa.png, alt: Una piazza}}\n"
    async with town(tmp_path, "2021-05-04 15:00", items=items) as here:
        await here.at("2021-05-04 15:00")
        await here.at("2021-05-05 10:00")
        [shown] = [each for each in here.told if each.pictures]
        [out] = [each for each in here.sandbox.posts if each.channel == FOLLOWERS.address]
        assert (shown.text, shown.pictures) == (out.text, out.pictures)
        assert shown.keyboard == ()

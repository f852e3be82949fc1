"""The commands of the admin chat, as members and strangers write them: over real sockets, in the process that publishes."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.model import Platform
from bot.desk.words import LANGUAGES
from bot.sandbox import Fault, Kind, Moment, Standing, User
from tests.desk.town import ADMINS, ANNA, CHANNELS, MALLORY, X_CHANNEL, Town, town

BOT = "banditore_sandbox_bot"
ANONYMOUS = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)

FESTA = """
  - {id: festa, status: ready, title: Festa della musica, when: 12 maggio, summary: Si balla.}
  - {id: mostra, status: ready, title: Mostra, when: 13 maggio}
  - {id: concerto, title: Concerto, when: 8 maggio}
"""


def speaking(language: str) -> str:
    """The channels of the town, whose admins are spoken to in a language."""
    return CHANNELS.replace("language: it}\nchannels", f"language: {language}}}\nchannels")


async def heard(here: Town) -> None:
    """Wait until all that was written so far is dealt with: anybody may ask for their number."""
    before = len(here.told)
    here.sandbox.say(ADMINS.id, MALLORY, "/id")
    number = str(MALLORY.id)
    answered = await here.sandbox.stir.until(
        lambda: any(each.text == number for each in here.told[before:]), 30
    )
    assert answered, "it is deaf"


# --- what each answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_status_tells_what_needs_a_person_before_everything_else(
    tmp_path: Path, language: str
) -> None:
    items, channels = FESTA, speaking(language) + X_CHANNEL
    async with town(tmp_path, "2021-05-05 09:00", items=items, channels=channels) as here:
        await here.at("2021-05-05 09:59")
        words = LANGUAGES[language]
        told = await here.say("/status")
        assert told.startswith(words.phrase("all_well"))
        assert "10:00 telegram-it · Festa della musica" in told
        assert words.phrase("late_drafts") in told
        assert "• concerto" in told
        assert words.phrase("of_budget", channel="x-it", spent="0.00", budget="10.00") in told
        here.sandbox.fail(Fault(kind=Kind.CUT, channel="@torino"))
        await here.at("2021-05-05 10:00")
        told = await here.say("/status")
        assert told.startswith(words.phrase("needs_person"))
        assert told.splitlines()[1].endswith("Festa della musica")


async def test_what_a_person_has_seen_to_needs_nobody(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-04 09:00", items=FESTA) as here:
        await here.at("2021-05-05 10:00")
        here.write(
            "content/2021-05.yaml",
            """
            year: 2021
            link: https://example.org/
            items:
              - {id: festa, status: cancelled, title: Festa della musica, when: 12 maggio}
              - {id: mostra, status: ready, title: Mostra, when: 13 maggio}
            """,
        )
        await here.at("2021-05-05 10:01")
        assert await here.press("Annunciato, ma è cambiato", "Fatto") == "✓ Anna Rossi: Fatto"
        assert (await here.say("/status")).startswith("✓")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_next_lists_posts_by_day_as_many_as_asked_for(tmp_path: Path, language: str) -> None:
    items, channels = FESTA, speaking(language) + X_CHANNEL
    async with town(tmp_path, "2021-05-05 09:00", items=items, channels=channels) as here:
        await here.at("2021-05-05 09:30")
        posts = "telegram-it · ", "x-it · "
        told = await here.say("/next")
        assert sum(told.count(each) for each in posts) == 10
        assert told.startswith(LANGUAGES[language].phrase("coming"))
        told = await here.say("/next 3")
        assert sum(told.count(each) for each in posts) == 3
        told = await here.say("/next X-IT 4")
        assert [told.count(each) for each in posts] == [0, 4]
        told = await here.say("/next x-ti")
        assert told == "\n".join(
            (
                LANGUAGES[language].phrase("no_channel", name="x-ti"),
                LANGUAGES[language].phrase("perhaps", names="x-it"),
            )
        )


async def test_a_preview_shows_the_very_words_that_go_out(tmp_path: Path) -> None:
    channels = CHANNELS + X_CHANNEL
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA, channels=channels) as here:
        await here.at("2021-05-05 09:30")
        await here.say("/preview festa")
        await heard(here)
        shown = [each for each in here.told if "Si balla." in each.text]
        assert [each.text.splitlines()[0] for each in shown] == [
            "mer 5 maggio 10:00 · telegram-it",
            "mer 5 maggio 10:00 · x-it",
        ]
        await here.at("2021-05-05 10:00")
        out = sorted(here.to_followers, key=lambda each: each.platform)  # each has its own lane
        assert len(out) == 2
        for post, preview in zip(out, shown, strict=True):
            heading, _, own = preview.text.partition("\n\n")
            assert own == post.text
            if post.platform is Platform.TELEGRAM:
                before = len(heading) + 2
                marks = [
                    (each.kind, each.offset - before, each.length) for each in preview.entities
                ]
                assert marks[1:] == [
                    (each.kind, each.offset, each.length) for each in post.entities
                ]


async def test_a_preview_tells_a_draft_what_is_over_and_what_is_not_there(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        assert "telegram-it · è una bozza, così com'è non esce" in await here.say(
            "/preview concerto"
        )
        assert await here.say("/preview musica") == (
            "Non c'è nessuna notizia «musica».\nForse: festa"
        )
        await here.at("2021-05-12 11:00")
        assert await here.say("/preview festa") == "«festa» non ha più annunci da fare."


async def test_a_preview_without_an_item_shows_tomorrow_again_with_its_buttons(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, "2021-05-04 09:00", items=FESTA) as here:
        await here.at("2021-05-04 15:00")
        first = next(each for each in here.told if "Si balla." in each.text)
        await here.say("/preview")
        await heard(here)
        again = [each for each in here.told if "Si balla." in each.text]
        assert [each.text for each in again] == [first.text] * 2
        press = here.sandbox.press(ADMINS.id, int(again[1].id), ANNA, (0, 0))
        assert await here.answer_to(press) == "✓ Anna Rossi: fermato"
        await here.at("2021-05-05 10:30")
        assert here.out == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_command_that_there_is_not_is_answered_with_the_list(
    tmp_path: Path, language: str
) -> None:
    async with town(tmp_path, "2021-05-04 09:00", channels=speaking(language)) as here:
        await here.at("2021-05-04 09:01")
        words = LANGUAGES[language]
        for written in ("/help", "/start", "/stato"):
            told = await here.say(written)
            assert (words.phrase("unknown_command") in told) is (written == "/stato")
            assert f"/status: {words.phrase('about_status')}" in told


# --- silence --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_due_in_a_pause_is_held_and_goes_out_when_it_ends(
    tmp_path: Path, language: str
) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA, channels=speaking(language)) as here:
        await here.at("2021-05-05 09:30")
        words = LANGUAGES[language]
        told = await here.say("/pause piove")
        assert told.startswith(words.phrase("now_paused", scope=words.phrase("everything")))
        assert "Anna Rossi: piove" in told
        assert f"{words.phrase('stops')}: 1" in told
        assert "10:00 telegram-it · Festa della musica" in told
        await here.at("2021-05-05 10:30")
        assert here.out == []
        told = await here.say("/resume")
        assert told.startswith(
            words.phrase("resumes", who="Anna Rossi", scope=words.phrase("everything"))
        )
        await here.at("2021-05-05 10:31")
        assert len(here.out) == 1


async def test_a_pause_is_in_the_book_by_the_name_of_who_ordered_it(tmp_path: Path) -> None:
    channels = CHANNELS + X_CHANNEL
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA, channels=channels) as here:
        await here.at("2021-05-05 09:30")
        await here.say("/pause x-it festa 2h piove  forte")
        [pause] = here.ledger.orders.pauses()
        assert (pause.channel, pause.item, pause.by, pause.reason) == (
            "x-it",
            "festa",
            "Anna Rossi",
            "piove forte",
        )
        assert pause.until == here.clock.at + timedelta(hours=2)
        await here.say("/pause x-it")
        await here.say("/resume festa")
        assert len(here.ledger.orders.pauses()) == 2
        await here.say("/resume x-it")
        await here.say("/resume x-it festa")
        assert not here.ledger.orders.pauses()


async def test_the_button_below_a_pause_ends_it_once(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        await here.say("/pause telegram-it")
        message = here.message("In pausa: telegram-it")
        stranger = here.sandbox.press(ADMINS.id, int(message.id), MALLORY, (0, 0))
        assert "Non siete nell'elenco" in await here.answer_to(stranger)
        assert len(here.ledger.orders.pauses()) == 1
        press = here.sandbox.press(ADMINS.id, int(message.id), ANNA, (0, 0))
        assert await here.answer_to(press) == "▶ Anna Rossi: riprende telegram-it"
        assert not here.ledger.orders.pauses()
        assert here.message("riprende telegram-it").keyboard == ()
        await here.say("/pause telegram-it di nuovo")
        again = here.sandbox.replay(press.id)
        await here.sandbox.stir.until(
            lambda: len(here.sandbox.presses[again.callback_id].shown) > 1, 20
        )
        assert len(here.ledger.orders.pauses()) == 1


async def test_a_slip_of_a_name_or_an_end_that_can_t_be_changes_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        for written in ("telegram-ti", "festaa 2h", "25:00", "2021-05-01 guasto", "telegram-it 0h"):
            assert "Nulla è cambiato" in await here.say(f"/pause {written}")
        assert not here.ledger.orders.pauses()


async def test_silence_that_stands_already_is_told_and_not_ordered_again(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        await here.say("/pause guasto")
        for written in ("/pause", "/pause 2h", "/pause tutto"):
            told = await here.say(written)
            assert told.startswith("Era già in pausa: tutto\nAnna Rossi: guasto")
        assert len(here.ledger.orders.pauses()) == 1


async def test_a_channel_that_had_been_stopped_speaks_again(tmp_path: Path) -> None:
    channels = CHANNELS + X_CHANNEL
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA, channels=channels) as here:
        await here.at("2021-05-05 09:30")
        moved = CHANNELS.replace('"@torino"', '"@torino_nuovo"') + X_CHANNEL
        here.write("schedules/channels.yaml", moved)
        await here.at("2021-05-05 09:31")
        assert "Canale fermo: telegram-it" in await here.say("/status")
        assert "riprende telegram-it" in await here.say("/resume telegram-it")
        assert "telegram-it" not in (await here.say("/status")).partition("Nodi")[0]


# --- who, and when --------------------------------------------------------------------------------


async def test_a_stranger_s_command_changes_nothing_and_gets_no_answer(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        for written in ("/pause", "/status", "/next", "/preview festa", "/help"):
            here.sandbox.say(ADMINS.id, MALLORY, written)
        await heard(here)
        assert [each.text for each in here.told] == [str(MALLORY.id)]
        assert not here.ledger.orders.pauses()


async def test_a_chat_that_the_files_name_no_longer_orders_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        await here.say("/status")
        here.write("schedules/channels.yaml", CHANNELS[CHANNELS.index("channels:") :])
        await here.at("2021-05-05 09:31")
        here.sandbox.say(ADMINS.id, ANNA, "/pause")
        assert not await here.sandbox.stir.until(lambda: bool(here.ledger.orders.pauses()), 0.5)
        here.write("schedules/channels.yaml", CHANNELS)
        await here.at("2021-05-05 09:50")
        await heard(here)
        assert here.told[-2].text == "/pause è arrivato troppo tardi: non è stato eseguito."
        assert not here.ledger.orders.pauses()


async def test_an_old_command_is_not_carried_out(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        here.sandbox.say(ADMINS.id, ANNA, "/pause")
        await here.at("2021-05-05 09:11")  # only now it listens
        await heard(here)
        assert here.told[0].text == "/pause è arrivato troppo tardi: non è stato eseguito."
        assert not here.ledger.orders.pauses()


async def test_a_flood_of_commands_changes_nothing_twice_and_posts_go_out_meanwhile(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:59")
        for number in range(500):
            here.sandbox.say(ADMINS.id, ANNA, "/pause mostra" if number % 2 else "/status")
        await here.at("2021-05-05 10:00")
        assert len(here.out) == 1
        await heard(here)
        assert len(here.ledger.orders.pauses()) == 1
        answers = [each for each in here.told if each.text != str(MALLORY.id)]
        assert len(answers) == 10
        assert len(here.out) == 1


async def test_a_command_for_another_bot_is_not_ours(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        here.sandbox.say(ADMINS.id, ANNA, "/pause@another_bot")
        here.sandbox.say(ADMINS.id, ANNA, "/pausetta lunga")
        await heard(here)
        assert not here.ledger.orders.pauses()
        assert (await here.say(f"/PAUSE@{BOT}")).startswith("⏸ In pausa: tutto")
        assert (await here.say(f"/resume@{BOT.upper()}\ntutto")).startswith("▶ Anna Rossi")


HOSTILE = (
    "<b>x</b> & <a href='https://evil.example'>y</a>",
    "\u202eabc\u2066",
    "x" * 4000,
    "\n\n<i>",
    "<pre>" * 500,
    "😀" * 1900,
)


@pytest.mark.parametrize("written", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "command", ["next", "preview", "pause", "pause festa", "resume", "boh", "status"]
)
async def test_hostile_words_are_shown_as_they_are_or_not_at_all(
    tmp_path: Path, command: str, written: str
) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        told = await here.say(f"/{command} {written}")
        assert len(told) < 1500
        assert not set("\u202e\u2066") & set(told)
        marks = {each.kind for each in here.told[-1].entities}
        assert marks <= {"bold", "bot_command", "pre", "url"}  # an address is a link by itself
        for pause in here.ledger.orders.pauses():
            assert "\n" not in pause.reason
            assert len(pause.reason) <= 300


# --- Telegram away --------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", Moment)
async def test_an_order_whose_answer_is_lost_is_answered_again_and_not_ordered_again(
    tmp_path: Path, moment: Moment
) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        here.sandbox.fail(Fault(kind=Kind.CUT, moment=moment, channel=ADMINS.address))
        here.sandbox.say(ADMINS.id, ANNA, "/pause 2h")
        await heard(here)
        assert len(here.ledger.orders.pauses()) == 1
        answers = [each.text.splitlines()[0] for each in here.told[:-1]]
        assert set(answers) == {"⏸ In pausa: tutto"}


async def test_an_order_that_is_handed_over_twice_is_carried_out_once(tmp_path: Path) -> None:
    """As it is where a process dies before it could confirm that it heard it."""
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        await here.say("/pause")
        resumed = here.sandbox.say(ADMINS.id, ANNA, "/resume")
        await heard(here)
        standing = here.ledger.orders.pause(reason="allerta meteo", by="Bruno Neri")
        here.sandbox.replay(resumed.id)
        await heard(here)
        assert here.ledger.orders.pauses() == (standing,)
        assert here.told[-2].text == "È già stato fatto."


async def test_what_is_passed_on_is_no_command(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        said = here.sandbox.say(ADMINS.id, ANNA, "guardate").message
        origin = {"type": "hidden_user", "sender_user_name": "Bruno", "date": 1620200000}
        passed_on = replace(said, text="/pause", origin=origin)
        here.sandbox.updates.add(here.clock.at, ADMINS, passed_on)
        await heard(here)
        assert [each.text for each in here.told] == [str(MALLORY.id)]
        assert not here.ledger.orders.pauses()


async def test_who_writes_anonymously_is_told_no_number(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        here.sandbox.say(ADMINS.id, ANONYMOUS, "/id")
        await heard(here)
        assert "Scrivete in forma anonima" in here.told[-2].text


async def test_an_answer_to_a_press_that_is_refused_keeps_nothing_from_being_heard(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        await here.at("2021-05-05 09:30")
        await here.say("/pause")
        message = here.message("In pausa")
        here.sandbox.change_standing(ADMINS.address, Standing.STRANGER)
        here.sandbox.press(ADMINS.id, int(message.id), ANNA, (0, 0))
        async with asyncio.timeout(20):
            while "chat.unanswered" not in caplog.messages:
                await asyncio.sleep(0.01)
        assert not here.ledger.orders.pauses()
        here.sandbox.change_standing(ADMINS.address, Standing.ADMIN)
        await heard(here)


async def test_the_menu_is_offered_once_in_the_language_of_admins(tmp_path: Path) -> None:
    async with town(tmp_path, "2021-05-05 09:00", channels=speaking("en")) as here:
        await here.at("2021-05-05 09:30")
        await heard(here)
        [offered] = here.sandbox.commands.values()
        assert offered[0] == {
            "command": "status",
            "description": "how things stand, and what needs a person",
        }


async def test_a_menu_that_can_t_be_offered_is_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with town(tmp_path, "2021-05-05 09:00", items=FESTA) as here:
        here.sandbox.fail(Fault(kind=Kind.SERVER_ERROR, call="setMyCommands"))
        await here.at("2021-05-05 09:30")
        assert (await here.say("/status")).startswith("✓")
        assert here.sandbox.commands == {}
    assert "chat.deaf" not in caplog.messages
    ordered = [each for each in caplog.records if each.message == "chat.ordered"]
    assert [vars(each)["fields"] for each in ordered] == [{"command": "status", "by": "Anna Rossi"}]

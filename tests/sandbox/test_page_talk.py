"""The page of a chat with people: what it shows, and what a reader may do there without a script."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from bot.sandbox import TELEGRAM_TOKEN, Chat, Sandbox, serve
from tests.sandbox.conftest import ADMINS, CARLA, Clock, Served

BOTH = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Sì", callback_data="y"),
            InlineKeyboardButton("No", callback_data="n"),
        ],
        [InlineKeyboardButton("Sito", url="https://example.org/a")],
    ]
)
PRESS = {"chat": str(ADMINS), "message": "1", "button": "0-1"}


@pytest.fixture
async def playable() -> AsyncIterator[Served]:
    clock = Clock()
    redazione = Chat(ADMINS, title="Redazione", kind="supergroup")
    torino = Chat(-1001, username="torino")
    sandbox = Sandbox(now=clock, chats=[redazione, torino], users=[CARLA], is_playable=True)
    async with serve(sandbox) as address:
        yield Served(sandbox, address, clock)


async def page(served: Served, path: str = "/?lang=it") -> httpx.Response:
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        return await http.get(path)


async def play(served: Served, given: dict[str, str], **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=served.address.base, headers=headers) as http:
        return await http.post("/play?lang=it", data=given)


async def test_a_chat_with_people_is_a_conversation(served: Served, bot: Bot) -> None:
    said = served.sandbox.say(ADMINS, CARLA, "<b>/stato</b>")
    reply = ReplyParameters(said.message_id)
    sent = await bot.send_message(ADMINS, "Vive.", reply_parameters=reply, reply_markup=BOTH)
    pressed = served.sandbox.press(ADMINS, sent.message_id, CARLA, "No")
    await bot.answer_callback_query(pressed.callback_id, "Va <bene>")
    shown = (await page(served)).text
    assert 'class="mine"' in shown
    assert '<p class="answers">&lt;b&gt;/stato&lt;/b&gt;</p>' in shown
    assert '<a href="https://example.org/a" rel="noreferrer" class="key ">Sito ↗</a>' in shown
    assert "<span>a Carla Rossi</span> Va &lt;bene&gt;" in shown
    assert "2 messaggi" in shown


async def test_where_nobody_may_play_nothing_can_be_pressed_or_sent(
    served: Served, bot: Bot
) -> None:
    await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
    answer = await page(served)
    assert answer.text.count("<button") == answer.text.count("disabled>") == 2
    assert 'class="composer"' not in answer.text
    assert "form-action 'none'" in answer.headers["content-security-policy"]
    assert (await play(served, PRESS)).status_code == 404
    assert await bot.get_updates() == ()


async def test_a_button_of_the_page_is_pressed_by_a_make_believe_member(playable: Served) -> None:
    async with Bot(TELEGRAM_TOKEN, base_url=playable.address.telegram) as bot:
        await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
        answer = await play(playable, PRESS)
        (update,) = await bot.get_updates()
    assert update.callback_query
    assert (update.callback_query.data, update.callback_query.from_user.username) == ("n", "ospite")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(
        f"channel=telegram-{ADMINS}&lang=it#telegram-{ADMINS}-1"
    )
    policy = (await page(playable)).headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "script" not in policy


async def test_a_command_of_the_page_is_said_and_the_next_page_shows_it(playable: Served) -> None:
    answer = await play(playable, {"chat": str(ADMINS), "text": "/stato"})
    async with Bot(TELEGRAM_TOKEN, base_url=playable.address.telegram) as bot:
        (update,) = await bot.get_updates()
    assert update.message
    assert update.message.text == "/stato"
    shown = (await page(playable, answer.headers["location"].partition("#")[0])).text
    assert "/stato" in shown
    assert shown.count('class="composer"') == 1


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (PRESS | {"button": "7-7"}, 303),
        (PRESS | {"button": "x"}, 303),
        (PRESS | {"message": "99"}, 303),
        ({"chat": str(ADMINS), "text": " "}, 303),
        ({"chat": "@torino", "text": "in un canale"}, 303),
        ({"chat": "@nessuno", "text": "ciao"}, 404),
        ({}, 404),
    ],
)
async def test_a_form_that_makes_no_sense_does_nothing(
    playable: Served, given: dict[str, str], status: int
) -> None:
    async with Bot(TELEGRAM_TOKEN, base_url=playable.address.telegram) as bot:
        await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
        assert (await play(playable, given)).status_code == status
        assert await bot.get_updates() == ()


async def test_another_site_cant_press_for_the_reader(playable: Served) -> None:
    answer = await play(
        playable, {"chat": str(ADMINS), "text": "/pausa"}, **{"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403
    assert playable.sandbox.posts == []

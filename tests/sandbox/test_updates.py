"""How the real python-telegram-bot hears of people: getUpdates over a real socket."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from telegram.error import Conflict

from bot.sandbox import TELEGRAM_TOKEN, Chat, Fault, Kind, Moment, Sandbox, serve
from tests.sandbox.conftest import ADMINS, CARLA, Clock, Served

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Sì", callback_data="yes")]])


def ids(updates: tuple[Update, ...]) -> list[int]:
    return [update.update_id for update in updates]


def query(update: Update) -> CallbackQuery:
    assert update.callback_query
    return update.callback_query


async def asked(bot: Bot) -> Message:
    return await bot.send_message(ADMINS, "Pubblico?", reply_markup=KEYBOARD)


async def polling(served: Served, bot: Bot) -> asyncio.Task[tuple[Update, ...]]:
    """A long poll that waits at the sandbox."""
    before = len(served.sandbox.requests)
    task = asyncio.create_task(bot.get_updates(timeout=40))
    while len(served.sandbox.requests) == before or not served.sandbox.updates.is_awaited():
        assert not task.done()
        await asyncio.sleep(0)
    return task


async def test_what_a_person_writes_is_told_with_its_commands(served: Served, bot: Bot) -> None:
    said = served.sandbox.say(ADMINS, CARLA, "/pause@banditore_sandbox_bot 2h #urgente")
    (update,) = await bot.get_updates()
    message = update.message
    assert message
    assert (update.update_id, message.message_id) == (said.id, said.message_id)
    assert message.from_user
    assert (message.from_user.id, message.from_user.full_name) == (501, "Carla Rossi")
    assert (message.chat.id, message.chat.type) == (ADMINS, "supergroup")
    assert message.date == served.clock.at
    assert message.parse_entities() == {
        message.entities[0]: "/pause@banditore_sandbox_bot",
        message.entities[1]: "#urgente",
    }
    assert message.entities[0].type == "bot_command"


@pytest.mark.parametrize(
    ("text", "commands"),
    [("/a", 1), ("dopo /a e /b", 2), ("e/o", 0), ("https://e.it/a", 0), ("//a", 0), ("/è", 0)],
)
async def test_only_what_telegram_takes_for_a_command_is_one(
    served: Served, bot: Bot, text: str, commands: int
) -> None:
    served.sandbox.say(ADMINS, CARLA, text)
    (update,) = await bot.get_updates()
    assert update.message
    assert [each.type for each in update.message.entities].count("bot_command") == commands


async def test_an_answer_carries_what_it_answers(served: Served, bot: Bot) -> None:
    asked = await bot.send_message(ADMINS, "Perché?")
    served.sandbox.say(ADMINS, CARLA, "Perché sì", reply_to=asked.message_id)
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.reply_to_message
    assert update.message.reply_to_message.text == "Perché?"


async def test_updates_come_again_until_a_higher_offset_confirms_them(
    served: Served, bot: Bot
) -> None:
    one, two, three = (served.sandbox.say(ADMINS, CARLA, text).id for text in "abc")
    assert one < two < three
    assert ids(await bot.get_updates()) == [one, two, three]
    assert ids(await bot.get_updates(limit=2)) == [one, two]
    assert ids(await bot.get_updates(offset=three)) == [three]
    assert ids(await bot.get_updates()) == [three]
    assert ids(await bot.get_updates(offset=one)) == [three]
    assert ids(await bot.get_updates(offset=three + 1)) == []
    assert ids(await bot.get_updates()) == []


async def test_a_negative_offset_keeps_the_newest_only(served: Served, bot: Bot) -> None:
    _, two, three = (served.sandbox.say(ADMINS, CARLA, text).id for text in "abc")
    assert ids(await bot.get_updates(offset=-2)) == [two, three]
    assert ids(await bot.get_updates()) == [two, three]


async def test_an_offset_beyond_the_end_confirms_nothing_that_is_to_come(
    served: Served, bot: Bot
) -> None:
    served.sandbox.say(ADMINS, CARLA, "prima")
    assert await bot.get_updates(offset=2_000_000_000) == ()
    later = served.sandbox.say(ADMINS, CARLA, "poi")
    assert ids(await bot.get_updates()) == [later.id]


async def test_an_update_lives_for_a_day(served: Served, bot: Bot) -> None:
    served.sandbox.say(ADMINS, CARLA, "ieri")
    served.clock.pass_by(hours=24)
    assert await bot.get_updates() == ()


async def test_a_long_poll_is_answered_as_soon_as_a_button_is_pressed(
    served: Served, bot: Bot
) -> None:
    sent = await asked(bot)
    poll = await polling(served, bot)
    pressed = served.sandbox.press(ADMINS, sent.message_id, CARLA, "Sì")
    (update,) = await poll
    assert (update.update_id, query(update).id) == (pressed.id, pressed.callback_id)
    assert (query(update).data, query(update).from_user.id) == ("yes", 501)
    assert isinstance(query(update).message, Message)


async def test_a_long_poll_ends_with_nothing_and_not_before_its_time(bot: Bot) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await bot.get_updates(timeout=1) == ()
    assert loop.time() - began >= 1


async def test_a_long_poll_holds_up_neither_posts_nor_the_end_of_the_server() -> None:
    sandbox = Sandbox(now=Clock(), chats=[Chat(-1001, username="torino")])
    async with httpx.AsyncClient(timeout=60) as http:
        async with serve(sandbox) as address:
            base = f"{address.telegram}{TELEGRAM_TOKEN}"
            poll = asyncio.create_task(http.get(f"{base}/getUpdates", params={"timeout": 50}))
            while not sandbox.updates.is_awaited():
                await asyncio.sleep(0)
            given = {"chat_id": "@torino", "text": "ciao"}
            assert (await http.post(f"{base}/sendMessage", json=given)).status_code == 200
        with pytest.raises(httpx.TransportError):
            await poll


async def test_of_two_polls_the_older_gives_way(served: Served, bot: Bot) -> None:
    older = await polling(served, bot)
    async with Bot(TELEGRAM_TOKEN, base_url=served.address.telegram) as elsewhere:
        newer = await polling(served, elsewhere)
        with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
            await older
        said = served.sandbox.say(ADMINS, CARLA, "chi ascolta?")
        assert ids(await newer) == [said.id]


async def test_a_poll_of_another_bot_disturbs_nobody(served: Served, bot: Bot) -> None:
    other = "42:another-well-formed-token-0000000000000000"
    served.sandbox.telegram_tokens |= {other}
    poll = await polling(served, bot)
    async with Bot(other, base_url=served.address.telegram) as second:
        assert await second.get_updates() == ()
        said = served.sandbox.say(ADMINS, CARLA, "a tutti")
        assert ids(await poll) == ids(await second.get_updates()) == [said.id]
        sent = await asked(bot)
        served.sandbox.press(ADMINS, sent.message_id, CARLA, "Sì")
        assert await second.get_updates(offset=said.id + 1) == ()


async def test_what_a_bot_does_not_want_is_not_kept_for_it(served: Served, bot: Bot) -> None:
    before = served.sandbox.say(ADMINS, CARLA, "prima")
    assert ids(await bot.get_updates(allowed_updates=["callback_query"])) == [before.id]
    served.sandbox.say(ADMINS, CARLA, "non lo saprà")
    assert ids(await bot.get_updates()) == [before.id]
    await bot.get_updates(offset=before.id + 1, allowed_updates=[])
    after = served.sandbox.say(ADMINS, CARLA, "questo sì")
    assert ids(await bot.get_updates()) == [after.id]


async def test_a_replay_has_a_new_number_and_the_same_query(served: Served, bot: Bot) -> None:
    sent = await asked(bot)
    pressed = served.sandbox.press(ADMINS, sent.message_id, CARLA, "Sì")
    await bot.get_updates(offset=pressed.id + 1)
    again = served.sandbox.replay(pressed.id)
    (update,) = await bot.get_updates()
    assert update.update_id == again.id > pressed.id
    assert query(update).id == pressed.callback_id
    with pytest.raises(KeyError):
        served.sandbox.replay(1)


async def test_an_answer_that_is_cut_leaves_the_updates_to_be_told_again(
    served: Served, bot: Bot
) -> None:
    said = served.sandbox.say(ADMINS, CARLA, "una volta sola?")
    served.sandbox.fail(Fault(Kind.CUT, Moment.AFTER, call="getUpdates"))
    await bot.send_message(ADMINS, "il guasto non è per questo")
    with pytest.raises(Exception, match="disconnected"):
        await bot.get_updates()
    assert ids(await bot.get_updates()) == [said.id]


async def test_five_hundred_commands_come_in_order_a_hundred_at_a_time(
    served: Served, bot: Bot
) -> None:
    said = [served.sandbox.say(ADMINS, CARLA, f"/stato {number}").id for number in range(500)]
    heard: list[int] = []
    while updates := await bot.get_updates(offset=heard[-1] + 1 if heard else 0):
        assert len(updates) <= 100
        heard += ids(updates)
    assert heard == said


async def test_the_queue_keeps_no_more_than_it_has_room_for(served: Served, bot: Bot) -> None:
    for number in range(10_005):
        last = served.sandbox.say(ADMINS, CARLA, str(number))
    assert ids(await bot.get_updates(limit=1)) == [last.id - 9_999]


async def test_a_new_start_may_drop_what_waits(served: Served, bot: Bot) -> None:
    served.sandbox.say(ADMINS, CARLA, "vecchio")
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_a_button_of_a_deleted_message_tells_where_it_stood(served: Served, bot: Bot) -> None:
    sent = await asked(bot)
    await bot.delete_message(ADMINS, sent.message_id)
    with pytest.raises(KeyError):
        served.sandbox.press(ADMINS, sent.message_id, CARLA, "Sì")
    served.sandbox.press(ADMINS, sent.message_id, CARLA, data="yes")
    (update,) = await bot.get_updates()
    told = query(update).message
    assert told
    assert (told.message_id, told.is_accessible) == (sent.message_id, False)

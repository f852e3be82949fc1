"""A bot that talks with people: buttons, answers to presses, files, commands, by the real python-telegram-bot."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ChatMemberAdministrator,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberOwner,
    ChatMemberRestricted,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, RetryAfter

from bot.sandbox import TELEGRAM_TOKEN, Button, Fault, Kind, Membership, Standing, User
from tests.sandbox.conftest import ADMINS, CARLA, Served

YES, NO = (
    InlineKeyboardButton(text, callback_data=data) for text, data in (("Sì", "y"), ("No", "n"))
)
BOTH = InlineKeyboardMarkup([[YES, NO]])


# --- buttons ------------------------------------------------------------------------------------


async def test_a_message_keeps_its_buttons(served: Served, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup(
        [
            [YES],
            [
                InlineKeyboardButton("Sito", url="https://example.org/a"),
                InlineKeyboardButton("Testo", copy_text=CopyTextButton("ciao")),
            ],
        ]
    )
    message = await bot.send_message(ADMINS, "Pubblico?", reply_markup=keyboard)
    assert message.reply_markup == keyboard
    assert served.sandbox.posts[0].keyboard[0] == (Button("Sì", "callback_data", "y"),)


async def test_empty_rows_and_keyboards_vanish(served: Served, bot: Bot) -> None:
    message = await bot.send_message(ADMINS, "uno", reply_markup=InlineKeyboardMarkup([]))
    assert message.reply_markup is None
    message = await bot.send_message(ADMINS, "due", reply_markup=InlineKeyboardMarkup([[], [NO]]))
    assert message.reply_markup == InlineKeyboardMarkup([[NO]])


@pytest.mark.parametrize(
    ("markup", "wording"),
    [
        ({"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "è" * 33}]]}, "BUTTON_DATA_INVALID"),
        (
            {"inline_keyboard": [[{"text": "a"}]]},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"inline_keyboard": [[{"text": "a", "callback_data": "a", "url": "https://e.it"}]]},
            "exactly one action",
        ),
        ({"inline_keyboard": [[{"callback_data": "a"}]]}, 'Can\'t find field "text"'),
        ({"inline_keyboard": [["a"]]}, "InlineKeyboardButton must be an Object"),
        ({"inline_keyboard": ["a"]}, "must be an Array of Arrays"),
        ({"inline_keyboard": [[{"text": "a", "url": "nulla"}]]}, "URL 'nulla' is invalid"),
        (
            {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]] * 101},
            "REPLY_MARKUP_TOO_LONG",
        ),
        ([], "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
    ],
)
async def test_buttons_that_the_real_server_refuses_are_refused(
    served: Served, markup: Any, wording: str
) -> None:
    given = {"chat_id": ADMINS, "text": "ciao", "reply_markup": markup}
    async with httpx.AsyncClient() as http:
        url = f"{served.address.telegram}{TELEGRAM_TOKEN}/sendMessage"
        answer = await http.post(url, json=given)
    assert answer.status_code == 400
    assert wording in answer.json()["description"]
    assert served.sandbox.posts == []


async def test_the_longest_data_that_fits_is_taken(bot: Bot) -> None:
    button = InlineKeyboardButton("a", callback_data="è" * 32)
    await bot.send_message(ADMINS, "ciao", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_an_edit_looks_at_text_and_buttons(served: Served, bot: Bot) -> None:
    await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("Pubblico?", ADMINS, 1, reply_markup=BOTH)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(ADMINS, 1, reply_markup=BOTH)
    edited = await bot.edit_message_reply_markup(
        ADMINS, 1, reply_markup=InlineKeyboardMarkup([[NO]])
    )
    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("Pubblico?", InlineKeyboardMarkup([[NO]]))
    edited = await bot.edit_message_text("Pubblico?", ADMINS, 1)
    assert isinstance(edited, Message)
    assert edited.reply_markup is None
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(ADMINS, 1)


async def test_what_others_wrote_and_what_is_not_there_cant_be_edited(
    served: Served, bot: Bot
) -> None:
    said = served.sandbox.say(ADMINS, CARLA, "mio")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("tuo", ADMINS, said.message_id)
    text = await bot.send_message(ADMINS, "testo")
    with pytest.raises(BadRequest, match="no caption in the message"):
        await bot.edit_message_caption(ADMINS, text.message_id, caption="didascalia")
    file = await bot.send_document(ADMINS, b"a", filename="a.txt", caption="uno")
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("testo", ADMINS, file.message_id)
    edited = await bot.edit_message_caption(ADMINS, file.message_id, caption="due")
    assert isinstance(edited, Message)
    assert edited.caption == "due"


@pytest.mark.parametrize("button", ["No", (0, 1)])
async def test_a_button_is_pressed_by_its_text_or_place(
    served: Served, bot: Bot, button: str | tuple[int, int]
) -> None:
    await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
    pressed = served.sandbox.press(ADMINS, 1, CARLA, button)
    assert pressed.press
    assert pressed.press.data == "n"


async def test_a_button_that_is_not_there_or_sends_nothing_is_told(
    served: Served, bot: Bot
) -> None:
    site = InlineKeyboardButton("Sito", url="https://example.org")
    await bot.send_message(ADMINS, "Pubblico?", reply_markup=InlineKeyboardMarkup([[YES, site]]))
    for button in ("Forse", (1, 0), (-1, 0)):
        with pytest.raises(ValueError, match="has no button"):
            served.sandbox.press(ADMINS, 1, CARLA, button)
    with pytest.raises(ValueError, match="sends the bot nothing"):
        served.sandbox.press(ADMINS, 1, CARLA, "Sito")
    with pytest.raises(KeyError):
        served.sandbox.press(ADMINS, 2, CARLA, "Sì")
    with pytest.raises(KeyError):
        served.sandbox.press(ADMINS, 1, "@nessuno", "Sì")
    assert await bot.get_updates() == ()


# --- answers to presses -------------------------------------------------------------------------


async def test_what_a_person_is_shown_is_kept_each_time(served: Served, bot: Bot) -> None:
    await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
    pressed = served.sandbox.press(ADMINS, 1, CARLA, "Sì")
    assert await bot.answer_callback_query(pressed.callback_id)
    assert await bot.answer_callback_query(pressed.callback_id, "Fatto", show_alert=True)
    shown = served.sandbox.presses[pressed.callback_id].shown
    assert [(each.text, each.show_alert) for each in shown] == [("", False), ("Fatto", True)]


async def test_a_query_can_be_answered_for_a_while_only(served: Served, bot: Bot) -> None:
    stale = "Query is too old and response timeout expired or query id is invalid"
    await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
    pressed = served.sandbox.press(ADMINS, 1, CARLA, "Sì")
    served.clock.pass_by(seconds=60)
    await bot.answer_callback_query(pressed.callback_id)
    served.clock.pass_by(seconds=1)
    with pytest.raises(BadRequest, match=stale):
        await bot.answer_callback_query(pressed.callback_id)
    again = served.sandbox.replay(pressed.id)
    with pytest.raises(BadRequest, match=stale):
        await bot.answer_callback_query(again.callback_id)
    with pytest.raises(BadRequest, match=stale):
        await bot.answer_callback_query("1")


async def test_a_fault_may_strike_an_answer_to_a_press_alone(served: Served, bot: Bot) -> None:
    await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
    pressed = served.sandbox.press(ADMINS, 1, CARLA, "Sì")
    served.sandbox.fail(
        Fault(Kind.TOO_MANY, call="answerCallbackQuery", channel=str(ADMINS), seconds=5)
    )
    await bot.send_message(ADMINS, "questo va")
    with pytest.raises(RetryAfter):
        await bot.answer_callback_query(pressed.callback_id)
    await bot.answer_callback_query(pressed.callback_id)


# --- replies, files -----------------------------------------------------------------------------


async def test_a_bot_answers_a_message_that_is_there(served: Served, bot: Bot) -> None:
    said = served.sandbox.say(ADMINS, CARLA, "/stato")
    answer = await bot.send_message(
        ADMINS, "Tutto bene", reply_parameters=ReplyParameters(said.message_id)
    )
    assert answer.reply_to_message
    assert answer.reply_to_message.text == "/stato"
    assert answer.from_user
    assert answer.from_user.is_bot
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ADMINS, "?", reply_parameters=ReplyParameters(99))
    anyway = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(ADMINS, "!", reply_parameters=anyway)).reply_to_message is None


async def test_a_file_that_a_person_sends_can_be_downloaded(served: Served, bot: Bot) -> None:
    served.sandbox.send_document(ADMINS, CARLA, "maggio.docx", b"\x00\xffPK", caption="la bozza")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.caption == "la bozza"
    document = update.message.document
    assert document
    assert (document.file_name, document.file_size) == ("maggio.docx", 4)
    assert document.mime_type
    assert document.mime_type.endswith("wordprocessingml.document")
    file = await bot.get_file(document)
    assert bytes(await file.download_as_bytearray()) == b"\x00\xffPK"


async def test_a_file_that_the_bot_sends_is_kept_and_may_be_sent_again(
    served: Served, bot: Bot
) -> None:
    sent = await bot.send_document(ADMINS, b"ciao", filename="registro.csv", reply_markup=BOTH)
    assert sent.document
    assert (sent.document.mime_type, sent.document.file_size) == ("text/csv", 4)
    assert sent.reply_markup == BOTH
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"ciao"
    again = await bot.send_document(ADMINS, sent.document.file_id)
    assert again.document == sent.document
    with pytest.raises(BadRequest, match="Wrong file identifier/http url specified"):
        await bot.send_document(ADMINS, "https://example.org/a.pdf")


async def test_a_file_of_twenty_megabytes_is_the_largest_that_can_be_downloaded(
    served: Served, bot: Bot
) -> None:
    limit = 20 * 1024 * 1024
    served.sandbox.send_document(ADMINS, CARLA, "a.bin", bytes(limit))
    served.sandbox.send_document(ADMINS, CARLA, "b.bin", bytes(limit + 1))
    fits, too_big = [update.message.document for update in await bot.get_updates()]  # type: ignore[union-attr]
    assert fits
    assert too_big
    assert len(await (await bot.get_file(fits)).download_as_bytearray()) == limit
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(too_big)
    url = f"{served.address.base}/file/bot{TELEGRAM_TOKEN}/documents/"
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{url}file_2.bin")).status_code == 404
        assert (await http.get(f"{url}file_9.bin")).status_code == 404
        elsewhere = url.replace(TELEGRAM_TOKEN, "999:another-well-formed-token-000000000000000")
        assert (await http.get(f"{elsewhere}file_1.bin")).status_code == 404


async def test_the_oldest_files_go_when_there_is_no_room(served: Served) -> None:
    first = served.sandbox.files.keep("a", bytes(40_000_000))
    second = served.sandbox.files.keep("b", bytes(40_000_000))
    assert served.sandbox.files.of(first.file_id) is None
    assert served.sandbox.files.of(second.file_id) == second


# --- who is who, commands -----------------------------------------------------------------------


async def test_people_and_the_bot_have_their_standing_in_a_group(served: Served, bot: Bot) -> None:
    served.sandbox.user(User(502, "Dario"))
    assert isinstance(await bot.get_chat_member(ADMINS, 502), ChatMemberLeft)
    served.sandbox.say(ADMINS, 502, "eccomi")
    assert isinstance(await bot.get_chat_member(ADMINS, 502), ChatMemberMember)
    served.sandbox.change_membership(ADMINS, 502, Membership.ADMINISTRATOR)
    assert isinstance(await bot.get_chat_member(ADMINS, 502), ChatMemberAdministrator)
    served.sandbox.change_membership(ADMINS, CARLA, Membership.CREATOR)
    owner = await bot.get_chat_member(ADMINS, 501)
    assert isinstance(owner, ChatMemberOwner)
    assert owner.user.full_name == "Carla Rossi"
    with pytest.raises(BadRequest, match="User not found"):
        await bot.get_chat_member(ADMINS, 999)
    assert isinstance(await bot.get_chat_member(ADMINS, bot.id), ChatMemberAdministrator)
    served.sandbox.change_standing(str(ADMINS), Standing.SILENCED)
    assert isinstance(await bot.get_chat_member(ADMINS, bot.id), ChatMemberRestricted)


async def test_who_blocks_the_bot_is_told_nothing(served: Served, bot: Bot) -> None:
    served.sandbox.say(CARLA.id, CARLA, "/start")
    await bot.send_message(CARLA.id, "Buongiorno")
    served.sandbox.change_standing(str(CARLA.id), Standing.STRANGER)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(CARLA.id, "C'è qualcuno?")
    with pytest.raises(ValueError, match="nobody can write"):
        served.sandbox.say(CARLA.id, CARLA, "no")
    with pytest.raises(ValueError, match="nobody can write"):
        served.sandbox.say("@torino", CARLA, "in un canale")


async def test_commands_are_kept_for_each_scope(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("stato", "Come sta")])
    here = BotCommandScopeChat(ADMINS)
    await bot.set_my_commands([BotCommand("pausa", "Tace")], scope=here)
    assert [each.command for each in await bot.get_my_commands()] == ["stato"]
    assert [each.command for each in await bot.get_my_commands(scope=here)] == ["pausa"]
    assert await bot.get_my_commands(language_code="it") == ()
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Stato!", "Come sta")])


async def test_a_sign_that_the_bot_writes_is_no_message(served: Served, bot: Bot) -> None:
    assert await bot.send_chat_action(ADMINS, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(ADMINS, "dancing")
    assert served.sandbox.posts == []


async def test_a_flood_of_commands_meets_the_rate_of_a_group(served: Served, bot: Bot) -> None:
    for _ in range(20):
        await bot.send_message(ADMINS, "risposta")
        served.clock.pass_by(seconds=1)
    with pytest.raises(RetryAfter):
        await bot.send_document(ADMINS, b"a", filename="a.txt")


# --- the clock, the controls --------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/", f"/bot{TELEGRAM_TOKEN}/getMe", "/bot1/getMe", "/2/users/me", "/nothing", "/s/torino"],
)
async def test_every_answer_tells_the_sandboxs_time_once(served: Served, path: str) -> None:
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        answer = await http.get(path)
    assert answer.headers.get_list("date") == ["Mon, 03 May 2021 08:00:00 GMT"]


async def test_another_process_plays_the_people(served: Served, bot: Bot) -> None:
    await bot.send_message(ADMINS, "Pubblico?", reply_markup=BOTH)
    dario = {"id": 502, "first_name": "Dario"}
    async with httpx.AsyncClient(base_url=f"{served.address.base}/sandbox/") as http:
        said = await http.post("say", json={"chat": ADMINS, "user": dario, "text": "/stato"})
        press = {"chat": ADMINS, "message_id": 1, "user": "@carla_r"}
        pressed = await http.post("press", json=press | {"button": "Sì"})
        placed = await http.post("press", json=press | {"button": [0, 1]})
        raw = await http.post("press", json=press | {"data": "\x00"})
        file = await http.post(
            "document", data={"chat": ADMINS, "user": 502}, files={"content": ("a.txt", b"ciao")}
        )
        number = pressed.json()["update_id"]
        again = await http.post("replay", json={"update_id": number})
        member = {"chat": ADMINS, "user": 502, "status": "administrator"}
        assert (await http.post("member", json=member)).status_code == 204
        assert {each.status_code for each in (said, pressed, placed, raw, file, again)} == {201}
        updates = await bot.get_updates()
        await bot.answer_callback_query(pressed.json()["callback_id"], "Fatto")
        (first, *_) = (await http.get("presses")).json()
    assert [update.update_id for update in updates] == [number - 1 + step for step in range(6)]
    assert [each.callback_query.data for each in updates if each.callback_query] == [
        "y",
        "n",
        "\x00",
        "y",
    ]
    assert again.json()["callback_id"] == pressed.json()["callback_id"] == first["id"]
    assert [each["text"] for each in first["shown"]] == ["Fatto"]
    assert isinstance(await bot.get_chat_member(ADMINS, 502), ChatMemberAdministrator)


@pytest.mark.parametrize(
    ("what", "given", "error"),
    [
        ("say", {"chat": ADMINS, "user": 9, "text": "a"}, "unknown or missing: 9"),
        ("say", {"chat": ADMINS, "user": 501}, "unknown or missing: text"),
        ("say", {"chat": ADMINS, "user": 501, "text": " "}, "a message needs a text"),
        ("say", {"chat": 4, "user": 501, "text": "a"}, "unknown or missing: 4"),
        ("say", [], "a JSON object or a form is needed"),
        (
            "press",
            {"chat": ADMINS, "message_id": 1, "user": 501, "button": {}},
            "a button is named",
        ),
        ("replay", {"update_id": 1}, "unknown or missing: 1"),
        ("member", {"chat": ADMINS, "user": 501, "status": "boss"}, "'boss' is not a valid"),
        ("say", {"chat": ADMINS, "user": {"id": 1, "name": "a"}, "text": "a"}, "unknown: name"),
        ("document", {"chat": ADMINS, "user": 501, "name": "a", "content": "§"}, "its Base64"),
    ],
)
async def test_what_makes_no_sense_is_told(
    served: Served, what: str, given: Any, error: str
) -> None:
    async with httpx.AsyncClient(base_url=f"{served.address.base}/sandbox/") as http:
        answer = await http.post(what, json=given)
    assert answer.status_code == 422
    assert error in answer.json()["error"]

"""The make-believe Bot API, spoken to by the real python-telegram-bot over a real socket."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from telegram import Bot, ChatMemberAdministrator, LinkPreviewOptions, Message, MessageOriginChannel
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from bot.core.model import Platform
from bot.sandbox import TELEGRAM_TOKEN
from tests.pictures import png
from tests.sandbox.conftest import Served


async def test_a_message_becomes_public_as_plain_text_and_entities(
    served: Served, bot: Bot
) -> None:
    message = await bot.send_message(
        "@torino",
        "<b>Perché</b> 🎉 <a href='https://example.org/è'>qui</a>",
        parse_mode="HTML",
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    (taken,) = served.sandbox.posts
    assert (taken.platform, taken.channel, taken.id) == (Platform.TELEGRAM, "@torino", "1")
    assert taken.text == message.text == "Perché 🎉 qui"
    assert taken.url == message.link == "https://t.me/torino/1"
    assert taken.request["link_preview_options"] == {"is_disabled": True}
    assert message.date == datetime(2021, 5, 3, 8, 0, tzinfo=UTC)
    assert message.parse_entities() == {message.entities[0]: "Perché", message.entities[1]: "qui"}


async def test_message_ids_count_up_in_each_chat(bot: Bot) -> None:
    first = await bot.send_message("@torino", "uno")
    other = await bot.send_message(77, "altrove")
    second = await bot.send_message(-1001000000001, "due")
    assert (first.message_id, other.message_id, second.message_id) == (1, 1, 2)


async def test_a_private_channel_is_linked_by_its_number(served: Served, bot: Bot) -> None:
    await bot.send_message(-1001000000002, "ciao")
    assert served.sandbox.posts[0].url == "https://t.me/c/1000000002/1"


async def test_a_photo_is_uploaded_with_its_caption(served: Served, bot: Bot) -> None:
    message = await bot.send_photo(
        "@torino",
        png(),
        caption="<i>Città\ne mare</i>",
        parse_mode="HTML",
        filename="mare.png",
    )
    assert message.caption == "Città\ne mare"
    assert [(size.width, size.height) for size in message.photo] == [(40, 30)]
    assert served.sandbox.posts[0].photo == "mare.png"


async def test_the_bot_knows_itself_its_chats_and_its_rights(bot: Bot) -> None:
    assert bot.id == 1234567890
    assert (await bot.get_chat("@torino")).title == "Torino nel mondo"
    member = await bot.get_chat_member("@torino", bot.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert member.can_post_messages
    silenced = await bot.get_chat_member("@muto", bot.id)
    assert isinstance(silenced, ChatMemberAdministrator)
    assert not silenced.can_post_messages
    assert await bot.get_updates() == ()


async def test_an_edit_changes_what_followers_see(served: Served, bot: Bot) -> None:
    await bot.send_message("@torino", "domani")
    served.clock.pass_by(hours=1)
    edited = await bot.edit_message_text("rinviato", "@torino", 1)
    assert isinstance(edited, Message)
    assert (edited.text, edited.edit_date) == ("rinviato", served.clock.at)
    assert [post.text for post in served.sandbox.posts] == ["rinviato"]
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("rinviato", "@torino", 1)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("rinviato", "@torino", 2)


async def test_a_deleted_message_is_gone_and_its_id_is_not_used_again(
    served: Served, bot: Bot
) -> None:
    await bot.send_message("@torino", "uno")
    assert await bot.delete_message("@torino", 1)
    assert not served.sandbox.posts[0].is_public
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message("@torino", 1)
    assert (await bot.send_message("@torino", "due")).message_id == 2


async def test_a_message_can_be_deleted_for_two_days(served: Served, bot: Bot) -> None:
    await bot.send_message("@torino", "uno")
    served.clock.pass_by(hours=48, seconds=1)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message("@torino", 1)


async def test_a_forward_shows_the_text_and_where_it_came_from(bot: Bot) -> None:
    await bot.send_message("@torino", "<b>ciao</b>", parse_mode="HTML")
    forward = await bot.forward_message(77, "@torino", 1)
    assert forward.text == "ciao"
    assert isinstance(forward.forward_origin, MessageOriginChannel)
    assert (forward.forward_origin.chat.username, forward.forward_origin.message_id) == (
        "torino",
        1,
    )
    with pytest.raises(BadRequest, match="Message to forward not found"):
        await bot.forward_message(77, "@torino", 2)


async def test_a_channel_that_protects_its_content_refuses_forwards(bot: Bot) -> None:
    await bot.send_message(-1001000000002, "riservato")
    with pytest.raises(BadRequest, match="can't be forwarded"):
        await bot.forward_message(77, -1001000000002, 1)


@pytest.mark.parametrize(
    ("chat", "text", "refusal", "wording"),
    [
        ("@nessuno", "ciao", BadRequest, "Chat not found"),
        ("@altrui", "ciao", Forbidden, "bot is not a member of the channel chat"),
        ("@muto", "ciao", BadRequest, "Not enough rights to send text messages to the chat"),
        (
            "@torino",
            "meno di <5",
            BadRequest,
            "Can't parse entities: unclosed start tag at byte offset 8",
        ),
        ("@torino", "<b> </b>", BadRequest, "Text must be non-empty"),
        ("@torino", "", BadRequest, "Message text is empty"),
        ("@torino", "è" * 4097, BadRequest, "Message is too long"),
    ],
)
async def test_what_the_real_server_refuses_is_refused(
    served: Served, bot: Bot, chat: str, text: str, refusal: type[Exception], wording: str
) -> None:
    with pytest.raises(refusal, match=wording):
        await bot.send_message(chat, text, parse_mode="HTML")
    assert served.sandbox.posts == []
    assert not served.sandbox.requests[-1].took


async def test_length_counts_code_points_after_parsing(bot: Bot) -> None:
    await bot.send_message("@torino", f"<b>{'🎉' * 4096}</b>", parse_mode="HTML")
    await bot.send_photo(
        "@torino", "https://example.org/a.jpg", caption="&amp;" * 1024, parse_mode="HTML"
    )
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo("@torino", "https://example.org/a.jpg", caption="x" * 1025)


async def test_a_token_that_is_unknown_or_malformed_is_refused(served: Served) -> None:
    async def status(token: str) -> int:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{served.address.telegram}{token}/getMe")).status_code

    assert await status(TELEGRAM_TOKEN) == 200
    assert await status("999:another-well-formed-token-000000000000000") == 401
    assert await status("no-token") == 404
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{served.address.telegram}{TELEGRAM_TOKEN}/sendRichMessage")
    assert answer.status_code == 404


async def test_the_real_client_calls_a_bad_token_invalid(served: Served) -> None:
    with pytest.raises(InvalidToken):
        async with Bot(
            "999:another-well-formed-token-000000000000000", base_url=served.address.telegram
        ):
            pass


async def test_parameters_may_come_as_query_form_or_json(served: Served) -> None:
    url = f"{served.address.telegram}{TELEGRAM_TOKEN}/sendmessage"
    given = {"chat_id": "@torino", "text": "Già & così"}
    async with httpx.AsyncClient() as client:
        answers = [
            await client.get(url, params=given),
            await client.post(url, data=given),
            await client.post(url, json=given),
        ]
    assert [answer.json()["result"]["text"] for answer in answers] == ["Già & così"] * 3


async def test_a_chat_takes_twenty_messages_in_a_minute_of_the_sandboxs_clock(
    served: Served, bot: Bot
) -> None:
    for number in range(20):
        await bot.send_message("@torino", str(number))
        served.clock.pass_by(seconds=2)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message("@torino", "uno di troppo")
    assert caught.value.retry_after.total_seconds() == 20  # type: ignore[union-attr]
    await bot.send_message(-1001000000002, "un altro canale non aspetta")
    served.clock.pass_by(seconds=20)
    await bot.send_message("@torino", "ora sì")


async def test_a_bot_sends_thirty_messages_in_a_second(served: Served, bot: Bot) -> None:
    for number in range(30):
        await bot.send_message(77, str(number))
    with pytest.raises(RetryAfter):
        await bot.send_message("@torino", "uno di troppo")
    served.clock.pass_by(seconds=1)
    await bot.send_message("@torino", "ora sì")


async def test_what_arrived_is_written_down_without_the_token(served: Served, bot: Bot) -> None:
    await bot.send_message("@torino", "ciao")
    arrival = served.sandbox.requests[-1]
    assert (arrival.call, arrival.channel, arrival.took, arrival.answer) == (
        "sendMessage",
        "@torino",
        True,
        200,
    )
    assert TELEGRAM_TOKEN not in repr(served.sandbox.requests)

"""The part of the Telegram Bot API that banditore uses, with the refusals of the real one.

Status codes and wordings: https://core.telegram.org/bots/api and the open-source server behind it,
https://github.com/tdlib/telegram-bot-api. What it does not know it answers with 404, as that does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox import markup
from bot.sandbox import telegram_asking as asking
from bot.sandbox import telegram_talking as talking
from bot.sandbox import telegram_writing as writing
from bot.sandbox.answers import Answer, Refused
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.telegram_shapes import Parameters, refusal

_TOKEN = re.compile(r"\d{3,20}:[\w-]{30,}", re.ASCII)
_STRUCTURED = {
    "entities",
    "caption_entities",
    "link_preview_options",
    "reply_markup",
    "reply_parameters",
    "commands",
    "scope",
}


async def answer_in_time(
    sandbox: Sandbox, token: str, method: str, parameters: Parameters
) -> Answer:
    """As `answer`, but getUpdates first waits, if it asks so, until there is something to hand out."""
    if canonical_name(method) == "getUpdates" and is_known(sandbox, token):
        try:
            await talking.until_updates(sandbox, token, parameters)
        except Refused as refused:
            return refused.answer
    return answer(sandbox, token, method, parameters)


def answer(sandbox: Sandbox, token: str, method: str, parameters: Parameters) -> Answer:
    """Do what `method` asks, or refuse it."""
    if not is_known(sandbox, token):
        well_formed = _TOKEN.fullmatch(token)
        return refusal(401, "Unauthorized") if well_formed else refusal(404, "Not Found")
    known = METHODS.get(method.lower())
    if known is None:
        return refusal(404, "Not Found: method not found")
    call, changes_feed = known
    try:
        result = call(sandbox, token, parameters)
    except Refused as refused:
        return refused.answer
    except markup.BadMarkup as bad:
        return refusal(400, f"Bad Request: can't parse entities: {bad}")
    return Answer(200, {"ok": True, "result": result}, took=changes_feed)


DOWNLOAD = "GET /file/:path"  # how the download of a file is named where requests and faults are


def download(sandbox: Sandbox, token: str, path: str) -> Answer:
    """The bytes of a file at the path that getFile told."""
    kept = sandbox.files.at(path) if is_known(sandbox, token) else None
    if kept is None or kept[0].size > talking.LARGEST_DOWNLOAD:
        return refusal(404, "Not Found")
    return Answer(200, kept[1], media_type="application/octet-stream")


def is_known(sandbox: Sandbox, token: str) -> bool:
    """Is it the token of a bot?"""
    return token in sandbox.telegram_tokens or (
        sandbox.accept_any and bool(_TOKEN.fullmatch(token))
    )


def canonical_name(method: str) -> str:
    """A method's name as the documentation spells it; the server itself does not mind the case."""
    return _SPELLING.get(method.lower(), method)


def channel_of(sandbox: Sandbox, parameters: Parameters) -> str:
    """The address of the chat that a call speaks to; "" where there is none."""
    if press := sandbox.presses.get(str(parameters.get("callback_query_id", ""))):
        return press.chat
    chat = sandbox.chat(str(parameters["chat_id"])) if parameters.get("chat_id") else None
    return chat.address if chat else ""


def understood(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with their nested values read: in a form those come as JSON strings."""
    return {name: _nested(value) if name in _STRUCTURED else value for name, value in raw.items()}


def _nested(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


_Method = Callable[[Sandbox, str, Parameters], Any]

_SPELLED: dict[str, tuple[_Method, bool]] = {
    # the second value: does it change what followers see?
    "getMe": (asking.get_me, False),
    "getChat": (asking.get_chat, False),
    "getChatMember": (asking.get_chat_member, False),
    "getUpdates": (talking.get_updates, False),
    "deleteWebhook": (talking.delete_webhook, False),
    "answerCallbackQuery": (talking.answer_callback_query, False),
    "setMyCommands": (talking.set_my_commands, False),
    "getMyCommands": (talking.get_my_commands, False),
    "sendChatAction": (talking.send_chat_action, False),
    "getFile": (talking.get_file, False),
    "sendMessage": (writing.send_message, True),
    "sendPhoto": (writing.send_photo, True),
    "sendDocument": (writing.send_document, True),
    "forwardMessage": (writing.forward_message, True),
    "editMessageText": (writing.edit_text, True),
    "editMessageCaption": (writing.edit_caption, True),
    "editMessageReplyMarkup": (writing.edit_keyboard, True),
    "deleteMessage": (writing.delete, True),
}
_SPELLING = {name.lower(): name for name in _SPELLED}
METHODS = {name.lower(): method for name, method in _SPELLED.items()}

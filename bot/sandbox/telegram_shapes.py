"""How the Bot API names chats, messages and bots, and how it refuses; what reads and what writes share it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.model import Platform
from bot.sandbox.answers import Answer, Refused
from bot.sandbox.places import Chat, Standing, Taken
from bot.sandbox.sandbox import Sandbox

Parameters = Mapping[str, Any]


def refusal(status: int, description: str, **parameters: int) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(status, body, reason=description)


def refused(status: int, description: str, **parameters: int) -> Refused:
    return Refused(refusal(status, description, **parameters))


def chat_of(sandbox: Sandbox, given: Parameters, field: str = "chat_id") -> Chat:
    if not given.get(field):
        raise refused(400, f"Bad Request: {field} is empty")
    chat = sandbox.chat(str(given[field]))
    if chat is None:
        raise refused(400, "Bad Request: chat not found")
    return chat


def chat_as_admin(sandbox: Sandbox, given: Parameters, what: str = "text messages") -> Chat:
    chat = chat_of(sandbox, given)
    match chat.standing:
        case Standing.STRANGER:
            raise refused(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
        case Standing.SILENCED:
            raise refused(400, f"Bad Request: not enough rights to send {what} to the chat")
    return chat


def post_of(sandbox: Sandbox, chat: Chat, given: Parameters, missing: str) -> Taken:
    post = sandbox.post(Platform.TELEGRAM, chat.address, str(given.get("message_id", "")))
    if post is None:
        raise refused(400, f"Bad Request: {missing}")
    return post


def bot_json(token: str) -> dict[str, Any]:
    return {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": "banditore",
        "username": "banditore_sandbox_bot",
    }


def chat_json(chat: Chat) -> dict[str, Any]:
    name = {"first_name": chat.name} if chat.kind == "private" else {"title": chat.name}
    known = {"id": chat.id, "type": chat.kind} | name
    return known | ({"username": chat.username} if chat.username else {})


def message(chat: Chat, taken: Taken) -> dict[str, Any]:
    entities = [entity.to_json() for entity in taken.entities]
    message: dict[str, Any] = {
        "message_id": int(taken.id),
        "date": int(taken.at.timestamp()),
        "chat": chat_json(chat),
    }
    if chat.kind == "channel":
        message["sender_chat"] = chat_json(chat)
    if taken.origin:
        message["forward_origin"] = taken.origin
    if taken.edited_at:
        message["edit_date"] = int(taken.edited_at.timestamp())
    if taken.photo:
        picture = taken.pictures[0] if taken.pictures else None
        size = {
            "file_id": f"photo-{taken.id}",
            "file_unique_id": f"p{taken.id}",
            "width": picture.width if picture else 90,
            "height": picture.height if picture else 60,
        }
        return message | {"photo": [size], "caption": taken.text, "caption_entities": entities}
    return message | {"text": taken.text} | ({"entities": entities} if entities else {})


def link(chat: Chat, number: int) -> str:
    if chat.username:
        return f"https://t.me/{chat.username}/{number}"
    if chat.kind == "private":
        return ""
    return f"https://t.me/c/{str(chat.id).removeprefix('-100')}/{number}"

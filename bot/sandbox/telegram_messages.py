"""How the Bot API writes what it gives back: people, chats, messages and updates."""

from __future__ import annotations

import hashlib
from typing import Any

from bot.core.model import Platform
from bot.sandbox.people import Document, User
from bot.sandbox.places import Chat, Taken
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.telegram_keyboard import keyboard_json
from bot.sandbox.updates import Update


def user_json(user: User) -> dict[str, Any]:
    known = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    named = {"last_name": user.last_name, "username": user.username}
    return known | {name: value for name, value in named.items() if value}


def chat_json(chat: Chat) -> dict[str, Any]:
    name = {"first_name": chat.name} if chat.kind == "private" else {"title": chat.name}
    known = {"id": chat.id, "type": chat.kind} | name
    return known | ({"username": chat.username} if chat.username else {})


def message(
    sandbox: Sandbox, chat: Chat, taken: Taken, *, is_answer: bool = False
) -> dict[str, Any]:
    """A message; with `is_answer` as it stands in one that answers it, without what it answers itself."""
    written: dict[str, Any] = {
        "message_id": int(taken.id),
        "date": int(taken.at.timestamp()),
        "chat": chat_json(chat),
    }
    if chat.kind == "channel":
        written["sender_chat"] = chat_json(chat)
    elif taken.author:
        written["from"] = user_json(taken.author)
    if taken.origin:
        written["forward_origin"] = taken.origin
    if taken.edited_at:
        written["edit_date"] = int(taken.edited_at.timestamp())
    answered = sandbox.post(Platform.TELEGRAM, chat.address, taken.reply_to)
    if answered and not is_answer:
        written["reply_to_message"] = message(sandbox, chat, answered, is_answer=True)
    return written | _content(taken) | keyboard_json(taken.keyboard)


def update_json(sandbox: Sandbox, update: Update) -> dict[str, Any]:
    """An update as getUpdates hands it out."""
    known = {"update_id": update.id}
    if update.press is None:
        return known | {"message": message(sandbox, update.chat, update.message)}
    chat = str(update.chat.id).encode()
    query = {
        "id": update.press.id,
        "from": user_json(update.press.user),
        "message": _pressed(sandbox, update),
        "chat_instance": str(int.from_bytes(hashlib.sha256(chat).digest()[:7], "big")),
        "data": update.press.data,
    }
    return known | {"callback_query": query}


def _pressed(sandbox: Sandbox, update: Update) -> dict[str, Any]:
    """The message of the button; of a deleted one the Bot API tells no more than where it stood."""
    if update.message.is_public:
        return message(sandbox, update.chat, update.message)
    return {"chat": chat_json(update.chat), "message_id": update.message_id, "date": 0}


def _content(taken: Taken) -> dict[str, Any]:
    entities = [entity.to_json() for entity in taken.entities]
    caption: dict[str, Any] = {"caption": taken.text, "caption_entities": entities}
    if taken.document:
        return document_json(taken.document) | (caption if taken.text else {})
    if not taken.photo:
        return {"text": taken.text} | ({"entities": entities} if entities else {})
    picture = taken.pictures[0] if taken.pictures else None
    size = {
        "file_id": f"photo-{taken.id}",
        "file_unique_id": f"p{taken.id}",
        "width": picture.width if picture else 90,
        "height": picture.height if picture else 60,
    }
    return {"photo": [size]} | caption


def document_json(document: Document) -> dict[str, Any]:
    return {
        "document": {
            "file_id": document.file_id,
            "file_unique_id": document.file_unique_id,
            "file_name": document.name,
            "mime_type": document.media_type,
            "file_size": document.size,
        }
    }


def link(chat: Chat, number: int) -> str:
    """The address of a message; "" where it has none."""
    if chat.username:
        return f"https://t.me/{chat.username}/{number}"
    if chat.kind in ("private", "group"):
        return ""
    return f"https://t.me/c/{str(chat.id).removeprefix('-100')}/{number}"

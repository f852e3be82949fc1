"""The part of the Telegram Bot API that banditore uses, with the refusals of the real one.

Status codes and wordings: https://core.telegram.org/bots/api and the open-source server behind it,
https://github.com/tdlib/telegram-bot-api. What it does not know it answers with 404, as that does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.core.model import Platform
from bot.core.picture import MAX_RATIO, MAX_SIDES, Header, header_of
from bot.core.text import telegram as count
from bot.sandbox import markup
from bot.sandbox.answers import Answer, Refused
from bot.sandbox.images import Picture, Upload, without_bytes
from bot.sandbox.places import Chat, Standing, Taken
from bot.sandbox.sandbox import Sandbox

Parameters = Mapping[str, Any]

_TOKEN = re.compile(r"\d{3,20}:[\w-]{30,}", re.ASCII)
_DELETABLE_FOR = timedelta(hours=48)  # https://core.telegram.org/bots/api#deletemessage
_LARGEST_PHOTO = 10 * 1024 * 1024  # as TDLib, check_full_local_location, counts it
_STRUCTURED = {
    "entities",
    "caption_entities",
    "link_preview_options",
    "reply_markup",
    "reply_parameters",
}


def answer(sandbox: Sandbox, token: str, method: str, parameters: Parameters) -> Answer:
    """Do what `method` asks, or refuse it."""
    if token not in sandbox.telegram_tokens and not (
        sandbox.accept_any and _TOKEN.fullmatch(token)
    ):
        well_formed = _TOKEN.fullmatch(token)
        return _refusal(401, "Unauthorized") if well_formed else _refusal(404, "Not Found")
    known = METHODS.get(method.lower())
    if known is None:
        return _refusal(404, "Not Found: method not found")
    call, changes_feed = known
    try:
        result = call(sandbox, token, parameters)
    except Refused as refused:
        return refused.answer
    except markup.BadMarkup as bad:
        return _refusal(400, f"Bad Request: can't parse entities: {bad}")
    return Answer(200, {"ok": True, "result": result}, took=changes_feed)


def canonical_name(method: str) -> str:
    """A method's name as the documentation spells it; the server itself does not mind the case."""
    return _SPELLING.get(method.lower(), method)


def channel_of(sandbox: Sandbox, parameters: Parameters) -> str:
    """The address of the chat that a call speaks to; "" where there is none."""
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


def _refusal(status: int, description: str, **parameters: int) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(status, body, reason=description)


def _refuse(status: int, description: str, **parameters: int) -> Refused:
    return Refused(_refusal(status, description, **parameters))


# --- sending ------------------------------------------------------------------------------------


def _send_message(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    if not given.get("text"):
        raise _refuse(400, "Bad Request: message text is empty")
    parsed = _parsed(given, "text", "entities")
    if not parsed.text:
        raise _refuse(400, "Bad Request: text must be non-empty")
    if len(parsed.text) > count.LIMIT:
        raise _refuse(400, "Bad Request: message is too long")
    chat = _chat_to_write(sandbox, token, given)
    return _message(chat, _publish(sandbox, chat, parsed, given))


def _send_photo(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    photo = given.get("photo")
    if not photo:
        raise _refuse(400, "Bad Request: there is no photo in the request")
    parsed = _caption(given)
    header = _checked(photo.content) if isinstance(photo, Upload) else None
    chat = _chat_to_write(sandbox, token, given, "photos")
    if header is None:
        return _message(chat, _publish(sandbox, chat, parsed, given, photo=str(photo)))
    pictures = (sandbox.images.keep(photo.content, header),)
    taken = _publish(sandbox, chat, parsed, given, photo=photo.name, pictures=pictures)
    return _message(chat, taken)


def _checked(content: bytes) -> Header:
    """The header of a photo, refused in the words of Telegram's servers."""
    if not content:
        raise _refuse(400, "Bad Request: file must be non-empty")
    if len(content) > _LARGEST_PHOTO:
        raise _refuse(
            400,
            f"Bad Request: file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {_LARGEST_PHOTO} bytes",
        )
    header = header_of(content)
    if not isinstance(header, Header):
        raise _refuse(400, "Bad Request: IMAGE_PROCESS_FAILED")
    shorter, longer = sorted((header.width, header.height))
    if not shorter or shorter + longer > MAX_SIDES or longer > MAX_RATIO * shorter:
        raise _refuse(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return header


def _forward_message(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    source = _chat(sandbox, given, "from_chat_id")
    original = _post(sandbox, source, given, "message to forward not found")
    if source.is_protected:
        raise _refuse(400, "Bad Request: the message can't be forwarded")
    chat = _chat_to_write(sandbox, token, given)
    parsed = markup.Parsed(original.text, tuple(original.entities))
    taken = _publish(sandbox, chat, parsed, given, photo=original.photo, pictures=original.pictures)
    origin = {
        "type": "channel",
        "date": int(original.at.timestamp()),
        "chat": _chat_json(source),
        "message_id": int(original.id),
    }
    return _message(chat, taken) | {"forward_origin": origin}


def _publish(
    sandbox: Sandbox,
    chat: Chat,
    parsed: markup.Parsed,
    given: Parameters,
    photo: str = "",
    pictures: Sequence[Picture] = (),
) -> Taken:
    number = sandbox.next_message_id(chat.address)
    return sandbox.publish(
        Taken(
            platform=Platform.TELEGRAM,
            channel=chat.address,
            id=str(number),
            at=sandbox.now(),
            text=parsed.text,
            entities=parsed.entities,
            request=without_bytes(given),
            url=_link(chat, number),
            photo=photo,
            pictures=pictures,
        )
    )


def _chat_to_write(
    sandbox: Sandbox, token: str, given: Parameters, what: str = "text messages"
) -> Chat:
    """The chat, where the bot may post there, and now; counts the message that follows."""
    chat = _chat_as_admin(sandbox, given, what)
    limits, now = sandbox.limits, sandbox.now()
    in_chat = 0 if chat.kind == "private" else limits.telegram_chat.wait((token, chat.id), now)
    if wait := max(in_chat, limits.telegram_all.wait(token, now)):
        raise _refuse(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
    limits.telegram_chat.count((token, chat.id), now)
    limits.telegram_all.count(token, now)
    return chat


def _caption(given: Parameters) -> markup.Parsed:
    parsed = _parsed(given, "caption", "caption_entities")
    if len(parsed.text) > count.CAPTION_LIMIT:
        raise _refuse(400, "Bad Request: message caption is too long")
    return parsed


def _parsed(given: Parameters, field: str, entities: str) -> markup.Parsed:
    text = str(given.get(field) or "")
    match str(given.get("parse_mode") or "").lower():
        case "html":
            parsed = markup.parse(text)
        case "":
            ready_made = given.get(entities) or []
            parsed = markup.Parsed(text, markup.entities_from(ready_made))
        case _:  # the real server also reads Markdown; banditore never writes it
            raise _refuse(400, "Bad Request: unsupported parse_mode")
    return markup.with_found_links(markup.trimmed(parsed))


# --- changing what was sent ---------------------------------------------------------------------


def _edit_text(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    if not given.get("text"):
        raise _refuse(400, "Bad Request: message text is empty")
    parsed = _parsed(given, "text", "entities")
    if len(parsed.text) > count.LIMIT:
        raise _refuse(400, "Bad Request: message is too long")
    return _edit(sandbox, given, parsed)


def _edit_caption(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    return _edit(sandbox, given, _caption(given))


def _edit(sandbox: Sandbox, given: Parameters, parsed: markup.Parsed) -> Any:
    chat = _chat_as_admin(sandbox, given)
    old = _post(sandbox, chat, given, "message to edit not found")
    if (old.text, tuple(old.entities)) == parsed:
        raise _refuse(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message",
        )
    new = replace(
        old,
        text=parsed.text,
        entities=parsed.entities,
        request=dict(old.request) | dict(given),
        edited_at=sandbox.now(),
    )
    return _message(chat, sandbox.replace(new))


def _delete(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    chat = _chat_as_admin(sandbox, given)
    post = _post(sandbox, chat, given, "message to delete not found")
    if sandbox.now() - post.at > _DELETABLE_FOR:
        raise _refuse(400, "Bad Request: message can't be deleted for everyone")
    sandbox.replace(replace(post, deleted_at=sandbox.now()))
    return True


# --- asking -------------------------------------------------------------------------------------


def _get_me(_sandbox: Sandbox, token: str, _given: Parameters) -> Any:
    return _bot(token) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def _get_chat(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    chat = _chat(sandbox, given)
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    return _chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
        "has_protected_content": chat.is_protected,
    }


def _get_chat_member(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    chat = _chat(sandbox, given)
    if str(given.get("user_id")) != token.partition(":")[0]:
        raise _refuse(400, "Bad Request: user not found")
    if chat.standing is Standing.STRANGER:
        raise _refuse(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
    may_post = chat.standing is Standing.ADMIN
    rights = dict.fromkeys(
        ("can_post_messages", "can_edit_messages", "can_delete_messages", "can_post_stories"),
        may_post,
    )
    others = dict.fromkeys(
        (
            "can_be_edited",
            "is_anonymous",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_edit_stories",
            "can_delete_stories",
        ),
        False,
    )
    who = {"status": "administrator", "user": _bot(token), "can_manage_chat": True}
    return who | rights | others


def _get_updates(_sandbox: Sandbox, _token: str, _given: Parameters) -> Any:
    return []


# --- shapes -------------------------------------------------------------------------------------


def _chat(sandbox: Sandbox, given: Parameters, field: str = "chat_id") -> Chat:
    if not given.get(field):
        raise _refuse(400, f"Bad Request: {field} is empty")
    chat = sandbox.chat(str(given[field]))
    if chat is None:
        raise _refuse(400, "Bad Request: chat not found")
    return chat


def _chat_as_admin(sandbox: Sandbox, given: Parameters, what: str = "text messages") -> Chat:
    chat = _chat(sandbox, given)
    match chat.standing:
        case Standing.STRANGER:
            raise _refuse(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
        case Standing.SILENCED:
            raise _refuse(400, f"Bad Request: not enough rights to send {what} to the chat")
    return chat


def _post(sandbox: Sandbox, chat: Chat, given: Parameters, missing: str) -> Taken:
    post = sandbox.post(Platform.TELEGRAM, chat.address, str(given.get("message_id", "")))
    if post is None:
        raise _refuse(400, f"Bad Request: {missing}")
    return post


def _bot(token: str) -> dict[str, Any]:
    return {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": "banditore",
        "username": "banditore_sandbox_bot",
    }


def _chat_json(chat: Chat) -> dict[str, Any]:
    name = {"first_name": chat.name} if chat.kind == "private" else {"title": chat.name}
    known = {"id": chat.id, "type": chat.kind} | name
    return known | ({"username": chat.username} if chat.username else {})


def _message(chat: Chat, taken: Taken) -> dict[str, Any]:
    entities = [entity.to_json() for entity in taken.entities]
    message: dict[str, Any] = {
        "message_id": int(taken.id),
        "date": int(taken.at.timestamp()),
        "chat": _chat_json(chat),
    }
    if chat.kind == "channel":
        message["sender_chat"] = _chat_json(chat)
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


def _link(chat: Chat, number: int) -> str:
    if chat.username:
        return f"https://t.me/{chat.username}/{number}"
    if chat.kind == "private":
        return ""
    return f"https://t.me/c/{str(chat.id).removeprefix('-100')}/{number}"


_Method = Callable[[Sandbox, str, Parameters], Any]

_SPELLED: dict[str, tuple[_Method, bool]] = {
    # the second value: does it change what followers see?
    "getMe": (_get_me, False),
    "getChat": (_get_chat, False),
    "getChatMember": (_get_chat_member, False),
    "getUpdates": (_get_updates, False),
    "sendMessage": (_send_message, True),
    "sendPhoto": (_send_photo, True),
    "forwardMessage": (_forward_message, True),
    "editMessageText": (_edit_text, True),
    "editMessageCaption": (_edit_caption, True),
    "deleteMessage": (_delete, True),
}
_SPELLING = {name.lower(): name for name in _SPELLED}
METHODS = {name.lower(): method for name, method in _SPELLED.items()}

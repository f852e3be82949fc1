"""What changes a chat: messages sent, forwarded, edited and deleted, with the refusals of the real server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.core.model import Platform
from bot.core.picture import MAX_RATIO, MAX_SIDES, Header, header_of
from bot.core.text import telegram as count
from bot.sandbox import markup
from bot.sandbox.images import Picture, Upload, without_bytes
from bot.sandbox.places import Chat, Standing, Taken
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.telegram_shapes import (
    Parameters,
    chat_as_admin,
    chat_json,
    chat_of,
    link,
    message,
    post_of,
    refused,
)

_DELETABLE_FOR = timedelta(hours=48)  # https://core.telegram.org/bots/api#deletemessage
_LARGEST_PHOTO = 10 * 1024 * 1024  # as TDLib, check_full_local_location, counts it


# --- sending ------------------------------------------------------------------------------------


def send_message(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    if not given.get("text"):
        raise refused(400, "Bad Request: message text is empty")
    parsed = _parsed(given, "text", "entities")
    if not parsed.text:
        raise refused(400, "Bad Request: text must be non-empty")
    if len(parsed.text) > count.LIMIT:
        raise refused(400, "Bad Request: message is too long")
    chat = _chat_to_write(sandbox, token, given)
    return message(chat, _publish(sandbox, chat, parsed, given))


def send_photo(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    photo = given.get("photo")
    if not photo:
        raise refused(400, "Bad Request: there is no photo in the request")
    parsed = _caption(given)
    header = _checked(photo.content) if isinstance(photo, Upload) else None
    chat = _chat_to_write(sandbox, token, given, "photos")
    if header is None:
        return message(chat, _publish(sandbox, chat, parsed, given, photo=str(photo)))
    pictures = (sandbox.images.keep(photo.content, header),)
    taken = _publish(sandbox, chat, parsed, given, photo=photo.name, pictures=pictures)
    return message(chat, taken)


def _checked(content: bytes) -> Header:
    """The header of a photo, refused in the words of Telegram's servers."""
    if not content:
        raise refused(400, "Bad Request: file must be non-empty")
    if len(content) > _LARGEST_PHOTO:
        raise refused(
            400,
            f"Bad Request: file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {_LARGEST_PHOTO} bytes",
        )
    header = header_of(content)
    if not isinstance(header, Header):
        raise refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
    shorter, longer = sorted((header.width, header.height))
    if not shorter or shorter + longer > MAX_SIDES or longer > MAX_RATIO * shorter:
        raise refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return header


def forward_message(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    chat_as_admin(sandbox, given)
    source = chat_of(sandbox, given, "from_chat_id")
    if source.standing is Standing.STRANGER:
        raise refused(403, f"Forbidden: bot is not a member of the {source.kind} chat")
    original = post_of(sandbox, source, given, "message to forward not found")
    if source.is_protected:
        raise refused(400, "Bad Request: the message can't be forwarded")
    chat = _chat_to_write(sandbox, token, given)
    parsed = markup.Parsed(original.text, tuple(original.entities))
    # Of what was forwarded before, the first origin is kept
    origin = original.origin or {
        "type": "channel",
        "date": int(original.at.timestamp()),
        "chat": chat_json(source),
        "message_id": int(original.id),
    }
    forward = _publish(
        sandbox, chat, parsed, given, photo=original.photo, pictures=original.pictures
    )
    return message(chat, sandbox.replace(replace(forward, origin=origin)))


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
            url=link(chat, number),
            photo=photo,
            pictures=pictures,
        )
    )


def _chat_to_write(
    sandbox: Sandbox, token: str, given: Parameters, what: str = "text messages"
) -> Chat:
    """The chat, where the bot may post there, and now; counts the message that follows."""
    chat = chat_as_admin(sandbox, given, what)
    limits, now = sandbox.limits, sandbox.now()
    in_chat = 0 if chat.kind == "private" else limits.telegram_chat.wait((token, chat.id), now)
    if wait := max(in_chat, limits.telegram_all.wait(token, now)):
        raise refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
    limits.telegram_chat.count((token, chat.id), now)
    limits.telegram_all.count(token, now)
    return chat


def _caption(given: Parameters) -> markup.Parsed:
    parsed = _parsed(given, "caption", "caption_entities")
    if len(parsed.text) > count.CAPTION_LIMIT:
        raise refused(400, "Bad Request: message caption is too long")
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
            raise refused(400, "Bad Request: unsupported parse_mode")
    return markup.with_found_links(markup.trimmed(parsed))


# --- changing what was sent ---------------------------------------------------------------------


def edit_text(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    if not given.get("text"):
        raise refused(400, "Bad Request: message text is empty")
    parsed = _parsed(given, "text", "entities")
    if len(parsed.text) > count.LIMIT:
        raise refused(400, "Bad Request: message is too long")
    return _edit(sandbox, given, parsed)


def edit_caption(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    return _edit(sandbox, given, _caption(given))


def _edit(sandbox: Sandbox, given: Parameters, parsed: markup.Parsed) -> Any:
    chat = chat_as_admin(sandbox, given)
    old = post_of(sandbox, chat, given, "message to edit not found")
    if (old.text, tuple(old.entities)) == parsed:
        raise refused(
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
    return message(chat, sandbox.replace(new))


def delete(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    chat = chat_as_admin(sandbox, given)
    post = post_of(sandbox, chat, given, "message to delete not found")
    if sandbox.now() - post.at > _DELETABLE_FOR:
        raise refused(400, "Bad Request: message can't be deleted for everyone")
    sandbox.replace(replace(post, deleted_at=sandbox.now()))
    return True

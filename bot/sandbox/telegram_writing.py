"""What changes a chat: messages sent, forwarded, edited and deleted, with the refusals of the real server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.core.model import Platform
from bot.core.picture import MAX_RATIO, MAX_SIDES, Header, header_of
from bot.core.text import telegram as count
from bot.sandbox import markup
from bot.sandbox.images import Picture, Upload, without_bytes
from bot.sandbox.people import Document, Keyboard
from bot.sandbox.places import Chat, Standing, Taken
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.telegram_keyboard import keyboard_of
from bot.sandbox.telegram_messages import chat_json, link, message, user_json
from bot.sandbox.telegram_shapes import (
    Parameters,
    bot_of,
    chat_as_admin,
    chat_of,
    is_true,
    post_of,
    refused,
    shut_out,
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
    sending = _sending(sandbox, token, given)
    return _sent(sandbox, sending, parsed)


def send_photo(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    photo = given.get("photo")
    if not photo:
        raise refused(400, "Bad Request: there is no photo in the request")
    parsed = _caption(given)
    header = _checked(photo.content) if isinstance(photo, Upload) else None
    sending = _sending(sandbox, token, given, "photos")
    if header is None:
        return _sent(sandbox, sending, parsed, photo=str(photo))
    pictures = (sandbox.images.keep(photo.content, header),)
    return _sent(sandbox, sending, parsed, photo=photo.name, pictures=pictures)


def send_document(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    given_file = given.get("document")
    if not given_file:
        raise refused(400, "Bad Request: there is no document in the request")
    parsed = _caption(given)
    if isinstance(given_file, Upload) and not given_file.content:
        raise refused(400, "Bad Request: file must be non-empty")
    known = None if isinstance(given_file, Upload) else sandbox.files.of(str(given_file))
    if known is None and not isinstance(given_file, Upload):
        # The real server fetches an address; the sandbox calls nobody
        raise refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
    sending = _sending(sandbox, token, given, "documents")
    document = known or sandbox.files.keep(given_file.name, given_file.content)
    return _sent(sandbox, sending, parsed, document=document)


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
        raise shut_out(source)
    original = post_of(sandbox, source, given, "message to forward not found")
    if source.is_protected:
        raise refused(400, "Bad Request: the message can't be forwarded")
    sending = _sending(sandbox, token, given)
    parsed = markup.Parsed(original.text, tuple(original.entities))
    return _sent(
        sandbox,
        sending,
        parsed,
        photo=original.photo,
        pictures=original.pictures,
        document=original.document,
        # Of what was forwarded before, the first origin is kept
        origin=original.origin or _origin(source, original),
    )


def _origin(source: Chat, original: Taken) -> dict[str, Any]:
    date = int(original.at.timestamp())
    if original.author and source.kind != "channel":
        return {"type": "user", "date": date, "sender_user": user_json(original.author)}
    return {
        "type": "channel",
        "date": date,
        "chat": chat_json(source),
        "message_id": int(original.id),
    }


@dataclass(frozen=True, slots=True)
class _Sending:
    """A call that may send: where, under which buttons, and in answer to what."""

    chat: Chat
    token: str
    given: Parameters
    keyboard: Keyboard
    reply_to: str


def _sending(
    sandbox: Sandbox, token: str, given: Parameters, what: str = "text messages"
) -> _Sending:
    """What all that sends has in common, checked; counts the message that follows."""
    keyboard = keyboard_of(given)
    chat = chat_as_admin(sandbox, given, what)
    reply_to = _answered(sandbox, chat, given.get("reply_parameters"))
    limits, now = sandbox.limits, sandbox.now()
    in_chat = 0 if chat.kind == "private" else limits.telegram_chat.wait((token, chat.id), now)
    if wait := max(in_chat, limits.telegram_all.wait(token, now)):
        raise refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
    limits.telegram_chat.count((token, chat.id), now)
    limits.telegram_all.count(token, now)
    return _Sending(chat, token, given, keyboard, reply_to)


def _answered(sandbox: Sandbox, chat: Chat, wanted: Any) -> str:
    """The id of the message that is answered; "" where none is, or none need be there."""
    if not wanted:
        return ""
    if not isinstance(wanted, dict):
        raise refused(400, "Bad Request: can't parse reply parameters JSON object")
    number = str(wanted.get("message_id", ""))
    if sandbox.post(Platform.TELEGRAM, chat.address, number):
        return number
    if is_true(wanted.get("allow_sending_without_reply")):
        return ""
    raise refused(400, "Bad Request: message to be replied not found")


def _sent(
    sandbox: Sandbox,
    sending: _Sending,
    parsed: markup.Parsed,
    *,
    photo: str = "",
    pictures: Sequence[Picture] = (),
    document: Document | None = None,
    origin: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The message as it now stands in its chat, in JSON."""
    chat = sending.chat
    number = sandbox.next_message_id(chat.address)
    taken = sandbox.publish(
        Taken(
            platform=Platform.TELEGRAM,
            channel=chat.address,
            id=str(number),
            at=sandbox.now(),
            text=parsed.text,
            entities=parsed.entities,
            request=without_bytes(sending.given),
            url=link(chat, number),
            photo=photo,
            pictures=pictures,
            origin=origin,
            author=None if chat.kind == "channel" else bot_of(sending.token),
            keyboard=sending.keyboard,
            document=document,
            reply_to=sending.reply_to,
        )
    )
    return message(sandbox, chat, taken)


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
    chat, old = _editable(sandbox, given)
    if old.photo or old.document:
        raise refused(400, "Bad Request: there is no text in the message to edit")
    return _edit(sandbox, chat, old, parsed, given)


def edit_caption(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    parsed = _caption(given)
    chat, old = _editable(sandbox, given)
    if not old.photo and not old.document:
        raise refused(400, "Bad Request: there is no caption in the message to edit")
    return _edit(sandbox, chat, old, parsed, given)


def edit_keyboard(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    chat, old = _editable(sandbox, given)
    return _edit(sandbox, chat, old, markup.Parsed(old.text, tuple(old.entities)), given)


def _editable(sandbox: Sandbox, given: Parameters) -> tuple[Chat, Taken]:
    chat = chat_as_admin(sandbox, given)
    old = post_of(sandbox, chat, given, "message to edit not found")
    if old.is_from_person:
        raise refused(400, "Bad Request: message can't be edited")
    return chat, old


def _edit(
    sandbox: Sandbox, chat: Chat, old: Taken, parsed: markup.Parsed, given: Parameters
) -> dict[str, Any]:
    """The message with another content; an edit that names no buttons takes the old ones away."""
    keyboard = keyboard_of(given)
    if (old.text, tuple(old.entities), old.keyboard) == (*parsed, keyboard):
        raise refused(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message",
        )
    new = replace(
        old,
        text=parsed.text,
        entities=parsed.entities,
        keyboard=keyboard,
        request=dict(old.request) | dict(given),
        edited_at=sandbox.now(),
    )
    return message(sandbox, chat, sandbox.replace(new))


def delete(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    chat = chat_as_admin(sandbox, given)
    post = post_of(sandbox, chat, given, "message to delete not found")
    if sandbox.now() - post.at > _DELETABLE_FOR:
        raise refused(400, "Bad Request: message can't be deleted for everyone")
    sandbox.replace(replace(post, deleted_at=sandbox.now()))
    return True

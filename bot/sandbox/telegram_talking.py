"""How a bot hears people and lets them know: updates, answers to pressed buttons, commands, files they sent.

Wordings are those of https://github.com/tdlib/telegram-bot-api, from memory where it is not said otherwise.
"""

from __future__ import annotations

import json
import re
from typing import Any

from bot.sandbox.people import Shown
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.telegram_messages import update_json
from bot.sandbox.telegram_shapes import Parameters, chat_as_admin, is_true, refused
from bot.sandbox.updates import AT_ONCE, Conflict

LARGEST_DOWNLOAD = 20 * 1024 * 1024  # https://core.telegram.org/bots/api#getfile

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}", re.ASCII)


# --- updates ------------------------------------------------------------------------------------


async def until_updates(sandbox: Sandbox, token: str, given: Parameters) -> None:
    """Wait, in real seconds, until there is something to hand out or `timeout` is over.

    Raises Refused once another getUpdates of the token comes.
    """
    updates = sandbox.updates
    kinds = _allowed(given.get("allowed_updates"))
    if kinds is not None:
        updates.allow(token, kinds)
    updates.confirm(token, _number(given, "offset", 0), sandbox.now())
    seconds = min(max(_number(given, "timeout", 0), 0), sandbox.limits.long_poll)
    try:
        await updates.until_any(token, sandbox.now(), seconds)
    except Conflict:
        raise refused(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot "
            "instance is running",
        ) from None


def get_updates(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    """What happened and was not confirmed, oldest first."""
    limit = min(max(_number(given, "limit", AT_ONCE), 1), AT_ONCE)
    found = sandbox.updates.waiting(token, sandbox.now())[:limit]
    return [update_json(sandbox, update) for update in found]


def _allowed(given: Any) -> list[str] | None:
    """The kinds of updates that a bot names; None where it names none, or nothing that can be read."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return None
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        return None
    return given


def _number(given: Parameters, field: str, default: int) -> int:
    try:
        return int(given.get(field, default))
    except (TypeError, ValueError):
        return default  # as the real server reads what is no number (from memory)


def delete_webhook(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    if is_true(given.get("drop_pending_updates")):
        sandbox.updates.confirm(token, sandbox.updates.first + 1, sandbox.now())
    return True


# --- pressed buttons ----------------------------------------------------------------------------


def answer_callback_query(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    press = sandbox.presses.get(str(given.get("callback_query_id", "")))
    if press is None or sandbox.now() - press.at > sandbox.limits.callback_answer:
        raise refused(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        )
    text = str(given.get("text") or "")
    if len(text) > 200:  # https://core.telegram.org/bots/api#answercallbackquery
        raise refused(400, "Bad Request: MESSAGE_TOO_LONG")
    alert, url = is_true(given.get("show_alert")), str(given.get("url") or "")
    sandbox.show(press, Shown(sandbox.now(), text, alert, url))
    return True


# --- commands and signs of life -----------------------------------------------------------------


def set_my_commands(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    commands = given.get("commands")
    if not isinstance(commands, list):
        raise refused(400, "Bad Request: expected an Array of BotCommand")
    if len(commands) > 100:
        raise refused(400, "Bad Request: too many commands specified")
    kept = []
    for each in commands:
        known = each if isinstance(each, dict) else {}
        name, description = str(known.get("command", "")), str(known.get("description", ""))
        if not _COMMAND.fullmatch(name):
            raise refused(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(description.strip()) <= 256:
            raise refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name.removeprefix("/"), "description": description})
    sandbox.commands[token, _scope(given)] = kept
    return True


def get_my_commands(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    return sandbox.commands.get((token, _scope(given)), [])


def _scope(given: Parameters) -> str:
    """For whom a list of commands is: each scope and language has one of its own."""
    scope = given.get("scope") or {"type": "default"}
    return json.dumps([scope, str(given.get("language_code") or "")], sort_keys=True)


def send_chat_action(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    chat_as_admin(sandbox, given)
    if given.get("action") not in _ACTIONS:
        raise refused(400, "Bad Request: wrong parameter action in request")
    return True


# --- files --------------------------------------------------------------------------------------


def get_file(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    document = sandbox.files.of(str(given.get("file_id", "")))
    if document is None:
        raise refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    if document.size > LARGEST_DOWNLOAD:
        raise refused(400, "Bad Request: file is too big")
    return {
        "file_id": document.file_id,
        "file_unique_id": document.file_unique_id,
        "file_size": document.size,
        "file_path": document.path,
    }

"""How the Bot API names chats, messages and bots, and how it refuses; what reads and what writes share it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.model import Platform
from bot.sandbox.answers import Answer, Refused
from bot.sandbox.people import User
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
            raise shut_out(chat)
        case Standing.SILENCED:
            raise refused(400, f"Bad Request: not enough rights to send {what} to the chat")
    return chat


def shut_out(chat: Chat) -> Refused:
    """What a bot is told in whose chat it is not, or not any more."""
    if chat.kind == "private":
        return refused(403, "Forbidden: bot was blocked by the user")
    return refused(403, f"Forbidden: bot is not a member of the {chat.kind} chat")


def post_of(sandbox: Sandbox, chat: Chat, given: Parameters, missing: str) -> Taken:
    post = sandbox.post(Platform.TELEGRAM, chat.address, str(given.get("message_id", "")))
    if post is None:
        raise refused(400, f"Bad Request: {missing}")
    return post


def bot_of(token: str) -> User:
    """The bot that a token speaks for."""
    return User(
        int(token.partition(":")[0]), "banditore", username="banditore_sandbox_bot", is_bot=True
    )


def is_true(given: Any) -> bool:
    """A Boolean of a call; in a form it is written out."""
    return given is True or str(given).lower() in ("true", "yes", "1")

"""Lets another process play the people in Telegram's chats over HTTP: write, press, send files, again.

Where something is unknown or makes no sense the answer is 422 and says what.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.bodies import body_of
from bot.sandbox.images import Upload
from bot.sandbox.people import Membership, Press, User
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.updates import Update

_USER = {"id", "first_name", "last_name", "username"}


def routes(sandbox: Sandbox) -> list[Route]:
    """`/sandbox/say`, `press`, `document`, `replay`, `member` and `presses`."""

    def doing(do: Callable[[dict[str, Any]], Update]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                update = do(_object(await body_of(request)))
            except (KeyError, ValueError) as error:
                return _wrong(error)
            return JSONResponse(_told(update), status_code=201)

        return endpoint

    def say(given: dict[str, Any]) -> Update:
        reply_to = int(given["reply_to"]) if given.get("reply_to") else None
        return sandbox.say(given["chat"], _user(given["user"]), given["text"], reply_to=reply_to)

    def press(given: dict[str, Any]) -> Update:
        chat, number, user = given["chat"], int(given["message_id"]), _user(given["user"])
        if given.get("data") is not None:
            return sandbox.press(chat, number, user, data=str(given["data"]))
        return sandbox.press(chat, number, user, _button(given["button"]))

    def document(given: dict[str, Any]) -> Update:
        chat, user, content = given["chat"], _user(given["user"]), given["content"]
        if isinstance(content, Upload):
            name, data = str(given.get("name") or content.name), content.content
        else:
            name, data = str(given["name"]), _decoded(content)
        return sandbox.send_document(chat, user, name, data, caption=str(given.get("caption", "")))

    def replay(given: dict[str, Any]) -> Update:
        return sandbox.replay(int(given["update_id"]))

    async def member(request: Request) -> Response:
        try:
            given = _object(await body_of(request))
            user = _user(given["user"])
            sandbox.user(user)
            sandbox.change_membership(given["chat"], user, Membership(given["status"]))
        except (KeyError, ValueError) as error:
            return _wrong(error)
        return Response(status_code=204)

    async def presses(_request: Request) -> Response:
        return JSONResponse([_press(press) for press in sandbox.presses.values()])

    return [
        Route("/sandbox/say", doing(say), methods=["POST"]),
        Route("/sandbox/press", doing(press), methods=["POST"]),
        Route("/sandbox/document", doing(document), methods=["POST"]),
        Route("/sandbox/replay", doing(replay), methods=["POST"]),
        Route("/sandbox/member", member, methods=["POST"]),
        Route("/sandbox/presses", presses),
    ]


def _object(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError("a JSON object or a form is needed")
    return given


def _user(given: Any) -> User | int | str:
    """An id, an @username, or an object with at least `id` and `first_name`: somebody new."""
    if not isinstance(given, dict):
        return str(given)
    if unknown := sorted(given.keys() - _USER):
        raise ValueError(f"unknown: {', '.join(unknown)}; a user has {', '.join(sorted(_USER))}")
    return User(
        int(given["id"]),
        str(given["first_name"]),
        last_name=str(given.get("last_name", "")),
        username=str(given.get("username", "")),
    )


def _button(given: Any) -> str | tuple[int, int]:
    match given:
        case [int(row), int(column)]:
            return row, column
        case str(text):
            return text
    raise ValueError("a button is named by its text, or by [row, column], counted from 0")


def _decoded(content: Any) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (ValueError, TypeError):
        raise ValueError("content is a file in a form, or in JSON its Base64") from None


def _told(update: Update) -> dict[str, Any]:
    return {
        "update_id": update.id,
        "message_id": update.message_id,
        "callback_id": update.callback_id,
    }


def _press(press: Press) -> dict[str, Any]:
    shown = [asdict(each) | {"at": _iso(each.at)} for each in press.shown]
    return asdict(press) | {"at": _iso(press.at), "shown": shown}


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _wrong(error: KeyError | ValueError) -> Response:
    if isinstance(error, KeyError):
        return JSONResponse({"error": f"unknown or missing: {error.args[0]}"}, status_code=422)
    return JSONResponse({"error": str(error)}, status_code=422)

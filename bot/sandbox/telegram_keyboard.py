"""Reads `reply_markup`: inline keyboards, refused in the words of the real server.

The wordings are from memory of https://github.com/tdlib/telegram-bot-api (Client.cpp) and of what people
were told; the rules are those of https://core.telegram.org/bots/api#inlinekeyboardbutton.
"""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.markup import usable_address
from bot.sandbox.people import Button, Keyboard
from bot.sandbox.telegram_shapes import Parameters, refused

# Bytes of UTF-8, https://core.telegram.org/bots/api#inlinekeyboardbutton
DATA_LIMIT = 64
BUTTONS_LIMIT = 100  # from memory: the server answers REPLY_MARKUP_TOO_LONG to more

_ACTIONS = (
    "url",
    "callback_data",
    "copy_text",
    "login_url",
    "web_app",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
_STYLES = frozenset({"", "danger", "success", "primary"})


def keyboard_of(given: Parameters) -> Keyboard:
    """The buttons that a call wants under its message; () where it wants none. Raises Refused."""
    markup = given.get("reply_markup")
    if markup is None or markup == "":
        return ()
    if isinstance(markup, str):
        raise refused(400, "Bad Request: can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise refused(400, "Bad Request: object expected as reply markup")
    if "inline_keyboard" not in markup:
        return ()  # a keyboard in place of the person's own, or the wish to take it away
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise refused(400, 'Bad Request: field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise refused(400, 'Bad Request: field "inline_keyboard" must be an Array of Arrays')
    read = [tuple(button for each in row if (button := _button(each)).text) for row in rows]
    if sum(map(len, read)) > BUTTONS_LIMIT:
        raise refused(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
    return tuple(row for row in read if row)  # what is empty vanishes without a word


def keyboard_json(keyboard: Keyboard) -> dict[str, Any]:
    """`reply_markup` of a message: empty where it has no buttons."""
    if not keyboard:
        return {}
    rows = [[_button_json(button) for button in row] for row in keyboard]
    return {"reply_markup": {"inline_keyboard": rows}}


def _button(given: Any) -> Button:
    if not isinstance(given, dict):
        raise _unread("InlineKeyboardButton must be an Object")
    text = given.get("text")
    if not isinstance(text, str):
        raise _unread('Can\'t find field "text"' if text is None else 'Field "text" must be String')
    actions = [name for name in _ACTIONS if given.get(name) is not None]
    if not actions:
        raise _unread("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        # The real server takes the first and drops the rest without a word; a sandbox should tell.
        raise _unread(f"exactly one action is allowed, found {', '.join(actions)}")
    (action,), style = actions, str(given.get("style") or "")
    if style not in _STYLES:
        raise _unread("invalid button style specified")
    value = given[action]
    match action:
        case "callback_data":
            if not isinstance(value, str) or not 1 <= len(value.encode()) <= DATA_LIMIT:
                raise refused(400, "Bad Request: BUTTON_DATA_INVALID")
        case "url":
            value = usable_address(str(value))  # kept with a scheme and a path, as in a text
            if not value:
                wrong = given["url"]
                raise refused(400, f"Bad Request: inline keyboard button URL '{wrong}' is invalid")
    return Button(text, action, value if isinstance(value, str) else json.dumps(value), style)


def _button_json(button: Button) -> dict[str, Any]:
    is_text = button.action in ("callback_data", "url") or button.action.startswith("switch_")
    value = button.value if is_text else json.loads(button.value)
    styled = {"style": button.style} if button.style else {}
    return {"text": button.text, button.action: value} | styled


def _unread(why: str) -> Exception:
    return refused(400, f"Bad Request: can't parse inline keyboard button: {why}")

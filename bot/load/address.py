"""Where a channel leads: addresses as their platforms write them. Asks no platform."""

from __future__ import annotations

import re
from typing import assert_never

from bot.core.kinds import Kind
from bot.core.model import Platform
from bot.core.said import said
from bot.load.nodes import Mapped
from bot.load.report import Report, shown
from bot.load.schema import WrittenChannel

# A public chat's name, https://core.telegram.org/method/account.checkUsername, or a channel's number.
_CHAT = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-100[0-9]{5,}")
_CHAT_HINT = said('write "@its_name", in quotation marks, or its number, which begins with -100')
_ACCOUNT_HINT = said("the name after the '@': up to 15 letters, digits and '_'")
# https://help.x.com/en/managing-your-account/x-username-rules
_ACCOUNT = re.compile(r"@?([A-Za-z0-9_]{1,15})")


def read_address(
    name: str, written: WrittenChannel, platform: Platform, node: Mapped, report: Report
) -> str | None:
    """The address of the channel `name` under `node`; None where it has none, or none that can be one."""
    match platform:
        case Platform.TELEGRAM:
            key, text, other = "chat", written.chat.strip(), written.account
            match = _CHAT.fullmatch(text)
            address = text if match else None
            form = _CHAT_HINT
        case Platform.X:
            key, text, other = "account", written.account.strip(), written.chat
            match = _ACCOUNT.fullmatch(text)
            address = match[1] if match else None
            form = _ACCOUNT_HINT
        case _ as never:
            assert_never(never)
    if other:
        wrong = "account" if key == "chat" else "chat"
        message = said("{platform} has no {key!r}", platform=platform, key=wrong)
        report.error(node.keys[wrong], Kind.ADDRESS, message, said("write {key!r}", key=key))
    if not text and not other:
        message = said("{name} needs {key!r}", name=shown(name), key=key)
        report.missing(node, key, Kind.ADDRESS, message, form)
    elif text and address is None:
        message = said(
            "{text} is no {key} of {platform}", text=shown(text), key=key, platform=platform
        )
        report.error(node.inner[key], Kind.ADDRESS, message, form)
    return address


def is_public(chat: str) -> bool:
    """Has a Telegram chat a name, and with it a page that anyone can read?"""
    return chat.startswith("@")

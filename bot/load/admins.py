"""Those who look after the crier: the chat in which it speaks to them, and who of them may order. Asks no platform."""

from __future__ import annotations

import re
from datetime import time

from bot.core.kinds import Kind
from bot.core.model import Admins, Platform
from bot.core.said import said
from bot.load.nodes import Mapped
from bot.load.phrase import is_language, read_clock
from bot.load.report import Report, shown
from bot.load.schema import WrittenAdmins

# A public name, https://core.telegram.org/method/account.checkUsername, or the number of a channel, of a
# group, or of the one person to whom the bot speaks.
_CHAT = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-?[0-9]{5,}")
_CHAT_HINT = said('write "@its_name", in quotation marks, or its number, which begins with -100')

_PERSON = re.compile(r"[0-9]{5,16}")

_LONGEST = 100  # characters of a name; the ledger has room for a few more

_NEVER = "never"

# Whom Telegram shows as the writer where it hides who wrote: an admin who is anonymous, somebody who writes
# as a channel, a channel that is linked; https://core.telegram.org/bots/api#message
_NOBODY = frozenset({"1087968824", "136817688", "777000"})


def read_admin_chat(written: str, top: Mapped, report: Report) -> str:
    """The Telegram chat of those who look after the crier; "" where there is none, or none that can be one."""
    chat = written.strip()
    if chat and not _CHAT.fullmatch(chat):
        report.error(
            top.inner["admin_chat"],
            Kind.ADMINS,
            said("{text} is no chat of {platform}", text=shown(chat), platform=Platform.TELEGRAM),
            _CHAT_HINT,
        )
        return ""
    return chat


def read_admins(written: WrittenAdmins, top: Mapped, report: Report, *, has_chat: bool) -> Admins:
    """Who may order in the admin chat, and how it is spoken to there."""
    if "admins" not in top.keys:
        return Admins()
    node = top.mapped("admins")
    if not has_chat:
        report.error(
            top.keys["admins"],
            Kind.ADMINS,
            said("there is no admin chat"),
            said("write 'admin_chat: ...' beside 'admins:'"),
        )
    usual = Admins()
    language = written.language.strip() or usual.language
    if written.language and not is_language(language, node.inner["language"], report):
        language = usual.language
    return Admins(
        members=_members(written, node, report),
        language=language,
        tomorrow=_tomorrow(written.tomorrow.strip(), node, report)
        if written.tomorrow
        else usual.tomorrow,
    )


def _members(written: WrittenAdmins, node: Mapped, report: Report) -> dict[int, str]:
    members: dict[int, str] = {}
    place = node.mapped("members")
    for number, name in written.members.items():
        if not _PERSON.fullmatch(number):
            report.error(
                place.keys[number],
                Kind.ADMINS,
                said("{number} is no person's number on Telegram", number=shown(number)),
                said(
                    "digits alone, such as 123456789: /id, written to the bot in the admin chat, tells"
                    " them"
                ),
            )
        elif number in _NOBODY:
            report.error(
                place.keys[number],
                Kind.ADMINS,
                said(
                    "{number} is nobody's own number: Telegram shows it for all who write anonymously",
                    number=number,
                ),
                said("write /id to the bot in the admin chat by your own name"),
            )
        elif not name.strip():
            report.missing(
                place,
                number,
                Kind.ADMINS,
                said("{number} has no name", number=number),
                said("the book says by it who ordered"),
            )
        elif len(name) > _LONGEST:
            report.error(
                place.inner[number],
                Kind.ADMINS,
                said(
                    "the name of {number} has {length} characters", number=number, length=len(name)
                ),
                said(
                    "at most {most}: it stands in every entry of the book that they order",
                    most=_LONGEST,
                ),
            )
        else:
            members[int(number)] = " ".join(name.split())
    return members


def _tomorrow(written: str, node: Mapped, report: Report) -> time | None:
    if written == _NEVER:
        return None
    at = read_clock(written)
    if at is None:
        report.error(
            node.inner["tomorrow"],
            Kind.ADMINS,
            said("{text} is not a time of day", text=shown(written)),
            said('write it as "15:00", or {never!r}', never=_NEVER),
        )
    return at

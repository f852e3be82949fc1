"""How what the calendar asks for reads: tomorrow's posts as they will go out, and the week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Any

from babel.dates import format_date

from bot.desk.daily import MONDAY, TOMORROW, actions_of
from bot.desk.message import Message
from bot.desk.words import Language
from bot.render.markup import Block, Bold, Plain


def of_day(
    kind: str,
    detail: Mapping[str, Any],
    language: Language,
    zone: tzinfo,
    *,
    has_buttons: bool = True,
) -> Message | None:
    """Tomorrow's heading, one of its posts, or the week.

    Where nothing can be pressed the heading has the posts in it, and there is no message for each.
    """
    if kind == TOMORROW:
        return _heading(detail, language, zone, is_whole=not has_buttons)
    if kind == MONDAY:
        return _week(detail, language, zone)
    return _post(detail, language, zone) if has_buttons else None


def of_past(detail: Mapping[str, Any], language: Language, zone: tzinfo) -> Message:
    """A post of which nothing can be pressed any more."""
    message = _post(detail, language, zone)
    return replace(message, actions=())


def _heading(
    detail: Mapping[str, Any], language: Language, zone: tzinfo, *, is_whole: bool
) -> Message:
    day = format_date(
        date.fromisoformat(detail["day"]), language.phrases["day"], locale=language.locale
    )
    name = "tomorrow" if detail["posts"] else "nothing_tomorrow"
    words = language.phrase(name, day=day, posts=detail["posts"])
    posts: list[Block] = [
        (Bold(f"{language.instant(datetime.fromisoformat(at), zone)} · {channel}"), Plain(text))
        for at, channel, text in (detail["texts"] if is_whole else ())
    ]
    return Message(words, ((Bold(words),), *posts))


def _post(detail: Mapping[str, Any], language: Language, zone: tzinfo) -> Message:
    """Its text is the post's own, and nothing else: when and where stand on the button."""
    at = language.instant(datetime.fromisoformat(detail["at"]), zone)
    by = detail.get("stopped_by", "")
    title = f"{at} · {detail['channel']}"
    words = {
        each: f"{language.actions[each]} · {f'{by} · ' if by else ''}{title}"
        for each in actions_of(detail)
    }
    return Message(
        title,
        ((Bold(title),), (Plain(detail["text"]),)),
        tuple(words.items()),
        as_it_goes=detail["html"],
        image=tuple(detail["image"]) if detail["image"] else None,
    )


def _week(detail: Mapping[str, Any], language: Language, zone: tzinfo) -> Message:
    title = language.phrases["monday"]
    blocks: list[Block] = [(Bold(title),)]
    out = _counted(detail["out"]) or language.phrases["nothing"]
    last = language.phrase(
        "last_week", out=out, missed=detail["missed"], spent=detail["spent_last"]
    )
    blocks.append((Bold(language.phrases["last"]), Plain(last)))
    lines = [
        Plain(f"{language.instant(datetime.fromisoformat(at), zone)}  {channel}  {name}".rstrip())
        for at, channel, name in detail["first"]
    ]
    coming = _counted(detail["coming"]) or language.phrases["nothing"]
    blocks.append((Bold(language.phrases["next"]), Plain(coming), *lines))
    money = [
        Plain(
            f"{name}: ${amount}"
            + (f" / ${detail['budgets'][name]}" if name in detail["budgets"] else "")
        )
        for name, amount in detail["spent"].items()
    ]
    if money:
        blocks.append((Bold(language.phrases["month"]), *money))
    waits = [
        f"{language.phrases[name]}: {detail[name]}"
        for name in ("stopped_channels", "faults", "unknown", "tasks", "held", "pauses")
        if detail[name]
    ]
    blocks.append(
        (Bold(language.phrases["waits"]), Plain(", ".join(waits) or language.phrases["nothing"]))
    )
    return Message(title, tuple(blocks))


def _counted(by_channel: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in by_channel.items())

"""Posts as they are drawn, from their plain text and entities, never from the HTML that came in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

from babel.dates import format_time

from bot.core.model import Platform
from bot.sandbox.images import Picture
from bot.sandbox.markup import Entity
from bot.sandbox.people import Keyboard
from bot.sandbox.places import Taken

_TAG = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "code",
    "text_link": "a",
    "url": "a",
    "hashtag": "mark",
}
_SHOWN_OF_A_LINK = 26  # characters, as X shortens what it shows
_SHOWN_OF_AN_ANSWER = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in an HTML tag of our own choosing; "" = in none."""

    tag: str
    text: str = ""
    href: str = ""
    pieces: Sequence[Piece] = ()
    look: str = ""  # a class: spoiler, quote


@dataclass(frozen=True, slots=True)
class Card:
    """One post as it is drawn."""

    anchor: str
    pieces: Sequence[Piece]
    at: datetime
    clock: str
    url: str
    preview: str  # the host of the link that a platform would show below; "" = none
    photo: str  # the name of an image that is not here; "" = none
    pictures: Sequence[Picture]
    is_edited: bool
    author: str = ""  # who wrote it in a chat with people; "" = the channel itself
    is_from_person: bool = False
    number: str = ""  # of the message
    answers: str = ""  # the beginning of the message that it answers
    document: str = ""  # a file's name; "" = none
    keyboard: Keyboard = ()


def card_of(
    post: Taken, slug: str, language: str, zone: tzinfo, answered: Taken | None = None
) -> Card:
    """A post as it is drawn; its clock is that of `zone`, in the words of `language`."""
    local = post.at.astimezone(zone)
    return Card(
        anchor=f"{slug}-{post.id}",
        pieces=_pieces(post),
        at=local,
        clock=format_time(local, "HH:mm", locale=language),
        url=post.url,
        preview=_preview(post),
        photo="" if post.pictures else post.photo,
        pictures=post.pictures,
        is_edited=post.edited_at is not None,
        author=post.author.name if post.author else "",
        is_from_person=post.is_from_person,
        number=post.id,
        answers=shortened(answered.text) if answered else "",
        document=post.document.name if post.document else "",
        keyboard=post.keyboard,
    )


# --- text and entities --------------------------------------------------------------------------


def _pieces(post: Taken) -> list[Piece]:
    raw = post.text.encode("utf-16-le", "surrogatepass")
    shortens = post.platform is Platform.X
    return _nested(raw, list(post.entities), 0, len(raw) // 2, shortens=shortens)


def _nested(
    raw: bytes, entities: list[Entity], start: int, end: int, *, shortens: bool
) -> list[Piece]:
    """The text from `start` to `end`, in UTF-16 units, with its entities as a tree."""
    pieces: list[Piece] = []
    position = start
    while entities and entities[0].offset < end:
        entity = entities.pop(0)
        opens, closes = max(entity.offset, position), min(entity.end, end)
        if opens >= closes:
            continue
        pieces.append(Piece("", _cut(raw, position, opens)))
        if shortens and entity.kind == "url":
            inside = [Piece("", _shortened(_cut(raw, opens, closes)))]
        else:
            inside = _nested(raw, entities, opens, closes, shortens=shortens)
        pieces.append(_dressed(entity, inside, _cut(raw, opens, closes)))
        position = closes
    pieces.append(Piece("", _cut(raw, position, end)))
    return [piece for piece in pieces if piece.text or piece.pieces]


def _dressed(entity: Entity, inside: list[Piece], text: str) -> Piece:
    tag = _TAG.get(entity.kind, "span")
    href = _address(entity.detail or text) if tag == "a" else ""
    look = {"spoiler": "spoiler", "blockquote": "quote", "expandable_blockquote": "quote"}.get(
        entity.kind, ""
    )
    return Piece(tag if tag != "a" or href else "span", href=href, pieces=inside, look=look)


def shortened(text: str) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_OF_AN_ANSWER else f"{line[:_SHOWN_OF_AN_ANSWER]}…"


def _address(link: str) -> str:
    """A link that may be clicked; "" where its scheme is not one of the web's."""
    return link if urlsplit(link).scheme in ("http", "https") else ""


def _cut(raw: bytes, start: int, end: int) -> str:
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace")


def _shortened(link: str) -> str:
    bare = re.sub(r"^https?://(?:www\.)?", "", link, flags=re.IGNORECASE)
    return bare if len(bare) <= _SHOWN_OF_A_LINK else f"{bare[:_SHOWN_OF_A_LINK]}…"


def _preview(post: Taken) -> str:
    """Telegram previews the first link unless told not to, X the last one."""
    options = post.request.get("link_preview_options") if isinstance(post.request, dict) else None
    if post.photo or (isinstance(options, dict) and options.get("is_disabled") in (True, "true")):
        return ""
    links = [
        _address(entity.detail or _cut(post.text.encode("utf-16-le"), entity.offset, entity.end))
        for entity in post.entities
        if entity.kind in ("text_link", "url")
    ]
    if isinstance(options, dict) and options.get("url"):
        links = [str(options["url"])]
    hosts = [host for link in links if (host := urlsplit(link).hostname)]
    if not hosts:
        return ""
    return (hosts[-1] if post.platform is Platform.X else hosts[0]).removeprefix("www.")

"""Reads Telegram's HTML as strictly as its server does: plain text and entities come out, or a refusal.

The rules are those of https://core.telegram.org/bots/api#html-style; refusals are worded as the real
server words them, with offsets in bytes of UTF-8. Offsets and lengths of entities count UTF-16 units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_KIND = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
# The attribute that a tag's meaning depends on, and the field of MessageEntity that carries it.
_ATTRIBUTE = {"a": "href", "span": "class", "tg-emoji": "emoji-id", "tg-time": "unix"}
_DETAIL = {"text_link": "url", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(
    r"&(?:#x(?P<hex>[0-9a-f]{1,6})|#(?P<decimal>\d{1,7})|(?P<name>[a-z]+));?", re.IGNORECASE
)
_VALUE = re.compile(
    r"""(?P<quote>["'])(?P<quoted>.*?)(?P=quote)|(?P<token>[\w.-]+)(?=[\s>])""",
    re.DOTALL | re.ASCII,
)
_HOST = re.compile(r"[^\s.@/]+(?:\.[^\s.@/]+)+\.?")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]'’”…])|(?<![\w#&])(?P<hashtag>#\w*[^\W\d]\w*)"
)
# A command as Telegram marks one, from memory of TDLib's match_bot_commands
_COMMAND = re.compile(
    r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])", re.ASCII
)


class BadMarkup(Exception):  # noqa: N818
    """The text is not Telegram's HTML; the message is the one that its server gives."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning, as in the Bot API's MessageEntity; counted in UTF-16 units."""

    kind: str
    offset: int
    length: int
    detail: str = ""  # the address of a text_link, the moment of a date_time, …

    @property
    def end(self) -> int:
        return self.offset + self.length

    def to_json(self) -> dict[str, Any]:
        known: dict[str, Any] = {"type": self.kind, "offset": self.offset, "length": self.length}
        if self.detail and (name := _DETAIL.get(self.kind)):
            known[name] = int(self.detail) if name == "unix_time" else self.detail
        return known


class Parsed(NamedTuple):
    """A text as followers read it."""

    text: str
    entities: tuple[Entity, ...]


class _Open(NamedTuple):
    tag: str
    detail: str
    start: int  # in the plain text, in code points


def utf16(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(html: str) -> Parsed:
    """The plain text and the entities of `html`, outer entities before the inner ones.

    Raises BadMarkup where the real server refuses.
    """
    plain = ""
    stack: list[_Open] = []
    entities: list[Entity] = []
    position = 0
    while position < len(html):
        match html[position]:
            case "<" if html.startswith("</", position):
                opened, position = _close(html, position, stack)
                entities.extend(_entity(opened, plain))
            case "<":
                tag, detail, position = _open(html, position)
                stack.append(_Open(tag, detail, len(plain)))
            case "&":
                character, position = _character(html, position)
                plain += character
            case _:
                end = _skip(html, position, until=r"[<&]")
                plain += html[position:end]
                position = end
    if stack:
        raise BadMarkup(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return Parsed(
        plain, tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length)))
    )


def _open(html: str, begin: int) -> tuple[str, str, int]:
    at = _at(html, begin)
    name_end = _skip(html, begin + 1, until=r"[\s>]")
    if name_end == len(html):
        raise BadMarkup(f"Unclosed start tag at byte offset {at}")
    tag = html[begin + 1 : name_end].lower()
    if tag not in _KIND:
        raise BadMarkup(f'Unsupported start tag "{tag}" at byte offset {at}')
    attributes, end = _attributes(html, name_end, tag, at)
    value = attributes.get(_ATTRIBUTE.get(tag, ""), "")
    match tag:
        case "span" if value != "tg-spoiler":
            raise BadMarkup(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        case "tg-emoji" | "tg-time" if not value.isdecimal():
            raise BadMarkup(f'Invalid value of the tag "{tag}" at byte offset {at}')
        case "blockquote" if "expandable" in attributes:
            value = "expandable"
    return tag, value, end


def _attributes(html: str, position: int, tag: str, at: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while True:
        position = _skip(html, position, until=r"\S")
        if html.startswith(">", position):
            return found, position + 1
        name_end = _skip(html, position, until=r"""[\s=>/"']""")
        if name_end == len(html):
            raise BadMarkup(f'Unclosed start tag "{tag}" at byte offset {at}')
        name = html[position:name_end].lower()
        if not name:
            raise BadMarkup(f'Empty attribute name in the tag "{tag}" at byte offset {at}')
        position = _skip(html, name_end, until=r"\S")
        if not html.startswith("=", position):
            found[name] = ""
            continue
        position = _skip(html, position + 1, until=r"\S")
        value = _VALUE.match(html, position)
        if value is None:
            raise BadMarkup(f'Unclosed start tag "{tag}" at byte offset {at}')
        found[name] = value["token"] or "".join(_decoded(value["quoted"] or ""))
        position = value.end()


def _close(html: str, begin: int, stack: list[_Open]) -> tuple[_Open, int]:
    at = _at(html, begin)
    if not stack:
        raise BadMarkup(f"Unexpected end tag at byte offset {at}")
    name_end = _skip(html, begin + 2, until=r"[\s>]")
    end = _skip(html, name_end, until=r"\S")
    if not html.startswith(">", end):
        raise BadMarkup(f"Unclosed end tag at byte offset {at}")
    tag = html[begin + 2 : name_end].lower()
    opened = stack.pop()
    if tag and tag != opened.tag:
        raise BadMarkup(
            f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{tag}>"'
        )
    return opened, end + 1


def _entity(opened: _Open, plain: str) -> Iterator[Entity]:
    inside = plain[opened.start :]
    if not inside:
        return
    kind, detail = _KIND[opened.tag], opened.detail
    if opened.tag == "blockquote" and detail:
        kind, detail = "expandable_blockquote", ""
    if opened.tag == "a":
        detail = usable_address(detail or inside)
        if not detail:  # the link is lost without a word, the text stays
            return
    known = detail if kind in _DETAIL else ""
    yield Entity(kind, utf16(plain[: opened.start]), utf16(inside), known)


def usable_address(address: str) -> str:
    """The address as Telegram keeps it, with a scheme and a path; "" where it can't be linked."""
    address = address.strip()
    if not re.match(r"[a-z][a-z0-9+.-]*://|(?:tg|ton|mailto|javascript):", address, re.IGNORECASE):
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it is what refuses an impossible port
    except ValueError:
        return ""
    if parts.scheme in ("tg", "ton", "tonsite"):
        return address
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or ""):
        return ""
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def _character(html: str, position: int) -> tuple[str, int]:
    """What the `&` at `position` stands for; itself, where it begins nothing that Telegram knows."""
    match = _CHARACTER.match(html, position)
    if match is None:
        return "&", position + 1
    if match["name"]:
        known = _NAMED.get(match["name"])
        return (known, match.end()) if known else ("&", position + 1)
    code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
    if not 0 < code < 0x10FFFF or 0xD800 <= code < 0xE000:
        return "&", position + 1
    return chr(code), match.end()


def _decoded(text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        if text[position] == "&":
            character, position = _character(text, position)
            yield character
        else:
            yield text[position]
            position += 1


def _skip(text: str, position: int, *, until: str) -> int:
    found = re.compile(until).search(text, position)
    return found.start() if found else len(text)


def _at(html: str, position: int) -> int:
    return len(html[:position].encode("utf-8", "surrogatepass"))


# --- what the server does to a text that it took ------------------------------------------------


def trimmed(parsed: Parsed) -> Parsed:
    """Without the white space around it, as the server keeps a text; entities move along."""
    text = parsed.text.strip()
    lead = utf16(parsed.text[: len(parsed.text) - len(parsed.text.lstrip())])
    size = utf16(text)
    moved = []
    for entity in parsed.entities:
        start, end = max(0, entity.offset - lead), min(size, entity.end - lead)
        if start < end:
            moved.append(replace(entity, offset=start, length=end - start))
    return Parsed(text, tuple(moved))


def with_found_links(parsed: Parsed) -> Parsed:
    """With the addresses and hashtags that the server itself finds where no entity stands yet."""
    found = [
        Entity(kind, utf16(parsed.text[: match.start()]), utf16(match[0]))
        for match in _FOUND.finditer(parsed.text)
        if (kind := match.lastgroup)
    ]
    return _with(parsed, found)


def with_found_commands(parsed: Parsed) -> Parsed:
    """With the commands to a bot that the server finds in what people write."""
    found = [
        Entity("bot_command", utf16(parsed.text[: match.start()]), utf16(match[0]))
        for match in _COMMAND.finditer(parsed.text)
    ]
    return _with(parsed, found)


def _with(parsed: Parsed, found: list[Entity]) -> Parsed:
    free = [new for new in found if not any(_overlap(new, old) for old in parsed.entities)]
    every = sorted((*parsed.entities, *free), key=lambda entity: (entity.offset, -entity.length))
    return Parsed(parsed.text, tuple(every))


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def entities_from(raw: Iterable[Any]) -> tuple[Entity, ...]:
    """Entities that a client sends ready-made. Raises BadMarkup where one has not the right form."""
    made = []
    for given in raw:
        try:
            kind, offset, length = given["type"], int(given["offset"]), int(given["length"])
            detail = str(given.get(_DETAIL.get(kind, ""), ""))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BadMarkup("Can't parse entity: expected an Object") from None
        made.append(Entity(kind, offset, length, detail))
    return tuple(sorted(made, key=lambda entity: (entity.offset, -entity.length)))

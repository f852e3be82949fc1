"""The page that shows the channels as followers would see them; it shows, and changes nothing.

Posts are drawn from their plain text and entities, never from the HTML that came in. No script, no
form, nothing from another host.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from importlib.resources import files
from itertools import groupby
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.core.model import Platform
from bot.sandbox.images import Picture
from bot.sandbox.markup import Entity
from bot.sandbox.places import Account, Chat, Taken
from bot.sandbox.sandbox import Sandbox

# Strict, because posts hold whatever a client sent: nothing runs, nothing is fetched but the style.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
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

WORDS = {
    "it": {
        "rehearsal": "Prova generale",
        "intro": "Quello che leggerebbe chi segue i canali. Niente esce da questo computer.",
        "order": "In ordine di uscita, dal primo all'ultimo; ore di {zone}.",
        "channels": "Canali",
        "one": "{count} post",
        "many": "{count} post",
        "none": "Ancora nessun post.",
        "nobody": "Nessun canale: compariranno qui al primo post.",
        "latest": "All'ultimo",
        "edited": "modificato",
        "photo": "Immagine",
        "no_alt": "Immagine senza testo alternativo",
        "link": "Anteprima del link",
        "skip": "Vai ai post",
    },
    "en": {
        "rehearsal": "Rehearsal",
        "intro": "What followers of the channels would read. Nothing leaves this computer.",
        "order": "In the order they went out, oldest first; times of {zone}.",
        "channels": "Channels",
        "one": "{count} post",
        "many": "{count} posts",
        "none": "No posts yet.",
        "nobody": "No channels: they will appear here with their first post.",
        "latest": "To the latest",
        "edited": "edited",
        "photo": "Image",
        "no_alt": "Image without alternative text",
        "link": "Link preview",
        "skip": "Skip to the posts",
    },
}


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


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    iso: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Column:
    """One channel."""

    slug: str
    platform: Platform
    name: str
    address: str
    short: str  # what the chooser calls it: its language, or its address where two share that
    language: str
    language_name: str
    count: int
    days: Sequence[Day]
    latest: str  # the anchor of the newest post; "" = none
    is_chosen: bool

    @property
    def initial(self) -> str:
        return next((letter for letter in self.name if letter.isalnum()), "?").upper()


def routes(sandbox: Sandbox, zone: ZoneInfo = ZoneInfo("Europe/Rome")) -> list[Route]:  # noqa: B008
    """`/`, its style sheet and the images of posts; days and times are those of `zone`."""
    environment = Environment(
        loader=PackageLoader("bot.sandbox"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("feed.html")
    style = files("bot.sandbox").joinpath("static/feed.css").read_text(encoding="utf-8")

    async def feed(request: Request) -> Response:
        language = _language(request)
        chosen = request.query_params.get("channel", "")
        shown = columns(sandbox, language=language, zone=zone, chosen=chosen)
        page = template.render(
            title=sandbox.title,
            language=language,
            other=next(name for name in WORDS if name != language),
            words=WORDS[language],
            zone=zone.key,
            columns=shown,
            total=sum(column.count for column in shown),
        )
        return HTMLResponse(page, headers=_HEADERS | {"content-language": language})

    async def feed_style(_request: Request) -> Response:
        return Response(style, media_type="text/css", headers=_HEADERS)

    async def image(request: Request) -> Response:
        kept = sandbox.images.of(request.path_params["sha256"])
        if kept is None:
            return Response(status_code=404, headers=_HEADERS)
        media_type, content = kept
        return Response(content, media_type=media_type, headers=_HEADERS)

    return [
        Route("/", feed),
        Route("/feed.css", feed_style),
        Route("/image/{sha256}", image),
    ]


def columns(sandbox: Sandbox, *, language: str, zone: ZoneInfo, chosen: str = "") -> list[Column]:
    """Every channel with what its followers see; the chosen one, or the first, is marked."""
    places: list[Chat | Account] = [*sandbox.chats, *sandbox.accounts]
    slugs = [_slug(place) for place in places]
    wanted = chosen if chosen in slugs else next(iter(slugs), "")
    tongues = Counter((place.platform, place.language) for place in places)
    shown = []
    for slug, place in zip(slugs, places, strict=True):
        posts = sandbox.of(place.platform, place.address)
        address = place.address if isinstance(place, Chat) else f"@{place.handle}"
        language_name = _language_name(place.language, language)
        is_alone = tongues[place.platform, place.language] == 1
        shown.append(
            Column(
                slug=slug,
                platform=place.platform,
                name=place.name if isinstance(place, Chat) else place.title,
                address=address,
                short=language_name if is_alone else address,
                language=place.language,
                language_name=language_name,
                count=len(posts),
                days=_days(posts, slug, language, zone),
                latest=f"{slug}-{posts[-1].id}" if posts else "",
                is_chosen=slug == wanted,
            )
        )
    return shown


def _days(posts: Iterable[Taken], slug: str, language: str, zone: ZoneInfo) -> list[Day]:
    return [
        Day(
            label=format_date(day, "EEEE d MMMM y", locale=language),
            iso=day.isoformat(),
            cards=[card_of(post, slug, language, zone) for post in of_day],
        )
        for day, of_day in groupby(posts, key=lambda post: post.at.astimezone(zone).date())
    ]


def card_of(post: Taken, slug: str, language: str, zone: tzinfo) -> Card:
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


# --- languages ----------------------------------------------------------------------------------


def _language(request: Request) -> str:
    """`?lang=`, else the first of the browser's languages that we have words for, else Italian."""
    asked = request.query_params.get("lang", "")
    if asked in WORDS:
        return asked
    ranked = []
    for place, entry in enumerate(request.headers.get("accept-language", "").split(",")):
        tag, _, weight = entry.partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, tag.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(ranked) if tag in WORDS), "it")


def _language_name(code: str, language: str) -> str:
    return Locale.parse(code).get_display_name(language) or code


def _slug(place: Chat | Account) -> str:
    return re.sub(r"[^\w-]", "", f"{place.platform}-{place.address}")

"""The channels and chats as the page shows them, side by side; a chat with people is a conversation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.core.model import Platform
from bot.sandbox.cards import Card, card_of
from bot.sandbox.page_words import language_name
from bot.sandbox.people import Shown
from bot.sandbox.places import Account, Chat, Taken
from bot.sandbox.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    iso: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Column:
    """One channel, or one chat with people."""

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
    is_talk: bool  # people write and press buttons here
    told: dict[str, tuple[str, Shown]]  # by message: what was shown to whom pressed there last

    @property
    def initial(self) -> str:
        return next((letter for letter in self.name if letter.isalnum()), "?").upper()


def columns(sandbox: Sandbox, *, language: str, zone: ZoneInfo, chosen: str = "") -> list[Column]:
    """Every channel with what its followers see; the chosen one, or the first, is marked."""
    places: list[Chat | Account] = [*sandbox.chats, *sandbox.accounts]
    slugs = [slug_of(place) for place in places]
    wanted = chosen if chosen in slugs else next(iter(slugs), "")
    tongues = Counter((place.platform, place.language) for place in places if not is_talk(place))
    shown = []
    for slug, place in zip(slugs, places, strict=True):
        posts = sandbox.of(place.platform, place.address)
        address = place.address if isinstance(place, Chat) else f"@{place.handle}"
        tongue = language_name(place.language, language)
        title = place.name if isinstance(place, Chat) else place.title
        is_alone = tongues[place.platform, place.language] == 1
        shown.append(
            Column(
                slug=slug,
                platform=place.platform,
                name=title,
                address=address,
                short=title if is_talk(place) else tongue if is_alone else address,
                language=place.language,
                language_name=tongue,
                count=len(posts),
                days=_days(posts, slug, language, zone),
                latest=f"{slug}-{posts[-1].id}" if posts else "",
                is_chosen=slug == wanted,
                is_talk=is_talk(place),
                told=_told(sandbox, place.address) if is_talk(place) else {},
            )
        )
    return shown


def slug_of(place: Chat | Account) -> str:
    """How a column is called in addresses of the page."""
    return re.sub(r"[^\w-]", "", f"{place.platform}-{place.address}")


def is_talk(place: Chat | Account) -> bool:
    """Do people write there?"""
    return isinstance(place, Chat) and place.kind != "channel"


def _told(sandbox: Sandbox, chat: str) -> dict[str, tuple[str, Shown]]:
    return {
        press.message_id: (press.user.name, shown)
        for press in sandbox.presses.values()
        for shown in press.shown
        if press.chat == chat and shown.text
    }


def _days(posts: Sequence[Taken], slug: str, language: str, zone: ZoneInfo) -> list[Day]:
    known = {post.id: post for post in posts}
    return [
        Day(
            label=format_date(day, "EEEE d MMMM y", locale=language),
            iso=day.isoformat(),
            cards=[
                card_of(post, slug, language, zone, known.get(post.reply_to)) for post in of_day
            ],
        )
        for day, of_day in groupby(posts, key=lambda post: post.at.astimezone(zone).date())
    ]

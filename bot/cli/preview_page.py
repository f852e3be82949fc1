"""The page of `preview --html`: posts as their platforms would show them, in one file that fetches nothing.

It looks like the sandbox's page and is drawn from the same entities. No script, no form, no other host;
images stand in it as data, up to a bound.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from bot.cli.language import language, spoken
from bot.cli.preview import days_of, step_of
from bot.cli.spoken import short_day
from bot.cli.wording import difference
from bot.core.model import Item
from bot.core.said import Said, said, said_of
from bot.desk.shown import Preview, Shown
from bot.publishers.images import Images
from bot.sandbox.cards import Card, card_of
from bot.sandbox.seen import seen

# What the page says around the posts, by the names that its template has for it.
_WORDS = {
    "title": said("Preview"),
    "as_sent": said("as they will be sent"),
    "skip": said("Skip to the posts"),
    "no_alt": said("Image without alternative text:"),
    "image": said("Image:"),
    "link_preview": said("Link preview:"),
    "length": said("Length"),
    "cost": said("Cost"),
    "no_cost": said("none"),
    "link": said("Link"),
    "too_late": said("Too late"),
    "late": said("If it goes out late"),
}

# Bytes of images in one page; what finds no room is named instead. A month of posts has far fewer.
ROOM = 20_000_000


@dataclass(frozen=True, slots=True)
class Embedded:
    """An image that stands in the page once, however many posts show it."""

    sha256: str
    width: int
    height: int
    data: str  # a `data:` address


@dataclass(frozen=True, slots=True)
class Sheet:
    """One post with what staff want to know of it."""

    shown: Shown
    card: Card
    step: str
    alt: str  # of its image, in the channel's language, where its platform has a field for it
    leads: Sequence[tuple[str, str]]  # days, and what it would say on them
    too_late: datetime

    @property
    def fill(self) -> int:
        """How much of its limit it takes, in hundredths, rounded up."""
        return -(-100 * self.shown.post.length // self.shown.post.limit)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an item on every channel, side by side."""

    name: str
    sheets: Sequence[Sheet]


@dataclass(frozen=True, slots=True)
class Chapter:
    """An item, or all round-ups."""

    id: str
    title: str
    language: str
    remarks: Sequence[str]
    steps: Sequence[Step]


def page_of(found: Preview, content: Path) -> str:
    """The page, as HTML; `content` is the folder that images are in."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("bot.cli"), PackageLoader("bot.sandbox")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sheets = [_sheet(each) for each in found.shown]
    embedded = asyncio.run(_embedded(found.shown, content))
    chapters = list(_chapters(found, sheets))
    return environment.get_template("preview.html").render(
        language=language(),
        words={name: spoken(text) for name, text in _WORDS.items()},
        styles=[_style("bot.sandbox", "static/feed.css"), _style("bot.cli", "static/preview.css")],
        chapters=chapters,
        head=spoken(_head(found)),
        parts=spoken(said("{number} parts", number=len(chapters))),
        day=lambda moment: f"{short_day(moment, language())} {moment.year}",
        of=lambda part, whole: spoken(said("{part} of {whole}", part=part, whole=whole)),
        embedded=embedded,
    )


def _head(found: Preview) -> Said:
    """How many posts these are, what they cost, and when and in which zones that is so."""
    cost = sum((each.post.cost for each in found.shown), Decimal())
    return said_of(
        len(found.shown),
        "{number} post{cost}, as of {moment} UTC; times of {zones}.",
        "{number} posts{cost}, as of {moment} UTC; times of {zones}.",
        cost=said(", {amount} in all", amount=f"${cost}") if cost else "",
        moment=f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        zones=", ".join(sorted({each.calendar.zone_name for each in found.shown})),
    )


def _style(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text(encoding="utf-8")


def _sheet(shown: Shown) -> Sheet:
    taken = seen(shown.post, shown.channel, shown.at)
    slug = f"{shown.delivery.key}".replace("/", "-").replace("*", "round-up").replace(":", "-")
    return Sheet(
        shown=shown,
        card=card_of(taken, slug, language(), shown.calendar.zone),
        step=step_of(shown),
        alt=taken.pictures[0].alt if taken.pictures else "",
        leads=[
            (days_of(shown, each, language()), spoken(difference(shown.post, each.post)))
            for each in shown.later
        ],
        too_late=shown.delivery.deadline.astimezone(shown.calendar.zone),
    )


def _chapters(found: Preview, sheets: Sequence[Sheet]) -> Iterator[Chapter]:
    remarks = list(found.remarks)
    remarks += [
        (
            each.key.item,
            said(
                "has no post on {channel}: {reason}", channel=each.key.channel, reason=each.reason
            ),
        )
        for each in found.unfit
    ]
    named = dict.fromkeys(
        [each.shown.delivery.key.item for each in sheets if not each.shown.delivery.is_round_up]
        + [item_id for item_id, _ in remarks]
    )
    for item_id in named:
        if (item := found.agenda.items.get(item_id)) is None:
            continue
        own = [each for each in sheets if each.shown.delivery.key.item == item_id]
        told = [spoken(remark) for each, remark in remarks if each == item_id]
        yield Chapter(item_id, _title(item), item.language, told, _steps(own))
    if lists := [each for each in sheets if each.shown.delivery.is_round_up]:
        yield Chapter("round-ups", spoken(said("Round-ups")), language(), [], _steps(lists))


def _title(item: Item) -> str:
    return item.words[item.language].title


def _steps(sheets: Iterable[Sheet]) -> list[Step]:
    """By step, in the order of time; within one, channel by channel."""
    ordered = sorted(sheets, key=lambda each: (each.shown.delivery.nominal, each.step))
    return [Step(name, list(same)) for name, same in groupby(ordered, lambda each: each.step)]


async def _embedded(shown: Iterable[Shown], content: Path) -> dict[str, Embedded]:
    """The images by digest: the very bytes that were checked, read as a publisher reads them."""
    folder, found, room = Images(content), {}, ROOM
    for each in shown:
        image = each.post.image
        if image is None or image.sha256 in found:
            continue
        content_of = await folder.of(each.post)
        if isinstance(content_of, bytes) and len(content_of) <= room:
            room -= len(content_of)
            data = f"data:{image.media_type};base64,{b64encode(content_of).decode()}"
            found[image.sha256] = Embedded(image.sha256, image.width, image.height, data)
    return found

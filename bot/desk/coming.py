"""What goes out next, for admins who ask: a list of it, and posts word for word. It sends nothing, and orders nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import NamedTuple

from babel.dates import format_date

from bot.core.calendar import local_day
from bot.core.model import Delivery, Status
from bot.core.plan import plan
from bot.core.text.telegram import LIMIT, length
from bot.core.turns import Planned
from bot.desk.daily import detail_of, html_of
from bot.desk.message import Message
from bot.desk.seen import Seen
from bot.desk.shown import preview_of
from bot.desk.words import Language
from bot.render.markup import Block, Bold, Part, Plain, html
from bot.render.misfit import misfits

# More posts than a plan ever has: to see as far as it goes.
_ALL = 1 << 30

_TITLE = 72  # characters: two lines of a phone


def coming(seen: Seen, number: int, *, channel: str = "") -> tuple[Planned, ...]:
    """What goes out as things stand, on `channel` or ("") on all, the first first; `number` at least, where
    there is so much. Takes as long as a whole plan where ticks don't look so far ahead."""
    found = seen.tick.plan
    near = _of(channel, (*found.due, *found.later))
    if len(near) >= number or found.beyond is None:
        return near
    agenda = seen.files.agenda
    unfit = {key: post.reason for key, post in misfits(agenda).items()}
    whole = plan(agenda, seen.tick.history, seen.now, settled=seen.files.settled, unfit=unfit)
    return _of(channel, (*whole.due, *whole.later))


def _of(channel: str, among: Iterable[Planned]) -> tuple[Planned, ...]:
    return tuple(each for each in among if channel in ("", each.delivery.key.channel))


def title_of(delivery: Delivery, seen: Seen, language: Language) -> str:
    """What staff call what it announces, short enough for a line in a list."""
    title = seen.name_of(delivery.key.item) or language.phrase("round_up")
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"


# --- a list -------------------------------------------------------------------------------------


def by_day(posts: Sequence[Planned], seen: Seen, language: Language) -> Iterator[Block]:
    """Posts below their days, each on a line with hour, channel and title, on the clocks of its channel."""
    for day, of_day in groupby(posts, lambda each: local_day(each.at, _zone(each, seen))):
        heading = format_date(day, language.phrases["day"], locale=language.locale)
        yield (Bold(heading), *(Plain(_line(each, seen, language)) for each in of_day))


def _line(each: Planned, seen: Seen, language: Language) -> str:
    local = each.at.astimezone(_zone(each, seen))
    return f"{local:%H:%M} {each.delivery.key.channel} · {title_of(each.delivery, seen, language)}"


def _zone(each: Planned, seen: Seen) -> tzinfo:
    return seen.files.agenda.calendars[each.delivery.key.channel].zone


def of_coming(posts: Sequence[Planned], channel: str, seen: Seen, language: Language) -> Message:
    """The next posts, as they are told; `channel` "" = of all channels."""
    if not posts:
        nothing = language.phrase("nothing_coming")
        return Message(nothing, ((Plain(nothing),),))
    title = language.phrase("coming_on", channel=channel) if channel else language.phrase("coming")
    return Message(title, ((Bold(title),), *by_day(posts, seen, language)))


# --- word for word ------------------------------------------------------------------------------


class Previewed(NamedTuple):
    """A post of which is shown what it says, when and where."""

    at: datetime  # UTC
    zone: tzinfo  # of its channel
    channel: str
    text: str
    html: str  # "" = its platform has none
    remarks: tuple[str, ...]


def previews(item_id: str, seen: Seen, language: Language) -> list[Previewed]:
    """The next post of an item on each of its channels: as planned, else the one that is held, else that
    of a draft as if it were ready. Nothing where the item has none left, or none can be made.

    May take as long as a whole plan."""

    def is_meant(each: Planned) -> bool:
        return item_id in each.delivery.items

    near = list(filter(is_meant, coming(seen, 0)))
    found = near or list(filter(is_meant, coming(seen, _ALL)))
    held = sorted(filter(is_meant, seen.tick.plan.held), key=lambda each: each.at)
    first: dict[str, Previewed] = {}
    for each in (*found, *held):
        channel = each.delivery.key.channel
        if channel not in first and (shown := previewed(each, seen, language)) is not None:
            first[channel] = shown
    if not first and seen.files.agenda.items[item_id].status is Status.DRAFT:
        first = _of_draft(item_id, seen, language)
    return sorted(first.values(), key=lambda each: (each.at, each.channel))


def previewed(each: Planned, seen: Seen, language: Language) -> Previewed | None:
    """A post as planned, or held; None where none can be made."""
    detail = detail_of(each, seen)
    if detail is None:
        return None
    is_held = each in seen.tick.plan.held
    held = [language.phrase("is_held", reason=each.reason.rstrip("."))] if is_held else []
    pictured = [language.phrase("with_image")] if detail["image"] else []
    zone, text = _zone(each, seen), detail["text"]
    return Previewed(each.at, zone, detail["channel"], text, detail["html"], (*held, *pictured))


def _of_draft(item_id: str, seen: Seen, language: Language) -> dict[str, Previewed]:
    catalog, draft = seen.files.agenda.catalog, language.phrase("is_draft")
    first: dict[str, Previewed] = {}
    for each in preview_of(catalog, [item_id], (), seen.tick.history, seen.now).shown:
        pictured = [language.phrase("with_image")] if each.post.image else []
        name, zone, post = each.channel.name, each.calendar.zone, each.post
        made = Previewed(each.at, zone, name, post.text, html_of(post), (draft, *pictured))
        first.setdefault(name, made)
    return first


def of_previewed(each: Previewed, language: Language) -> list[Message]:
    """When and where in a line, and below it the post's own words, untouched: in one message, or in two
    where it fills one."""
    when = language.instant(each.at, each.zone)
    title = " · ".join((when, each.channel, *each.remarks))
    heading: Block = (Bold(title),)
    own: Part = Plain(each.text)
    if length(title) + 2 + length(each.text) > LIMIT:
        alone = Message(title, ((own,),), as_it_goes=each.html or own.html)
        return [Message(title, (heading,)), alone]
    whole = f"{html((heading,))}\n\n{each.html or own.html}"
    return [Message(title, (heading, (own,)), as_it_goes=whole)]

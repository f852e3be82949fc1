"""What a post says, before any platform: the parts of a delivery in the language of its channel.

Decides which words count (an entry's before its item's) and which of several dates are still ahead;
knows no platform and no limit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from bot.core.model import WHOLE, Act, Campaign, Channel, Delivery, Entry, Item, When, Words
from bot.render.campaign import tagged
from bot.render.clean import capitalised, one_line
from bot.render.dates import shown
from bot.render.hashtag import hashtags
from bot.render.lead import NOTHING, Lead, lead
from bot.render.own_text import Paragraphs, own_text
from bot.render.words import Vocabulary


class Copy(NamedTuple):
    """The parts of a post, each clean and on one line; "" where there is nothing to say."""

    lead: str
    title: str
    dates: str
    where: str
    summary: str
    link: str  # as it is sent: with the campaign tags of the channel
    tags: tuple[str, ...]
    contact: str = ""  # with the words that introduce it
    written_link: str = ""  # as staff wrote it, where that differs
    text: Paragraphs = ()  # of staff's own, which stands for everything between lead and link

    @property
    def facts(self) -> dict[str, str]:
        """What followers are told, so that a later change of it can be seen and corrected."""
        link = self.written_link or self.link
        return {"title": self.title, "when": self.dates, "where": self.where, "link": link}

    @property
    def parts(self) -> dict[str, str]:
        """What a template may say."""
        return {
            "lead": self.lead,
            "title": self.title,
            "dates": self.dates,
            "where": self.where,
            "summary": self.summary,
            "contact": self.contact,
            "link": self.link,
            "tags": " ".join(self.tags),
        }


def unlinked(copy: Copy) -> Copy:
    """All that `copy` says but its link; a text of staff's own stays as it is."""
    return copy._replace(link="", written_link="")


def speaks(item: Item, channel: Channel) -> bool:
    """Has the item words in the channel's language?"""
    words = item.words.get(channel.language)
    return words is not None and bool(one_line(words.title))


def compose(
    item: Item,
    delivery: Delivery,
    channel: Channel,
    vocabulary: Vocabulary,
    at: datetime,
    zone: tzinfo,
) -> tuple[Copy, datetime | None]:
    """The copy of a delivery as of `at`, and the UTC instant up to which its lead is true."""
    entry = entry_of(item, delivery.key.occurrence)
    local = at.astimezone(zone)
    when = ahead(_when(item, entry, delivery), local.date())
    first = _lead(delivery.key.act, when, local, zone, vocabulary)
    words = _words(item, entry, channel.language)
    said = _said(words, item.tags, item.id, channel.campaign)
    # who reads that something is off should not read on as if it took place
    is_off = delivery.key.act is Act.WITHDRAW
    written = "" if is_off else words.text.get(channel.platform, "")
    text = own_text(written, said.written_link, said.link) if written else ()
    contact = one_line(item.contact)
    copy = Copy(
        first.text,
        said.title,
        _date_line(when, words.wording, channel.language, local.date()),
        capitalised(said.where),
        "" if is_off or text else said.summary,
        said.link,
        () if text else said.tags,
        vocabulary.contact.format(contact=contact) if contact and not text else "",
        said.written_link,
        text,
    )
    return copy, first.until


def entry_of(item: Item, occurrence: str) -> Entry | None:
    """The entry of `dates:` that a delivery's occurrence names, if it names one."""
    for entry in item.entries:
        if entry.id == occurrence:
            return entry
    return None


def link_of(item: Item, occurrence: str, language: str) -> str:
    """The link that goes with a delivery, as staff wrote it; "" where none does."""
    return one_line(_words(item, entry_of(item, occurrence), language).link)


def copy_of(
    item: Item, entry: Entry | None, when: When | None, channel: Channel, today: date
) -> Copy:
    """What is said of an item, or of one of its entries, with `when` for its dates; without a lead,
    and the place as it stands inside a line."""
    words = _words(item, entry, channel.language)
    said = _said(words, item.tags, item.id, channel.campaign)
    return said._replace(dates=_date_line(when, words.wording, channel.language, today))


# The same words come again: on the next step of a ladder, on another channel, in a preview.
@lru_cache(maxsize=16_384)
def _said(words: Words, tags: tuple[str, ...], item_id: str, campaign: Campaign | None) -> Copy:
    """What is said whatever the day; without lead and dates."""
    written_link = one_line(words.link)
    link = tagged(written_link, campaign, item_id)
    return Copy(
        lead="",
        title=one_line(words.title),
        dates="",
        where=one_line(words.where),
        summary=one_line(words.summary),
        link=link,
        tags=hashtags(tags),
        written_link=written_link if written_link != link else "",
    )


def _words(item: Item, entry: Entry | None, language: str) -> Words:
    """The item's words in `language`; place and link are those of its own language where it has none."""
    own = item.words[language]
    original = item.words[item.language]
    if entry is None and own.where and own.link:
        return own
    if entry is None:
        return replace(own, where=own.where or original.where, link=own.link or original.link)
    special = _first_of(entry.words, language)
    special_original = _first_of(entry.words, item.language)
    # an entry has a title of its own, which a text for the whole item does not say
    return Words(
        title=special.title or own.title,
        summary=special.summary or own.summary,
        where=special.where or special_original.where or own.where or original.where,
        link=special.link or special_original.link or own.link or original.link,
        wording=special.wording,
    )


def _first_of(words: Mapping[str, Words], language: str) -> Words:
    return words.get(language) or Words(title="")


def _when(item: Item, entry: Entry | None, delivery: Delivery) -> When | None:
    if entry is not None:
        return entry.when
    when = delivery.when or item.when
    if when is None or delivery.key.occurrence == WHOLE:
        return when
    day = _day(delivery.key.occurrence)
    listed = item.when if item.when is not None and len(item.when.spans) > 1 else when
    return when if day is None else _from(listed, day)


@lru_cache(maxsize=1_024)
def _day(occurrence: str) -> date | None:
    try:
        return date.fromisoformat(occurrence)
    except ValueError:
        return None


def ahead(when: When | None, today: date) -> When | None:
    """The dates that are not over; all of them where all are, so that none is ever left out in silence."""
    return when and (_from(when, today) or when)


def _from(when: When, day: date) -> When:
    """The dates of a list from `day` on; staff's wording speaks of all, so it goes when one does."""
    if len(when.spans) < 2 or when.spans[0].last >= day:
        return when
    left = tuple(span for span in when.spans if span.last >= day)
    return replace(when, spans=left, wording="") if left else when


def _lead(
    act: Act, when: When | None, local: datetime, zone: tzinfo, vocabulary: Vocabulary
) -> Lead:
    match act:
        case Act.ANNOUNCE:
            return lead(when, local, zone, vocabulary)
        case Act.AMEND:
            return NOTHING._replace(text=vocabulary.amended)
        case Act.WITHDRAW:
            return NOTHING._replace(text=vocabulary.withdrawn)


# Numbers alone ("2021-05-07", "7/5") are for machines; followers get words.
_NUMERIC_DATE = re.compile(r"\d{4}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2}|\d{1,2}/\d{1,2}")
_A_WORD = re.compile(r"[^\W\d_]{3}")
# A keyboard has no en dash: `5-6 maggio` is set as `5–6 maggio`, as `shown` sets its own.
_TYPED_DASH = re.compile(r"(?<=\d)-(?=\d)")


@lru_cache(maxsize=16_384)
def _date_line(when: When | None, translated: str, language: str, today: date) -> str:
    """The dates as staff worded them in `language`, else as `shown` words them."""
    if when is None:
        return ""
    wording = translated or (when.wording if when.language == language else "")
    # an empty wording of the dates says that some of a list are over: no staff wording holds then
    is_usable = when.wording and _A_WORD.search(wording) and not _NUMERIC_DATE.search(wording)
    said = _TYPED_DASH.sub("–", wording) if is_usable else shown(when, language, today=today)
    return capitalised(one_line(said))

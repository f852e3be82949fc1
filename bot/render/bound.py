"""Cheap bounds: is it certain, without rendering, that every post of an item fits its channel, or that none
has a link but its own?

Errs on the safe side only: what it can't be sure of is rendered and counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.model import Channel, Item, Platform, When, Words
from bot.core.text import telegram, x
from bot.render.clean import one_line
from bot.render.x import has_link

# More than any lead, printed date, link and line break of a post weigh together, beside the title and
# what staff's own wording of the dates adds.
REST = 140


def surely_fits(item: Item, channel: Channel) -> bool:
    """Is the shortest form of every post of `item` within the channel's limit?"""
    if channel.template or channel.platform in item.words[channel.language].text:
        return False
    if channel.platform is Platform.X:
        limit = x.LIMIT
    elif item.image is None:
        limit = telegram.LIMIT
    elif item.image.in_caption:
        return False
    else:
        limit = telegram.CAPTION_LIMIT
    # No character weighs more than 2, on either platform.
    dates = max((2 * len(when.wording) + 12 * len(when.spans) for when in _dates(item)), default=0)
    return all(_weight(title, channel) + dates + REST <= limit for title in _titles(item, channel))


def surely_unlinked(item: Item, channel: Channel) -> bool:
    """Is there, beside the link itself, nothing like one in what a post of `item` can't do without?"""
    if channel.template or channel.platform in item.words[channel.language].text:
        return False
    wordings = (when.wording for when in _dates(item))
    translated = (words.wording for words in _words(item, channel))
    texts = (*_titles(item, channel), *wordings, *translated)
    return not any(has_link(one_line(text)) for text in texts)


def _weight(title: str, channel: Channel) -> int:
    if channel.platform is Platform.X and "." in title:
        return x.weighted_length(title)  # a "." may make a link that weighs more than its letters
    return 2 * len(title) if not title.isascii() else len(title)


def _titles(item: Item, channel: Channel) -> Iterator[str]:
    return (words.title for words in _words(item, channel))


def _words(item: Item, channel: Channel) -> Iterator[Words]:
    yield item.words[channel.language]
    for entry in item.entries:
        if words := entry.words.get(channel.language):
            yield words


def _dates(item: Item) -> Iterator[When]:
    if item.when is not None:
        yield item.when
    yield from (entry.when for entry in item.entries)

"""Which channels don't carry an item, and why: what followers of one language miss is told, not skipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bot.core.agenda import channels_of
from bot.core.kinds import Kind
from bot.core.model import Catalog, Item, Problem, Severity, Status
from bot.core.said import Said, said, said_of

NAMED = 3  # so many items are named in a note, the others counted


def uncarried(item: Item, catalog: Catalog) -> Iterator[tuple[tuple[str, ...], str]]:
    """Channels that stay without `item`, with their common reason. Test channels are nobody's loss."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    carrying = {channel.name for channel in channels_of(item, catalog.channels.values())}
    for channel in catalog.channels.values():
        if channel.name in carrying:
            if missing := _missing_schedule(item, channel.schedule, catalog):
                fault = said(
                    "the schedule {schedule} has a fault or is not there", schedule=missing
                )
                by_reason[fault].append(channel.name)
        elif item.channels and channel.name not in item.channels:
            if not channel.is_test:
                by_reason[said("its `channels:` are others")].append(channel.name)
        elif not channel.is_test:
            named = said_name(channel.language)
            by_reason[said("it has no text in {language}", language=named)].append(channel.name)
    for reason, names in by_reason.items():
        yield tuple(names), reason


def notes_of(catalog: Catalog) -> Iterator[Problem]:
    """One note for each file and language that items of the file lack, at the first of these items.

    An item that names its channels means to leave out the others.
    """
    spoken: dict[str, list[str]] = defaultdict(list)
    for channel in catalog.channels.values():
        if not channel.is_test:
            spoken[channel.language].append(channel.name)
    mute: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in catalog.items.values():
        if item.status is Status.CANCELLED or item.channels:
            continue
        for language in spoken:
            if language not in item.words:
                mute[item.mark.file, language].append(item)
    for (_, language), items in mute.items():
        yield _note(language, items, spoken)


def _note(language: str, items: Iterable[Item], spoken: Mapping[str, list[str]]) -> Problem:
    items = sorted(items, key=lambda each: each.mark)
    named = ", ".join(each.id for each in items[:NAMED])
    if len(items) > NAMED:
        named = said("{names} and {more} more", names=named, more=len(items) - NAMED)
    return Problem(
        items[0].mark,
        said_of(
            len(items),
            "{items} has no text in {language}: not on {channels}",
            "{items} have no text in {language}: not on {channels}",
            items=named,
            language=said_name(language),
            channels=", ".join(spoken[language]),
        ),
        said(
            "add `translations: {{{language}: {{title: ...}}}}`, or name its `channels:`",
            language=language,
        ),
        Severity.NOTE,
        kind=Kind.NOT_CARRIED,
    )


_LANGUAGES: Mapping[str, Said] = {"en": said("English"), "it": said("Italian")}


def said_name(code: str) -> str:
    """`English` for `en`, so that it can be said in another language where that is known."""
    return _LANGUAGES.get(code) or language_name(code)


def language_name(code: str) -> str:
    """`English` for `en`."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def _missing_schedule(item: Item, of_channel: str, catalog: Catalog) -> str:
    """The name of a schedule that the item needs on a channel and that is not there, or ""."""
    needed = [of_channel, *([item.schedule] if item.schedule else [])]
    return next((name for name in needed if name not in catalog.schedules), "")

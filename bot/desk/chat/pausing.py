"""/pause and /resume: silence at once, by a member's name, and its end. Posts that are out stay out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.history import Pause
from bot.desk.chat.ordered import Ordered, Reply, data_of_pause, no_such, said
from bot.desk.chat.press import After, Pressed
from bot.desk.chat.silencing import (
    LONGEST,
    Names,
    NoEnd,
    NoSuch,
    Silence,
    cleaned,
    read_end,
    read_scope,
)
from bot.desk.chat.wire import Button
from bot.desk.coming import by_day, coming
from bot.desk.instants import Amiss
from bot.desk.matter import Action
from bot.desk.message import Message
from bot.desk.mouth import Place
from bot.desk.seen import Seen
from bot.desk.status_message import pause_reads, scope_of, standing_pauses
from bot.desk.words import Language
from bot.ledger import Ledger, Store
from bot.ledger import Silence as Silences
from bot.ledger.status import channels, knows_item, stopped_channels
from bot.render.markup import Block, Bold, Plain

# What a pause stops is told so far ahead.
AHEAD = timedelta(hours=24)

_STOPPED = 8  # of the posts that it stops; the rest is counted
_SHOWN = 64  # characters of what was written and can't be read
_BUTTONS = 5


class Pausing:
    """Both commands on one ledger."""

    def __init__(self, ledger: Ledger, store: Store) -> None:
        self._ledger = ledger
        self._store = store

    def pause(self, order: Ordered) -> Sequence[Reply]:
        """At once, everything too: silence is undone with one press, a post that is out by nothing."""
        seen, place, language = order.seen, order.place, order.place.language
        found = self._read(order)
        if isinstance(found, Message):
            return [Reply(found)]
        asked, left = found
        calendar = seen.files.agenda.calendars.get(asked.channel)
        zone = calendar.zone if calendar else place.zone
        end = read_end(left, seen.now, zone)
        if isinstance(end, NoEnd):
            name = "is_past" if end.amiss is Amiss.PAST else "no_such_hour"
            wrong = language.phrase(name, text=cleaned(end.text)[:_SHOWN])
            return [Reply(said(wrong, language.phrase("unchanged")))]
        until, left = end
        reason = cleaned(" ".join(left))[:LONGEST] or language.phrase("no_reason")
        made = _standing(asked, until, seen)
        was_so = made is not None
        if made is None:
            made = self._ledger.orders.pause(
                channel=asked.channel, item=asked.item, until=until, reason=reason, by=order.by
            )
        return [self._paused(made, seen, place, was_so=was_so)]

    def _paused(self, made: Pause, seen: Seen, place: Place, *, was_so: bool) -> Reply:
        language, say = place.language, place.language.phrase
        scope = scope_of(made.channel, made.item, made.key, language)
        title = say("was_so_already" if was_so else "now_paused", scope=scope)
        end = (
            say("until_when", until=language.instant(made.until, place.zone))
            if made.until
            else say("until_resumed")
        )
        stops = [
            each
            for each in coming(seen, 0)
            if each.at < seen.now + AHEAD
            and made.covers(
                each.delivery.key.channel,
                each.delivery.items,
                each.at,
                keys=(str(each.delivery.key),),
            )
        ]
        told: list[Block] = [(Plain(say("stops_nothing")),)] if not was_so else []
        if stops:
            more = len(stops) - _STOPPED
            told = [
                (Bold(f"{say('stops')}: {len(stops)}"),),
                *by_day(stops[:_STOPPED], seen, language),
                *([(Plain(say("and_more", more=more)),)] if more > 0 else []),
            ]
        blocks: tuple[Block, ...] = (
            (Bold(title), Plain(f"{made.by}: {made.reason}"), Plain(end)),
            (Plain(say("holds_now")),),
            *told,
            (Plain(say("to_end")),),
        )
        return Reply(Message(title, blocks), (_button(made, language),))

    def resume(self, order: Ordered) -> Sequence[Reply]:
        place, language = order.place, order.place.language
        found = self._read(order)
        if isinstance(found, Message):
            return [Reply(found)]
        asked, _ = found
        scope = scope_of(asked.channel, asked.item, "", language)
        ended = self._ledger.orders.resume(channel=asked.channel, item=asked.item, by=order.by)
        silent, buttons = self._silent(order.seen, place)
        if not ended.pauses and not ended.channels:
            not_so = (Plain(language.phrase("not_paused", scope=scope)),)
            nothing = (Plain(language.phrase("nothing_silent")),)
            return [Reply(Message(scope, (not_so, *(silent or (nothing,)))), buttons)]
        title = language.phrase("resumes", who=order.by, scope=scope)
        was = [Plain(pause_reads(each, language, place.zone)) for each in ended.pauses]
        was += [
            Plain(f"{each.channel}: {each.reason}")
            for each in order.seen.book.stopped
            if each.channel in ended.channels
        ]
        goes = (Plain(language.phrase("goes_out")),)
        return [Reply(Message(title, ((Bold(title), *was), goes, *silent)), buttons)]

    def end(self, data: str, by: str, place: Place) -> tuple[Pressed, Message]:
        """A press on the button of a pause, which says `data`: ends it if it still stands. Raises LedgerError."""
        language = place.language
        standing = self._ledger.orders.pauses()
        pause = next((each for each in standing if data_of_pause(each) == data), None)
        if pause is None or (pause.until is not None and pause.until <= self._ledger.now()):
            words = language.phrase("no_such")
            return Pressed(words, After.SETTLED, is_refused=True), said(words)
        self._ledger.orders.resume(
            channel=pause.channel,
            item=pause.item,
            key=pause.key,
            silence=Silences.PAUSES,
            by=by,
        )
        scope = scope_of(pause.channel, pause.item, pause.key, language)
        words = language.phrase("resumes", who=by, scope=scope)
        was = Plain(pause_reads(pause, language, place.zone))
        goes = (Plain(language.phrase("goes_out")),)
        return Pressed(words, After.SETTLED), Message(words, ((Bold(words), was), goes))

    def _read(self, order: Ordered) -> tuple[Silence, list[str]] | Message:
        """What is to be silent, and the words that are left; or what to answer, since it has no such name."""
        agenda, language = order.seen.files.agenda, order.place.language
        words = order.rest.split()
        items = set(agenda.items)
        items |= {each for each in words[:2] if knows_item(self._store, each[:_SHOWN])}
        names = Names({*agenda.channels, *channels(self._store)}, items)
        found = read_scope(words, names)
        if not isinstance(found, NoSuch):
            return found
        more = [language.phrase("unchanged"), language.phrase("pause_all")]
        hints = more if order.command == "pause" else []
        return no_such("nobody_of_name", found.name, found.nearest, order.place, *hints).message

    def _silent(self, seen: Seen, place: Place) -> tuple[tuple[Block, ...], tuple[Button, ...]]:
        """What is silent by now, with buttons that end it."""
        language = place.language
        book = replace(seen.book, pauses=self._ledger.orders.pauses())
        pauses = standing_pauses(replace(seen, book=book))
        lines = [Plain(f"• {pause_reads(each, language, place.zone)}") for each in pauses]
        stopped = stopped_channels(self._store)
        lines += [Plain(f"• {each.channel}: {each.reason}") for each in stopped]
        if not lines:
            return (), ()
        buttons = tuple(_button(each, language) for each in pauses[:_BUTTONS])
        return ((Bold(language.phrase("still_silent")), *lines),), buttons


def _standing(asked: Silence, until: datetime | None, seen: Seen) -> Pause | None:
    """The pause that silences just this already, for as long or longer."""
    for each in seen.book.pauses:
        is_it = (each.channel, each.item, each.key) == (asked.channel, asked.item, "")
        if is_it and (each.until is None or (until is not None and each.until >= until)):
            return each
    return None


def _button(pause: Pause, language: Language) -> Button:
    scope = scope_of(pause.channel, pause.item, pause.key, language)
    return Button(f"▶ {language.actions[Action.RESUME]}: {scope}", data_of_pause(pause))

"""What the commands of the admin chat do and answer. Who may order, and how often, the chat has judged before.

A command is carried out in the ledger, by the member's name, before it is answered; ordered again it finds
nothing left to do. All of it blocks, beside the ticks, which never wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.calendar import local_day
from bot.core.turns import Planned
from bot.desk.calendar import next_working
from bot.desk.chat.ordered import Ordered, Reply, no_such, said
from bot.desk.chat.pausing import Pausing
from bot.desk.chat.press import Pressed
from bot.desk.chat.silencing import cleaned, nearest
from bot.desk.coming import coming, of_coming, of_previewed, previewed, previews
from bot.desk.conditions import USUAL_INTERVAL
from bot.desk.daily import POST, TOMORROW, posts_until
from bot.desk.daily_message import of_day
from bot.desk.message import Message
from bot.desk.mouth import Place
from bot.desk.reading import reads
from bot.desk.seen import Seen, read_book
from bot.desk.status_message import of_status, snapshot
from bot.desk.words import Language
from bot.ledger import Alert, Ledger, Store
from bot.render.markup import Block, Bold, Plain, Verbatim

# Posts that /status and /next name, and the most that can be asked for: a message has room for these.
SOON, NEXT, MOST = 5, 10, 40

# Messages that one command may send: a group takes twenty a minute,
# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
_MESSAGES = 15


class Commands:
    """Carries them out on one ledger."""

    def __init__(
        self, ledger: Ledger, store: Store, *, interval: timedelta = USUAL_INTERVAL
    ) -> None:
        """`interval` is the service's."""
        self._ledger = ledger
        self._store = store
        self._interval = interval
        self._pausing = Pausing(ledger, store)
        self._known: Mapping[str, Callable[[Ordered], Sequence[Reply]]] = {
            "status": self._status,
            "next": self._next,
            "preview": self._preview,
            "pause": self._pausing.pause,
            "resume": self._pausing.resume,
            "help": self._help,
            "start": self._help,
        }

    @staticmethod
    def is_order(command: str) -> bool:
        """Does it change something? Then it is carried out once."""
        return command in _ORDERS

    def knows(self, command: str) -> bool:
        return command in self._known

    def carry_out(self, order: Ordered) -> Sequence[Reply]:
        """Do what is ordered; what to answer. Raises LedgerError, and then nothing was done."""
        do = self._known.get(order.command, self._help)
        return do(replace(order, seen=self._up_to_date(order.seen)))

    def end_pause(self, data: str, by: str, place: Place) -> tuple[Pressed, Message]:
        """See `Pausing.end`."""
        return self._pausing.end(data, by, place)

    def _up_to_date(self, seen: Seen) -> Seen:
        """What was seen, with the book as it is now."""
        now = self._ledger.now()
        suspects = {each.key.item for each in seen.book.live}
        book = read_book(self._ledger, self._store, seen.files, now, suspects)
        return replace(seen, now=now, book=book)

    # --- how things stand ---------------------------------------------------------------------------

    def _status(self, order: Ordered) -> Sequence[Reply]:
        seen, place = order.seen, order.place
        live = self._ledger.alerts.live()
        seen_to = {each.subject for each in live if each.closed_at and not each.settled_at}
        found = snapshot(seen, seen_to, coming(seen, SOON)[:SOON], self._interval)
        return [Reply(of_status(found, place.language, place.zone))]

    def _next(self, order: Ordered) -> Sequence[Reply]:
        seen, language = order.seen, order.place.language
        number, channel = NEXT, ""
        for word in order.rest.split()[:2]:
            if word.isascii() and word.isdecimal():
                number = min(max(int(word[:4]), 1), MOST)
                continue
            names = seen.files.agenda.channels
            channel = next((each for each in names if each.casefold() == word.casefold()), "")
            if not channel:
                return [no_such("no_channel", word, nearest(word.casefold(), names), order.place)]
        found = coming(seen, number, channel=channel)[:number]
        return [Reply(of_coming(found, channel, seen, language))]

    def _help(self, order: Ordered) -> Sequence[Reply]:
        language = order.place.language
        is_known = self.knows(order.command)
        unknown: list[Block] = [] if is_known else [(Plain(language.phrase("unknown_command")),)]
        lines = [Plain(f"/{name}: {about}") for name, about in menu(language)]
        title = language.phrase("commands")
        channel = next(iter(order.seen.files.agenda.channels), "")
        item = next(iter(order.seen.files.agenda.items), "")
        # Verbatim, since a command that stands in a text is sent by a tap, without what follows it.
        of_channel = (f"/next {channel}", f"/pause {channel} 2h", f"/resume {channel}")
        examples = (*([f"/preview {item}"] if item else []), *(of_channel if channel else ()))
        shown = (Bold(language.phrase("examples")), Verbatim("\n".join(examples)))
        return [Reply(Message(title, (*unknown, (Bold(title), *lines), shown)))]

    # --- posts, word for word -----------------------------------------------------------------------

    def _preview(self, order: Ordered) -> Sequence[Reply]:
        seen, language = order.seen, order.place.language
        wanted = cleaned(order.rest).casefold()
        if not wanted:
            return self._tomorrow(seen, order.place)
        items = seen.files.agenda.items
        if wanted not in items:
            named = {
                words.title.casefold(): item.id
                for item in items.values()
                for words in item.words.values()
            }
            close = [named[title] for title in nearest(wanted, named)]
            found = tuple(dict.fromkeys((*nearest(wanted, items), *close)))
            return [no_such("no_item", order.rest, found, order.place)]
        if shown := previews(wanted, seen, language):
            messages = [each for one in shown for each in of_previewed(one, language)]
            return [Reply(each) for each in messages[:_MESSAGES]]
        planned = (*seen.tick.plan.due, *seen.tick.plan.later, *seen.tick.plan.held)
        is_left = any(wanted in each.delivery.items for each in planned)
        name = "can_not_be_made" if is_left else "says_no_more"
        return [Reply(said(language.phrase(name, item=wanted)))]

    def _tomorrow(self, seen: Seen, place: Place) -> Sequence[Reply]:
        """The next working day's posts, with their buttons where they were shown with these before."""
        language, zone = place.language, place.zone
        following = next_working(
            local_day(seen.now, zone), tuple(seen.files.agenda.calendars.values())
        )
        if following is None:
            return [Reply(said(language.phrase("nothing_coming")))]
        posts = posts_until(following, seen, place)
        facts = {"day": following.isoformat(), "posts": len(posts), "texts": []}
        heading = of_day(TOMORROW, facts, language, zone)
        assert heading is not None, "a heading there always is"
        alerts = {
            each.subject: each
            for each in self._ledger.alerts.live()
            if each.kind == POST and each.told_at and not each.settled_at
        }
        replies = [Reply(heading)]
        for planned, _ in posts[: _MESSAGES - 2]:
            alert = alerts.get(f"{POST}/{planned.delivery.key}")
            replies += self._shown(planned, alert, seen, place)
        if (left := len(posts) - (_MESSAGES - 2)) > 0:
            replies.append(Reply(said(language.phrase("and_more", more=left))))
        return replies

    def _shown(
        self, planned: Planned, alert: Alert | None, seen: Seen, place: Place
    ) -> Sequence[Reply]:
        if alert is not None and (message := reads(alert, place.language, place.zone)):
            return [Reply(message, alert=alert)]
        made = previewed(planned, seen, place.language)
        return [Reply(each) for each in of_previewed(made, place.language)] if made else []


def menu(language: Language) -> list[tuple[str, str]]:
    """The commands, each with what it does, as Telegram offers them."""
    return [(name, language.phrase(f"about_{name}")) for name in _MENU]


_ORDERS = frozenset({"pause", "resume"})
_MENU = ("status", "next", "preview", "pause", "resume", "id", "help")

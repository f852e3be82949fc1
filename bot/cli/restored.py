"""`banditore init --restored-from T`: a ledger that is a copy of T does not know what was announced since.

What may have been is held until a person says so. Nothing of the ledger is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import typer

from bot.cli.check import counted
from bot.cli.instants import moment, read_instant, zone_name
from bot.cli.options import fail
from bot.cli.outlook import (
    Opened,
    Outlook,
    command,
    heading,
    look,
    opened,
    read_files,
    say,
    zone_of,
)
from bot.cli.person import person
from bot.cli.spoken import delivery_in_words
from bot.core.history import is_over
from bot.core.judging import Judged
from bot.core.model import Delivery, Verdict
from bot.core.states import MAY_BE_PUBLIC
from bot.ledger.status import channels, was_paused


def hold_since(text: str, content: Path, schedules: Path, database: str) -> None:
    """Hold everything that may have been announced since `text` and of which the ledger knows nothing.

    Each (item, channel) is paused. A week's round-up gets a verdict: it settles nothing, so none of its
    events is lost, and a pause of round-ups would hold those of other weeks, too.
    """
    since = read_instant(text, "--restored-from", None)
    edition = read_files(content, schedules)
    if edition.problems:
        fail(
            "mend the problems that `banditore check` tells first: what can't be read now can't be held; "
            "nothing was changed"
        )
    with opened(database, upgrade=True) as book, book.store.alone():
        now = book.ledger.now()
        if since > now:
            fail(f"--restored-from {text} is still to come: nothing was changed")
        seen = look(book.ledger, edition)
        open_then = list(_open_since(book, seen, since))
        weeks = [each for each in open_then if each.is_round_up]
        held = sorted({(each.key.item, each.key.channel) for each in open_then} - _of(weeks))
        when = f"{since:%Y-%m-%d %H:%M} UTC"
        book.ledger.orders.restored(since, by=person())
        new = [each for each in held if _pause(book, *each, when)]
        book.ledger.judge(
            Judged(each, Verdict.WITHDRAWN, f"{_RESTORED.format(when)}: it may have been announced")
            for each in weeks
        )
        say(f"the ledger is a copy of {moment(since, None)} ({zone_name(None, since)})")
        if not open_then:
            say("Nothing was due since that it does not know: nothing is held.")
            return
        heading("held, since it may have been announced:" if held else "nothing of an item is held")
        for each in sorted(open_then, key=lambda each: (each.placed, each.key)):
            if not each.is_round_up:
                typer.echo(f"  {_line(seen, each)}")
        if weeks:
            heading("round-ups that will not be sent (their events are, by themselves):")
        for each in sorted(weeks, key=lambda each: each.placed):
            typer.echo(f"  {_line(seen, each)}")
        if held:
            say("Look at the channels: if it is there, adopt and resume it; if not, resume it.")
        for item, channel in held:
            typer.echo(f"  {command('adopt', item, '--channel', channel)}")
            typer.echo(f"  {command('resume', '--item', item, '--channel', channel)}")
        say(
            f"{counted(len(new), 'new pause')}. What was being sent in the copy is unknown from the "
            "next start."
        )


_RESTORED = "the ledger was restored from a copy of {}"


def _pause(book: Opened, item: str, channel: str, when: str) -> bool:
    """Pause an item on a channel, unless that was done before. True if it is new."""
    adopt = command("adopt", item, "--channel", channel)
    resume = command("resume", "--item", item, "--channel", channel)
    reason = (
        f"{_RESTORED.format(when)}: it may have been announced since; if it was, `{adopt}`; "
        f"then, or if it was not, `{resume}`"
    )
    # One that a person has ended is not put back: they have looked.
    if was_paused(book.store, channel, item, reason):
        return False
    book.ledger.orders.pause(channel=channel, item=item, reason=reason, by=person())
    return True


def _open_since(book: Opened, seen: Outlook, since: datetime) -> Iterator[Delivery]:
    """What could go out at some instant since then, as far as the copy knows.

    Not only what was placed since: what was late or held then, or queued after it, may have gone out, too.
    """
    met = channels(book.store)
    for delivery in seen.agenda.deliveries.values():
        past = seen.history.past.get(delivery.key)
        if (
            delivery.placed <= seen.now
            and delivery.deadline > since
            and delivery.key.channel
            in met  # a channel that is new begins now, and has said nothing
            and not is_over(delivery, seen.history, seen.now)
            and not (past is not None and past.state in MAY_BE_PUBLIC)
        ):
            yield delivery


def _of(deliveries: list[Delivery]) -> set[tuple[str, str]]:
    return {(each.key.item, each.key.channel) for each in deliveries}


def _line(seen: Outlook, delivery: Delivery) -> str:
    key = delivery.key
    named = delivery_in_words(key.item, key.occurrence, key.step)
    return f"{moment(delivery.placed, zone_of(seen.edition, key.channel))}  {key.channel}  {named}"

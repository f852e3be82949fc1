"""How things stand, as one message for a phone: what needs a person first, then what comes, then the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from decimal import Decimal

from bot.core.history import Pause
from bot.core.model import Key
from bot.core.states import State
from bot.core.turns import Planned
from bot.desk.coming import by_day
from bot.desk.conditions import Life, Need, late_drafts, lives, needs
from bot.desk.matter import PASSING, Matter
from bot.desk.matters import matters
from bot.desk.message import Message, of_matter
from bot.desk.seen import Seen
from bot.desk.words import Language
from bot.render.markup import Block, Bold, Part, Plain

_MOST = 8  # lines of one kind; the rest is counted
_REASONS = 3
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How things stand at one instant, apart from what is in `seen` itself."""

    seen: Seen
    nodes: tuple[Life, ...]
    needs: tuple[Need, ...]
    standing: tuple[Matter, ...]  # that need a person
    passing: tuple[Matter, ...]  # of which nothing is to be done any more
    pauses: tuple[Pause, ...]
    drafts: tuple[str, ...]
    coming: Sequence[Planned]


def snapshot(
    seen: Seen, seen_to: Collection[str], coming: Sequence[Planned], interval: timedelta
) -> Snapshot:
    """How things stand. `seen_to` are the subjects to which a person has seen; `interval` is the service's."""
    nodes = tuple(lives(seen.book.nodes, seen.now, interval))
    found = [each for each in matters(seen) if each.subject not in seen_to]
    needed = needs(
        nodes,
        seen.now,
        has_stopped=bool(seen.book.stopped),
        has_doubt=bool(seen.book.unknown),
        has_overdue=bool(seen.overdue),
        deadlines=[each.deadline for each in seen.book.handed],
    )
    return Snapshot(
        seen,
        nodes,
        tuple(needed),
        tuple(each for each in found if each.kind not in PASSING),
        tuple(each for each in found if each.kind in PASSING),
        standing_pauses(seen),
        tuple(late_drafts(seen.files.agenda, seen.now)),
        coming,
    )


def standing_pauses(seen: Seen) -> tuple[Pause, ...]:
    """The pauses that hold something: a single post that was stopped is remembered for longer."""
    held = {str(each.delivery.key) for each in seen.tick.plan.held}
    return tuple(
        each
        for each in seen.book.pauses
        if (each.until is None or each.until > seen.now) and (not each.key or each.key in held)
    )


# --- how it reads -------------------------------------------------------------------------------


def of_status(found: Snapshot, language: Language, zone: tzinfo) -> Message:
    """The snapshot in words; instants on the clocks of `zone`, posts on those of their channels."""
    seen, say = found.seen, language.phrase
    needed = [of_matter(each, language, zone).title for each in found.standing]
    is_well = not needed and not found.needs
    is_silent = any(not each.key for each in found.pauses)
    well = say("well_but_paused") if is_silent else say("all_well")
    title = well if is_well else say("needs_person")
    blocks: list[Block] = [(Bold(title), *_lines(needed, language))]
    paused = [pause_reads(each, language, zone) for each in found.pauses]
    blocks += _listed("paused", paused, language)
    stopped = [f"{each.channel}: {each.reason}" for each in seen.book.stopped]
    blocks += _listed("stopped_channels", stopped, language)
    blocks.append((Bold(say("nodes")), *_nodes(found, language, zone)))
    if not found.coming:
        blocks.append((Plain(say("nothing_coming")),))
    blocks += by_day(found.coming, seen, language)
    late = [f"{each.delivery.key.item} → {each.delivery.key.channel}" for each in seen.overdue]
    blocks += _listed("overdue", late, language)
    blocks += _listed("waits", _waiting(found, language), language)
    blocks += _listed("late_drafts", found.drafts, language)
    passed = [of_matter(each, language, zone).title for each in found.passing]
    blocks += _listed("recent", passed, language)
    blocks += _listed("month", list(_money(seen, language)), language)
    return Message(title, tuple(blocks))


def _listed(name: str, lines: Sequence[str], language: Language) -> Iterator[Block]:
    """A heading with its lines; nothing where there are none."""
    if lines:
        yield (Bold(language.phrase(name)), *_lines(lines, language))


def _lines(lines: Sequence[str], language: Language) -> tuple[Part, ...]:
    left = len(lines) - _MOST
    more = [Plain(language.phrase("and_more", more=left))] if left > 0 else []
    return (*(Plain(f"• {each}") for each in lines[:_MOST]), *more)


def _nodes(found: Snapshot, language: Language, zone: tzinfo) -> Iterator[Part]:
    for node in found.nodes:
        name = "node_well" if node.is_alive else "node_dead"
        if node.is_alive and node.fault:
            name = "node_silent"
        seen_at = language.instant(node.seen_at, zone)
        machine = node.name.partition(":")[0]
        reason = node.fault.rstrip(".")
        yield Plain(f"• {language.phrase(name, node=machine, at=seen_at, reason=reason)}")
    yield Plain(language.phrase("last_look", at=language.instant(found.seen.tick.plan.now, zone)))


def _waiting(found: Snapshot, language: Language) -> list[str]:
    """What waits, by number; what is held also by the reasons that are not told already."""
    book, say = found.seen.book, language.phrase
    sought = book.standing.unknown - len(book.unknown)
    counted = (
        ("unknown", len(book.unknown)),
        ("looked_for", max(sought, 0)),
        ("tasks", len(book.handed)),
    )
    past = found.seen.tick.history.past
    held = Counter(
        each.reason
        for each in found.seen.tick.plan.held
        if not (each.delivery.key in past and past[each.delivery.key].state is State.UNKNOWN)
    )
    told = {*map(str, found.pauses), *(each.reason for each in book.stopped)}
    by_reason = [
        say("held_by_reason", number=number, reason=reason.rstrip("."))
        for reason, number in held.most_common()
        if reason not in told
    ][:_REASONS]
    lines = [f"{say(name)}: {number}" for name, number in counted if number]
    if held:
        lines.append(f"{say('held')}: {held.total()}")
    return [*lines, *by_reason]


def _money(seen: Seen, language: Language) -> Iterator[str]:
    standing = seen.book.standing
    for channel, amount in sorted(standing.spent.items()):
        budget = standing.budgets.get(channel)
        name = "spent" if budget is None else "of_budget"
        facts = {"channel": channel, "spent": dollars(amount)}
        yield language.phrase(name, **facts, budget=dollars(budget or Decimal(0)))


def dollars(amount: Decimal) -> str:
    """`3.60`; finer parts than cents only where there are any."""
    cents = amount.quantize(_CENT)
    return f"{cents if cents == amount else amount.normalize():f}"


def scope_of(channel: str, item: str, key: str, language: Language) -> str:
    """What a pause silences, in words."""
    if key:
        of = Key.read(key)
        return language.phrase("one_post", item=of.item, channel=of.channel)
    if channel and item:
        return language.phrase("item_on", item=item, channel=channel)
    return channel or item or language.phrase("everything")


def pause_reads(pause: Pause, language: Language, zone: tzinfo) -> str:
    """What is silent, why, by whom and until when, in a line."""
    end = language.instant(pause.until, zone) if pause.until else ""
    return language.phrase(
        "pause_reads",
        scope=scope_of(pause.channel, pause.item, pause.key, language),
        reason=pause.reason,
        who=pause.by,
        until=language.phrase("until", until=end) if end else "",
    )

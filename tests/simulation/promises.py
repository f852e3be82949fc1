"""What must hold in every world, checked by the platform's truth and by the ledger's rows; see docs/torture.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from bot.core.calendar import local_day, next_open, why_closed
from bot.core.history import History
from bot.core.model import SEVERAL, Act, Delivery, Key, OnLimit, Post, Status, Verdict
from bot.core.plan import plan
from bot.core.rates import RATES
from bot.core.states import MAY_BE_PUBLIC, RELEASES_KEY, State, may_become
from bot.ledger import Ledger, LedgerError
from bot.ledger.verify import Report, verify
from tests.simulation.database import Database
from tests.simulation.office import Edition, Office
from tests.simulation.platform import LONGEST, Shown, UnforeseenError

# A call that asked for its lease ends within it; what it handed over last may take so much longer.
LEASE = timedelta(seconds=120 + LONGEST)

# After the last fault a channel may have to wait for what a platform asked for, and a delivery may rest.
AFTERMATH = timedelta(hours=2)


class Broken(NamedTuple):
    """A promise that was not kept."""

    promise: str
    detail: str


@dataclass(frozen=True, slots=True)
class Told:
    """One record of the bot's log."""

    event: str
    fields: Mapping[str, Any]
    error: BaseException | None
    process: str


@dataclass(frozen=True, slots=True)
class Look:
    """The moment at which a process has looked at files and clock for the last time before its commit."""

    edition: Edition  # what the files say on disk
    post: Post
    at: datetime  # on the process's own clock


def at_the_last_look(look: Look) -> Iterator[Broken]:
    """Nothing goes out that the files or the hours forbid at this very moment."""
    agenda, post = look.edition.agenda, look.post
    for key in (post.key, *post.settles):
        if key.item == SEVERAL:
            continue
        item = agenda.items.get(key.item)
        if item is None or item.status is not Status.READY:
            yield Broken("what staff took back is not committed", str(key))
        elif item.mark.file in agenda.catalog.broken:
            yield Broken("what stands in a broken file is not committed", str(key))
        elif key not in agenda.deliveries:
            yield Broken("what staff moved is not committed", str(key))
    calendar = agenda.timetables[post.key.channel].calendar
    if closed := why_closed(calendar, look.at):
        yield Broken("nothing is committed in closed hours", f"{post.key} at {look.at}: {closed}")
    if post.true_until is not None and post.true_until <= look.at:
        yield Broken("no words are committed that are not true", f"{post.key} at {look.at}")


def when_shown(database: Database, one: Shown) -> Iterator[Broken]:
    """What becomes public is known in the ledger as something that may be."""
    query = "SELECT state FROM attempt WHERE id = ?1 OR within = ?1"
    states = [state for (state,) in database.rows(query, one.attempt_id)]
    if not states or not MAY_BE_PUBLIC.issuperset(states):
        yield Broken("what is public may be so in the ledger", f"{one.keys[0]} is {states}")


def on_record(database: Database) -> Iterator[Broken]:
    """The audit trail is sound, and tells of every row what it is."""
    for finding in verify(database.store, None, Report()):
        yield Broken("the audit trail tells what the ledger says", str(finding))


def at_the_end(
    database: Database,
    office: Office,
    edition: Edition,
    shown: Sequence[Shown],
    told: Sequence[Told],
    *,
    calm: datetime,
    now: datetime,
) -> Iterator[Broken]:
    """Every promise that can be judged when all is over."""
    yield from _never_twice(shown)
    yield from _ledger_and_platform_agree(database, shown)
    yield from _in_time(database, shown)
    yield from _nothing_in_the_way(database, office)
    yield from _paced(database, office)
    yield from _only_legal_steps(database)
    yield from _told(database, told)
    yield from on_record(database)
    history = Ledger(database.store, clock=lambda: now, node="promises").history()
    unpaid = _unpaid(database, office, edition)
    yield from _nothing_is_lost(office, edition, history, unpaid, calm, now)


def _never_twice(shown: Sequence[Shown]) -> Iterator[Broken]:
    times = Counter(key for one in shown for key in one.keys)
    for key, count in times.items():
        if count > 1:
            yield Broken("nothing is public twice", f"{key}: {count} times")


def _ledger_and_platform_agree(database: Database, shown: Sequence[Shown]) -> Iterator[Broken]:
    for one in shown:
        yield from when_shown(database, one)
    public = {one.attempt_id: one for one in shown}
    query = (
        "SELECT id, key, channel, external_id FROM attempt "
        "WHERE state = 'published' AND within IS NULL"
    )
    owners: dict[tuple[str, str], str] = {}
    for attempt_id, key, channel, number in database.rows(query):
        if attempt_id not in public:
            yield Broken("what is published in the ledger is public", key)
        elif number and number != public[attempt_id].external_id:
            yield Broken("an id in the ledger is the post's own", f"{key}: {number}")
        if number and owners.setdefault((channel, number), attempt_id) != attempt_id:
            yield Broken("no id belongs to two attempts", f"{key}: {number}")


def _in_time(database: Database, shown: Sequence[Shown]) -> Iterator[Broken]:
    query = "SELECT id, key, committed_at, deadline FROM attempt WHERE committed_at IS NOT NULL"
    committed: dict[str, datetime] = {}
    for attempt_id, key, at, deadline in database.rows(query):
        committed[attempt_id] = datetime.fromisoformat(at)
        if at >= deadline:
            yield Broken("nothing is committed after its deadline", f"{key}: {at}, {deadline}")
    for one in shown:
        since = committed.get(one.attempt_id)
        # One that did not ask may have been frozen for any time: the window that docs/delivery.md admits.
        if since is not None and one.is_guarded and one.at > since + LEASE:
            yield Broken("nothing is public after its lease", f"{one.keys[0]}: {one.at}")


def _nothing_in_the_way(database: Database, office: Office) -> Iterator[Broken]:
    """What stood in a commit's way at its instant, as the ledger's own triggers saw it."""
    query = (
        "SELECT spoke.key, spoke.channel, pauses, stopped, others, spent, mine, newest, cost "
        "FROM spoke JOIN attempt ON attempt.id = spoke.attempt"
    )
    for key, channel, pauses, stopped, others, spent, mine, newest, cost in database.rows(query):
        if pauses:
            yield Broken("nothing is committed in a pause", key)
        if stopped:
            yield Broken("nothing is committed on a stopped channel", key)
        if others:
            yield Broken("one call of a channel at a time", key)
        if mine is not None and mine < newest:
            yield Broken("a node on older files does not speak", f"{key}: {mine}, not {newest}")
        budget = office.channels[channel].budget
        if budget is not None and cost and spent > float(budget.month) + 1e-9:
            yield Broken("the month's budget is kept", f"{key}: ${spent:.3f} of ${budget.month}")


def _paced(database: Database, office: Office) -> Iterator[Broken]:
    calendar = office.calendar
    query = (
        "SELECT committed_at FROM attempt WHERE channel = ? AND within IS NULL "
        "AND state IN ('sending', 'handed', 'published', 'unknown') ORDER BY committed_at"
    )
    for channel, known in office.channels.items():
        at = [datetime.fromisoformat(text) for (text,) in database.rows(query, channel)]
        for one, next_one in pairwise(at):
            if next_one - one < calendar.gap:
                yield Broken("the gap is kept", f"{channel}: {one}, {next_one}")
        for day, count in Counter(local_day(each, calendar.zone) for each in at).items():
            if count > calendar.per_day:
                yield Broken("the day's cap is kept", f"{channel}: {count} on {day}")
        for rate in office.rates[known.platform]:
            for one, next_one in zip(at, at[rate.posts :], strict=False):
                if next_one - one < rate.within:
                    yield Broken("the platform's pace is kept", f"{channel}: {one}, {next_one}")


def _only_legal_steps(database: Database) -> Iterator[Broken]:
    for attempt_id, old, new in database.rows("SELECT attempt, old, new FROM step"):
        if not may_become(State(old), State(new)):
            yield Broken("states change as their table says", f"{attempt_id}: {old} -> {new}")


def _told(database: Database, told: Sequence[Told]) -> Iterator[Broken]:
    # Whoever was told has settled it by now: see People.visit.
    query = "SELECT key FROM attempt WHERE state = 'unknown' AND within IS NULL"
    for (key,) in database.rows(query):
        yield Broken("what is unknown is told", key)
    judged = {each.fields["key"] for each in told if each.event == "delivery.judged"}
    for key, verdict in database.rows("SELECT key, verdict FROM verdict"):
        if key not in judged:
            yield Broken("each verdict is told", f"{key}: {verdict}")
    for each in told:
        if each.event == "lane.failed" and not isinstance(
            each.error, LedgerError | UnforeseenError
        ):
            yield Broken("a lane fails with LedgerError only", repr(each.error))


def _unpaid(database: Database, office: Office, edition: Edition) -> dict[Key, str]:
    """What there is no money for, by the ledger's own sums."""
    poor = set()
    for name, channel in office.channels.items():
        if channel.budget is None:
            continue
        [(spent,)] = database.rows(_SPENT, name)
        is_held = channel.budget.on_limit is OnLimit.HOLD
        price = channel.prices.post_with_link if is_held else channel.prices.post
        if spent + float(price) > float(channel.budget.month) + 1e-9:
            poor.add(name)
    return {key: "no money" for key in edition.agenda.deliveries if key.channel in poor}


_SPENT = """
SELECT coalesce(sum(look_cost + CASE WHEN state IN ('sending', 'handed', 'published', 'unknown')
    THEN cost ELSE 0 END), 0) FROM attempt WHERE channel = ?
"""


def read_key(text: str) -> Key:
    """A key as logs and ledger write it."""
    item, edition, occurrence, step, channel, act = text.split("/")
    return Key(item, int(edition), occurrence, step, channel, Act(act))


def _nothing_is_lost(
    office: Office,
    edition: Edition,
    history: History,
    unpaid: Mapping[Key, str],
    calm: datetime,
    now: datetime,
) -> Iterator[Broken]:
    planned = plan(edition.agenda, history, now, unfit=unpaid)
    for each in planned.due:
        yield Broken("what is due goes out", f"{each.delivery.key}, due {each.at}")
    for judged in planned.judged:
        yield Broken("what is over has a verdict", f"{judged.delivery.key}: {judged.reason}")
    for held in planned.held:
        if not held.reason:
            yield Broken("what is held has a reason", str(held.delivery.key))
    for delivery in edition.agenda.deliveries.values():
        past = history.past.get(delivery.key)
        if past is not None and past.state in (State.RESERVED, State.SENDING):
            yield Broken("nothing stays under way", f"{delivery.key}: {past.state}")
        is_late = delivery.deadline <= now and delivery.key not in unpaid
        if is_late and _could_have_gone(delivery, office, history, calm + AFTERMATH):
            yield Broken("what could go out in calm did", str(delivery.key))


def _could_have_gone(delivery: Delivery, office: Office, history: History, calm: datetime) -> bool:
    """Was it missed although, after all trouble, there was an open instant for it and room enough?"""
    if office.channels[delivery.key.channel].is_assisted:
        return False  # a person may have had it, and not sent it
    given = history.verdicts.get(delivery.key)
    if given is None or given.verdict is not Verdict.MISSED:
        return False
    past = history.past.get(delivery.key)
    if past is not None and past.state not in RELEASES_KEY:
        return False
    is_roomy = office.calendar.per_day >= 50 and not office.calendar.gap and office.rates is RATES
    said = (
        delivery.key.item,
        delivery.key.channel,
    ) in history.said  # it keeps its distance to that
    if not is_roomy or said or given.reason != "its time passed before it could go out":
        return False
    at = next_open(office.calendar, max(delivery.placed, calm))
    return at is not None and at < delivery.deadline

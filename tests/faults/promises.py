"""What must be true of a world of kills when it is over, by the platforms' own book, the ledger and the logs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select

from bot.core.states import MAY_BE_PUBLIC, RELEASES_KEY, State
from bot.ledger import Attempt, Ledger, Store
from bot.ledger import tables as t
from bot.ledger.verify import Report, verify
from bot.sandbox import Sandbox, Taken
from bot.sandbox.faults import PUBLIC_CALLS
from tests.faults.machine import Machine
from tests.faults.town import Place, said_in

# X itself refuses the second of two posts that say the same: that it was asked for is our fault.
_DUPLICATE = "duplicate content"


def posts_of(sandbox: Sandbox, places: Sequence[Place]) -> list[Taken]:
    """What became public on the channels; the forwards in the admin chat are none of it."""
    addresses = {(place.platform, place.address) for place in places}
    return [post for post in sandbox.posts if (post.platform, post.channel) in addresses]


def sends_of(sandbox: Sandbox) -> int:
    """How often a platform was asked to make something public."""
    return sum(arrival.call in PUBLIC_CALLS for arrival in sandbox.requests)


def again(sandbox: Sandbox, places: Sequence[Place]) -> list[str]:
    """What was said again, by the platforms' book alone: a post, or one that X refused as a duplicate."""
    texts = Counter((post.platform, post.channel, post.text) for post in posts_of(sandbox, places))
    found = [f"{channel}: {text!r}" for (_, channel, text), times in texts.items() if times > 1]
    for arrival in sandbox.requests:
        if _DUPLICATE in arrival.reason:
            found.append(f"{arrival.channel}: refused as a duplicate, call {arrival.number}")
    return found


def twice(sandbox: Sandbox, places: Sequence[Place], attempts: Sequence[Attempt]) -> list[str]:
    """What was said again, in the same post or in another: a round-up says all that it settles."""
    settled = _settled_by_text(places, attempts)
    items: Counter[tuple[str, str]] = Counter()
    # Each text once: one that stands there twice is told already.
    for channel, text in {(post.channel, post.text) for post in posts_of(sandbox, places)}:
        items.update(
            (channel, item) for item in {*said_in(text), *settled.get((channel, text), ())}
        )
    return again(sandbox, places) + [
        f"{channel}: {item}" for (channel, item), times in items.items() if times > 1
    ]


def lost(asked: Iterable[tuple[str, str]], attempts: Iterable[Attempt], store: Store) -> list[str]:
    """Deliveries that are neither out, nor in doubt, nor judged."""
    settled = {
        (attempt.item, attempt.channel)
        for attempt in attempts
        if attempt.state in (State.PUBLISHED, State.UNKNOWN)
    }
    with store.reading() as db:
        judged = {(row.item, row.channel) for row in db.execute(select(t.verdict))}
    return [f"{channel}: {item}" for item, channel in sorted({*asked} - settled - judged)]


def untrue(sandbox: Sandbox, places: Sequence[Place], attempts: Sequence[Attempt]) -> list[str]:
    """Where the ledger says otherwise than the platforms."""
    names = {place.address: place.name for place in places}
    may_be: set[tuple[str, str]] = set()
    claimed: dict[tuple[str, str], str] = {}
    for attempt in attempts:
        if attempt.state in MAY_BE_PUBLIC:
            may_be.add((attempt.channel, attempt.text))
        if attempt.state is State.PUBLISHED and attempt.within is None:
            claimed[attempt.channel, attempt.external_id or ""] = attempt.text
    public = {(names[post.channel], post.id): post.text for post in posts_of(sandbox, places)}
    found = [
        f"{channel}: {number} is public, and the ledger says that it surely is not"
        for (channel, number), text in public.items()
        if (channel, text) not in may_be
    ]
    found += [
        f"{channel}: the ledger says that {number} is public"
        for (channel, number), text in claimed.items()
        if public.get((channel, number)) != text
    ]
    keys = Counter(each.key for each in attempts if each.state not in RELEASES_KEY)
    return found + [f"{key} has {times} attempts" for key, times in keys.items() if times > 1]


def unrecorded(store: Store) -> list[str]:
    """Where the audit trail tells otherwise than the ledger, or was not written as it stands."""
    return [str(each) for each in verify(store, None, Report())]


def untold(attempts: Iterable[Attempt], machines: Sequence[Machine]) -> list[str]:
    """Doubts of which no log speaks."""
    told = {
        fact.get("attempt")
        for machine in machines
        for fact in machine.facts()
        if fact["event"] in ("attempt.unknown", "post.unknown")
    }
    return [
        f"{attempt.channel}: {attempt.id}"
        for attempt in attempts
        if attempt.state is State.UNKNOWN and attempt.within is None and attempt.id not in told
    ]


def unseemly(machines: Sequence[Machine], secrets: Iterable[str]) -> Iterator[str]:
    """Traces and secrets in the logs."""
    for machine in machines:
        for log in machine.logs():
            text = log.read_text(errors="replace")
            yield from (f"{_name(log)} holds the secret {each}" for each in secrets if each in text)
            for line in text.splitlines():
                if "Traceback" in line:
                    yield f"{_name(log)}: {line}"


def state_of(store: Store) -> list[Attempt]:
    """Every attempt of the ledger."""
    return Ledger(store, node="looks on").attempts()


def _settled_by_text(
    places: Sequence[Place], attempts: Sequence[Attempt]
) -> dict[tuple[str, str], set[str]]:
    """By address and text of a round-up: the items that it settles, told or not."""
    addresses = {place.name: place.address for place in places}
    whole = {attempt.id: attempt for attempt in attempts}
    settled: dict[tuple[str, str], set[str]] = defaultdict(set)
    for attempt in attempts:
        # What was freed may be settled by another round-up: only what may be public settles.
        if attempt.within is not None and attempt.state in MAY_BE_PUBLIC:
            settled[addresses[attempt.channel], whole[attempt.within].text].add(attempt.item)
    return settled


def _name(log: Path) -> str:
    return f"{log.parents[1].name}/{log.name}"

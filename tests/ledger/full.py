"""A ledger in which everything has happened once that the audit trail tells of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from bot.core.judging import Judged
from bot.core.model import (
    SEVERAL,
    Authors,
    Channel,
    Deferred,
    Delivery,
    Platform,
    Post,
    Published,
    Rejected,
    Unknown,
    Verdict,
)
from bot.ledger import Ledger, Reserved, Sending, Store, Via
from bot.ledger import tables as t
from bot.ledger.entries import Entry
from bot.ledger.verify import Report, entries_of, verify
from tests.core.build import TELEGRAM
from tests.ledger.build import FIRST, NO_PACE, Clock, post, reserve, send

ADA, BRUNO = "Ada <ada@example.org>", "Bruno <bruno@example.org>"
X = Channel("x-it", Platform.X, "torino", "it", "standard")


def delivery(item: str) -> Delivery:
    return replace(FIRST, key=FIRST.key._replace(item=item))


def findings(store: Store) -> list[str]:
    return [str(each) for each in verify(store, None, Report())]


def trail(store: Store) -> list[Entry]:
    return list(entries_of(store))


def events(store: Store, chain: str = "telegram-it") -> list[str]:
    return [entry.event for entry in trail(store) if entry.chain == chain]


def round_up(one: Delivery, other: Delivery) -> tuple[Delivery, Post]:
    key = FIRST.key._replace(item=SEVERAL, step="month")
    listed = (one.key.item, other.key.item)
    whole = replace(one, key=key, listed=listed, settles=(one, other))
    settles = {each.key: {"title": each.key.item} for each in (one, other)}
    return whole, replace(post(whole), settles=settles)


def fill(ledger: Ledger, clock: Clock) -> None:
    """Everything once: the channel `telegram-it` is known already."""
    items = ("uno", "due", "tre")
    ledger.meet([TELEGRAM, X], items)
    ledger.meet([TELEGRAM, replace(X, address="altro")], items)
    clock.pass_by(minutes=1)
    ledger.meet([TELEGRAM], items)
    ledger.meet([TELEGRAM, X], items)

    attempt_id = reserve(ledger, delivery("published"))
    assert isinstance(ledger.commit(attempt_id, pace=NO_PACE, authors=Authors(ADA, BRUNO)), Sending)
    ledger.record(attempt_id, Published("41", "https://t.me/torino/41"))
    ledger.record(attempt_id, Unknown("a late doubt"))
    ledger.record(send(ledger, delivery("rejected")), Rejected("Bad Request: «text» is empty"))
    ledger.record(reserve(ledger, delivery("refused-before")), Rejected("no such image"))
    ledger.record(send(ledger, delivery("deferred")), Deferred("Too Many Requests", clock.at))
    ledger.free(reserve(ledger, delivery("freed")), "a file was saved")
    reserve(ledger, delivery("reserved"))

    looked_for = send(ledger, delivery("found"))
    ledger.record(looked_for, Unknown("no answer"), look=True)
    clock.pass_by(seconds=5)
    ledger.looks.begin(looked_for)
    ledger.looks.end(looked_for, Unknown("nothing"), Decimal("0.005"))
    clock.pass_by(seconds=10)
    ledger.looks.begin(looked_for)
    ledger.looks.end(looked_for, Published("42", "https://t.me/torino/42"), Decimal("0.005"))

    for name, is_public in (("resolved", True), ("not-out", False)):
        doubtful = send(ledger, delivery(name))
        ledger.record(doubtful, Unknown("no answer"))
        ledger.orders.resolve(doubtful, is_public=is_public, url="https://t.me/torino/43", by=ADA)
    ledger.orders.adopt(delivery("adopted"), post(delivery("adopted")), by=ADA)
    handed = reserve(ledger, delivery("skipped"), via=Via.PERSON)
    ledger.commit(handed, pace=NO_PACE)
    ledger.orders.skip(handed, reason="il sindaco non vuole", by=BRUNO)
    for name, outcome in (("out", Published("44", "")), ("gone", Rejected("no"))):
        whole, text = round_up(delivery(f"{name}-1"), delivery(f"{name}-2"))
        whole = replace(whole, key=whole.key._replace(occurrence=name))
        text = replace(text, key=whole.key)
        taken = ledger.reserve(whole, text, pace=NO_PACE, revision="1")
        assert isinstance(taken, Reserved), taken
        ledger.commit(taken.attempt_id, pace=NO_PACE)
        ledger.record(taken.attempt_id, outcome)

    missed = Judged(delivery("missed"), Verdict.MISSED, "its time passed")
    ledger.judge([missed])
    ledger.judge([Judged(delivery("over"), Verdict.WITHDRAWN, "annullato")])
    ledger.orders.pause(reason="lutto cittadino", by=ADA)
    ledger.orders.pause(item="uno", channel="x-it", reason="forse salta", by=BRUNO)
    ledger.orders.resume(by=BRUNO)
    ledger.record(reserve(ledger, delivery("stops")), Deferred("401", stops_channel=True))
    ledger.orders.resume(channel="telegram-it", by=ADA)
    ledger.orders.restored(clock.at, by=ADA)
    ledger.orders.pause(key=str(delivery("zero").key), reason="stopped", by=ADA)
    ledger.alerts.pressed("4382bfdwdsb323b2d9", 1, "resume", "Ada")
    send(ledger, delivery("sending"))


def attempt_of(store: Store, item: str) -> str:
    with store.reading() as db:
        return str(db.scalar(select(t.attempt.c.id).where(t.attempt.c.item == item)))

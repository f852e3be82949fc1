"""The audit trail tells what happened, and no change of it, or of what it tells of, stays unseen."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, String, delete, insert, select, text, type_coerce, update
from sqlalchemy.exc import DBAPIError

from bot.core.model import Published
from bot.ledger import Ledger, LedgerError, Refused, Store, create, open_store
from bot.ledger import tables as t
from bot.ledger.archive import ExportError, as_lines, as_table, read_lines
from bot.ledger.entries import Entry, hash_of
from bot.ledger.kept import ATTEMPT, KINDS, SILENT, Kind
from bot.ledger.verify import Report, verify
from tests.ledger.build import NO_PACE, Clock, post, send
from tests.ledger.dump import restore
from tests.ledger.full import ADA, BRUNO, attempt_of, delivery, events, fill, findings, trail


@pytest.fixture
def full(ledger: Ledger, clock: Clock, store: Store) -> Store:
    fill(ledger, clock)
    return store


@contextmanager
def tampering(store: Store, *, keep: bool = False) -> Iterator[Connection]:
    """What somebody does who may do everything in the database; undone afterwards, unless it is kept."""
    with store.engine.connect() as db, db.begin() as transaction:
        if db.dialect.name == "postgresql":
            db.execute(text("SET session_replication_role = replica"))  # no trigger, no foreign key
        else:
            db.execute(text("PRAGMA defer_foreign_keys=ON"))
            for name in ("audit_ends", "audit_kept", "audit_stays"):
                db.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        yield db
        if keep:
            transaction.commit()
        else:
            transaction.rollback()


def seen_inside(db: Connection, store: Store) -> list[str]:
    """What `verify` finds in the middle of a tampering."""

    class Inside(Store):
        @contextmanager
        def reading(self) -> Iterator[Connection]:
            yield db

    return [str(each) for each in verify(Inside(store.engine, None, "inside"), None, Report())]


# --- what it tells --------------------------------------------------------------------------------


def test_honest_work_leaves_nothing_to_find(full: Store) -> None:
    assert findings(full) == []


def test_a_post_is_on_record_with_its_words_its_authors_and_its_link(full: Store) -> None:
    about = f"attempt {attempt_of(full, 'published')}"
    sending, published = [each for each in trail(full) if each.about == about]
    begun = json.loads(sending.detail)
    assert (sending.event, begun["queued_by"], begun["approved_by"]) == ("sending", ADA, BRUNO)
    assert begun["set"]["text"] == "Festa"
    assert begun["set"]["cost"] == "0.015"
    assert begun["set"]["due"] == "2021-05-13T08:00:00.000000Z"
    assert json.loads(published.detail)["set"] == {
        "ended_at": "2021-05-13T08:01:00.000000Z",
        "external_id": "41",
        "key": "published/1/-/start-7d/telegram-it/announce",
        "reason": "",
        "state": "published",
        "url": "https://t.me/torino/41",
    }


def test_whoever_ordered_something_is_named(full: Store) -> None:
    ordered = [(entry.event, entry.by) for entry in trail(full) if entry.by]
    assert ordered == [
        ("paused", ADA),
        ("paused", BRUNO),
        ("resumed", BRUNO),
        ("restored", ADA),
        ("paused", ADA),
        ("pressed", "Ada"),
        ("resolved", ADA),
        ("resolved", ADA),
        ("adopted", ADA),
        ("skipped", BRUNO),
        ("skipped", BRUNO),
        ("resumed", ADA),
    ]


def test_a_reservation_that_came_to_nothing_is_not_on_record(full: Store) -> None:
    told = {entry.about for entry in trail(full)}
    assert f"attempt {attempt_of(full, 'freed')}" not in told
    assert f"attempt {attempt_of(full, 'reserved')}" not in told


def test_a_channel_is_on_record_from_its_first_day(full: Store) -> None:
    assert events(full, "x-it") == ["met", "readdressed", "left", "returned", "readdressed"]
    assert events(full)[0] == "met"


def test_no_entry_is_changed_or_deleted_by_a_slip(full: Store) -> None:
    for slip in (update(t.audit).values(by="nobody"), delete(t.audit)):
        with pytest.raises(DBAPIError, match="neither changed nor deleted"), full.writing() as db:
            db.execute(slip)
    assert findings(full) == []


# --- tampering with the trail ---------------------------------------------------------------------


@pytest.mark.parametrize("column", [column.name for column in t.audit.c])
def test_a_changed_entry_is_found_whatever_of_it_was_changed(full: Store, column: str) -> None:
    for entry in trail(full):
        value = getattr(entry, column)
        other: Any = value + 1000 if isinstance(value, int) else one_byte_changed(value)
        with tampering(full) as db:
            raw = other if isinstance(value, int) else type_coerce(other, String)
            db.execute(at(entry, update(t.audit)).values({column: raw}))
            assert seen_inside(db, full), entry


def test_a_deleted_entry_is_found_wherever_it_stood(full: Store) -> None:
    for entry in trail(full):
        with tampering(full) as db:
            db.execute(at(entry, delete(t.audit)))
            assert any(entry.chain in found or "common" in found for found in seen_inside(db, full))


def test_two_entries_that_changed_places_are_found(full: Store) -> None:
    chain = [entry for entry in trail(full) if entry.chain == "telegram-it"]
    for one, other in pairwise(chain):
        with tampering(full) as db:
            db.execute(at(one, update(t.audit)).values(number=-1))
            db.execute(at(other, update(t.audit)).values(number=one.number))
            moved = update(t.audit).where(t.audit.c.chain == one.chain, t.audit.c.number == -1)
            db.execute(moved.values(number=other.number))
            found = seen_inside(db, full)
            assert (
                f"entry {one.number} of telegram-it: it was altered, or another stood before it"
                in found
            )
            assert (
                f"entry {other.number} of telegram-it: it was altered, or another stood before it"
                in found
            )


@pytest.mark.parametrize("chain", ["", "telegram-it", "x-it"])
def test_a_truncated_tail_is_found(full: Store, chain: str) -> None:
    length = sum(entry.chain == chain for entry in trail(full))
    for left in range(length):
        with tampering(full) as db:
            db.execute(delete(t.audit).where(t.audit.c.chain == chain, t.audit.c.number > left))
            end = f"the end of {chain or 'what is common'}: {length} entries were written, and "
            end += f"the last that is there is {left}" if left else "none is there"
            assert end in seen_inside(db, full)


def test_a_tail_whose_end_was_put_back_too_is_found_by_the_rows(full: Store) -> None:
    """But for the last entries that tell of no row: see docs/audit.md."""
    chain = [entry for entry in trail(full) if entry.chain == "telegram-it"]
    last = chain[-2]
    with tampering(full) as db:
        db.execute(at(chain[-1], delete(t.audit)))
        put_back = {"entries": last.number, "seal": last.hash}
        db.execute(update(t.channel).where(t.channel.c.name == "telegram-it").values(put_back))
        sending = attempt_of(full, "sending")
        assert seen_inside(db, full) == [f"attempt {sending}: no entry tells of this row"]


def test_an_entry_that_is_sealed_anew_is_found_by_the_next_one(full: Store) -> None:
    first, second = (entry for entry in trail(full)[-9:-7])
    forged = first._replace(event="forged")
    before = next(e for e in trail(full) if (e.chain, e.number) == (first.chain, first.number - 1))
    sealed = hash_of(before.hash, *forged[:-1])
    with tampering(full) as db:
        db.execute(at(first, update(t.audit)).values(event="forged", hash=sealed))
        assert seen_inside(db, full) == [
            f"{second.place}: it was altered, or another stood before it"
        ]


# --- tampering with the rows ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_changed_byte_is_found_in_every_column_of_every_row(full: Store, kind: Kind) -> None:
    with full.reading() as db:
        rows = db.execute(
            select(*(type_coerce(c, String).label(c.name) for c in kind.table.c))
        ).all()
    assert rows
    for row in rows:
        if kind is ATTEMPT and row.state in SILENT:
            continue
        for column in kind.columns:
            key = row._mapping[kind.key.name]
            value = row._mapping[column]
            with tampering(full) as db:
                own = update(kind.table).where(kind.key == key)
                changed = otherwise(value)
                db.execute(
                    own.values(
                        {
                            column: type_coerce(changed, String)
                            if isinstance(changed, str)
                            else changed
                        }
                    )
                )
                found = seen_inside(db, full)
            name = kind.about(key)
            assert any(name in each for each in found), (name, column, found)
            if column != kind.key.name:
                assert any(f"`{column}`" in each for each in found), (name, column, found)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_deleted_row_is_found(full: Store, kind: Kind) -> None:
    with full.reading() as db:
        rows = db.execute(select(kind.table)).all()
    for row in rows:
        if kind is ATTEMPT and row.state in SILENT:
            continue
        key = row._mapping[kind.key.name]
        with tampering(full) as db:
            db.execute(delete(kind.table).where(kind.key == key))
            assert f"{kind.about(key)}: its row is missing" in seen_inside(db, full)


def test_an_added_row_is_found(full: Store) -> None:
    with tampering(full) as db:
        [row] = db.execute(select(t.attempt).where(t.attempt.c.item == "published")).all()
        forged = row._asdict() | {"id": "forged", "key": "x/1/-/start/telegram-it/announce"}
        db.execute(insert(t.attempt).values(forged))
        assert seen_inside(db, full) == ["attempt forged: no entry tells of this row"]


def test_what_is_no_text_any_more_is_told_and_not_stumbled_over(
    tmp_path: Path, clock: Clock
) -> None:
    store = create(str(tmp_path / "banditore.db"))
    ledger = Ledger(store, clock=clock, node="one")
    fill_one(ledger)
    with tampering(store, keep=True) as db:
        db.execute(text("UPDATE attempt SET text = CAST(x'46ff' AS TEXT), cost = 'gratis'"))
    [cost, words] = findings(store)
    assert "`cost` is " in cost
    assert "`text` is 'F\\udcff', and the trail says 'Festa'" in words
    store.close()


def test_a_byte_of_the_file_is_found_wherever_a_post_stands_in_it(
    tmp_path: Path, clock: Clock
) -> None:
    """A key stands in a table and in indexes beside it: whoever reads it reads one of them."""
    file = tmp_path / "banditore.db"
    store = create(str(file))
    ledger = Ledger(store, clock=clock, node="one")
    fill_one(ledger)
    [attempt] = ledger.attempts()
    store.close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("VACUUM")  # what was written over is not read by anybody
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.read_bytes()
    for word in (attempt.id, attempt.key, attempt.url or "", attempt.channel):
        places = [each.start() for each in re.finditer(re.escape(word.encode()), whole)]
        assert len(places) > 1
        for place in places:
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert found_in(file), (word, place)


def test_what_became_bytes_is_told_and_not_stumbled_over(tmp_path: Path, clock: Clock) -> None:
    store = create(str(tmp_path / "banditore.db"))
    fill_one(Ledger(store, clock=clock, node="one"))
    for column in ("at", "event", "by", "about", "detail", "hash"):
        with tampering(store) as db:
            db.execute(text(f'UPDATE audit SET "{column}" = CAST("{column}" AS BLOB)'))
            assert any("no text" in each for each in seen_inside(db, store)), column
    store.close()


def test_a_schema_that_is_no_text_is_a_damaged_ledger(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "banditore.db"
    store = create(str(file))
    fill_one(Ledger(store, clock=clock, node="one"))
    store.close()
    whole = file.read_bytes()
    begins = whole.index(b"CREATE TABLE attempt")
    name = whole.rindex(
        b"attemptattempt", 0, begins
    )  # by which SQLite complains of what it can't read
    broken = bytearray(whole)
    broken[name], broken[begins] = 0xA0, 0xA0
    file.write_bytes(broken)
    assert "can't be decoded" in found_in(file)[0]


def found_in(file: Path) -> list[str]:
    """What `verify` finds; also that the file can't be read is found."""
    try:
        store = open_store(str(file))
    except LedgerError as error:
        return [str(error)]
    try:
        return findings(store)
    except LedgerError as error:
        return [str(error)]
    finally:
        store.close()


def fill_one(ledger: Ledger) -> None:
    from tests.core.build import TELEGRAM

    ledger.meet([TELEGRAM], ["festa"])
    ledger.record(send(ledger), Published("41", "https://t.me/torino/41"))


# --- an export ------------------------------------------------------------------------------------


def exported(store: Store) -> list[Entry]:
    return list(read_lines(line for whole in as_lines(trail(store)) for line in whole.splitlines()))


def test_an_export_says_all_that_the_trail_says(full: Store) -> None:
    assert exported(full) == trail(full)


def test_a_ledger_that_was_put_back_whole_is_found_by_its_export_alone(
    ledger: Ledger, clock: Clock, store: Store
) -> None:
    fill(ledger, clock)
    earlier = exported(store)
    [*_, before, last] = [entry for entry in earlier if entry.chain == "telegram-it"]
    attempt = last.about.removeprefix("attempt ")
    put_back = {"entries": before.number, "seal": before.hash}
    with tampering(store, keep=True) as db:
        db.execute(at(last, delete(t.audit)))
        db.execute(delete(t.attempt).where(t.attempt.c.id == attempt))
        db.execute(update(t.channel).where(t.channel.c.name == last.chain).values(put_back))
    assert findings(store) == []
    report = Report()
    found = [str(each) for each in verify(store, iter(earlier), report)]
    assert found == [f"{last.place}: it is in the export, and not in the ledger"]
    assert report.compared == len(earlier)


def test_an_export_that_says_otherwise_is_told(full: Store) -> None:
    first, *others = exported(full)
    found = list(verify(full, iter([first._replace(by="Eva"), *others]), Report()))
    assert [str(each) for each in found] == [
        f"{first.place}: the export says otherwise than the ledger"
    ]


HUGE = json.dumps({**dict.fromkeys(Entry._fields, ""), "number": 10**30})


@pytest.mark.parametrize("line", ["[]", "{}", "{", "1", '{"chain": "x", "number": "1"}', HUGE])
def test_what_is_no_export_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ExportError, match="line 2 is no entry"):
        list(read_lines(["", line]))


@pytest.mark.parametrize("reason", ["=1+1", "+39 011", "-1", "@ada", "\tx", "\rx"])
def test_no_cell_of_a_table_is_a_formula(ledger: Ledger, store: Store, reason: str) -> None:
    import csv

    ledger.orders.pause(reason=reason, by="=cmd|' /C calc'!A0")
    heads, *rows = list(csv.reader("".join(as_table(trail(store))).splitlines(keepends=True)))
    paused = next(
        dict(zip(heads, row, strict=True)) for row in rows if row[heads.index("event")] == "paused"
    )
    assert paused["reason"] == f"'{reason}"
    assert paused["by"] == "'=cmd|' /C calc'!A0"


# --- several who write, and older ledgers ---------------------------------------------------------


def test_many_who_write_at_once_leave_one_trail(database: str, clock: Clock) -> None:
    stores = [open_store(database) for _ in range(4)]
    ledgers = [Ledger(each, clock=clock, node=f"node-{n}") for n, each in enumerate(stores)]
    start = threading.Barrier(len(ledgers))

    def work(ledger: Ledger, number: int) -> None:
        from tests.core.build import TELEGRAM

        start.wait()
        for turn in range(8):
            ledger.meet([TELEGRAM], [f"item-{each}" for each in range(turn * 3)])
            if turn % 2:
                ledger.orders.pause(item=f"item-{number}-{turn}", reason="prova", by=ADA)
            each = delivery(f"post-{turn}")
            taken = ledger.reserve(each, post(each), pace=NO_PACE, revision="1")
            if isinstance(taken, Refused):
                continue
            ledger.commit(taken.attempt_id, pace=NO_PACE)
            ledger.record(taken.attempt_id, Published(str(turn)))

    threads = [
        threading.Thread(target=work, args=(each, number)) for number, each in enumerate(ledgers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert findings(stores[0]) == []
    assert events(stores[0], "").count("paused") == 16
    assert events(stores[0]).count("met") == 1
    for each in stores:
        each.close()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_an_older_ledger_begins_its_trail_with_what_it_holds(
    tmp_path: Path, revision: str, clock: Clock
) -> None:
    path = tmp_path / "banditore.db"
    restore(revision, path)
    store = open_store(str(path), upgrade=True)
    assert findings(store) == []
    assert {entry.event for entry in trail(store)} == {"begun"}
    with tampering(store) as db:
        db.execute(update(t.attempt).where(t.attempt.c.state == "published").values(text="altro"))
        assert len(seen_inside(db, store)) == len(
            db.execute(select(t.attempt.c.id).where(t.attempt.c.state == "published")).all()
        )
    Ledger(store, clock=clock, node="one").sweep(alone=True)
    assert findings(store) == []
    store.close()


# --- small things ---------------------------------------------------------------------------------


def at(entry: Entry, statement: Any) -> Any:
    return statement.where(t.audit.c.chain == entry.chain, t.audit.c.number == entry.number)


def one_byte_changed(value: str) -> str:
    return chr(ord(value[0]) ^ 1) + value[1:] if value else "x"


def otherwise(value: Any) -> Any:
    match value:
        case None:
            return "2021-05-13T08:00:00.000001Z"
        case str():
            return one_byte_changed(value)
        case _:
            return value + 1000

"""Which of the processes that share a ledger may speak."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.ledger import Ledger, Refused, Sending, Store
from bot.ledger.book import Book
from bot.ledger.clock import Clock
from bot.ledger.group import Group
from bot.ledger.nodes import OLDER_FILES, Nodes
from tests.core.build import at
from tests.ledger.build import NO_PACE, reserve
from tests.ledger.build import Clock as Hands

MONDAY, TUESDAY = at("2021-05-03 09:00"), at("2021-05-04 09:00")


@pytest.fixture
def two(store: Store, clock: Hands) -> Ledger:
    return Ledger(store, clock=clock, node="two")


def beat(ledger: Ledger, revision: str, modified: datetime) -> str:
    return ledger.nodes.beat(revision, modified, alone=False)


def test_nodes_with_the_same_files_both_speak(ledger: Ledger, two: Ledger) -> None:
    assert beat(ledger, "a", MONDAY) == ""
    assert beat(two, "a", TUESDAY) == ""  # a copy may be younger than what it copies
    assert isinstance(ledger.commit(reserve(ledger), pace=NO_PACE), Sending)


def test_a_node_with_older_files_says_nothing_until_it_has_the_newer(
    ledger: Ledger, two: Ledger
) -> None:
    beat(ledger, "b", TUESDAY)
    assert beat(two, "a", MONDAY) == OLDER_FILES
    assert beat(two, "b", TUESDAY) == ""


def test_files_that_another_node_has_just_read_stop_a_post_that_is_reserved(
    ledger: Ledger, two: Ledger
) -> None:
    beat(ledger, "a", MONDAY)
    attempt_id = reserve(ledger)
    assert beat(two, "b", TUESDAY) == ""
    assert ledger.commit(attempt_id, pace=NO_PACE) == Refused(OLDER_FILES)
    assert beat(ledger, "a", MONDAY) == OLDER_FILES


def test_of_two_revisions_as_old_as_each_other_the_first_one_counts(
    ledger: Ledger, two: Ledger
) -> None:
    beat(ledger, "a", MONDAY)
    assert beat(two, "b", MONDAY) == OLDER_FILES
    assert beat(ledger, "a", MONDAY) == ""


def test_files_from_the_future_do_not_silence_everybody_for_ever(
    ledger: Ledger, two: Ledger, clock: Hands
) -> None:
    beat(ledger, "a", clock.at + timedelta(days=900))
    clock.pass_by(minutes=1)
    assert beat(two, "b", clock.at) == ""


def test_who_is_alone_speaks_by_the_files_it_has(ledger: Ledger, two: Ledger) -> None:
    beat(ledger, "b", TUESDAY)
    assert two.nodes.beat("a", MONDAY, alone=True) == ""


def test_each_node_is_seen_until_it_leaves(ledger: Ledger, two: Ledger, clock: Hands) -> None:
    beat(ledger, "b", TUESDAY)
    began = clock.at
    clock.pass_by(seconds=30)
    beat(ledger, "b", TUESDAY)
    beat(two, "a", MONDAY)
    by_name = {node.name: node for node in ledger.nodes.all()}
    assert (by_name["one"].started_at, by_name["one"].seen_at) == (began, clock.at)
    assert (by_name["one"].fault, by_name["two"].fault) == ("", OLDER_FILES)
    two.nodes.leave()
    assert [node.name for node in ledger.nodes.all()] == ["one"]


def test_a_node_that_was_not_seen_for_a_day_is_forgotten(
    ledger: Ledger, two: Ledger, clock: Hands
) -> None:
    beat(ledger, "a", MONDAY)
    clock.pass_by(days=2)
    beat(two, "a", MONDAY)
    assert [node.name for node in two.nodes.all()] == ["two"]


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize(("seconds", "way"), [(45, "ahead of"), (-45, "behind")])
def test_a_node_whose_clock_differs_from_the_databases_says_nothing(
    store: Store, seconds: int, way: str
) -> None:
    wrong = Clock(lambda: datetime.now(UTC) + timedelta(seconds=seconds), store.time)
    fault = Nodes(Book(store, wrong, "one", Group(store))).beat("a", MONDAY, alone=False)
    assert fault == f"its clock is 45 s {way} the database's: set this machine's clock"


@pytest.mark.parametrize("kind", ["postgresql"])
def test_between_two_transactions_the_databases_time_goes_on(store: Store) -> None:
    ledger = Ledger(store, node="one")
    beat(ledger, "a", MONDAY)
    with store.reading() as db:
        theirs = store.time(db)
    assert theirs is not None
    assert timedelta(seconds=-1) < ledger.now() - theirs < timedelta(seconds=1)
    again = ledger.now()
    assert ledger.now() > again

"""The simulation is itself tested: a fault that is put into the bot breaks a promise in one of the first worlds."""

from __future__ import annotations

import pytest

from tests.simulation.mutations import (
    MUTATIONS,
    QUICK,
    ROOT,
    Mutation,
    Patch,
    StaleMutationError,
    hunted,
)


@pytest.mark.parametrize("mutation", QUICK, ids=lambda each: each.name)
def test_a_fault_in_the_bot_is_found_in_one_of_the_first_worlds(mutation: Mutation) -> None:
    found = hunted(mutation, most=20)
    assert found.seed is not None


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_what_a_mutation_changes_is_in_the_source_once(mutation: Mutation) -> None:
    for patch in mutation.patches:
        assert (ROOT / "bot" / patch.file).read_text(encoding="utf-8").count(patch.old) == 1


def test_a_mutation_that_changes_nothing_ends_loudly() -> None:
    stale = Mutation("stale", (Patch("ledger/rules.py", "no such line\n", ""),))
    with pytest.raises(StaleMutationError, match="0 times"):
        hunted(stale, most=1)

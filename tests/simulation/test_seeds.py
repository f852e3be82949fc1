"""A hundred seeds keep every promise, and a seed is the same world wherever it is played."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.tally import played
from tests.simulation.world import run

SEEDS = range(100)

_DIGEST = "import sys; from tests.simulation.world import run; print(run(int(sys.argv[1])).digest)"


def test_every_promise_is_kept_in_every_world() -> None:
    tally = played(SEEDS)
    broken = {one.seed: one.broken for one in tally.failed}
    assert broken == {}, "python -m tests.simulation --seed N shows one"
    assert tally.happened["posts public"] > len(SEEDS), "the worlds are not empty"
    assert tally.happened["killed"] > 0


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_a_seed_is_the_same_world_in_every_process(hash_seed: str) -> None:
    played([1, 2])  # what was played before leaves nothing behind
    here = run(7)
    assert run(7).trace == here.trace
    there = subprocess.run(
        [sys.executable, "-c", _DIGEST, "7"],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here.digest

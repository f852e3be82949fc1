"""`python -m tests.simulation --seeds 10000` looks for trouble; `--seed N` shows a seed's trace."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.mutations import HIDDEN, MUTATIONS, hunt_all
from tests.simulation.script import FAULTS
from tests.simulation.tally import Tally, played
from tests.simulation.world import Run, run

# Seeds that a process plays before it says how they went.
BATCH = 25

# Failing seeds that are shown with their traces.
SHOWN = 3


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if options.seed is not None:
        one = run(options.seed)
        print(*_report(one, len(one.trace)), sep="\n")
        return int(bool(one.broken))
    if options.mutations:
        return _hunt()
    begun = time.perf_counter()
    every = range(options.first, options.first + options.seeds)
    batches = [every[n : n + BATCH] for n in range(0, len(every), BATCH)]
    tally = Tally()
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
        try:
            for done in pool.map(played, batches):
                tally.join(done)
                _tell_progress(tally)
                if len(tally.failed) >= options.enough:
                    break
        except KeyboardInterrupt:
            pass  # what was played until then is told
        pool.shutdown(cancel_futures=True)
    print(*_summary(tally, time.perf_counter() - begun), sep="\n")
    return int(bool(tally.failed))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="play this one and show its trace")
    parser.add_argument("--seeds", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--mutations", action="store_true", help="see which faults are found")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first of them (0)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--enough", type=int, default=10, help="stop after so many failures (10)")
    return parser.parse_args(arguments)


def _tell_progress(tally: Tally) -> None:
    if sys.stderr.isatty():
        print(f"\r{tally.seeds} seeds, {len(tally.failed)} failed ", end="", file=sys.stderr)


def _hunt() -> int:
    """Which faults the worlds find. Fails where one is not found that was before."""
    lost = []
    for found in hunt_all(MUTATIONS):
        print(found, flush=True)
        if found.seed is None and found.mutation.name not in HIDDEN:
            lost.append(found.mutation.name)
    return int(bool(lost))


def _report(one: Run, last: int) -> Iterator[str]:
    """The end of a trace, and what it broke."""
    yield f"seed {one.seed}"
    yield from map(str, one.trace[-last:])
    yield from (f"BROKEN: {each.promise}: {each.detail}" for each in one.broken)


def _summary(tally: Tally, seconds: float) -> Iterator[str]:
    for name in (each for faults in FAULTS.values() for each in faults):
        if name != "files edited":
            yield f"{tally.happened.pop(name, 0):9}  {name}"
    yield ""
    for name, count in sorted(tally.happened.items()):
        yield f"{count:9}  {name}"
    yield ""
    for one in tally.failed[:SHOWN]:
        yield from _report(one, 40)
    for one in tally.failed:
        yield f"python -m tests.simulation --seed {one.seed}   # " + "; ".join(
            sorted({each.promise for each in one.broken})
        )
    worked = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    yield (
        f"{tally.seeds} seeds, {tally.turns} turns, {seconds:.0f} s, {worked:.0f} s of processors, "
        f"{len(tally.failed)} failed"
    )


if __name__ == "__main__":
    sys.exit(main())

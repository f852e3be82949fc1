"""Faults that are put into a copy of the bot, to see that the simulation finds them: it is tested like any test.

A fault is a change of the source's text. Where that text is no longer there the run ends loudly: a
mutation that changes nothing would prove nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

# A fault that so many worlds don't find is not found.
MOST_SEEDS = 600

ROOT = Path(__file__).parents[2]


class Patch(NamedTuple):
    """In `file`, under bot/, `old` becomes `new`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutation:
    name: str
    patches: tuple[Patch, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a mutation."""

    mutation: Mutation
    seed: int | None  # the first that breaks a promise; None = none does
    promise: str
    seconds: float

    def __str__(self) -> str:
        seed = "-" if self.seed is None else str(self.seed)
        return f"{self.mutation.name:58} {seed:>5} {self.seconds:6.0f} s  {self.promise or 'not found'}"


class StaleMutationError(Exception):
    """The text that a mutation changes is not in the source, or not once: write the mutation anew."""


def hunted(mutation: Mutation, most: int = MOST_SEEDS) -> Found:
    """Play seeds against a copy of the tree with the fault in it, until one finds it."""
    with tempfile.TemporaryDirectory(prefix="banditore-mutation-") as folder:
        copy = Path(folder)
        for part in ("bot", "tests"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, copy / part, ignore=ignored)
        for patch in mutation.patches:
            _apply(patch, copy)
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _HUNT, str(most)],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": folder},
            capture_output=True,
            text=True,
            check=True,
        )
        seed, _, promise = done.stdout.strip().partition(" ")
        seconds = time.perf_counter() - begun
        return Found(mutation, int(seed) if seed else None, promise, seconds)


def hunt_all(mutations: Sequence[Mutation], most: int = MOST_SEEDS) -> Iterator[Found]:
    for each in mutations:
        yield hunted(each, most)


_HUNT = "import sys; from tests.simulation.tally import first_broken; print(first_broken(int(sys.argv[1])))"


def _apply(patch: Patch, copy: Path) -> None:
    path = copy / "bot" / patch.file
    source = path.read_text(encoding="utf-8")
    if source.count(patch.old) != 1:
        raise StaleMutationError(
            f"bot/{patch.file} has {source.count(patch.old)} times {patch.old!r}"
        )
    path.write_text(source.replace(patch.old, patch.new), encoding="utf-8")


_LANES, _ENGINE = "engine/lanes.py", "engine/engine.py"
_LEDGER, _RULES, _LOOKS = "ledger/ledger.py", "ledger/rules.py", "ledger/looks.py"

_CALL = "            outcome = await publisher.publish(ready, holds=holds)\n"
_CALLED = "        return await self._end(trial, outcome)\n\n    def _not_now"

_NO_INDEX = Patch(
    "ledger/migrations/versions/0001_first.py",
    "        unique=True,\n        sqlite_where=occupied",
    "        unique=False,\n        sqlite_where=occupied",
)

MUTATIONS = (
    Mutation(
        "neither index nor code refuse a second attempt",
        (_NO_INDEX, Patch(_RULES, "        if state not in _RELEASED:\n", "        if False:\n")),
    ),
    Mutation("no index at_most_once; the code still looks", (_NO_INDEX,)),
    Mutation(
        "an earlier attempt is not asked for; the index is there",
        (Patch(_RULES, "        if state not in _RELEASED:\n", "        if False:\n"),),
    ),
    Mutation(
        "recorded as published before the call",
        (
            Patch(
                _LANES,
                "        try:\n" + _CALL,
                '        await self._record(trial, Published(""))\n        try:\n' + _CALL,
            ),
        ),
    ),
    Mutation(
        "a call without an answer is made again",
        (
            Patch(
                _LANES,
                _CALL,
                _CALL + "            if isinstance(outcome, Unknown):\n    " + _CALL,
            ),
        ),
    ),
    Mutation(
        "a server's error is taken for not sent",
        (
            Patch(
                _LANES,
                _CALLED,
                "        if isinstance(outcome, Unknown):\n"
                "            outcome = Deferred(outcome.reason)\n" + _CALLED,
            ),
        ),
    ),
    Mutation(
        "commit compares no state and no lease",
        (
            Patch(
                _LEDGER,
                "            if found.state != State.RESERVED or found.lease_until <= now:\n",
                "            if False:\n",
            ),
            Patch(
                _LEDGER,
                "            change(db, attempt_id, State.RESERVED, seq=row.seq",
                "            change(db, attempt_id, State(found.state), seq=row.seq",
            ),
        ),
    ),
    Mutation(
        "a sweep takes a call that died for one that was not made",
        (
            Patch(
                _LEDGER,
                "            move(db, row, attempt_id, State.UNKNOWN, now, **known)\n",
                "            move(db, row, attempt_id, State.ABSENT, now, **known)\n",
            ),
        ),
    ),
    Mutation(
        "nothing is swept",
        (Patch(_LEDGER, "stuck = db.execute(_UNDER_WAY).all()", "stuck = []"),),
    ),
    Mutation(
        "commit does not ask for the deadline",
        (Patch(_LEDGER, "            if found.deadline <= now:\n", "            if False:\n"),),
    ),
    Mutation(
        "the ledger keeps no gap",
        (
            Patch(
                _RULES,
                "    if stands.latest is not None and now < stands.latest + pace.gap:\n",
                "    if False:\n",
            ),
        ),
    ),
    Mutation(
        "the ledger keeps no day's cap",
        (Patch(_RULES, "    if stands.today >= pace.per_day:\n", "    if False:\n"),),
    ),
    Mutation(
        "the ledger keeps no platform's pace",
        (Patch(_RULES, "        if len(earlier) == rate.posts:\n", "        if False:\n"),),
    ),
    Mutation(
        "commit asks for no pause",
        (
            Patch(
                _RULES,
                "    for pause in pauses(db):\n",
                "    for pause in () if own else pauses(db):\n",
            ),
        ),
    ),
    Mutation(
        "no budget is asked for",
        (Patch(_RULES, " or _budget(db, channel, pace, cost, own)\n", "\n"),),
    ),
    Mutation(
        "commit asks for no budget; reserve does",
        (
            Patch(
                _RULES,
                "    if pace.allowance is None or not cost:\n",
                "    if pace.allowance is None or not cost or own:\n",
            ),
        ),
    ),
    Mutation(
        "commit asks for no newer files",
        (
            Patch(
                _LEDGER,
                "            if refusal := self.nodes.refusal(db):\n                return refusal\n",
                "",
            ),
        ),
    ),
    Mutation(
        "older files speak",
        (
            Patch(
                "ledger/nodes.py",
                "        if newest.revision and not alone and modified <= newest.modified:\n",
                "        if False:\n",
            ),
        ),
    ),
    Mutation(
        "the files are not looked at again before the call",
        (
            Patch(
                _LANES,
                "            if self._said() is not said or not said.still_says(item):\n",
                "            if False:\n",
            ),
        ),
    ),
    Mutation(
        "the call does not ask whether its lease holds",
        (
            Patch(
                _LANES,
                "            return self._ledger.now() < lease and not self._not_now(said, delivery, post)\n",
                "            return True\n",
            ),
        ),
    ),
    Mutation(
        "a look-up may take another attempt's post, or an older one",
        (
            Patch(
                _LOOKS,
                "                frozenset(_taken(db, channel, found)),\n",
                "                frozenset(),\n",
            ),
            Patch(_LOOKS, "                found.above,\n", '                "",\n'),
            Patch(
                _LOOKS,
                "isinstance(outcome, Published) and outcome.external_id in _taken(db, channel, found)",
                "False",
            ),
        ),
    ),
    Mutation(
        "a look-up is told neither what is taken nor what is older",
        (
            Patch(
                _LOOKS,
                "                frozenset(_taken(db, channel, found)),\n",
                "                frozenset(),\n",
            ),
            Patch(_LOOKS, "                found.above,\n", '                "",\n'),
        ),
    ),
    Mutation(
        "two calls at once on a channel",
        (
            Patch(
                _RULES,
                '    | (t.is_any_of([State.SENDING]) & (_own != "")),\n',
                "    ,\n",
            ),
        ),
    ),
    Mutation(
        "a verdict is not told",
        (Patch(_ENGINE, "            tell_verdict(each)\n", "            pass\n"),),
    ),
    Mutation(
        "what is to be told is crossed off first",
        (
            Patch(
                _ENGINE,
                "        for each in verdicts:\n            tell_verdict(each)\n"
                "        for attempt in unknown:\n            tell_unknown(attempt)\n"
                "        for attempt in handed:\n            tell_waiting(attempt)\n"
                "        if verdicts or unknown or handed:\n",
                "        if verdicts or unknown or handed:\n",
            ),
            Patch(
                _ENGINE,
                "                verdicts=[each.key for each in verdicts],\n            )\n",
                "                verdicts=[each.key for each in verdicts],\n            )\n"
                "        for each in verdicts:\n            tell_verdict(each)\n"
                "        for attempt in unknown:\n            tell_unknown(attempt)\n"
                "        for attempt in handed:\n            tell_waiting(attempt)\n",
            ),
        ),
    ),
    Mutation(
        "no number of failures stops a channel",
        (Patch(_LEDGER, "            if failures >= FAILURES:\n", "            if False:\n"),),
    ),
    Mutation(
        "a refused token stops nothing",
        (
            Patch(
                _LEDGER,
                "        case Deferred(reason, stops_channel=True):\n            stopped = reason\n",
                "",
            ),
        ),
    ),
    Mutation(
        "what a look saw is not written into the audit trail",
        (Patch(_LOOKS, "            channel.chain.write(db, now, *seen)\n", ""),),
    ),
    Mutation(
        "a channel that stops is not written into the audit trail",
        (
            Patch(
                _LEDGER,
                "    channel.chain.write(db, now, fact(event, CHANNEL, channel.name, values))\n",
                "",
            ),
        ),
    ),
)

# Behind these stands something else that holds, so that no world can find them: see docs/torture.md.
HIDDEN = frozenset[str]()

# Those that a few seeds find: `make test` plays them.
QUICK = tuple(
    each
    for each in MUTATIONS
    if each.name
    in (
        "a call without an answer is made again",
        "a server's error is taken for not sent",
        "recorded as published before the call",
    )
)

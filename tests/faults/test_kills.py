"""The service is killed with `kill -9` thirty times and started again at once: nothing goes out twice, nothing is lost."""

from __future__ import annotations

from pathlib import Path

from tests.faults.town import places
from tests.faults.world import Kind, world
from tests.nursery import nursery

KILLS = 30

# Nobody looks for what is in doubt here: that takes a minute and a half, which `make torture` has.
SHORT = Kind(places(none=6), files=20, slowest=0.05, calls=5, cold_each=10, patience=300)


async def test_killed_at_thirty_moments_nothing_goes_out_twice_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    with nursery() as nursed:
        async with world(SHORT, tmp_path, nursed, seed=20210503) as one:
            await one.kill(KILLS)
            count = await one.end()
    assert count.broken == {}
    assert count.kills == KILLS
    assert count.round_ups + count.killed_round_ups > 0
    # Some of what is in doubt is public and some is not, which is why no machine may decide.
    assert 0 < count.public - count.published < count.unknown

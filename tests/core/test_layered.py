"""A layered mapping is, to whoever reads it, the dictionary that it stands for."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.layered import Layered, changed

KEYS = st.integers(0, 9)
CHANGES = st.tuples(
    st.dictionaries(KEYS, st.text(max_size=2), max_size=5), st.sets(KEYS, max_size=5)
)


@given(st.dictionaries(KEYS, st.text(max_size=2)), st.lists(CHANGES, max_size=6))
def test_it_reads_like_a_dictionary_with_the_same_changes(
    first: dict[int, str], changes: list[tuple[dict[int, str], set[int]]]
) -> None:
    # Enough that stays as it is for the changes to be kept above it.
    plain = dict.fromkeys(range(100, 300), "") | first
    layered = changed({}, dict(plain))
    for new, gone in changes:
        before, then = layered, dict(plain)
        layered = changed(layered, new, gone)
        for key in gone:
            plain.pop(key, None)
        plain.update(new)
        assert dict(layered) == plain
        assert layered == plain
        assert len(layered) == len(plain)
        assert [layered.get(key) for key in range(10)] == [plain.get(key) for key in range(10)]
        assert [key in layered for key in range(10)] == [key in plain for key in range(10)]
        assert dict(before) == then, "what was there before has not changed"


def test_a_small_change_shares_what_did_not_change_and_many_are_put_together() -> None:
    large = dict.fromkeys(range(100), "")
    layered = changed(large, {3: "new"}, [7])
    assert isinstance(layered, Layered)
    assert layered.below is large
    for number in range(20):
        layered = changed(layered, {number: "other"})
    assert not isinstance(layered, Layered) or layered.below is not large

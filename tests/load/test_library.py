"""What is read again, kept and shared between editions changes nothing of what they say."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from textwrap import dedent

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.agenda import agenda
from bot.load import Shelf, load
from bot.load.library import Library
from tests.load.build import CHANNELS, STANDARD

FILES = ("a.yaml", "b.yaml", "c.yaml", "folder/d.yaml")
IDS = ("acqua", "bando", "cena", "danza", "estate")
BROKEN = "items: [{id: nobody, title: }"

# A file gives some items, is broken, has a fault in an item, or goes.
TEXTS = st.one_of(
    st.just(None),
    st.just(BROKEN),
    st.lists(
        st.tuples(
            st.sampled_from(IDS),
            st.sampled_from(("5 maggio 2027", "6 maggio 2027", "32 maggio 2027")),
        ),
        min_size=1,
        max_size=2,
        unique_by=lambda each: each[0],
    ).map(lambda items: "items: [" + ", ".join(_item(*each) for each in items) + "]"),
)
EDITS = st.lists(st.tuples(st.sampled_from(FILES), TEXTS), min_size=1, max_size=3)


def _item(name: str, when: str) -> str:
    return f"{{id: {name}, status: ready, title: {name}, when: {when}, link: none}}"


class Office:
    """Folders whose files change; each change has a time of its own, however fast they follow."""

    def __init__(self, folder: Path) -> None:
        self.content, self.schedules = folder / "content", folder / "schedules"
        self._clock: Iterator[int] = count(1_800_000_000)
        (self.content / "folder").mkdir(parents=True)
        self.schedules.mkdir()
        self.write(self.schedules / "standard.yaml", dedent(STANDARD))
        self.write(self.schedules / "channels.yaml", dedent(CHANNELS))

    def write(self, path: Path, text: str | None) -> None:
        if text is None:
            path.unlink(missing_ok=True)
            return
        path.write_text(text, encoding="utf-8")
        now = next(self._clock)
        os.utime(path, (now, now))


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_a_shelf_changes_nothing_of_what_is_read(turns: list[list[tuple[str, str | None]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office, shelf = Office(Path(folder)), Shelf()
        for edits in turns:
            for file, text in edits:
                office.write(office.content / file, text)
            assert load(office.content, office.schedules, shelf) == load(
                office.content, office.schedules
            )


def test_once_a_fault_is_mended_its_id_may_stand_in_another_file(tmp_path: Path) -> None:
    office, shelf = Office(tmp_path), Shelf()
    fault, good = _item("cena", "32 maggio 2027"), _item("cena", "5 maggio 2027")
    office.write(office.content / "a.yaml", f"items: [{fault}]")
    office.write(office.content / "b.yaml", f"items: [{good}]")
    for text, is_shared in ((f"items: [{fault}]", True), ("items: []", False)):
        office.write(office.content / "a.yaml", text)
        catalog, _ = load(office.content, office.schedules, shelf)
        assert shelf.together.is_shared == is_shared
        assert list(catalog.items) == ([] if is_shared else ["cena"])


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=5))
def test_an_edition_after_many_has_the_agenda_of_its_catalog(
    turns: list[list[tuple[str, str | None]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        library = Library(office.content, office.schedules, settling=timedelta())
        for edits in turns:
            before = library.current.catalog
            for file, text in edits:
                office.write(office.content / file, text)
            library.refresh()
            now, (anew, _) = library.current, load(office.content, office.schedules)
            assert now.agenda == agenda(now.catalog)
            # What a broken file said before it broke stays; everything else is what stands there now.
            held_over = {
                name: item
                for name, item in before.items.items()
                if item.mark.file in anew.broken and name not in anew.items
            }
            assert now.catalog.items == held_over | dict(anew.items)
            assert now.catalog.broken == anew.broken

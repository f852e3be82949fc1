"""A newsletter's drafts beside what staff's files say already: what is new becomes YAML. Reads files, writes none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.model import Catalog
from bot.core.said import Said
from bot.load import load
from bot.load.source import files_of
from bot.newsletter.drafts import Draft, Ignored, Imported
from bot.newsletter.joining import Ground, asked_of_page, other_days
from bot.newsletter.naming import slug
from bot.newsletter.renewal import Compared, State, compared
from bot.newsletter.sheet import entries, sheet

_NOTHING = Catalog({}, {}, {})


@dataclass(frozen=True, slots=True)
class Known:
    """What staff's files say, and their very texts."""

    catalog: Catalog
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The drafts of a newsletter, each with what staff's files say of it."""

    imported: Imported
    found: tuple[Compared, ...]
    new: tuple[Draft, ...]  # that no file has, each with an id of its own
    known: Known

    def count(self, state: State) -> int:
        return sum(each.state is state for each in self.found)

    @property
    def sure(self) -> int:
        """How many of the new ones ask nothing."""
        return sum(draft.is_sure for draft in self.new)

    def file(self, name: str, language: str) -> str:
        """A whole file with the new ones, of the document called `name`; remarks are in `language`."""
        return sheet(self.imported, self.new, name, language, self.known.catalog.schedules)

    def entries(self, language: str, ground: Ground) -> str:
        """The new ones alone, as they stand under `items:` of a file that says `ground`; remarks are in
        `language`."""
        return entries(self.new, ground.language, language, self.known.catalog.schedules)

    def joining(self, ground: Ground) -> Proposal | Said:
        """The proposal for a file that says `ground`, or why its drafts can't stand there."""
        return other_days(self.new, ground) or replace(
            self, new=asked_of_page(self.new, ground, self.imported.link)
        )

    def file_name(self, name: str) -> str:
        """What its file is called: by the month of the issue, else as the document `name` is."""
        if self.imported.month:
            return f"{self.imported.year}-{self.imported.month:02}.yaml"
        return f"{slug(Path(name).stem, set())}.yaml"


def known_in(content: Path, schedules: Path, *others: Path) -> Known:
    """Staff's files, where there are any, since a new user has none yet; of `others` only their texts."""
    catalog, paths = _NOTHING, {each.resolve() for each in others}
    if content.is_dir() and schedules.is_dir():
        catalog, _ = load(content, schedules)
        paths |= {Path(each.path).resolve() for each in files_of(content)}
    texts = (
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(paths)
        if path.is_file()
    )
    return Known(catalog, tuple(texts))


def propose(imported: Imported, known: Known) -> Proposal:
    """What of `imported` is new. What staff have is neither changed nor proposed again."""
    items = known.catalog.items
    found = compared(imported.drafts, items.values(), known.texts)
    taken = set(items)
    new = [_with_free_id(each.draft, taken) for each in found if each.state is State.NEW]
    return Proposal(imported, found, tuple(new), known)


def _with_free_id(draft: Draft, taken: set[str]) -> Draft:
    """An id that no item of another file has."""
    free, number = draft.id, 2
    while free in taken:
        free, number = f"{draft.id}-{number}", number + 1
    taken.add(free)
    return draft if free == draft.id else replace(draft, id=free)


def by_reason(ignored: Iterable[Ignored]) -> dict[Said, list[str]]:
    """What became nothing, each text on one line, the same reasons together."""
    found: dict[Said, list[str]] = {}
    for each in ignored:
        found.setdefault(each.why, []).append(" ".join(each.text.split()))
    return found

"""`banditore preview --changed-since REF`: the posts that a change would make public, alter or take away, before it is merged.

Both sides are read from git and from the folders here, without a ledger: it shows what the files say, whatever was sent.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

import typer

from bot.cli.options import fail, load_files
from bot.core.model import Catalog, Problem, Severity, Status

if TYPE_CHECKING:
    from bot.desk.shown import Preview, Shown

_PATIENCE = 60.0  # seconds for git to write the older files out


class Sort(StrEnum):
    """What becomes of a post."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"  # the same words at another time
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A post as it was, and as it is; one of the two may not be."""

    item: str
    before: Shown | None
    after: Shown | None

    @property
    def sort(self) -> Sort:
        match self.before, self.after:
            case None, _:
                return Sort.ADDED
            case _, None:
                return Sort.REMOVED
            case before, after:
                return Sort.MOVED if before.post.digest == after.post.digest else Sort.CHANGED

    @property
    def shown(self) -> Shown:
        """As it is, or was."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Compared:
    """All that a change comes to."""

    ref: str
    differences: Sequence[Difference]  # by item
    titles: Mapping[str, str]  # by item
    problems: Sequence[Problem]  # errors in the files here
    unfit: Sequence[str]  # deliveries of which no post can be made, and why
    unread: Sequence[str]  # files that had a fault then: all that they say now counts as new

    @property
    def is_sound(self) -> bool:
        return not self.problems and not self.unfit


def compare(ref: str, content: Path, schedules: Path) -> Compared:
    """The folders as they are here beside what the commit `ref` of their repository says."""
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="banditore-") as folder:
        then = _written_out(ref, content, schedules, Path(folder))
        catalog_then, problems_then = load_files(*then)
        before = _posts(catalog_then, now)
    catalog, problems = load_files(content, schedules)
    after = _posts(catalog, now)
    return Compared(
        ref,
        list(_differences(before, after, now)),
        {
            item.id: item.words[item.language].title
            for c in (catalog_then, catalog)
            for item in c.items.values()
        },
        [each for each in problems if each.severity is Severity.ERROR],
        [f"{each.key}: {each.reason}" for each in after.unfit],
        sorted({each.mark.file for each in problems_then if each.severity is Severity.ERROR}),
    )


def show(ref: str, content: Path, schedules: Path, *, as_markdown: bool) -> None:
    """Print the comparison. Exit 1 where the files here have a problem, or a post can't be made."""
    from bot.cli.changed_words import markdown, plain
    from bot.cli.language import language as spoken_language

    language = str(spoken_language())
    found = compare(ref, content, schedules)
    if as_markdown:
        typer.echo(markdown(found, language), nl=False)
    else:
        for line in plain(found, language):
            typer.echo(line)
        for wrong in (*found.problems, *found.unfit):
            typer.echo(f"banditore: {wrong}", err=True)
    if not found.is_sound:
        raise typer.Exit(1)


def _posts(catalog: Catalog, now: datetime) -> Preview:
    from bot.core.history import History
    from bot.desk.shown import preview_of

    ready = [item.id for item in catalog.items.values() if item.status is Status.READY]
    return preview_of(catalog, ready, frozenset(), History(), now)


def _differences(before: Preview, after: Preview, now: datetime) -> Iterator[Difference]:
    # What is over by now goes out on neither side.
    old = {each.delivery.key: each for each in before.shown if each.delivery.deadline > now}
    new = {each.delivery.key: each for each in after.shown if each.delivery.deadline > now}
    found = [
        Difference(key.item, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])
    ]
    changed = [each for each in found if not _is_same(each.before, each.after)]
    yield from sorted(changed, key=lambda each: (each.item, each.shown.channel.name, each.shown.at))


def _is_same(before: Shown | None, after: Shown | None) -> bool:
    if before is None or after is None:
        return False
    return before.post.digest == after.post.digest and before.local == after.local


# --- the older files --------------------------------------------------------------------------------


def _written_out(ref: str, content: Path, schedules: Path, target: Path) -> tuple[Path, Path]:
    """Both folders as the commit `ref` has them, below `target` and under their own names.

    A folder that it has not is empty; schedules that are not in that repository are those of today.
    """
    top = _top(content) or fail(f"{content} is not in git: --changed-since compares with a commit")
    commit = _commit(top, ref)
    made = [_checked_out(top, commit, content, target)]
    if _top(schedules) == top:
        made.append(_checked_out(top, commit, schedules, target))
    else:
        made.append(schedules)
    return made[0], made[1]


def _checked_out(top: Path, commit: str, folder: Path, target: Path) -> Path:
    made = target / folder.absolute().name
    inside = folder.resolve().relative_to(top).as_posix()
    # An index of our own: the repository's, and what somebody has staged there, stays as it is.
    index = {"GIT_INDEX_FILE": str(target / f"{made.name}.index")}
    tree = target / f"{made.name}.tree"
    _git(top, "read-tree", commit, more=index)
    listed = _git(top, "ls-files", "-z", "--", inside, more=index)
    _git(top, "checkout-index", "-z", "--stdin", f"--prefix={tree}/", more=index, given=listed)
    if (tree / inside).is_dir():
        (tree / inside).rename(made)
    else:
        made.mkdir()
    return made


def _top(folder: Path) -> Path | None:
    """The repository that holds `folder`; None where none does."""
    asked = _ask(folder, "rev-parse", "--show-toplevel") if folder.is_dir() else None
    if asked is None or asked.returncode:
        return None
    return Path(os.fsdecode(asked.stdout.rstrip(b"\n"))).resolve()


def _commit(top: Path, ref: str) -> str:
    # What begins with a hyphen would be an option.
    name = f"{ref}^{{commit}}"
    asked = None if ref.startswith("-") else _ask(top, "rev-parse", "--verify", "--quiet", name)
    if asked is None or asked.returncode:
        fail(f"git knows no commit {ref} here: fetch it first (a shallow clone has only a few)")
    return asked.stdout.decode("ascii").strip()


def _git(folder: Path, *words: str, more: Mapping[str, str], given: bytes = b"") -> bytes:
    """What git answers, or the end of the command."""
    asked = _ask(folder, *words, more=more, given=given)
    if asked.returncode:
        fail(f"git: {' '.join(asked.stderr.decode('utf-8', 'replace').split())[:300]}")
    return asked.stdout


def _ask(
    folder: Path, *words: str, more: Mapping[str, str] = MappingProxyType({}), given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Ask git; `more` is added to its environment. Nothing of the repository's own choosing is run."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1"}
    options = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
    try:
        return subprocess.run(  # noqa: S603 - no shell; a commit's own name, and names after `--`
            ["git", *options, "-C", str(folder), *words],  # noqa: S607 - as the user's PATH has it
            env={**ours, **quiet, **more},
            input=given,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        fail(f"git gave no answer ({type(error).__name__})")

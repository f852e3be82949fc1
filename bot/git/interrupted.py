"""Puts right what a pull left that was killed: half of the new files, and git's locks. Nobody's own change is touched.

git replaces files one by one, so a pull that dies leaves some new, some old and perhaps one cut off. A note says,
before the first is touched, from which commit to which it goes.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.git.asking import Git, GitError
from bot.git.place import Tree

# The locks that fetching and fast-forwarding take; those of branches are looked for.
_LOCKS = ("index.lock", "HEAD.lock", "ORIG_HEAD.lock", "FETCH_HEAD.lock")
_LOCKS_OF_ALL = ("packed-refs.lock", "shallow.lock")

_PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Mended:
    """What was left behind, and is put right."""

    files: Sequence[str]  # as the older of the two commits has them
    locks: Sequence[str]  # deleted


class BusyError(Exception):
    """A lock may be that of a git which is at work."""

    def __init__(self, lock: Path) -> None:
        super().__init__(str(lock))
        self.lock = lock


@contextmanager
def alone(tree: Tree) -> Iterator[int | None]:
    """A descriptor that says we are at work here; None while another process of ours, or its git, still is."""
    descriptor = os.open(tree.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def begin(tree: Tree, before: str = "", after: str = "") -> None:
    """Note that a pull is under way, on disk before anything is touched; with commits, that files are being replaced."""
    draft = tree.note.with_suffix(".tmp")
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"before": before, "after": after}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(tree.note)


def end(tree: Tree) -> None:
    """It came to its end."""
    tree.note.unlink(missing_ok=True)


def is_replacing(tree: Tree) -> bool:
    """Does the note say that files are being replaced, by us or by one that died over it?"""
    noted = _noted(tree)
    return noted is not None and bool(noted.after)


def mend(git: Git, tree: Tree) -> Mended | None:
    """Put right what a pull left that did not come to its end; None where all did.

    To be called by who is `alone`. Raises BusyError, GitError and OSError; then it is to be tried again.
    """
    if (noted := _noted(tree)) is None:
        return None
    locks = _take_locks_away(tree, tree.note.stat().st_mtime_ns)
    files = _restore(git, tree, noted.before, noted.after) if noted.after else ()
    end(tree)
    return Mended(files, locks)


class _Noted(NamedTuple):
    """The commits from and to which the files are brought; both "" while it fetches."""

    before: str
    after: str


def _noted(tree: Tree) -> _Noted | None:
    """What the note says; None where there is none."""
    try:
        found = json.loads(tree.note.read_text(encoding="utf-8"))
        return _Noted(str(found["before"]), str(found["after"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):  # it is put in its place whole: somebody's hand
        return _Noted("", "")


# --- locks ----------------------------------------------------------------------------------------


def _take_locks_away(tree: Tree, since: int) -> Sequence[str]:
    """Delete the locks that are surely nobody's: not older than the pull that died, while no git is at work here.

    Raises BusyError where one is.
    """
    found = [
        *(tree.own / name for name in _LOCKS),
        *(tree.common / name for name in _LOCKS_OF_ALL),
        *(tree.common / "refs").rglob("*.lock"),
    ]
    left = [path for path in found if _is_since(path, since)]
    if left and git_runs(tree.top):
        raise BusyError(left[0])
    for path in left:
        path.unlink(missing_ok=True)
    return [str(path) for path in left]


def _is_since(path: Path, since: int) -> bool:
    try:
        return path.stat().st_mtime_ns >= since
    except OSError:
        return False


def git_runs(top: Path) -> bool:
    """Is a git at work in the working tree, as far as it can be ruled out? Where it can't, it is."""
    try:
        processes = [each for each in _PROCESSES.iterdir() if each.name.isdecimal()]
    except OSError:
        return True
    return any(_is_git(each, top) for each in processes)


def _is_git(process: Path, top: Path) -> bool:
    try:
        name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
        if name != "git" and not name.startswith("git-"):
            return False
        return (process / "cwd").readlink().is_relative_to(top)
    except (FileNotFoundError, ProcessLookupError):
        return False  # it has ended meanwhile
    except OSError:
        return True  # another user's


# --- files ----------------------------------------------------------------------------------------


def _restore(git: Git, tree: Tree, before: str, after: str) -> Sequence[str]:
    """Bring the files that the pull had begun to replace back to what HEAD says; the next pull does it anew.

    A file that is neither the old one nor the new, nor the beginning of the new, is somebody's, and stays.
    """
    head = git("rev-parse", "--verify", "HEAD").text
    if head not in (before, after):
        return ()
    theirs: list[str] = []  # that HEAD has, too
    added: list[str] = []  # that it has not
    for path in _changed(git, before, after):
        old, new = _version(git, before, path), _version(git, after, path)
        wanted = old if head == before else new
        now = _content(tree.top / path)
        if now == wanted or not (now is None or now == old or (new or b"").startswith(now)):
            continue
        (added if wanted is None else theirs).append(path)
    for path in added:
        (tree.top / path).unlink()
    if added:
        _carry_out(git, tree, ["update-index", "-z", "--force-remove", "--stdin"], added)
    if theirs:
        words = ["checkout", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul", head]
        _carry_out(git, tree, words, theirs)
    return [*theirs, *added]


def _changed(git: Git, before: str, after: str) -> Iterator[str]:
    """The files in which two commits differ, by their path from the top."""
    told = git("diff-tree", "-r", "-z", "--no-renames", "--name-only", before, after).out
    yield from (os.fsdecode(each) for each in told.split(b"\0") if each)


def _version(git: Git, commit: str, path: str) -> bytes | None:
    """A file as a commit would check it out; None where it has none."""
    asked = git("cat-file", "--filters", f"{commit}:{path}")
    return None if asked.code else asked.out


def _content(path: Path) -> bytes | None:
    """What a file holds, or where a link leads; None where there is none."""
    try:
        return os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _carry_out(git: Git, tree: Tree, words: Sequence[str], paths: Sequence[str]) -> None:
    done = git(*words, at=tree.top, given=b"".join(os.fsencode(path) + b"\0" for path in paths))
    if done.code:
        raise GitError(done.said)

"""One pull: fetch the branch, and fast-forward the working tree to it, or say why that can't be done."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.git import interrupted
from bot.git.asking import PATIENCE, Answer, Git, GitError, shown
from bot.git.follows import Follows
from bot.git.place import Place, Tree, find, find_tree
from bot.git.stuck import Stuck, Why

# Seconds for the other end, and for replacing the files; long for any office's folder.
_FETCHING = 120.0
_REPLACING = 60.0

_LOOK = 0.05  # seconds between two looks at whether another is still at work

# git's own words, in unpack-trees.c, lockfile.c and remote.c; the names of files follow, each after a tab.
_IN_THE_WAY = "would be overwritten by merge"
_LOCKED = re.compile(r"Unable to create '(?P<file>[^']*)': File exists")
_NO_SUCH_BRANCH = "couldn't find remote ref"


@dataclass(frozen=True, slots=True)
class Same:
    """There was nothing new."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The working tree was brought from one commit to another."""

    before: str
    after: str
    files: int  # that differ


Outcome = Same | Moved | Stuck

T = TypeVar("T")


class Checkout:
    """The working tree that holds a folder."""

    def __init__(
        self,
        folder: Path,
        follows: Follows,
        on_mended: Callable[[interrupted.Mended], None] = lambda _: None,
        *,
        asking: float = PATIENCE,
        replacing: float = _REPLACING,
    ) -> None:
        """`on_mended` hears what a pull had left that was killed; it must not raise. git has `asking` seconds for a
        question, and `replacing` for the files."""
        self.git = Git(folder, asking)
        self._replacing = replacing
        self._follows = follows
        self._on_mended = on_mended
        # Held while files are being replaced: whoever reads them all takes it, so that nobody sees half of them.
        self.at_rest = threading.Lock()
        self._holds_them = False  # do we hold that lock?

    def mend(self) -> Stuck | None:
        """Put right what a pull left that was killed; why half of its files is still there, where that fails.

        To be called before the files are first read. Never raises for what git or the disk does.
        """
        try:
            tree = find_tree(self.git)
        except GitError:
            return None  # the first pull tells it
        if isinstance(tree, Stuck):
            return None
        reason = self._stuck_while(lambda: self._mend_when_alone(tree))
        return reason if interrupted.is_replacing(tree) else None

    def _mend_when_alone(self, tree: Tree) -> Stuck | None:
        """A git that outlived the service which started it goes on replacing files: it is waited for."""
        until = time.monotonic() + self._replacing
        while True:
            with interrupted.alone(tree) as descriptor:
                if descriptor is not None:
                    self._mend(tree)
                    return None
            if not interrupted.is_replacing(tree) or time.monotonic() > until:
                return Stuck(Why.LOCKED, str(tree.top), str(tree.lock))
            time.sleep(_LOOK)

    def pull(self) -> Outcome:
        """Fetch, and fast-forward to what was fetched. Never raises for what git or the disk does."""

        def pull() -> Outcome:
            place = find(self.git, self._follows)
            return place if isinstance(place, Stuck) else self._pull(place)

        return self._stuck_while(pull)

    def _stuck_while(self, do: Callable[[], T]) -> T | Stuck:
        """What `do` comes to, or what git or the disk had against it."""
        folder = str(self.git.folder)
        try:
            return do()
        except interrupted.BusyError as error:
            return Stuck(Why.LOCKED, folder, str(error.lock))
        except GitError as error:
            return Stuck(Why.FAULT, folder, str(error))
        except OSError as error:
            said = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)
            return Stuck(Why.FAULT, folder, said)

    def _pull(self, place: Place) -> Outcome:
        tree = place.tree
        with interrupted.alone(tree) as descriptor:
            if descriptor is None:
                return Stuck(Why.LOCKED, place.top, str(tree.lock))
            self._mend(tree)
            interrupted.begin(tree)
            outcome = self._fetch(place) or self._fast_forward(place, descriptor)
            if not interrupted.is_replacing(tree):
                interrupted.end(tree)
            return outcome

    @contextmanager
    def _unread(self, tree: Tree) -> Iterator[None]:
        """Nobody reads the files meanwhile; nor afterwards, as long as half of them are new."""
        if not self._holds_them:
            self.at_rest.acquire()
            self._holds_them = True
        try:
            yield
        finally:
            if self._holds_them and not interrupted.is_replacing(tree):
                self._holds_them = False
                self.at_rest.release()

    def _mend(self, tree: Tree) -> None:
        if not tree.note.exists():
            return
        with self._unread(tree):
            mended = interrupted.mend(self.git, tree)
        if mended is not None and (mended.files or mended.locks):
            self._on_mended(mended)

    def _fetch(self, place: Place) -> Stuck | None:
        refspec = f"+{place.there}:{place.here}"
        words = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", place.remote, refspec)
        try:
            fetched = self.git(*words, patience=_FETCHING, options={"core.sshCommand": self._ssh()})
        except GitError as error:
            self._mend(place.tree)
            interrupted.begin(place.tree)
            return Stuck(Why.AWAY, place.top, str(error))
        if not fetched.code:
            return None
        if _NO_SUCH_BRANCH in fetched.err:
            return Stuck(Why.GONE, place.top, place.shown)
        if (locked := _LOCKED.search(fetched.err)) is not None:
            return Stuck(Why.LOCKED, place.top, locked["file"])
        return Stuck(Why.AWAY, place.top, fetched.said or f"git ended with {fetched.code}")

    def _ssh(self) -> str:
        """The admin's way to use ssh, which must ask nobody."""
        ssh = os.environ.get("GIT_SSH_COMMAND") or self.git("config", "core.sshCommand").text
        return f"{ssh or 'ssh'} -o BatchMode=yes -o ConnectTimeout=15"

    def _fast_forward(self, place: Place, descriptor: int) -> Outcome:
        asked = self.git("rev-parse", "HEAD^{commit}", f"{place.here}^{{commit}}")
        if asked.code:
            return Stuck(Why.FAULT, place.top, asked.said)
        before, after = asked.text.split("\n")
        if before == after:
            return Same()
        if self.git("merge-base", "--is-ancestor", before, after).code:
            is_ahead = not self.git("merge-base", "--is-ancestor", after, before).code
            return Stuck(Why.AHEAD if is_ahead else Why.DIVERGED, place.top, place.shown)
        with self._unread(place.tree):
            interrupted.begin(place.tree, before, after)
            try:
                merged = self.git(
                    *("merge", "--ff-only", "--quiet", "--no-stat", after),
                    patience=self._replacing,
                    keeps=[descriptor],
                    is_stoppable=False,
                )
            except GitError:
                # A git that we killed for taking too long leaves what any other leaves that is killed.
                self._mend(place.tree)
                raise
            if merged.code:
                return self._refused(place, merged)
            interrupted.end(place.tree)
        differ = self.git("diff-tree", "-r", "-z", "--name-only", before, after).out
        return Moved(before, after, differ.count(b"\0"))

    def _refused(self, place: Place, merged: Answer) -> Stuck:
        """Why the files were not replaced, none of them or not all."""
        if (locked := _LOCKED.search(merged.err)) is not None:
            interrupted.end(place.tree)
            return Stuck(Why.LOCKED, place.top, locked["file"])
        if _IN_THE_WAY in merged.err:
            interrupted.end(place.tree)
            names = [line[1:] for line in merged.err.splitlines() if line.startswith("\t")]
            return Stuck(Why.IN_THE_WAY, place.top, shown(", ".join(names)))
        # A disk that is full, say: some files are new by now.
        self._mend(place.tree)
        return Stuck(Why.FAULT, place.top, merged.said)

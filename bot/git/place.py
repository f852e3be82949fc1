"""Where a working tree lies, and which branch it is to follow. It asks git, and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.git.asking import Answer, Git
from bot.git.follows import Follows
from bot.git.stuck import Stuck, Why

_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Tree:
    """A working tree, and its folders in git."""

    top: Path
    own: Path  # what git keeps of this working tree: its index and HEAD
    common: Path  # what it keeps of the repository: its branches

    @property
    def note(self) -> Path:
        """What is being done, for whoever comes after a process that died over it."""
        return self.own / "banditore-pull.json"

    @property
    def lock(self) -> Path:
        """Locked, by the kernel, as long as that process or its git lives."""
        return self.own / "banditore-pull.lock"


@dataclass(frozen=True, slots=True)
class Place:
    """A working tree, and what its branch follows."""

    tree: Tree
    remote: str
    there: str  # the branch's name at the remote: refs/heads/main
    here: str  # where what was fetched is kept: refs/remotes/origin/main

    @property
    def top(self) -> str:
        return str(self.tree.top)

    @property
    def shown(self) -> str:
        """`origin/main`."""
        return f"{self.remote}/{self.there.removeprefix(_HEADS)}"


def find(git: Git, follows: Follows) -> Place | Stuck:
    """The working tree that holds `git.folder`. Raises GitError."""
    tree = find_tree(git)
    if isinstance(tree, Stuck):
        return tree
    top = str(tree.top)
    asked = git("symbolic-ref", "--quiet", "--short", "HEAD")
    branch = asked.text
    if asked.code:
        return Stuck(Why.BRANCH, top, "(none)")
    if follows.branch:
        if branch != follows.branch or git("config", f"remote.{follows.remote}.url").code:
            return Stuck(Why.BRANCH, top, branch)
        here = f"refs/remotes/{follows.remote}/{follows.branch}"
        return Place(tree, follows.remote, _HEADS + follows.branch, here)
    # %00 keeps the three apart, whatever they are called.
    form = "--format=%(upstream:remotename)%00%(upstream:remoteref)%00%(upstream)"
    remote, there, here = git("for-each-ref", form, _HEADS + branch).text.split("\0")
    if not (remote and there and here) or remote == ".":
        return Stuck(Why.BRANCH, top, branch)
    return Place(tree, remote, there, here)


def find_tree(git: Git) -> Tree | Stuck:
    """The working tree that holds `git.folder`, whatever its branch. Raises GitError."""
    asked = git("rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir")
    if asked.code:
        return _no_checkout(git.folder, asked)
    top, own, common = asked.text.split("\n")
    return Tree(Path(top), Path(own), (git.folder.absolute() / common).resolve())


def _no_checkout(folder: Path, asked: Answer) -> Stuck:
    # git's own words: since 2.35.2 it refuses what belongs to another user (git-config(1), safe.directory).
    if "dubious ownership" in asked.err:
        here = folder.resolve()
        top = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
        return Stuck(Why.FOREIGN, str(top))
    if "not a git repository" in asked.err or "must be run in a work tree" in asked.err:
        return Stuck(Why.NO_CHECKOUT, str(folder))
    return Stuck(Why.FAULT, str(folder), asked.said)

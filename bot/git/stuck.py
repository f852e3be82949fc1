"""Why the folder can't be brought up to date, and what a person does about it: each in a sentence."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum

from bot.core.said import Said, said


class Why(StrEnum):
    """What keeps the folder from being brought up to date."""

    AWAY = "away"  # the other end does not answer, or does not let us in
    NO_CHECKOUT = "no-checkout"  # the folder is not in git
    FOREIGN = "foreign"  # it is another user's, and git refuses
    BRANCH = "branch"  # another branch is checked out, or one that follows nothing
    GONE = "gone"  # the other end has no such branch any more
    AHEAD = "ahead"  # here are commits that the other end lacks
    DIVERGED = "diverged"  # each end has commits that the other lacks
    IN_THE_WAY = "in-the-way"  # files here were changed and not committed
    LOCKED = "locked"  # another git is at work, or left its lock
    FAULT = "fault"  # git, in its own words


@dataclass(frozen=True, slots=True)
class Stuck:
    """The folder stays as it is; what is in it goes on to be announced."""

    why: Why
    folder: str  # the top of the working tree, or the folder of the items
    detail: str = ""  # git's words, names of files, a branch: whatever the sentence needs

    @property
    def reason(self) -> Said:
        """What is so."""
        match self.why:
            case Why.AWAY:
                return said("its remote can't be fetched from: {detail}", detail=self.detail)
            case Why.NO_CHECKOUT:
                return said("{folder} is not in git", folder=self.folder)
            case Why.FOREIGN:
                return said(
                    "git refuses to work in {folder}, which belongs to another user",
                    folder=self.folder,
                )
            case Why.BRANCH:
                return said(
                    "the branch that is checked out, {detail}, is not the one to follow",
                    detail=self.detail,
                )
            case Why.GONE:
                return said("the remote has no branch {detail} any more", detail=self.detail)
            case Why.AHEAD:
                return said(
                    "here are commits that {detail} lacks: somebody committed on this machine, or took "
                    "commits back there",
                    detail=self.detail,
                )
            case Why.DIVERGED:
                return said(
                    "here and {detail} each have commits that the other lacks: somebody committed on this "
                    "machine, or rewrote history there",
                    detail=self.detail,
                )
            case Why.IN_THE_WAY:
                return said(
                    "files were changed on this machine and not committed: {detail}",
                    detail=self.detail,
                )
            case Why.LOCKED:
                return said(
                    "another git is at work, or left its lock: {detail}", detail=self.detail
                )
            case Why.FAULT:
                return said("git says: {detail}", detail=self.detail)

    @property
    def do(self) -> Said:
        """What a person does now."""
        at = f"git -C {shlex.quote(self.folder)}"
        match self.why:
            case Why.AWAY:
                return said(
                    "see that `{command}` works for the service's user, without a question",
                    command=f"{at} fetch",
                )
            case Why.NO_CHECKOUT:
                return said("clone the repository there, or set BANDITORE_CONTENT_GIT to off")
            case Why.FOREIGN:
                return said(
                    "give the folder to the service's user, or as that user: `{command}`",
                    command=f"git config --global --add safe.directory {shlex.quote(self.folder)}",
                )
            case Why.BRANCH:
                return said(
                    "check out the branch to follow, `{command}`, or name another in BANDITORE_CONTENT_GIT",
                    command=f"{at} switch BRANCH",
                )
            case Why.GONE:
                return said("put the branch back, or name another in BANDITORE_CONTENT_GIT")
            case Why.AHEAD | Why.DIVERGED:
                return said(
                    "look at them with `{look}`; push what is meant, then `{back}`, which drops what is only here",
                    look=f"{at} log {self.detail}..",
                    back=f"{at} reset --keep {self.detail}",
                )
            case Why.IN_THE_WAY:
                return said(
                    "look with `{look}`; bring what is meant into git by the usual way, then take it back here "
                    "(`{back}`)",
                    look=f"{at} status",
                    back=f"{at} stash --include-untracked",
                )
            case Why.LOCKED:
                return said("if no git runs there any more, delete that file")
            case Why.FAULT:
                return said("try `{command}`", command=f"{at} pull --ff-only")

"""Staff's files: can they be used, and is what lies here what is in git? Git is asked and never told to do anything."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bot.core.model import Catalog, Problem, Severity
from bot.publishers.probe import Finding, Sign

_PATIENCE = 5.0  # seconds for one question to git
_NAMED = 3  # files that a line names


def problems(catalog: Catalog, found: Sequence[Problem]) -> Finding:
    """How many problems there are; `banditore check` tells which."""
    errors = [each for each in found if each.severity is Severity.ERROR]
    warnings = [each for each in found if each.severity is Severity.WARNING]
    ready = sum(item.status == "ready" for item in catalog.items.values())
    holds = f"{_counted(len(catalog.items), 'item')} ({ready} ready)"
    holds += f", {_counted(len(catalog.channels), 'channel')}"
    if catalog.halted:
        return Finding(
            "files", "", Sign.FAULT, catalog.halted, "see `banditore check`, and mend it"
        )
    if errors:
        files = _counted(len({each.mark.file for each in errors}), "file")
        said = f"{_counted(len(errors), 'problem')} in {files}; {holds} can be used"
        return Finding("files", "", Sign.FAULT, said, "see `banditore check`, and mend them")
    if warnings:
        said = f"{holds}; {_counted(len(warnings), 'warning')}"
        return Finding("files", "", Sign.ATTENTION, said, "see `banditore check`")
    return Finding("files", "", Sign.OK, holds)


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def git(folder: Path) -> Finding:
    """Is what lies in `folder` committed, and as new as what was last fetched? No network is asked."""
    try:
        asked = _git(folder, "status", "--porcelain=v2", "--branch", "--", ".")
    except FileNotFoundError:
        return Finding("git", "", Sign.NOT_ASKED, "there is no git on this machine")
    except (OSError, subprocess.TimeoutExpired) as error:
        said = f"git gave no answer ({type(error).__name__})"
        return Finding("git", "", Sign.UNKNOWN, said, f"try `git -C {folder} status`")
    said = " ".join(asked.stderr.split())
    if "dubious ownership" in said:
        # git's own words, since 2.35.2: https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
        do = shlex.join(["git", "config", "--global", "--add", "safe.directory", str(_top(folder))])
        said = "git refuses: the folder belongs to another user"
        return Finding("git", "", Sign.ATTENTION, said, do)
    if asked.returncode and "not a git repository" in said:
        return Finding("git", "", Sign.NOT_ASKED, f"{folder} is not in git")
    if asked.returncode:
        return Finding("git", "", Sign.UNKNOWN, said[:200], f"try `git -C {folder} status`")
    return _standing(folder, asked.stdout)


def _standing(folder: Path, status: str) -> Finding:
    """What the lines of `git status --porcelain=v2 --branch` come to (git-status(1))."""
    changed, branch, behind, ahead, has_upstream = [], "", 0, 0, False
    for line in status.splitlines():
        match line.split(" "):
            case ["#", "branch.head", name]:
                branch = name
            case ["#", "branch.ab", more, less]:
                has_upstream, ahead, behind = True, int(more), -int(less)
            case ["#", *_]:
                continue
            case ["?", *name]:
                changed.append(" ".join(name))
            case ["1", *fields]:
                changed.append(" ".join(fields[7:]))
            case ["2", *fields]:
                changed.append(" ".join(fields[8:]).split("\t")[0])
            case ["u", *fields]:
                changed.append(" ".join(fields[9:]))
    if changed:
        named = ", ".join(changed[:_NAMED]) + (", …" if len(changed) > _NAMED else "")
        said = f"{_counted(len(changed), 'file')} not committed: {named}"
        do = "commit, so that it is known who changed what, or take it back"
        return Finding("git", "", Sign.ATTENTION, said, do)
    if behind:
        said = f"{branch} is {_counted(behind, 'commit')} behind what was last fetched"
        return Finding("git", "", Sign.ATTENTION, said, f"git -C {shlex.quote(str(folder))} pull")
    if ahead:
        said = f"{branch} is {_counted(ahead, 'commit')} ahead of what was last fetched"
        return Finding("git", "", Sign.ATTENTION, said, "push, so that others have it, too")
    of = "all is committed" + ("" if has_upstream else "; the branch follows no other")
    return Finding("git", "", Sign.OK, f"{branch}: {of}")


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Nothing of the repository's own choosing runs, and nothing is written, not even the index."""
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    options = (
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.pager=cat",
    )
    return subprocess.run(  # noqa: S603 - no shell, and no word that is not ours but the folder
        ["git", *options, "-C", str(folder), *words],  # noqa: S607 - as the admin's PATH has it
        env={**os.environ, **quiet},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_PATIENCE,
        check=False,
    )


def _top(folder: Path) -> Path:
    """The folder that git calls the repository: git itself won't say where it refuses."""
    here = folder.resolve()
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), here)

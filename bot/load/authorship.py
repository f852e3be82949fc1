"""Who changed an item last, and who made it ready, as git tells it for the lines of its file.

It only ever informs: where git is missing, slow or of another mind, nobody is known, and the post goes out.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.core.model import NOBODY, Authors, Mark
from bot.load.source import Signature

NOT_COMMITTED = "not committed"

# Seconds for git to answer; a post waits for it, once for each state of a file.
_PATIENCE = 2.0

# As many characters of a name as are kept.
_LONGEST = 200

# Nothing of a repository is run: what comes with staff's files must not become a program of ours.
_BLAME = (
    *("git", "--no-pager", "--no-optional-locks"),
    *(
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "blame.ignoreRevsFile=",
    ),
    *("blame", "--porcelain", "--no-textconv", "--encoding=UTF-8", "--"),
)

_UNTRACKED = "no such path"
_COMMIT = re.compile(r"([0-9a-f]{40,64}) \d+ \d+(?: \d+)?")
_NO_COMMIT = re.compile(r"0+")
_STATUS = re.compile(r"""["']?status["']?\s*:""")
_STATUS_IN_BRACES = re.compile(r"""(?:^|[{,])\s*["']?status["']?\s*:""")


class Line(NamedTuple):
    """A line of a file, and who wrote it so."""

    text: str
    author: str
    at: int  # when it was committed, in seconds since 1970


class Authorship:
    """Remembers what git said of each file. Safe to ask from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Signature, Sequence[Line]]] = {}  # by path

    def known(self, path: str, signature: Signature, mark: Mark) -> Authors | None:
        """The authors of the item at `mark`, if git need not be asked for them."""
        found = self._known.get(path)
        if found is None or found[0] != signature:
            return None
        return authors_of(found[1], mark)

    def ask(self, path: str, signature: Signature, mark: Mark) -> Authors:
        """The same, from git where need be: it may take two seconds. Never raises."""
        with self._lock:
            if (known := self.known(path, signature, mark)) is not None:
                return known
            lines = _blamed(Path(path))
            # What is not committed may be so at any moment, and the file does not change by that.
            if all(line.author != NOT_COMMITTED for line in lines):
                self._known[path] = signature, lines
        return authors_of(lines, mark)


def together(each: Iterable[Authors]) -> Authors:
    """Those of several items, each named once."""
    found = list(each)
    return Authors(
        "; ".join(dict.fromkeys(one.queued for one in found if one.queued)),
        "; ".join(dict.fromkeys(one.approved for one in found if one.approved)),
    )


def authors_of(lines: Sequence[Line], mark: Mark) -> Authors:
    """The authors of the item that begins at `mark` in a file of these lines."""
    whole = list(_lines_of(lines, mark))
    if not whole:
        return NOBODY
    latest = max(whole, key=lambda line: (line.author == NOT_COMMITTED, line.at))
    status = next((line for line in whole if _says_status(line.text, whole[0].text, mark)), None)
    return Authors(latest.author, status.author if status else "")


def _lines_of(lines: Sequence[Line], mark: Mark) -> Iterator[Line]:
    """The lines of an item: its first, and those after it that are indented as far."""
    first = mark.line - 1
    last = first
    for number in range(mark.line, len(lines)):
        text = lines[number].text
        bare = text.lstrip()
        if not bare or bare.startswith("#"):
            continue  # it belongs to what comes after it
        if len(text) - len(bare) < mark.column - 1:
            break
        last = number
    yield from lines[first : last + 1]


def _says_status(text: str, first: str, mark: Mark) -> bool:
    if first[mark.column - 1 : mark.column] == "{":
        return _STATUS_IN_BRACES.search(text) is not None
    return _STATUS.match(text, mark.column - 1) is not None


def _blamed(path: Path) -> Sequence[Line]:
    """Each line of a file with its author; none where git does not tell."""
    try:
        file = path.resolve(strict=True)
        if not any((folder / ".git").exists() for folder in file.parents):
            return ()
        # A fixed command, and a name after `--`.
        asked = subprocess.run(  # noqa: S603
            [*_BLAME, file.name],
            cwd=file.parent,
            env=_environment(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            start_new_session=True,
        )
        if asked.returncode == 0:
            return _read(asked.stdout.decode("utf-8", "replace"))
        if _UNTRACKED in asked.stderr.decode("utf-8", "replace"):
            text = file.read_text(encoding="utf-8", errors="replace")
            return [Line(each, NOT_COMMITTED, 0) for each in text.split("\n")]
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError):
        pass
    return ()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in ours.items() if not name.startswith("GIT_")}
    return kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


def _read(blame: str) -> Sequence[Line]:
    """What `git blame --porcelain` says; https://git-scm.com/docs/git-blame#_the_porcelain_format.

    What is known of a commit stands at its first line alone.
    """
    commits: dict[str, dict[str, str]] = {}
    lines: list[Line] = []
    told: dict[str, str] = {}
    commit = ""
    for row in blame.split("\n"):
        if row.startswith("\t"):
            lines.append(Line(row[1:], *_author(commit, told)))
        elif match := _COMMIT.fullmatch(row):
            commit = match[1]
            told = commits.setdefault(commit, {})
        else:
            key, _, value = row.partition(" ")
            told[key] = value
    return lines


def _author(commit: str, told: Mapping[str, str]) -> tuple[str, int]:
    if _NO_COMMIT.fullmatch(commit):
        return NOT_COMMITTED, 0
    name = f"{told.get('author', '')} {told.get('author-mail', '')}".strip()
    shown = "".join(character for character in name if character.isprintable())
    at = told.get("committer-time", "")
    return shown[:_LONGEST], int(at) if at.isdecimal() else 0

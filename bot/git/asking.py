"""Runs git: bounded in time, asking nobody, running nothing that a repository brings, telling no credentials."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

LONGEST = 300  # characters of git's own words that are worth an admin's time

PATIENCE = 20.0  # seconds for a question; long for any office's folder

_GRACE = 3.0  # seconds to take its locks away, once it was told to end

# What comes with staff's files must not become a program of ours; and what tidies up does so while we wait, not
# behind our back.
_OPTIONS: Mapping[str, str] = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "submodule.recurse": "false",
    "gc.autoDetach": "false",
    "maintenance.autoDetach": "false",
    "merge.autoStash": "false",
    "core.quotePath": "false",
}

_USER_IN_ADDRESS = re.compile(r"(\w+://)[^/@\s'\"]*@")
_QUERY_IN_ADDRESS = re.compile(r"(\w+://[^\s?'\"]*)\?[^\s'\"]*")


class GitError(Exception):
    """git could not be run, or did not end in its time."""


class Answer(NamedTuple):
    """How git ended, and what it said."""

    code: int
    out: bytes
    err: str  # as it stands: for us to look through, and for nobody to read

    @property
    def said(self) -> str:
        """What it said on stderr, on one line, without credentials."""
        return shown(self.err)

    @property
    def text(self) -> str:
        return os.fsdecode(self.out).rstrip("\n")


class Git:
    """git in one folder; one command at a time."""

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        """`patience` is how many seconds a command has that names no others."""
        self.folder = folder
        self._patience = patience
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def __call__(
        self,
        *words: str,
        patience: float = 0.0,
        at: Path | None = None,
        options: Mapping[str, str] = MappingProxyType({}),
        given: bytes = b"",
        keeps: Sequence[int] = (),
        is_stoppable: bool = True,
    ) -> Answer:
        """Run `git WORDS` for `patience` seconds at most (0 = as usual); `at`, where that is another folder. `options` are settings
        of git beside our own, `given` is its stdin, `keeps` are descriptors that it holds as long as it lives. One
        that is not stoppable comes to its end whatever happens to the service. Raises GitError."""
        patience = patience or self._patience
        settings = {**_OPTIONS, **options}.items()
        set_so = [word for name, value in settings for word in ("-c", f"{name}={value}")]
        with self._lock:
            if self._is_stopped:
                raise GitError("the service ends")
            try:
                # No shell; a fixed program with our words and names that follow `--` or are checked.
                process = subprocess.Popen(  # noqa: S603
                    ["git", *set_so, "-C", str(at or self.folder), *words],  # noqa: S607
                    env=_environment(os.environ),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    pass_fds=keeps,
                    start_new_session=True,  # so that all that it starts can be ended with it
                )
            except FileNotFoundError:
                raise GitError("there is no git on this machine") from None
            except OSError as error:
                raise GitError(f"git can't be run: {error.strerror}") from None
            self._running = process if is_stoppable else None
        try:
            out, err = process.communicate(given, timeout=patience)
        except subprocess.TimeoutExpired:
            _end(process)
            raise GitError(f"git {words[0]} gave no answer in {patience:g} seconds") from None
        finally:
            self._running = None
        if process.returncode < 0:
            raise GitError(f"git {words[0]} was ended by signal {-process.returncode}")
        return Answer(process.returncode, out, os.fsdecode(err))

    def stop(self) -> None:
        """End what runs, unless it must come to its end by itself, and run nothing more."""
        with self._lock:
            self._is_stopped = True
            running = self._running
        if running is not None:
            _signal(running, signal.SIGTERM)


def shown(text: str) -> str:
    """What git says, fit for a log: on one line, printable, not too long, addresses without user and query."""
    plain = _QUERY_IN_ADDRESS.sub(r"\1", _USER_IN_ADDRESS.sub(r"\1", " ".join(text.split())))
    line = "".join(character for character in plain if character.isprintable())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours, without what would lead git elsewhere: a remote is https, ssh or a folder, whatever the repository's
    settings allow, and nobody is asked for a password."""
    kept = {name: value for name, value in ours.items() if not name.startswith("GIT_")}
    return kept | {
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "https:ssh:file",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_LITERAL_PATHSPECS": "1",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let it take its locks away, and then see that nothing of it is left."""
    _signal(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=_GRACE)
    _signal(process, signal.SIGKILL)
    process.communicate()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)

"""The commented folder that `banditore init` makes, in English or Italian. It overwrites nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

# By language; each has the same files, whatever their names.
LANGUAGES = ("en", "it")

# What `init --git` adds: where the file lies here, and where its host looks for it.
HOSTS: Mapping[str, tuple[str, str]] = {
    "github": ("github.yml", ".github/workflows/banditore.yml"),
    "gitlab": ("gitlab.yml", ".gitlab-ci.yml"),
}

# Files that hold secrets.
_SECRET = frozenset({"banditore.env"})


@dataclass(frozen=True, slots=True)
class Machine:
    """What the systemd unit has to know."""

    program: tuple[str, ...]  # the command that starts this very installation
    user: str  # whose rights the service has


def write_example(
    content: Path, schedules: Path, language: str, today: date, machine: Machine
) -> Iterator[Path]:
    """Make what is missing, and name each file made.

    A folder of the two that is there already gets no example; the other files lie beside `content`. Dates lie
    in the summer after `today`. Raises OSError.
    """
    home = content.absolute().parent
    filled = _filled(home, (content.absolute(), schedules.absolute()), today, machine)
    with as_file(files(__name__).joinpath(language)) as source:
        for name, folder in (("content", content), ("schedules", schedules)):
            if folder.exists():
                continue
            for file in sorted((source / name).glob("*.yaml")):
                yield from _made(folder / file.name, _fill(file, filled))
        for file in sorted(source.iterdir()):
            if file.is_file():
                name = ".gitignore" if file.name == "gitignore" else file.name
                yield from _made(content.parent / name, _fill(file, filled))


def write_host(content: Path, host: str) -> Iterator[Path]:
    """Make the file with which a host of git repositories (a key of `HOSTS`) checks each proposed change."""
    source, target = HOSTS[host]
    text = files(__name__).joinpath("git", source).read_text(encoding="utf-8")
    yield from _made(content.parent / target, text)


def _made(path: Path, text: str) -> Iterator[Path]:
    """The file, unless there is one of that name; never through a link that leads elsewhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rights = 0o600 if path.name in _SECRET else 0o666
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    yield path


def _filled(
    home: Path, written: tuple[Path, ...], today: date, machine: Machine
) -> Mapping[str, str]:
    """What stands for each name in double braces."""
    # The example's first day is 12 June, and its ladder begins a week before: a month's time to look at it.
    year = today.year if today < date(today.year, 5, 1) else today.year + 1
    # git writes to the whole of its working tree.
    top = next((each for each in (home, *home.parents) if (each / ".git").exists()), home)
    outside = [each for each in written if not each.is_relative_to(top)]
    return {
        "year": str(year),
        "folder": _specified(str(home)),
        "environment": _specified(str(home / "banditore.env")),
        "program": " ".join(_word(each).replace("$", "$$") for each in machine.program),
        "user": machine.user,
        "writable": " ".join(_word(str(each)) for each in (top, *outside)),
    }


def _fill(file: Path, filled: Mapping[str, str]) -> str:
    text = file.read_text(encoding="utf-8")
    for name, value in filled.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def _specified(text: str) -> str:
    """Text in a unit, where `%` begins a specifier; https://www.freedesktop.org/software/systemd/man/systemd.unit.html."""
    return text.replace("%", "%%")


def _word(text: str) -> str:
    """One word of a list in a unit; quoting is that of systemd.syntax(7)."""
    plain = _specified(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"' if any(sign in plain for sign in " \"\\'\t;") else plain

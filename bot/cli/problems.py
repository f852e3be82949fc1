"""The one place that prints problems: what is wrong, the line itself with a caret, and what would be right.

Reads the line again from its file, which may have changed meanwhile: what is not there is left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.language import spoken
from bot.core.said import said

if TYPE_CHECKING:
    from bot.core.model import Mark, Problem

WIDTH = 76  # columns of a line that is shown; with what stands before it, a terminal's 80

_BEFORE = "    "
_TAB = "→   "


def tell(problems: Iterable[Problem], folders: Sequence[Path], *, to_stderr: bool = False) -> None:
    """Print `problems` of the files in `folders`, for people."""
    files = _Files(folders)
    for problem in problems:
        message = spoken(problem.message)
        if problem.severity == "warning":
            message = spoken(said("warning: {message}", message=message))
        elif problem.severity == "note":
            message = spoken(said("note: {message}", message=message))
        typer.echo(f"{typer.style(f'{problem.mark}:', bold=True)} {message}", err=to_stderr)
        excerpt = files.excerpt(problem.mark)
        if excerpt is not None:
            line, column = excerpt
            colour = typer.colors.RED if problem.severity == "error" else typer.colors.YELLOW
            typer.echo(f"{_BEFORE}{line}".rstrip(), err=to_stderr)
            caret = typer.style("^", fg=colour, bold=True)
            typer.echo(f"{_BEFORE}{' ' * column}{caret}", err=to_stderr)
        after = [part for part in (spoken(problem.hint), problem.kind.page) if part]
        typer.echo(f"{_BEFORE}{' · '.join(after)}", err=to_stderr)


def as_json(problem: Problem) -> dict[str, str | int]:
    """A problem for programs; its texts are in the language of the command."""
    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "severity": str(problem.severity),
        "kind": str(problem.kind),
        "message": spoken(problem.message),
        "hint": spoken(problem.hint),
        "page": problem.kind.page,
    }


class _Files:
    """The lines of staff's files; each file is read once, and when its first problem is told."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = {folder.absolute().name: folder for folder in folders}
        self._lines: dict[str, list[str]] = {}

    def excerpt(self, mark: Mark) -> tuple[str, int] | None:
        """The line at `mark` as a terminal shows it, and how many columns stand before its column."""
        if mark.file not in self._lines:
            self._lines[mark.file] = list(self._read(mark.file))
        lines = self._lines[mark.file]
        if mark.line > len(lines) or not lines[mark.line - 1].strip():
            return None
        return _shown(lines[mark.line - 1], mark.column - 1)

    def _read(self, name: str) -> Iterator[str]:
        from bot.load.source import MAX_BYTES, lines_of

        top, _, rest = name.partition("/")
        folder = self._folders.get(top)
        if folder is None or not rest:
            return
        try:
            path = (folder / rest).resolve(strict=True)
            if not path.is_relative_to(folder.resolve()) or not path.is_file():
                return
            with path.open("rb") as file:
                content = file.read(MAX_BYTES)
        except (OSError, RuntimeError):
            return
        if b"\0" not in content:  # else it is no text, or not in an encoding that we know
            yield from lines_of(content.decode("utf-8-sig", "replace"))


def _shown(line: str, at: int) -> tuple[str, int]:
    """`line` without its indentation, and cut around the character `at`; and the columns before that."""
    from bot.load.report import printable

    at = min(at, len(line))
    indent = min(len(line) - len(line.lstrip(" ")), at)
    before, after = (
        _TAB.join(map(printable, part.split("\t"))) for part in (line[indent:at], line[at:])
    )
    room = WIDTH - width(before)
    if room < width(after) and width(before) > WIDTH // 2:
        before = f"…{_last(before, WIDTH // 2 - 1)}"
        room = WIDTH - width(before)
    if room < width(after):
        after = f"{_first(after, room - 1)}…"
    return before + after, width(before)


def _first(text: str, columns: int) -> str:
    """As many of the first characters of `text` as `columns` hold."""
    for end, character in enumerate(text):
        columns -= width(character)
        if columns < 0:
            return text[:end]
    return text


def _last(text: str, columns: int) -> str:
    return _first(text[::-1], columns)[::-1]


def width(text: str) -> int:
    """In columns of a terminal: characters of East Asia take two, those that join another none."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )

"""Collects the problems of one file. Never raises for what staff wrote, and never stops at the first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.kinds import Kind
from bot.core.model import Mark, Problem, Severity
from bot.core.said import Said, said, with_texts
from bot.load.nodes import Mapped, Place, position

# Enough of a value for staff to recognise it.
_SHOWN = 60

# More alternatives than these help nobody.
_LISTED = 12


class Reason(NamedTuple):
    """Why a value can't be used, wherever it stands, and what to do."""

    kind: Kind
    message: Said
    hint: str = ""


@dataclass(slots=True)
class Report:
    """The problems of `file`, which is named as staff know it: `content/2021-05.yaml`."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    _refused: set[int] = field(default_factory=set)
    _meant: set[tuple[int, str]] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    def mark(self, place: Place) -> Mark:
        return Mark(self.file, *position(place))

    def at(
        self,
        line: int,
        column: int,
        kind: Kind,
        message: Said,
        hint: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """A problem at a line and column, counted from 1."""
        told = with_texts(message, printable), printable(hint)
        self.problems.append(Problem(Mark(self.file, line, column), *told, severity, kind=kind))

    def error(
        self, place: Place, kind: Kind, message: Said, hint: str = "", *, offset: int = 0
    ) -> None:
        """An error, `offset` columns after the beginning of `place`; mute where that was refused."""
        if id(place) not in self._refused:
            line, column = position(place)
            self.at(line, column + offset, kind, message, hint)

    def warn(
        self, place: Place, kind: Kind, message: Said, hint: str = "", *, offset: int = 0
    ) -> None:
        """Something to look at, `offset` columns after the beginning of `place`; the file stays good."""
        line, column = position(place)
        self.at(line, column + offset, kind, message, hint, Severity.WARNING)

    def refuse(self, place: Place, kind: Kind, message: Said, hint: str = "") -> None:
        """An error that makes the value useless: what follows from its absence is not told again."""
        self.error(place, kind, message, hint)
        self._refused.add(id(place))

    def misspelt(self, node: Mapped, key: str) -> None:
        """`key` was told to be meant by a word in `node`: that it is missing there is not told again."""
        self._meant.add((id(node), key))

    def missing(self, node: Mapped, key: str, kind: Kind, message: Said, hint: str = "") -> None:
        """An error where `key` has no value: there, or at the beginning of `node` where it is not written."""
        if key not in node.inner and (id(node), key) in self._meant:
            return
        self.error(node.inner.get(key, node), kind, message, hint)

    def first_time(self, subject: str) -> bool:
        """True once for each subject: for what would otherwise be said of every item."""
        if subject in self._told:
            return False
        self._told.add(subject)
        return True

    def copy(self) -> Report:
        """Another report of the same problems, to which others can be added."""
        return Report(self.file, list(self.problems))

    @property
    def is_broken(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def printable(text: str) -> str:
    """`text` as a terminal can show it: what staff's files hold must not move its cursor."""
    if text.isprintable():
        return text
    if isinstance(text, Said):
        return with_texts(text, printable)
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def shown(value: str) -> str:
    """`value` for a message: on one line, in quotes, not too long."""
    line = printable(" ".join(value.split()))
    return f"'{line[: _SHOWN - 1]}…'" if len(line) > _SHOWN else f"'{line}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of the `known` words; where none is near, all, if they are few."""
    allowed = sorted(known)
    by_fold = {each.casefold(): each for each in allowed}
    found = difflib.get_close_matches(word.strip().casefold()[:_SHOWN], by_fold, n=1)
    if found:
        return near(by_fold[found[0]])
    return known_here(allowed) if 0 < len(allowed) <= _LISTED else ""


def known_here(words: Iterable[str]) -> Said:
    """A hint that names all that is possible."""
    return said("known here: {names}", names=", ".join(words))


def near(word: str) -> Said:
    """A hint that names the word that was probably meant."""
    return said("did you mean {nearest}?", nearest=shown(word))


def nearest_of(hint: str) -> str | None:
    """The word that a hint of `near` names; None for any other hint."""
    quoted = hint.values.get("nearest") if isinstance(hint, Said) else None
    return quoted[1:-1] if isinstance(quoted, str) else None

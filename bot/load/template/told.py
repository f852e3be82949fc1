"""Tells what is wrong in a template at its place in the file of channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.core.kinds import Kind
from bot.core.model import Severity
from bot.core.said import Said, said
from bot.load.nodes import Place, columns_before, is_literal, position
from bot.load.report import Report

MAX_DEPTH: Final = 8
"""Of `if`, and of tags, within each other."""

TOO_DEEP: Final = (said("nested too deep"), said("at most {most} levels", most=MAX_DEPTH))
UNDERSTOOD: Final = said(
    "understood are {{ part }}, {% if part %}, {% elif %}, {% else %} and {% endif %}"
)


@dataclass(slots=True)
class Told:
    """The faults of one template; `source` is the text of its file."""

    text: str
    place: Place
    source: str
    report: Report
    has_faults: bool = False
    lines: list[str] = field(init=False)
    file_lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = self.text.split("\n")
        self.file_lines = self.source.split("\n")

    def error(self, line: int, word: str, message: Said, hint: str) -> None:
        """An error at `word` in a line of the template, counted from 1."""
        self.has_faults = True
        self._tell(line, word, message, hint, Severity.ERROR)

    def warn(self, line: int, word: str, message: Said, hint: str) -> None:
        self._tell(line, word, message, hint, Severity.WARNING)

    def mentioned(self, word: str) -> int:
        """The first line that has `word`; the first of all where none has."""
        return next((n for n, line in enumerate(self.lines, 1) if word in line), 1)

    def _tell(self, line: int, word: str, message: Said, hint: str, severity: Severity) -> None:
        written = self.lines[line - 1] if line <= len(self.lines) else ""
        at, column = position(self.place)
        within = max(0, written.find(word.partition("\n")[0]))
        if is_literal(self.place):
            # a block keeps its lines but for the indentation that all of them share
            in_file = self.file_lines[at + line - 1] if at + line <= len(self.file_lines) else ""
            indent = len(in_file.rstrip("\r")) - len(written)
            place = at + line, max(0, indent) + within + 1
        else:
            before = columns_before(self.place, len(self.text)) or 0
            place = at, column + before + within
        self.report.at(*place, Kind.TEMPLATE, message, hint, severity)

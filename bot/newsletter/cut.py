"""The lines of one item, as the outline cuts them out of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.newsletter.cues import Label
from bot.newsletter.lines import Line
from bot.newsletter.looks import Look
from bot.newsletter.marks import DateLine, Labelled
from bot.newsletter.pieces import Piece


@dataclass(slots=True)
class Cut:
    """The lines of one item."""

    title: Line | None
    look: Look
    dates: list[DateLine] = field(default_factory=list)  # of lines that are a date
    inherited: DateLine | None = None  # of the lines above an item that came before it
    labelled: list[tuple[Labelled, Piece]] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    cells: Mapping[Label, Piece] = field(default_factory=dict)  # of a row of a table
    section: str = ""
    second: Line | None = None  # set like the title and right below it: a place, mostly

    @property
    def has_prose(self) -> bool:
        return any(line.is_prose for line in self.body)

    @property
    def place_line(self) -> Line:
        return self.title or self.body[0]

"""Where items begin and end: the lines are gone through once, by the looks that titles have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from bot.core.said import Said, said
from bot.newsletter.cues import CUES
from bot.newsletter.cut import Cut
from bot.newsletter.document import Kind
from bot.newsletter.drafts import Ignored
from bot.newsletter.edition import Edition
from bot.newsletter.lines import Line, is_titlelike
from bot.newsletter.listed import Entry, dated_entry, timed_entry, title_behind
from bot.newsletter.looks import (
    Look,
    chosen_looks,
    has_date,
    is_supported,
    look_of,
    next_line,
    own_date,
    rank,
)
from bot.newsletter.marks import DateLine, first_date, has, is_said_alone
from bot.newsletter.meaning import understood
from bot.newsletter.pieces import body_size
from bot.newsletter.standing import (
    Stand,
    of_publication,
    stand_of_dates,
    without_looks_of_dates,
)
from bot.newsletter.tables import items_of


def outline(lines: Sequence[Line], edition: Edition) -> tuple[list[Cut], list[Ignored]]:
    """The items' lines, and what belongs to none."""
    body = body_size([line.piece for line in lines])
    looks = without_looks_of_dates(lines, [look_of(line, body) for line in lines])
    stand = stand_of_dates(lines, looks)
    published = of_publication(lines, looks, stand, edition)
    ignored = [
        Ignored(line.text, said("the day of its publication"), line.piece.place)
        for number, line in enumerate(lines)
        if number in published
    ]
    lines = [line for number, line in enumerate(lines) if number not in published]
    looks = [look for number, look in enumerate(looks) if number not in published]
    if published:
        stand = stand_of_dates(lines, looks)
    before = stand is Stand.ABOVE
    chosen = chosen_looks(lines, looks, edition, above=before, at_end=stand is Stand.END)
    titles = [number for number, look in enumerate(looks) if look in chosen]
    own = sum(has_date(lines, next_line(lines, number, -1)) for number in titles)
    inherits = before and own < _MOST * len(titles)
    cuts, others = _Reader(edition, before=before, inherits=inherits).read(lines, looks, chosen)
    return cuts, [*ignored, *others]


_OTHERS = re.compile(r"\W*(?:il |lo |la |i |gli |le |the |our )?", re.IGNORECASE)


def _is_of_others(line: Line) -> bool:
    """`Rassegna stampa`, `Lo sponsor`, `Accadde il …`: a title below which nothing is announced."""
    begin = _OTHERS.match(line.text)
    text = line.text[begin.end() if begin else 0 :]
    return any(
        cues.any_of["not_events"].match(text) or cues.any_of["not_events"].match(line.text)
        for cues in CUES.values()
    )


_LISTED: Look = ("listed", 0)
_BULLET: Look = ("bullet", 0)

# A line or two below a title, without a date, are no news yet.
_SHORTEST_BODY = 20
_LONGEST_SECTION = 60
# Where most titles have a date of their own above them, one without it has none.
_MOST = 0.6


def joined(first: DateLine, last: DateLine, edition: Edition, language: str) -> DateLine | None:
    """Two dates below each other: most likely from one to the other, and a person says so."""
    if not (first.date.is_day and last.date.is_day):
        return None
    phrase = f"{first.date.phrase} - {last.date.phrase}"
    found = understood(phrase, edition, language)
    if found.when is None:
        return None
    asked = said("is it from the one day to the other, or only on these two?")
    return DateLine(found._replace(is_sure=False, doubt=asked, source=phrase), last.rest)


def _doubted(date: DateLine, cut: Cut) -> DateLine:
    """A date below the text of an item: where a line like a title stands between the two, it may be that one's."""
    if not cut.has_prose or cut.dates or not date.date.is_sure:
        return date
    between = takewhile(lambda line: not line.is_prose, reversed(cut.body))
    title = next((line for line in between if line.labelled is None and is_titlelike(line)), None)
    if title is None or title.piece.mark or title.piece.links:
        return date
    asked = said("«{title}» stands above this date: is it an item of its own?", title=title.text)
    return date._replace(date=date.date._replace(is_sure=False, doubt=asked))


class _Reader:
    """Goes through the lines once."""

    def __init__(self, edition: Edition, *, before: bool, inherits: bool) -> None:
        self._edition = edition
        self._before = before  # do dates stand above titles?
        self._inherits = inherits  # is a date that of all titles below it?
        self._cuts: list[Cut] = []
        self._ignored: list[Ignored] = []
        self._current: Cut | None = None
        self._pending: DateLine | None = None  # a date line above its title
        self._pending_line: Line | None = None
        self._last: DateLine | None = None  # that of the item before
        self._run_in: DateLine | None = None  # a date whose title follows on the same line
        self._day: DateLine | None = None  # that of a programme whose entries begin with an hour
        self._section = ""
        self._other: Look | None = None  # how the title looked below which nothing is an event

    def read(
        self, lines: Sequence[Line], looks: Sequence[Look | None], chosen: set[Look]
    ) -> tuple[list[Cut], list[Ignored]]:
        rows: list[Line] = []
        for number, line in enumerate(lines):
            if line.kind is Kind.ROW:
                rows.append(line)
                continue
            if rows:
                self._table(rows)
                rows = []
            self._take(lines, looks, chosen, number)
        if rows:
            self._table(rows)
        self._close()
        return self._cuts, self._ignored

    # --- one line -------------------------------------------------------------------------------

    def _take(
        self, lines: Sequence[Line], looks: Sequence[Look | None], chosen: set[Look], number: int
    ) -> None:
        line, look, current = lines[number], looks[number], self._current
        if line.kind is Kind.RULE:
            self._rule()
            return
        if self._other is not None:
            ends = look is not None and look[0] != "plain" and rank(look) <= rank(self._other)
            if not ends:
                self._drop(line, said("of others, or of the past"))
                return
            self._other = None
        is_sibling = current is not None and look == current.look == _BULLET
        is_of_title = (
            (line.date or line.led_date) is not None and not is_sibling and self._awaits_date(line)
        )
        if (
            look is not None
            and look in chosen
            and not is_of_title
            and self._begins(lines, looks, number, look)
        ):
            self._title(line, look)
            return
        if look is not None and look not in chosen and self._is_section(line, look, chosen):
            self._open_section(line, look)
            return
        if self._take_run_in_date(line) or self._goes_on_listing(line):
            return
        date = line.date
        if date is None and line.led_date is not None and self._awaits_date(line):
            date = line.led_date
        if date is not None and self._is_month_of_several(line, date, look):
            self._open_section(line)
            return
        if date is not None and not (self._current is None and self._take_listed(line)):
            self._date(line, date)
        if date is not None:
            return
        if self._current is None:
            if self._take_listed(line):
                return
            if self._pending is not None and self._before:
                self._untitled(line)
                return
            self._drop(
                line, said("before the first item") if not self._cuts else said("between two items")
            )
            return
        if line.labelled is not None:
            self._current.labelled.append((line.labelled, line.piece))
        self._current.body.append(line)

    def _is_section(self, line: Line, look: Look, chosen: set[Look]) -> bool:
        """Does a line that is no title of an item stand above several?"""
        if line.kind is Kind.HEADING:
            return self._current is None or rank(look) <= rank(self._current.look)
        if look[0] not in ("size", "bold-capital", "capital") or len(line.text) > _LONGEST_SECTION:
            return False
        return bool(chosen) and rank(look) < min(map(rank, chosen))

    def _is_month_of_several(self, line: Line, date: DateLine, look: Look | None) -> bool:
        """`Dicembre`, larger than the titles: the head of what follows, no date of what stands above."""
        current = self._current
        if date.date.is_day or current is None or date.date.when is None:
            return False
        own = look or (("heading", line.piece.level) if line.kind is Kind.HEADING else None)
        if own is None and line.piece.size:
            own = "size", -round(line.piece.size)
            return current.look[0] == "size" and rank(own) < rank(current.look)
        return own is not None and rank(own) < rank(current.look)

    def _awaits_date(self, line: Line) -> bool:
        """Does a title stand right above, with no date yet?"""
        current = self._current
        return (
            not self._before
            and not line.piece.is_run_in
            and current is not None
            and current.title is not None
            and current.title.date is None
            and not current.dates
            and not current.body
        )

    def _begins(
        self, lines: Sequence[Line], looks: Sequence[Look | None], number: int, look: Look
    ) -> bool:
        """Is this line, which looks like a title, one of an item?"""
        current = self._current
        is_supported_here = is_supported(lines, looks, number, self._edition, above=self._before)
        if look[0] == "plain" and not is_supported_here:
            return False
        if (
            look[0] == "bullet"
            and own_date(lines[number], self._edition) is None
            and not is_supported_here
        ):
            return current is not None and current.look == look
        if current is None or rank(look) <= rank(current.look):
            return True
        if (
            current.dates
            or current.inherited is not None
            or (current.title is not None and own_date(current.title, self._edition) is not None)
        ):
            return False  # a title within an item
        return is_supported_here or not current.has_prose

    def _title(self, line: Line, look: Look) -> None:
        current = self._current
        if _is_of_others(line) and own_date(line, self._edition) is None:
            self._open_section(line, look)
            return
        if is_said_alone(line.text, "sections") or self._is_month_alone(line):
            self._open_section(line)
            return
        if current is not None and self._continues(current, line, look):
            assert current.title is not None
            joined = replace(current.title.piece, text=f"{current.title.text} {line.text}")
            current.title = replace(current.title, piece=joined)
            return
        if current is not None and rank(look) > rank(current.look) and not current.dates:
            self._current = None
            assert current.title is not None
            self._section = current.title.text
            self._drop(current.title, said("title of a section"))
            for each in current.body:
                self._drop(each, said("about a section"))
        if self._is_second_line(current, line, look):
            assert current is not None
            current.second = line
            current.body.append(line)
            return
        self._close()
        inherited = None
        if self._inherits and self._pending is None and own_date(line, self._edition) is None:
            inherited = self._last
        cut = Cut(line, look, section=self._section, inherited=inherited)
        if self._pending is not None and self._before:
            cut.dates.append(self._pending)
            self._last = self._pending
        elif self._pending is not None and self._pending_line is not None:
            self._drop(self._pending_line, said("a date without a title"))
        self._pending = None
        self._current = cut

    def _is_second_line(self, current: Cut | None, line: Line, look: Look) -> bool:
        """Below a title that has its date above, another line set in the same way: a place, mostly."""
        return (
            self._before
            and self._pending is None
            and current is not None
            and current.look == look
            and bool(current.dates)
            and not current.body
            and own_date(line, self._edition) is None
        )

    def _is_month_alone(self, line: Line) -> bool:
        """`Top News maggio 2021`, `Giugno`: the head of a month's items."""
        found = first_date(line.text, self._edition, line.language)
        if found is None or found[0].when is None or found[0].is_day:
            return False
        return len(line.text) - (found[2] - found[1]) <= 12

    @staticmethod
    def _continues(current: Cut, line: Line, look: Look) -> bool:
        """The second line of a title that is too long for one."""
        return (
            current.look == look
            and current.title is not None
            and current.title.piece.block == line.piece.block
            and not current.body
            and not current.dates
            and look[0] in ("size", "bold", "capital", "heading")
        )

    def _date(self, line: Line, date: DateLine) -> None:
        current = self._current
        if self._before:
            if self._pending is not None and self._pending_line is not None:
                both = joined(self._pending, date, self._edition, line.language)
                if both is not None:
                    self._pending = both
                    return
                self._drop(self._pending_line, said("a date without a title"))
            if (
                current is not None
                and not current.dates
                and not current.inherited
                and not current.body
            ):
                current.dates.append(date)  # the one that stands below its title after all
                return
            self._close()
            self._pending, self._pending_line = date, line
            return
        if current is None or current.look == _LISTED:
            self._close()
            self._pending, self._pending_line = date, line
            return
        if not current.has_prose or not current.dates:
            current.dates.append(_doubted(date, current))
        current.body.append(line)

    # --- entries of a line each ------------------------------------------------------------------

    def _take_run_in_date(self, line: Line) -> bool:
        """`**20 giugno** — Festa`, of which the format made two lines."""
        if line.piece.is_run_in and line.date is not None and not line.date.rest:
            if self._current is not None and self._current.look != _LISTED:
                return False
            self._close()
            self._run_in = line.date
            return True
        date, self._run_in = self._run_in, None
        if date is None or not line.piece.is_rest:
            return False
        self._list(title_behind(line, date))
        return True

    def _goes_on_listing(self, line: Line) -> bool:
        """Another entry of a list, or of a day's programme, below one."""
        if self._current is None or self._current.look != _LISTED:
            return False
        day = self._day
        entry = dated_entry(line, self._edition)
        if entry is None and day is not None and self._current.dates[0] is not day:
            entry = timed_entry(line, day, self._edition)
        if entry is None:
            return False
        self._close()
        self._list(entry)
        return True

    def _take_listed(self, line: Line) -> bool:
        """The first entry of a list: it begins with its date, or with an hour below its day."""
        if self._pending is not None:
            entry = timed_entry(line, self._pending, self._edition)
            if entry is not None:
                self._day, self._pending = self._pending, None
        else:
            entry = dated_entry(line, self._edition)
        if entry is None:
            return False
        self._list(entry)
        return True

    def _list(self, entry: Entry) -> None:
        cut = Cut(entry.title, _LISTED, dates=[entry.date], section=self._section)
        if entry.rest is not None:
            cut.body.append(entry.rest)
        self._current = cut
        self._last = entry.date

    def _untitled(self, line: Line) -> None:
        """A text right below its date, with no title: its beginning will have to do."""
        assert self._pending is not None
        cut = Cut(None, ("plain", 0), dates=[self._pending], section=self._section, body=[line])
        self._last, self._pending = self._pending, None
        self._current = cut

    def _rule(self) -> None:
        """What stands below a rule with no title of its own belongs to no item."""
        if self._current is not None and self._current.body:
            self._close()

    # --- sections and tables --------------------------------------------------------------------

    def _open_section(self, line: Line, look: Look | None = None) -> None:
        self._close()
        self._section = line.text
        self._other = look if look is not None and _is_of_others(line) else None
        self._drop(line, said("title of a section"))

    def _table(self, rows: Sequence[Line]) -> None:
        cuts, ignored = items_of(rows, self._edition)
        if cuts:
            self._close()
            for cut in cuts:
                cut.section = self._section
            self._cuts.extend(cuts)
            self._ignored.extend(ignored)
            return
        for row in rows:
            if self._current is not None:
                self._current.body.append(row)
            else:
                self._drop(row, said("a table without dates"))

    # --- ends -----------------------------------------------------------------------------------

    def _close(self) -> None:
        current, self._current = self._current, None
        if current is None:
            return
        why = self._why_none(current)
        if why is None:
            self._cuts.append(current)
            return
        for line in (current.title, *current.body):
            if line is not None:
                self._drop(line, why)
        if current.title is not None and not current.body:
            self._section = current.title.text

    def _why_none(self, cut: Cut) -> Said | None:
        """Why lines that begin with a title are no item; None where they are one."""
        title = cut.title
        if title is None:
            return None
        if is_said_alone(title.text, "foot") or has(title.text, "strong_foot"):
            return said("of the newsletter, not of an event")
        if is_said_alone(title.text, "contents"):
            return said("table of contents")
        has_date = bool(cut.dates) or own_date(title, self._edition) is not None
        if has(title.text, "editorial") and not has_date:
            return said("an editorial")
        first = cut.body[0].text if cut.body else ""
        if not has_date and len(first) < 200 and has(first[:60], "editorial"):
            return said("an editorial")
        if not has_date and not cut.body and not title.piece.links:
            return said("title of a section")
        if (
            not has_date
            and sum(len(line.text) for line in cut.body) < _SHORTEST_BODY
            and not cut.labelled
            and not title.piece.links
            and not any(line.piece.links for line in cut.body)
        ):
            return said("a title with no text and no date")
        return None

    def _drop(self, line: Line, why: Said) -> None:
        if line.text:
            self._ignored.append(Ignored(line.text, why, line.piece.place))

"""Rows of a table -> items: which column is the date, which the title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.said import Said, said
from bot.newsletter.cues import Label
from bot.newsletter.cut import Cut
from bot.newsletter.drafts import Ignored
from bot.newsletter.edition import Edition
from bot.newsletter.lines import Line
from bot.newsletter.marks import DateLine, bare_label_of, date_line, first_date
from bot.newsletter.meaning import Understood
from bot.newsletter.pieces import Piece

_ROW = ("row", 0)

Columns = Mapping[int, Label]


def items_of(rows: Sequence[Line], edition: Edition) -> tuple[list[Cut], list[Ignored]]:
    """The items of a table; none where it has no column of dates and no column of titles."""
    columns, header = _columns(rows, edition)
    if Label.TITLE not in columns.values():
        return [], []
    cuts: list[Cut] = []
    ignored: list[Ignored] = []
    month, last = "", None
    for number, row in enumerate(rows):
        filled = [cell for cell in row.piece.cells if cell.text]
        if number == header or row.piece.is_header:
            ignored.append(_ignored(row, said("names of columns")))
            continue
        if len(filled) <= 1:
            month = _month_of(row, edition) or month
            ignored.append(_ignored(row, said("title of a section")))
            continue
        cut = _item(row, columns, month, last, edition)
        if cut is None:
            ignored.append(_ignored(row, said("a row without a title")))
            continue
        last = cut.dates[0] if cut.dates else cut.inherited
        cuts.append(cut)
    return cuts, ignored


def _ignored(row: Line, why: Said) -> Ignored:
    return Ignored(row.text, why, row.piece.place)


def _columns(rows: Sequence[Line], edition: Edition) -> tuple[Columns, int | None]:
    """What each column holds: by its name where there is a row of names, else by what stands in it."""
    for number, row in enumerate(rows[:3]):
        named = {
            at: label
            for at, cell in enumerate(row.piece.cells)
            if (label := bare_label_of(cell.text, row.language)) is not None
        }
        if len(named) >= 2 and not any(
            date_line(cell.text, edition, row.language) for cell in row.piece.cells
        ):
            return _with_title(named, rows, number), number
    width = max((len(row.piece.cells) for row in rows), default=0)
    by_column = [
        [row.piece.cells[at] for row in rows if at < len(row.piece.cells)] for at in range(width)
    ]
    language = rows[0].language
    dated = [
        sum(date_line(cell.text, edition, language) is not None for cell in column)
        / max(1, len(column))
        for column in by_column
    ]
    if not dated or max(dated) < 0.5:
        return {}, None
    when = dated.index(max(dated))
    found: dict[int, Label] = {when: Label.WHEN}
    return _with_title(found, rows, None), None


def _with_title(columns: dict[int, Label], rows: Sequence[Line], header: int | None) -> Columns:
    """The columns, with one of titles: where none is named so, the first that has text and no name."""
    if Label.TITLE in columns.values():
        return columns
    width = max(len(row.piece.cells) for row in rows)
    free = [at for at in range(width) if at not in columns]
    texts = {
        at: [
            row.piece.cells[at].text
            for n, row in enumerate(rows)
            if n != header and at < len(row.piece.cells)
        ]
        for at in free
    }
    wordy = [
        at for at in free if sum(len(text) for text in texts[at]) >= 8 * max(1, len(texts[at]))
    ]
    return columns | {wordy[0]: Label.TITLE} if wordy else columns


def _month_of(row: Line, edition: Edition) -> str:
    found = date_line(row.text, edition, row.language)
    if found is None or found.date.when is None or found.date.is_day:
        return ""
    return found.date.phrase


def _item(
    row: Line, columns: Columns, month: str, last: DateLine | None, edition: Edition
) -> Cut | None:
    cells: dict[Label, Piece] = {}
    for at, cell in enumerate(row.piece.cells):
        label = columns.get(at)
        if label is not None and cell.text and label not in cells:
            cells[label] = cell
    title = cells.get(Label.TITLE)
    if title is None or not any(map(str.isalpha, title.text)):
        return None
    lines = title.text.split("\n")
    cut = Cut(Line(title.cut(0, len(lines[0])), row.language), _ROW, cells=cells)
    if len(lines) > 1:
        cut.body.append(Line(title.cut(len(lines[0]) + 1), row.language))
    cut.body.extend(
        Line(cell, row.language)
        for at, cell in enumerate(row.piece.cells)
        if cell.text and columns.get(at) in (None, Label.SUMMARY, Label.LINK, Label.OTHER)
    )
    found = _date(cells, month, row.language, edition)
    if found is not None:
        cut.dates.append(found)
    elif last is not None and Label.WHEN not in cells:
        cut.inherited = last
    return cut


def _date(
    cells: Mapping[Label, Piece], month: str, language: str, edition: Edition
) -> DateLine | None:
    cell = cells.get(Label.WHEN) or cells.get(Label.DEADLINE)
    if cell is None:
        return None
    text = " ".join(cell.text.split())
    if Label.WHEN not in cells:
        text = f"{'Scadenza' if language == 'it' else 'Deadline'}: {text}"
    if month and date_line(text, edition, language) is None:
        text = _with_month(text, month)
    time = cells.get(Label.TIME)
    if time is not None and any(map(str.isdigit, time.text)):
        for joined in (
            f"{text} {time.text}",
            f"{text} {'ore' if language == 'it' else 'at'} {time.text}",
        ):
            found = date_line(joined, edition, language)
            if found is not None and found.date.when is not None and not found.rest:
                return found
    found = date_line(text, edition, language)
    if found is not None:
        return found
    first = first_date(text, edition, language)
    if first is not None:
        return DateLine(first[0], "")
    return DateLine(Understood(text, None, said("this is no date that is understood")), "")


_NUMBER = re.compile(r"(?<![\d.:/])\d{1,2}(?![\d.:/])")
_MONTH_ITSELF = re.compile(r"(?<!\w)(?:mese|month)(?!\w)", re.IGNORECASE)


def _with_month(text: str, month: str) -> str:
    """`lun 9 – ven 13, ore 15` below `GIUGNO`: the days with their month."""
    name = re.sub(r"\s*\d{4}\s*$", "", month).casefold()
    if _MONTH_ITSELF.search(text):
        return _MONTH_ITSELF.sub(name, text)
    hour = re.search(r"(?:ore|alle|dalle|h|at)\s*\d|\d[.:]\d\d", text, re.IGNORECASE)
    days = list(_NUMBER.finditer(text, 0, hour.start() if hour else len(text)))
    if not days:
        return text
    return f"{text[: days[-1].end()]} {name}{text[days[-1].end() :]}"
